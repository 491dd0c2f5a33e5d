"""A person's internships over all units: twelve months, one unit at a time, once per unit (J23)."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import InternshipTerm, Role
from rules.kernel.month import add_months, compute_month_end
from tests.factories.internship_scenario import DECLARATION_DRAFT, InternshipScenario, to_decision
from tests.factories.refusal import assert_refused, try_mutation
from tests.factories.rows import NANGUAN_DISTRICT, an_id
from tests.factories.story import story
from tests.factories.world import World

AUTUMN = {"startsOn": "2024-08-01", "endsOn": "2024-11-30"}
WINTER = {"startsOn": "2024-12-01", "endsOn": "2025-03-31"}
SPRING = {"startsOn": "2025-04-01", "endsOn": "2025-08-31"}
TERMS = "WITH t AS (SELECT * FROM internship_term) SELECT count(*) FROM t"


async def ready(world: World, unit: str = "unit") -> InternshipScenario:
    chain = InternshipScenario(world, unit)
    await chain.approve_declaration()
    await chain.add_post()
    return chain


@story
async def two(world: World) -> tuple[InternshipScenario, InternshipScenario]:
    await world.add_unit("other")
    await world.add_person(1)
    return await ready(world), await ready(world, "other")


async def drafted(chain: InternshipScenario, **term: str) -> Any:
    return await chain.run_step("addIntern", chain.build_terms(1, **term), chain.unit, "intern")


async def submitted(chain: InternshipScenario, **term: str) -> Any:
    row = await drafted(chain, **term)
    return await chain.run_step("submitIntern", to_decision(row), chain.unit, "intern")


async def no(
    chain: InternshipScenario, mutation: str, row: Any, as_: str | None = None
) -> list[str]:
    found = await assert_refused(chain.world, mutation, to_decision(row), as_ or chain.unit)
    return [reason for reason, _ in found]


async def counted(world: World) -> dict[str, int]:
    """Add up the slots of each unit's terms."""
    names = {account.unit_id: name for name, account in world.accounts.items()}
    rows = await world.load_rows(InternshipTerm)
    return {names[row.unit_id]: sum(s.upper - s.lower for s in row.slots) for row in rows}


async def test_j23_the_months_of_all_units_add_up(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    here, there = two
    await submitted(here, **AUTUMN)
    await submitted(there, **WINTER)
    assert await counted(here.world) == {"unit": 120, "other": 120}
    await here.world.add_unit("third")
    third = await ready(here.world, "third")
    assert await no(third, "submitIntern", await drafted(third, **SPRING)) == ["TERM_USED_UP"]
    fits = SPRING | {"endsOn": "2025-07-31"}
    await submitted(third, **fits)
    assert sum((await counted(here.world)).values()) == 360


async def test_j23_one_unit_at_a_time_from_submission_on(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    here, there = two
    mine = await drafted(here, **AUTUMN)
    theirs = await drafted(there, **AUTUMN)
    await here.run_step("submitIntern", to_decision(mine), "unit", "intern")
    assert await no(there, "submitIntern", theirs) == ["TERM_OVERLAPS"]


async def test_j23_the_refusal_does_not_say_where_the_person_is(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    here, there = two
    await submitted(here, startsOn="2024-08-01", endsOn="2025-05-31")
    theirs = await drafted(there, **AUTUMN)
    for language in ("en", "zh"):
        answer = str(
            await try_mutation(there.world, "submitIntern", to_decision(theirs), "other", language)
        )
        assert "unit有限公司" not in answer
        assert "2025" not in answer
        assert str(an_id("unit", 6)) not in answer


@pytest.mark.parametrize(
    ("mutation", "who"), [("withdrawIntern", "unit"), ("refuseIntern", "officer")]
)
async def test_x1_withdrawn_and_refused_internships_do_not_count(
    two: tuple[InternshipScenario, InternshipScenario], mutation: str, who: str
) -> None:
    """J23, X1."""
    here, there = two
    mine = await submitted(here, **AUTUMN)
    more = {"reason": "材料不符"} if who == "officer" else {}
    await here.run_step(mutation, to_decision(mine) | more, who, "intern")
    await submitted(there, **AUTUMN)
    assert await counted(here.world) == {"unit": 0, "other": 120}


async def test_j23_a_returned_internship_still_counts_and_is_counted_anew_with_its_new_term(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    here, there = two
    mine = await submitted(here, **AUTUMN)
    back = to_decision(mine) | {"reason": "日期有误"}
    mine = await here.run_step("returnIntern", back, "officer", "intern")
    theirs = await drafted(there, startsOn="2024-11-01", endsOn="2025-02-28")
    assert await no(there, "submitIntern", theirs) == ["TERM_OVERLAPS"]
    terms = here.build_terms(1, startsOn="2024-08-01", endsOn="2024-10-31")
    change = {name: terms[name] for name in terms if name not in {"idNumber", "name"}}
    mine = await here.run_step("changeIntern", to_decision(mine) | change, "unit", "intern")
    await here.run_step("submitIntern", to_decision(mine), "unit", "intern")
    await there.run_step("submitIntern", to_decision(theirs), "other", "intern")
    assert await counted(here.world) == {"unit": 90, "other": 120}


async def test_j23_an_earlier_end_gives_the_rest_of_the_months_back(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    """J40: to another unit by reduction and a new intern, whose months add up."""
    here, there = two
    mine = await submitted(here, startsOn="2024-08-01", endsOn="2025-07-31")
    mine = await here.run_step("approveIntern", to_decision(mine), "officer", "intern")
    theirs = await drafted(there, **WINTER)
    assert await no(there, "submitIntern", theirs) == ["TERM_OVERLAPS", "TERM_USED_UP"]
    await here.approve_reduction(mine, "2024-11-15")
    await there.run_step("submitIntern", to_decision(theirs), "other", "intern")
    assert await counted(here.world) == {"unit": 105, "other": 120}


async def test_j23_an_internship_does_not_go_on_where_another_took_its_place(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    here, there = two
    mine = await submitted(here, startsOn="2024-08-01", endsOn="2025-07-31")
    mine = await here.run_step("approveIntern", to_decision(mine), "officer", "intern")
    ended = await here.approve_reduction(mine, "2024-11-30")
    await submitted(there, **WINTER)
    asked = to_decision(ended) | {"reason": "误操作"}
    found = await assert_refused(here.world, "revokeReduction", asked, "officer")
    assert [reason for reason, _ in found] == ["TERM_OVERLAPS", "TERM_USED_UP"]


async def test_j23_a_person_sees_their_own_terms_and_another_unit_none(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    """X10: only a decision about the person reads them, and then without saying whose they are."""
    here, _ = two
    await submitted(here, **AUTUMN)
    row = await here.world.add_account("self", Role.PERSON, person_id=an_id("person", 1))
    other = here.world.accounts["other"]

    async def seen(actor: Actor) -> int:
        async with AsyncSession(here.world.administration) as session:
            await set_rls_context(session, actor)
            return int((await session.execute(text(TERMS))).scalar_one())

    assert await seen(Actor(account=row.id, person=row.person_id)) == 1
    assert await seen(Actor(account=other.id, unit=other.unit_id)) == 0
    about = Actor(account=other.id, unit=other.unit_id).with_subjects(an_id("person", 1))
    assert await seen(about) == 1


async def all_at_once(*attempts: Any) -> tuple[list[Any], list[Any]]:
    results = await asyncio.gather(*attempts)
    won = [result for result in results if result["__typename"] == "InternPayload"]
    return won, [result for result in results if result not in won]


@pytest.mark.slow
async def test_j23_of_32_submissions_in_two_units_at_once_one_wins(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    here, _ = two
    rows = [(chain.unit, to_decision(await drafted(chain, **AUTUMN))) for chain in two]
    do = here.world.mutate
    attempts = [do("submitIntern", row, unit) for unit, row in rows * 16]
    won, lost = await all_at_once(*attempts)
    assert len(won) == 1
    told = {r["__typename"]: {f["reason"] for f in r.get("faults", [])} for r in lost}
    assert set(told) <= {"Invalid", "StaleVersion"}
    assert told["Invalid"] == {"TERM_OVERLAPS"}
    assert sorted((await counted(here.world)).values()) in ([120], [0, 120])


@pytest.mark.slow
async def test_j23_of_many_months_at_once_in_many_units_twelve_find_a_place(world: World) -> None:
    """16 units, each with a month of its own, each sent twice: as many win as there are months."""
    await world.add_person(1)
    attempts = []
    for n in range(16):
        await world.add_unit(f"u{n}")
        chain = await ready(world, f"u{n}")
        first = add_months(date(2024, 8, 1), n)
        agreed = "2024-07-15" if n < 12 else "2025-03-01"
        term = {"startsOn": f"{first}", "endsOn": f"{compute_month_end(first)}", "agreedOn": agreed}
        row = to_decision(await drafted(chain, **term))
        attempts += [world.mutate("submitIntern", row, chain.unit) for _ in range(2)]
    won, lost = await all_at_once(*attempts)
    told = {fault["reason"] for result in lost for fault in result.get("faults", [])}
    assert (len(won), told) == (12, {"TERM_USED_UP"})
    assert sum((await counted(world)).values()) == 360


async def written(world: World, unit: str, term: str, slots: str, number: int) -> None:
    """Write a term past the rule, as a program that forgot to ask would."""
    account = world.accounts[unit]
    statement = text(
        "INSERT INTO internship_term (unit_id, id, region, person_id, intern_id, term, slots, most)"
        " SELECT unit_id, :id, region, person_id, id, CAST(CAST(:term AS text) AS daterange),"
        " CAST(CAST(:slots AS text) AS int4multirange), 360 FROM intern WHERE unit_id = :unit"
    )
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, Actor(account=account.id, unit=account.unit_id))
        given = {"id": an_id("term", number), "term": term, "slots": slots}
        await session.execute(statement, given | {"unit": account.unit_id})


@pytest.mark.parametrize(
    ("term", "slots", "constraint"),
    [
        ("[2024-11-30,2025-01-01)", "{[200,230)}", "ex_internship_term_person_id_term"),
        ("[2024-12-01,2025-01-01)", "{[119,149)}", "ex_internship_term_person_id_slots"),
        ("[2024-12-01,2025-01-01)", "{[340,370)}", "ck_internship_term_within_the_most"),
        ("empty", "{[200,230)}", "ck_internship_term_takes_both_or_neither"),
    ],
)
async def test_j23_the_database_itself_keeps_it_across_units(
    two: tuple[InternshipScenario, InternshipScenario], term: str, slots: str, constraint: str
) -> None:
    here, there = two
    await submitted(here, **AUTUMN)
    await drafted(there, **WINTER)
    with pytest.raises(IntegrityError, match=constraint):
        await written(here.world, "other", term, slots, 1)
    await written(here.world, "other", "[2024-12-01,2025-01-01)", "{[120,150)}", 2)


async def test_j23_other_districts_count_as_well(world: World) -> None:
    await world.add_unit("far", NANGUAN_DISTRICT)
    await world.add_account("their officer", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    await world.add_person(1)
    here = await ready(world)
    await submitted(here, **AUTUMN)
    there = InternshipScenario(world, "far")
    row = await there.run_step("createDeclaration", DECLARATION_DRAFT, "far", "declaration")
    row = await there.run_step("submitDeclaration", to_decision(row), "far", "declaration")
    await there.run_step("approveDeclaration", to_decision(row), "their officer", "declaration")
    await there.add_post()
    assert await no(there, "submitIntern", await drafted(there, **AUTUMN)) == ["TERM_OVERLAPS"]
    theirs = await submitted(there, **WINTER)
    await there.run_step("approveIntern", to_decision(theirs), "their officer", "intern")


async def test_j38_an_intern_whose_months_are_claimed_is_not_let_go(
    two: tuple[InternshipScenario, InternshipScenario],
) -> None:
    """J23: else the person's time would be free for as much again, while this is paid."""
    here, _ = two
    mine = await submitted(here, startsOn="2024-08-01", endsOn="2025-07-31")
    mine = await here.run_step("approveIntern", to_decision(mine), "officer", "intern")
    for month in ("2024-08", "2024-09", "2024-10"):
        await here.approve_reports(month, mine)
    await here.submit_claim("2024-10")
    why = {"reason": "重新核实"}
    mine = await here.run_step("revokeIntern", to_decision(mine) | why, "officer", "intern")
    assert await no(here, "withdrawIntern", mine) == ["REPORT_HELD"]
    assert (await counted(here.world))["unit"] == 360
