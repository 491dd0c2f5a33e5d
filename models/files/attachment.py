from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from models.files.stored_file import StoredFile
from models.kernel.attached_to import AttachedTo
from models.kernel.base import (
    Placed,
    UnitOwned,
    build_enum_type,
    build_placed_table_args,
    for_each_table,
    reference_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading


class Attachment(Placed, StoredFile):
    """A file that belongs to one of a unit's records (J8, J15, J25, J33). 附件"""

    __tablename__ = "attachment"
    read_by = (
        ReadBy(reading=Reading.CLAIMS, column="record", among=(AttachedTo.CLAIM,)),
        ReadBy(
            reading=Reading.INTERNSHIPS,
            column="record",
            among=(
                *(AttachedTo.DECLARATION, AttachedTo.STAFF, AttachedTo.POST, AttachedTo.INTERN),
                *(AttachedTo.MONTHLY_REPORT, AttachedTo.CHANGE_REQUEST),
            ),
        ),
        ReadBy(
            reading=Reading.TRAINING,
            column="record",
            among=(AttachedTo.TRAINING_CLASS, AttachedTo.COMPLETION),
        ),
        ReadBy(reading=Reading.QUALIFICATIONS, column="record", among=(AttachedTo.QUALIFICATION,)),
        ReadBy(
            reading=Reading.PUBLISHED,
            column="record",
            among=(AttachedTo.CLAIM,),
            through="claim",
            pairs={"unit_id": "unit_id", "id": "record_id"},
        ),
    )
    consulted_by = "unit_id"
    consulted_where = "record = 'QUALIFICATION'"
    __table_args__ = build_placed_table_args(
        reference_unit(),
        UniqueConstraint("unit_id", "object_key"),
        Index(None, "unit_id", "record_id", "id"),
    )

    record: Mapped[AttachedTo] = mapped_column(build_enum_type(AttachedTo))
    record_id: Mapped[UUID]

    @classmethod
    def relation_to(cls, table: type[UnitOwned]) -> InstrumentedAttribute[Any]:
        """Return the relation to a table's records."""
        relation: InstrumentedAttribute[Any] = getattr(cls, table.__tablename__)
        return relation


def _relate(table: type[UnitOwned]) -> None:
    """Relate files to the records of a table that they belong to."""
    if table.attached_to is not None:
        relation = relate_same_unit("Attachment", "record_id", table.__name__, read_only=True)
        setattr(Attachment, table.__tablename__, relation)


for_each_table(UnitOwned, _relate)
