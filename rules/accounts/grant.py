"""Grants of functions 功能授权: who grants what to whom, for which days (S1, ADR 0035)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import Role
from rules.kernel.action import Action
from rules.kernel.function import GRANTABLE_FUNCTIONS, ROLE_DEFAULT_FUNCTIONS, Function, Functions
from rules.kernel.input_check import find_list_faults
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.region import NATION_CODE, compute_code_range, get_region_name, list_ancestors
from rules.kernel.service import get_function_name as name_of_function
from rules.kernel.term import NO_ACTIONS_TEXT, get_english_term
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import PossibleAction, describe_action

MAX_GRANT_ACCOUNTS = 100
MAX_FAVOURITES = 20
OPEN_END_DATE = date.max

_STAFF_ROLES = (
    Role.AGENCY_OPERATOR,
    Role.DISTRICT_OFFICER,
    Role.FINANCE,
    Role.AUDITOR,
    Role.REPORTING,
)
GRANTEE_ROLES: Mapping[Role, Sequence[Role]] = {
    Role.DISTRICT_ADMINISTRATOR: _STAFF_ROLES,
    Role.CITY_ADMINISTRATOR: (*_STAFF_ROLES, Role.DISTRICT_ADMINISTRATOR),
    Role.PROVINCE_ADMINISTRATOR: (
        *_STAFF_ROLES,
        Role.DISTRICT_ADMINISTRATOR,
        Role.CITY_ADMINISTRATOR,
    ),
}
"""To accounts of which roles an administrator grants: those below, never their own (S1)."""

ADMINISTRATOR_TITLES: Mapping[Role, str] = {
    Role.DISTRICT_ADMINISTRATOR: "区县管理员",
    Role.CITY_ADMINISTRATOR: "市级管理员",
    Role.PROVINCE_ADMINISTRATOR: "省级管理员",
}


@dataclass(frozen=True, slots=True)
class Grantee:
    """An account to which something is granted."""

    id: UUID
    role: Role
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveGrant:
    """A grant that is not revoked: of which account, what, from which day up to which."""

    account_id: UUID
    function: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """What is to be granted: which functions, from which day up to which, both included."""

    functions: Sequence[Function]
    valid_from: date
    valid_to: date | None


def list_grantors(role: Role, region: str | None, language: Language) -> list[str]:
    """Name the administrators who can grant to a role in a region, the nearest first (S1)."""
    above = [code for code in list_ancestors(region or NATION_CODE) if code != NATION_CODE]
    levels = {code: _find_administrator_role(code) for code in above}
    return [
        f"{get_region_name(code)}{ADMINISTRATOR_TITLES[rank]}"
        if language is Language.ZH
        else f"{get_english_term(rank)} of {get_region_name(code)}"
        for code, rank in levels.items()
        if role in GRANTEE_ROLES[rank]
    ]


def _find_administrator_role(code: str) -> Role:
    if code.endswith("0000"):
        return Role.PROVINCE_ADMINISTRATOR
    return Role.CITY_ADMINISTRATOR if code.endswith("00") else Role.DISTRICT_ADMINISTRATOR


def find_request_faults(asked: GrantRequest, today: date) -> Iterable[Fault]:
    """Yield what is wrong with functions and dates by themselves (S1)."""
    yield from find_list_faults([*asked.functions], len(Function), ("functions",))
    if asked.valid_from < today:
        yield fault(Reason.GRANT_IN_PAST, "validFrom", today=today)
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        yield fault(Reason.DATES_REVERSED, "validTo")


def find_grantee_faults(
    grantees: Iterable[tuple[int, Grantee]],
    asked: GrantRequest,
    standing: Collection[ActiveGrant],
    viewer: Viewer,
) -> Iterable[Fault]:
    """Yield what bars each account, told by its place in the input (S1)."""
    roles = set[Role]()
    for n, grantee in grantees:
        at = ("accountIds", n)
        barred = find_grantor_fault(grantee.id, grantee.role, viewer)
        if barred:
            yield barred.at(*at)
            continue
        if grantee.role not in roles:
            roles.add(grantee.role)
            yield from _find_function_faults(grantee.role, asked.functions)
        if not grantee.active:
            yield fault(Reason.GRANT_TO_CLOSED_ACCOUNT, *at)
        there = [
            s.function for s in standing if s.account_id == grantee.id and _is_overlapping(s, asked)
        ]
        if there:
            yield fault(Reason.GRANT_EXISTS, *at, functions=", ".join(sorted(there)))


def find_grantor_fault(account_id: UUID, role: Role, viewer: Viewer) -> Fault | None:
    """Return why a viewer may neither grant to an account nor revoke; None where they may (S1)."""
    if viewer.is_one_of(account_id):
        return fault(Reason.GRANT_TO_ONESELF)
    roles = GRANTEE_ROLES.get(viewer.role, ()) if viewer.role else ()
    if role not in roles:
        return fault(
            Reason.GRANT_BEYOND_RIGHTS, role=role, roles=", ".join(roles) or NO_ACTIONS_TEXT
        )
    return None


def _find_function_faults(role: Role, functions: Sequence[Function]) -> Iterable[Fault]:
    possible = ", ".join(sorted(GRANTABLE_FUNCTIONS[role])) or NO_ACTIONS_TEXT
    for k, function in enumerate(functions):
        if function not in GRANTABLE_FUNCTIONS[role]:
            at = ("functions", k)
            yield fault(Reason.FUNCTION_NOT_GRANTABLE, *at, role=role, possible=possible)


def _is_overlapping(standing: ActiveGrant, asked: GrantRequest) -> bool:
    """Return whether two grants of a function have a day in common."""
    ends, until = standing.valid_to or OPEN_END_DATE, asked.valid_to or OPEN_END_DATE
    overlaps = standing.valid_from <= until and asked.valid_from <= ends
    return overlaps and standing.function in asked.functions


def find_revoking_fault(
    account_id: UUID, role: Role, revoked: bool, viewer: Viewer
) -> Fault | None:
    """Return why a viewer may not revoke a grant; None where they may (S1)."""
    barred = find_grantor_fault(account_id, role, viewer)
    return barred or (fault(Reason.GRANT_REVOKED) if revoked else None)


def list_possible_actions(
    account_id: UUID, role: Role, region: str, revoked: bool, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to a grant: an administrator of its region revokes it (X4, S1)."""
    low, high = compute_code_range(viewer.region) if viewer.region else ("", "")
    if Function.GRANT_FUNCTIONS not in viewer.functions or not low <= region <= high:
        return []
    return [
        describe_action(
            Action.REVOKE,
            find_revoking_fault(account_id, role, revoked, viewer),
            viewer,
            Function.GRANT_FUNCTIONS,
        )
    ]


def can_receive_grants(role: Role | None) -> bool:
    """Return whether anything may be granted to a role at all."""
    return role is not None and bool(GRANTABLE_FUNCTIONS[role])


def list_default_functions(role: Role, *, viewer: Viewer) -> list[Function]:
    """List what an account may do without any grant (S1)."""
    return sort_functions(ROLE_DEFAULT_FUNCTIONS[role])


def list_grantable_functions(role: Role, *, viewer: Viewer) -> list[Function]:
    """List what may be granted to an account at all (S1)."""
    return sort_functions(GRANTABLE_FUNCTIONS[role])


def sort_functions(functions: Functions) -> list[Function]:
    """List functions in the enum's order."""
    return [function for function in Function if function in functions]


def find_favourite_faults(functions: Sequence[Function], viewer: Viewer) -> Iterable[Fault]:
    """Refuse favourites that are too many, listed twice, or none that one may use (S2)."""
    if functions:
        yield from find_list_faults([*functions], MAX_FAVOURITES, ("functions",))
    for n, function in enumerate(functions):
        if function not in viewer.functions:
            yield fault(Reason.FUNCTION_NOT_HELD, "functions", n)


def list_favourites(id: UUID, favourites: Sequence[str], *, viewer: Viewer) -> list[Function]:
    """List one's own favourites in one's own order, as far as one may still use them (S2)."""
    if id != viewer.account_id:
        return []
    return [f for f in map(Function, _select_known_names(favourites)) if f in viewer.functions]


def _select_known_names(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if name in Function.__members__)


def find_function(function: str, *, viewer: Viewer) -> Function | None:
    """Return which function was granted; none that this version knows no more."""
    return Function(function) if function in Function.__members__ else None


def get_function_name(function: str, *, viewer: Viewer) -> str:
    """Return what was granted, in the viewer's language."""
    known = find_function(function, viewer=viewer)
    return name_of_function(known, viewer.language) if known else function
