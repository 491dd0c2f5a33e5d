"""Which risk controls 风控点 there are and who meets them; verdicts then and now (X3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from models import ClaimKind, HireGroup
from rules.declared_control import DECLARED, Declared
from rules.finding import Control, Outcome

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
