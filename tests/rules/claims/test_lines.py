import itertools

import pytest

from models import LineState
from rules.kernel.refusal import Reason, Refusal
from rules.kernel.workflow import (
    LINE_TRANSITIONS,
    RESERVING_STATES,
    LineAction,
    require_target_line_state,
)
from tests.factories.failures import AllFailures

L, A = LineState, LineAction

WAYS = {
    (A.STRIKE, L.OPEN): L.STRUCK,
    (A.STRIKE, L.IN_PUBLICITY): L.STRUCK,
    (A.STRIKE, L.PAYABLE): L.STRUCK,
    (A.PUBLISH, L.OPEN): L.IN_PUBLICITY,
    (A.PASS_PUBLICITY, L.IN_PUBLICITY): L.PAYABLE,
    (A.FAIL_PUBLICITY, L.IN_PUBLICITY): L.PUBLICITY_FAILED,
    (A.MAKE_PAYABLE, L.OPEN): L.PAYABLE,
    (A.PUT_IN_BATCH, L.PAYABLE): L.IN_BATCH,
    (A.PAY, L.IN_BATCH): L.PAID,
    (A.PAY, L.PAYABLE): L.PAID,
    (A.FAIL_PAYMENT, L.IN_BATCH): L.PAYABLE,
    (A.TAKE_OUT, L.IN_BATCH): L.PAYABLE,
    (A.SEND_BACK, L.PAYABLE): L.OPEN,
    (A.SEND_BACK, L.IN_BATCH): L.OPEN,
    (A.CLAW_BACK, L.PAID): L.CLAWED_BACK,
    (A.CLAW_BACK, L.CLAWED_BACK): L.CLAWED_BACK,
}
"""Written out once more, so that a slip in the table does not pass unseen."""


def test_x15_a_line_goes_these_ways_and_no_other() -> None:
    with AllFailures() as failures:
        for action, state in itertools.product(LineAction, LineState):
            with failures.at(action, state):
                if (action, state) in WAYS:
                    assert require_target_line_state(action, state) is WAYS[action, state]
                    continue
                with pytest.raises(Refusal) as refused:
                    require_target_line_state(action, state)
                assert refused.value.fault.reason is Reason.WRONG_STATUS
                possible = [a for a in LineAction if (a, state) in WAYS]
                assert refused.value.fault.figures == {
                    "status": state,
                    "possible": ", ".join(possible) or "—",
                }


def test_x15_the_table_names_every_action() -> None:
    assert set(LINE_TRANSITIONS) == set(LineAction)


def test_x15_struck_and_failed_lines_free_what_they_stood_on_and_clawed_back_ones_never_do() -> (
    None
):
    assert set(LineState) - set(RESERVING_STATES) == {L.STRUCK, L.PUBLICITY_FAILED}
    assert L.CLAWED_BACK in RESERVING_STATES


def test_x15_what_is_over_stays_over() -> None:
    for state in (L.STRUCK, L.CLAWED_BACK, L.PUBLICITY_FAILED):
        assert all(target is state for (_, source), target in WAYS.items() if source is state)


def test_x15_every_state_can_be_reached_from_an_open_line() -> None:
    reached = {L.OPEN}
    for _ in LineState:
        reached |= {target for (_, source), target in WAYS.items() if source in reached}
    assert reached == set(LineState)
