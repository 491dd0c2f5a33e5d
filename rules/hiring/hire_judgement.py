"""A hire judged by all its risk controls, and what a line for it comes to (S4, S12, X3, X5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from models import ClaimKind
from rules.claims.claim_title import TITLES
from rules.claims.control import asked_of
from rules.hiring import hire_employment, hire_person, hire_unit
from rules.hiring.hire import Case, Hire, Known, hired_on
from rules.internship.mentoring import Coverage
from rules.kernel.finding import Control, Finding, unset
from rules.kernel.money import rounded
from rules.kernel.parameter import MissingParameter, Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault

AMOUNTS: Mapping[ClaimKind, str] = {
    ClaimKind.HIRING: "hiring.amount",
    ClaimKind.SERVICE: "service.amount",
}
"""What is paid for each person hired, by the kind of the claim (S4, S12)."""


JUDGES: Mapping[Control, Callable[[Case], Finding]] = {
    Control.ENTERPRISE_SIZE: hire_unit.size,
    Control.AGENCY_LICENCE: hire_unit.licence,
    Control.INSURED_NOW: hire_employment.insured_now,
    Control.CONTRACT_TERM: hire_employment.contract,
    Control.REGISTERED_UNEMPLOYED: hire_person.unemployed,
    Control.TRANSFER_EMPLOYMENT: hire_person.transferred,
    Control.NOT_INSURED_BEFORE: hire_employment.not_before,
    Control.PROGRAMME_PERIOD: hire_unit.in_programme,
}
"""How each control that is about a hire judges it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the controls found of a hire, when it was, and what a line would come to (X3, X5)."""

    hire: Hire
    hired_on: date
    findings: Sequence[Finding]
    amount: Decimal | None
    rate: Decimal | None
    used: Sequence[Parameter]

    @property
    def lacking(self) -> Sequence[Fault]:
        """Say all that stands in the way of a line; nothing where it may be made (X3)."""
        found = [f.lacking for f in self.findings if f.lacking is not None]
        if self.rate is None:
            found.append(_missing(AMOUNTS[self.hire.kind], self.hire.region, self.hired_on))
        return found


def judge(hire: Hire, known: Known, told: Coverage, today: date, policy: Policy) -> Judged:
    """Let all controls of a hire run; none stops at another's no (X3, S13)."""
    own, day = policy.afresh(), hired_on(hire.starts_on, known.contributions)
    case = Case(hire, known, told, today, day, own)
    findings = [_found(control, case) for control in asked_of(hire.kind, hire.group)]
    rate, amount = _amount(hire, day, own)
    policy.remember(own.used)
    return Judged(hire, day, findings, amount, rate, own.used)


def _amount(hire: Hire, day: date, own: Policy) -> tuple[Decimal | None, Decimal | None]:
    """Give what is paid for each person, and for this one; nothing where nobody has set it (X6)."""
    try:
        rate = own.decimal(AMOUNTS[hire.kind], hire.region, day)
        return rate, rounded(rate, own.text("money.rounding", hire.region, day))
    except MissingParameter:
        return None, None


def line(judged: Judged, employer: str) -> dict[str, Any]:
    """Put down what a line stands on: the rate, what was found, the parameters used (X5, X6)."""
    hire, amount = judged.hire, judged.amount
    zh, en = TITLES[hire.kind]
    return {
        "inputs": {
            "region": hire.region,
            "employer": employer,
            "group": hire.group.value,
            "hiredOn": judged.hired_on.isoformat(),
        },
        "formula": {
            "zh": [f"{zh} = {judged.rate} 元 / 人 × 1 人 = {amount} 元"],
            "en": [f"{en} = {judged.rate} yuan / person × 1 = {amount} yuan"],
        },
        "amount": str(amount),
        "findings": [finding.kept() for finding in judged.findings],
        "confirmed": all(parameter.confirmed for parameter in judged.used),
        "parameters": [parameter.cited() for parameter in judged.used],
    }


def _missing(key: str, region: str, on: date) -> Fault:
    return fault(Reason.PARAMETER_MISSING, key=key, region=region, date=on)


def _found(control: Control, case: Case) -> Finding:
    """Ask one control; a figure that nobody has set leaves it unknown (X3, X6)."""
    try:
        return JUDGES[control](case)
    except MissingParameter as lacking:
        return unset(control, lacking)
