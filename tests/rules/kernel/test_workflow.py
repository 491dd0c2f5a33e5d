from itertools import product
from uuid import UUID

import pytest

from models import LineState, Role, Status
from rules.kernel.action import Action
from rules.kernel.record_kind import Party, RecordKind
from rules.kernel.refusal import Reason, Refusal
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import (
    FUNCTION_OF,
    LINE_TRANSITIONS,
    TRANSITIONS,
    LineAction,
    find_action_fault,
    get_function,
    is_reason_required,
    list_open_actions,
    make_actions_rule,
    require_target_line_state,
    require_target_status,
)

ME, ANOTHER = UUID(int=1), UUID(int=2)
OFFICER = Viewer(Language.EN, ME, "officer", Role.DISTRICT_OFFICER, "220104")
OPERATOR = Viewer(Language.EN, ME, "operator", Role.UNIT_OPERATOR, "220104", UUID(int=9))

S, A, K = Status, Action, RecordKind
Way = tuple[Action, Status]

ANY_KIND: dict[Way, Status] = {
    (A.CHANGE, S.DRAFT): S.DRAFT,
    (A.CHANGE, S.RETURNED): S.RETURNED,
    (A.SUBMIT, S.DRAFT): S.SUBMITTED,
    (A.SUBMIT, S.RETURNED): S.SUBMITTED,
    (A.WITHDRAW, S.DRAFT): S.WITHDRAWN,
    (A.WITHDRAW, S.SUBMITTED): S.WITHDRAWN,
    (A.WITHDRAW, S.RETURNED): S.WITHDRAWN,
    (A.APPROVE, S.SUBMITTED): S.APPROVED,
    (A.RETURN, S.SUBMITTED): S.RETURNED,
    (A.REVOKE, S.APPROVED): S.RETURNED,
}
REFUSABLE: dict[Way, Status] = {(A.REFUSE, S.SUBMITTED): S.REFUSED}
CLAIMS: dict[Way, Status] = {
    (A.REVOKE, S.PUBLICITY_PASSED): S.RETURNED,
    (A.RETURN, S.PUBLICITY_FAILED): S.RETURNED,
    (A.REFUSE, S.PUBLICITY_FAILED): S.REFUSED,
    (A.PUBLISH, S.APPROVED): S.IN_PUBLICITY,
    (A.PASS_PUBLICITY, S.IN_PUBLICITY): S.PUBLICITY_PASSED,
    (A.FAIL_PUBLICITY, S.IN_PUBLICITY): S.PUBLICITY_FAILED,
    (A.DISBURSE, S.PUBLICITY_PASSED): S.DISBURSED,
    (A.DISBURSE, S.APPROVED): S.DISBURSED,
}
BY_REQUEST: dict[Way, Status] = {(A.REQUEST_CHANGE, S.APPROVED): S.APPROVED}
REPORTS: dict[Way, Status] = {
    (A.VOID, S.DRAFT): S.VOIDED,
    (A.VOID, S.SUBMITTED): S.VOIDED,
    (A.VOID, S.RETURNED): S.VOIDED,
    (A.VOID, S.APPROVED): S.VOIDED,
    (A.REOPEN, S.SUBMITTED): S.RETURNED,
    (A.REOPEN, S.APPROVED): S.RETURNED,
    (A.RESTORE, S.VOIDED): S.APPROVED,
}
INTERNS: dict[Way, Status] = {
    (A.REDUCE, S.APPROVED): S.APPROVED,
    (A.VOID, S.SUBMITTED): S.VOIDED,
    (A.VOID, S.RETURNED): S.VOIDED,
    (A.VOID, S.APPROVED): S.VOIDED,
}
REDUCTIONS: dict[Way, Status] = {
    (A.VOID, S.DRAFT): S.VOIDED,
    (A.VOID, S.RETURNED): S.VOIDED,
}
CLAWBACKS: dict[Way, Status] = {
    (A.APPROVE, S.SUBMITTED): S.APPROVED,
    (A.VOID, S.SUBMITTED): S.VOIDED,
}
REQUESTS = {way: to for way, to in ANY_KIND.items() if way != (A.REVOKE, S.APPROVED)}
RULEBOOK: dict[RecordKind, dict[Way, Status]] = {
    K.DECLARATION: ANY_KIND | BY_REQUEST | {(A.END, S.APPROVED): S.ENDED},
    K.MONTHLY_REPORT: ANY_KIND | REPORTS,
    K.POST: ANY_KIND | REFUSABLE | BY_REQUEST,
    K.INTERN: ANY_KIND | REFUSABLE | BY_REQUEST | INTERNS,
    K.CLAIM: ANY_KIND | REFUSABLE | CLAIMS,
    K.REDUCTION: ANY_KIND | REFUSABLE | REDUCTIONS,
    K.CLAWBACK: REFUSABLE | CLAWBACKS,
    K.CHANGE_REQUEST: REQUESTS | REFUSABLE,
    K.OBJECTION: {(A.APPROVE, S.SUBMITTED): S.APPROVED, (A.REFUSE, S.SUBMITTED): S.REFUSED},
    K.QUALIFICATION: ANY_KIND | REFUSABLE,
    K.TRAINING_CLASS: ANY_KIND | REFUSABLE | {(A.COMPLETE, S.APPROVED): S.APPROVED},
    K.COMPLETION: ANY_KIND,
}
"""X1, written down a second time from the rulebook."""

EVERY_PAIR = list(product(K, A, S))
REASONED = {A.RETURN, A.REFUSE, A.REVOKE, A.FAIL_PUBLICITY, A.END}
BY_OWNER = {A.CHANGE, A.SUBMIT, A.WITHDRAW, A.REDUCE, A.COMPLETE, A.REQUEST_CHANGE}
BY_NOBODY = {A.VOID, A.REOPEN, A.RESTORE}
"""What follows from a decision on another record (J39, X19)."""


@pytest.mark.parametrize(("kind", "action", "status"), EVERY_PAIR)
def test_x1_a_record_moves_as_the_rulebook_says_and_in_no_other_way(
    kind: RecordKind, action: Action, status: Status
) -> None:
    expected = RULEBOOK[kind].get((action, status))
    if expected is not None:
        assert require_target_status(kind, action, status, ANOTHER, OFFICER) is expected
        return
    with pytest.raises(Refusal) as refused:
        require_target_status(kind, action, status, ANOTHER, OFFICER)
    fault = refused.value.fault
    assert fault.reason is Reason.WRONG_STATUS
    assert fault.figures["status"] == status
    theirs = [a for a in A if a not in BY_OWNER | BY_NOBODY and (a, status) in RULEBOOK[kind]]
    options = [a for a in theirs if get_function(kind, a) in OFFICER.functions]
    named = fault.figures["possible"].split(", ")
    assert sorted(named) == sorted(options) if options else named == ["—"]


@pytest.mark.parametrize("kind", K)
def test_x2_who_submitted_a_record_makes_no_reviewers_decision_on_it(kind: RecordKind) -> None:
    for action, status in product(A, S):
        said = find_action_fault(kind, action, status, ME, OFFICER)
        reason = said.reason if said else None
        if (action, status) not in RULEBOOK[kind]:
            assert reason is Reason.WRONG_STATUS
        else:
            own = action in BY_OWNER | BY_NOBODY
            assert reason is (None if own else Reason.FOUR_EYES)


@pytest.mark.parametrize("action", A)
def test_x1_reviewers_give_a_reason_wherever_they_say_no(action: Action) -> None:
    assert is_reason_required(action) is (action in REASONED)


@pytest.mark.parametrize("kind", K)
def test_x1_withdrawn_refused_and_disbursed_records_stay_so(kind: RecordKind) -> None:
    for status in (S.WITHDRAWN, S.REFUSED, S.DISBURSED):
        assert list_open_actions(kind, status) == []


def test_j9_declarations_and_reports_are_returned_and_never_refused() -> None:
    for kind, status in product((K.DECLARATION, K.MONTHLY_REPORT), S):
        assert A.REFUSE not in list_open_actions(kind, status)


@pytest.mark.parametrize("kind", K)
def test_j10_only_a_post_that_nobody_had_to_submit_changes_while_approved(kind: RecordKind) -> None:
    unreviewed = find_action_fault(kind, A.CHANGE, S.APPROVED, None, OPERATOR)
    assert (unreviewed is None) is (kind is K.POST)
    assert (A.CHANGE in list_open_actions(kind, S.APPROVED)) is (kind is K.POST)
    assert find_action_fault(kind, A.CHANGE, S.APPROVED, ANOTHER, OPERATOR) is not None
    assert A.CHANGE not in list_open_actions(kind, S.APPROVED, ANOTHER)


def test_x1_every_transition_names_the_function_that_it_takes() -> None:
    for transition in TRANSITIONS:
        for kind in transition.kinds:
            assert (transition.action in BY_OWNER) is (transition.party is Party.OWNER)
            assert (transition.action in BY_NOBODY) is (transition.party is Party.NOBODY)
            if transition.party is not Party.NOBODY:
                expected = transition.function or FUNCTION_OF[kind, transition.party]
                assert get_function(kind, transition.action) is expected


@pytest.mark.parametrize("viewer", [OFFICER, OPERATOR], ids=lambda viewer: viewer.name)
@pytest.mark.parametrize(("kind", "status"), list(product(K, S)))
def test_x4_possible_actions_are_what_the_table_then_allows(
    kind: RecordKind, status: Status, viewer: Viewer
) -> None:
    for submitted_by in (None, ME, ANOTHER):
        told = make_actions_rule(kind)(status, submitted_by, viewer=viewer)
        assert {t.action for t in told} == {
            t.action
            for t in TRANSITIONS
            if kind in t.kinds
            and t.party is not Party.NOBODY
            and get_function(kind, t.action) in viewer.functions
        }
        for item in told:
            barred = find_action_fault(kind, item.action, status, submitted_by, viewer)
            assert item.allowed is (barred is None)
            assert item.reason == (barred.reason if barred else None)
            assert bool(item.message) is (barred is not None)


def test_x4_somebody_without_functions_is_offered_nothing() -> None:
    assert make_actions_rule(K.POST)(S.SUBMITTED, None, viewer=Viewer()) == []


def test_j38_a_report_that_a_line_holds_is_approved_but_not_moved_otherwise() -> None:
    for viewer in (OFFICER, OPERATOR):
        for item in make_actions_rule(K.MONTHLY_REPORT)(
            S.SUBMITTED, ANOTHER, ANOTHER, viewer=viewer
        ):
            assert item.allowed is (item.action is A.APPROVE)


@pytest.mark.parametrize(("action", "state"), list(product(LineAction, LineState)))
def test_x15_a_line_moves_as_the_table_says_and_in_no_other_way(
    action: LineAction, state: LineState
) -> None:
    sources, expected = LINE_TRANSITIONS[action]
    if state in sources:
        assert require_target_line_state(action, state) is expected
        return
    with pytest.raises(Refusal) as refused:
        require_target_line_state(action, state)
    assert refused.value.fault.reason is Reason.WRONG_STATUS
    assert action not in refused.value.fault.figures["possible"].split(", ")
