"""External facts on file 外部数据, for decisions about the persons whom they tell of (X13)."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, cast, func, select

from models import Fact, FactKind, FactLoad
from resolvers.kernel.reading import Reading
from rules.internship.mentoring import Coverage
from rules.kernel.region import ancestors

Row = TypeVar("Row", bound=Fact)
Told = Mapping[tuple[str, FactKind], tuple[date | None, date | None]]


def facts_of(table: type[Row], persons: Collection[UUID]) -> Select[Row]:
    """Write the statement for what is on file of some persons and was not taken back (X13).

    Who acts for a unit sees it only once the transaction said whom its decision is about.
    """
    named = cast(list(persons), ARRAY(Uuid()))  # one value, however many they are
    return select(table).where(table.person_id == any_(named), table.void.is_(False))


async def coverage_of(read: Reading, regions: Collection[str]) -> Mapping[str, Coverage]:
    """Tell until when we know of facts in some regions, or in those above them (X13)."""
    above = {region: ancestors(region) for region in regions}
    statement = (
        select(FactLoad.region, FactLoad.kind, func.max(FactLoad.as_of), func.max(FactLoad.latest))
        .where(FactLoad.region.in_({code for codes in above.values() for code in codes}))
        .group_by(FactLoad.region, FactLoad.kind)
    )
    rows = await read.all(statement)
    told = {(region, kind): (as_of, latest) for region, kind, as_of, latest in rows}
    return {region: _coverage(told, codes) for region, codes in above.items()}


def _coverage(told: Told, codes: Collection[str]) -> Coverage:
    """Take the latest word on each kind; of contributions it is the month that counts."""

    def latest(kind: FactKind, column: int) -> date | None:
        known = (told[code, kind][column] for code in codes if (code, kind) in told)
        return max((day for day in known if day is not None), default=None)

    return Coverage(
        latest(FactKind.LABOUR_CONTRACT, 0),
        latest(FactKind.INSURANCE_CONTRIBUTION, 1),
        latest(FactKind.UNEMPLOYMENT_REGISTRATION, 0),
        latest(FactKind.TRANSFER_EMPLOYMENT, 0),
    )
