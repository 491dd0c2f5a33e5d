"""History gets its place in its unit's chain as the transaction commits (X9, ADR 0024).

Entries are held back until then: so the unit is locked last and shortly, whoever writes what
before, and what a savepoint undoes is not told. Any session that adds history does so.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, column, event, func, select, true
from sqlalchemy.orm import Session, SessionTransaction
from uuid_utils.compat import uuid7

from models import History, Unit
from rules.chain import FIELDS, Head, hash_of

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


def _heads(session: Session, units: Sequence[UUID]) -> Mapping[UUID, Head]:
    """Lock units, always in the order of their ids, and read where their chains end."""
    locked = select(Unit.id).where(Unit.id.in_(units)).order_by(Unit.id)
    session.execute(locked.with_for_update(key_share=True))
    # A statement of its own: what was committed while we waited must be seen.
    given = bindparam("units", units, ARRAY(Uuid()))
    named = func.unnest(given).table_valued(column("id", Uuid())).render_derived("named")
    last = (
        select(History.sequence, History.hash)
        .where(History.unit_id == named.c.id)
        .order_by(History.sequence.desc())
        .limit(1)
        .correlate(named)
        .lateral("last")
    )
    heads = select(named.c.id, last.c.sequence, last.c.hash).select_from(named)
    found = session.execute(heads.join(last, true()))
    return {unit_id: Head(sequence, hash_) for unit_id, sequence, hash_ in found}


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
        units = sorted({entry.unit_id for entry in held})
        chained(held, _heads(session, units))
        session.add_all(held)


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
