from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.internship.intern import Intern
from models.internship.post import Post
from models.kernel.base import Base, Owner, RegionCode
from models.units.name_part import NamePart


class InternNamePart(Base):
    """An end of an intern's name; a trigger keeps them. 姓名检索"""

    __tablename__ = "intern_name_part"
    owner = Owner.UNIT
    read_by = Intern.read_by
    __table_args__ = (Index(None, "part", "unit_id", "intern_id", "region"),)

    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    intern_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(NamePart, primary_key=True)
    region: Mapped[str] = mapped_column(RegionCode)


class PostNamePart(Base):
    """An end of a post's name; a trigger keeps them. 岗位名称检索"""

    __tablename__ = "post_name_part"
    owner = Owner.UNIT
    read_by = Post.read_by
    __table_args__ = (Index(None, "part", "unit_id", "post_id", "region"),)

    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    post_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(NamePart, primary_key=True)
    region: Mapped[str] = mapped_column(RegionCode)
