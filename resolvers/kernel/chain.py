"""History gets its place in its unit's chain as the transaction commits (X9, ADR 0024).

Entries are held back until then: so the unit is locked last and shortly, whoever writes what
before, and what a savepoint undoes is not told. Any session that adds history does so.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import ARRAY, Uuid, any_, bindparam, column, event, func, insert, select, true
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.util import await_only
from uuid_utils.compat import uuid7

from loaders.direct import text_of
from models import History, Unit
from rules.kernel.chain import FIELDS, Head, hash_of

_HELD, _MARKS = "history held back", "history held back before a savepoint"


def chained(entries: Sequence[History], heads: Mapping[UUID, Head]) -> None:
    """Give each entry its number in its unit's chain, and seal it to the one before."""
    ends = dict(heads)
    for entry in entries:
        entry.id = vars(entry).get("id") or uuid7()
        head = ends.get(entry.unit_id, Head())
        entry.sequence = head.sequence + 1
        entry.hash = hash_of(head.hash, {name: getattr(entry, name) for name in FIELDS})
        ends[entry.unit_id] = Head(entry.sequence, entry.hash)


_UNITS = bindparam("units", type_=ARRAY(Uuid()))
_COLUMNS = tuple(History.__table__.c.keys())

_LOCK = text_of(
    select(Unit.__table__.c.id)
    .where(Unit.__table__.c.id == any_(_UNITS))
    .order_by(Unit.__table__.c.id)
    .with_for_update(key_share=True)
)
"""Holds units, always in the order of their ids."""

_NAMED = func.unnest(_UNITS).table_valued(column("id", Uuid())).render_derived("named")
_LAST = (
    select(History.sequence, History.hash)
    .where(History.unit_id == _NAMED.c.id)
    .order_by(History.sequence.desc())
    .limit(1)
    .correlate(_NAMED)
    .lateral("last")
)
_HEADS = text_of(
    select(_NAMED.c.id, _LAST.c.sequence, _LAST.c.hash).select_from(_NAMED).join(_LAST, true())
)
"""Reads where chains end, by itself: what was committed while we waited must be seen."""

_WRITE = text_of(insert(History))


async def _written(driver: asyncpg.Connection, entries: Sequence[History]) -> None:
    units = sorted({entry.unit_id for entry in entries})
    await _LOCK.rows(driver, units=units)
    heads = await _HEADS.rows(driver, units=units)
    chained(entries, {unit_id: Head(sequence, hash_) for unit_id, sequence, hash_ in heads})
    await _WRITE.each(driver, map(_row, entries))


def _row(entry: History) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in _COLUMNS}
    return row | {"changes": orjson.dumps(entry.changes).decode()}


def _hold_back(session: Session, *_: object) -> None:
    for entry in [e for e in session.new if isinstance(e, History) and not vars(e).get("hash")]:
        session.expunge(entry)
        session.info.setdefault(_HELD, []).append(entry)


def _chain(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    held: list[History] = session.info.pop(_HELD, [])
    if held:
        await_only(_written(session.connection().connection.driver_connection, held))


def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        marks: dict[SessionTransaction, int] = session.info.setdefault(_MARKS, {})
        marks[transaction] = len(session.info.get(_HELD, ()))


def _forget(session: Session, undone: SessionTransaction) -> None:
    if undone.nested:
        mark = session.info.get(_MARKS, {}).pop(undone, 0)
        del session.info.get(_HELD, [])[mark:]
    else:
        session.info.pop(_HELD, None)


event.listen(Session, "before_flush", _hold_back)
event.listen(Session, "before_commit", _chain)
event.listen(Session, "after_transaction_create", _mark)
event.listen(Session, "after_soft_rollback", _forget)
