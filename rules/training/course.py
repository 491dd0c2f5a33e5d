"""Online courses 线上培训项目: what may be entered, and for which a class may be opened (S20)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rules.kernel import input_check
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import read_text

MAX_COURSE_HOURS = 2000
"""Beyond this a course's hours are a slip of the keyboard."""

_CODE_PATTERN = re.compile(r"[0-9A-Z][0-9A-Z-]{1,31}")


@dataclass(frozen=True, slots=True)
class EditionState:
    """How an edition of a course stands, and the last one of its code."""

    edition: int
    last: int
    last_offered: bool


def normalize_code(typed: str) -> str:
    """Spell a course's code as it is kept: half-width capitals and digits."""
    return read_text(typed).upper()


def find_course_faults(code: str, hours: int, fee: Decimal) -> Iterable[Fault]:
    """Refuse a code, hours or a fee that no course has, all at once."""
    if not _CODE_PATTERN.fullmatch(code):
        yield fault(Reason.COURSE_CODE_MALFORMED, "code")
    yield from input_check.find_range_faults(hours, 1, MAX_COURSE_HOURS, "hours")
    yield from input_check.find_amount_faults(fee, "fee")
    if not fee:
        yield fault(Reason.COURSE_FREE, "fee")


def find_code_faults(region: str, of: str | None) -> Iterable[Fault]:
    """Refuse a code under which another region offers its course."""
    if of is not None and of != region:
        yield fault(Reason.COURSE_CODE_TAKEN, "code")


def find_edition_faults(chosen: EditionState) -> Iterable[Fault]:
    """Refuse to open a class for a course that was withdrawn, or for a replaced edition (S20)."""
    if not chosen.last_offered:
        yield fault(Reason.COURSE_WITHDRAWN, "courseId")
    elif chosen.edition < chosen.last:
        yield fault(Reason.COURSE_OUTDATED, "courseId")
