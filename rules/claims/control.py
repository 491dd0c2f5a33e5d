"""Which risk controls 风控点 there are and who meets them; verdicts then and now (X3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from models import ClaimKind, HireGroup
from rules.kernel.declared_control import CONTROL_DECLARATIONS, ControlDeclaration
from rules.kernel.finding import Control, DescribedFinding, Outcome, Sentence, describe_finding
from rules.kernel.parameter import Json
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language, Viewer

CONTROLS: Mapping[Control, ControlDeclaration] = {
    declared.control: declared for declared in CONTROL_DECLARATIONS
}


def list_controls(kind: ClaimKind, group: HireGroup | None = None) -> Sequence[Control]:
    """List the controls that a claim of a kind meets, for a hire those of its group (S13)."""
    return [
        declared.control for declared in CONTROL_DECLARATIONS if declared.applies_to(kind, group)
    ]


def describe_reasons(reasons: Collection[Reason]) -> Sentence:
    """Say which controls do not pass, by the reasons that they gave (X3)."""
    names = [
        declared.name
        for declared in CONTROL_DECLARATIONS
        if any(reason in (*declared.fails, *declared.unknown) for reason in reasons)
    ]
    return Sentence(
        "、".join(dict.fromkeys(name.zh for name in names)) or "见各行核验结果",
        ", ".join(dict.fromkeys(name.en for name in names)) or "see the findings of each",
    )


Outcomes = Mapping[Control, Outcome]


def parse_outcomes(findings: Iterable[Mapping[str, Any]]) -> Outcomes:
    """Read what came of each control from findings that were kept."""
    return {Control(f["control"]): Outcome(f["outcome"]) for f in findings}


def combine_outcomes(outcomes: Collection[Outcome]) -> Outcome:
    """Sum up outcomes: one FAIL fails all, else one UNKNOWN leaves all unknown (X3)."""
    worst = (o for o in (Outcome.FAIL, Outcome.UNKNOWN) if o in outcomes)
    return next(worst, Outcome.PASS)


def list_changed_controls(before: Outcomes, now: Outcomes) -> Sequence[Control]:
    """List the controls that came out otherwise than before, in the order of the table (X3)."""
    return [c for c in CONTROLS if before.get(c) is not now.get(c)]


class Occasion(StrEnum):
    """When the controls ran (X3). 核验环节"""

    APPLICATION = "APPLICATION"
    REVIEW = "REVIEW"
    DISBURSEMENT = "DISBURSEMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the controls found of a line once, and which came out otherwise than the time before."""

    occasion: Occasion
    at: datetime
    outcome: Outcome
    changed: Sequence[Control]
    findings: Sequence[DescribedFinding]


StoredJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """How a line came out each time, how it would now, and what changed since the last time."""

    application: Outcome | None
    review: Outcome | None
    disbursement: Outcome | None
    now: Outcome
    changed: Sequence[Control]
    findings: Sequence[DescribedFinding]


def build_judgement_json(
    occasion: Occasion, at: datetime, findings: Sequence[StoredJson]
) -> dict[str, Json]:
    """Return what the controls found, when and on which occasion (X3)."""
    return {"occasion": occasion.value, "at": at.isoformat(), "findings": list(findings)}


def describe_judgements(kept: Sequence[StoredJson], *, viewer: Viewer) -> Sequence[Judgement]:
    """Return all judgements of a line, oldest first, and what changed from one to the next (X3)."""
    made: list[Judgement] = []
    before: StoredJson | None = None
    for each in kept:
        made.append(describe_judgement(each, before, viewer))
        before = each
    return made


def describe_judgement(kept: StoredJson, before: StoredJson | None, viewer: Viewer) -> Judgement:
    """Return one judgement, and what changed since the one before."""
    now = parse_outcomes(kept["findings"])
    then = parse_outcomes(before["findings"]) if before else now
    return Judgement(
        occasion=Occasion(kept["occasion"]),
        at=datetime.fromisoformat(kept["at"]),
        outcome=combine_outcomes(now.values()),
        changed=list_changed_controls(then, now),
        findings=[describe_finding(finding, viewer.language) for finding in kept["findings"]],
    )


def describe_verdicts(
    kept: Sequence[StoredJson], findings: Sequence[StoredJson], viewer: Viewer
) -> Verdicts:
    """Return how a line was judged on each occasion, and what is found of it now (X3)."""
    last = {each["occasion"]: parse_outcomes(each["findings"]) for each in kept}
    now = parse_outcomes(findings)
    before = parse_outcomes(kept[-1]["findings"]) if kept else now

    def came(occasion: Occasion) -> Outcome | None:
        return combine_outcomes(last[occasion].values()) if occasion in last else None

    return Verdicts(
        application=came(Occasion.APPLICATION),
        review=came(Occasion.REVIEW),
        disbursement=came(Occasion.DISBURSEMENT),
        now=combine_outcomes(now.values()),
        changed=list_changed_controls(before, now),
        findings=[describe_finding(finding, viewer.language) for finding in findings],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskControl:
    """A declared control in the viewer's language."""

    control: Control
    rule: str
    number: int | None
    name: str
    asks: str
    evidence: str
    kinds: Sequence[ClaimKind]
    groups: Sequence[HireGroup]
    parameters: Sequence[str]
    overridable: bool


def describe_control(declared: ControlDeclaration, language: Language) -> RiskControl:
    """Return what a control asks in the viewer's language (X3)."""

    def said(sentence: Sentence) -> str:
        return sentence.zh if language is Language.ZH else sentence.en

    return RiskControl(
        control=declared.control,
        rule=declared.rule,
        number=declared.number,
        name=said(declared.name),
        asks=said(declared.asks),
        evidence=said(declared.evidence),
        kinds=declared.kinds,
        groups=declared.groups,
        parameters=declared.parameters,
        overridable=declared.overridable,
    )
