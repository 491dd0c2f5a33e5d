from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import for_each_table
from models.kernel.reviewed import Reviewed


class Numbered(Reviewed):
    """A record that people speak about by a number 受理编号 (X26).

    It is given at the first submission, counted by region and year, and stays.
    """

    __abstract__ = True

    business_number: Mapped[str | None] = mapped_column()


def _index_numbers(table: type[Numbered]) -> None:
    """Let no two records of a kind have one number."""
    number = table.__table__.c.business_number
    Index(f"uq_{table.__tablename__}_business_number", number, unique=True)


for_each_table(Numbered, _index_numbers)
