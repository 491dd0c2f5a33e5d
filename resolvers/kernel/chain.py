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

from loaders.driver_statement import compile_statement
from models import Claim, ClaimLine, History, Unit
from rules.kernel.chain import SEALED_FIELDS, ChainHead, compute_hash

_HELD, _MARKS = "history held back", "history held back before a savepoint"


def append_to_hash_chain(entries: Sequence[History], heads: Mapping[UUID, ChainHead]) -> None:
    """Append each entry to its unit's chain: its number, and the hash that seals it to the last."""
    ends = dict(heads)
    for entry in entries:
        entry.id = vars(entry).get("id") or uuid7()
        head = ends.get(entry.unit_id, ChainHead())
        entry.sequence = head.sequence + 1
        entry.hash = compute_hash(head.hash, {name: getattr(entry, name) for name in SEALED_FIELDS})
        ends[entry.unit_id] = ChainHead(entry.sequence, entry.hash)


_UNITS = bindparam("units", type_=ARRAY(Uuid()))
_COLUMNS = tuple(History.__table__.c.keys())

_LOCK_UNITS = compile_statement(
    select(Unit.__table__.c.id, Unit.__table__.c.name)
    .where(Unit.__table__.c.id == any_(_UNITS))
    .order_by(Unit.__table__.c.id)
    .with_for_update(key_share=True)
)
"""Holds units, always in the order of their ids.

NO KEY UPDATE lets those through who add rows of the unit: their foreign keys share its key.
"""

_NAMED_UNITS = func.unnest(_UNITS).table_valued(column("id", Uuid())).render_derived("named")
_LAST_ENTRY = (
    select(History.sequence, History.hash)
    .where(History.unit_id == _NAMED_UNITS.c.id)
    .order_by(History.sequence.desc())
    .limit(1)
    .correlate(_NAMED_UNITS)
    .lateral("last")
)
_CHAIN_HEADS = compile_statement(
    select(_NAMED_UNITS.c.id, _LAST_ENTRY.c.sequence, _LAST_ENTRY.c.hash)
    .select_from(_NAMED_UNITS)
    .join(_LAST_ENTRY, true())
)
"""Reads where chains end, by itself: what was committed while we waited must be seen."""

_TITLED_BY_UNIT = frozenset({Claim.__name__, ClaimLine.__name__})

_INSERT_ENTRIES = compile_statement(insert(History))


async def _write_entries(driver: asyncpg.Connection, entries: Sequence[History]) -> None:
    units = sorted({entry.unit_id for entry in entries})
    names = dict(await _LOCK_UNITS.fetch_rows(driver, units=units))
    _name_units(entries, names)
    heads = await _CHAIN_HEADS.fetch_rows(driver, units=units)
    append_to_hash_chain(
        entries, {unit_id: ChainHead(sequence, hash_) for unit_id, sequence, hash_ in heads}
    )
    await _INSERT_ENTRIES.execute_many(driver, map(_build_row, entries))


def _name_units(entries: Sequence[History], names: Mapping[UUID, str]) -> None:
    """Put the unit's name before what a claim is called: who handles many units' sees it at once.

    A unit is not loaded where its record is, but it is held here.
    """
    for entry in entries:
        if entry.record in _TITLED_BY_UNIT:
            entry.title = f"{names[entry.unit_id]} {entry.title}"


def _build_row(entry: History) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in _COLUMNS}
    return row | {"changes": orjson.dumps(entry.changes).decode()}


def _hold_entries_back(session: Session, *_: object) -> None:
    for entry in [e for e in session.new if isinstance(e, History) and not vars(e).get("hash")]:
        session.expunge(entry)
        session.info.setdefault(_HELD, []).append(entry)


def _chain_held_entries(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    held: list[History] = session.info.pop(_HELD, [])
    if held:
        await_only(_write_entries(session.connection().connection.driver_connection, held))


def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        marks: dict[SessionTransaction, int] = session.info.setdefault(_MARKS, {})
        marks[transaction] = len(session.info.get(_HELD, ()))


def _forget_undone_entries(session: Session, undone: SessionTransaction) -> None:
    if undone.nested:
        mark = session.info.get(_MARKS, {}).pop(undone, 0)
        del session.info.get(_HELD, [])[mark:]
    else:
        session.info.pop(_HELD, None)


event.listen(Session, "before_flush", _hold_entries_back)
event.listen(Session, "before_commit", _chain_held_entries)
event.listen(Session, "after_transaction_create", _mark_savepoint)
event.listen(Session, "after_soft_rollback", _forget_undone_entries)
