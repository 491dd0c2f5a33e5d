from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Money, unit_owned
from models.reviewed import Reviewed


class Post(Reviewed):
    """A place at which a unit takes interns. 岗位"""

    __tablename__ = "post"
    __table_args__ = unit_owned(UniqueConstraint("unit_id", "name_key"))

    name: Mapped[str]
    name_key: Mapped[str]
    headcount: Mapped[int]
    monthly_wage: Mapped[Decimal] = mapped_column(Money)
    workplace: Mapped[str]
    duties: Mapped[str]
