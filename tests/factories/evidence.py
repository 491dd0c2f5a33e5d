"""What a risk control tells, all of it, to be compared with what it should (X3)."""

from typing import Any

from rules.kernel.finding import Control, Finding, Outcome
from rules.kernel.refusal import Reason


def tell(finding: Finding) -> dict[str, Any]:
    """Put down all that a finding says, the deciding parameter by its key alone."""
    kept = finding.to_json()
    assert (kept["figure"] is None) is (kept["parameter"] is None)
    return {name: value for name, value in kept.items() if name != "figure"}


def telling(
    control: Control,
    outcome: Outcome,
    zh: str,
    en: str,
    *,
    figure: str | None = None,
    source: str | None = None,
    as_of: str | None = None,
    reason: Reason | None = None,
    **figures: str,
) -> dict[str, Any]:
    """Write down what a control should say."""
    return {
        "control": control,
        "outcome": outcome,
        "evidence": {"zh": zh, "en": en},
        "reason": reason,
        "figures": figures,
        "parameter": figure,
        "source": source,
        "asOf": as_of,
    }
