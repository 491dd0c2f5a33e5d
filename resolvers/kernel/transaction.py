"""One mutation: one transaction, in which rows are found, locked, moved and remembered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, Select, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified
from uuid_utils.compat import uuid7

from loaders.actor import Actor, build_actor, select_stated_secret, set_rls_context
from loaders.driver_statement import (
    CompiledStatement,
    EntityQuery,
    RowLock,
    build_key_query,
)
from loaders.key import NODE_TYPES, Key, parse_global_id, parse_key
from loaders.related_value import RelatedValue
from loaders.scope import is_narrowed
from loaders.statement import select_by_key, select_related, to_key_arrays
from models import Base, Changeable, Parameter, Post, Reviewed, Status, UnitOwned
from resolvers.kernel import chain, history
from resolvers.kernel.opening import NOTHING_KNOWN, Opening
from resolvers.kernel.outbox import enqueue_board_push
from resolvers.kernel.person_budget import NO_BUDGET, PersonBudget
from resolvers.kernel.policy import APPROVED_PARAMETERS, POLICY_FINGERPRINT, build_policy
from resolvers.kernel.service import Service
from rules.kernel import parameter as parameters
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import (
    Path,
    Reason,
    Refusal,
    StaleVersion,
    build_refusal,
    fault,
    refuse_if,
)
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import STEP_COLUMNS, require_target_status

Row = TypeVar("Row", bound=Base)
Record = TypeVar("Record", bound=Reviewed)


class Transaction:
    """The transaction of one mutation, speaking for one viewer."""

    def __init__(
        self,
        service: Service,
        viewer: Viewer,
        session: AsyncSession,
        persons: PersonBudget = NO_BUDGET,
        *,
        address: str = "",
        driver: asyncpg.Connection | None = None,
        opening: Opening = NOTHING_KNOWN,
    ) -> None:
        self.service = service
        self.viewer = viewer
        self.session = session
        self.persons = persons
        self.address = address
        self.now = service.now()
        self.refusal: Refusal | None = None
        self._stated = self.actor
        self._driver = driver
        self.opening = opening
        self._policy_at_begin = opening.policy
        self._policy: parameters.Policy | None = None

    def refuse_after_commit(self, refusal: Refusal) -> None:
        """Answer with a refusal although what was written stays: a wrong try that has a price."""
        self.refusal = refusal

    @property
    def today(self) -> date:
        """Return the day in Asia/Shanghai."""
        return self.service.today()

    @property
    def actor(self) -> Actor:
        """State what the decision may reach: the viewer's region, whatever their functions (X10).

        What a client names is found only where the viewer sees it.
        """
        return build_actor(self.viewer).with_all_readings()

    @property
    def unit_id(self) -> UUID:
        """Return the viewer's own unit."""
        if self.viewer.unit_id is None:
            raise build_refusal(Reason.NOT_FOUND)
        return self.viewer.unit_id

    @property
    def region(self) -> str:
        """Return the viewer's own region."""
        if self.viewer.region is None:
            raise build_refusal(Reason.NOT_FOUND)
        return self.viewer.region

    async def set_reach_of_viewer(self) -> None:
        """State that what is read from now on is told to the viewer: it is what they see."""
        await self._set_actor(build_actor(self.viewer))

    async def set_subjects(self, *subjects: UUID) -> None:
        """State that the decision is about some persons, whose facts may then be read."""
        await self._set_actor(self.actor.with_subjects(*subjects))

    async def set_lookup_secret(self, secret: str) -> None:
        """State a secret by which one row may be found."""
        await self._set_actor(self.actor.with_lookup_secret(secret))

    def select_lookup_secret(self, secret: str) -> ColumnElement[str]:
        """State a secret within the statement that adds the row which may be found by it."""
        self._stated = self._stated.with_lookup_secret(secret)
        return select_stated_secret(secret)

    async def set_lookup_number(self, indexes: Sequence[bytes]) -> None:
        """State whose number is known, by its blind indexes: the person may then be found."""
        await self._set_actor(self.actor.with_indexes(indexes))

    async def _set_actor(self, actor: Actor) -> None:
        self._stated = actor
        await set_rls_context(self.session, actor)

    async def all(self, statement: Select[Row]) -> Sequence[Row]:
        """Read rows."""
        return (await self.session.scalars(statement)).all()

    async def first(self, statement: Select[Row]) -> Row | None:
        """Read a row, or none."""
        return (await self.session.scalars(statement)).first()

    async def get(self, table: type[Row], text: str, *path: str | int) -> Row:
        """Find the row that a client named; whatever is no such row is one and the same refusal."""
        key = parse_key(text, table)
        row = await self.session.get(table, key.parts) if key else None
        if row is None or not _is_named(row, text) or not await self._is_seen(table, row):
            raise build_refusal(Reason.NOT_FOUND, *path)
        return row

    async def select_seen_keys(
        self, table: type[Row], keys: Collection[tuple[UUID, ...]]
    ) -> Collection[tuple[UUID, ...]]:
        """Select of the keys of rows that a client means those that the viewer sees (X10).

        The database is asked, for those alone whose functions open a part of such rows.
        """
        own = build_actor(self.viewer)
        if not keys or not is_narrowed(table, own):
            return keys
        await set_rls_context(self.session, own)
        known = select_by_key(table).with_only_columns(*table.__table__.primary_key)
        found = await self.session.execute(known, to_key_arrays([*keys]))
        await set_rls_context(self.session, self._stated)
        return {tuple(row) for row in found}

    async def _is_seen(self, table: type[Row], row: Row) -> bool:
        key = tuple(row.__mapper__.primary_key_from_instance(row))
        return key in await self.select_seen_keys(table, [key])

    async def get_locked(
        self, table: type[Row], text: str, version: int | None = None, *path: str | int
    ) -> Row:
        """Find the row that a client named, and hold it until the transaction ends (X12)."""
        at = path or ("id",)
        (row,) = await self.get_many_locked(table, [text])
        if row is None:
            raise build_refusal(Reason.NOT_FOUND, *at)
        _require_version(row, version, at)
        return row

    async def require_many_locked(
        self,
        table: type[Row],
        named: Sequence[tuple[str, int | None]],
        path: Path = (),
    ) -> Sequence[Row]:
        """Find and hold many rows in one statement, always in the order of their keys (X12).

        A row is told by its place in the list, also where it is the only one.
        """
        found = await self.get_many_locked(table, [text for text, _ in named])
        refuse_if(fault(Reason.NOT_FOUND, *path, n) for n, row in enumerate(found) if row is None)
        rows = [row for row in found if row is not None]
        for n, (row, (_, version)) in enumerate(zip(rows, named, strict=True)):
            _require_version(row, version, (*path, n))
        return rows

    async def get_many_locked(self, table: type[Row], texts: Sequence[str]) -> Sequence[Row | None]:
        """Find and hold the rows that a client named, in their places; none for what is no row."""
        keys = [parse_key(text, table) for text in texts]
        seen = await self.select_seen_keys(table, [key.parts for key in keys if key])
        held = await self.get_by_keys_locked(table, seen)
        rows = [held.get(key.parts) if key else None for key in keys]
        return [
            row if row is not None and _is_named(row, text) else None
            for row, text in zip(rows, texts, strict=True)
        ]

    async def refresh_locked(self, table: type[Row], rows: Sequence[Row]) -> None:
        """Read again rows that are held, after a part of the transaction was undone."""
        keys = [inspect(row).identity for row in rows]  # an undone row's columns are not read yet
        await self.get_by_keys_locked(table, [key for key in keys if key is not None])

    async def get_by_keys_locked(
        self, table: type[Row], keys: Iterable[tuple[UUID, ...]]
    ) -> Mapping[tuple[UUID, ...], Row]:
        """Find and hold rows by their keys, in one statement and in the order of these (X12)."""
        rows = await self.load_by_keys(table, keys, RowLock.AGAINST_ALL)
        identity = table.__mapper__.primary_key_from_instance
        return {tuple(identity(row)): row for row in rows}

    def create(self, row: UnitOwned | history.OfficeRecord, status: str | None = None) -> None:
        """Add a row of the viewer's unit or office, and remember who did.

        A row whose seals are bound to its id has one already.
        """
        row.id = vars(row).get("id") or uuid7()
        self.session.add(row)
        self._record_history(row, history.build_creation_entry(self, row, status))

    def change(
        self,
        row: history.Audited,
        values: Mapping[str, object],
        action: str = "CHANGE",
        reason: str | None = None,
    ) -> None:
        """Write new values to a row, and remember the old ones, and why where somebody said so."""
        before = {name: getattr(row, name) for name in values}
        stood = row.status if isinstance(row, Reviewed) else None
        for name, value in values.items():
            setattr(row, name, value)
        self.touch(row)
        mark_columns_dirty(row, values)
        entry = history.build_change_entry(self, row, action, before)
        entry.reason = reason
        self._record_history(row, entry, stood)

    def settle(
        self,
        row: history.OfficeRecord,
        action: str,
        values: Mapping[str, object],
        status: tuple[str, str],
        reason: str | None = None,
    ) -> None:
        """Take a record of an office from a state to another, and remember it (X9)."""
        before = {name: getattr(row, name) for name in values if not history.is_told(name)}
        for name, value in values.items():
            setattr(row, name, value)
        self.touch(row)
        entry = history.build_change_entry(self, row, action, before)
        entry.from_status, entry.to_status, entry.reason = *status, reason
        self._record_history(row, entry)

    def touch(self, row: object) -> None:
        """Write the next version of a changed row."""
        if isinstance(row, Changeable):
            row.version += 1
            row.updated_at = self.now

    def move(
        self, row: Record, kind: RecordKind, action: Action, reason: str | None = None
    ) -> None:
        """Take a record along a transition of the one table, and remember it (X1, X2, X9)."""
        came_from = row.status
        row.status = require_target_status(
            kind, action, came_from, row.submitted_by, self.viewer, row.barred_reviewers or ()
        )
        if action is Action.SUBMIT:
            row.submitted_by, row.submitted_at = self.viewer.account_id, self.now
            row.reviewed_by = row.reviewed_at = row.reason = None
        elif action is not Action.WITHDRAW:
            took = STEP_COLUMNS.get(action, ())
            for name, value in zip(took, (self.viewer.account_id, self.now), strict=False):
                setattr(row, name, value)
            row.reason = reason
        self.touch(row)
        mark_columns_dirty(row, (*_TRANSITION_COLUMNS, *STEP_COLUMNS.get(action, ())))
        entry = history.build_transition_entry(self, row, action, (came_from, row.status), reason)
        self._record_history(row, entry, came_from)

    def _record_history(self, row: Base, entry: history.Entry, stood: Status | None = None) -> None:
        """Write a change into the history, and that of a post into the outbox too (X9, J12)."""
        chain.hold_entry_back(self.session.sync_session, entry)
        if isinstance(row, Parameter):
            self._policy_at_begin = None
        if isinstance(row, Post):
            enqueue_board_push(self, row, stood)

    async def load_policy(self) -> parameters.Policy:
        """Return the approved parameters as they stood as this began, none used yet (X6).

        They are read again only if one has changed since any transaction last did. What changes
        them itself reads them as they stand when it first asks.
        """
        if self._policy is None:
            self._policy = self._policy_at_begin
        if self._policy is None:
            known, ((mark,),) = self.service.policy, await self.execute_direct(POLICY_FINGERPRINT)
            if known.fingerprint != mark:
                rows = (await self.session.execute(APPROVED_PARAMETERS)).all()
                known.fingerprint, known.policy = mark, build_policy(rows)
            self._policy = known.policy
        return self._policy.new_usage_recorder()

    async def fetch_entities(self, reading: EntityQuery[Row], **values: object) -> Sequence[Row]:
        """Read whole rows on the driver, as they stand with all that was written before."""
        session = self.session
        if session.new or session.dirty or session.deleted:
            await session.flush()
        records = await self.execute_direct(reading.text, **values)
        return reading.to_entities(session.sync_session, records)

    async def load_by_keys(
        self, table: type[Row], keys: Iterable[tuple[UUID, ...]], lock: RowLock = RowLock.NONE
    ) -> Sequence[Row]:
        """Read rows by their keys, and hold them if asked, in the order of the keys."""
        chosen = build_key_query(table, keys, lock)
        if chosen is None:
            return []
        query, values = chosen
        return await self.fetch_entities(query, **values)

    async def load_related(self, row: Base, *asked: RelatedValue) -> Sequence[Any]:
        """Read what other rows say of a row that is held, as its possible actions do (X4)."""
        key = tuple(row.__mapper__.primary_key_from_instance(row))
        statement, values = select_related(type(row), asked), to_key_arrays([key])
        (found,) = await self.session.execute(statement, values)
        return [each.to_value(raw) for each, raw in zip(asked, found[1:], strict=True)]

    async def execute_direct(self, text: CompiledStatement, **values: object) -> Sequence[Any]:
        """Run a statement on the driver; nothing is flushed before it."""
        if self._driver is None:
            raw = await (await self.session.connection()).get_raw_connection()
            self._driver = raw.driver_connection
        return await text.fetch_rows(self._driver, **values)


_TRANSITION_COLUMNS = (
    "status",
    "submitted_by",
    "submitted_at",
    "reviewed_by",
    "reviewed_at",
    "reason",
)


def mark_columns_dirty(row: Base, names: Iterable[str]) -> None:
    """Write columns even where they stay as they are.

    Rows that write the same columns go in one statement, however many they are.
    """
    for name in names:
        flag_modified(row, name)


def _require_version(row: Base, version: int | None, at: Path) -> None:
    if version is not None and isinstance(row, Changeable) and row.version != version:
        raise StaleVersion(row.version, at)


def _is_named(row: Base, text: str) -> bool:
    key: Key | None = parse_global_id(text)
    return key is not None and NODE_TYPES[key.type_name].is_type_of(row)
