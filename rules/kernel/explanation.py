"""How an amount explains itself: read from what was kept when it was computed (X5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models import ClaimKind
from rules.claims.claim_title import TITLES
from rules.kernel.finding import ToldFinding, told
from rules.kernel.parameter import Parameter, UsedParameter
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Language, Viewer
from rules.kernel.wording import message


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why an amount is empty."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An amount's formula, its parameters, what was looked into, why it is empty (X3, X5)."""

    formula: Sequence[str]
    amount: Decimal | None
    shortfalls: Sequence[Shortfall]
    confirmed: bool
    parameters: Sequence[UsedParameter]
    findings: Sequence[ToldFinding] = ()


def of_report(assessment: Mapping[str, Any], *, viewer: Viewer) -> Explanation:
    """Explain a monthly report's payable subsidy (J27, X5)."""
    payable = assessment["payable"]
    return Explanation(
        formula=_in_language(assessment["formula"], viewer.language),
        amount=None if payable is None else Decimal(payable),
        shortfalls=shortfalls_of(assessment, viewer.language),
        confirmed=assessment["confirmed"],
        parameters=used(assessment["parameters"]),
    )


def shortfalls_of(assessment: Mapping[str, Any], language: Language) -> Sequence[Shortfall]:
    """Say why a monthly report pays nothing; nothing where it pays (J27)."""
    return [_shortfall(name, assessment, language) for name in assessment["why"]]


def shortfall(fault: Fault, language: Language) -> Shortfall:
    """Say what stands in the way, in words."""
    return Shortfall(fault.reason, message(fault, language).text)


def of_line(kept: Mapping[str, Any], *, viewer: Viewer) -> Explanation:
    """Explain a line's amount by the months or the person that it stands on (J30, J34, X5)."""
    return Explanation(
        formula=_in_language(kept["formula"], viewer.language),
        amount=Decimal(kept["amount"]),
        shortfalls=(),
        confirmed=kept["confirmed"],
        parameters=used(kept["parameters"]),
        findings=[told(finding, viewer.language) for finding in kept.get("findings", ())],
    )


def used(kept: Sequence[Mapping[str, Any]], *, viewer: Viewer | None = None) -> list[UsedParameter]:
    """Read the parameters that were kept with an amount (X6)."""
    return [UsedParameter.read(cited) for cited in kept]


def line(months: Sequence[tuple[date, Decimal]], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Put down what a line stands on: its months, their sum, the parameters used (X5, X6)."""
    amount = sum((payable for _, payable in months), Decimal(0))
    named = TITLES[ClaimKind.LIVING_ALLOWANCE]
    terms = " + ".join(f"{payable} ({month:%Y-%m})" for month, payable in months)
    return {
        "formula": {
            "zh": [f"{named.zh} = {terms} = {amount} 元"],
            "en": [f"{named.en} = {terms} = {amount} yuan"],
        },
        "amount": str(amount),
        "confirmed": all(parameter.confirmed for parameter in parameters),
        "parameters": [parameter.cited() for parameter in parameters],
    }


def _shortfall(name: str, assessment: Mapping[str, Any], language: Language) -> Shortfall:
    inputs = assessment["inputs"]
    figures = {
        "wage": inputs["wagePaid"],
        "floor": assessment["floor"],
        "month": inputs["month"],
        "days": str(inputs["daysAttended"]),
        "least": str(assessment["minDays"]),
    }
    return shortfall(Fault(Reason(name), (), figures), language)


def _in_language(formula: Mapping[str, Sequence[str]], language: Language) -> Sequence[str]:
    return formula["zh" if language is Language.ZH else "en"]


def cited(explanations: Iterable[Mapping[str, Any]]) -> list[Any]:
    """List the parameters of some explanations, each once (X6)."""
    found = {c["id"]: c for explained in explanations for c in explained["parameters"]}
    return list(found.values())
