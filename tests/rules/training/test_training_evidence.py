"""X3, S20, S21: what each control of a training tells, on whose word, and what is lacking."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models import Status
from rules.internship.mentoring import FactCoverage
from rules.kernel.finding import Control, Outcome
from rules.kernel.refusal import Fault, Reason
from rules.training.training_case import OtherTraining, OwnTraining, TrainingPlace
from rules.training.training_claim import find_class_faults
from tests.factories.evidence import tell, telling
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.rules.training.test_training import (
    ATTENDING,
    FIRST,
    LET_THROUGH,
    OPENS,
    judged,
    paid,
    taken,
)

C, PASS, FAIL, UNKNOWN = Control, Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
LAG, MOST = "insurance.lag_months", "training.max_per_person"
PERIOD = a_parameter(
    "programme.period", "2022-09-02/2022-12-31", region="510104", category="TRAINING"
)
SPAN_ZH, SPAN_EN = "2020-02-01至2022-12-31每人3个名额", "from 2020-02-01 to 2022-12-31"
FULL = [taken(1), taken(2), taken(3)]
Case = tuple[Mapping[str, Any], Mapping[str, Any]]
CASES: Mapping[str, Case] = {
    "within the programme": (
        {},
        telling(
            C.PROGRAMME_PERIOD,
            PASS,
            "开班日期2022-09-01",
            "opens on 2022-09-01",
            figure="programme.period",
        ),
    ),
    "outside the programme": (
        {"policy": build_seed_policy([PERIOD])},
        telling(
            C.PROGRAMME_PERIOD,
            FAIL,
            "开班日期2022-09-01",
            "opens on 2022-09-01",
            figure="programme.period",
            reason=Reason.OUTSIDE_PROGRAMME,
            hired="2022-09-01",
            first="2022-09-02",
            last="2022-12-31",
        ),
    ),
    "insured in the latest month known": (
        {},
        telling(
            C.INSURED_STAFF,
            PASS,
            "开班月份2022-09，社会保险数据至2022-08，核验月份2022-08",
            "opens in 2022-09; contributions known up to 2022-08; looked for 2022-08",
            figure=LAG,
            source="社保局",
            as_of="2022-09-15",
        ),
    ),
    "insured in the month of the opening": (
        {"told": FactCoverage(contributions=date(2022, 11, 1)), "contributions": paid("2022-09")},
        telling(
            C.INSURED_STAFF,
            PASS,
            "开班月份2022-09，社会保险数据至2022-11，核验月份2022-09",
            "opens in 2022-09; contributions known up to 2022-11; looked for 2022-09",
            figure=LAG,
            source="社保局",
            as_of="2022-09-15",
        ),
    ),
    "not insured": (
        {"contributions": paid("2022-07")},
        telling(
            C.INSURED_STAFF,
            FAIL,
            "开班月份2022-09，社会保险数据至2022-08，核验月份2022-08",
            "opens in 2022-09; contributions known up to 2022-08; looked for 2022-08",
            figure=LAG,
            as_of="2022-08-01",
            reason=Reason.NOT_INSURED_NOW,
            month="2022-08",
        ),
    ),
    "insurance known only long ago": (
        {"told": FactCoverage(contributions=date(2022, 6, 1)), "contributions": []},
        telling(
            C.INSURED_STAFF,
            UNKNOWN,
            "开班月份2022-09，社会保险数据至2022-06，核验月份2022-06",
            "opens in 2022-09; contributions known up to 2022-06; looked for 2022-06",
            figure=LAG,
            as_of="2022-06-01",
            reason=Reason.NOW_UNKNOWN,
            month="2022-06",
            oldest="2022-07",
        ),
    ),
    "insurance not known": (
        {"told": FactCoverage(), "contributions": []},
        telling(
            C.INSURED_STAFF,
            UNKNOWN,
            "开班月份2022-09，社会保险数据至—，核验月份2022-09",
            "opens in 2022-09; contributions known up to —; looked for 2022-09",
            figure=LAG,
            reason=Reason.NOW_UNKNOWN,
            month="—",
            oldest="2022-07",
        ),
    ),
    "a course once": (
        {},
        telling(
            C.COURSE_ONCE,
            PASS,
            "该培训项目已申报补贴的其他班：—",
            "other classes claimed for the course: —",
        ),
    ),
    "a course twice": (
        {"claimed": ["510104-20220301-002", "510104-20220101-001"]},
        telling(
            C.COURSE_ONCE,
            FAIL,
            "该培训项目已申报补贴的其他班：510104-20220101-001、510104-20220301-002",
            "other classes claimed for the course: 510104-20220101-001, 510104-20220301-002",
            reason=Reason.COURSE_CLAIMED,
            number="510104-20220101-001, 510104-20220301-002",
        ),
    ),
    "a place": (
        {"others": [taken(1)]},
        telling(
            C.TRAINING_PLACES,
            PASS,
            f"{SPAN_ZH}，本期为第2个",
            f"3 places per person {SPAN_EN}; this is number 2",
            figure=MOST,
        ),
    ),
    "no place": (
        {"others": FULL},
        telling(
            C.TRAINING_PLACES,
            FAIL,
            f"{SPAN_ZH}，已用完",
            f"3 places per person {SPAN_EN}; none is left",
            figure=MOST,
            reason=Reason.PLACES_USED_UP,
            most="3",
            first="2020-02-01",
            last="2022-12-31",
        ),
    ),
    "a place by override": (
        {"others": FULL, "own": OwnTraining(period_from=FIRST, override=LET_THROUGH)},
        telling(
            C.TRAINING_PLACES,
            PASS,
            f"{SPAN_ZH}，本期为第4个，由经办人于2022-08-30放行",
            f"3 places per person {SPAN_EN}; this is number 4, "
            "let through by an officer on 2022-08-30",
            figure=MOST,
        ),
    ),
    "one class at a time": (
        {"others": [taken(1, "2022-08-01", "2022-08-31"), taken(2, "2022-09-15", "2022-09-20")]},
        telling(
            C.ONE_AT_A_TIME,
            PASS,
            "2022-09-01至2022-09-14没有其他培训班",
            "2022-09-01 to 2022-09-14: attends no other class then",
        ),
    ),
    "two classes at a time": (
        {"others": [taken(1, "2022-09-14", "2022-09-30")]},
        telling(
            C.ONE_AT_A_TIME,
            FAIL,
            "2022-09-01至2022-09-14有其他培训班",
            "2022-09-01 to 2022-09-14: attends another class then",
            reason=Reason.TRAINING_OVERLAPS,
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_x3_a_control_tells_what_it_saw_on_whose_word_and_what_is_lacking(case: str) -> None:
    given, expected = CASES[case]
    told = [tell(finding) for finding in judged(**given).findings]
    assert [one for one in told if one["control"] is expected["control"].value] == [expected]


def test_s21_the_last_day_of_the_period_still_counts() -> None:
    """Wherever the other's own period was said to begin."""
    last = OtherTraining(
        first=date(2022, 12, 31), last=date(2023, 1, 10), place=1, period_from=date(2019, 1, 1)
    )
    after = OtherTraining(
        first=date(2023, 1, 1), last=date(2023, 1, 10), place=1, period_from=date(2019, 1, 1)
    )
    assert judged(others=[last]).place == TrainingPlace(2, FIRST, 3)
    assert judged(others=[after]).place == TrainingPlace(1, FIRST, 3)


def test_s21_a_place_is_kept_in_its_period_alone_and_while_nobody_else_has_it() -> None:
    own = OwnTraining(period_from=FIRST, place=3)
    assert judged(own=own).place == TrainingPlace(3, FIRST, 3)
    assert judged(own=own, others=[taken(3)]).place == TrainingPlace(1, FIRST, 3)
    elsewhere = replace(own, period_from=date(2019, 1, 1))
    assert judged(own=elsewhere).place == TrainingPlace(1, FIRST, 3)


def test_s25_all_that_bars_a_class_from_a_claim_is_told_with_its_figures() -> None:
    before = date(2022, 8, 31)
    found = find_class_faults(Status.RETURNED, ATTENDING.opens_on, before, ["A-1", "B-2"])
    assert found == [
        Fault(Reason.CLASS_NOT_APPROVED, (), {"status": "RETURNED"}),
        Fault(Reason.CLASS_NOT_OPENED, (), {"opens": "2022-09-01"}),
        Fault(Reason.COURSE_CLAIMED, (), {"number": "A-1, B-2"}),
    ]
    assert find_class_faults(Status.APPROVED, OPENS, OPENS) == []
