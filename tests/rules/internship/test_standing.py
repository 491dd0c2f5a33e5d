"""X4: what may be done to records of internships hangs on the records around them."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from models import ChangeableKind, Role, Status
from rules.internship.standing import (
    DeclarationInForce,
    InternTies,
    RequestTies,
    compute_first_start,
    find_claiming_fault,
    find_closing_fault,
    find_declaring_fault,
    find_intern_fault,
    find_post_fault,
    find_reduction_fault,
    find_requested_fault,
    find_start_fault,
    parse_declaration,
    parse_ties,
)
from rules.kernel.action import Action
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason
from rules.kernel.seed import build_seed_parameters
from rules.kernel.viewer import Language, Viewer
from tests.factories.parameter import to_parameter

ME = UUID(int=1)
OPERATOR = Viewer(
    language=Language.EN,
    account_id=ME,
    name="operator",
    role=Role.UNIT_OPERATOR,
    region="220104",
    unit_id=UUID(int=9),
)
ENDED, AGAIN = date(2025, 1, 31), date(2026, 6, 30)
IN_FORCE, OVER = DeclarationInForce("220104", None), DeclarationInForce("220104", ENDED)
POLICY = Policy(map(to_parameter, build_seed_parameters()))
FREE = InternTies(reduced=False, changing=False, held=False)


def reason(found: Fault | None) -> Reason | None:
    return found.reason if found else None


def test_what_other_records_say_is_read_as_it_is_told() -> None:
    assert parse_declaration(None) is None
    assert parse_declaration("220104") == IN_FORCE
    assert parse_declaration("220104 2025-01-31") == OVER
    assert parse_ties("tft") == InternTies(reduced=True, changing=False, held=True)


@pytest.mark.parametrize(
    ("declared", "today", "expected"),
    [
        (IN_FORCE, date(2029, 1, 1), None),
        (OVER, ENDED + timedelta(days=90), None),
        (OVER, ENDED + timedelta(days=91), Reason.CLAIM_TOO_LATE),
        (None, ENDED, Reason.DECLARATION_NOT_APPROVED),
    ],
)
def test_x19_months_stay_claimable_for_ninety_days_after_the_declarations_end(
    declared: DeclarationInForce | None, today: date, expected: Reason | None
) -> None:
    assert reason(find_claiming_fault(declared, POLICY, today)) is expected


@pytest.mark.parametrize(
    ("starts_on", "today", "expected"),
    [
        (ENDED, ENDED + timedelta(days=90), None),
        (ENDED, ENDED + timedelta(days=91), Reason.CLAIM_TOO_LATE),
        (ENDED + timedelta(days=1), ENDED + timedelta(days=91), None),
        (ENDED + timedelta(days=1), AGAIN + timedelta(days=91), Reason.CLAIM_TOO_LATE),
        (AGAIN + timedelta(days=1), date(2029, 1, 1), None),
    ],
)
def test_x19_an_internships_months_close_with_its_own_declaration_whatever_follows(
    starts_on: date, today: date, expected: Reason | None
) -> None:
    """J7."""
    known = [IN_FORCE, DeclarationInForce("220104", AGAIN), OVER]
    assert reason(find_closing_fault(known, starts_on, POLICY, today)) is expected


def test_x19_an_internship_begins_once_another_declaration_is_approved_not_in_between() -> None:
    """J7."""
    approved_on = AGAIN + timedelta(days=30)
    assert compute_first_start(approved_on, []) is None
    assert compute_first_start(approved_on, [ENDED, AGAIN]) == approved_on
    assert compute_first_start(AGAIN, [AGAIN]) == AGAIN + timedelta(days=1)
    early = approved_on - timedelta(days=1)
    assert reason(find_start_fault(early, approved_on)) is Reason.STARTS_UNDECLARED
    assert find_start_fault(approved_on, approved_on) is find_start_fault(ENDED, None) is None


def test_x6_where_nobody_said_for_how_long_nothing_is_claimed_after_the_end() -> None:
    """X19."""
    assert find_claiming_fault(IN_FORCE, Policy([]), ENDED) is None
    assert reason(find_claiming_fault(OVER, Policy([]), ENDED)) is Reason.PARAMETER_MISSING


@pytest.mark.parametrize(
    ("action", "ties", "expected"),
    [
        (Action.REDUCE, FREE._replace(reduced=True), Reason.REDUCTION_EXISTS),
        (Action.REDUCE, FREE._replace(changing=True, held=True), None),
        (Action.REQUEST_CHANGE, FREE._replace(changing=True), Reason.CHANGE_PENDING),
        (Action.REQUEST_CHANGE, FREE._replace(reduced=True), None),
        (Action.WITHDRAW, FREE._replace(held=True), Reason.REPORT_HELD),
        (Action.REFUSE, FREE._replace(held=True), Reason.REPORT_HELD),
        (Action.APPROVE, FREE._replace(held=True), None),
    ],
)
def test_x4_an_intern_is_reduced_and_changed_once_and_stays_while_claimed_for(
    action: Action, ties: InternTies, expected: Reason | None
) -> None:
    """J19, J38, X16."""
    assert reason(find_intern_fault(action, None, IN_FORCE, True, ties, viewer=OPERATOR)) is (
        expected
    )


def test_x4_an_intern_is_filed_under_a_declaration_and_at_an_approved_post() -> None:
    for action in (Action.CHANGE, Action.SUBMIT, Action.APPROVE, Action.REQUEST_CHANGE):
        for declared, expected in (
            (None, Reason.DECLARATION_NOT_APPROVED),
            (OVER, Reason.DECLARATION_ENDED),
            (IN_FORCE, None),
        ):
            found = find_intern_fault(action, None, declared, True, FREE, viewer=OPERATOR)
            assert reason(found) is expected
    for action in (Action.SUBMIT, Action.APPROVE):
        found = find_intern_fault(action, None, IN_FORCE, False, FREE, viewer=OPERATOR)
        assert reason(found) is Reason.POST_NOT_APPROVED
        around = IN_FORCE, True, FREE, AGAIN
        found = find_intern_fault(action, None, *around, viewer=OPERATOR)
        assert reason(found) is Reason.STARTS_UNDECLARED
    ended = find_intern_fault(Action.REDUCE, ENDED, None, False, FREE, viewer=OPERATOR)
    assert reason(ended) is Reason.INTERN_ENDED
    assert find_intern_fault(Action.RETURN, ENDED, None, False, FREE, viewer=OPERATOR) is None


def test_x4_posts_and_declarations_wait_for_what_is_asked_already() -> None:
    assert reason(find_post_fault(Action.CHANGE, None, False, viewer=OPERATOR)) is (
        Reason.DECLARATION_NOT_APPROVED
    )
    assert reason(find_post_fault(Action.REQUEST_CHANGE, IN_FORCE, True, viewer=OPERATOR)) is (
        Reason.CHANGE_PENDING
    )
    assert find_post_fault(Action.APPROVE, None, True, viewer=OPERATOR) is None
    ending = find_declaring_fault(Action.END, False, 2, viewer=OPERATOR)
    assert ending == Fault(Reason.REDUCTION_PENDING, (), {"count": "2"})
    assert find_declaring_fault(Action.END, True, 0, viewer=OPERATOR) is None
    assert reason(find_declaring_fault(Action.REQUEST_CHANGE, True, 0, viewer=OPERATOR)) is (
        Reason.CHANGE_PENDING
    )


@pytest.mark.parametrize(
    ("action", "status", "ended", "declared", "claimed", "expected"),
    [
        (Action.SUBMIT, "APPROVED", False, None, True, None),
        (Action.SUBMIT, "RETURNED", False, IN_FORCE, False, Reason.WRONG_STATUS),
        (Action.CHANGE, "APPROVED", True, IN_FORCE, False, Reason.INTERN_ENDED),
        (Action.REVOKE, "APPROVED", True, IN_FORCE, False, None),
        (Action.REVOKE, "APPROVED", True, None, False, Reason.DECLARATION_NOT_APPROVED),
        (Action.REVOKE, "APPROVED", True, IN_FORCE, True, Reason.END_CLAIMED),
        (Action.WITHDRAW, "RETURNED", False, None, True, None),
    ],
)
def test_x4_a_reduction_goes_on_as_its_intern_stands(
    action: Action,
    status: str,
    ended: bool,
    declared: DeclarationInForce | None,
    claimed: bool,
    expected: Reason | None,
) -> None:
    """J19, J23, J34."""
    found = find_reduction_fault(action, status, ended, declared, claimed, viewer=OPERATOR)
    assert reason(found) is expected


def test_x16_a_request_goes_on_as_its_record_stands() -> None:
    def told(
        status: Status | None,
        ended: bool = False,
        declared: DeclarationInForce | None = IN_FORCE,
        kind: ChangeableKind = ChangeableKind.INTERN,
        unproven: bool = False,
    ) -> Reason | None:
        values = kind, status and status.value, ME, RequestTies(ended, unproven), declared
        return reason(find_requested_fault(Action.SUBMIT, *values, viewer=OPERATOR))

    assert told(Status.APPROVED) is None
    assert told(Status.RETURNED) is Reason.WRONG_STATUS
    assert told(Status.APPROVED, ended=True) is Reason.INTERN_ENDED
    assert told(Status.APPROVED, declared=OVER) is Reason.DECLARATION_ENDED
    assert told(Status.APPROVED, declared=None, kind=ChangeableKind.DECLARATION) is None
    assert told(None, kind=ChangeableKind.UNIT) is None
    assert told(None, kind=ChangeableKind.UNIT, unproven=True) is Reason.RENAME_UNPROVEN  # J7
