"""A file's facts on their way in: copied aside, matched with persons, judged together (X13).

COPY is barred from tables under row-level security; so rows go into temporary tables first. Whom
they are about lies apart from what they tell, once for rows about one person that come together.
"""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Column,
    Integer,
    Select,
    String,
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
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from loaders.actor import ALL_REGIONS, RegionRange
from models import FactKind, Person, locate_sealed
from resolvers.facts.fact_column import (
    MATCH_COLUMNS,
    PERSON_COLUMNS,
    TABLES,
    build_temporary_table,
    list_key_columns,
    list_value_columns,
)
from rules.facts.fact import FactPerson, FactRow
from rules.kernel.identity import extract_birth_date, mask_id_number
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import is_same_name

WORK_MEMORY = "64MB"
"""What a step of the database may sort or match in memory."""

LineFault = tuple[int, Fault]


class Stage:
    """The temporary tables of one file; they go with its transaction."""

    def __init__(
        self, session: AsyncSession, seal: Seal, kind: FactKind, reach: RegionRange = ALL_REGIONS
    ) -> None:
        self.session, self.kind, self._reach = session, kind, reach
        self._seal = seal
        self._last: tuple[FactPerson | None, int] = (None, 0)
        target = TABLES[kind].__table__
        self.keys, self.told = list_key_columns(kind), list_value_columns(kind)
        self.own = [*self.keys, *self.told]
        self._values = itemgetter(*self.own)

        def own() -> list[Column[object]]:
            return [Column(name, target.c[name].type) for name in self.own]

        self.persons = build_temporary_table(
            "staged_person", [Column(n, t) for n, t in (*PERSON_COLUMNS, *MATCH_COLUMNS)]
        )
        line, id_ = ("line", Integer()), ("id", Uuid())
        self._read = build_temporary_table(
            "read_fact", [*(Column(n, t) for n, t in (line, ("whom", Integer()), id_)), *own()]
        )
        found = (line, id_, ("person_id", Uuid()), ("region", String()), ("verdict", String()))
        self.table = build_temporary_table(
            "staged_fact", [*(Column(n, t) for n, t in found), *own()]
        )

    async def open(self) -> None:
        """Make the tables."""
        # Rows are joined by hash in memory; LOCAL, so that no request inherits so much of it.
        await self.session.execute(text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))
        for table in (self.persons, self._read, self.table):
            await self.session.execute(CreateTable(table))

    async def copy_rows(self, rows: Sequence[FactRow]) -> None:
        """Copy rows aside."""
        # COPY refuses tables with row-level security: temporary ones have none.
        connection = await (await self.session.connection()).get_raw_connection()
        driver: asyncpg.Connection = connection.driver_connection
        persons: list[tuple[object, ...]] = []
        facts = [
            (row.line, self._add_person(row, persons), uuid7(), *self._values(row.values))
            for row in rows
        ]
        columns = [name for name, _ in PERSON_COLUMNS]
        await driver.copy_records_to_table(self.persons.name, records=persons, columns=columns)
        await driver.copy_records_to_table(
            self._read.name, records=facts, columns=["line", "whom", "id", *self.own]
        )

    def _add_person(self, row: FactRow, persons: list[tuple[object, ...]]) -> int:
        """Name whom a row is about; rows about one person mostly come together."""
        if row.who is not self._last[0]:
            self._last = (row.who, row.line)
            id_ = uuid7()
            persons.append((row.line, id_, *self._seal_person(id_, row.who)))
        return self._last[1]

    def _seal_person(self, id_: UUID, who: FactPerson) -> tuple[object, ...]:
        number = who.id_number
        return (
            self._seal.compute_index("id_number", number),
            self._seal.seal_text(locate_sealed(Person.id_number_sealed, id_), number),
            mask_id_number(number),
            extract_birth_date(number),
            who.name,
            who.region,
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
        await self.session.execute(
            update(self.persons)
            .where(p.person_id.is_(None), p.id_number_index == Person.id_number_index)
            .values(person_id=Person.id, on_file=Person.name, home=Person.region)
        )

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
        there = and_(named, p.region.between(*self._reach))
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

    async def find_contradiction_faults(self) -> tuple[Sequence[LineFault], Sequence[int]]:
        """List rows that tell a fact otherwise than an earlier one, and rows that repeat it."""
        s = self.table.c
        same = (s.person_id, *(s[name] for name in self.keys))
        twice = select(*same).group_by(*same).having(func.count() > 1).limit(1)
        if (await self.session.execute(twice)).first() is None:
            return [], []
        first = select(self.table).ext(distinct_on(*same)).order_by(*same, s.line).subquery("first")
        equal = and_(*(s[name] == first.c[name] for name in ("person_id", *self.keys)))
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

    async def drop_rows(self, lines: Iterable[int]) -> None:
        """Take rows off the stage."""
        for table in (self._read, self.table):
            line = table.c.line
            await self.session.execute(delete(table).where(line == func.any(list(lines))))
