"""The three administrators 三员: who does what to whose account, and who confirms it (X28)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from models import AccountChange, Role
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action

BY_TWO = "administration.by_two"
"""The parameter that says which changes take two administrators."""

MAX_PENDING = "administration.max_pending"
"""The parameter that says how many proposals of one administrator may wait at once."""

ADMINISTRATION_ROLES = (
    Role.SYSTEM_ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDIT_ADMINISTRATOR,
)

ADMINISTERED_ROLES = (
    Role.DISTRICT_OFFICER,
    Role.FINANCE,
    Role.DISTRICT_ADMINISTRATOR,
    Role.CITY_ADMINISTRATOR,
    Role.PROVINCE_ADMINISTRATOR,
    Role.REPORTING,
    Role.DATA_SUPPLIER,
)
"""Whose accounts they administer: never those of who audits them, nor one another's."""

FUNCTION_BY_CHANGE: Mapping[AccountChange, Function] = {
    AccountChange.OPEN: Function.OPEN_ACCOUNTS,
    AccountChange.CLOSE: Function.OPEN_ACCOUNTS,
    AccountChange.REOPEN: Function.OPEN_ACCOUNTS,
    AccountChange.END_SESSIONS: Function.SECURE_ACCOUNTS,
    AccountChange.REMOVE_FACTOR: Function.SECURE_ACCOUNTS,
    AccountChange.RESET_PASSWORD: Function.SECURE_ACCOUNTS,
}
STOPPING_CHANGES = (AccountChange.CLOSE, AccountChange.END_SESSIONS)
"""What is possible whatever else is pending."""

PASSWORD_GIVING_CHANGES = (AccountChange.OPEN, AccountChange.RESET_PASSWORD)

_ACTION_BY_CHANGE: Mapping[AccountChange, Action] = {
    AccountChange.CLOSE: Action.CLOSE,
    AccountChange.REOPEN: Action.REOPEN,
    AccountChange.END_SESSIONS: Action.END_SESSIONS,
    AccountChange.REMOVE_FACTOR: Action.REMOVE_FACTOR,
    AccountChange.RESET_PASSWORD: Action.RESET_PASSWORD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministeredAccount:
    """An account as it stands, for whoever wants to administer it."""

    id: UUID
    role: Role
    active: bool
    pending: AccountChange | None
    pending_by: UUID | None


def find_role_fault(role: Role) -> Fault | None:
    """Return that accounts of a role are none that administrators open or change."""
    if role in ADMINISTERED_ROLES:
        return None
    roles = ", ".join(ADMINISTERED_ROLES)
    return fault(Reason.ACCOUNT_NOT_ADMINISTERED, role=role, roles=roles)


def find_change_fault(
    change: AccountChange, account: AdministeredAccount, viewer: Viewer
) -> Fault | None:
    """Return why an administrator can't do or propose something to an account (X28)."""
    barred = find_role_fault(account.role)
    if barred:
        return barred
    if viewer.is_one_of(account.id):
        return fault(Reason.ACCOUNT_OF_ONESELF)
    if account.pending is not None and change not in STOPPING_CHANGES:
        return fault(Reason.ACCOUNT_CHANGE_PENDING)
    if change is AccountChange.REOPEN:
        same = account.active
    else:
        same = change is AccountChange.CLOSE and not account.active
    return fault(Reason.ACCOUNT_STATE_SAME) if same else None


def find_confirmation_fault(
    action: Action, account: AdministeredAccount, viewer: Viewer
) -> Fault | None:
    """Return why what is pending can't be confirmed or refused; who proposed it may withdraw it."""
    barred = find_role_fault(account.role)
    if barred:
        return barred
    if account.pending is None:
        return fault(Reason.ACCOUNT_CHANGE_MISSING)
    if action is Action.CONFIRM and viewer.is_one_of(account.pending_by, account.id):
        return fault(Reason.FOUR_EYES)
    return None


def list_administration_actions(
    account: AdministeredAccount, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what an administrator may do to an account next (X4, X28)."""
    found = [
        describe_action(
            action,
            find_change_fault(change, account, viewer),
            viewer,
            FUNCTION_BY_CHANGE[change],
        )
        for change, action in _ACTION_BY_CHANGE.items()
        if FUNCTION_BY_CHANGE[change] in viewer.functions
    ]
    if Function.CONFIRM_ACCOUNT_CHANGES in viewer.functions:
        confirms = Function.CONFIRM_ACCOUNT_CHANGES
        found += [
            describe_action(
                action, find_confirmation_fault(action, account, viewer), viewer, confirms
            )
            for action in (Action.CONFIRM, Action.REFUSE)
        ]
    return found


def find_exclusion_faults(role: Role, held: Iterable[Role]) -> Iterable[Fault]:
    """Refuse that one person has accounts of an administrator 三员 and of any other role (X28)."""
    for other in sorted({*held} - {role}):
        if role in ADMINISTRATION_ROLES or other in ADMINISTRATION_ROLES:
            yield fault(Reason.ROLE_EXCLUDED, role=role, held=other)
