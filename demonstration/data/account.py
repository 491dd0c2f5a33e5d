"""The accounts of the demonstration: who may sign in, all with one well-known password."""

from collections.abc import Iterable, Iterator

from demonstration.data.number import OPENED, identifier
from demonstration.data.place import DISTRICTS
from models import Account, FunctionGrant, Person, Role, Unit
from resolvers.accounts.grant import package

PASSWORD = "jiuye-demo-2026"  # noqa: S105 - well known, and loaded for demonstrations only

HOME_DISTRICT = "220104"
SICHUAN_DISTRICT = "510104"
PROVINCE = "220000"
SUPPLIER = "supplier-51"

_NAMES = ("高岩", "沈静", "罗成", "白雪", "程毅", "温岚", "马骏", "叶青", "江涛", "方圆")


def officer(region: str, number: int) -> str:
    """Give the user name of a district's first or second officer."""
    home = {1: "officer", 2: "officer-2"}
    return home[number] if region == HOME_DISTRICT else f"officer-{region}-{number}"


def administrators(password: str) -> Iterator[Account]:
    """Make the administrators: two for each province, one for each city in use."""
    for province, prefix in ((PROVINCE, "province"), ("510000", "province-51")):
        for number, suffix in enumerate(("", "-2")):
            role = Role.PROVINCE_ADMINISTRATOR
            yield _account(f"{prefix}{suffix}", role, _NAMES[number + 6], province, password)
    for city in sorted({f"{district[:4]}00" for district in DISTRICTS}):
        username = "city" if city == "220100" else f"city-{city}"
        yield _account(username, Role.CITY_ADMINISTRATOR, _NAMES[int(city[3]) % 10], city, password)


def officers(password: str) -> Iterator[Account]:
    """Make two officers for each district in use, so that four eyes can decide (X2)."""
    for n, district in enumerate(DISTRICTS):
        for number in (1, 2):
            name = _NAMES[(2 * n + number) % len(_NAMES)]
            username = officer(district, number)
            yield _account(username, Role.DISTRICT_OFFICER, name, district, password)


STAFF = {
    "finance": Role.FINANCE,
    "district": Role.DISTRICT_ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    "reporting": Role.REPORTING,
}
"""Who else works in a district, by the user name at home."""


def staff(password: str) -> Iterator[Account]:
    """Make finance, administrator, auditor and reporting of a district of each province."""
    for region in (HOME_DISTRICT, SICHUAN_DISTRICT):
        for n, (name, role) in enumerate(STAFF.items()):
            username = name if region == HOME_DISTRICT else f"{name}-{region}"
            yield _account(username, role, _NAMES[n + 2], region, password)


def supplier(password: str) -> Account:
    """Make the account of the system that sends the facts of Sichuan (X13)."""
    return _account(SUPPLIER, Role.DATA_SUPPLIER, _NAMES[1], "510000", password)


def agent(username: str, unit: Unit, password: str) -> Account:
    """Make the account of an agency's operator."""
    return _account(username, Role.AGENCY_OPERATOR, "卢敏", unit.region, password, unit=unit)


def grants(accounts: Iterable[Account]) -> Iterator[FunctionGrant]:
    """Grant to accounts all that their roles may hold (S1)."""
    for account in accounts:
        for grant in package(account, OPENED):
            grant.id = identifier(OPENED, "grant", account.username, grant.function)
            grant.version, grant.created_at, grant.updated_at = 1, OPENED, OPENED
            yield grant


def operator(username: str, unit: Unit, password: str) -> Account:
    """Make the account of a unit's operator."""
    name = unit.contact_name or _NAMES[sum(map(ord, username)) % len(_NAMES)]
    return _account(username, Role.UNIT_OPERATOR, name, unit.region, password, unit=unit)


def legal_person(username: str, unit: Unit, password: str) -> Account:
    """Make the account of a unit's legal person, who keeps its operators."""
    name = unit.legal_representative or unit.name
    return _account(username, Role.LEGAL_PERSON, name, unit.region, password, unit=unit)


def person_account(username: str, person: Person, password: str) -> Account:
    """Make the account of a person."""
    return _account(username, Role.PERSON, person.name, person.region, password, person=person)


def _account(
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
        id=identifier(OPENED, "account", username),
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
        created_at=OPENED,
        updated_at=OPENED,
    )
