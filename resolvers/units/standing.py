"""What a unit's other records say of one of them, for possible actions (X4)."""

from typing import Any

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.sql.functions import Function

from loaders.filter import Columns
from loaders.related_value import RelatedValue, is_one_of
from models import Qualification, Status


def _build_term(of: Columns) -> Function[Any]:
    return func.daterange(of["valid_from"], of["valid_to"], literal_column("'[]'"))


def _find_overlapping(own: Columns) -> Select[Any]:
    """Find whether an approved one of the same kind holds on a day of a qualification (S4)."""
    other = Qualification.__table__.alias("q")
    return select(func.count() > 0).where(
        other.c.unit_id == own["unit_id"],
        other.c.id != own["id"],
        other.c.kind == own["kind"],
        is_one_of(other.c.status, [Status.APPROVED]),
        _build_term(other.c).op("&&", is_comparison=True)(_build_term(own)),
    )


OVERLAPPING = RelatedValue(_find_overlapping)
