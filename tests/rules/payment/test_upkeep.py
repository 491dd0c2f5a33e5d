"""What may be done to records that have no review of their own (X4)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from models import LineState, ParameterStatus, Role, Status
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from rules.payment.ad_hoc_actions import (
    HandledLine,
    find_line_fault,
    list_line_actions,
    list_parameter_actions,
    list_person_actions,
    make_change_rule,
)
from tests.factories.failures import AllFailures

ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
PROVINCE = Viewer(account_id=ONE, role=Role.PROVINCE_ADMINISTRATOR, region="220000")
OFFICER = Viewer(account_id=ONE, role=Role.DISTRICT_OFFICER, region="220104")
FINANCE = Viewer(account_id=ONE, role=Role.FINANCE, region="220104")
PERSON = Viewer(account_id=ONE, role=Role.PERSON, region="220104", person_id=TWO)


def test_who_holds_the_function_may_change_and_others_are_offered_nothing() -> None:
    """X4: a bank account or profile is changed by whoever maintains it."""
    rule = make_change_rule(Function.MAINTAIN_UNIT)
    operator = Viewer(role=Role.UNIT_OPERATOR)
    assert [(p.action, p.allowed) for p in rule(viewer=operator)] == [(Action.CHANGE, True)]
    assert rule(viewer=OFFICER) == []


def test_a_person_may_change_only_their_own_record() -> None:
    """J16, X4: a person completes their own information, nobody else's."""
    assert [p.allowed for p in list_person_actions(TWO, viewer=PERSON)] == [True]
    assert list_person_actions(ONE, viewer=PERSON) == []
    assert list_person_actions(ONE, viewer=Viewer()) == []


def test_a_parameter_is_decided_by_another_administrator_of_its_region() -> None:
    """X2, X6: neither by who proposed it, nor twice, nor from another province."""
    proposed = ParameterStatus.PROPOSED

    def reasons(status: ParameterStatus, by: UUID, region: str, who: Viewer) -> set[Reason | None]:
        listed = list_parameter_actions(status, by, region, viewer=who)
        return {p.reason for p in listed if p.action is not Action.WITHDRAW}

    assert reasons(proposed, TWO, "220104", PROVINCE) == {None}
    assert reasons(proposed, ONE, "220104", PROVINCE) == {Reason.FOUR_EYES}
    assert reasons(ParameterStatus.APPROVED, TWO, "220104", PROVINCE) == {Reason.PARAMETER_DECIDED}
    assert reasons(proposed, TWO, "510100", PROVINCE) == {Reason.REGION_OUTSIDE}
    assert reasons(proposed, TWO, "220104", OFFICER) == set()


def test_a_parameter_is_withdrawn_by_who_proposed_it_until_it_is_decided() -> None:
    """X4, X6: by nobody else, wherever they are, and not once it is decided or withdrawn."""

    def reason(status: ParameterStatus, by: UUID | None, who: Viewer) -> Reason | None:
        listed = list_parameter_actions(status, by, "220104", viewer=who)
        (found,) = [p.reason for p in listed if p.action is Action.WITHDRAW]
        return found

    assert reason(ParameterStatus.PROPOSED, ONE, PROVINCE) is None
    assert reason(ParameterStatus.PROPOSED, TWO, PROVINCE) == Reason.PARAMETER_OF_ANOTHER
    assert reason(ParameterStatus.PROPOSED, None, PROVINCE) == Reason.PARAMETER_OF_ANOTHER
    assert reason(ParameterStatus.APPROVED, ONE, PROVINCE) == Reason.PARAMETER_DECIDED
    assert reason(ParameterStatus.WITHDRAWN, ONE, PROVINCE) == Reason.PARAMETER_WITHDRAWN


L, S = LineState, Status


def a_line(state: LineState, claim: Status, reason: str | None = None) -> HandledLine:
    return HandledLine(
        state=state,
        reason=reason,
        clawback=False,
        claim=claim,
        submitted_by=TWO,
        approved_by=THREE,
        reviewed_by=THREE,
    )


def reasons(who: Viewer, line: HandledLine) -> dict[Action, Reason | None]:
    return {action.action: action.reason for action in list_line_actions(line, who)}


def test_a_line_is_struck_while_its_claim_is_under_review_and_it_is_open() -> None:
    """X15: and not by who submitted the claim (X2)."""

    def reason(state: LineState, claim: Status, by: UUID = TWO) -> Reason | None:
        line = replace(a_line(state, claim), submitted_by=by)
        return reasons(OFFICER, line)[Action.STRIKE]

    assert reason(L.OPEN, S.SUBMITTED) is None
    assert reason(L.STRUCK, S.SUBMITTED) is Reason.WRONG_STATUS
    assert reason(L.OPEN, S.APPROVED) is Reason.WRONG_STATUS
    assert reason(L.OPEN, S.SUBMITTED, ONE) is Reason.FOUR_EYES


def test_x15_a_line_that_was_sent_back_is_struck_or_readmitted_by_its_reviewer() -> None:
    line = a_line(L.OPEN, S.PUBLICITY_PASSED, "风险核验")
    assert reasons(OFFICER, line) == {
        Action.STRIKE: None,
        Action.SEND_BACK: Reason.LINE_NOT_PAYABLE,
        Action.READMIT: None,
        Action.CONFIRM_ACCOUNT: Reason.ACCOUNT_NOT_NAMED,
        Action.CLAW_BACK: Reason.LINE_NOT_PAID,
    }
    own = replace(line, submitted_by=ONE)
    assert {reasons(OFFICER, own)[a] for a in (Action.STRIKE, Action.READMIT)} == {Reason.FOUR_EYES}
    open_ = replace(line, reason=None)
    assert reasons(OFFICER, open_)[Action.READMIT] is Reason.LINE_NOT_SENT_BACK


def test_x8_another_account_is_named_once_approved_and_before_the_bank_is_told() -> None:
    with AllFailures() as failures:
        for state in LineState:
            for claim in (S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED, S.PUBLICITY_PASSED):
                with failures.at((state, claim)):
                    pending = state in (L.OPEN, L.IN_PUBLICITY, L.PAYABLE)
                    approved = claim in (S.APPROVED, S.PUBLICITY_PASSED)
                    want = None if pending and approved else Reason.LINE_ACCOUNT_FIXED
                    found = find_line_fault(Action.NAME_ACCOUNT, a_line(state, claim), OFFICER)
                    assert (found.reason if found else None) is want


@pytest.mark.parametrize(
    "handled", [{"submitted_by": ONE}, {"approved_by": ONE}, {"reviewed_by": ONE}]
)
def test_x2_who_handled_a_claim_does_not_pay_its_lines(handled: dict[str, UUID]) -> None:
    line = a_line(L.PAYABLE, S.APPROVED)
    assert set(reasons(FINANCE, line).values()) == {None}
    by: dict[str, Any] = dict(handled)
    assert set(reasons(FINANCE, replace(line, **by)).values()) == {Reason.FOUR_EYES}


def test_x8_only_a_payable_line_goes_into_a_batch() -> None:
    with AllFailures() as failures:
        for state in [s for s in LineState if s is not LineState.PAYABLE]:
            with failures.at(state):
                found = reasons(FINANCE, a_line(state, S.APPROVED))
                assert found[Action.PUT_IN_BATCH] is Reason.LINE_NOT_PAYABLE
                offline = None if state is L.IN_BATCH else Reason.LINE_NOT_PAYABLE
                assert found[Action.MARK_DISBURSED] is offline


def test_x15_one_clawback_of_a_line_is_pending_at_a_time_until_all_is_back() -> None:
    paid = a_line(L.PAID, S.DISBURSED)
    assert reasons(OFFICER, paid)[Action.CLAW_BACK] is None
    twice = replace(paid, clawback=True)
    assert reasons(OFFICER, twice)[Action.CLAW_BACK] is Reason.CLAWBACK_EXISTS
    part = replace(paid, state=L.CLAWED_BACK)
    assert reasons(OFFICER, part)[Action.CLAW_BACK] is None
    whole = replace(part, spent=True)
    assert reasons(OFFICER, whole)[Action.CLAW_BACK] is Reason.CLAWED_BACK_WHOLLY


def test_a_person_says_whether_what_was_paid_arrived_and_nothing_else() -> None:
    """X8: the rulebook's section 5 gives a person the receipt."""
    person = replace(OFFICER, role=Role.PERSON)
    assert reasons(person, a_line(L.PAID, S.DISBURSED)) == {Action.CONFIRM_RECEIPT: None}
    early = reasons(person, a_line(L.IN_BATCH, S.APPROVED))
    assert early == {Action.CONFIRM_RECEIPT: Reason.LINE_NOT_PAID}
