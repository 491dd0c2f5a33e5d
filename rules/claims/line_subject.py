"""For what a line asks, so that nobody comes back for the same thing once barred (X15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import ClaimKind
from rules.kernel.refusal import Fault, Reason, fault


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSubject:
    """For whom and what a unit's line asks: months, a hire at an employer, a course, mentoring."""

    kind: ClaimKind
    person_id: UUID
    employer_code: str | None = None
    course_code: str | None = None
    months: frozenset[date] = frozenset()

    def is_same_thing(self, other: "LineSubject") -> bool:
        """Tell whether two lines of a unit ask for the same thing (X15).

        Living allowance is the same where they share a month, mentoring whenever it was.
        """
        if (self.kind, self.person_id) != (other.kind, other.person_id):
            return False
        if self.kind is ClaimKind.LIVING_ALLOWANCE:
            return bool(self.months & other.months)
        own = self.employer_code, self.course_code
        return own == (other.employer_code, other.course_code)


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A line that was struck, refused or failed publicity, and whether it still bars its person."""

    id: UUID
    subject: LineSubject
    barred: bool


def find_bar_fault(subject: LineSubject, earlier: Iterable[EarlierLine]) -> Fault | None:
    """Say why a person can't be claimed for: they were struck, or failed, and not readmitted."""
    bars = any(each.barred and each.subject.is_same_thing(subject) for each in earlier)
    return fault(Reason.LINE_BARRED) if bars else None


def find_followed_line(subject: LineSubject, earlier: Iterable[EarlierLine]) -> UUID | None:
    """Give the line that a new one comes after, the newest of those for the same thing (X15)."""
    same = (each.id for each in earlier if each.subject.is_same_thing(subject))
    return max(same, default=None)
