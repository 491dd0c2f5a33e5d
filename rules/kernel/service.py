"""Functions as services: for persons, units and agencies, for the desk and administration (S3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from models import Role
from rules.kernel.function import Function
from rules.kernel.function_name import FUNCTION_DESCRIPTIONS, ServiceKind
from rules.kernel.viewer import Language, Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFunction:
    """A function that the viewer may use, in their language and in both."""

    function: Function
    kind: ServiceKind
    name: str
    chinese_name: str
    english_name: str
    description: str


@dataclass(frozen=True, slots=True)
class Service:
    """The functions that serve somebody, as far as the viewer may use them."""

    kind: ServiceKind
    name: str
    functions: list[OfferedFunction]


SERVICE_NAMES: Mapping[ServiceKind, tuple[str, str]] = {
    ServiceKind.PERSON: ("个人服务", "Services for persons"),
    ServiceKind.UNIT: ("单位服务", "Services for units"),
    ServiceKind.AGENCY: ("机构服务", "Services for agencies"),
    ServiceKind.OFFICE: ("经办", "Desk"),
    ServiceKind.ADMINISTRATION: ("管理", "Administration"),
}

_SERVICE_OF_ROLE: Mapping[Role, ServiceKind] = {
    Role.PERSON: ServiceKind.PERSON,
    Role.LEGAL_PERSON: ServiceKind.UNIT,
    Role.UNIT_OPERATOR: ServiceKind.UNIT,
    Role.AGENCY_OPERATOR: ServiceKind.AGENCY,
    Role.DISTRICT_ADMINISTRATOR: ServiceKind.ADMINISTRATION,
    Role.CITY_ADMINISTRATOR: ServiceKind.ADMINISTRATION,
    Role.PROVINCE_ADMINISTRATOR: ServiceKind.ADMINISTRATION,
    Role.SYSTEM_ADMINISTRATOR: ServiceKind.ADMINISTRATION,
    Role.SECURITY_ADMINISTRATOR: ServiceKind.ADMINISTRATION,
    Role.AUDIT_ADMINISTRATOR: ServiceKind.ADMINISTRATION,
}
"""Whom those serve that everybody holds; what serves a unit serves an agency through its own."""


def choose_service_kind(function: Function, role: Role | None) -> ServiceKind:
    """Return whom a function serves in the hands of a role (S3)."""
    kind = FUNCTION_DESCRIPTIONS[function].kind
    own = _SERVICE_OF_ROLE.get(role, ServiceKind.OFFICE) if role else ServiceKind.PERSON
    of_agency = kind is ServiceKind.UNIT and own is ServiceKind.AGENCY
    return own if kind is None or of_agency else kind


def get_function_name(function: Function, language: Language) -> str:
    """Return what a function is called."""
    told = FUNCTION_DESCRIPTIONS[function]
    return told.zh if language is Language.ZH else told.en


def describe_function(function: Function, viewer: Viewer) -> OfferedFunction:
    """Describe a function to whoever may use it (S3)."""
    told, zh = FUNCTION_DESCRIPTIONS[function], viewer.language is Language.ZH
    return OfferedFunction(
        function=function,
        kind=choose_service_kind(function, viewer.role),
        name=told.zh if zh else told.en,
        chinese_name=told.zh,
        english_name=told.en,
        description=told.zh_use if zh else told.en_use,
    )


def group_services(viewer: Viewer) -> list[Service]:
    """Group all that a viewer may do by whom it serves (S2, S3)."""
    all_ = [
        describe_function(function, viewer) for function in Function if function in viewer.functions
    ]
    at = 0 if viewer.language is Language.ZH else 1
    grouped = ((kind, [each for each in all_ if each.kind is kind]) for kind in ServiceKind)
    return [Service(kind, SERVICE_NAMES[kind][at], found) for kind, found in grouped if found]
