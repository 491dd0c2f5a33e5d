"""Minimal valid rows; the same arguments always give the same row, ids included."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from stdnum.cn import ric, uscc

from loaders.actor import EVERYWHERE, Actor, state
from models import (
    Account,
    BankAccount,
    Base,
    Claim,
    ClaimKind,
    ClaimLine,
    Declaration,
    History,
    InsuranceContribution,
    Intern,
    InternCategory,
    MonthlyReport,
    Post,
    Role,
    SignInSession,
    Status,
    Unit,
)
from models import Person as PersonRow

NAMESPACE = UUID("74657374-0000-5000-8000-000000000000")
CHAOYANG = "220104"
NANGUAN = "220102"
JILIN_CITY_DISTRICT = "220202"
CHENGDU_DISTRICT = "510104"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVERYBODY = Actor(see=EVERYWHERE, act=EVERYWHERE)

Row = TypeVar("Row", bound=Base)
Overrides = Mapping[str, object]


def an_id(*names: object) -> UUID:
    return uuid5(NAMESPACE, "/".join(map(str, names)))


def _row(table: type[Row], defaults: Overrides, overrides: Overrides) -> Row:
    return table(**{**defaults, **overrides})


def _sealed(name: str, text: str) -> dict[str, object]:
    return {
        f"{name}_sealed": b"sealed:" + text.encode(),
        f"{name}_index": sha256(text.encode()).digest(),
        f"{name}_masked": f"{text[:3]}***{text[-2:]}",
    }


def a_credit_code(number: int) -> str:
    body = f"91220101MA{number:07d}"
    return f"{body}{uscc.calc_check_digit(body)}"


def an_id_number(number: int, born: date = date(2003, 5, 4), region: str = CHAOYANG) -> str:
    body = f"{region}{born:%Y%m%d}{number:03d}"
    return f"{body}{ric.calc_check_digit(f'{body}0')}"


def a_unit(number: int = 1, region: str = CHAOYANG, **overrides: object) -> Unit:
    defaults = {
        "id": an_id("unit", number),
        "region": region,
        "credit_code": a_credit_code(number),
        "name": f"单位{number}",
    }
    return _row(Unit, defaults, overrides)


def a_person(number: int = 1, region: str = CHAOYANG, **overrides: object) -> PersonRow:
    defaults = {
        "id": an_id("person", number),
        "region": region,
        "name": f"人员{number}",
        "birth_date": date(2003, 5, 4),
        **_sealed("id_number", an_id_number(number)),
    }
    return _row(PersonRow, defaults, overrides)


def an_account(
    number: int = 1, role: Role = Role.UNIT_OPERATOR, region: str = CHAOYANG, **overrides: object
) -> Account:
    defaults = {
        "id": an_id("account", number),
        "username": f"user{number}",
        "password_hash": "$argon2id$none",
        "role": role,
        "name": f"账号{number}",
        "region": region,
    }
    return _row(Account, defaults, overrides)


def a_session(account: Account, number: int = 1, **overrides: object) -> SignInSession:
    defaults = {
        "id": an_id("session", account.id, number),
        "account_id": account.id,
        "token_hash": sha256(b"token").digest(),
        "started_at": AT,
        "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
    }
    return _row(SignInSession, defaults, overrides)


def _of(unit: Unit, kind: str, number: int) -> dict[str, object]:
    return {"unit_id": unit.id, "id": an_id(kind, unit.id, number), "region": unit.region}


def a_declaration(unit: Unit, number: int = 1, **overrides: object) -> Declaration:
    defaults = {
        **_of(unit, "declaration", number),
        "status": Status.APPROVED,
        "planned_interns": 10,
        "monthly_wage": Decimal("3100.00"),
        "training_plan": "三个月轮岗",
        "accident_insurance": True,
    }
    return _row(Declaration, defaults, overrides)


def a_post(unit: Unit, number: int = 1, **overrides: object) -> Post:
    defaults = {
        **_of(unit, "post", number),
        "status": Status.APPROVED,
        "name": f"岗位{number}",
        "name_key": f"岗位{number}",
        "headcount": 2,
        "monthly_wage": Decimal("3100.00"),
        "workplace": "朝阳区",
        "duties": "协助",
    }
    return _row(Post, defaults, overrides)


def an_intern(post: Post, person: PersonRow, number: int = 1, **overrides: object) -> Intern:
    defaults = {
        "unit_id": post.unit_id,
        "id": an_id("intern", post.unit_id, person.id, number),
        "region": post.region,
        "status": Status.APPROVED,
        "person_id": person.id,
        "post_id": post.id,
        "name": person.name,
        "id_number_masked": person.id_number_masked,
        "category": InternCategory.GRADUATE,
        "agreed_on": date(2026, 1, 4),
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 6, 30),
    }
    return _row(Intern, defaults, overrides)


def a_report(intern: Intern, month: date = date(2026, 1, 1), **overrides: object) -> MonthlyReport:
    defaults = {
        "unit_id": intern.unit_id,
        "id": an_id("report", intern.id, month),
        "region": intern.region,
        "status": Status.APPROVED,
        "intern_id": intern.id,
        "person_id": intern.person_id,
        "post_id": intern.post_id,
        "month": month,
        "days_attended": 22,
        "wage_paid": Decimal("3400.00"),
        "insurance_paid": Decimal("20.00"),
        "payable_subsidy": Decimal("2120.00"),
        "assessment": {"inputs": {"region": intern.region}},
    }
    return _row(MonthlyReport, defaults, overrides)


def a_bank_account(unit: Unit, number: int = 1, **overrides: object) -> BankAccount:
    defaults = {
        **_of(unit, "bank_account", number),
        "bank": "吉林银行",
        "branch": "朝阳支行",
        "account_name": unit.name,
        **_sealed("number", f"622202{number:013d}"),
        "is_default": number == 1,
    }
    return _row(BankAccount, defaults, overrides)


def a_claim(unit: Unit, bank: BankAccount, number: int = 1, **overrides: object) -> Claim:
    defaults = {
        **_of(unit, "claim", number),
        "kind": ClaimKind.LIVING_ALLOWANCE,
        "status": Status.DRAFT,
        "month": date(2026, 1, 1),
        "bank_account_id": bank.id,
        "amount": Decimal("2120.00"),
        "parameters": [],
    }
    return _row(Claim, defaults, overrides)


def a_claim_line(claim: Claim, intern: Intern, **overrides: object) -> ClaimLine:
    defaults = {
        "unit_id": claim.unit_id,
        "id": an_id("claim_line", claim.id, intern.id),
        "region": claim.region,
        "claim_id": claim.id,
        "person_id": intern.person_id,
        "intern_id": intern.id,
        "amount": Decimal("2120.00"),
        "explanation": {},
    }
    return _row(ClaimLine, defaults, overrides)


def a_history(unit: Unit, by: Account, number: int = 1, **overrides: object) -> History:
    defaults = {
        **_of(unit, "history", number),
        "sequence": number,
        "hash": bytes(32),
        "record": "Unit",
        "record_id": unit.id,
        "action": "CREATE",
        "changes": {},
        "account_id": by.id,
        "account_name": by.name,
        "role": by.role,
    }
    return _row(History, defaults, overrides)


def a_contribution(
    person: PersonRow, month: date = date(2026, 1, 1), **overrides: object
) -> InsuranceContribution:
    defaults = {
        "person_id": person.id,
        "id": an_id("contribution", person.id, month),
        "region": person.region,
        "month": month,
        "employer_credit_code": a_credit_code(1),
        "source": "社保",
        "as_of": date(2026, 3, 1),
    }
    return _row(InsuranceContribution, defaults, overrides)


async def store(engine: AsyncEngine, *rows: Base, actor: Actor = EVERYBODY) -> None:
    """Insert rows one after another, so that those pointed at may simply come first."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        await state(session, actor)
        for row in rows:
            session.add(row)
            await session.flush()
