"""Declarations 就业见习申报: when one may be made, and when submitted (J6-J9)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from rules import check, unit
from rules.refusal import Fault, Reason, fault, refused

Row = TypeVar("Row")

MOST_INTERNS = 10_000
MOST_STAFF = 200


def figures(planned_interns: int, monthly_wage: Decimal, staff: int) -> Iterable[Fault]:
    """Judge a declaration's figures, and how many staff it lists (J8)."""
    yield from check.between(planned_interns, 1, MOST_INTERNS, "plannedInterns")
    yield from check.amount(monthly_wage, "monthlyWage")
    if staff > MOST_STAFF:
        yield fault(Reason.LIST_TOO_LONG, "staff", most=MOST_STAFF)


def may_be_made(profile: Mapping[str, object]) -> None:
    """Refuse a declaration while the unit's profile is incomplete, naming what lacks (J6)."""
    lacking = unit.missing(profile)
    if lacking:
        raise refused(
            Reason.PROFILE_INCOMPLETE,
            missing_zh="、".join(item.zh for item in lacking),
            missing_en=", ".join(item.en for item in lacking),
        )


def may_be_submitted(staff: int) -> None:
    """Refuse to submit a declaration without dedicated staff (J8)."""
    if staff == 0:
        raise refused(Reason.STAFF_MISSING, "staff")


def must_be_approved(row: Row | None) -> Row:
    """Refuse what takes an approved declaration (J10, J14, J24, J29)."""
    if row is None:
        raise refused(Reason.DECLARATION_NOT_APPROVED)
    return row
