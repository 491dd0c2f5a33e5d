"""History gets its place in its chain as the transaction commits (X9, ADR 0024).

Entries are held back until then: so units and offices are locked last and shortly, whoever writes
what before, and what a savepoint undoes is not told. Any session that adds history does so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, runtime_checkable
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Insert,
    Text,
    Update,
    Uuid,
    bindparam,
    case,
    column,
    event,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.util import await_only
from uuid_utils.compat import uuid7

from loaders.advisory_lock import AdvisoryLock
from loaders.driver_statement import (
    CompiledStatement,
    build_bulk_insert,
    compile_statement,
    get_bind_processor,
    list_given_rows,
)
from models import (
    AccessHistory,
    BoardPush,
    Claim,
    ClaimLine,
    History,
    OfficeHistory,
    Placed,
    Request,
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
_Gate = Callable[[ColumnElement[Any]], ColumnElement[Any]]
_HELD, _MARKS = "history held back", "history held back before a savepoint"
_ANSWER = "answer held back"


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


_HOLDERS: Mapping[type[Entry], Callable[[_Gate], FromClause]] = {
    History: lambda gate: func.hold_unit_chains(
        gate(bindparam("held_units", type_=ARRAY(Uuid())))
    ).table_valued(column("unit", Uuid()), "name", "sequence", "hash"),
    OfficeHistory: lambda gate: func.hold_office_chains(
        gate(bindparam("held_regions", type_=ARRAY(Text()))),
        bindparam("held_keys", type_=ARRAY(BigInteger())),
    ).table_valued(column("region", Text()), "sequence", "hash"),
    AccessHistory: lambda gate: func.hold_access_chains(
        gate(bindparam("held_chains", type_=ARRAY(Text()))),
        bindparam("held_keys", type_=ARRAY(BigInteger())),
    ).table_valued(column("chain", Text()), "sequence", "hash"),
}
"""Takes the locks of chains, and reads where they end (r0027).

Units are held always in the order of their ids. One statement, for it is asked last in nearly every
mutation. The functions take a new snapshot for each of their own statements, so that what was
committed while they waited is seen. NO KEY UPDATE lets those through who add rows of the unit:
their foreign keys share its key. Whoever writes may hold the units until the transaction's end,
which comes next: entries may lie elsewhere (ADR 0052). For offices and access they state whose
chains are sealed: whoever acts, they read where these end, and add to them.
"""


@lru_cache(maxsize=1024)
def _build_hold_statement(table: type[Entry], last: Update | None) -> CompiledStatement:
    """Write the statement that holds chains, once the last change of rows is written (ADR 0101).

    The change stands in the same statement, and the locks are taken when all of it is done: their
    function is called with nothing before the rows are counted.
    """
    if last is None:
        return compile_statement(select(*_HOLDERS[table](lambda whose: whose).c))
    written = last.returning(literal_column("1").label("one")).cte("written")
    count = select(func.count()).select_from(written).scalar_subquery()
    held = _HOLDERS[table](lambda whose: case((count >= literal_column("0"), whose)))
    return compile_statement(select(*held.c, count.label("written")))


_TITLED_BY_UNIT = frozenset({Claim.__name__, ClaimLine.__name__})

_PUSHED = {
    f"pushed_{each.key}": each for each in BoardPush.__table__.c if each.server_default is None
}
_PUSHED_COLUMNS = [each.key for each in _PUSHED.values()]
_SPELLED_PUSH = {name: (each.key, get_bind_processor(each)) for name, each in _PUSHED.items()}
_ANSWERING = "answering"
_BESIDE: Mapping[str, Insert | Update] = {
    _ANSWERING: update(Request)
    .where(
        Request.account_id == bindparam("answered_account", type_=Uuid()),
        Request.key == bindparam("answered_key", type_=Text()),
    )
    .values(answer=bindparam("answered", type_=JSONB()))
    .returning(literal_column("1").label("one")),
    "pushing": insert(BoardPush).from_select(
        _PUSHED_COLUMNS,
        select(*(bindparam(name, type_=each.type) for name, each in _PUSHED.items())),
        include_defaults=False,
    ),
    "pushing_many": insert(BoardPush).from_select(
        _PUSHED_COLUMNS, select(*list_given_rows(_PUSHED).c), include_defaults=False
    ),
}
"""What is written last of all beside entries: an answer under a request's key, and the outbox."""


@lru_cache
def _build_insertion(
    table: type[Entry], beside: Sequence[str], *, is_bulk: bool
) -> CompiledStatement:
    """Write the statement that adds entries, one or many, with what is written beside them."""
    clause = build_bulk_insert(table) if is_bulk else insert(table)
    for name in beside:
        written = _BESIDE[name].cte(name)
        clause = clause.add_cte(written)
        if name == _ANSWERING:
            count = select(func.count()).select_from(written).scalar_subquery()
            clause = clause.returning(count.label("answered"))
    return compile_statement(clause)


@lru_cache
def _compile_alone(name: str) -> CompiledStatement:
    return compile_statement(_BESIDE[name])


def _require_answer_written(written: int) -> None:
    """Demand that the request was there: without its answer, a repetition would find none (X12)."""
    if written != 1:
        raise StaleDataError("a request was not there to be answered")


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


class RequestAnswer(NamedTuple):
    """What is answered under the key of a request, to be written as the transaction commits."""

    account_id: UUID
    key: str
    answer: object

    def to_values(self) -> dict[str, Any]:
        """Spell it for the statements that write it."""
        return {
            "answered_account": self.account_id,
            "answered_key": self.key,
            "answered": orjson.dumps(self.answer).decode(),
        }


class LastChange(Protocol):
    """The last change of rows of a transaction, which a statement may take in."""

    @property
    def clause(self) -> Update:
        """Return the change, always the same for the same table and columns."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Return the values of its parameters."""

    def finish(self, written: int) -> None:
        """Take it as written, to so many rows."""


@runtime_checkable
class LastWriter(Protocol):
    """A session that can leave its last change to another statement."""

    def take_last_change(self) -> LastChange | None:
        """Return the only change that is to be written; none where a flush must find out."""


class _ChainWriter:
    """Writes the entries of a transaction into their chains, as the last thing that it does."""

    def __init__(
        self,
        driver: asyncpg.Connection,
        key: HistoryKey | None,
        last: LastChange | None,
        beside: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._driver, self._key = driver, key
        self._last, self._beside = last, beside

    async def write(self, entries: Sequence[Entry]) -> None:
        """Write entries, of units, then of offices, then of access: so all lock in one order.

        What is written beside them goes with the last ones, or alone where there are none.
        """
        kinds = [table for table in SHAPES if any(isinstance(e, table) for e in entries)]
        for table in kinds:
            own = [entry for entry in entries if isinstance(entry, table)]
            heads = await self._hold_chains(table, own)
            append_to_hash_chain(own, heads, self._key)
            await self._add_entries(table, own, self._beside if table is kinds[-1] else {})
        for name, values in () if kinds else self._beside.items():
            written = await _compile_alone(name).execute(self._driver, **values)
            if name == _ANSWERING:
                _require_answer_written(written)

    async def _hold_chains(
        self, table: type[Entry], entries: Sequence[Entry]
    ) -> Mapping[ChainKey, ChainHead]:
        name = get_shape(table).key
        whose = sorted({getattr(entry, name) for entry in entries})
        if table is not History:
            lock = _LOCKS[table]
            held = await self._hold(table, {_HELD_BY[table]: whose, "held_keys": lock(whose)})
            return _build_heads(held)
        held = await self._hold(table, {_HELD_BY[table]: whose})
        of_units = [entry for entry in entries if isinstance(entry, History)]
        _name_units(of_units, {unit: name for unit, name, _, _ in held})
        return _build_heads((unit, *end) for unit, _, *end in held)

    async def _hold(self, table: type[Entry], whose: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        last, self._last = self._last, None
        if last is None:
            return await _build_hold_statement(table, None).fetch_rows(self._driver, **whose)
        holding = _build_hold_statement(table, last.clause)
        rows = await holding.fetch_rows(self._driver, **whose, **last.values)
        last.finish(rows[0]["written"])
        return [tuple(row)[:-1] for row in rows]

    async def _add_entries(
        self,
        table: type[Entry],
        entries: Sequence[Entry],
        beside: Mapping[str, Mapping[str, Any]],
    ) -> None:
        rows, is_bulk = [_build_row(entry) for entry in entries], len(entries) > 1
        values = {name: [row[name] for row in rows] for name in rows[0]} if is_bulk else rows[0]
        insertion = _build_insertion(table, tuple(beside), is_bulk=is_bulk)
        for more in beside.values():
            values = {**values, **more}
        if _ANSWERING not in beside:
            await insertion.execute(self._driver, **values)
            return
        rows_told = await insertion.fetch_rows(self._driver, **values)
        _require_answer_written(rows_told[0]["answered"])


_HELD_BY: Mapping[type[Entry], str] = {
    History: "held_units",
    OfficeHistory: "held_regions",
    AccessHistory: "held_chains",
}
_LOCKS: Mapping[type[Entry], Callable[[Iterable[str]], Sequence[int]]] = {
    OfficeHistory: AdvisoryLock.OFFICE_CHAIN.compute_keys,
    AccessHistory: AdvisoryLock.ACCESS_CHAIN.compute_keys,
}


def _build_heads(held: Iterable[Sequence[Any]]) -> Mapping[ChainKey, ChainHead]:
    """Tell where chains end; one that has no entry yet has no end."""
    return {of: ChainHead(number, hash_) for of, number, hash_ in held if number is not None}


def _build_row(entry: Entry) -> dict[str, Any]:
    known = vars(entry)
    row = {column.key: known.get(column.key) for column in entry.__table__.c}
    if isinstance(entry, Placed):
        row["at_home"] = is_at_home(entry)
    if not isinstance(entry, AccessHistory):
        row["changes"] = orjson.dumps(entry.changes).decode()
    return row


Held = Entry | BoardPush


def hold_entry_back(session: Session, entry: Held) -> None:
    """Keep an entry until the commit."""
    session.info.setdefault(_HELD, []).append(entry)


def take_held_entries(session: Session) -> list[Held]:
    """Return what waits for the commit, which won't write it any more."""
    held: list[Held] = session.info.pop(_HELD, [])
    return held


def hold_entries_back(session: Session, *_: object) -> None:
    """Keep the entries that were added until the commit, and the outbox with them."""
    for row in [e for e in session.new if isinstance(e, Held) and not vars(e).get("hash")]:
        session.expunge(row)
        hold_entry_back(session, row)


def hold_answer_back(session: Session, answer: RequestAnswer) -> None:
    """Keep what is answered under a key until the commit."""
    session.info[_ANSWER] = answer


def _chain_held_entries(session: Session) -> None:
    if session.in_nested_transaction():
        return
    hold_entries_back(session)
    held_back = session.info.get(_HELD)
    last = session.take_last_change() if held_back and isinstance(session, LastWriter) else None
    if last is None:
        session.flush()
    held, answer = take_held_entries(session), session.info.pop(_ANSWER, None)
    if held or answer:
        connection = session.connection()
        key = next(iter(get_history_keys(connection.get_execution_options())), None)
        beside = {} if answer is None else {_ANSWERING: answer.to_values()}
        pushes = [_spell_push(row) for row in held if isinstance(row, BoardPush)]
        if len(pushes) == 1:
            beside["pushing"] = pushes[0]
        elif pushes:
            beside["pushing_many"] = {name: [each[name] for each in pushes] for name in _PUSHED}
        writer = _ChainWriter(connection.connection.driver_connection, key, last, beside)
        await_only(writer.write([row for row in held if not isinstance(row, BoardPush)]))


def _spell_push(push: BoardPush) -> Mapping[str, Any]:
    known = vars(push)
    return {
        name: known.get(key) if process is None else process(known.get(key))
        for name, (key, process) in _SPELLED_PUSH.items()
    }


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
        session.info.pop(_ANSWER, None)


event.listen(Session, "before_flush", hold_entries_back)
event.listen(Session, "before_commit", _chain_held_entries)
event.listen(Session, "after_transaction_create", _mark_savepoint)
event.listen(Session, "after_soft_rollback", _forget_undone_entries)
