"""A file's facts on their way in: copied aside, matched with persons, judged together (X13).

COPY is barred from tables under row-level security; so rows go into temporary tables first. Whom
they are about lies apart from what they tell, once for rows about one person that come together.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Column,
    Integer,
    Select,
    String,
    Table,
    Uuid,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from loaders.actor import ALL_REGIONS, Actor, RegionRange, build_actor, set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import FactKind, OfficialMobile, Person, locate_sealed
from resolvers.facts.fact_column import (
    FORMER_INDEXES,
    INDEXED_COLUMNS,
    MATCH_COLUMNS,
    PERSON_COLUMNS,
    TABLES,
    build_temporary_table,
    list_key_columns,
    list_sealed_columns,
    list_value_columns,
)
from rules.facts.fact import FactPerson, FactRow, FactValues
from rules.facts.fact_shape import list_fact_columns
from rules.kernel.identity import extract_birth_date, mask_id_number
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import is_same_name
from rules.kernel.viewer import SYSTEM_VIEWER

SYSTEM_ACTOR = build_actor(SYSTEM_VIEWER)
WORK_MEMORY = "64MB"
"""What a step of the database may sort or match in memory."""

LineFault = tuple[int, Fault]


class Stage:
    """The temporary tables of one file; they go with its transaction.

    A fact is known again by `identity`, and `told` may change; `columns` are all that is written.
    """

    identity: Sequence[str]
    columns: Sequence[str]
    table: Table

    def __init__(
        self, session: AsyncSession, seal: Seal, kind: FactKind, reach: RegionRange = ALL_REGIONS
    ) -> None:
        self.session, self.kind, self.reach, self.seal = session, kind, reach, seal
        self.keys, self.told = list_key_columns(kind), list_value_columns(kind)
        self.sealed = list_sealed_columns(kind)
        self.own = [*self.keys, *self.told, *self.sealed]
        self._pick: Callable[[FactValues], tuple[object, ...]] = itemgetter(*self.own)
        given = [column.name for column in list_fact_columns(kind)]
        self._indexed = [
            (name, *INDEXED_COLUMNS[name]) for name in given if name in INDEXED_COLUMNS
        ]

    def build_table(self, name: str, before: Iterable[tuple[str, TypeEngine[Any]]]) -> Table:
        """Make a temporary table of some columns and those of the facts."""
        target = TABLES[self.kind].__table__
        own = [Column(each, target.c[each].type) for each in self.own]
        return build_temporary_table(name, [*(Column(n, t) for n, t in before), *own])

    def build_values(self, id_: UUID, told: FactValues) -> tuple[object, ...]:
        """Return what a row tells as its table keeps it: numbers indexed, or sealed (X11)."""
        if not self._indexed:
            return self._pick(told)
        values = dict(told)
        for given, stored, field in self._indexed:
            number = values.pop(given)
            values[stored] = self.seal.compute_index(field, str(number)) if number else None
        if self.sealed:
            place = locate_sealed(OfficialMobile.mobile_sealed, id_)
            values["mobile_sealed"] = self.seal.seal_text(place, str(told["mobile"]))
        return self._pick(values)

    async def create_tables(self, *tables: Table) -> None:
        """Make the tables."""
        # Rows are joined by hash in memory; LOCAL, so that no request inherits so much of it.
        await self.session.execute(text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))
        for table in tables:
            await self.session.execute(CreateTable(table))

    async def copy_records(
        self, table: Table, columns: Sequence[str], records: Sequence[tuple[object, ...]]
    ) -> None:
        """Copy records into a temporary table."""
        # COPY refuses tables with row-level security: temporary ones have none.
        connection = await (await self.session.connection()).get_raw_connection()
        driver: asyncpg.Connection = connection.driver_connection
        await driver.copy_records_to_table(table.name, records=records, columns=columns)

    async def find_contradiction_faults(self) -> tuple[Sequence[LineFault], Sequence[int]]:
        """List rows that tell a fact otherwise than an earlier one, and rows that repeat it."""
        s = self.table.c
        same = [s[name] for name in self.identity]
        twice = select(*same).group_by(*same).having(func.count() > 1).limit(1)
        if (await self.session.execute(twice)).first() is None:
            return [], []
        first = select(self.table).ext(distinct_on(*same)).order_by(*same, s.line).subquery("first")
        equal = and_(*(s[name] == first.c[name] for name in self.identity))
        told = [s[name].is_distinct_from(first.c[name]) for name in self.told]
        query = (
            select(s.line, first.c.line, or_(False, *told))
            .join(first, equal)
            .where(s.line != first.c.line)
        )
        rows = (await self.session.execute(query)).all()
        faults = [
            (line, fault(Reason.FACT_CONTRADICTED, line=earlier))
            for line, earlier, differs in rows
            if differs
        ]
        return faults, [line for line, _, differs in rows if not differs]

    async def drop_rows(self, lines: Iterable[int], *tables: Table) -> None:
        """Take rows off the stage."""
        gone = list(lines)
        for table in (self.table, *tables):
            await self.session.execute(delete(table).where(table.c.line == func.any(gone)))


class PersonStage(Stage):
    """The stage of facts about persons, who are found on file, or put there."""

    def __init__(
        self, session: AsyncSession, seal: Seal, kind: FactKind, actor: Actor = SYSTEM_ACTOR
    ) -> None:
        super().__init__(session, seal, kind, actor.act)
        self.actor = actor
        self._last: tuple[FactPerson | None, int] = (None, 0)
        self.identity = ["person_id", *self.keys]
        self.columns = ["person_id", "id", "region", *self.own]
        self.persons = build_temporary_table(
            "staged_person", [Column(n, t) for n, t in (*PERSON_COLUMNS, *MATCH_COLUMNS)]
        )
        line, id_ = ("line", Integer()), ("id", Uuid())
        self._read = self.build_table("read_fact", (line, ("whom", Integer()), id_))
        found = (line, id_, ("person_id", Uuid()), ("region", String()), ("verdict", String()))
        self.table = self.build_table("staged_fact", found)

    async def open(self) -> None:
        """Make the tables."""
        await self.create_tables(self.persons, self._read, self.table)

    async def copy_rows(self, rows: Sequence[FactRow]) -> None:
        """Copy rows aside."""
        persons: list[tuple[object, ...]] = []
        facts = []
        for row in rows:
            id_ = uuid7()
            values = self.build_values(id_, row.values)
            facts.append((row.line, self._add_person(row, persons), id_, *values))
        columns = [*(name for name, _ in PERSON_COLUMNS), FORMER_INDEXES]
        await self.copy_records(self.persons, columns, persons)
        await self.copy_records(self._read, ["line", "whom", "id", *self.own], facts)

    def _add_person(self, row: FactRow, persons: list[tuple[object, ...]]) -> int:
        """Name whom a row is about; rows about one person mostly come together."""
        if row.who is not None and row.who is not self._last[0]:
            self._last = (row.who, row.line)
            id_ = uuid7()
            persons.append((row.line, id_, *self._seal_person(id_, row.who)))
        return self._last[1]

    def _seal_person(self, id_: UUID, who: FactPerson) -> tuple[object, ...]:
        number = who.id_number
        present, *former = self.seal.compute_indexes("id_number", number)
        return (
            present,
            self.seal.seal_text(locate_sealed(Person.id_number_sealed, id_), number),
            mask_id_number(number),
            extract_birth_date(number),
            who.name,
            who.region,
            former,
        )

    async def analyze_and_find_persons(self) -> None:
        """Find on file whom the rows are about."""
        for table in (self.persons, self._read):
            # Nobody else can analyze a temporary table; the planner takes an unknown one for small.
            await self.session.execute(text(f"ANALYZE {table.name}"))
        await self.find_persons()

    async def find_persons(self) -> None:
        """Note whom each row is about, as far as they are on file by now."""
        p = self.persons.c
        former = [p[FORMER_INDEXES][n] for n in range(1, self.seal.count_indexes())]
        for index in (p.id_number_index, *former):
            await self.session.execute(
                update(self.persons)
                .where(p.person_id.is_(None), index == Person.id_number_index)
                .values(person_id=Person.id, on_file=Person.name, home=Person.region)
            )

    async def hold_new_persons(self) -> None:
        """Wait for whoever else puts persons on file while one index key follows another.

        The constraint knows an index by one key only, and others may index by another one.
        """
        if self.seal.count_indexes() > 1:
            await AdvisoryLock.NEW_PERSONS.lock(self.session)
            await self.find_persons()
            await self._pass_over_persons_elsewhere()

    async def _pass_over_persons_elsewhere(self) -> None:
        """Put nobody on file anew whom the actor doesn't see, and a former key alone would find."""
        p = self.persons.c
        await set_rls_context(self.session, SYSTEM_ACTOR)
        for number in range(1, self.seal.count_indexes()):
            there = p[FORMER_INDEXES][number] == Person.id_number_index
            await self.session.execute(
                update(self.persons).where(p.person_id.is_(None), there).values(region=None)
            )
        await set_rls_context(self.session, self.actor)

    async def find_unknown_faults(self) -> Sequence[LineFault]:
        """List the rows about people who are not on file and can't be put there."""
        p, f = self.persons.c, self._read.c
        lacking = or_(p.name.is_(None), p.region.is_(None))
        query = (
            select(f.line, p.name)
            .join(self.persons, p.whom == f.whom)
            .where(p.person_id.is_(None), lacking)
        )
        return [
            (line, fault(Reason.PERSON_NOWHERE, "region"))
            if name
            else (line, fault(Reason.PERSON_UNNAMED, "name"))
            for line, name in await self.session.execute(query)
        ]

    def select_new_persons(self) -> Select[object]:
        """Select people of whom nothing was known, with what their first row tells."""
        p, f = self.persons.c, self._read.c
        named = and_(p.person_id.is_(None), p.name.is_not(None))
        there = and_(named, p.region.between(*self.reach))
        own = self.told if self.kind is FactKind.PERSON else []
        return (
            select(*(p[name] for name, _ in PERSON_COLUMNS[1:]), *(f[name] for name in own))
            .join(self._read, f.line == p.whom)
            .where(there)
            .ext(distinct_on(p.id_number_index))
            .order_by(p.id_number_index, p.whom)
        )

    async def find_outside_faults(self) -> Sequence[LineFault]:
        """List the rows about people whom whoever loads may neither see nor put on file (X10).

        Whether they are on file elsewhere is not told.
        """
        p, f = self.persons.c, self._read.c
        query = select(f.line).join(self.persons, p.whom == f.whom).where(p.person_id.is_(None))
        lines = await self.session.scalars(query)
        return [(line, fault(Reason.PERSON_OUTSIDE, "id_number")) for line in lines]

    async def find_misnamed_faults(self) -> Sequence[LineFault]:
        """List the rows that call somebody by another name than theirs on file."""
        p, f = self.persons.c, self._read.c
        rows = await self.session.execute(
            select(p.whom, p.name, p.on_file).where(p.name != p.on_file)
        )
        wrong = [whom for whom, name, on_file in rows if not is_same_name(name, on_file)]
        if not wrong:
            return []
        lines = await self.session.scalars(select(f.line).where(f.whom == func.any(wrong)))
        return [(line, fault(Reason.NAME_DIFFERS, "name")) for line in lines]

    async def join_persons_and_facts(self) -> None:
        """Bring together what is told and of whom, now that all of them are on file."""
        p, f = self.persons.c, self._read.c
        rows = select(f.line, f.id, p.person_id, p.home, p.verdict, *(f[n] for n in self.own)).join(
            self.persons, p.whom == f.whom
        )
        names = ["line", "id", "person_id", "region", "verdict", *self.own]
        await self.session.execute(insert(self.table).from_select(names, rows))
        await self.session.execute(text(f"ANALYZE {self.table.name}"))

    async def drop_rows(self, lines: Iterable[int], *tables: Table) -> None:
        """Take rows off the stage, also those whose persons were not looked at yet."""
        await super().drop_rows(lines, self._read, *tables)
