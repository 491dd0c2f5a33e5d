from datetime import date
from uuid import UUID

import pytest

from models import Role, Status
from rules.internship.reduction import find_end_date_faults
from rules.internship.standing import (
    DeclarationInForce,
    InternTies,
    find_ended_fault,
    find_intern_fault,
)
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import make_actions_rule
from tests.factories.failures import AllFailures

START, END = date(2024, 8, 1), date(2025, 7, 31)
OPERATOR = Viewer(
    language=Language.EN,
    account_id=UUID(int=1),
    name="o",
    role=Role.UNIT_OPERATOR,
    region="220104",
    unit_id=UUID(int=9),
)
OFFICER = Viewer(
    language=Language.EN,
    account_id=UUID(int=2),
    name="r",
    role=Role.DISTRICT_OFFICER,
    region="220104",
)


@pytest.mark.parametrize(
    ("ended_on", "expected"),
    [
        (date(2024, 7, 31), Reason.END_BEFORE_START),
        (START, None),
        (END, None),
        (date(2025, 8, 1), Reason.END_AFTER_TERM),
    ],
)
def test_j19_the_last_day_lies_within_the_term(ended_on: date, expected: Reason | None) -> None:
    found = [(fault.reason, fault.path) for fault in find_end_date_faults(START, END, ended_on)]
    assert found == ([(expected, ("endedOn",))] if expected else [])


def test_j19_who_has_ended_is_neither_reduced_nor_changed_nor_revoked() -> None:
    with AllFailures() as failures:
        for action in Action:
            with failures.at(action):
                barred = action in {Action.REDUCE, Action.REQUEST_CHANGE, Action.REVOKE}
                fault = find_ended_fault(action, END)
                assert (fault is not None) is barred
                assert fault is None or fault.reason is Reason.INTERN_ENDED
                assert find_ended_fault(action, None) is None


def test_x4_an_approved_intern_offers_its_reduction_until_it_has_ended() -> None:
    def offered(status: Status, ended: date | None, viewer: Viewer) -> dict[Action, Reason | None]:
        rule = make_actions_rule(RecordKind.INTERN, find_intern_fault)
        free = InternTies(reduced=False, changing=False, held=False)
        around = DeclarationInForce("220104", None), True, free
        told = rule(status, UUID(int=1), ended, *around, viewer=viewer)
        return {item.action: item.reason for item in told}

    assert offered(Status.APPROVED, None, OPERATOR)[Action.REDUCE] is None
    assert offered(Status.APPROVED, END, OPERATOR)[Action.REDUCE] is Reason.INTERN_ENDED
    assert offered(Status.SUBMITTED, None, OPERATOR)[Action.REDUCE] is Reason.WRONG_STATUS
    assert offered(Status.APPROVED, END, OFFICER)[Action.REVOKE] is Reason.INTERN_ENDED
    assert Action.VOID not in offered(Status.APPROVED, None, OFFICER)
