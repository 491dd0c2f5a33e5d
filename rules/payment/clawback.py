"""How much may be clawed back 追回 of what a line was paid (X1, X15)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from models import Clawback, Status
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, find_action_fault, list_actions

FIRST_LINE_GONE_CAUSE = "首笔明细已剔除或未通过公示，补发金额应追回"
"""Why a supplement that was paid is to come back (X20)."""

MONTHS_KEY = "months"
"""Under which key the explanation of what an end takes back names the months (J39)."""


def is_of_end(clawback: Clawback) -> bool:
    """Tell whether an internship's end brought a proposal about, not an officer's judgement."""
    return clawback.reduction_id is not None or MONTHS_KEY in clawback.explanation


def sum_confirmed(clawbacks: Iterable[Clawback]) -> Decimal:
    """Sum up what is clawed back already of a line, in yuan (X15)."""
    confirmed = (each.amount for each in clawbacks if each.status is Status.APPROVED)
    return sum(confirmed, Decimal(0))


def find_amount_faults(amount: Decimal, kept: Decimal) -> Iterable[Fault]:
    """Refuse to claw back nothing, or more than is left of what was paid (X15)."""
    if not 0 < amount <= kept:
        yield fault(Reason.CLAWBACK_TOO_MUCH, "amount", paid=kept)


def find_recovery_fault(
    status: Status, amount: Decimal, recovered: Decimal, viewer: Viewer
) -> Fault | None:
    """Say why nothing can be entered as recovered: it is not confirmed, or all is back (X8)."""
    barred = find_action_fault(RecordKind.CLAWBACK, Action.RECOVER, status, None, viewer)
    return barred or (fault(Reason.RECOVERED_WHOLLY) if recovered >= amount else None)


def find_recovery_faults(
    amount: Decimal, left: Decimal, received_on: date, confirmed_on: date, today: date
) -> Iterable[Fault]:
    """Judge what came back: no more than is due, and between the confirmation and today (X8)."""
    if not 0 < amount <= left:
        yield fault(Reason.RECOVERY_TOO_MUCH, "amount", left=left)
    if received_on > today:
        yield fault(Reason.DATE_IN_FUTURE, "receivedOn")
    if received_on < confirmed_on:
        yield fault(Reason.RECOVERED_BEFORE, "receivedOn", confirmed=confirmed_on)


def list_possible_actions(
    status: Status,
    submitted_by: UUID | None,
    amount: Decimal,
    recovered: Decimal,
    *,
    viewer: Viewer,
) -> Sequence[PossibleAction]:
    """List what may be done to a clawback; what came back wholly takes no more (X4, X8)."""

    def find_recovered_fault(action: Action) -> Fault | None:
        whole = action is Action.RECOVER and recovered >= amount
        return fault(Reason.RECOVERED_WHOLLY) if whole else None

    return list_actions(RecordKind.CLAWBACK, status, submitted_by, viewer, find_recovered_fault)


def build_explanation(
    paid: Decimal, amount: Decimal, earlier: Decimal = Decimal(0)
) -> dict[str, Any]:
    """Put down what a clawback by hand comes to, after earlier ones of the same line (X5)."""
    kept = paid - earlier - amount
    return {
        "formula": {
            "zh": [f"追回 = {amount}元；已发放{paid}元，保留{kept}元"],
            "en": [f"clawback = {amount} yuan of {paid} paid; {kept} are kept"],
        },
        "amount": str(amount),
        "confirmed": True,
        "parameters": [],
    }


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.CLAWBACK,
        table=Clawback,
        noun="clawback",
        chinese="追回",
        functions={
            Party.REVIEWER: Function.CONFIRM_CLAWBACKS,
        },
        transitions={
            Action.APPROVE: "Confirm a clawback that somebody else proposed (X1, X2). 确认追回",
            Action.REFUSE: "Reject a clawback, with a reason (X1). 否决追回",
        },
        names={Action.APPROVE: "confirm_clawback", Action.REFUSE: "reject_clawback"},
        plural="clawbacks",
        is_filed=False,
        is_revocable=False,
    )
)
