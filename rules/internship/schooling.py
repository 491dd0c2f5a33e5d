"""Whose word counts on somebody's schooling: the office's record beats their own (J17)."""

from dataclasses import dataclass
from datetime import date

from models import Education, Person
from rules.kernel.finding import Outcome
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Language
from rules.kernel.wording import format_fault


@dataclass(frozen=True, slots=True)
class Schooling:
    """The highest schooling somebody finished, and when."""

    education: Education | None
    graduated_on: date | None


@dataclass(frozen=True, slots=True)
class SchoolingFinding:
    """What the person states of their schooling, what is on record, and how the two agree."""

    outcome: Outcome
    stated: Schooling
    recorded: Schooling
    source: str | None
    as_of: date | None
    reason: Reason | None
    message: str | None
    cure: str | None


def get_recorded_schooling(person: Person) -> Schooling:
    """Give what an office told; of who never said anything, all that is on file is of that kind."""
    if person.completed_at is None and person.source is not None:
        own = person.official_education or person.education
        return Schooling(own, person.official_graduated_on or person.graduated_on)
    return Schooling(person.official_education, person.official_graduated_on)


def choose_schooling(person: Person) -> Schooling:
    """Choose what an office told, or else what the person says, each by itself (J17)."""
    recorded = get_recorded_schooling(person)
    return Schooling(
        recorded.education or person.education, recorded.graduated_on or person.graduated_on
    )


def find_schooling_fault(stated: Schooling, recorded: Schooling) -> Fault | None:
    """Say that record and statement differ, or that there is no record; None where all agree."""
    pairs = (
        (recorded.education, stated.education),
        (recorded.graduated_on, stated.graduated_on),
    )
    if any(told is not None and said is not None and told != said for told, said in pairs):
        return fault(Reason.SCHOOLING_DIFFERS)
    if any(told is None for told, _ in pairs):
        return fault(Reason.SCHOOLING_UNPROVEN)
    return None


def evaluate_schooling(person: Person, language: Language) -> SchoolingFinding:
    """Compare what the person states with what is on record, for whoever reviews (J17)."""
    stated = Schooling(person.education, person.graduated_on)
    recorded = get_recorded_schooling(person)
    lacking = find_schooling_fault(stated, recorded)
    words = format_fault(lacking, language) if lacking else None
    outcome = Outcome.PASS
    if lacking is not None:
        differs = lacking.reason is Reason.SCHOOLING_DIFFERS
        outcome = Outcome.FAIL if differs else Outcome.UNKNOWN
    return SchoolingFinding(
        outcome,
        stated,
        recorded,
        person.official_source,
        person.official_as_of,
        lacking.reason if lacking else None,
        words.text if words else None,
        words.cure if words else None,
    )
