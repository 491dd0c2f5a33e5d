"""How an amount explains itself: read from what was kept when it was computed (X5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models import ClaimKind, Status
from rules.kernel.claim_title import CLAIM_TITLES
from rules.kernel.finding import DescribedFinding, describe_finding
from rules.kernel.parameter import Parameter, UsedParameter
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Language, Viewer
from rules.kernel.wording import format_fault


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why an amount is empty."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An amount's formula, its parameters, what was looked into, why it is empty (X3, X5)."""

    formula: Sequence[str]
    amount: Decimal | None
    shortfalls: Sequence[Shortfall]
    confirmed: bool
    parameters: Sequence[UsedParameter]
    findings: Sequence[DescribedFinding] = ()


def empty_amount(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """Give a report's assessment without its amount, until it is saved or submitted anew (J39)."""
    return {**assessment, "payable": None, "why": [Reason.REPORT_RETURNED.value]}


def describe_report_amount(
    assessment: Mapping[str, Any], status: Status, *, viewer: Viewer
) -> Explanation:
    """Explain a monthly report's payable subsidy, or why there is none (J27, J39, X5)."""
    payable, void = assessment["payable"], status is Status.VOIDED
    shortfalls = [*describe_shortfalls(assessment, viewer.language)]
    if void:
        shortfalls = [describe_shortfall(fault(Reason.REPORT_VOIDED), viewer.language), *shortfalls]
    return Explanation(
        formula=_select_language(assessment["formula"], viewer.language),
        amount=None if payable is None or void else Decimal(payable),
        shortfalls=shortfalls,
        confirmed=assessment["confirmed"],
        parameters=parse_used_parameters(assessment["parameters"]),
    )


def describe_shortfalls(assessment: Mapping[str, Any], language: Language) -> Sequence[Shortfall]:
    """Return why a monthly report pays nothing; nothing where it pays (J27)."""
    return [_describe_stored_shortfall(name, assessment, language) for name in assessment["why"]]


def describe_shortfall(lacking: Fault, language: Language) -> Shortfall:
    """Return what stands in the way, in words."""
    return Shortfall(lacking.reason, format_fault(lacking, language).text)


def describe_line_amount(kept: Mapping[str, Any], *, viewer: Viewer) -> Explanation:
    """Explain a line's amount by the months or the person that it stands on (J30, J34, X5)."""
    return Explanation(
        formula=_select_language(kept["formula"], viewer.language),
        amount=Decimal(kept["amount"]),
        shortfalls=(),
        confirmed=kept["confirmed"],
        parameters=parse_used_parameters(kept["parameters"]),
        findings=[
            describe_finding(finding, viewer.language) for finding in kept.get("findings", ())
        ],
    )


def parse_used_parameters(
    kept: Sequence[Mapping[str, Any]], *, viewer: Viewer | None = None
) -> list[UsedParameter]:
    """Read the parameters that were kept with an amount (X6)."""
    return [UsedParameter.from_citation(cited) for cited in kept]


def build_line_explanation(
    months: Sequence[tuple[date, Decimal]], parameters: Sequence[Parameter]
) -> dict[str, Any]:
    """Return what a line stands on: its months, their sum, the parameters used (X5, X6)."""
    amount = sum((payable for _, payable in months), Decimal(0))
    named = CLAIM_TITLES[ClaimKind.LIVING_ALLOWANCE]
    terms = " + ".join(f"{payable} ({month:%Y-%m})" for month, payable in months)
    return {
        "formula": {
            "zh": [f"{named.zh} = {terms} = {amount}元"],
            "en": [f"{named.en} = {terms} = {amount} yuan"],
        },
        "amount": str(amount),
        "confirmed": all(parameter.confirmed for parameter in parameters),
        "parameters": [parameter.to_citation() for parameter in parameters],
    }


def _describe_stored_shortfall(
    name: str, assessment: Mapping[str, Any], language: Language
) -> Shortfall:
    inputs = assessment["inputs"]
    figures = {
        "wage": inputs["wagePaid"],
        "floor": assessment["floor"],
        "month": inputs["month"],
        "days": str(inputs["daysAttended"]),
        "least": str(assessment["minDays"]),
    }
    return describe_shortfall(Fault(Reason(name), (), figures), language)


def _select_language(formula: Mapping[str, Sequence[str]], language: Language) -> Sequence[str]:
    return formula["zh" if language is Language.ZH else "en"]


def list_cited_parameters(explanations: Iterable[Mapping[str, Any]]) -> list[Any]:
    """List the parameters of some explanations, each once (X6)."""
    found = {c["id"]: c for explained in explanations for c in explained["parameters"]}
    return list(found.values())
