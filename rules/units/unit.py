"""A unit's own profile 单位信息 (J6)."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from rules.kernel.refusal import Fault, Reason, fault


class Lacking(NamedTuple):
    """What a profile lacks, as officials and as clients know it."""

    zh: str
    en: str


PROFILE = (
    "legal_person_type",
    "legal_representative",
    "industry",
    "address",
    "employees",
    "contact_name",
    "contact_mobile_masked",
)
"""What a profile must have before the unit may declare (J6)."""

_KNOWN_AS = {
    "legal_person_type": Lacking("法人类型", "legalPersonType"),
    "legal_representative": Lacking("法定代表人", "legalRepresentative"),
    "industry": Lacking("行业", "industry"),
    "address": Lacking("地址", "address"),
    "employees": Lacking("职工人数", "employees"),
    "contact_name": Lacking("联系人", "contactName"),
    "contact_mobile_masked": Lacking("联系电话", "contactMobile"),
}


def missing(profile: Mapping[str, object]) -> list[Lacking]:
    """Name what a unit's profile lacks (J6)."""
    return [_KNOWN_AS[name] for name in PROFILE if profile[name] in {None, ""}]


def by_request(changed: Collection[str]) -> Iterable[Fault]:
    """Refuse to change at will what a declaration was approved on; contact data may (X16)."""
    for name in PROFILE:
        if name in changed:
            yield fault(Reason.CHANGE_BY_REQUEST, _KNOWN_AS[name].en)
