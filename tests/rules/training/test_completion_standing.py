"""S29, S33, X4: a completion is neither approved nor revoked while the bank pays on it."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from models import LineState, Role, Status
from rules.claims.claim import AttendedClass
from rules.kernel.action import Action
from rules.kernel.parameter import Parameter, Policy
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from rules.training.completion import list_class_actions, parse_class_ties
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


def test_x4_a_class_tells_what_the_records_around_it_bar() -> None:
    """S20, S27, S33: nobody attends, another class of the course is claimed, a claim holds it."""

    def told(text: str, status: Status) -> dict[Action, Reason | None]:
        found: dict[Action, Reason | None] = {}
        for n, role in enumerate((Role.UNIT_OPERATOR, Role.DISTRICT_OFFICER)):
            viewer = Viewer(account_id=UUID(int=n + 1), name="v", role=role, region="510104")
            ties = parse_class_ties(text)
            each = list_class_actions(status, UUID(int=9), DAY, ties, DAY, viewer=viewer)
            found |= {item.action: item.reason for item in each}
        return found

    assert told("0 0 0 0 ", Status.DRAFT)[Action.SUBMIT] is Reason.NOBODY_ATTENDS
    assert told("0 0 1 1 510104-20250224-001", Status.DRAFT)[Action.SUBMIT] is Reason.COURSE_CLAIMED
    assert told("0 0 1 1 ", Status.DRAFT)[Action.SUBMIT] is None
    assert told("0 1 0 1 ", Status.APPROVED)[Action.REVOKE] is Reason.CLASS_CLAIMED
    assert told("1 0 0 1 ", Status.APPROVED)[Action.REVOKE] is Reason.CLASS_COMPLETING
    assert told("1 0 0 1 ", Status.APPROVED)[Action.COMPLETE] is Reason.COMPLETION_EXISTS
    assert told("0 0 1 1 ", Status.APPROVED)[Action.COMPLETE] is Reason.TRAINEES_OPEN
    assert told("0 0 0 1 ", Status.APPROVED)[Action.COMPLETE] is None
    assert told("0 0 0 1 ", Status.RETURNED)[Action.COMPLETE] is Reason.CLASS_NOT_APPROVED


def test_paid_lines_are_read_as_they_are_told() -> None:
    assert parse_paid_lines(None) == ()
    assert parse_paid_lines("PAID:85.00 IN_BATCH:") == (
        PaidLine(LineState.PAID, Decimal("85.00")),
        PaidLine(LineState.IN_BATCH, None),
    )
