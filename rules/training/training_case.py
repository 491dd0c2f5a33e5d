"""Somebody in a training class, what is on file of them, and which place they have (S21, S33)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import ClaimKind
from rules.hiring.hire import ValidityPeriod
from rules.internship.mentoring import ContributionRecord, FactCoverage
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.parameter_key import Period

PERIOD_KEY, MAX_PLACES_KEY = "programme.period", "training.max_per_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassAttendance:
    """A person who attends a unit's class for a course; the region is the one that decides (X21).

    Days are the first and the last, both included.
    """

    unit_id: UUID
    class_id: UUID
    person_id: UUID
    region: str
    course_code: str
    opens_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTraining:
    """What another training of the person takes; whose it is is not known here (X14)."""

    first: date
    last: date
    place: int
    period_from: date


@dataclass(frozen=True, slots=True)
class Override:
    """That an officer set a control aside for a trainee, when and why (X3)."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class TrainingPlace:
    """One of a person's places in the programme period that began on a day, of so many (S21)."""

    number: int
    period_from: date
    most: int


@dataclass(frozen=True, slots=True)
class OwnTraining:
    """What the trainee has in this very class: a place, perhaps, and an officer's override.

    `period_from` is the first day of the programme period in which either was given.
    """

    place: int | None = None
    period_from: date | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRecords:
    """What is on file of the enterprise, of the person there, and of their other trainings.

    `claimed` are the numbers of the enterprise's other classes that were claimed for the course.
    """

    sizes: Sequence[ValidityPeriod] = ()
    claimed: Sequence[str] = ()
    contributions: Sequence[ContributionRecord] = ()
    others: Sequence[OtherTraining] = ()
    own: OwnTraining = OwnTraining()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCase:
    """A person in a class with all that a control may look at, and the policy that it asks."""

    attending: ClassAttendance
    known: TrainingRecords
    told: FactCoverage
    today: date
    policy: Policy


def get_programme_period(at: ClassAttendance, policy: Policy) -> Period:
    """Return the programme period in force on the opening day, or raise MissingParameter (S31)."""
    return policy.get_period(PERIOD_KEY, at.region, at.opens_on, ClaimKind.TRAINING)


def find_place(case: TrainingCase) -> TrainingPlace | None:
    """Find the place that the person has or would take; None where there is none (S21, S33).

    Other trainings count that opened in the same period, wherever its dates were set. Each takes a
    number of its own; those beyond the most stand on overrides and take nothing from the others.
    """
    at, own = case.attending, case.known.own
    try:
        period = get_programme_period(at, case.policy)
        most = case.policy.get_integer(MAX_PLACES_KEY, at.region, at.opens_on)
    except MissingParameter:
        return None
    counted = [
        other.place
        for other in case.known.others
        if other.period_from == period.first or period.first <= other.first <= period.last
    ]
    same = own.period_from == period.first
    regular = sum(number <= most for number in counted)
    if regular >= most and not (same and own.override):
        return None
    free = _find_lowest_free(counted, 1 if regular < most else most + 1)
    kept = own.place if same and own.place not in counted else None
    if kept is not None and (kept <= most) is (free <= most):
        return TrainingPlace(kept, period.first, most)
    return TrainingPlace(free, period.first, most)


def _find_lowest_free(taken: Collection[int], number: int) -> int:
    while number in taken:
        number += 1
    return number
