"""Accounts 账号: their names, and what must be accepted to open one (J1, J3)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from models import AccountChange, RegionLevel, Role
from rules.accounts.administration import (
    FUNCTION_BY_CHANGE,
    AdministeredAccount,
    list_administration_actions,
)
from rules.kernel.action import Action
from rules.kernel.function import HOLDER_ROLES, Function
from rules.kernel.personal_text import has_personal_number
from rules.kernel.refusal import Fault, Path, Reason, Unreadable, fault
from rules.kernel.region import REGIONS, is_lowest_region
from rules.kernel.text import read_text
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action

ACCOUNT_NAME_PATTERN = re.compile(r"[a-z][a-z0-9._-]{3,31}", re.ASCII)
"""Small letters only: nobody has to remember how they once wrote it. And a letter first, so that
a number is not taken for a name."""


MAX_TYPED_LENGTH = 128
"""Blanks and unseen characters included."""


def parse_account_name(text: object) -> str | Unreadable:
    """Read the name of a new account (J1). 账号名"""
    read = read_text(text) if isinstance(text, str) and len(text) <= MAX_TYPED_LENGTH else ""
    if not ACCOUNT_NAME_PATTERN.fullmatch(read):
        return Unreadable(Reason.ACCOUNT_NAME_MALFORMED)
    return Unreadable(Reason.TEXT_PERSONAL) if has_personal_number(read) else read


def find_holder_fault(role: Role, known: bytes | None) -> Fault | None:
    """Return why it can't be told whose an account is; None where it can, once (X2)."""
    if role not in HOLDER_ROLES:
        return fault(Reason.HOLDER_NOT_ASKED)
    return fault(Reason.HOLDER_TOLD) if known is not None else None


def find_agreement_faults(version: str, current: str, path: Path) -> Iterable[Fault]:
    """Demand that the agreement was accepted as it stands now (J1)."""
    if version != current:
        yield fault(Reason.AGREEMENT_OUTDATED, *path, current=current)


def find_region_faults(region: str, path: Path) -> Iterable[Fault]:
    """Demand a district or county, below which there is nothing (J1, X21)."""
    if not is_lowest_region(region):
        yield fault(Reason.REGION_NOT_A_DISTRICT, *path)


ROLE_LEVELS: Mapping[Role, RegionLevel] = {
    Role.PERSON: RegionLevel.DISTRICT,
    Role.LEGAL_PERSON: RegionLevel.DISTRICT,
    Role.UNIT_OPERATOR: RegionLevel.DISTRICT,
    Role.AGENCY_OPERATOR: RegionLevel.DISTRICT,
    Role.DISTRICT_OFFICER: RegionLevel.DISTRICT,
    Role.DISTRICT_ADMINISTRATOR: RegionLevel.DISTRICT,
    Role.CITY_ADMINISTRATOR: RegionLevel.CITY,
    Role.PROVINCE_ADMINISTRATOR: RegionLevel.PROVINCE,
}
"""At which level of region an account of a role is; the others may be at any (section 5)."""

_LEVEL_REASONS = {
    RegionLevel.CITY: Reason.REGION_NOT_A_CITY,
    RegionLevel.PROVINCE: Reason.REGION_NOT_A_PROVINCE,
}


def find_role_region_faults(role: Role, region: str, path: Path) -> Iterable[Fault]:
    """Demand a region of the level of the role, for whoever opens an account (section 5, X10)."""
    level = ROLE_LEVELS.get(role)
    if level is RegionLevel.DISTRICT:
        yield from find_region_faults(region, path)
    elif level is not None and REGIONS[region].level is not level:
        yield fault(_LEVEL_REASONS[level], *path)


def find_operator_fault(role: Role) -> Fault | None:
    """Return why an account is none that a legal person keeps; None where it is (J3)."""
    return None if role is Role.UNIT_OPERATOR else fault(Reason.NOT_AN_OPERATOR, "id")


class AccountValues(NamedTuple):
    """What is read of an account for its possible actions, in this order."""

    id: UUID
    unit_id: UUID | None
    role: Role
    region: str
    active: bool
    pending: AccountChange | None
    pending_by: UUID | None


def list_possible_actions(*values: object, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what may be done to an account: its legal person changes an operator's (J3, X4).

    Administrators open, close and secure those of officials (X28).
    """
    read = AccountValues._make(values)
    if {*FUNCTION_BY_CHANGE.values()} & viewer.functions:
        account = AdministeredAccount(
            id=read.id,
            role=read.role,
            active=read.active,
            pending=read.pending,
            pending_by=read.pending_by,
        )
        within = viewer.may_act_in(read.region)
        return list_administration_actions(account, viewer) if within else []
    mine = read.unit_id is not None and read.unit_id == viewer.unit_id
    if not mine or Function.MANAGE_OPERATORS not in viewer.functions:
        return []
    barred = find_operator_fault(read.role)
    return [describe_action(Action.CHANGE, barred, viewer, Function.MANAGE_OPERATORS)]


def is_own_session(id: UUID, *, viewer: Viewer) -> bool:
    """Return whether a session is the one that asks."""
    return viewer.session_id == id
