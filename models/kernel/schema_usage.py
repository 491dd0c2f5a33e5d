from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Owner


class SchemaUsage(Base):
    """How often a program's documents used a field of the schema on a day; of no person."""

    __tablename__ = "schema_usage"
    owner = Owner.SYSTEM

    day: Mapped[date] = mapped_column(primary_key=True)
    client: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    coordinate: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime] = mapped_column(index=True)
