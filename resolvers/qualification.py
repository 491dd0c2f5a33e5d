"""Units' qualifications 单位资质: enterprise size, agency licence (S4, S12)."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from models import Qualification, QualificationKind, Status
from resolvers.reading import Reading


async def qualified(
    read: Reading, unit_id: UUID, kind: QualificationKind, on: date
) -> Qualification | None:
    """Find what a unit is shown to be on a day: the approved one of a kind then in force (S4)."""
    in_force = select(Qualification).where(
        Qualification.unit_id == unit_id,
        Qualification.kind == kind,
        Qualification.status == Status.APPROVED,
        Qualification.valid_from <= on,
        or_(Qualification.valid_to.is_(None), Qualification.valid_to >= on),
    )
    return next((row for (row,) in await read.all(in_force)), None)
