"""External facts on file 外部数据, for decisions about the persons whom they tell of (X13)."""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from models import Fact

Row = TypeVar("Row", bound=Fact)


def facts_of(table: type[Row], persons: Collection[UUID]) -> Select[Row]:
    """Write the statement for what is on file of some persons and was not taken back (X13).

    Who acts for a unit sees it only once the transaction said whom its decision is about.
    """
    return select(table).where(table.person_id.in_(persons), table.void.is_(False))
