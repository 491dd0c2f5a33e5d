"""Which risk controls 风控点 there are and who meets them; verdicts then and now (X3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from models import ClaimKind, HireGroup
from rules.declared_control import DECLARED, Declared
from rules.finding import Control, Outcome, ToldFinding, told
from rules.parameter import Json
from rules.viewer import Viewer

CONTROLS: Mapping[Control, Declared] = {declared.control: declared for declared in DECLARED}


def asked_of(kind: ClaimKind, group: HireGroup) -> Sequence[Control]:
    """List the controls that a hire of a group meets in a claim of a kind (S13)."""
    return [declared.control for declared in DECLARED if declared.about(kind, group)]


Verdicts = Mapping[Control, Outcome]


def verdicts(findings: Iterable[Mapping[str, Any]]) -> Verdicts:
    """Read what came of each control from findings that were kept."""
    return {Control(f["control"]): Outcome(f["outcome"]) for f in findings}


def verdict(outcomes: Collection[Outcome]) -> Outcome:
    """Sum up outcomes: one FAIL fails all, else one UNKNOWN leaves all unknown (X3)."""
    worst = (o for o in (Outcome.FAIL, Outcome.UNKNOWN) if o in outcomes)
    return next(worst, Outcome.PASS)


def changed(before: Verdicts, now: Verdicts) -> Sequence[Control]:
    """List the controls that came out otherwise than before, in the order of the table (X3)."""
    return [c for c in CONTROLS if before.get(c) is not now.get(c)]


class Occasion(StrEnum):
    """When the controls ran (X3). 核验环节"""

    APPLICATION = "APPLICATION"
    REVIEW = "REVIEW"
    DISBURSEMENT = "DISBURSEMENT"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the controls found of a line once, and which came out otherwise than the time before."""

    occasion: Occasion
    at: datetime
    outcome: Outcome
    changed: Sequence[Control]
    findings: Sequence[ToldFinding]


Kept = Mapping[str, Any]


def kept_judgement(occasion: Occasion, at: datetime, findings: Sequence[Kept]) -> dict[str, Json]:
    """Put down what the controls found, when and on which occasion (X3)."""
    return {"occasion": occasion.value, "at": at.isoformat(), "findings": list(findings)}


def judgements(kept: Sequence[Kept], *, viewer: Viewer) -> Sequence[Judgement]:
    """Tell all judgements of a line, oldest first, and what changed from each to the next (X3)."""
    made: list[Judgement] = []
    before: Kept | None = None
    for each in kept:
        made.append(judgement(each, before, viewer))
        before = each
    return made


def judgement(kept: Kept, before: Kept | None, viewer: Viewer) -> Judgement:
    """Tell one judgement, and what changed since the one before."""
    now = verdicts(kept["findings"])
    then = verdicts(before["findings"]) if before else now
    return Judgement(
        occasion=Occasion(kept["occasion"]),
        at=datetime.fromisoformat(kept["at"]),
        outcome=verdict(now.values()),
        changed=changed(then, now),
        findings=[told(finding, viewer.language) for finding in kept["findings"]],
    )
