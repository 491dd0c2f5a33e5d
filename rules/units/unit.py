"""A unit's own profile 单位信息 (J6)."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from rules.kernel.refusal import Fault, Reason, fault


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


def find_change_faults(changed: Collection[str]) -> Iterable[Fault]:
    """Refuse to change at will what a declaration was approved on; contact data may (X16)."""
    for name in PROFILE_FIELDS:
        if name in changed:
            yield fault(Reason.CHANGE_BY_REQUEST, _PROFILE_ITEMS[name].en)
