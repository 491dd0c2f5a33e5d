from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Owner, RegionCode


class ConsultedRecord(Base):
    """A record of a unit that officers of another region read to decide a claim there (X21).

    The unit itself, the account into which it is to be paid, the rosters, the persons named, and
    the claim, whose history began at home. The policies of these tables look here.
    """

    __tablename__ = "consulted_record"
    owner = Owner.UNIT

    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"), primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
