"""Findings of risk controls: PASS, FAIL or UNKNOWN, with evidence, in both languages (X3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from rules.kernel.parameter import Json, MissingParameter, Parameter, UsedParameter
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import format_chinese_figure
from rules.kernel.viewer import Language
from rules.kernel.wording import Words, format_fault


class Outcome(StrEnum):
    """What came of looking into something; UNKNOWN never passes (X3). 核验结果"""

    PASS = "PASS"  # noqa: S105 - not a password
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class Control(StrEnum):
    """What is looked into before somebody is paid for (X3). 核验项目"""

    RETAINED_HERE = "RETAINED_HERE"
    LABOUR_CONTRACT = "LABOUR_CONTRACT"
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE"
    MONTHLY_REPORTS = "MONTHLY_REPORTS"
    ENTERPRISE_SIZE = "ENTERPRISE_SIZE"
    AGENCY_LICENCE = "AGENCY_LICENCE"
    INSURED_NOW = "INSURED_NOW"
    INSURANCE_PLACE = "INSURANCE_PLACE"
    CONTRACT_TERM = "CONTRACT_TERM"
    REGISTERED_UNEMPLOYED = "REGISTERED_UNEMPLOYED"
    TRANSFER_EMPLOYMENT = "TRANSFER_EMPLOYMENT"
    NOT_INSURED_BEFORE = "NOT_INSURED_BEFORE"
    PROGRAMME_PERIOD = "PROGRAMME_PERIOD"
    INSURED_STAFF = "INSURED_STAFF"
    COURSE_ONCE = "COURSE_ONCE"
    TRAINING_PLACES = "TRAINING_PLACES"
    ONE_AT_A_TIME = "ONE_AT_A_TIME"
    CLASS_APPROVED = "CLASS_APPROVED"
    TRAINEE_COMPLETION = "TRAINEE_COMPLETION"


class Sentence(NamedTuple):
    """The same said in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one control found, on whose word and as of when; `lacking` says why it did not pass.

    `figure` is the policy parameter that decided, as it stood for the region and day of X21.
    """

    control: Control
    outcome: Outcome
    evidence: Sentence
    lacking: Fault | None = None
    figure: Parameter | None = None
    source: str | None = None
    as_of: date | None = None

    @property
    def passed(self) -> bool:
        """Return whether the control passed: UNKNOWN did not (X3)."""
        return self.outcome is Outcome.PASS

    def to_json(self) -> dict[str, Json]:
        """Return it as it is kept with an amount (X5)."""
        lacking = self.lacking
        return {
            "control": self.control.value,
            "outcome": self.outcome.value,
            "evidence": {"zh": self.evidence.zh, "en": self.evidence.en},
            "reason": lacking.reason.value if lacking else None,
            "figures": dict(lacking.figures) if lacking else {},
            "parameter": self.figure.key if self.figure else None,
            "figure": self.figure.to_citation() if self.figure else None,
            "source": self.source,
            "asOf": self.as_of.isoformat() if self.as_of else None,
        }


def build_unset_finding(control: Control, lacking: MissingParameter) -> Finding:
    """Answer for a control whose figure nobody has set: that leaves it unknown (X3, X6)."""
    named = format_chinese_figure("key", lacking.key)
    said = Sentence(f"没有可用的政策参数“{named}”", f"no policy parameter {lacking.key} holds")
    figures = {"key": lacking.key, "region": lacking.region, "date": lacking.on}
    return Finding(
        control=control,
        outcome=Outcome.UNKNOWN,
        evidence=said,
        lacking=fault(Reason.PARAMETER_MISSING, **figures),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedFinding:
    """A finding in the viewer's language."""

    control: Control
    outcome: Outcome
    evidence: str
    reason: Reason | None
    message: str | None
    cure: str | None
    parameter: str | None
    figure: UsedParameter | None
    source: str | None
    as_of: date | None


def describe_finding_fault(kept: Mapping[str, Any], language: Language) -> Words | None:
    """Return what is wrong and what would cure it; nothing where a kept finding passed (X3)."""
    if not kept["reason"]:
        return None
    return format_fault(Fault(Reason(kept["reason"]), (), kept["figures"]), language)


def describe_finding(kept: Mapping[str, Any], language: Language) -> DescribedFinding:
    """Return a finding that was kept, what is wrong and what would cure it (X3)."""
    reason = Reason(kept["reason"]) if kept["reason"] else None
    words = describe_finding_fault(kept, language)
    return DescribedFinding(
        control=Control(kept["control"]),
        outcome=Outcome(kept["outcome"]),
        evidence=kept["evidence"]["zh" if language is Language.ZH else "en"],
        reason=reason,
        message=words.text if words else None,
        cure=words.cure if words else None,
        parameter=kept["parameter"],
        figure=UsedParameter.from_citation(kept["figure"]) if kept.get("figure") else None,
        source=kept["source"],
        as_of=date.fromisoformat(kept["asOf"]) if kept["asOf"] else None,
    )
