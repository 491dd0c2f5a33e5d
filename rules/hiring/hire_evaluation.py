"""A hire judged by all its risk controls, and what a line for it comes to (S4, S12, X3, X5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models import ClaimKind
from rules.claims.control import list_controls
from rules.hiring import hire_employment, hire_person, hire_unit
from rules.hiring.hire import Hire, HireCase, HireRecords, compute_hire_date
from rules.internship.mentoring import FactCoverage
from rules.kernel.claim_title import CLAIM_TITLES
from rules.kernel.finding import Control, Finding, build_unset_finding
from rules.kernel.money import round_amount
from rules.kernel.parameter import MissingParameter, Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault

AMOUNT_KEYS: Mapping[ClaimKind, str] = {
    ClaimKind.HIRING: "hiring.amount",
    ClaimKind.SERVICE: "service.amount",
}
"""What is paid for each person hired, by the kind of the claim (S4, S12)."""


CONTROL_EVALUATORS: Mapping[Control, Callable[[HireCase], Finding]] = {
    Control.ENTERPRISE_SIZE: hire_unit.evaluate_size,
    Control.AGENCY_LICENCE: hire_unit.evaluate_licence,
    Control.INSURED_NOW: hire_employment.evaluate_insured_now,
    Control.INSURANCE_PLACE: hire_employment.evaluate_insurance_place,
    Control.CONTRACT_TERM: hire_employment.evaluate_contract_term,
    Control.REGISTERED_UNEMPLOYED: hire_person.evaluate_unemployed,
    Control.TRANSFER_EMPLOYMENT: hire_person.evaluate_transferred,
    Control.NOT_INSURED_BEFORE: hire_employment.evaluate_not_insured_before,
    Control.PROGRAMME_PERIOD: hire_unit.evaluate_hire_in_programme,
}
"""How each control that is about a hire judges it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HireEvaluation:
    """What the controls found of a hire, when it was, and what a line would come to (X3, X5)."""

    hire: Hire
    hired_on: date
    findings: Sequence[Finding]
    amount: Decimal | None
    rate: Decimal | None
    used: Sequence[Parameter]

    @property
    def lacking(self) -> Sequence[Fault]:
        """Return all that stands in the way of a line; nothing where it may be made (X3)."""
        found = [f.lacking for f in self.findings if f.lacking is not None]
        if self.rate is None:
            found.append(
                _build_missing_fault(AMOUNT_KEYS[self.hire.kind], self.hire.region, self.hired_on)
            )
        return found


def evaluate_hire(
    hire: Hire, known: HireRecords, told: FactCoverage, today: date, policy: Policy
) -> HireEvaluation:
    """Return what all controls of a hire find; none stops at another's no (X3, S13)."""
    own, day = policy.new_usage_recorder(), compute_hire_date(hire.starts_on, known.contributions)
    case = HireCase(hire=hire, known=known, told=told, today=today, hired_on=day, own=own)
    findings = [
        _evaluate_control(control, case) for control in list_controls(hire.kind, hire.group)
    ]
    rate, amount = _compute_amount(hire, day, own)
    policy.add_used_parameters(own.used)
    return HireEvaluation(
        hire=hire, hired_on=day, findings=findings, amount=amount, rate=rate, used=own.used
    )


def _compute_amount(hire: Hire, day: date, own: Policy) -> tuple[Decimal | None, Decimal | None]:
    """Return what is paid for each person, and for this one; none where nobody has set it (X6)."""
    try:
        rate = own.get_decimal(AMOUNT_KEYS[hire.kind], hire.region, day)
        return rate, round_amount(rate, own.get_text("money.rounding", hire.region, day))
    except MissingParameter:
        return None, None


def build_line_explanation(judged: HireEvaluation, employer: str) -> dict[str, Any]:
    """Return what a line stands on: the rate, what was found, the parameters used (X5, X6)."""
    hire, amount = judged.hire, judged.amount
    zh, en = CLAIM_TITLES[hire.kind]
    return {
        "inputs": {
            "region": hire.region,
            "employer": employer,
            "group": hire.group.value,
            "hiredOn": judged.hired_on.isoformat(),
        },
        "formula": {
            "zh": [f"{zh} = {judged.rate}元 / 人 × 1人 = {amount}元"],
            "en": [f"{en} = {judged.rate} yuan / person × 1 = {amount} yuan"],
        },
        "amount": str(amount),
        "findings": [finding.to_json() for finding in judged.findings],
        "confirmed": all(parameter.confirmed for parameter in judged.used),
        "parameters": [parameter.to_citation() for parameter in judged.used],
    }


def _build_missing_fault(key: str, region: str, on: date) -> Fault:
    return fault(Reason.PARAMETER_MISSING, key=key, region=region, date=on)


def _evaluate_control(control: Control, case: HireCase) -> Finding:
    """Ask one control; a figure that nobody has set leaves it unknown (X3, X6)."""
    try:
        return CONTROL_EVALUATORS[control](case)
    except MissingParameter as lacking:
        return build_unset_finding(control, lacking)
