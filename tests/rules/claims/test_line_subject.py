"""Whoever was struck does not come back for the same thing (X15)."""

from datetime import date
from uuid import UUID

from models import ClaimKind
from rules.claims.line_subject import (
    EarlierLine,
    LineSubject,
    find_bar_fault,
    find_followed_line,
)
from rules.kernel.refusal import Reason

WHO, OTHER = UUID(int=1), UUID(int=2)
FIRST_LINE, SECOND_LINE = UUID(int=11), UUID(int=12)
AUGUST, SEPTEMBER, OCTOBER = (date(2024, n, 1) for n in (8, 9, 10))


def months(*of: date, person_id: UUID = WHO) -> LineSubject:
    return LineSubject(kind=ClaimKind.LIVING_ALLOWANCE, person_id=person_id, months=frozenset(of))


def hire(code: str, kind: ClaimKind = ClaimKind.HIRING) -> LineSubject:
    return LineSubject(kind=kind, person_id=WHO, employer_code=code)


def test_x15_a_month_that_was_struck_is_the_same_thing_and_another_month_is_not() -> None:
    struck = months(AUGUST, SEPTEMBER)
    assert struck.is_same_thing(months(SEPTEMBER, OCTOBER))
    assert not struck.is_same_thing(months(OCTOBER))
    assert not struck.is_same_thing(months(AUGUST, person_id=OTHER))


def test_x15_a_hire_is_the_same_thing_at_the_same_employer_for_the_same_subsidy() -> None:
    assert hire("A").is_same_thing(hire("A"))
    assert not hire("A").is_same_thing(hire("B"))
    assert not hire("A").is_same_thing(hire("A", ClaimKind.SERVICE))


def test_x15_training_is_the_same_thing_by_its_course_and_mentoring_by_its_person() -> None:
    course = [
        LineSubject(kind=ClaimKind.TRAINING, person_id=WHO, course_code=code)
        for code in ("K1", "K1", "K2")
    ]
    assert course[0].is_same_thing(course[1])
    assert not course[0].is_same_thing(course[2])
    mentored = LineSubject(kind=ClaimKind.MENTORING, person_id=WHO)
    assert mentored.is_same_thing(LineSubject(kind=ClaimKind.MENTORING, person_id=WHO))


def test_x15_a_readmitted_line_bars_nobody_and_the_new_line_follows_the_newest() -> None:
    subject = months(AUGUST)
    earlier = [
        EarlierLine(FIRST_LINE, subject, barred=False),
        EarlierLine(SECOND_LINE, months(AUGUST, OCTOBER), barred=False),
    ]
    assert find_bar_fault(subject, earlier) is None
    assert find_followed_line(subject, earlier) == SECOND_LINE
    assert find_followed_line(months(SEPTEMBER), earlier) is None
    barred = [*earlier, EarlierLine(FIRST_LINE, subject, barred=True)]
    fault = find_bar_fault(subject, barred)
    assert fault is not None
    assert fault.reason is Reason.LINE_BARRED
