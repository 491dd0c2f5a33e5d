"""History gets its place in its chain as the transaction commits (X9, ADR 0024).

Entries are held back until then: so units and offices are locked last and shortly, whoever writes
what before, and what a savepoint undoes is not told. Any session that adds history does so.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Text,
    Uuid,
    bindparam,
    column,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.util import await_only
from uuid_utils.compat import uuid7

from loaders.advisory_lock import AdvisoryLock
from loaders.driver_statement import compile_statement
from models import (
    AccessHistory,
    Claim,
    ClaimLine,
    History,
    OfficeHistory,
    Placed,
    is_at_home,
)
from rules.kernel.chain import (
    ACCESS_CHAIN,
    OFFICE_CHAIN,
    UNIT_CHAIN,
    ChainHead,
    ChainKey,
    ChainShape,
    HistoryKey,
    compute_hash,
)

Entry = History | OfficeHistory | AccessHistory

KEYS_OPTION = "history_keys"
"""Under which option a pool knows the keys of the history: the first one marks what is written."""
_HELD, _MARKS = "history held back", "history held back before a savepoint"


def get_history_keys(options: Mapping[str, Any]) -> Sequence[HistoryKey]:
    """Return the keys that a pool's options name; none where it is not the service's."""
    keys: Sequence[HistoryKey] = options.get(KEYS_OPTION, ())
    return keys


SHAPES: Mapping[type[Entry], ChainShape] = {
    History: UNIT_CHAIN,
    OfficeHistory: OFFICE_CHAIN,
    AccessHistory: ACCESS_CHAIN,
}
"""How each history is chained, in the order in which chains are held."""


def get_shape(table: type[Entry]) -> ChainShape:
    """Return how a history is chained: by the unit, the office's region, or what it calls it."""
    return SHAPES[table]


def append_to_hash_chain(
    entries: Sequence[Entry], heads: Mapping[ChainKey, ChainHead], key: HistoryKey | None
) -> None:
    """Append each entry to its chain: its number, and the hash that seals it to the last.

    The key is one that the database does not hold (ADR 0068).
    """
    ends = dict(heads)
    for entry in entries:
        shape = get_shape(type(entry))
        whose = getattr(entry, shape.key)
        entry.id = vars(entry).get("id") or uuid7()
        head = ends.get(whose, ChainHead())
        entry.sequence = head.sequence + 1
        entry.key_id = key.id if key else None
        known = vars(entry)
        sealed = {name: known.get(name) for name in shape.columns}
        sealed |= {"at_home": is_at_home(entry)}
        entry.hash = compute_hash(head.hash, sealed, shape, key)
        ends[whose] = ChainHead(entry.sequence, entry.hash)


_UNIT_CHAINS = func.hold_unit_chains(bindparam("units", type_=ARRAY(Uuid()))).table_valued(
    column("unit", Uuid()), "name", "sequence", "hash"
)
_HOLD_UNIT_CHAINS = compile_statement(select(*_UNIT_CHAINS.c))
"""Holds units, always in the order of their ids, and reads where their chains end (r0027).

One statement, for it is asked last in nearly every mutation. The function takes a new snapshot for
each of its own, so that what was committed while it waited is seen. NO KEY UPDATE lets those
through who add rows of the unit: their foreign keys share its key. Whoever writes may hold the
units until the transaction's end, which comes next: entries may lie elsewhere (ADR 0052).
"""

_OFFICE_CHAINS = func.hold_office_chains(
    bindparam("regions", type_=ARRAY(Text())), bindparam("keys", type_=ARRAY(BigInteger()))
).table_valued(column("region", Text()), "sequence", "hash")
_HOLD_OFFICE_CHAINS = compile_statement(select(*_OFFICE_CHAINS.c))
"""Takes the locks of offices, and reads where their chains end.

It states whose chains are sealed: whoever acts, they read where these end, and add to them.
"""

_ACCESS_CHAINS = func.hold_access_chains(
    bindparam("chains", type_=ARRAY(Text())), bindparam("keys", type_=ARRAY(BigInteger()))
).table_valued(column("chain", Text()), "sequence", "hash")
_HOLD_ACCESS_CHAINS = compile_statement(select(*_ACCESS_CHAINS.c))
"""Takes the locks of chains of access, and reads where they end, as for those of offices."""

_TITLED_BY_UNIT = frozenset({Claim.__name__, ClaimLine.__name__})

_INSERTS = {table: compile_statement(insert(table)) for table in SHAPES}


def _name_units(entries: Sequence[History], names: Mapping[UUID, str]) -> None:
    """Put the unit's name before what a claim is called: who handles many units' sees it at once.

    What has no name of its own, such as a declaration, is called by its unit's. A unit is not
    loaded where its record is, but it is held here.
    """
    for entry in entries:
        if entry.title is None:
            entry.title = names[entry.unit_id]
        elif entry.record in _TITLED_BY_UNIT:
            entry.title = f"{names[entry.unit_id]} {entry.title}"


async def _write_entries(
    driver: asyncpg.Connection, entries: Sequence[Entry], key: HistoryKey | None
) -> None:
    """Write entries, of units, then of offices, then of access: so all lock in one order."""
    of_units = [entry for entry in entries if isinstance(entry, History)]
    if of_units:
        units = sorted({entry.unit_id for entry in of_units})
        held = await _HOLD_UNIT_CHAINS.fetch_rows(driver, units=units)
        _name_units(of_units, {unit: name for unit, name, _, _ in held})
        ends = _build_heads((unit, *end) for unit, _, *end in held)
        await _append_entries(driver, History, of_units, ends, key)
    of_offices = [entry for entry in entries if isinstance(entry, OfficeHistory)]
    if of_offices:
        regions = sorted({entry.region for entry in of_offices})
        keys = AdvisoryLock.OFFICE_CHAIN.compute_keys(regions)
        held = await _HOLD_OFFICE_CHAINS.fetch_rows(driver, regions=regions, keys=keys)
        await _append_entries(driver, OfficeHistory, of_offices, _build_heads(held), key)
    of_access = [entry for entry in entries if isinstance(entry, AccessHistory)]
    if of_access:
        chains = sorted({entry.chain for entry in of_access})
        keys = AdvisoryLock.ACCESS_CHAIN.compute_keys(chains)
        held = await _HOLD_ACCESS_CHAINS.fetch_rows(driver, chains=chains, keys=keys)
        await _append_entries(driver, AccessHistory, of_access, _build_heads(held), key)


def _build_heads(held: Iterable[Sequence[Any]]) -> Mapping[ChainKey, ChainHead]:
    """Tell where chains end; one that has no entry yet has no end."""
    return {of: ChainHead(number, hash_) for of, number, hash_ in held if number is not None}


async def _append_entries(
    driver: asyncpg.Connection,
    table: type[Entry],
    entries: Sequence[Entry],
    heads: Mapping[ChainKey, ChainHead],
    key: HistoryKey | None,
) -> None:
    append_to_hash_chain(entries, heads, key)
    await _INSERTS[table].execute_many(driver, map(_build_row, entries))


def _build_row(entry: Entry) -> dict[str, Any]:
    known = vars(entry)
    row = {column.key: known.get(column.key) for column in entry.__table__.c}
    if isinstance(entry, Placed):
        row["at_home"] = is_at_home(entry)
    if not isinstance(entry, AccessHistory):
        row["changes"] = orjson.dumps(entry.changes).decode()
    return row


def hold_entry_back(session: Session, entry: Entry) -> None:
    """Keep an entry until the commit."""
    session.info.setdefault(_HELD, []).append(entry)


def take_held_entries(session: Session) -> list[Entry]:
    """Return the entries that wait for the commit, which won't write them any more."""
    held: list[Entry] = session.info.pop(_HELD, [])
    return held


def hold_entries_back(session: Session, *_: object) -> None:
    """Keep the entries that were added until the commit."""
    for entry in [e for e in session.new if isinstance(e, Entry) and not vars(e).get("hash")]:
        session.expunge(entry)
        hold_entry_back(session, entry)


def _chain_held_entries(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    held = take_held_entries(session)
    if held:
        connection = session.connection()
        key = next(iter(get_history_keys(connection.get_execution_options())), None)
        await_only(_write_entries(connection.connection.driver_connection, held, key))


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


event.listen(Session, "before_flush", hold_entries_back)
event.listen(Session, "before_commit", _chain_held_entries)
event.listen(Session, "after_transaction_create", _mark_savepoint)
event.listen(Session, "after_soft_rollback", _forget_undone_entries)
