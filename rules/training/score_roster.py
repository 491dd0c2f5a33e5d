"""What a row of a roster of scores says, and whether that can be (S27)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import Odd
from rules.training.completion import mark_faults

CLASS_NUMBER, SCORE, REMARK = "class_number", "score", "remark"
ABSENT = "缺考"
"""What the remark says of somebody who has no score, and will have none."""


def odd_cells(values: Mapping[str, object], number: str) -> Iterator[Odd]:
    """Judge the cells that could be read: they are of the class, and tell a score or absence."""
    if values.get(CLASS_NUMBER, number) != number:
        yield CLASS_NUMBER, fault(Reason.SCORES_OF_OTHER_CLASS, number=number)
    if SCORE in values and REMARK in values:
        for wrong in mark_faults(*mark_of(values), ()):
            yield SCORE, wrong


def mark_of(values: Mapping[str, object]) -> tuple[Decimal | None, bool]:
    """Read what a row says of its trainee: a score, or none; and whether they were absent."""
    score = values.get(SCORE)
    return (score if isinstance(score, Decimal) else None), values.get(REMARK) is not None


def said_of(score: Decimal | None, *, assessed: bool) -> dict[str, str]:
    """Spell what stands of a trainee as the sheet says it; nothing where they are open."""
    if score is not None:
        return {SCORE: f"{score:.2f}"}
    return {REMARK: ABSENT} if assessed else {}
