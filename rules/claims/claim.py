"""What can be claimed of an intern's months, and what is still lacking (J29, J30)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from models import Claim, ClaimKind, LineState, Status
from rules.claims.claim_line import find_out_fault
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import (
    PossibleAction,
    describe_action,
    find_action_fault,
    get_function,
    list_actions_of_kind,
)


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


PLACED_KINDS = (ClaimKind.HIRING, ClaimKind.SERVICE)
"""Whose claims are decided where the hired are insured, not where the unit is (S10, S13, X21)."""


def choose_deciding_region(kind: ClaimKind, place: str | None, home: str) -> str:
    """Choose whose officers decide on a claim, from its submission on (X21)."""
    return place if kind in PLACED_KINDS and place is not None else home


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


class AttendedClass(NamedTuple):
    """Where and when the class of a claim for training opened, and how it stands (S25, X21)."""

    place: str
    opens_on: date
    status: Status


class LineCounts(NamedTuple):
    """How many of a claim's lines stand how, and how many are for somebody who is barred (X15).

    `open` ones may be published; what was sent back from disbursement waits for its reviewer;
    `unconfirmed` ones are payable, but for an account that no officer has confirmed yet (X8);
    `out` ones are with the bank, or were; the intern of an `unapproved` one is approved no more
    (J29).
    """

    open: int = 0
    sent_back: int = 0
    in_publicity: int = 0
    unconfirmed: int = 0
    out: int = 0
    barred: int = 0
    supplements: int = 0
    unapproved: int = 0


class PayableKind(NamedTuple):
    """Who confirmed the account of some payable lines, and whether their trainees are in class.

    `confirmed_by` is null where nobody had to (X8); `account` is the unit's, which is judged by
    its name before it is paid into (X19).
    """

    confirmed_by: UUID | None = None
    uncompleted: bool = False
    account: UUID | None = None


class PublicityCounts(NamedTuple):
    """How the publicities of a claim's lines by one publisher stand that have no result yet (S18).

    `over_after` is the first last day of lines that nobody objects to; of the others `disputed`
    have an objection that waits, and on the rest one was upheld (X7).
    """

    over_after: date | None = None
    disputed: int = 0
    published_by: UUID | None = None


def parse_attended(text: str | None) -> AttendedClass | None:
    """Read a class as it is told in one text."""
    if text is None:
        return None
    place, day, status = text.split(" ")
    return AttendedClass(place, date.fromisoformat(day), Status(status))


def is_training(attended: AttendedClass | None) -> bool:
    """Return whether a claim is for a class, so that figures of policy count (S29)."""
    return attended is not None


def parse_line_counts(text: str) -> LineCounts:
    """Read the counts as they are told in one text."""
    return LineCounts(*map(int, text.split(" ")))


def parse_payable_kinds(text: str | None) -> Sequence[PayableKind]:
    """Read what kinds of payable lines there are as they are told in one text."""
    told = (each.split(":") for each in text.split(" ")) if text else ()
    return [
        PayableKind(UUID(by) if by else None, waits == "t", UUID(account) if account else None)
        for by, waits, account in told
    ]


def parse_publicity_counts(text: str | None) -> Sequence[PublicityCounts]:
    """Read how publicities stand, publisher by publisher, as it is told in one text."""
    told = (each.split(" ") for each in text.split(",")) if text else ()
    return [
        PublicityCounts(None if day == "-" else date.fromisoformat(day), int(disputed), UUID(by))
        for by, day, disputed in told
    ]


def has_publicity(running: Sequence[PublicityCounts]) -> bool:
    """Return whether the parameters are asked for: who records a result is decided by one (X2)."""
    return bool(running)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStanding:
    """How a claim stands, with its lines, and who took part in it.

    `payable` are the kinds of lines that are payable into an account that needs no confirmation,
    `unpayable` is by account why nothing is paid into it (X19), `waits` is why who has not
    completed is not paid yet (S29), `undeclared` why nothing is claimed
    under the unit's declaration, where that is what is claimed under (J29, X19). `closed` is why
    some of its interns can be claimed for no more, whose own declaration has ended. Where
    `settler_differs`, who published lines doesn't record what came of it (X2).
    """

    status: Status
    submitted_by: UUID | None
    lines: LineCounts
    publicity: Sequence[PublicityCounts] = ()
    settler_differs: bool = False
    barred_reviewers: Collection[UUID] = ()
    handlers: Collection[UUID | None] = ()
    payable: Sequence[PayableKind] = ()
    unpayable: Mapping[UUID, Fault] = field(default_factory=dict)
    waits: Fault | None = None
    class_status: Status | None = None
    undeclared: Fault | None = None
    closed: Fault | None = None


def find_claim_fault(
    action: Action, claim: ClaimStanding, today: date, viewer: Viewer
) -> Fault | None:
    """Return why something can't be done to a claim as it and its lines stand (X1, X2, X15)."""
    if action is Action.DISBURSE:
        return _find_paying_fault(claim, viewer)
    kind, state = RecordKind.CLAIM, (claim.status, claim.submitted_by)
    barred = find_action_fault(kind, action, *state, viewer, claim.barred_reviewers)
    return barred or _find_lines_fault(action, claim, today, viewer)


DECLARED_KINDS = (ClaimKind.LIVING_ALLOWANCE, ClaimKind.MENTORING)
"""What is claimed under the unit's declaration, approved or ended not too long ago (J29, X19)."""


def _find_paying_fault(claim: ClaimStanding, viewer: Viewer) -> Fault | None:
    """Return why none of a claim's lines can be paid, as each of them would say (X2, X8)."""
    if not claim.payable and not claim.lines.unconfirmed:
        return fault(Reason.LINE_NOT_PAYABLE, state=claim.status)
    if viewer.is_one_of(claim.submitted_by, *claim.barred_reviewers, *claim.handlers):
        return fault(Reason.FOUR_EYES)
    barred = [_find_line_paying_fault(line, claim, viewer) for line in claim.payable]
    barred = barred or [fault(Reason.ACCOUNT_UNCONFIRMED)]
    return None if None in barred else barred[0]


def _find_line_paying_fault(
    line: PayableKind, claim: ClaimStanding, viewer: Viewer
) -> Fault | None:
    if viewer.is_one_of(line.confirmed_by):
        return fault(Reason.FOUR_EYES)
    if line.uncompleted and claim.waits:
        return claim.waits
    return claim.unpayable.get(line.account) if line.account else None


def _find_lines_fault(
    action: Action, claim: ClaimStanding, today: date, viewer: Viewer
) -> Fault | None:
    lines = claim.lines
    why: Fault | None = None
    match action:
        case Action.CHANGE if lines.supplements:
            why = fault(Reason.SUPPLEMENT_FIXED)
        case Action.CHANGE:
            why = claim.undeclared
        case Action.SUBMIT if claim.undeclared or claim.closed:
            why = claim.undeclared or claim.closed
        case Action.SUBMIT | Action.APPROVE if lines.barred:
            why = fault(Reason.LINE_BARRED)
        case Action.SUBMIT | Action.APPROVE if not lines.open:
            why = fault(Reason.NO_LINES)
        case Action.SUBMIT | Action.APPROVE if lines.unapproved:
            why = fault(Reason.INTERN_NOT_APPROVED)
        case Action.SUBMIT if claim.class_status not in {None, Status.APPROVED}:
            why = fault(Reason.CLASS_NOT_APPROVED, status=claim.class_status)
        case Action.REVOKE:
            why = find_out_fault(lines.out)
        case Action.PUBLISH if lines.sent_back and not lines.open:
            why = fault(Reason.LINE_SENT_BACK)
        case Action.PUBLISH:
            why = None if lines.open else fault(Reason.NO_LINE_IN_STATE, state=LineState.OPEN)
        case Action.PASS_PUBLICITY | Action.FAIL_PUBLICITY:
            why = _find_settling_fault(action, claim, today, viewer)
    return why


def _find_settling_fault(
    action: Action, claim: ClaimStanding, today: date, viewer: Viewer
) -> Fault | None:
    """Return why no line's publicity gets its result from a viewer (S18, X2)."""
    if not claim.lines.in_publicity:
        return fault(Reason.NO_LINE_IN_STATE, state=LineState.IN_PUBLICITY)
    by_others = [each for each in claim.publicity if not viewer.is_one_of(each.published_by)]
    settled = by_others if claim.settler_differs else claim.publicity
    if claim.publicity and not settled:
        return fault(Reason.FOUR_EYES)
    return _find_passing_fault(settled, today) if action is Action.PASS_PUBLICITY else None


def _find_passing_fault(running: Sequence[PublicityCounts], today: date) -> Fault | None:
    """Return why no line's publicity passes yet; those that may are not held up by others (S18)."""
    last = min((each.over_after for each in running if each.over_after is not None), default=None)
    disputed = sum(each.disputed for each in running)
    if last is None:
        if disputed:
            return fault(Reason.OBJECTION_OPEN, count=disputed)
        return fault(Reason.OBJECTION_UPHELD)
    return None if today > last else fault(Reason.PUBLICITY_RUNNING, last=last)


def list_possible_actions(
    claim: ClaimStanding, today: date, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to a claim, its lines included (X4, X15)."""
    return [
        describe_action(
            action,
            find_claim_fault(action, claim, today, viewer),
            viewer,
            get_function(RecordKind.CLAIM, action),
        )
        for action in list_actions_of_kind(RecordKind.CLAIM, viewer)
    ]


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
