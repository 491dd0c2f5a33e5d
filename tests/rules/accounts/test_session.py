"""J3: of a session's refresh tokens only what a forgetful client sends again is answered again."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.accounts.session import (
    RESEND_GRACE,
    RefreshState,
    RefreshStep,
    Resent,
    follow_resent,
    judge_refresh,
)

NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("token", "passed", "resent", "step"),
    [
        (b"present", timedelta(), Resent.NO, RefreshStep.MOVE_ON),
        (b"present", timedelta(days=9), Resent.BEFORE, RefreshStep.MOVE_ON),
        (b"spent", RESEND_GRACE, Resent.NO, RefreshStep.ANSWER_AGAIN),
        (b"spent", RESEND_GRACE, Resent.NOW, RefreshStep.ANSWER_AGAIN),
        (b"spent", RESEND_GRACE + MOMENT, Resent.NO, RefreshStep.END),
        (b"spent", timedelta(), Resent.BEFORE, RefreshStep.END),
        (b"older", timedelta(), Resent.NO, RefreshStep.END),
    ],
)
def test_j3_what_comes_of_a_refresh_token(
    token: bytes, passed: timedelta, resent: Resent, step: RefreshStep
) -> None:
    state = RefreshState(b"present", b"spent", NOW - passed, resent)
    assert judge_refresh(state, token, NOW) is step


def test_j3_a_spent_token_of_before_this_rule_is_not_answered_again() -> None:
    state = RefreshState(b"present", b"spent", None, Resent.NO)
    assert judge_refresh(state, b"spent", NOW) is RefreshStep.END


def test_j3_resending_is_remembered_for_one_token_more() -> None:
    assert follow_resent(Resent.NOW) is Resent.BEFORE
    assert follow_resent(Resent.BEFORE) is Resent.NO
    assert follow_resent(Resent.NO) is Resent.NO
