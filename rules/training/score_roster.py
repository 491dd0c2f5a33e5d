"""What a row of a roster of scores says, and whether that can be (S27)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import ColumnFault
from rules.training.completion import find_score_faults

CLASS_NUMBER_KEY, SCORE_KEY, REMARK_KEY = "class_number", "score", "remark"
ABSENT_WORD = "缺考"
"""What the remark says of somebody who has no score, and will have none."""
ABSENT_SYNONYMS = ("缺席", "未考", "未参加考核", "未参加考试")


def find_cell_faults(values: Mapping[str, object], number: str) -> Iterator[ColumnFault]:
    """Judge the cells that could be read: they are of the class, and tell a score or absence."""
    if values.get(CLASS_NUMBER_KEY, number) != number:
        yield CLASS_NUMBER_KEY, fault(Reason.SCORES_OF_OTHER_CLASS, number=number)
    if SCORE_KEY in values and REMARK_KEY in values:
        for wrong in find_score_faults(*get_score_and_absence(values), ()):
            yield SCORE_KEY, wrong


def get_score_and_absence(values: Mapping[str, object]) -> tuple[Decimal | None, bool]:
    """Read what a row says of its trainee: a score, or none; and whether they were absent."""
    score = values.get(SCORE_KEY)
    return (score if isinstance(score, Decimal) else None), values.get(REMARK_KEY) is not None


def format_score_cells(score: Decimal | None, *, assessed: bool) -> dict[str, str]:
    """Spell what stands of a trainee as the sheet says it; nothing where they are open."""
    if score is not None:
        return {SCORE_KEY: f"{score:.2f}"}
    return {REMARK_KEY: ABSENT_WORD} if assessed else {}
