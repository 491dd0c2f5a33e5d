from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Owner, RegionCode, build_enum_type


class RegionLevel(StrEnum):
    """How high a region stands in the tree of GB/T 2260."""

    NATION = "NATION"
    PROVINCE = "PROVINCE"
    CITY = "CITY"
    DISTRICT = "DISTRICT"


class Region(Base):
    """A region of GB/T 2260. 行政区划"""

    __tablename__ = "region"
    owner = Owner.REGISTER

    code: Mapped[str] = mapped_column(RegionCode, primary_key=True)
    name: Mapped[str]
    level: Mapped[RegionLevel] = mapped_column(build_enum_type(RegionLevel))
    parent: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
