"""A unit's own profile 单位信息 (J6)."""

from collections.abc import Mapping

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
    "legal_person_type": "法人类型 legalPersonType",
    "legal_representative": "法定代表人 legalRepresentative",
    "industry": "行业 industry",
    "address": "地址 address",
    "employees": "职工人数 employees",
    "contact_name": "联系人 contactName",
    "contact_mobile_masked": "联系电话 contactMobile",
}


def missing(profile: Mapping[str, object]) -> list[str]:
    """Name what a unit's profile lacks (J6)."""
    return [_KNOWN_AS[name] for name in PROFILE if profile[name] in {None, ""}]
