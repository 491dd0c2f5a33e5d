"""Declarations 就业见习申报: when one may be made, and when submitted (J6-J9)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from models import Declaration, DeclarationEnd, DeclarationStaff
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import (
    Party,
    RecordKind,
    RecordKindDeclaration,
    RecordPart,
    declare_record_kind,
)
from rules.kernel.refusal import Fault, Reason, build_refusal, fault
from rules.units import unit

Row = TypeVar("Row")

MAX_PLANNED_INTERNS = 10_000
MAX_STAFF = 200


def find_figure_faults(planned_interns: int, monthly_wage: Decimal, staff: int) -> Iterable[Fault]:
    """Judge a declaration's figures, and how many staff it lists (J8)."""
    yield from input_check.find_range_faults(
        planned_interns, 1, MAX_PLANNED_INTERNS, "plannedInterns"
    )
    yield from input_check.find_amount_faults(monthly_wage, "monthlyWage")
    if staff > MAX_STAFF:
        yield fault(Reason.LIST_TOO_LONG, "staff", most=MAX_STAFF)


def require_complete_profile(profile: Mapping[str, object]) -> None:
    """Refuse a declaration while the unit's profile is incomplete, naming what lacks (J6)."""
    lacking = unit.list_missing_items(profile)
    if lacking:
        raise build_refusal(
            Reason.PROFILE_INCOMPLETE,
            missing_zh="、".join(item.zh for item in lacking),
            missing_en=", ".join(item.en for item in lacking),
        )


def find_renewal_fault(ends: Collection[DeclarationEnd]) -> Fault | None:
    """Return why a unit can't declare again after an end; None where it can (J7, X19)."""
    return fault(Reason.UNIT_DEREGISTERED) if DeclarationEnd.DEREGISTERED in ends else None


def require_staff(staff: int) -> None:
    """Refuse to submit a declaration without dedicated staff (J8)."""
    if staff == 0:
        raise build_refusal(Reason.STAFF_MISSING, "staff")


def require_approved(row: Row | None) -> Row:
    """Refuse what takes an approved declaration (J10, J14, J24, J29)."""
    if row is None:
        raise build_refusal(Reason.DECLARATION_NOT_APPROVED)
    return row


def require_not_ended(ended_on: date | None) -> None:
    """Refuse anything new after the declaration's end (X19)."""
    if ended_on is not None:
        raise build_refusal(Reason.DECLARATION_ENDED, date=ended_on)


def find_end_faults(ended_on: date, pending: int, today: date) -> Iterable[Fault]:
    """Judge the day of a declaration's end; what waits for review is decided first (X19)."""
    if ended_on > today:
        yield fault(Reason.DATE_IN_FUTURE, "endedOn")
    if pending:
        yield fault(Reason.REDUCTION_PENDING, count=pending)


END_CAUSES: Mapping[DeclarationEnd, str] = {
    DeclarationEnd.DEREGISTERED: "单位注销",
    DeclarationEnd.STATUS_LOST: "单位丧失就业见习资格",
}
"""Why the interns of an ended declaration could not complete (J22, X19)."""


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.DECLARATION,
        table=Declaration,
        noun="declaration",
        chinese="就业见习申报",
        functions={
            Party.OWNER: Function.FILE_DECLARATIONS,
            Party.REVIEWER: Function.REVIEW_DECLARATIONS,
        },
        transitions={
            Action.SUBMIT: "Submit the declaration for review (J9). 提交申报",
            Action.WITHDRAW: "Withdraw the declaration (X1). 撤回申报",
            Action.APPROVE: "Approve a declaration (J9). 审核通过申报",
            Action.RETURN: "Return a declaration, with a reason (J9). 退回申报",
            Action.REVOKE: "Revoke an approval, with a reason (X1). 撤销申报",
        },
        plural="declarations",
        is_refusable=False,
        is_changed_by_request=True,
        parts=(RecordPart(table=DeclarationStaff, column="declaration_id"),),
    )
)
