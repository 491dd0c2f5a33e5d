"""Who may be trained: three places, one class at a time, own staff, a course once (S20, S21)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from models import ClaimKind, Status
from rules.claims.control import CONTROLS, list_controls
from rules.hiring.hire import ValidityPeriod
from rules.internship.mentoring import ContributionRecord, FactCoverage
from rules.kernel.finding import Control, Finding, Outcome
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Reason
from rules.training.trainee import TraineeClassState, find_override_faults, find_overriding_fault
from rules.training.training import (
    CLASS_CONTROLS,
    CONTROL_EVALUATORS,
    TRAINEE_CONTROLS,
    TrainingEvaluation,
    evaluate_training,
)
from rules.training.training_case import (
    ClassAttendance,
    OtherTraining,
    Override,
    OwnTraining,
    TrainingPlace,
    TrainingRecords,
)
from tests.factories.failures import AllFailures
from tests.factories.parameter import a_parameter, build_seed_policy

CHENGDU = "510104"
TODAY = date(2022, 9, 15)
OPENS, ENDS = date(2022, 9, 1), date(2022, 9, 14)
FIRST = date(2020, 2, 1)
TOLD = FactCoverage(contributions=date(2022, 8, 1))
ATTENDING = ClassAttendance(
    unit_id=uuid4(),
    class_id=uuid4(),
    person_id=uuid4(),
    region=CHENGDU,
    course_code="AQ-01",
    opens_on=OPENS,
    ends_on=ENDS,
)
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
LET_THROUGH = Override(date(2022, 8, 30), "企业转产，工种变化")


def day(text: str) -> date:
    return date.fromisoformat(text)


def paid(*months: str) -> list[ContributionRecord]:
    return [ContributionRecord(day(f"{month}-01"), "社保局", TODAY) for month in months]


def taken(place: int, first: str | None = None, last: str | None = None) -> OtherTraining:
    start = day(first) if first else date(2021, place, 1)
    return OtherTraining(
        first=start,
        last=day(last) if last else start.replace(day=20),
        place=place,
        period_from=FIRST,
    )


def judged(
    attending: ClassAttendance = ATTENDING,
    told: FactCoverage = TOLD,
    policy: Policy | None = None,
    today: date = TODAY,
    **more: Any,
) -> TrainingEvaluation:
    known: dict[str, Any] = {
        "sizes": [ValidityPeriod(since=date(2020, 1, 1), until=None, word="SMALL")],
        "contributions": paid("2022-07", "2022-08"),
    }
    return evaluate_training(
        attending, TrainingRecords(**(known | more)), told, today, policy or build_seed_policy()
    )


def came(finding: Finding) -> tuple[Outcome, Reason | None]:
    return finding.outcome, finding.lacking.reason if finding.lacking else None


def places(*others: OtherTraining, **more: Any) -> tuple[Outcome, int | None]:
    found = judged(others=others, **more)
    return found.get_finding(
        Control.TRAINING_PLACES
    ).outcome, found.place.number if found.place else None


def test_x3_every_control_of_training_has_its_judge_and_is_of_class_or_person() -> None:
    assert set(CONTROL_EVALUATORS) == {*CLASS_CONTROLS, *TRAINEE_CONTROLS}
    assert [
        CONTROLS[c].rule for c in list_controls(ClaimKind.TRAINING) if c in CONTROL_EVALUATORS
    ] == [*("S4", "S31", "S20", "S20", "S21", "S21")]


def test_s20_whoever_meets_all_controls_takes_the_first_place() -> None:
    found = judged()
    assert [came(finding) for finding in found.findings] == [(PASS, None)] * 6
    assert found.lacking == []
    assert found.place == TrainingPlace(1, FIRST, 3)
    keys = {parameter.key for parameter in found.used}
    assert keys >= {"programme.period", "training.max_per_person", "enterprise.size"}


def test_x3_all_controls_run_and_none_stops_at_anothers_no() -> None:
    others = [taken(1), taken(2), taken(3, "2022-09-14", "2022-09-30")]
    found = judged(others=others, sizes=[], contributions=[], claimed=["510104-20220101-001"])
    assert [came(finding) for finding in found.findings] == [
        (FAIL, Reason.SIZE_NOT_SHOWN),
        (PASS, None),
        (FAIL, Reason.NOT_INSURED_NOW),
        (FAIL, Reason.COURSE_CLAIMED),
        (FAIL, Reason.PLACES_USED_UP),
        (FAIL, Reason.TRAINING_OVERLAPS),
    ]
    assert len(found.lacking) == 5
    assert found.place is None


@pytest.mark.parametrize(
    ("places_taken", "outcome", "place"),
    [
        ((), PASS, 1),
        ((1,), PASS, 2),
        ((1, 2), PASS, 3),
        ((1, 2, 3), FAIL, None),
        ((1, 2, 3, 4), FAIL, None),
        ((2, 3), PASS, 1),
        ((1, 3), PASS, 2),
    ],
)
def test_s21_the_third_training_passes_and_the_fourth_fails(
    places_taken: tuple[int, ...], outcome: Outcome, place: int | None
) -> None:
    assert places(*map(taken, places_taken)) == (outcome, place)


def test_s21_an_override_gives_a_place_beyond_the_most_and_says_so() -> None:
    own = OwnTraining(None, FIRST, LET_THROUGH)
    three = [taken(1), taken(2), taken(3)]
    assert places(*three, own=own) == (PASS, 4)
    assert places(*three, taken(4), own=own) == (PASS, 5)
    said = judged(others=three, own=own).get_finding(Control.TRAINING_PLACES).evidence
    assert "let through by an officer on 2022-08-30" in said.en
    assert "2022-08-30放行" in said.zh
    assert LET_THROUGH.reason not in said.zh, "what unit and office write is not told to the person"


def test_s21_what_stands_on_an_override_takes_no_place_from_the_others() -> None:
    beyond = taken(4)
    assert places(taken(1), taken(2), beyond, own=OwnTraining(3, FIRST)) == (PASS, 3)
    assert places(taken(1), taken(2), beyond) == (PASS, 3)
    assert places(taken(1), taken(2), own=OwnTraining(None, FIRST, LET_THROUGH)) == (PASS, 3)


def test_s21_who_has_a_place_keeps_it_and_one_beyond_the_most_comes_down_where_one_is_free() -> (
    None
):
    assert places(taken(1), own=OwnTraining(3, FIRST)) == (PASS, 3)
    own = OwnTraining(4, FIRST, LET_THROUGH)
    assert places(taken(1), taken(2), taken(3), own=own) == (PASS, 4)
    assert places(taken(1), taken(3), own=own) == (PASS, 2)


def test_s21_another_programme_period_counts_anew_and_an_override_is_not_taken_along() -> None:
    next_period = a_parameter(
        "programme.period",
        "2023-01-01/2023-12-31",
        region=CHENGDU,
        category="TRAINING",
        effective_from=date(2023, 1, 1),
    )
    policy = build_seed_policy([next_period])
    later = replace(ATTENDING, opens_on=day("2023-01-01"), ends_on=day("2023-01-10"))
    three = [taken(1), taken(2), taken(3, "2022-12-01", "2022-12-31")]
    found = judged(later, policy=policy, others=three)
    assert found.place == TrainingPlace(1, day("2023-01-01"), 3)
    new = [
        OtherTraining(
            first=day(f"2023-0{n}-01"),
            last=day(f"2023-0{n}-09"),
            place=n,
            period_from=day("2023-01-01"),
        )
        for n in (2, 3, 4)
    ]
    carried = OwnTraining(4, FIRST, LET_THROUGH)
    full = judged(
        later, policy=policy, others=[*three, *(replace(t, place=t.place - 1) for t in new)]
    )
    assert came(full.get_finding(Control.TRAINING_PLACES)) == (FAIL, Reason.PLACES_USED_UP)
    again = [*three, *(replace(t, place=t.place - 1) for t in new)]
    assert judged(later, policy=policy, others=again, own=carried).place is None


def test_s21_trainings_of_a_region_whose_period_began_on_another_day_count_as_well() -> None:
    elsewhere = [replace(taken(n), period_from=day("2020-03-01")) for n in (1, 2)]
    assert places(*elsewhere, taken(1, "2021-06-01", "2021-06-09")) == (FAIL, None)
    assert places(*elsewhere) == (PASS, 3)


@pytest.mark.parametrize(
    ("first", "last", "outcome"),
    [
        ("2022-08-01", "2022-08-31", PASS),
        ("2022-08-01", "2022-09-01", FAIL),
        ("2022-09-14", "2022-09-30", FAIL),
        ("2022-09-15", "2022-09-30", PASS),
        ("2022-09-05", "2022-09-05", FAIL),
        ("2022-08-01", "2022-10-31", FAIL),
    ],
)
def test_s21_one_class_at_a_time_and_adjacent_days_do_not_meet(
    first: str, last: str, outcome: Outcome
) -> None:
    found = judged(others=[taken(1, first, last)]).get_finding(Control.ONE_AT_A_TIME)
    assert found.outcome is outcome
    assert first not in found.evidence.en.replace("2022-09-01 to 2022-09-14", "")


@pytest.mark.parametrize(
    ("opens", "reason"),
    [
        ("2020-01-31", Reason.OUTSIDE_PROGRAMME),
        ("2020-02-01", None),
        ("2022-12-31", None),
        ("2023-01-01", Reason.OUTSIDE_PROGRAMME),
        ("2019-12-31", Reason.NO_PROGRAMME),
    ],
)
def test_s31_a_class_that_opens_outside_the_programme_fails(
    opens: str, reason: Reason | None
) -> None:
    days = replace(ATTENDING, opens_on=day(opens), ends_on=day(opens))
    found = judged(days, sizes=[ValidityPeriod(since=date(2010, 1, 1), until=None, word="MICRO")])
    assert came(found.get_finding(Control.PROGRAMME_PERIOD)) == (
        PASS if reason is None else FAIL,
        reason,
    )


def test_x3_without_a_period_nobody_can_say_which_place_it_is() -> None:
    days = replace(ATTENDING, opens_on=day("2019-12-31"), ends_on=day("2019-12-31"))
    found = judged(days)
    assert came(found.get_finding(Control.TRAINING_PLACES)) == (UNKNOWN, Reason.PARAMETER_MISSING)
    assert found.place is None


@pytest.mark.parametrize(
    ("latest", "months", "came_out"),
    [
        ("2022-09", ("2022-09",), (PASS, None)),
        ("2022-09", ("2022-08",), (FAIL, Reason.NOT_INSURED_NOW)),
        ("2022-10", ("2022-09",), (PASS, None)),
        ("2022-10", ("2022-08", "2022-10"), (FAIL, Reason.NOT_INSURED_NOW)),
        ("2022-08", ("2022-08",), (PASS, None)),
        ("2022-08", ("2022-07",), (FAIL, Reason.NOT_INSURED_NOW)),
        ("2022-07", ("2022-07",), (PASS, None)),
        ("2022-06", ("2022-06",), (UNKNOWN, Reason.NOW_UNKNOWN)),
        (None, ("2022-09",), (UNKNOWN, Reason.NOW_UNKNOWN)),
    ],
)
def test_s20_staff_are_insured_in_the_month_of_the_opening_or_the_latest_loaded(
    latest: str | None, months: tuple[str, ...], came_out: tuple[Outcome, Reason | None]
) -> None:
    """Judged in September 2022 with a lag of two months: July is the oldest (S32)."""
    policy = build_seed_policy([a_parameter("insurance.lag_months", "2", region=CHENGDU)])
    told = FactCoverage(contributions=day(f"{latest}-01") if latest else None)
    found = judged(told=told, policy=policy, contributions=paid(*months))
    assert came(found.get_finding(Control.INSURED_STAFF)) == came_out


def test_s20_a_month_that_is_loaded_decides_however_long_ago_it_was() -> None:
    told = FactCoverage(contributions=day("2022-09-01"))
    found = judged(told=told, today=day("2024-05-01"), contributions=paid("2022-09"))
    assert came(found.get_finding(Control.INSURED_STAFF)) == (PASS, None)


def test_s20_only_the_size_on_the_opening_day_counts() -> None:
    grown = [ValidityPeriod(since=date(2020, 1, 1), until=day("2022-08-31"), word="SMALL")]
    grown.append(ValidityPeriod(since=day("2022-09-01"), until=None, word="LARGE"))
    found = judged(sizes=grown).get_finding(Control.ENTERPRISE_SIZE)
    assert came(found) == (FAIL, Reason.SIZE_NOT_SUPPORTED)


def test_x3_an_override_is_for_a_control_that_allows_it_and_fails_now() -> None:
    full = judged(others=[taken(1), taken(2), taken(3, "2022-09-10", "2022-09-20")])
    assert list(find_override_faults(full, Control.TRAINING_PLACES)) == []
    for control in {*CLASS_CONTROLS, *TRAINEE_CONTROLS, Control.INSURED_NOW} - {
        Control.TRAINING_PLACES
    }:
        (no,) = find_override_faults(full, control)
        assert (no.reason, no.path) == (Reason.CONTROL_NOT_OVERRIDABLE, ("control",))
    (no,) = find_override_faults(judged(), Control.TRAINING_PLACES)
    assert no.reason is Reason.NOTHING_TO_OVERRIDE


def test_x2_who_filed_the_class_overrides_nothing_and_nobody_for_a_class_that_is_gone() -> None:
    with AllFailures() as failures:
        for status in list(Status):
            with failures.at(status):
                gone = status in {Status.WITHDRAWN, Status.REFUSED}
                for filed in (False, True):
                    no = find_overriding_fault(TraineeClassState(status, filed))
                    reason = Reason.WRONG_STATUS if gone else Reason.FOUR_EYES if filed else None
                    assert (no.reason if no else None) is reason
