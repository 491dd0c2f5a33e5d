"""The measured database's units, persons and accounts, and what a unit files before interns."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from benchmarks import scale
from benchmarks.scale import made, noise
from gateways.key_ring import build_key_ring
from gateways.seal import Seal
from models import (
    BankAccount,
    Person,
    Role,
    Status,
    locate_sealed,
)
from rules.kernel.function import GRANTABLE_FUNCTIONS, Function

Row = dict[str, object]

_SEAL = Seal(build_key_ring((scale.compute_data_key(scale.KEY),)))
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超兰霞平刚"
_TRADES = ("信息技术", "机械制造", "生物医药", "现代物流", "文化创意")
PASSWORDLESS = "$argon2id$none"


def person_name(number: int) -> str:
    """Give a person's name."""
    raw = noise("name", number, 3)
    return _SURNAMES[raw[0] % 20] + _GIVEN[raw[1] % 20] + _GIVEN[raw[2] % 20]


def masked_id(number: int) -> str:
    """Give a person's masked ID number."""
    return f"{scale.DISTRICTS[number % 20]}********{number % 9000 + 1000}"


def region_of(unit: int) -> str:
    """Tell in which district a unit is."""
    return scale.DISTRICTS[unit % len(scale.DISTRICTS)]


def units() -> Iterator[Row]:
    """Give the units."""
    for n in range(scale.UNITS):
        trade = _TRADES[n % len(_TRADES)]
        yield {
            "id": made("unit", n),
            "region": region_of(n),
            "credit_code": f"91{region_of(n)}{n:010d}",
            "name": f"吉林省第{n + 1}{trade}有限公司",
            "legal_person_type": "ENTERPRISE",
            "legal_representative": person_name(n + 1_000_000),
            "industry": trade,
            "address": f"人民大街{n + 1}号",
            "employees": 20 + n % 400,
            "contact_name": person_name(n + 2_000_000),
            "contact_mobile_sealed": noise("mobile", n, 40),
            "contact_mobile_index": noise("mobile index", n, 32),
            "contact_mobile_masked": f"139****{n:04d}",
        }


def persons() -> Iterator[Row]:
    """Give a person for every intern, on file in the district of the unit."""
    for n in range(scale.UNITS * scale.INTERNS_EACH):
        yield {
            "id": made("person", n),
            "region": region_of(n // scale.INTERNS_EACH),
            "name": person_name(n),
            "birth_date": date(2000, 1, 1) + timedelta(days=n % 1500),
            "id_number_sealed": _SEAL.seal_text(
                locate_sealed(Person.id_number_sealed, made("person", n)), f"{n:018d}"
            ),
            "id_number_index": _SEAL.compute_index("id_number", f"{n:018d}"),
            "id_number_masked": masked_id(n),
            "education": "BACHELOR",
            "school": "吉林大学",
            "graduated_on": date(2024, 6, 30),
        }


def accounts() -> Iterator[Row]:
    """Give each unit its operator and each district its officer."""
    common: Row = {"password_hash": PASSWORDLESS, "active": True}
    for n in range(scale.UNITS):
        yield common | {
            "id": made("account", n),
            "username": f"unit-{n}",
            "role": Role.UNIT_OPERATOR.value,
            "name": person_name(n + 3_000_000),
            "region": region_of(n),
            "unit_id": made("unit", n),
        }
    for n, district in enumerate(scale.DISTRICTS):
        yield common | {
            "id": made("officer", n),
            "username": f"officer-{n}",
            "role": Role.DISTRICT_OFFICER.value,
            "name": person_name(n + 4_000_000),
            "region": district,
            "unit_id": None,
        }


def function_grants() -> Iterator[Row]:
    """Grant each officer all that the role may hold."""
    role = Role.DISTRICT_OFFICER
    for n, district in enumerate(scale.DISTRICTS):
        for function in sorted(GRANTABLE_FUNCTIONS[role]):
            yield {
                "id": made("grant", len(scale.DISTRICTS) * [*Function].index(function) + n),
                "account_id": made("officer", n),
                "region": district,
                "role": role.value,
                "function": function.value,
                "valid_from": date(2020, 1, 1),
                "granted_by_name": "bench",
                "granted_at": datetime(2020, 1, 1, tzinfo=UTC),
            }


def declarations() -> Iterator[Row]:
    """Give each unit its approved declaration."""
    for n in range(scale.UNITS):
        yield {
            "unit_id": made("unit", n),
            "id": made("declaration", n),
            "region": region_of(n),
            "planned_interns": scale.INTERNS_EACH,
            "monthly_wage": Decimal("3450.00"),
            "training_plan": "岗前培训一周，专人带教，按月考核。" * 4,
            "accident_insurance": True,
            "status": Status.APPROVED.value,
            "submitted_by": made("account", n),
        }


def bank_accounts() -> Iterator[Row]:
    """Give each unit an account to be paid into."""
    for n in range(scale.UNITS):
        yield {
            "unit_id": made("unit", n),
            "id": made("bank account", n),
            "region": region_of(n),
            "bank": "中国工商银行",
            "branch": "长春市分行营业部",
            "account_name": f"吉林省第{n + 1}有限公司",
            "number_sealed": _SEAL.seal_text(
                locate_sealed(
                    BankAccount.number_sealed, (made("unit", n), made("bank account", n))
                ),
                f"{n:019d}",
            ),
            "number_index": noise("number index", n, 32),
            "number_masked": f"6222 **** **** {n:04d}",
            "is_default": True,
        }


def posts() -> Iterator[Row]:
    """Give each unit its posts."""
    for n in range(scale.UNITS * scale.POSTS_EACH):
        unit, which = divmod(n, scale.POSTS_EACH)
        name = f"{('研发', '质检', '运维', '市场')[which % 4]}助理{which + 1}"
        yield {
            "unit_id": made("unit", unit),
            "id": made("post", n),
            "region": region_of(unit),
            "name": name,
            "name_key": name,
            "headcount": 10,
            "monthly_wage": Decimal("3450.00"),
            "workplace": "长春市高新区",
            "duties": "在带教老师指导下完成日常工作，整理资料，参加培训。",
            "status": Status.APPROVED.value,
            "submitted_by": made("account", unit),
        }
