from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Owner, RegionCode
from models.kernel.reading import ReadBy, Reading

NamePart = String(collation="C")
"""What a name ends with from one of its characters on, as searches spell it.

A name has a part wherever one of its ends begins with the part: an index finds that in bytes.
"""


class UnitNamePart(Base):
    """An end of a unit's name, or of a former one; a trigger keeps them (J7). 名称检索"""

    __tablename__ = "unit_name_part"
    owner = Owner.UNIT
    consulted_by = "unit_id"
    read_by = (ReadBy(),)
    __table_args__ = (Index(None, "part", "unit_id", "region"),)

    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(NamePart, primary_key=True)
    region: Mapped[str] = mapped_column(RegionCode)


class PersonNamePart(Base):
    """An end of a person's name; a trigger keeps them. 姓名检索"""

    __tablename__ = "person_name_part"
    owner = Owner.PERSON
    consulted_by = "person_id"
    read_by = (
        ReadBy(reading=Reading.PERSONS),
        ReadBy(reading=Reading.PUBLISHED, through="claim_line", pairs={"person_id": "person_id"}),
    )
    __table_args__ = (Index(None, "part", "person_id", "region"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(NamePart, primary_key=True)
    region: Mapped[str] = mapped_column(RegionCode)
