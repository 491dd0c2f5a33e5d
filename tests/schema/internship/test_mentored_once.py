"""Many at once: nobody is claimed twice for mentoring, in one unit or in many (J35, X12)."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from models import Base, Claim, ClaimLine, Destination, EndReason, LabourContract, Person, Status
from tests.factories.crowd import add_rows
from tests.factories.fact import AS_OF
from tests.factories.internship_scenario import to_decision
from tests.factories.mentoring_scenario import ENDED_ON, MentoringScenario
from tests.factories.rows import (
    a_bank_account,
    a_contribution,
    a_declaration,
    a_post,
    a_report,
    an_intern,
)
from tests.factories.sample import MANY
from tests.factories.story import story
from tests.factories.world import World, build_global_id
from tests.schema.kernel.test_once_only import CLAIM, one_winner


@story
async def mentored(world: World, tmp_path: Path) -> MentoringScenario:
    return await MentoringScenario(world, tmp_path).set_up()


async def mentoring_drafts(chain: MentoringScenario, count: int) -> list[Any]:
    account = await chain.add_bank_account(accountName=f"{chain.unit}有限公司")
    input = {"year": 2024, "bankAccountId": account["id"]}
    made = [
        chain.world.mutate("createMentoringClaim", input, chain.unit, CLAIM) for _ in range(count)
    ]
    return [result["claim"] for result in await asyncio.gather(*made)]


async def mentored_persons(world: World) -> list[Any]:
    """Check that held lines are those of claims that hold, and list whom they hold."""
    claims = {claim.id: claim.status for claim in await world.load_rows(Claim)}
    holding = [line for line in await world.load_rows(ClaimLine) if line.held]
    idle = (Status.DRAFT, Status.WITHDRAWN, Status.REFUSED)
    assert all(claims[line.claim_id] not in idle for line in holding)
    return [line.person_id for line in holding]


@pytest.mark.slow
async def test_j35_of_many_who_claim_the_same_retained_person_one_wins(
    mentored: MentoringScenario,
) -> None:
    await mentored.add_retained_interns(1)
    claims = await mentoring_drafts(mentored, MANY)
    do = mentored.world.mutate
    losers = await one_winner(*(do("submitClaim", to_decision(c), "unit", CLAIM) for c in claims))
    told = {(fault["reason"], *fault["path"][1:]) for lost in losers for fault in lost["faults"]}
    assert told == {("ALREADY_MENTORED", "lines", "0")}
    assert len(await mentored_persons(mentored.world)) == 1


async def a_rivals_claim(world: World, name: str, persons: Sequence[Person]) -> Any:
    """Let another unit have retained the same persons, all on file, and draft its claim."""
    unit = await world.add_unit(name)
    month, post, bank = date(2024, 12, 1), a_post(unit), a_bank_account(unit)
    over: dict[str, Any] = {
        "starts_on": month,
        "ends_on": ENDED_ON,
        "ended_on": ENDED_ON,
        "end_reason": EndReason.EMPLOYED,
        "destination": Destination.RETAINED,
    }
    interns = [an_intern(post, person, **over) for person in persons]
    code = {"employer_credit_code": unit.credit_code}
    facts = [fact for person in persons for fact in kept(person, code)]
    reports = [a_report(intern, month) for intern in interns]
    await add_rows(world, [a_declaration(unit)], [post], [bank], interns, reports, facts)
    account = build_global_id("BankAccount", bank.unit_id, bank.id)
    draft = {"year": 2024, "bankAccountId": account}
    return (await world.mutate("createMentoringClaim", draft, name, CLAIM))["claim"]


def kept(person: Person, code: dict[str, str]) -> list[Base]:
    contract = LabourContract(
        person_id=person.id,
        region=person.region,
        signed_on=ENDED_ON,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        open_ended=False,
        source="test",
        as_of=AS_OF,
        **code,
    )
    return [contract, a_contribution(person, date(2025, 1, 1), id=uuid4(), **code)]


@pytest.mark.slow
async def test_j35_of_many_units_that_claim_the_same_persons_at_once_one_wins(
    world: World,
) -> None:
    """Each sees its own lines alone: the database knows of all, and nobody waits for ever."""
    persons = [await world.add_person(number) for number in (1, 2)]
    names = [f"rival {number}" for number in range(8)]
    claims = {
        name: await a_rivals_claim(world, name, persons[:: (-1) ** n])
        for n, name in enumerate(names)
    }
    do = world.mutate
    losers = await one_winner(
        *(do("submitClaim", to_decision(claim), name, CLAIM) for name, claim in claims.items())
    )
    told = [[(f["reason"], f["path"][-1]) for f in lost["faults"]] for lost in losers]
    assert told == [[("ALREADY_MENTORED", "0"), ("ALREADY_MENTORED", "1")]] * 7
    assert sorted(await mentored_persons(world)) == sorted(person.id for person in persons)


async def test_j35_withdrawing_and_submitting_at_once_leaves_at_most_one_holder(
    mentored: MentoringScenario,
) -> None:
    await mentored.add_retained_interns(1)
    claims = await mentoring_drafts(mentored, 9)
    do, attempts = mentored.world.mutate, []
    for claim in claims:
        attempts += [
            do("submitClaim", to_decision(claim), "unit"),
            do("withdrawClaim", to_decision(claim), "unit"),
        ]
    results = await asyncio.gather(*attempts)
    assert {r["__typename"] for r in results} <= {"ClaimPayload", "Invalid", "StaleVersion"}
    assert len(await mentored_persons(mentored.world)) <= 1
