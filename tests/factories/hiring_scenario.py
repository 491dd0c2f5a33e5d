"""A unit of Chengdu that hires, an agency that places, and what is on file of their people."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from stdnum.cn import uscc

from models import (
    Base,
    EnterpriseSize,
    FactKind,
    FactLoad,
    InsuranceContribution,
    LabourContract,
    Parameter,
    ParameterStatus,
    Person,
    Qualification,
    QualificationKind,
    Role,
    Status,
    TransferEmployment,
    UnemploymentRegistration,
    Unit,
)
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.rosters.roster_check_job import SHEET_NAME
from rules.kernel.month import list_months
from tests.factories.crowd import add_rows
from tests.factories.internship_scenario import ACCOUNT_DRAFT, to_decision
from tests.factories.roster import BORN, check_roster
from tests.factories.rows import CHAOYANG_DISTRICT, CHENGDU_DISTRICT, a_person, an_id, an_id_number
from tests.factories.workbook import a_workbook
from tests.factories.world import World

AS_OF = date(2025, 3, 5)
LATEST_MONTH = date(2025, 2, 1)
START, END = date(2024, 9, 1), date(2025, 8, 31)
CLAIM_SELECTION = """... on ClaimPayload { claim { id version status amount lines { id version state
  amount employerCode group hiredOn judgements { occasion outcome changed } } } }"""
HIRING_HEADINGS = ("姓名", "公民身份号码", "人员类别", "合同起始日期", "合同终止日期")
EMPLOYER_HEADINGS = ("就业企业统一社会信用代码", "就业企业名称")
PAYEE_HEADINGS = ("开户银行", "银行卡号")
CARD_NUMBER = "6217000010001234569"
UNEMPLOYED_GROUP, MIGRANT_GROUP = "登记失业人员", "无法返岗农民工"


class HiringScenario:
    """Walks a unit of Chengdu from its people's facts to a claim for them."""

    def __init__(self, world: World, unit: str = "hirer") -> None:
        self.world = world
        self.unit = unit
        self.row: Any = None

    async def set_up(self, *, confirmed: bool = True) -> "HiringScenario":
        """Open the district: its officers, its figures, and until when its facts are told."""
        for name in ("reviewer", "second"):
            await self.world.add_account(name, Role.DISTRICT_OFFICER, CHENGDU_DISTRICT)
        rows = [*build_figures(confirmed), *_build_loads()]
        await add_rows(self.world, rows)
        return await self.add_unit()

    async def add_unit(self, region: str = CHENGDU_DISTRICT) -> "HiringScenario":
        """Add the unit, small and licensed, and its account."""
        self.row = await self.world.add_unit(self.unit, region)
        await add_rows(self.world, [*_build_qualifications(self.row)])
        named = {"accountName": f"{self.unit}有限公司"}
        self.account = await self.run_step("addBankAccount", ACCOUNT_DRAFT | named, "bankAccount")
        return self

    async def run_step(self, mutation: str, input: Any, kind: str, as_: str | None = None) -> Any:
        payload = f"{kind[0].upper()}{kind[1:]}Payload"
        then = f"... on {payload} {{ {kind} {{ id version }} }}"
        result = await self.world.mutate(mutation, input, as_ or self.unit, then)
        assert result["__typename"] == payload, result
        return result[kind]

    async def add_employer(self, name: str = "employer", region: str = CHENGDU_DISTRICT) -> Unit:
        """Add an enterprise; its credit code is the national bureau's, and names no place."""
        body = f"91100000MA{len(self.world.accounts):07d}"
        code = f"{body}{uscc.calc_check_digit(body)}"
        return await self.world.add_unit(name, region, credit_code=code)

    async def add_people(self, *numbers: int, employer: Unit | None = None, **more: Any) -> None:
        """Put persons on file who meet every control of both groups."""
        at = employer or self.row
        code, more = at.credit_code, {"place": at.region} | more
        persons = [
            a_person(
                n,
                CHAOYANG_DISTRICT,
                name=f"见习生{n}",
                completed_at=self.world.clock.now,
                **_build_number_columns(self.world, n),
            )
            for n in numbers
        ]
        facts = [fact for person in persons for fact in _build_facts(person, code, **more)]
        await add_rows(self.world, persons, facts)

    async def check_roster(
        self, *cells: Sequence[object], kind: str = "HIRING", **more: Any
    ) -> Any:
        """Send a roster in and have it checked."""
        headings = HIRING_HEADINGS if kind == "HIRING" else (*HIRING_HEADINGS, *EMPLOYER_HEADINGS)
        if more.get("beneficiary") == "PERSON":
            headings = (*headings, *PAYEE_HEADINGS)
        content = a_workbook([list(headings), *map(list, cells)], SHEET_NAME)
        more = {"kind": kind, "place": CHENGDU_DISTRICT} | more
        return await check_roster(self.world, content, self.unit, **more)

    async def try_draft_claim(
        self, *rosters: Any, kind: str = "Hiring", paid_themselves: bool = False
    ) -> Any:
        """Draft a claim from rosters; give what came of it."""
        input: dict[str, Any] = {"rosterIds": [r["id"] for r in rosters]}
        if not paid_themselves:
            input["bankAccountId"] = self.account["id"]
        return await self.world.mutate(f"create{kind}Claim", input, self.unit, CLAIM_SELECTION)

    async def try_transition(
        self, verb: str, claim: Any, as_: str | None = None, **more: Any
    ) -> Any:
        """Move a claim; give what came of it."""
        given = to_decision(claim) | more
        return await self.world.mutate(f"{verb}Claim", given, as_ or self.unit, CLAIM_SELECTION)

    async def submit_claim(self, *rosters: Any, **more: Any) -> Any:
        """Draft and submit a claim, which must succeed."""
        made = await self.try_draft_claim(*rosters, **more)
        assert made["__typename"] == "ClaimPayload", made
        sent = await self.try_transition("submit", made["claim"])
        assert sent["__typename"] == "ClaimPayload", sent
        return sent["claim"]


def a_cell_row(
    number: int, group: str = UNEMPLOYED_GROUP, ends: str = f"{END}", *more: object
) -> Any:
    """Fill in the row of somebody who was hired on 2024-09-01."""
    id_number = an_id_number(number, BORN, CHAOYANG_DISTRICT)
    return [f"见习生{number}", id_number, group, f"{START}", ends, *more]


def _build_number_columns(world: World, number: int) -> dict[str, Any]:
    text, seal = an_id_number(number, BORN, CHAOYANG_DISTRICT), world.service.seal
    return build_sealed_columns(seal, Person.id_number_sealed, an_id("person", number), text)


def _build_facts(
    person: Person,
    code: str,
    place: str | None,
    first: date = START,
    last: date = LATEST_MONTH,
    paid: bool = True,
) -> Iterator[Base]:
    def about(**values: object) -> dict[str, Any]:
        own = {"person_id": person.id, "region": person.region, "id": uuid4()}
        return own | {"source": "test", "as_of": AS_OF} | values

    for month in list_months(first, last) if paid else ():
        yield InsuranceContribution(**about(month=month, employer_credit_code=code, place=place))
    terms = {"signed_on": START, "starts_on": START, "ends_on": END, "open_ended": False}
    yield LabourContract(**about(employer_credit_code=code, **terms))
    yield UnemploymentRegistration(**about(registered_on=date(2024, 1, 1), ended_on=START))
    yield TransferEmployment(**about(transferred_on=date(2024, 2, 1), ended_on=None))


def build_figures(confirmed: bool, region: str = CHENGDU_DISTRICT) -> Iterator[Parameter]:
    """Give the figures by which a district's hires are judged."""
    figures = {
        ("programme.period", "HIRING"): "2024-01-01/2025-12-31",
        ("programme.period", "SERVICE"): "2024-01-01/2025-12-31",
        ("service.amount", None): "400",
        ("publicity.required", "HIRING"): "false",
    }
    for (key, category), value in figures.items():
        yield Parameter(
            id=an_id("figure", key, category, region),
            key=key,
            region=region,
            category=category,
            value=value,
            unit="test",
            effective_from=date(2024, 1, 1),
            source="测试",
            confirmed=confirmed,
            status=ParameterStatus.APPROVED,
        )


def _build_loads() -> Iterator[FactLoad]:
    for kind in FactKind:
        latest = LATEST_MONTH if kind is FactKind.INSURANCE_CONTRIBUTION else AS_OF
        yield FactLoad(
            id=an_id("load", kind),
            region="510000",
            kind=kind,
            source="test",
            as_of=AS_OF,
            latest=latest,
            digest=kind.value.encode(),
            loaded=1,
            refused=0,
        )


def _build_qualifications(unit: Unit) -> Iterator[Qualification]:
    proofs: dict[QualificationKind, dict[str, Any]] = {
        QualificationKind.ENTERPRISE_SIZE: {"size": EnterpriseSize.SMALL},
        QualificationKind.AGENCY_LICENCE: {"licence_number": "510104000123"},
    }
    for kind, proof in proofs.items():
        yield Qualification(
            unit_id=unit.id,
            id=an_id("proof", unit.id, kind),
            region=unit.region,
            kind=kind,
            valid_from=date(2020, 1, 1),
            status=Status.APPROVED,
            **proof,
        )
