"""A unit's own profile 单位信息 (J6)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import normalize_name
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action

REGISTER_VERIFIES = "unit.register_verifies"
"""The parameter that takes a match with the register of units for a verification (X18)."""


class ProfileItem(NamedTuple):
    """What a profile lacks, as officials and as clients know it."""

    zh: str
    en: str


PROFILE_FIELDS = (
    "legal_person_type",
    "legal_representative",
    "industry",
    "address",
    "employees",
    "contact_name",
    "contact_mobile_masked",
)
"""What a profile must have before the unit may declare (J6)."""

_PROFILE_ITEMS = {
    "legal_person_type": ProfileItem("法人类型", "legalPersonType"),
    "legal_representative": ProfileItem("法定代表人", "legalRepresentative"),
    "industry": ProfileItem("行业", "industry"),
    "address": ProfileItem("地址", "address"),
    "employees": ProfileItem("职工人数", "employees"),
    "contact_name": ProfileItem("联系人", "contactName"),
    "contact_mobile_masked": ProfileItem("联系电话", "contactMobile"),
}


def list_missing_items(profile: Mapping[str, object]) -> list[ProfileItem]:
    """Name what a unit's profile lacks (J6)."""
    return [_PROFILE_ITEMS[name] for name in PROFILE_FIELDS if profile[name] in {None, ""}]


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a unit had, and the day on which it got the next one (J7)."""

    name: str
    until: date


def parse_former_names(
    kept: Sequence[Mapping[str, str]], *, viewer: object = None
) -> list[FormerName]:
    """Read a unit's former names, the latest first."""
    return [FormerName(each["name"], date.fromisoformat(each["until"])) for each in kept]


def add_former_name(
    kept: Sequence[Mapping[str, str]], before: str, now: str, today: date
) -> list[Mapping[str, str]]:
    """Put a name that a unit had before the others; one that it has again is former no more."""
    gone = {normalize_name(each) for each in (before, now)}
    rest = [each for each in kept if normalize_name(each["name"]) not in gone]
    return [{"name": before, "until": today.isoformat()}, *rest]


def list_account_names(
    name: str, former: Sequence[FormerName], region: str, today: date, policy: Policy
) -> list[str]:
    """List the names in which a unit's accounts are its own: a former one for some days (J7)."""

    def serves(each: FormerName) -> bool:
        days = policy.get_integer("unit.old_name_days", region, each.until)
        return today <= each.until + timedelta(days=days)

    return [name, *(each.name for each in former if serves(each))]


def find_verification_fault(verified_at: datetime | None) -> Fault | None:
    """Return why a unit can't be verified; None where it can, once (X18)."""
    return fault(Reason.UNIT_VERIFIED) if verified_at is not None else None


def list_possible_actions(
    verified_at: datetime | None, region: str, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to a unit: it keeps its profile, its office verifies it (J6, X4)."""
    found = []
    if Function.MAINTAIN_UNIT in viewer.functions:
        found.append(describe_action(Action.CHANGE, None, viewer))
    if Function.SETTLE_APPEALS in viewer.functions and viewer.may_act_in(region):
        found.append(describe_action(Action.VERIFY, find_verification_fault(verified_at), viewer))
    return found


def find_change_faults(changed: Collection[str]) -> Iterable[Fault]:
    """Refuse to change at will what a declaration was approved on; contact data may (X16)."""
    for name in PROFILE_FIELDS:
        if name in changed:
            yield fault(Reason.CHANGE_BY_REQUEST, _PROFILE_ITEMS[name].en)
