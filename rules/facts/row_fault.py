"""What is wrong with rows of facts that a system sent, as it is kept and told (X13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Viewer
from rules.kernel.wording import format_fault


@dataclass(frozen=True, slots=True)
class FactRowFault:
    """What is wrong with a row, the first of which is 0, and in which column."""

    row: int
    column: str | None
    reason: Reason
    message: str
    cure: str


def to_stored_fault(row: int, wrong: Fault) -> dict[str, Any]:
    """Put down what is wrong with a row."""
    column = str(wrong.path[-1]) if wrong.path else None
    return {
        "row": row,
        "column": column,
        "reason": wrong.reason.value,
        "figures": dict(wrong.figures),
    }


def describe_fact_faults(
    faults: Sequence[Mapping[str, Any]], *, viewer: Viewer
) -> Sequence[FactRowFault]:
    """Tell what is wrong with the rows that were refused."""
    return [_describe(kept, viewer) for kept in faults]


def _describe(kept: Mapping[str, Any], viewer: Viewer) -> FactRowFault:
    reason = Reason(kept["reason"])
    words = format_fault(Fault(reason, (), kept["figures"]), viewer.language)
    return FactRowFault(kept["row"], kept["column"], reason, words.text, words.cure)
