from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, Owner


class Installation(Base):
    """Which installation this database is of, and how often it swept its files; one row at most."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("single", name="single"),)
    owner = Owner.SYSTEM

    single: Mapped[bool] = mapped_column(primary_key=True, default=True)
    id: Mapped[UUID] = mapped_column(default=uuid7)
    sweeps: Mapped[int] = mapped_column(BigInteger, default=0)
