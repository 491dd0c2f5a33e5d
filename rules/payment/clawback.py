"""How much may be clawed back 追回 of what a line was paid (X1, X15)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rules.kernel.refusal import Fault, Reason, fault


def find_amount_faults(amount: Decimal, paid: Decimal) -> Iterable[Fault]:
    """Refuse to claw back nothing, or more than was paid (X15)."""
    if not 0 < amount <= paid:
        yield fault(Reason.CLAWBACK_TOO_MUCH, "amount", paid=paid)


def build_explanation(paid: Decimal, amount: Decimal) -> dict[str, Any]:
    """Put down what a clawback by hand comes to (X5)."""
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
