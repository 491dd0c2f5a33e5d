"""S29, S33, X4: a completion is neither approved nor revoked while the bank pays on it."""

from datetime import date
from decimal import Decimal

import pytest

from models import LineState, Status
from rules.claims.claim import AttendedClass
from rules.kernel.action import Action
from rules.kernel.parameter import Parameter, Policy
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from rules.training.completion_standing import (
    PaidLine,
    find_completion_fault,
    parse_paid_lines,
)
from tests.factories.parameter import a_parameter

DAY = date(2025, 2, 24)
ATTENDED = AttendedClass("220000", DAY, Status.APPROVED)
MARK = a_parameter("training.pass_mark", "60")
WAITS = a_parameter("training.payment_waits_for_completion", "true")
AT_ONCE = a_parameter("training.payment_waits_for_completion", "false")
FAILING, PASSING = Decimal(30), Decimal(85)


@pytest.mark.parametrize(
    ("action", "state", "score", "policy", "expected"),
    [
        (Action.APPROVE, LineState.IN_BATCH, FAILING, (MARK, AT_ONCE), Reason.LINE_IN_BATCH),
        (Action.APPROVE, LineState.IN_BATCH, PASSING, (MARK, AT_ONCE), None),
        (Action.APPROVE, LineState.PAID, FAILING, (MARK, AT_ONCE), None),
        (Action.APPROVE, LineState.IN_BATCH, FAILING, (AT_ONCE,), None),
        (Action.REVOKE, LineState.PAID, PASSING, (MARK, WAITS), Reason.COMPLETION_PAID_ON),
        (Action.REVOKE, LineState.PAID, PASSING, (MARK, AT_ONCE), None),
        (Action.RETURN, LineState.PAID, PASSING, (MARK, WAITS), None),
    ],
)
def test_x4_a_completion_waits_for_the_bank(
    action: Action,
    state: LineState,
    score: Decimal,
    policy: tuple[Parameter, ...],
    expected: Reason | None,
) -> None:
    lines, known = (PaidLine(state, score),), Policy(policy)
    found = find_completion_fault(action, lines, ATTENDED, viewer=Viewer(), policy=known)
    assert (found.reason if found else None) is expected


def test_paid_lines_are_read_as_they_are_told() -> None:
    assert parse_paid_lines(None) == ()
    assert parse_paid_lines("PAID:85.00 IN_BATCH:") == (
        PaidLine(LineState.PAID, Decimal("85.00")),
        PaidLine(LineState.IN_BATCH, None),
    )
