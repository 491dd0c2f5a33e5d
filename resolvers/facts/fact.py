"""External facts on file 外部数据, for decisions about the persons whom they tell of (X13)."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, cast, func, select

from models import Fact, FactKind, FactLoad
from resolvers.kernel.decision_reader import DecisionReader
from rules.internship.mentoring import FactCoverage
from rules.kernel.region import list_ancestors

Row = TypeVar("Row", bound=Fact)
DatesByKind = Mapping[tuple[str, FactKind], tuple[date | None, date | None]]


def select_facts(table: type[Row], persons: Collection[UUID]) -> Select[Row]:
    """Write the statement for what is on file of some persons and was not taken back (X13).

    Who acts for a unit sees it only once the transaction said whom its decision is about.
    """
    named = cast(list(persons), ARRAY(Uuid()))  # one value, however many they are
    return select(table).where(table.person_id == any_(named), table.void.is_(False))


async def load_coverage(
    read: DecisionReader, regions: Collection[str]
) -> Mapping[str, FactCoverage]:
    """Return until when we know of facts in some regions, or in those above them (X13)."""
    above = {region: list_ancestors(region) for region in regions}
    statement = (
        select(FactLoad.region, FactLoad.kind, func.max(FactLoad.as_of), func.max(FactLoad.latest))
        .where(FactLoad.region.in_({code for codes in above.values() for code in codes}))
        .group_by(FactLoad.region, FactLoad.kind)
    )
    rows = await read.load_rows(statement)
    told = {(region, kind): (as_of, latest) for region, kind, as_of, latest in rows}
    return {region: _build_coverage(told, codes) for region, codes in above.items()}


def _build_coverage(told: DatesByKind, codes: Collection[str]) -> FactCoverage:
    """Take the latest word on each kind; of contributions it is the month that counts."""

    def latest(kind: FactKind, column: int) -> date | None:
        known = (told[code, kind][column] for code in codes if (code, kind) in told)
        return max((day for day in known if day is not None), default=None)

    return FactCoverage(
        contracts=latest(FactKind.LABOUR_CONTRACT, 0),
        contributions=latest(FactKind.INSURANCE_CONTRIBUTION, 1),
        registrations=latest(FactKind.UNEMPLOYMENT_REGISTRATION, 0),
        transfers=latest(FactKind.TRANSFER_EMPLOYMENT, 0),
    )
