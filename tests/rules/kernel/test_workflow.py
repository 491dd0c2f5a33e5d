from itertools import product
from uuid import UUID

import pytest

from models import Role, Status
from rules.internship.standing import find_report_fault
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind
from rules.kernel.refusal import Fault, Reason, Refusal
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import (
    TRANSITIONS,
    PossibleAction,
    bar_participants,
    describe_action,
    find_action_fault,
    find_reservation_fault,
    get_function,
    is_reason_required,
    list_open_actions,
    make_actions_rule,
    require_target_status,
)
from tests.factories.failures import AllFailures

ME, ANOTHER = UUID(int=1), UUID(int=2)
OFFICER = Viewer(
    language=Language.EN, account_id=ME, name="officer", role=Role.DISTRICT_OFFICER, region="220104"
)
OPERATOR = Viewer(
    language=Language.EN,
    account_id=ME,
    name="operator",
    role=Role.UNIT_OPERATOR,
    region="220104",
    unit_id=UUID(int=9),
)
FINANCE = Viewer(
    language=Language.EN, account_id=ME, name="finance", role=Role.FINANCE, region="220104"
)
VIEWERS = (OFFICER, OPERATOR, FINANCE, Viewer())

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
    (A.CLOSE, S.SUBMITTED): S.VOIDED,
    (A.CLOSE, S.APPROVED): S.CLOSED,
    (A.CLOSE, S.IN_PUBLICITY): S.CLOSED,
    (A.CLOSE, S.PUBLICITY_PASSED): S.CLOSED,
    # what is done to further lines, while the claim stays where others of them have brought it
    (A.PUBLISH, S.IN_PUBLICITY): S.IN_PUBLICITY,
    (A.PUBLISH, S.PUBLICITY_PASSED): S.PUBLICITY_PASSED,
    (A.PASS_PUBLICITY, S.PUBLICITY_PASSED): S.PUBLICITY_PASSED,
    (A.FAIL_PUBLICITY, S.PUBLICITY_PASSED): S.PUBLICITY_PASSED,
    (A.DISBURSE, S.IN_PUBLICITY): S.IN_PUBLICITY,
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
    (A.RECOVER, S.APPROVED): S.APPROVED,
}
POSTS: dict[Way, Status] = {
    (A.CLOSE, S.APPROVED): S.CLOSED,
    (A.REOFFER, S.CLOSED): S.APPROVED,
}
REQUESTS = {way: to for way, to in ANY_KIND.items() if way != (A.REVOKE, S.APPROVED)}
RULEBOOK: dict[RecordKind, dict[Way, Status]] = {
    K.DECLARATION: ANY_KIND | BY_REQUEST | {(A.END, S.APPROVED): S.ENDED},
    K.MONTHLY_REPORT: ANY_KIND | REPORTS,
    K.POST: ANY_KIND | REFUSABLE | BY_REQUEST | POSTS,
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

F = Function
REASONED = {A.RETURN, A.REFUSE, A.REVOKE, A.FAIL_PUBLICITY, A.END}
BY_OWNER = {A.CHANGE, A.SUBMIT, A.WITHDRAW, A.REDUCE, A.COMPLETE, A.REQUEST_CHANGE, A.REOFFER}
BY_PUBLICITY_OFFICER = {A.PUBLISH, A.PASS_PUBLICITY, A.FAIL_PUBLICITY}
BY_NOBODY = {A.VOID, A.REOPEN, A.RESTORE, A.CLOSE}
"""What follows from a decision on another record (J39, X19); posts are closed by their unit."""
WITHOUT_FOUR_EYES = BY_OWNER | BY_NOBODY
FILING: dict[RecordKind, Function] = {
    K.DECLARATION: F.FILE_DECLARATIONS,
    K.POST: F.FILE_POSTS,
    K.INTERN: F.FILE_INTERNS,
    K.MONTHLY_REPORT: F.FILE_REPORTS,
    K.CLAIM: F.FILE_CLAIMS,
    K.REDUCTION: F.FILE_INTERNS,
    K.CHANGE_REQUEST: F.FILE_CHANGES,
    K.QUALIFICATION: F.FILE_QUALIFICATIONS,
    K.TRAINING_CLASS: F.FILE_CLASSES,
    K.COMPLETION: F.FILE_COMPLETIONS,
}
REVIEWING: dict[RecordKind, Function] = {
    K.DECLARATION: F.REVIEW_DECLARATIONS,
    K.POST: F.REVIEW_POSTS,
    K.INTERN: F.REVIEW_INTERNS,
    K.MONTHLY_REPORT: F.REVIEW_REPORTS,
    K.CLAIM: F.REVIEW_CLAIMS,
    K.REDUCTION: F.REVIEW_INTERNS,
    K.CLAWBACK: F.CONFIRM_CLAWBACKS,
    K.CHANGE_REQUEST: F.REVIEW_CHANGES,
    K.QUALIFICATION: F.REVIEW_QUALIFICATIONS,
    K.TRAINING_CLASS: F.REVIEW_CLASSES,
    K.COMPLETION: F.REVIEW_COMPLETIONS,
    K.OBJECTION: F.SETTLE_OBJECTIONS,
}
OF_ITS_OWN = {
    A.COMPLETE: F.FILE_COMPLETIONS,
    A.REQUEST_CHANGE: F.FILE_CHANGES,
    A.END: F.END_DECLARATIONS,
    A.DISBURSE: F.DISBURSE_CLAIMS,
    A.RECOVER: F.DISBURSE_CLAIMS,
    **dict.fromkeys(BY_PUBLICITY_OFFICER, F.PUBLISH_CLAIMS),
}
"""Which function each way takes, written down a second time too (S1)."""


def ways_of(kind: RecordKind, submitted_by: UUID | None) -> dict[Way, Status]:
    """Give the second table for a record that somebody had to submit, or nobody (J10, X16)."""
    ways = dict(RULEBOOK[kind])
    if submitted_by is None:
        ways.pop((A.REQUEST_CHANGE, S.APPROVED), None)
        if kind is K.POST:
            ways[A.CHANGE, S.APPROVED] = S.APPROVED
    return ways


def is_owners(kind: RecordKind, action: Action) -> bool:
    return action in BY_OWNER or (kind, action) == (K.POST, A.CLOSE)


def is_nobodys(kind: RecordKind, action: Action) -> bool:
    return action in BY_NOBODY and not is_owners(kind, action)


def function_for(kind: RecordKind, action: Action) -> Function:
    filed = FILING if is_owners(kind, action) else REVIEWING
    return OF_ITS_OWN.get(action) or filed[kind]


def open_to(viewer: Viewer, kind: RecordKind, status: Status, ways: dict[Way, Status]) -> list[str]:
    theirs = [a for a, source in ways if source is status and not is_nobodys(kind, a)]
    return sorted(a for a in theirs if function_for(kind, a) in viewer.functions)


@pytest.mark.parametrize("kind", K)
def test_x1_a_record_moves_as_the_rulebook_says_and_in_no_other_way(kind: RecordKind) -> None:
    """X2: and who submitted it makes no reviewer's decision on it."""
    with AllFailures() as failures:
        for viewer, by, action, status in product(VIEWERS, (None, ME, ANOTHER), A, S):
            with failures.at(viewer.name, by and by.int, action, status):
                ways = ways_of(kind, by)
                expected = ways.get((action, status))
                own = by == viewer.account_id == ME and action not in WITHOUT_FOUR_EYES
                said = find_action_fault(kind, action, status, by, viewer)
                if expected is not None and not own:
                    assert said is None
                    assert require_target_status(kind, action, status, by, viewer) is expected
                    continue
                with pytest.raises(Refusal) as refused:
                    require_target_status(kind, action, status, by, viewer)
                assert refused.value.fault == said
                if expected is not None:
                    assert said == Fault(Reason.FOUR_EYES)
                    continue
                assert said is not None
                assert said.reason is Reason.WRONG_STATUS
                assert said.path == ()
                assert set(said.figures) == {"status", "possible"}
                assert said.figures["status"] is status
                options = open_to(viewer, kind, status, ways)
                assert sorted(said.figures["possible"].split(", ")) == (options or ["—"])


def test_x1_reviewers_give_a_reason_wherever_they_say_no() -> None:
    assert {action for action in A if is_reason_required(action)} == REASONED


def test_x1_withdrawn_refused_and_disbursed_records_stay_so() -> None:
    with AllFailures() as failures:
        for kind, status in product(K, (S.WITHDRAWN, S.REFUSED, S.DISBURSED)):
            with failures.at(kind, status):
                assert list_open_actions(kind, status) == []


def test_j9_declarations_and_reports_are_returned_and_never_refused() -> None:
    for kind, status in product((K.DECLARATION, K.MONTHLY_REPORT), S):
        assert A.REFUSE not in list_open_actions(kind, status)


def test_j10_only_a_post_that_nobody_had_to_submit_changes_while_approved() -> None:
    with AllFailures() as failures:
        for kind in K:
            with failures.at(kind):
                unreviewed = find_action_fault(kind, A.CHANGE, S.APPROVED, None, OPERATOR)
                assert (unreviewed is None) is (kind is K.POST)
                assert (A.CHANGE in list_open_actions(kind, S.APPROVED)) is (kind is K.POST)
                assert find_action_fault(kind, A.CHANGE, S.APPROVED, ANOTHER, OPERATOR) is not None
                assert A.CHANGE not in list_open_actions(kind, S.APPROVED, ANOTHER)


def test_x1_every_transition_names_the_function_that_it_takes() -> None:
    with AllFailures() as failures:
        for transition in TRANSITIONS:
            for kind in filter(transition.concerns, K):
                with failures.at(kind, transition.action):
                    owners, nobodys = (
                        each(kind, transition.action) for each in (is_owners, is_nobodys)
                    )
                    assert owners is (transition.party is Party.OWNER)
                    assert nobodys is (transition.party is Party.NOBODY)
                    if transition.party is not Party.NOBODY:
                        expected = function_for(kind, transition.action)
                        assert get_function(kind, transition.action) is expected


def test_x4_possible_actions_are_what_the_table_then_allows() -> None:
    with AllFailures() as failures:
        for viewer, kind, status, by in product(VIEWERS, K, S, (None, ME, ANOTHER)):
            with failures.at(viewer.name, kind, status, by and by.int):
                told = make_actions_rule(kind)(status, by, viewer=viewer)
                ways = ways_of(kind, None) | RULEBOOK[kind]
                every = {a for a, _ in ways if not is_nobodys(kind, a)}
                assert sorted(t.action for t in told) == sorted(
                    a for a in every if function_for(kind, a) in viewer.functions
                )
                for item in told:
                    barred = find_action_fault(kind, item.action, status, by, viewer)
                    assert item.allowed is (barred is None)
                    assert item.reason == (barred.reason if barred else None)
                    assert bool(item.message) is (barred is not None)


def test_x4_somebody_without_functions_is_offered_nothing() -> None:
    assert make_actions_rule(K.POST)(S.SUBMITTED, None, viewer=Viewer()) == []


def test_j38_a_report_that_a_line_holds_is_approved_but_not_moved_otherwise() -> None:
    for viewer in (OFFICER, OPERATOR):
        rule = make_actions_rule(K.MONTHLY_REPORT, find_report_fault)
        around = None, S.APPROVED.value
        for item in rule(S.SUBMITTED, ANOTHER, ANOTHER, False, *around, viewer=viewer):
            assert item.allowed is (item.action is A.APPROVE)


def test_j38_what_a_line_holds_moves_only_once_it_is_clawed_back_and_is_never_withdrawn() -> None:
    moving = {A.CHANGE, A.RETURN, A.REVOKE, A.WITHDRAW, A.SUBMIT}
    with AllFailures() as failures:
        for action, held_by, clawed_back in product(A, (None, ME), (False, True)):
            with failures.at(action, held_by, clawed_back):
                stays = moving if not clawed_back else {A.WITHDRAW}
                barred = held_by is not None and action in stays
                expected = Fault(Reason.REPORT_HELD) if barred else None
                assert find_reservation_fault(action, held_by, clawed_back) == expected


def test_x2_two_accounts_of_a_person_are_one_pair_of_eyes() -> None:
    """Whichever of them submitted it or took part in it; a stranger's account bars nobody."""
    other = Viewer(
        account_id=ME,
        role=Role.DISTRICT_OFFICER,
        same_holder=frozenset({ANOTHER}),
    )
    third = UUID(int=77)
    for kind in (K.CLAIM, K.DECLARATION, K.TRAINING_CLASS):
        given = (kind, A.APPROVE, S.SUBMITTED)
        assert find_action_fault(*given, ANOTHER, other) == Fault(Reason.FOUR_EYES)
        assert find_action_fault(*given, third, other, [ANOTHER]) == Fault(Reason.FOUR_EYES)
        assert find_action_fault(*given, third, other, [third]) is None
        assert find_action_fault(kind, A.SUBMIT, S.DRAFT, ANOTHER, other) is None


@pytest.mark.parametrize(
    ("status", "told"), [(S.SUBMITTED, Reason.FOUR_EYES), (S.DRAFT, Reason.WRONG_STATUS)]
)
def test_x2_x4_who_took_part_is_told_before_the_status_of_another_record(
    status: Status, told: Reason
) -> None:
    """As a mutation finds it: what the table says of the record itself comes first."""

    def rule(status: Status, submitted_by: UUID | None, *, viewer: Viewer) -> list[PossibleAction]:
        return [describe_action(A.APPROVE, Fault(Reason.WRONG_STATUS), viewer)]

    listed = bar_participants(K.CHANGE_REQUEST, rule)
    (found,) = listed(status, UUID(int=9), [OFFICER.account_id], viewer=OFFICER)
    assert (found.allowed, found.reason) == (False, told)
