"""X28: who administers whose account, and which accounts one person may not have together."""

from uuid import UUID

import pytest

from models import AccountChange, Role
from rules.accounts.administration import (
    ADMINISTERED_ROLES,
    ADMINISTRATION_ROLES,
    AdministeredAccount,
    find_change_fault,
    find_confirmation_fault,
    find_exclusion_faults,
)
from rules.kernel.action import Action
from rules.kernel.function import ROLE_FUNCTIONS, Function
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer

THEIRS, OWN, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
SYSTEM = Viewer(role=Role.SYSTEM_ADMINISTRATOR, region="220000", account_id=OWN)
KEPT = {Function.KEEP_ACCOUNT, Function.READ_RECORDS}


def account(
    role: Role = Role.DISTRICT_OFFICER,
    pending: AccountChange | None = None,
    by: UUID = OTHER,
    *,
    active: bool = True,
    id: UUID = THEIRS,
) -> AdministeredAccount:
    return AdministeredAccount(id=id, role=role, active=active, pending=pending, pending_by=by)


def find_reason(change: AccountChange, of: AdministeredAccount) -> Reason | None:
    barred = find_change_fault(change, of, SYSTEM)
    return barred.reason if barred else None


def test_x28_the_three_hold_no_function_of_business_and_none_of_one_another() -> None:
    held = [ROLE_FUNCTIONS[role] - KEPT for role in ADMINISTRATION_ROLES]
    opens, secures, audits = held
    assert opens & secures == {Function.CONFIRM_ACCOUNT_CHANGES}
    assert audits == set()
    of_business = [ROLE_FUNCTIONS[role] for role in Role if role not in ADMINISTRATION_ROLES]
    assert not any((opens | secures) & functions for functions in of_business)


@pytest.mark.parametrize("role", [role for role in Role if role not in ADMINISTERED_ROLES])
def test_x28_whoever_is_no_official_is_out_of_their_reach(role: Role) -> None:
    for change in AccountChange:
        assert find_reason(change, account(role)) is Reason.ACCOUNT_NOT_ADMINISTERED


def test_x28_nobody_administers_themselves() -> None:
    own = account(id=OWN)
    assert find_reason(AccountChange.END_SESSIONS, own) is Reason.ACCOUNT_OF_ONESELF


def test_x28_while_something_is_pending_only_stopping_is_possible() -> None:
    waits = account(pending=AccountChange.RESET_PASSWORD)
    assert find_reason(AccountChange.REMOVE_FACTOR, waits) is Reason.ACCOUNT_CHANGE_PENDING
    assert find_reason(AccountChange.CLOSE, waits) is None
    assert find_reason(AccountChange.END_SESSIONS, waits) is None


def test_x28_what_is_closed_is_closed_no_more_and_what_is_open_opened_no_more() -> None:
    assert find_reason(AccountChange.CLOSE, account(active=False)) is Reason.ACCOUNT_STATE_SAME
    assert find_reason(AccountChange.REOPEN, account()) is Reason.ACCOUNT_STATE_SAME
    assert find_reason(AccountChange.REOPEN, account(active=False)) is None


def test_x28_who_proposed_refuses_and_does_not_confirm() -> None:
    waits = account(pending=AccountChange.OPEN, by=OWN)
    barred = find_confirmation_fault(Action.CONFIRM, waits, SYSTEM)
    assert barred is not None
    assert barred.reason is Reason.FOUR_EYES
    assert find_confirmation_fault(Action.REFUSE, waits, SYSTEM) is None
    nothing = find_confirmation_fault(Action.CONFIRM, account(), SYSTEM)
    assert nothing is not None
    assert nothing.reason is Reason.ACCOUNT_CHANGE_MISSING


@pytest.mark.parametrize("role", ADMINISTRATION_ROLES)
def test_x28_each_of_the_three_excludes_every_other_role(role: Role) -> None:
    for other in Role:
        excluded = other is not role
        assert bool([*find_exclusion_faults(role, [other])]) == excluded
        assert bool([*find_exclusion_faults(other, [role])]) == excluded
    assert [*find_exclusion_faults(Role.FINANCE, [Role.DISTRICT_OFFICER])] == []
