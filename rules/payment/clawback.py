"""How much may be clawed back 追回 of what a line was paid (X1, X15)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from models import Clawback
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault


def find_amount_faults(amount: Decimal, paid: Decimal) -> Iterable[Fault]:
    """Refuse to claw back nothing, or more than was paid (X15)."""
    if not 0 < amount <= paid:
        yield fault(Reason.CLAWBACK_TOO_MUCH, "amount", paid=paid)


def build_explanation(paid: Decimal, amount: Decimal) -> dict[str, Any]:
    """Return what a clawback by hand comes to (X5)."""
    kept = paid - amount
    return {
        "formula": {
            "zh": [f"追回 = {amount} 元；已发放 {paid} 元，保留 {kept} 元"],
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
