"""What the national job board is told, when, and how often: decisions without a database."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest

from models import Announcement, BoardFailure, BoardState, Role, Status
from rules.internship.board import (
    FAILURE_WORDING,
    choose_announcement,
    describe_failure,
    evaluate_attempt,
    find_listing_fault,
    find_retry_fault,
    is_stale,
    list_push_actions,
)
from rules.kernel.refusal import Reason
from rules.kernel.retry import RetryPolicy, compute_retry_delay
from rules.kernel.viewer import SYSTEM_VIEWER, Language, Viewer
from tests.factories.failures import AllFailures

PACE = RetryPolicy(tries=4, first_wait=timedelta(seconds=8), longest_wait=timedelta(seconds=60))
NOW = datetime(2026, 3, 2, tzinfo=UTC)
OFFICER = Viewer(language=Language.EN, role=Role.DISTRICT_OFFICER)
FAILURES = [f for f in BoardFailure if f is not BoardFailure.REJECTED]


def test_j12_an_approved_post_is_shown_whatever_it_was_before() -> None:
    with AllFailures() as failures:
        for before in [None, *Status]:
            with failures.at(before):
                assert choose_announcement(before, Status.APPROVED) is Announcement.SHOW


def test_j12_only_a_post_that_was_shown_is_withdrawn() -> None:
    others = [status for status in Status if status is not Status.APPROVED]
    for after in others:
        assert choose_announcement(Status.APPROVED, after) is Announcement.WITHDRAW
    for before, after in product([None, *others], others):
        assert choose_announcement(before, after) is None


def test_x19_a_post_is_withheld_while_the_declaration_is_not_in_force() -> None:
    approved = Status.APPROVED
    assert choose_announcement(approved, approved, withheld=True) is Announcement.WITHDRAW
    assert choose_announcement(Status.SUBMITTED, approved, withheld=True) is None


def test_j12_the_wait_doubles_up_to_the_longest() -> None:
    waits = [compute_retry_delay(attempt, PACE, 1).total_seconds() for attempt in range(1, 7)]
    assert waits == [8, 16, 32, 60, 60, 60]
    assert compute_retry_delay(10_000, PACE, 1) == PACE.longest_wait


def test_j12_chance_spreads_the_second_half_of_a_wait_only() -> None:
    waits = [compute_retry_delay(2, PACE, roll / 4) for roll in range(5)]
    assert (waits[0], waits[-1]) == (timedelta(seconds=8), timedelta(seconds=16))
    assert all(one < other for one, other in pairwise(waits))


def test_j12_what_the_board_took_is_pushed() -> None:
    assert evaluate_attempt(None, 1, PACE, 0).state is BoardState.PUSHED
    assert evaluate_attempt(None, 99, PACE, 0).state is BoardState.PUSHED


def test_j12_a_failure_is_tried_again_until_the_tries_are_used_up() -> None:
    with AllFailures() as failures:
        for failure in FAILURES:
            with failures.at(failure):
                found = [evaluate_attempt(failure, attempt, PACE, 1) for attempt in (1, 2, 3, 4)]
                assert [f.state for f in found] == [BoardState.FAILED] * 3 + [BoardState.DEAD]
                assert [f.wait.total_seconds() for f in found] == [8, 16, 32, 0]


def test_j12_what_the_board_rejects_is_given_up_at_once() -> None:
    assert evaluate_attempt(BoardFailure.REJECTED, 1, PACE, 0).state is BoardState.DEAD


def test_j12_only_the_newest_push_that_was_given_up_is_tried_anew() -> None:
    with AllFailures() as failures:
        for state in BoardState:
            with failures.at(state):
                dead = state is BoardState.DEAD
                newest, older = (
                    find_retry_fault(state, newest=True),
                    find_retry_fault(state, newest=False),
                )
                assert (newest is None) == dead
                assert older is not None
                assert older.reason is (Reason.BOARD_PUSH_OUTDATED if dead else Reason.WRONG_STATUS)


def test_x4_an_officer_is_told_what_may_be_done_to_a_push() -> None:
    (open_,) = list_push_actions(BoardState.DEAD, viewer=OFFICER)
    (barred,) = list_push_actions(BoardState.PUSHED, viewer=OFFICER)
    assert (open_.allowed, barred.allowed, barred.reason) == (True, False, Reason.WRONG_STATUS)
    assert list_push_actions(BoardState.DEAD, viewer=Viewer(role=Role.UNIT_OPERATOR)) == []


def test_j13_applicants_are_asked_for_only_while_the_board_shows_the_post() -> None:
    fault = find_listing_fault(None)
    assert fault is not None
    assert fault.reason is Reason.POST_NOT_ON_BOARD
    assert find_listing_fault(NOW) is None


@pytest.mark.parametrize(
    ("as_of", "failure", "due_at", "stale"),
    [
        (None, None, None, False),
        (None, None, NOW, True),
        (None, BoardFailure.TIMED_OUT, NOW, True),
        (NOW, None, NOW, False),
        (NOW, BoardFailure.TIMED_OUT, NOW, True),
        (NOW, None, None, True),
    ],
)
def test_j13_applicants_are_stale_where_the_board_did_not_tell_lately(
    as_of: datetime | None, failure: BoardFailure | None, due_at: datetime | None, stale: bool
) -> None:
    assert is_stale(as_of, failure, due_at) is stale


@pytest.mark.parametrize("failure", BoardFailure)
def test_j12_every_failure_has_words_in_both_languages(failure: BoardFailure) -> None:
    words = FAILURE_WORDING[failure]
    assert not words[Language.ZH].isascii()
    assert words[Language.EN].isascii()
    assert describe_failure(failure, viewer=OFFICER) == words[Language.EN]
    assert describe_failure(None, viewer=OFFICER) is None


def test_x2_background_work_holds_no_function() -> None:
    assert SYSTEM_VIEWER.functions == frozenset()
    assert SYSTEM_VIEWER.account_id is not None
