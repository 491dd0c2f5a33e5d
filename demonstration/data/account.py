"""The accounts of the demonstration: who may sign in, all with one well-known password."""

from collections.abc import Iterable, Iterator

from demonstration.data.number import OPENED_AT, build_identifier
from demonstration.data.place import DISTRICTS
from models import Account, FunctionGrant, Person, Role, Unit
from resolvers.accounts.grant import build_account_grants

PASSWORD = "jiuye-demo-2026"  # noqa: S105 - well known, and loaded for demonstrations only

HOME_DISTRICT = "220104"
SICHUAN_DISTRICT = "510104"
PROVINCE = "220000"
SUPPLIER = "supplier-51"

_OFFICIAL_NAMES = ("高岩", "沈静", "罗成", "白雪", "程毅", "温岚", "马骏", "叶青", "江涛", "方圆")


def get_officer_username(region: str, number: int) -> str:
    """Return the user name of a district's first or second officer."""
    home = {1: "officer", 2: "officer-2"}
    return home[number] if region == HOME_DISTRICT else f"officer-{region}-{number}"


def build_administrators(password: str) -> Iterator[Account]:
    """Make the administrators: two for each province, one for each city in use."""
    for province, prefix in ((PROVINCE, "province"), ("510000", "province-51")):
        for number, suffix in enumerate(("", "-2")):
            role = Role.PROVINCE_ADMINISTRATOR
            yield _build_account(
                f"{prefix}{suffix}", role, _OFFICIAL_NAMES[number + 6], province, password
            )
    for city in sorted({f"{district[:4]}00" for district in DISTRICTS}):
        username = "city" if city == "220100" else f"city-{city}"
        yield _build_account(
            username, Role.CITY_ADMINISTRATOR, _OFFICIAL_NAMES[int(city[3]) % 10], city, password
        )


def build_officers(password: str) -> Iterator[Account]:
    """Make two officers for each district in use, so that four eyes can decide (X2)."""
    for n, district in enumerate(DISTRICTS):
        for number in (1, 2):
            name = _OFFICIAL_NAMES[(2 * n + number) % len(_OFFICIAL_NAMES)]
            username = get_officer_username(district, number)
            yield _build_account(username, Role.DISTRICT_OFFICER, name, district, password)


ROLE_BY_USERNAME = {
    "finance": Role.FINANCE,
    "district": Role.DISTRICT_ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    "reporting": Role.REPORTING,
}
"""Who else works in a district, by the user name at home."""


def build_staff(password: str) -> Iterator[Account]:
    """Make finance, administrator, auditor and reporting of a district of each province."""
    for region in (HOME_DISTRICT, SICHUAN_DISTRICT):
        for n, (name, role) in enumerate(ROLE_BY_USERNAME.items()):
            username = name if region == HOME_DISTRICT else f"{name}-{region}"
            yield _build_account(username, role, _OFFICIAL_NAMES[n + 2], region, password)


def build_supplier(password: str) -> Account:
    """Make the account of the system that sends the facts of Sichuan (X13)."""
    return _build_account(SUPPLIER, Role.DATA_SUPPLIER, _OFFICIAL_NAMES[1], "510000", password)


def build_agent(username: str, unit: Unit, password: str) -> Account:
    """Make the account of an agency's operator."""
    return _build_account(username, Role.AGENCY_OPERATOR, "卢敏", unit.region, password, unit=unit)


def build_grants(accounts: Iterable[Account]) -> Iterator[FunctionGrant]:
    """Grant to accounts all that their roles may hold (S1)."""
    for account in accounts:
        for grant in build_account_grants(account, OPENED_AT):
            grant.id = build_identifier(OPENED_AT, "grant", account.username, grant.function)
            grant.version, grant.created_at, grant.updated_at = 1, OPENED_AT, OPENED_AT
            yield grant


def build_operator(username: str, unit: Unit, password: str) -> Account:
    """Make the account of a unit's operator."""
    name = unit.contact_name or _OFFICIAL_NAMES[sum(map(ord, username)) % len(_OFFICIAL_NAMES)]
    return _build_account(username, Role.UNIT_OPERATOR, name, unit.region, password, unit=unit)


def build_legal_person(username: str, unit: Unit, password: str) -> Account:
    """Make the account of a unit's legal person, who keeps its operators."""
    name = unit.legal_representative or unit.name
    return _build_account(username, Role.LEGAL_PERSON, name, unit.region, password, unit=unit)


def build_person_account(username: str, person: Person, password: str) -> Account:
    """Make the account of a person."""
    return _build_account(
        username, Role.PERSON, person.name, person.region, password, person=person
    )


def _build_account(
    username: str,
    role: Role,
    name: str,
    region: str,
    password: str,
    *,
    unit: Unit | None = None,
    person: Person | None = None,
) -> Account:
    return Account(
        id=build_identifier(OPENED_AT, "account", username),
        username=username,
        password_hash=password,
        role=role,
        name=name,
        region=region,
        unit_id=unit.id if unit else None,
        person_id=person.id if person else None,
        active=True,
        favourites=[],
        version=1,
        created_at=OPENED_AT,
        updated_at=OPENED_AT,
    )
