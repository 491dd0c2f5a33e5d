"""A file's facts on their way in: copied aside, matched with persons, judged together (X13).

COPY is barred from tables under row-level security; so rows go into a temporary table first.
"""

from collections.abc import Iterable, Sequence

import asyncpg
from sqlalchemy import (
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    and_,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import CreateIndex, CreateTable, Index
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from models import (
    Base,
    FactKind,
    InsuranceContribution,
    LabourContract,
    Person,
    TransferEmployment,
    UnemploymentRegistration,
)
from rules.fact import FactRow
from rules.fact_shape import SHAPES
from rules.identity import birth_date, mask_id_number
from rules.refusal import Fault, Reason, fault
from rules.text import same_name

TABLES: dict[FactKind, type[Base]] = {
    FactKind.PERSON: Person,
    FactKind.INSURANCE_CONTRIBUTION: InsuranceContribution,
    FactKind.UNEMPLOYMENT_REGISTRATION: UnemploymentRegistration,
    FactKind.TRANSFER_EMPLOYMENT: TransferEmployment,
    FactKind.LABOUR_CONTRACT: LabourContract,
}
ABOUT = (
    ("line", Integer()),
    ("id", Uuid()),
    ("id_number_index", LargeBinary()),
    ("id_number_sealed", LargeBinary()),
    ("id_number_masked", String()),
    ("birth_date", Date()),
    ("name", String()),
    ("region", String()),
)
"""What is staged of whomever a row is about: sealed, as it will lie on file (X11)."""
FOUND = (("person_id", Uuid()), ("on_file", String()), ("verdict", String()))
"""What is found out about a staged row."""

Told = tuple[int, Fault]


def key_names(kind: FactKind) -> list[str]:
    """Name the columns by which a fact is known again, beside its person."""
    return [column.name for column in SHAPES[kind].key]


def told_names(kind: FactKind) -> list[str]:
    """Name the columns that a later file may tell otherwise."""
    told = [column.name for column in SHAPES[kind].told]
    contract = ["open_ended"] if kind is FactKind.LABOUR_CONTRACT else []
    return [*told, *contract, *([] if kind is FactKind.PERSON else ["void"])]


class Stage:
    """The temporary table of one file; it goes with its transaction."""

    def __init__(self, session: AsyncSession, seal: Seal, kind: FactKind) -> None:
        self.session, self.kind = session, kind
        self._seal = seal
        self._last: tuple[str, tuple[object, ...]] = ("", ())
        target = TABLES[kind].__table__
        self.keys, self.told = key_names(kind), told_names(kind)
        own = [Column(name, target.c[name].type) for name in (*self.keys, *self.told)]
        about = [Column(name, type_) for name, type_ in ABOUT]
        self._copied = [column.name for column in (*about, *own)]
        found = [Column(name, type_) for name, type_ in FOUND]
        self.table = Table(
            "staged_fact",
            MetaData(),
            *about,
            *own,
            *found,
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )

    async def open(self) -> None:
        """Make the table."""
        await self.session.execute(CreateTable(self.table))

    async def put(self, rows: Sequence[FactRow]) -> None:
        """Copy rows aside."""
        connection = await (await self.session.connection()).get_raw_connection()
        driver: asyncpg.Connection = connection.driver_connection
        await driver.copy_records_to_table(
            self.table.name, records=map(self._record, rows), columns=self._copied
        )

    def _record(self, row: FactRow) -> tuple[object, ...]:
        own = (row.values[name] for name in (*self.keys, *self.told))
        return (row.line, uuid7(), *self._sealed(row.id_number), row.name, row.region, *own)

    def _sealed(self, id_number: str) -> tuple[object, ...]:
        """Seal a number, as it would lie on file; rows about one person mostly come together."""
        if self._last[0] != id_number:
            self._last = (
                id_number,
                (
                    self._seal.index("id_number", id_number),
                    self._seal.seal("id_number", id_number),
                    mask_id_number(id_number),
                    birth_date(id_number),
                ),
            )
        return self._last[1]

    async def matched(self) -> None:
        """Index what was staged, and find its persons on file."""
        await self.session.execute(
            CreateIndex(Index("ix_staged_fact", self.table.c.id_number_index))
        )
        await self.session.execute(text("ANALYZE staged_fact"))
        await self.find_persons()

    async def find_persons(self) -> None:
        """Note whom each row is about, as far as they are on file by now."""
        s = self.table.c
        await self.session.execute(
            update(self.table)
            .where(s.person_id.is_(None), s.id_number_index == Person.id_number_index)
            .values(person_id=Person.id, on_file=Person.name)
        )

    async def unknown(self) -> Sequence[Told]:
        """List the rows about people who are not on file and can't be put there."""
        s = self.table.c
        lacking = or_(s.name.is_(None), s.region.is_(None))
        query = select(s.line, s.name).where(s.person_id.is_(None), lacking)
        return [
            (line, fault(Reason.PERSON_NOWHERE, "region"))
            if name
            else (line, fault(Reason.PERSON_UNNAMED, "name"))
            for line, name in await self.session.execute(query)
        ]

    async def misnamed(self) -> Sequence[Told]:
        """List the rows that call somebody by another name than theirs on file."""
        s = self.table.c
        differing = select(s.line, s.name, s.on_file).where(s.name != s.on_file)
        rows = await self.session.execute(differing)
        return [
            (line, fault(Reason.NAME_DIFFERS, "name"))
            for line, name, on_file in rows
            if not same_name(name, on_file)
        ]

    async def contradicting(self) -> tuple[Sequence[Told], Sequence[int]]:
        """List rows that tell a fact otherwise than an earlier one, and rows that repeat it."""
        s = self.table.c
        same = (s.person_id, *(s[name] for name in self.keys))
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

    async def drop(self, lines: Iterable[int]) -> None:
        """Take rows off the stage."""
        await self.session.execute(
            delete(self.table).where(self.table.c.line == func.any(list(lines)))
        )
