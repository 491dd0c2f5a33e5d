"""Where one area's rules meet another's: what neither area's own tests can tell."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import BoardPush, FactKind, Intern, Person, Post, Unit
from rules.kernel.month import list_months
from tests.factories.crowd import add_approved_reports
from tests.factories.fact import load_fact_file, write_csv_lines
from tests.factories.internship_scenario import POST_DRAFT, InternshipScenario, to_decision
from tests.factories.mentoring_scenario import ENDED_ON, MentoringScenario
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.rows import NATIONWIDE_ACTOR, an_id_number
from tests.factories.story import story
from tests.factories.stranger import (
    a_person_registration,
    ask_with_token,
    mutate_as_stranger,
    register_proved_person,
)
from tests.factories.world import World
from tests.schema.accounts.test_account_person import mine
from tests.schema.internship.test_change_request import STANDING, Changing, unit_id
from tests.schema.internship.test_mentoring import draft, move, submitted, year_of
from tests.schema.internship.test_post import reviewed_posts

PERSONS = "公民身份号码,姓名,学历,毕业院校,毕业日期"
REASON = {"reason": "材料有误"}


@story
async def chain(world: World, tmp_path: Path) -> MentoringScenario:
    return await MentoringScenario(world, tmp_path).set_up()


async def retained(chain: MentoringScenario, number: int) -> tuple[Any, Any]:
    """Let an intern's own reduction say that the unit keeps them, with all that proves it."""
    intern = await chain.approve_intern(number, endsOn=ENDED_ON.isoformat())
    (row,) = await chain.world.load_rows(Intern)
    months = list_months(date(2024, 8, 1), ENDED_ON)
    await add_approved_reports(chain.world, [{"row": row}], months)
    here = {"destination": "RETAINED"}
    reduction = await chain.submit_reduction(intern, ENDED_ON.isoformat(), employed=here)
    reduction = await chain.run_step(
        "approveReduction", to_decision(reduction), "officer", "reduction"
    )
    await chain.load_contracts(number)
    await chain.load_contributions(number)
    return intern, reduction


async def test_j20_j34_whom_an_approved_reduction_names_as_retained_can_be_claimed(
    chain: MentoringScenario,
) -> None:
    """J23, X15: and the reduction stands for as long as the claim counts on it."""
    _, reduction = await retained(chain, 1)
    year = await year_of(chain)
    assert [(c["retained"], c["amount"]) for c in year["candidates"]] == [(True, "2000.00")]
    claim = await submitted(chain)
    revoked = to_decision(reduction) | REASON
    assert await assert_refused(chain.world, "revokeReduction", revoked, "officer") == [
        ("END_CLAIMED", "input")
    ]
    await move(chain, "withdrawClaim", await move(chain, "returnClaim", claim, **REASON), "unit")
    await chain.run_step("revokeReduction", revoked, "officer", "reduction")
    assert (await year_of(chain))["candidates"][0]["retained"] is False


async def test_j16_j36_a_person_is_told_for_which_year_they_were_claimed(
    chain: MentoringScenario,
) -> None:
    await chain.add_retained_interns(1)
    await submitted(chain)
    token = await register_proved_person(chain.world)
    (line,) = await mine(chain.world, token)
    assert (line["kind"], line["month"], line["year"]) == ("MENTORING", None, 2024)


async def test_x19_a_year_s_mentoring_is_claimed_for_some_time_after_the_declaration_s_end(
    chain: MentoringScenario,
) -> None:
    await chain.add_retained_interns(1)
    query = "{ declarations { edges { node { id version } } } }"
    ((edge),) = (await chain.world.ask(query, "unit")).only["edges"]
    end = {"endedOn": "2025-01-31", "kind": "STATUS_LOST", "reason": "资格取消"}
    await chain.run_step("endDeclaration", edge["node"] | end, "officer", "declaration")
    claim = (await draft(chain))["claim"]
    chain.world.clock.now += timedelta(days=90)
    told = await move(chain, "submitClaim", claim, "unit")
    assert list_refusal_reasons(told) == [("CLAIM_TOO_LATE", "input")]
    assert list_refusal_reasons(await draft(chain)) == [("CLAIM_TOO_LATE", "input")]
    await chain.approve_declaration()  # another opens nothing that is closed (J7)
    told = await move(chain, "submitClaim", claim, "unit")
    assert list_refusal_reasons(told) == [("CLAIM_TOO_LATE", "input.lines.0")]
    assert list_refusal_reasons(await draft(chain)) == [("CLAIM_TOO_LATE", "input")]


async def test_j12_x16_a_change_that_was_approved_by_request_is_told_to_the_board(
    world: World,
) -> None:
    chain = Changing(world)
    chain.declaration = await chain.approve_declaration()
    await reviewed_posts(world)
    await chain.add_post()
    row = await chain.sent("post", to_decision(chain.post) | POST_DRAFT | {"headcount": 8})
    assert len(await world.load_rows(BoardPush)) == 1, "the old values stand until the approval"
    await chain.run_step("approveChangeRequest", to_decision(row), "officer", "changeRequest")
    post = await chain.one(Post)
    first, second = sorted(await world.load_rows(BoardPush), key=lambda push: push.post_version)
    assert (second.post_version, second.content["headcount"]) == (post.version, 8)
    assert first.post_version == chain.post["version"]


async def test_j12_x16_a_request_outlives_the_time_in_which_its_post_is_withheld(
    world: World,
) -> None:
    chain = Changing(world)
    chain.declaration = await chain.approve_declaration()
    await reviewed_posts(world)
    await chain.add_post()
    row = await chain.sent("post", to_decision(chain.post) | POST_DRAFT | {"headcount": 8})
    declaration = to_decision(chain.declaration) | REASON
    declaration = await chain.run_step("revokeDeclaration", declaration, "officer", "declaration")
    assert await assert_refused(world, "approveChangeRequest", to_decision(row), "officer") == [
        ("DECLARATION_NOT_APPROVED", "input")
    ]
    for mutation, who in (("submitDeclaration", "unit"), ("approveDeclaration", "officer")):
        declaration = await chain.run_step(mutation, to_decision(declaration), who, "declaration")
    await chain.run_step("approveChangeRequest", to_decision(row), "officer", "changeRequest")
    pushes = sorted(await world.load_rows(BoardPush), key=lambda push: push.post_version)
    assert [push.announcement for push in pushes] == ["SHOW", "WITHDRAW", "SHOW", "SHOW"]
    assert pushes[-1].content["headcount"] == 8


async def test_x16_x19_a_unit_s_standing_changes_by_request_also_after_the_declaration_s_end(
    world: World,
) -> None:
    chain = Changing(world)
    declaration = to_decision(await chain.approve_declaration())
    end = {"endedOn": "2025-01-31", "kind": "DEREGISTERED", "reason": "已注销"}
    await chain.run_step("endDeclaration", declaration | end, "officer", "declaration")
    unit = await chain.one(Unit)
    values = {"id": await unit_id(chain), "version": unit.version} | STANDING
    contact = {"contactName": "钱联系", "contactMobile": "13900001111"}
    asked = values | contact | {"legalRepresentative": "李新任"}
    assert await assert_refused(world, "completeUnitProfile", asked, "unit") == [
        ("CHANGE_BY_REQUEST", "input.legalRepresentative")
    ]


@pytest.mark.parametrize("name", ["赵法人", "李新任"])
async def test_j1_x16_a_new_representative_does_not_inherit_the_old_one_s_numbers(
    world: World, name: str
) -> None:
    chain = Changing(world)
    await chain.approve_declaration()
    unit = await chain.one(Unit)
    numbers = {"representative_id_masked": "220102********0012", "representative_id_index": b"-"}
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        representative = numbers | {"legal_representative": "赵法人"}
        await session.execute(update(Unit).values(representative))
    asked = {"id": await unit_id(chain), "version": unit.version} | STANDING
    await chain.changed("unit", asked | {"legalRepresentative": name, "employees": 99})
    row = await chain.one(Unit)
    kept = (row.representative_id_masked, row.representative_id_index)
    assert row.legal_representative == name
    assert kept == (tuple(numbers.values()) if name == "赵法人" else (None, None))


async def test_j16_x13_who_came_on_file_by_a_file_registers_and_becomes_that_same_person(
    world: World, tmp_path: Path
) -> None:
    number = an_id_number(7)
    path = write_csv_lines(
        tmp_path / "persons.csv", PERSONS, f"{number},见习生7,本科,吉林大学,2024-06-30"
    )
    await load_fact_file(world.service, path, FactKind.PERSON)
    (on_file,) = await world.load_rows(Person)
    query = "{ viewer { person { name mobileMasked school } } }"
    told = await mutate_as_stranger(
        world, "registerPerson", a_person_registration(7, account="second-7")
    )
    assert (await ask_with_token(world, told["accessToken"], query)).only["person"] is None
    token = await register_proved_person(world, 7)
    found = (await ask_with_token(world, token, query)).only["person"]
    assert (found["name"], found["mobileMasked"]) == ("见习生7", "139****5678")
    assert found["school"] == "吉林大学"
    (row,) = await world.load_rows(Person)
    assert (row.id, row.region, row.source) == (on_file.id, on_file.region, "社保局")


async def test_j16_x13_a_file_tells_of_who_registered_and_completes_nothing_in_their_place(
    world: World, tmp_path: Path
) -> None:
    """A file that comes after the registration finds the person, and adds nobody."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    told = await mutate_as_stranger(world, "registerPerson", a_person_registration(7))
    assert told["__typename"] == "SessionPayload", told
    row = f"{an_id_number(7)},见习生7,本科,吉林大学,2024-06-30"
    await load_fact_file(
        world.service, write_csv_lines(tmp_path / "p.csv", PERSONS, row), FactKind.PERSON
    )
    (person,) = await world.load_rows(Person)
    assert (person.school, person.mobile_masked) == ("吉林大学", "139****5678")
    assert await assert_refused(world, "addIntern", chain.build_terms(7), "unit") == [
        ("PERSON_NOT_ON_FILE", "input.idNumber")
    ]
