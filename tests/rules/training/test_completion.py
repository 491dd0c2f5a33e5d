from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from models import LineState, Status, TraineeOutcome
from rules.kernel.refusal import Fault, Reason, Unreadable
from rules.training import completion as rules
from rules.training.completion import ClassState, OutcomeTally, TraineeResult
from tests.factories.failures import AllFailures

MARK = Decimal(60)
OPENS, ENDS = date(2022, 3, 1), date(2022, 3, 10)
UNDER_WAY = ClassState(status=Status.APPROVED, opens_on=OPENS, ends_on=ENDS, completion=None)
ALL_DONE = OutcomeTally(completed=2, not_completed=1, open=0)


def told(faults: Sequence[Fault]) -> list[tuple[Reason, dict[str, str]]]:
    return [(each.reason, dict(each.figures)) for each in faults]


def scored(cls: ClassState, today: date = ENDS) -> list[Reason]:
    return [each.reason for each in rules.find_scoring_faults(cls, today, ())]


def completing(cls: ClassState, found: OutcomeTally = ALL_DONE, today: date = ENDS) -> list[Reason]:
    return [each.reason for each in rules.find_completing_faults(cls, found, today, ())]


@pytest.mark.parametrize(
    ("text", "score"),
    [("0", "0.00"), ("60", "60.00"), ("85.5", "85.50"), ("99.99", "99.99"), ("100.00", "100.00")],
)
def test_s28_a_score_is_read_with_at_most_two_decimals(text: str, score: str) -> None:
    assert str(rules.parse_score(text)) == score


@pytest.mark.parametrize("text", ["101", "100.01", "999999999"])
def test_s28_a_score_above_a_hundred_is_refused_as_that(text: str) -> None:
    assert rules.parse_score(text) == Unreadable(Reason.SCORE_OUT_OF_RANGE)


@pytest.mark.parametrize(
    "text",
    [
        *("-1", "+1", "abc", "", " 60", "60 ", "060", "85.555", "85.", ".5", "6e1", "NaN", "1/2"),
        *("六十", "６０", "6_0", "60\n", "1" * 5000, 60, 60.5, True, None, ["60"]),
    ],
)
def test_s28_what_is_no_score_is_refused_by_name(text: object) -> None:
    assert rules.parse_score(text) == Unreadable(Reason.NOT_A_SCORE)


def test_s28_a_trainee_has_either_a_score_or_was_absent() -> None:
    def faults(score: Decimal | None, absent: bool) -> list[Fault]:
        return list(rules.find_score_faults(score, absent, ("trainees", 3)))

    assert faults(MARK, absent=False) == faults(None, absent=True) == []
    (both,), (neither,) = faults(MARK, absent=True), faults(None, absent=False)
    assert both == neither == Fault(Reason.SCORE_UNCLEAR, ("trainees", 3, "score"))


@pytest.mark.parametrize(
    ("score", "assessed", "outcome"),
    [
        ("60.00", True, TraineeOutcome.COMPLETED),
        ("100.00", True, TraineeOutcome.COMPLETED),
        ("59.99", True, TraineeOutcome.NOT_COMPLETED),
        ("0.00", True, TraineeOutcome.NOT_COMPLETED),
        (None, True, TraineeOutcome.NOT_COMPLETED),
        (None, False, TraineeOutcome.OPEN),
    ],
)
def test_s27_the_pass_mark_itself_passes_and_who_was_absent_does_not(
    score: str | None, assessed: bool, outcome: TraineeOutcome
) -> None:
    result = TraineeResult(Decimal(score) if score else None, assessed)
    assert rules.evaluate_outcome(result, MARK) is outcome


def test_s27_even_a_pass_mark_of_nought_takes_a_score() -> None:
    assert (
        rules.evaluate_outcome(TraineeResult(Decimal(0), True), Decimal(0))
        is TraineeOutcome.COMPLETED
    )
    assert (
        rules.evaluate_outcome(TraineeResult(None, True), Decimal(0))
        is TraineeOutcome.NOT_COMPLETED
    )


def test_s27_a_class_is_counted_by_what_its_scores_come_to() -> None:
    results = [TraineeResult(Decimal(n), True) for n in (59, 60, 61)]
    found = rules.tally_outcomes(
        [*results, TraineeResult(None, True), TraineeResult(None, False)], MARK
    )
    assert found == OutcomeTally(completed=2, not_completed=2, open=1)
    assert rules.tally_outcomes([], MARK) == OutcomeTally(0, 0, 0)


def test_s28_scores_are_entered_from_the_first_day_on() -> None:
    assert scored(UNDER_WAY, date(2022, 2, 28)) == [Reason.CLASS_NOT_BEGUN]
    assert scored(UNDER_WAY, OPENS) == scored(UNDER_WAY, date(2022, 12, 31)) == []


def test_s28_only_an_approved_class_has_scores_and_is_completed() -> None:
    with AllFailures() as failures:
        for status in [status for status in Status if status is not Status.APPROVED]:
            with failures.at(status):
                other = ClassState(status=status, opens_on=OPENS, ends_on=ENDS, completion=None)
                assert scored(other) == completing(other) == [Reason.CLASS_NOT_APPROVED]


def test_s28_scores_stand_while_a_completion_is_submitted_or_approved() -> None:
    with AllFailures() as failures:
        for status in Status:
            with failures.at(status):
                stands = status in {Status.SUBMITTED, Status.APPROVED}
                found = scored(
                    ClassState(
                        status=Status.APPROVED, opens_on=OPENS, ends_on=ENDS, completion=status
                    )
                )
                assert found == ([Reason.SCORES_STAND] if stands else [])


def test_s27_a_class_is_completed_on_its_last_day_or_later() -> None:
    assert completing(UNDER_WAY, today=date(2022, 3, 9)) == [Reason.CLASS_NOT_ENDED]
    assert completing(UNDER_WAY, today=ENDS) == completing(UNDER_WAY, today=date(2023, 1, 1)) == []


def test_s27_a_class_in_which_somebody_is_open_is_not_completed() -> None:
    found = rules.find_completing_faults(UNDER_WAY, OutcomeTally(3, 1, 2), ENDS, ("classId",))
    assert told(list(found)) == [(Reason.TRAINEES_OPEN, {"trainees": "2"})]
    assert completing(UNDER_WAY, OutcomeTally(0, 0, 1)) == [Reason.TRAINEES_OPEN]
    assert completing(UNDER_WAY, OutcomeTally(0, 1, 0)) == []


def test_s27_all_that_keeps_a_class_from_completion_is_told_at_once() -> None:
    returned = ClassState(status=Status.RETURNED, opens_on=OPENS, ends_on=ENDS, completion=None)
    assert completing(returned, OutcomeTally(0, 0, 1), date(2022, 3, 1)) == [
        Reason.CLASS_NOT_APPROVED,
        Reason.CLASS_NOT_ENDED,
        Reason.TRAINEES_OPEN,
    ]


def test_x20_other_counts_than_were_submitted_are_not_approved() -> None:
    assert list(rules.find_count_change_faults(ALL_DONE, 2, 1, ())) == []
    found = rules.find_count_change_faults(OutcomeTally(1, 2, 0), 2, 1, ("records", 4))
    figures = {"completed": "1", "not_completed": "2"}
    assert list(found) == [Fault(Reason.COUNTS_CHANGED, ("records", 4), figures)]


def test_s29_a_completion_on_which_payment_stands_is_not_revoked() -> None:
    with AllFailures() as failures:
        for state in LineState:
            with failures.at(state):
                stands = state in {LineState.IN_BATCH, LineState.PAID}
                found = told(list(rules.find_revoking_faults([LineState.OPEN, state, state], ())))
                assert found == ([(Reason.COMPLETION_PAID_ON, {"lines": "2"})] if stands else [])
