"""What can be claimed of an intern's months, and what is still lacking (J29, J30)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from models import Claim, Status
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, list_actions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedMonth:
    """A monthly report as a claim sees it."""

    id: UUID
    month: date
    status: Status
    days_attended: int
    payable: Decimal | None
    held_by: UUID | None


@dataclass(frozen=True, slots=True)
class Claimable:
    """The months that an intern's line would stand on, their sum, and why it can't be made yet."""

    months: tuple[ReportedMonth, ...]
    amount: Decimal
    lacking: Fault | None


def select_claimable_months(
    reports: Sequence[ReportedMonth],
    up_to: date,
    least_months: int,
    least_days: Callable[[date], int],
    own_line: UUID | None = None,
) -> Claimable:
    """Choose the months that can be claimed now (J29, J30).

    The intern must have attended for `least_months` months, payable or not, of all that are
    approved; the last of them unlocks the earlier ones. A month that a line holds is never chosen,
    but by that line.
    """
    approved = [r for r in reports if r.status is Status.APPROVED]
    attended = sum(r.days_attended >= least_days(r.month) for r in approved)
    due = [r for r in approved if r.payable is not None and r.month <= up_to]
    free = tuple(r for r in due if r.held_by in {None, own_line})
    total = sum((r.payable for r in free if r.payable is not None), Decimal(0))
    if attended < least_months:
        lacking = fault(Reason.TOO_FEW_MONTHS, months=attended, least=least_months)
        return Claimable((), Decimal(0), lacking)
    if not free:
        return Claimable((), Decimal(0), fault(Reason.NOTHING_PAYABLE))
    return Claimable(free, total, None)


def find_month_faults(
    month: ReportedMonth, up_to: date, found: Claimable, claim_month: date | None
) -> Sequence[Fault]:
    """Return why a month can't be claimed now, all of it; nothing where it can (J29, J30).

    A month that pays nothing says so itself; `claim_month` is that of the claim that holds it.
    """
    name = f"{month.month:%Y-%m}"
    why = []
    if month.status is not Status.APPROVED:
        why.append(fault(Reason.REPORT_NOT_APPROVED, month=name, status=month.status))
    if claim_month is not None:
        why.append(fault(Reason.REPORT_CLAIMED, month=name, claim=f"{claim_month:%Y-%m}"))
    if month.month > up_to:
        why.append(fault(Reason.MONTH_AFTER_CLAIM, month=name))
    waiting = found.lacking is not None and found.lacking.reason is Reason.TOO_FEW_MONTHS
    if not why and month.payable is not None and waiting and found.lacking is not None:
        why.append(found.lacking)
    return why


def summarize_faults(lacking: Sequence[Fault]) -> Fault:
    """Return why nobody can be claimed for: what all lack, told of who lacks least (J29, J30)."""
    if len({why.reason for why in lacking}) == 1:
        return max(lacking, key=lambda why: int(why.figures.get("months", 0)))
    return fault(Reason.NOTHING_PAYABLE)


def list_possible_actions(
    status: Status,
    submitted_by: UUID | None,
    amount: Decimal,
    public_until: date | None,
    today: date,
    *,
    viewer: Viewer,
) -> Sequence[PossibleAction]:
    """List what may be done to a claim; without lines it goes nowhere but back (X4, X15).

    Its publicity does not pass before the last day of it is over (S18).
    """

    def barred(action: Action) -> Fault | None:
        if amount == 0 and action in {Action.SUBMIT, Action.APPROVE}:
            return fault(Reason.NO_LINES)
        running = public_until is not None and today <= public_until
        if running and action is Action.PASS_PUBLICITY:
            return fault(Reason.PUBLICITY_RUNNING, last=public_until)
        return None

    return list_actions(RecordKind.CLAIM, status, submitted_by, viewer, barred)


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.CLAIM,
        table=Claim,
        noun="claim",
        chinese="补贴申报",
        functions={
            Party.OWNER: Function.FILE_CLAIMS,
            Party.REVIEWER: Function.REVIEW_CLAIMS,
            Party.PUBLICITY_OFFICER: Function.PUBLISH_CLAIMS,
            Party.FINANCE: Function.DISBURSE_CLAIMS,
        },
        transitions={
            Action.SUBMIT: "Submit a claim for review (J33). 提交补贴申报",
            Action.WITHDRAW: "Withdraw a claim (X1, X15). 撤回补贴申报",
            Action.APPROVE: "Approve a claim (X1, X6). 审核通过补贴申报",
            Action.RETURN: "Return a claim, with a reason (X1). 退回补贴申报",
            Action.REFUSE: "Refuse a claim for good (X1, X15). 补贴申报不通过",
            Action.REVOKE: "Revoke a claim's approval (X1). 撤销补贴申报",
        },
        plural="claims",
    )
)
