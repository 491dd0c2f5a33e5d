"""Grants of functions 功能授权: who grants what to whom, for which days (S1, ADR 0035)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import Role
from rules.kernel.check import some
from rules.kernel.function import GRANTABLE, WITH_ROLE, Function, Functions
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.region import NATION, ancestors, code_range, name_of
from rules.kernel.service import name_of as name_of_function
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import NOTHING, Action, PossibleAction, told

MOST_ACCOUNTS = 100
MOST_FAVOURITES = 20
OPEN_END = date.max

_STAFF = (
    Role.AGENCY_OPERATOR,
    Role.DISTRICT_OFFICER,
    Role.FINANCE,
    Role.AUDITOR,
    Role.REPORTING,
)
GRANTS_TO: Mapping[Role, Sequence[Role]] = {
    Role.DISTRICT_ADMINISTRATOR: _STAFF,
    Role.CITY_ADMINISTRATOR: (*_STAFF, Role.DISTRICT_ADMINISTRATOR),
    Role.PROVINCE_ADMINISTRATOR: (
        *_STAFF,
        Role.DISTRICT_ADMINISTRATOR,
        Role.CITY_ADMINISTRATOR,
    ),
}
"""To accounts of which roles an administrator grants: those below, never their own (S1)."""

TITLES: Mapping[Role, str] = {
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


@dataclass(frozen=True, slots=True)
class Standing:
    """A grant that is not revoked: of which account, what, from which day up to which."""

    account_id: UUID
    function: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be granted: which functions, from which day up to which, both included."""

    functions: Sequence[Function]
    valid_from: date
    valid_to: date | None


def grantors(role: Role, region: str | None, language: Language) -> list[str]:
    """Name the administrators who can grant to a role in a region, the nearest first (S1)."""
    above = [code for code in ancestors(region or NATION) if code != NATION]
    levels = {code: _rank(code) for code in above}
    return [
        f"{name_of(code)}{TITLES[rank]}" if language is Language.ZH else f"{rank} {name_of(code)}"
        for code, rank in levels.items()
        if role in GRANTS_TO[rank]
    ]


def _rank(code: str) -> Role:
    if code.endswith("0000"):
        return Role.PROVINCE_ADMINISTRATOR
    return Role.CITY_ADMINISTRATOR if code.endswith("00") else Role.DISTRICT_ADMINISTRATOR


def asked_faults(asked: Asked, today: date) -> Iterable[Fault]:
    """Say what is wrong with functions and dates by themselves (S1)."""
    yield from some([*asked.functions], len(Function), ("functions",))
    if asked.valid_from < today:
        yield fault(Reason.GRANT_IN_PAST, "validFrom", today=today)
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        yield fault(Reason.DATES_REVERSED, "validTo")


def grantee_faults(
    grantees: Iterable[tuple[int, Grantee]],
    asked: Asked,
    standing: Collection[Standing],
    viewer: Viewer,
) -> Iterable[Fault]:
    """Say what bars each account, told by its place in the input (S1)."""
    roles = set[Role]()
    for n, grantee in grantees:
        at = ("accountIds", n)
        barred = beyond_rights(grantee.id, grantee.role, viewer)
        if barred:
            yield Fault(barred.reason, at, barred.figures)
            continue
        if grantee.role not in roles:
            roles.add(grantee.role)
            yield from _not_grantable(grantee.role, asked.functions)
        if not grantee.active:
            yield fault(Reason.GRANT_TO_CLOSED_ACCOUNT, *at)
        there = [s.function for s in standing if s.account_id == grantee.id and _meets(s, asked)]
        if there:
            yield fault(Reason.GRANT_EXISTS, *at, functions=", ".join(sorted(there)))


def beyond_rights(account_id: UUID, role: Role, viewer: Viewer) -> Fault | None:
    """Say why a viewer may neither grant to an account nor revoke; None where they may (S1)."""
    if account_id == viewer.account_id:
        return fault(Reason.GRANT_TO_ONESELF)
    roles = GRANTS_TO.get(viewer.role, ()) if viewer.role else ()
    if role not in roles:
        return fault(Reason.GRANT_BEYOND_RIGHTS, role=role, roles=", ".join(roles) or NOTHING)
    return None


def _not_grantable(role: Role, functions: Sequence[Function]) -> Iterable[Fault]:
    possible = ", ".join(sorted(GRANTABLE[role])) or NOTHING
    for k, function in enumerate(functions):
        if function not in GRANTABLE[role]:
            at = ("functions", k)
            yield fault(Reason.FUNCTION_NOT_GRANTABLE, *at, role=role, possible=possible)


def _meets(standing: Standing, asked: Asked) -> bool:
    """Tell whether two grants of a function have a day in common."""
    ends, until = standing.valid_to or OPEN_END, asked.valid_to or OPEN_END
    overlaps = standing.valid_from <= until and asked.valid_from <= ends
    return overlaps and standing.function in asked.functions


def undoable(account_id: UUID, role: Role, revoked: bool, viewer: Viewer) -> Fault | None:
    """Say why a viewer may not revoke a grant; None where they may (S1)."""
    barred = beyond_rights(account_id, role, viewer)
    return barred or (fault(Reason.GRANT_REVOKED) if revoked else None)


def possible_actions(
    account_id: UUID, role: Role, region: str, revoked: bool, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to a grant: an administrator of its region revokes it (X4, S1)."""
    low, high = code_range(viewer.region) if viewer.region else ("", "")
    if Function.GRANT_FUNCTIONS not in viewer.functions or not low <= region <= high:
        return []
    return [told(Action.REVOKE, undoable(account_id, role, revoked, viewer), viewer)]


def takes_grants(role: Role | None) -> bool:
    """Tell whether anything may be granted to a role at all."""
    return role is not None and bool(GRANTABLE[role])


def comes_with(role: Role, *, viewer: Viewer) -> list[Function]:
    """List what an account may do without any grant (S1)."""
    return in_order(WITH_ROLE[role])


def may_be_granted(role: Role, *, viewer: Viewer) -> list[Function]:
    """List what may be granted to an account at all (S1)."""
    return in_order(GRANTABLE[role])


def in_order(functions: Functions) -> list[Function]:
    """List functions in the enum's order."""
    return [function for function in Function if function in functions]


def favourite_faults(functions: Sequence[Function], viewer: Viewer) -> Iterable[Fault]:
    """Refuse favourites that are too many, listed twice, or none that one may use (S2)."""
    if functions:
        yield from some([*functions], MOST_FAVOURITES, ("functions",))
    for n, function in enumerate(functions):
        if function not in viewer.functions:
            yield fault(Reason.FUNCTION_NOT_HELD, "functions", n)


def favourites_of(id: UUID, favourites: Sequence[str], *, viewer: Viewer) -> list[Function]:
    """List one's own favourites in one's own order, as far as one may still use them (S2)."""
    if id != viewer.account_id:
        return []
    return [f for f in map(Function, _known(favourites)) if f in viewer.functions]


def _known(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if name in Function.__members__)


def function_of(function: str, *, viewer: Viewer) -> Function | None:
    """Tell which function was granted; none that this version knows no more."""
    return Function(function) if function in Function.__members__ else None


def name_in(function: str, *, viewer: Viewer) -> str:
    """Say what was granted, in the viewer's language."""
    known = function_of(function, viewer=viewer)
    return name_of_function(known, viewer.language) if known else function
