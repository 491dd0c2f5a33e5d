"""X14: the same person across programmes: what officers see, what applicants learn, who wins."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import (
    BankAccount,
    Base,
    Claim,
    ClaimLine,
    Intern,
    Parameter,
    ParameterStatus,
    Person,
    Role,
    Unit,
)
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import NANGUAN_DISTRICT, an_id
from tests.factories.story import story
from tests.factories.world import World
from tests.schema.internship.test_mentored_once import a_rivals_claim
from tests.schema.kernel.test_once_only import one_winner

CLAIM = "... on ClaimPayload { claim { id version status lines { id version amount } } }"
BENEFITS = """query ($id: ID!) { node(id: $id) { ... on Claim { lines {
  otherBenefits { kind month year status state amount unitName } } } } }"""
OF_INTERN = """query ($id: ID!) { node(id: $id) { ... on Intern {
  otherBenefits { kind month year status state amount unitName } } } }"""
MONTHS = ("2024-08", "2024-09", "2024-10")


def forbidding(value: str) -> Parameter:
    return Parameter(
        id=an_id("parameter", value),
        key="combination.forbidden",
        region="220000",
        value=value,
        unit="pairs",
        effective_from=date(2020, 1, 1),
        source="测试",
        confirmed=True,
        status=ParameterStatus.APPROVED,
        decided_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


@story
async def chain(world: World) -> InternshipScenario:
    """A unit that may claim the living allowance of the person whom another mentored."""
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    intern = await made.approve_intern(1)
    for month in MONTHS:
        await made.approve_reports(month, intern)
    await made.confirm_parameters()
    return made


async def rival(world: World, name: str = "rival") -> Any:
    persons = await world.load_rows(Person)
    return await a_rivals_claim(world, name, persons)


async def benefits(world: World, claim: Any, who: str) -> Any:
    (line,) = (await world.ask(BENEFITS, who, id=claim["id"])).only["lines"]
    return line["otherBenefits"]


async def test_x14_an_officer_sees_what_else_the_person_receives_once_it_is_claimed(
    chain: InternshipScenario,
) -> None:
    world, theirs = chain.world, await rival(chain.world)
    claim = await chain.submit_claim("2024-10")
    assert await benefits(world, claim, "officer") == []  # a draft is nobody's business
    sent = await world.mutate("submitClaim", to_decision(theirs), "rival", CLAIM)
    assert sent["__typename"] == "ClaimPayload", sent
    (seen,) = await benefits(world, claim, "officer")
    assert seen == {
        "kind": "MENTORING",
        "month": None,
        "year": 2024,
        "status": "SUBMITTED",
        "state": "OPEN",
        "amount": "2000.00",
        "unitName": "rival有限公司",
    }


async def test_x14_a_unit_of_another_region_stays_unnamed(chain: InternshipScenario) -> None:
    world, theirs = chain.world, await rival(chain.world)
    await world.mutate("submitClaim", to_decision(theirs), "rival", CLAIM)
    claim = await chain.submit_claim("2024-10")
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    rows = await world.load_rows(Unit)
    (moved,) = [unit for unit in rows if unit.name == "rival有限公司"]
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, Actor(see=("0", "9"), act=("0", "9")))
        (await session.get_one(Unit, moved.id)).region = NANGUAN_DISTRICT
    (seen,) = await benefits(world, claim, "officer")
    assert (seen["kind"], seen["unitName"]) == ("MENTORING", "***")
    interns = (await world.ask("{ interns { edges { node { id } } } }", "elsewhere")).only
    id_ = interns["edges"][0]["node"]["id"]
    found = (await world.ask(OF_INTERN, "elsewhere", id=id_)).only["otherBenefits"]
    assert [(b["kind"], b["unitName"]) for b in found] == [
        ("MENTORING", "rival有限公司"),
        ("LIVING_ALLOWANCE", "***"),
    ]


@pytest.mark.parametrize("who", ["unit", "rival"])
async def test_x14_a_unit_may_not_ask_what_else_a_person_receives(
    chain: InternshipScenario, who: str
) -> None:
    await rival(chain.world)
    claim = await chain.submit_claim("2024-10")
    answer = await chain.world.ask(BENEFITS, who, id=claim["id"])
    if who == "unit":
        assert answer.errors[0]["extensions"]["code"] == "FORBIDDEN"
    assert "MENTORING" not in str(answer.body)


async def test_x14_a_forbidden_combination_is_refused_and_the_unit_learns_no_more(
    chain: InternshipScenario,
) -> None:
    world, theirs = chain.world, await rival(chain.world)
    await world.add_rows(forbidding("LIVING_ALLOWANCE+MENTORING"))
    await world.mutate("submitClaim", to_decision(theirs), "rival", CLAIM)
    draft = await chain.draft_claim("2024-10")
    said = await world.mutate("submitClaim", to_decision(draft), "unit")
    (fault,) = said["faults"]
    assert (fault["reason"], fault["path"]) == ("BENEFIT_CONFLICT", ["input", "lines", "0"])
    assert not {"MENTORING", "rival", "2024", "带教"} & set(str(said).replace("'", " ").split())
    (row,) = [claim for claim in await world.load_rows(Claim) if claim.month]
    assert row.status == "DRAFT"


async def test_x14_what_was_forbidden_since_is_told_to_the_reviewer_with_its_kind(
    chain: InternshipScenario,
) -> None:
    world, theirs = chain.world, await rival(chain.world)
    await world.mutate("submitClaim", to_decision(theirs), "rival", CLAIM)
    claim = await chain.submit_claim("2024-10")
    await world.add_rows(forbidding("LIVING_ALLOWANCE+MENTORING"))
    said = await world.mutate("approveClaim", claim, "officer")
    (fault,) = said["faults"]
    assert fault["reason"] == "COMBINATION_FORBIDDEN"
    assert "mentoring subsidy 2024" in fault["message"]


async def test_x14_what_was_withdrawn_stands_against_nothing(chain: InternshipScenario) -> None:
    world, theirs = chain.world, await rival(chain.world)
    await world.add_rows(forbidding("LIVING_ALLOWANCE+MENTORING"))
    sent = await world.mutate("submitClaim", to_decision(theirs), "rival", CLAIM)
    gone = await world.mutate("withdrawClaim", to_decision(sent["claim"]), "rival")
    assert gone["__typename"] == "ClaimPayload"
    await chain.submit_claim("2024-10")


async def test_x14_of_units_that_claim_forbidden_kinds_at_once_exactly_one_passes(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    await world.add_rows(forbidding("LIVING_ALLOWANCE+MENTORING,MENTORING+MENTORING"))
    persons = await world.load_rows(Person)
    names = [f"rival {number}" for number in range(6)]
    drafts = {name: await a_rivals_claim(world, name, persons) for name in names}
    drafts["unit"] = await chain.draft_claim("2024-10")
    losers = await one_winner(
        *(world.mutate("submitClaim", to_decision(claim), name) for name, claim in drafts.items())
    )
    assert {fault["reason"] for lost in losers for fault in lost["faults"]} == {"BENEFIT_CONFLICT"}
    assert len({line.claim_id for line in await world.load_rows(ClaimLine) if line.held}) == 1


async def test_x14_judging_persons_in_opposite_orders_blocks_nobody(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    await world.add_rows(forbidding("MENTORING+MENTORING"))
    persons = [*await world.load_rows(Person), *[await world.add_person(n) for n in range(2, 6)]]
    names = [f"rival {number}" for number in range(8)]
    drafts = {
        name: await a_rivals_claim(world, name, persons[:: (-1) ** n])
        for n, name in enumerate(names)
    }
    await one_winner(
        *(world.mutate("submitClaim", to_decision(c), name) for name, c in drafts.items())
    )


async def test_x10_a_decision_about_a_person_opens_their_claimed_lines_and_nothing_else(
    chain: InternshipScenario,
) -> None:
    world, theirs = chain.world, await rival(chain.world)
    (person,) = await world.load_rows(Person)
    own = world.accounts["unit"].unit_id
    actor = Actor(unit=own).with_subjects(person.id)

    async def others(table: type[Base]) -> int:
        async with AsyncSession(world.administration) as session:
            await set_rls_context(session, actor)
            rows = (await session.scalars(select(table))).all()
            return sum(getattr(row, "unit_id", own) != own for row in rows)

    assert [await others(table) for table in (ClaimLine, Claim, Intern, BankAccount)] == [0] * 4
    await world.mutate("submitClaim", to_decision(theirs), "rival", CLAIM)
    found = await asyncio.gather(*(others(t) for t in (ClaimLine, Claim, Intern, BankAccount)))
    assert found == [1, 0, 0, 0]
