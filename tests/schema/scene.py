"""Two units in two districts of one city, each with every kind of record; and all who may ask."""

from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from loaders.key import NODE_TYPES, Key
from models import (
    Account,
    AttachedTo,
    BankAccount,
    Base,
    Beneficiary,
    Claim,
    ClaimedReport,
    ClaimKind,
    ClaimLine,
    Completion,
    Course,
    DeclarationStaff,
    Destination,
    EndReason,
    HireGroup,
    Parameter,
    ParameterStatus,
    Person,
    RateLimit,
    Role,
    Roster,
    RosterKind,
    RosterRow,
    Trainee,
    TrainingClass,
    Unit,
)
from rules.claims.control import Occasion, build_judgement_json
from rules.kernel.function import Function
from tests.factories.database import TestCluster
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    CHENGDU_DISTRICT,
    CREATED_AT,
    NANGUAN_DISTRICT,
    NATIONWIDE_ACTOR,
    a_bank_account,
    a_batch,
    a_batch_export,
    a_batch_import,
    a_board_push,
    a_calendar_year,
    a_change_request,
    a_checked_roster,
    a_claim,
    a_claim_line,
    a_clawback,
    a_completion,
    a_course,
    a_declaration,
    a_difference,
    a_finding,
    a_grant,
    a_history,
    a_payment,
    a_post,
    a_post_assignment,
    a_publicity,
    a_publicity_line,
    a_qualification,
    a_receipt,
    a_reduction,
    a_report,
    a_roster_row,
    a_session,
    a_sign_in,
    a_trainee,
    a_training_class,
    an_access_entry,
    an_appeal,
    an_applicant,
    an_attachment,
    an_evidence,
    an_id,
    an_intern,
    an_objection,
    an_office_step,
    an_unmasking,
    an_upload,
)
from tests.factories.world import World, a_world

FORMULA = {"zh": ["公式"], "en": ["formula"]}
EXPLANATION: dict[str, Any] = {"formula": FORMULA, "why": [], "confirmed": True, "parameters": []}
UNKNOWN_FINDING: dict[str, Any] = {
    "control": "SOCIAL_INSURANCE",
    "outcome": "UNKNOWN",
    "evidence": {"zh": "无数据", "en": "no data"},
    "reason": "INSURANCE_UNKNOWN",
    "figures": {},
    "parameter": None,
    "source": None,
    "asOf": None,
}
START = date(2024, 7, 1)
END = date(2024, 12, 31)
COURSE_INPUTS = {"opensOn": START.isoformat(), "fee": "600.00"}
COURSE_REGION_BY_UNIT = {"near": "220000", "far": "510000"}
"""Which region offers each unit's course: a class of one is not opened for the other's."""
VISIBLE_BY_VIEWER: dict[str | None, tuple[str, ...]] = {
    "near": ("near",),
    "boss": ("near",),
    "far": ("far",),
    "officer": ("near",),
    "elsewhere": ("far",),
    "finance": ("near",),
    "objections": ("near",),
    "district": ("near",),
    "auditor": ("near", "far"),
    "reporting": (),
    "supplier": (),
    "agent": (),
    "city": ("near", "far"),
    "other city": (),
    "province": ("near", "far"),
    "other province": (),
    "sysadmin": (),
    "security": (),
    "audit": (),
    "person": (),
    None: (),
}
"""Whose records each viewer may see (X10); None is a stranger."""


def mark_others_slow(names: Collection[str | None], *ordinary: str | None) -> list[Any]:
    """Leave few of many alike for each run of the tests, and the others for the long one."""
    assert {*ordinary} <= {*names}
    return [
        name if name in ordinary else pytest.param(name, marks=pytest.mark.slow) for name in names
    ]


@dataclass
class Scene:
    """A world, and the records of each unit by the name of their type; a number marks more."""

    world: World
    records: dict[str, dict[str, Base]]

    def get_id(self, whose: str, type_name: str) -> str:
        return build_id(type_name.partition(" ")[0], self.records[whose][type_name])

    def list_ids(self, whose: str) -> Iterator[tuple[str, str]]:
        """List the type and the global id of each record of a unit."""
        for type_name, row in self.records[whose].items():
            yield type_name.partition(" ")[0], build_id(type_name.partition(" ")[0], row)


def build_id(type_name: str, row: Base) -> str:
    return Key(type_name, tuple(row.__mapper__.primary_key_from_instance(row))).format_global_id()


def make_unknown_id(type_name: str, near: Base | None = None) -> str:
    """Make up an id of a type: of nobody's, or next to a row under the same owner."""
    parts = [uuid4() for _ in NODE_TYPES[type_name].table.__mapper__.primary_key]
    if near is not None:
        key: tuple[UUID, ...] = tuple(near.__mapper__.primary_key_from_instance(near))
        parts[:-1] = key[:-1]
    return Key(type_name, tuple(parts)).format_global_id()


async def _add_records(world: World, name: str, region: str, number: int) -> dict[str, Base]:
    unit = await world.add_unit(name, region)
    person = await world.add_person(number, region=region)
    operator = world.accounts[name]
    declaration, post = a_declaration(unit), a_post(unit)
    bank = a_bank_account(unit)
    over: dict[str, Any] = {"ended_on": END, "end_reason": EndReason.EMPLOYED}
    over["destination"] = Destination.RETAINED
    intern = an_intern(post, person, agreed_on=START, starts_on=START, ends_on=END, **over)
    assessed = EXPLANATION | {"payable": "2120.00", "inputs": {"region": region}}
    reports = [a_report(intern, date(2024, n, 1), assessment=assessed) for n in (7, 8, 9)]
    training = _, trained, attending, _ = _build_training(
        a_course(COURSE_REGION_BY_UNIT[name]), unit, person
    )
    claims = _build_claims(unit, bank, trained)
    claim = claims[ClaimKind.LIVING_ALLOWANCE]
    line = a_claim_line(claim, intern, explanation=EXPLANATION | {"amount": "2120.00"})
    owned = {"unit_id": unit.id, "region": region}
    staff = DeclarationStaff(
        **owned,
        id=an_id("staff", name),
        declaration_id=declaration.id,
        name="孙专职",
        duty="带教",
        mobile_sealed=b"sealed",
        mobile_index=b"index",
        mobile_masked="138****5678",
    )
    held = ClaimedReport(
        **owned,
        id=an_id("claimed", name),
        line_id=line.id,
        report_id=reports[-1].id,
        amount=reports[-1].payable_subsidy,
        held=False,
    )
    history = a_history(unit, operator)
    board = [a_board_push(post), an_applicant(post)]
    of_trainee = {"intern_id": None, "trainee_id": attending.id}
    paid = a_claim_line(
        claims[ClaimKind.TRAINING],
        intern,
        explanation=line.explanation | {"inputs": COURSE_INPUTS | {"region": region}},
        **of_trainee,
    )
    rows: list[Any] = [
        declaration,
        staff,
        post,
        *board,
        intern,
        bank,
        *reports,
        *training,
        *claims.values(),
        paid,
        line,
        held,
        history,
    ]
    rows += [a_reduction(intern), a_change_request(intern), a_post_assignment(intern, START)]
    qualification = a_qualification(unit)
    rows += [a_clawback(paid, operator), a_finding(line), qualification]
    roster, of_class = a_checked_roster(unit), _build_class_roster(unit, trained, person)
    claims[ClaimKind.HIRING].place = claims[ClaimKind.SERVICE].place = region
    claims[ClaimKind.SERVICE].beneficiary = Beneficiary.PERSON
    wrong = {
        "cell": "B3",
        "column": "id_number",
        "reason": "PERSON_TWICE",
        "figures": {"line": "2"},
    }
    failing = a_roster_row(roster, 2, passed=False, faults=[wrong], findings=[UNKNOWN_FINDING])
    listed = a_roster_row(roster, person_id=person.id)
    over = {"roster_row_id": listed.id, "employer_code": unit.credit_code}
    hired = a_claim_line(
        claims[ClaimKind.HIRING],
        intern,
        intern_id=None,
        employer_name=unit.name,
        hire_group=HireGroup.MIGRANT_WORKER,
        hired_on=START,
        contract_starts_on=START,
        explanation=line.explanation | {"findings": [UNKNOWN_FINDING]},
        judgements=[build_judgement_json(Occasion.APPLICATION, CREATED_AT, [UNKNOWN_FINDING])],
        **over,
    )
    batch = a_batch(region, operator)
    payment = a_payment(paid, batch)
    rows += [batch, a_batch_export(batch, operator), a_batch_import(batch, operator)]
    rows += [payment, a_receipt(payment, operator), an_office_step(batch, operator)]
    file, upload = an_attachment(declaration, AttachedTo.DECLARATION), an_upload(operator)
    upload.object_key, upload.sha256, upload.stored_at = f"upload/{name}", "0" * 64, CREATED_AT
    await world.add_rows(*rows, file, upload, roster, listed, failing, hired, *of_class)
    public = _build_publicity_rows(operator, region, line)
    await world.add_rows(*public)
    appeal = an_appeal(unit)
    evidence = an_evidence(appeal)
    granted = a_grant(operator)  # a unit takes none; but whose it is sees it
    seen, came = an_unmasking(unit, operator), an_access_entry(operator)
    await world.add_rows(appeal, evidence, granted, seen, came)
    signed_in = [a_session(operator), a_sign_in(operator)]
    await world.add_rows(*signed_in, actor=Actor(account=operator.id))
    kinds = {known.kind: name for name, known in NODE_TYPES.items() if known.kind}
    return {
        "Unit": unit,
        "Person": person,
        "Attachment": file,
        "Upload": upload,
        "Roster": roster,
        "RosterRow": listed,
        "RosterRow failed": failing,
        "Account": operator,
        **{type(row).__name__: row for row in (appeal, evidence, granted, seen, came, *signed_in)},
        **{type(row).__name__: row for row in public},
        **{type(row).__name__: row for row in rows if not hasattr(row, "kind")},
        **{kinds[kind]: row for kind, row in claims.items()},
        **{f"MonthlyReport {n}": row for n, row in enumerate(reports[:-1])},
        "ClaimLine paid": paid,
        "Qualification": qualification,
        "ClaimLine hired": hired,
        "Roster of a class": of_class[0],
        "RosterRow of a class": of_class[1],
    }


def _build_training(
    course: Course, unit: Unit, person: Person
) -> tuple[Course, TrainingClass, Trainee, Completion]:
    trained = a_training_class(unit, course)
    during = Range(trained.opens_on, trained.ends_on + timedelta(days=1))
    taken: dict[str, Any] = {
        "during": during,
        "place": 4,
        "most": 3,
        "period_from": date(2026, 1, 1),
    }
    through: dict[str, Any] = {"override_reason": "转岗培训", "overridden_at": CREATED_AT}
    told: dict[str, Any] = {"course_id": course.id, "unit_name": unit.name}
    trainee = a_trainee(trained, person, **taken, **through, **told)
    return course, trained, trainee, a_completion(trained)


def _build_class_roster(
    unit: Unit, trained: TrainingClass, person: Person
) -> tuple[Roster, RosterRow]:
    """Give a roster of a class's scores, and what it says of one (S27)."""
    said = {"number": "1", "class_number": trained.number, "score": "85.5", "remark": ""}
    kind = {"kind": RosterKind.SCORES, "class_id": trained.id, "beneficiary": None}
    roster = a_checked_roster(unit, 2, **kind)
    return roster, a_roster_row(roster, person_id=person.id, values=said, payee_bank=None)


def _build_claims(unit: Unit, bank: BankAccount, trained: TrainingClass) -> dict[ClaimKind, Claim]:
    """Claim for everything; for training by a class (S33)."""
    own = {"class_id": trained.id, "course_code": trained.course_code, "place": trained.place}
    of_class: dict[ClaimKind, dict[str, Any]] = {ClaimKind.TRAINING: own}
    return {
        kind: a_claim(unit, bank, n, kind=kind, **of_class.get(kind, {}))
        for n, kind in enumerate(ClaimKind, start=1)
    }


def _build_publicity_rows(operator: Account, region: str, line: ClaimLine) -> tuple[Base, ...]:
    publicity = a_publicity(operator, region)
    published = a_publicity_line(publicity, line)
    return publicity, published, an_objection(publicity, published)


def a_parameter(region: str) -> Parameter:
    return Parameter(
        id=an_id("parameter", region),
        key="internship.min_days",
        region=region,
        value="15",
        unit="days",
        effective_from=date(2026, 1, 1),
        source="测试",
        confirmed=True,
        status=ParameterStatus.PROPOSED,
    )


@asynccontextmanager
async def a_scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    async with cluster.clone_database() as database, a_world(database) as world:
        records = {
            "near": await _add_records(world, "near", CHAOYANG_DISTRICT, 1),
            "far": await _add_records(world, "far", NANGUAN_DISTRICT, 2),
        }
        near: Any = records["near"]["Unit"]
        boss = await world.add_account("boss", Role.LEGAL_PERSON, unit_id=near.id)
        records["boss"] = {"Account": boss}
        await world.add_account("officer", Role.DISTRICT_OFFICER)
        await world.add_account("finance", Role.FINANCE)
        settling = [Function.SETTLE_OBJECTIONS]
        await world.add_account("objections", Role.DISTRICT_OFFICER, granted=settling)
        await world.add_account("district", Role.DISTRICT_ADMINISTRATOR)
        await world.add_account("auditor", Role.AUDITOR, "220100")
        await world.add_account("reporting", Role.REPORTING, "220100")
        await world.add_account("agent", Role.AGENCY_OPERATOR)
        await world.add_account("supplier", Role.DATA_SUPPLIER, "220100")
        await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
        await world.add_account("city", Role.CITY_ADMINISTRATOR, "220100")
        await world.add_account("other city", Role.CITY_ADMINISTRATOR, "220200")
        await world.add_account("province", Role.PROVINCE_ADMINISTRATOR, "220000")
        await world.add_account("other province", Role.PROVINCE_ADMINISTRATOR, "510000")
        await world.add_account("sysadmin", Role.SYSTEM_ADMINISTRATOR, "220000")
        await world.add_account("security", Role.SECURITY_ADMINISTRATOR, "220000")
        await world.add_account("audit", Role.AUDIT_ADMINISTRATOR, "220000")
        person = await world.add_person(3, region=CHENGDU_DISTRICT)
        await world.add_account("person", Role.PERSON, CHENGDU_DISTRICT, person_id=person.id)
        about = {"person_id": person.id, "record": "Intern", "record_id": an_id("no intern")}
        told = a_history(near, world.accounts["near"], 2, **about, reason="内部意见")
        await world.add_rows(told)
        records["own"] = {"Person": person, "History": told}
        for whose, region in (("near", "220000"), ("far", "510000")):
            records[whose]["Parameter"] = a_parameter(region)
            await world.add_rows(records[whose]["Parameter"])
            paid: Any = records[whose]["ClaimLine paid"]
            approved = a_parameter(region)
            approved.id, approved.status = an_id("approved", region), ParameterStatus.APPROVED
            records[whose]["Parameter approved"] = approved
            await world.add_rows(approved)
            records[whose]["AmountDifference"] = a_difference(paid, approved)
            await world.add_rows(records[whose]["AmountDifference"])
            records[whose]["CalendarYear"] = a_calendar_year(region)
            await world.add_rows(records[whose]["CalendarYear"])
        yield Scene(world, records)


async def forget_tries(scene: Scene) -> None:
    """Let nobody have tried anything: some mutations count how often they are (X11)."""
    async with AsyncSession(scene.world.administration) as session, session.begin():
        await set_rls_context(
            session,
            NATIONWIDE_ACTOR.with_sweep_cutoff(scene.world.service.now() + timedelta(days=1)),
        )
        await session.execute(delete(RateLimit))
