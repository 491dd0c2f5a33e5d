"""X11: personal data is looked at with a reason, and that it was is put down."""

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import DeclarationStaff, History, Person, Request, Role, Unit, Unmasking
from resolvers.kernel.rate_limit import UNMASK_LIMIT
from tests.factories.internship_scenario import ACCOUNT_DRAFT, InternshipScenario
from tests.factories.rows import CHENGDU_DISTRICT, NANGUAN_DISTRICT, NATIONWIDE_ACTOR, an_id_number
from tests.factories.story import story
from tests.factories.world import World, build_global_id
from tests.house.test_privacy import log as captured_log

SHOWN = """... on UnmaskingPayload { unmasking { id fields reason accountName region recordId }
  values { field value } }"""
LIST = "{ unmaskings { totalCount edges { node { recordId fields reason accountName } } } }"
captured = captured_log


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    await world.add_account("auditor", Role.AUDITOR, "220100")
    return made


async def look(world: World, id: str, *fields: str, who: str = "officer", **more: Any) -> Any:
    input = {"id": id, "fields": [*fields], "reason": "电话核实身份"}
    return await world.mutate("unmask", input, who, SHOWN, **more)


def values(result: Any) -> dict[str, Any]:
    assert result["__typename"] == "UnmaskingPayload", result
    return {shown["field"]: shown["value"] for shown in result["values"]}


async def test_x11_an_officer_sees_a_card_number_for_a_reason_and_it_is_put_down(
    chain: InternshipScenario,
) -> None:
    account = await chain.add_bank_account()
    shown = await look(chain.world, account["id"], "CARD_NUMBER")
    assert values(shown) == {"CARD_NUMBER": ACCOUNT_DRAFT["number"]}
    (entry,) = await chain.world.load_rows(Unmasking)
    assert (entry.fields, entry.reason) == (["CARD_NUMBER"], "电话核实身份")
    (step,) = [row for row in await chain.world.load_rows(History) if row.action == "UNMASK"]
    assert (step.record, step.reason) == ("BankAccount", "电话核实身份")
    assert step.changes == {"unmasked": ["", "CARD_NUMBER"]}


async def test_x11_an_interns_number_is_shown_also_of_who_lives_elsewhere(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    number = an_id_number(1, region=CHENGDU_DISTRICT)
    await world.add_person(1, region=CHENGDU_DISTRICT)
    terms = chain.build_terms(1, idNumber=number)
    intern = await chain.run_step("addIntern", terms, "unit", "intern")
    assert values(await look(world, intern["id"], "ID_NUMBER", "MOBILE")) == {
        "ID_NUMBER": number,
        "MOBILE": None,
    }


async def test_x11_a_staff_members_mobile_is_shown(chain: InternshipScenario) -> None:
    (row,) = await chain.world.load_rows(DeclarationStaff)
    id_ = build_global_id("DeclarationStaff", row.unit_id, row.id)
    assert values(await look(chain.world, id_, "MOBILE")) == {"MOBILE": "13800005678"}


async def test_x11_a_value_goes_to_no_log_no_history_and_no_remembered_answer(
    chain: InternshipScenario, captured: io.StringIO
) -> None:
    account = await chain.add_bank_account()
    await look(chain.world, account["id"], "CARD_NUMBER", key="unmask-once-1")
    kept = [
        vars(row) for t in (Unmasking, History, Request) for row in await chain.world.load_rows(t)
    ]
    assert str(ACCOUNT_DRAFT["number"]) not in str(kept)
    assert str(ACCOUNT_DRAFT["number"]) not in captured.getvalue()


async def test_x12_sent_again_it_is_put_down_once_and_shown_for_ten_minutes(
    chain: InternshipScenario,
) -> None:
    world, account = chain.world, await chain.add_bank_account()
    key = "unmask-twice-2"
    first = await look(world, account["id"], "CARD_NUMBER", key=key)
    assert await look(world, account["id"], "CARD_NUMBER", key=key) == first
    assert len(await world.load_rows(Unmasking)) == 1
    world.clock.now += timedelta(minutes=11)
    later = await look(world, account["id"], "CARD_NUMBER", key=key)
    assert (later["unmasking"], later["values"]) == (first["unmasking"], [])


@pytest.mark.parametrize("who", ["unit", "auditor", "city"])
async def test_x11_who_lacks_the_function_sees_nothing(chain: InternshipScenario, who: str) -> None:
    account = await chain.add_bank_account()
    shown = await look(chain.world, account["id"], "CARD_NUMBER", who=who)
    assert (shown["__typename"], shown["missing"]) == ("Forbidden", ["UNMASK_PERSONAL_DATA"])


async def test_x10_a_record_of_another_region_does_not_exist(chain: InternshipScenario) -> None:
    account = await chain.add_bank_account()
    await chain.world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    shown = await look(chain.world, account["id"], "CARD_NUMBER", who="elsewhere")
    assert (shown["__typename"], shown["reason"]) == ("Refusal", "NOT_FOUND")
    assert await chain.world.load_rows(Unmasking) == []


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ((), [("LIST_EMPTY", ["input", "fields"])]),
        (("MOBILE",), [("FIELD_NOT_KEPT", ["input", "fields", "0"])]),
        (("CARD_NUMBER", "ID_NUMBER"), [("FIELD_NOT_KEPT", ["input", "fields", "1"])]),
    ],
)
async def test_x11_only_what_a_record_keeps_can_be_asked_for(
    chain: InternshipScenario, fields: tuple[str, ...], faults: list[Any]
) -> None:
    account = await chain.add_bank_account()
    shown = await look(chain.world, account["id"], *fields)
    assert [(fault["reason"], fault["path"]) for fault in shown["faults"]] == faults
    assert await chain.world.load_rows(Unmasking) == []


async def test_x11_auditors_see_who_looked_at_what_and_why_and_units_do_not(
    chain: InternshipScenario,
) -> None:
    world, account = chain.world, await chain.add_bank_account()
    await look(world, account["id"], "CARD_NUMBER")
    seen = (await world.ask(LIST, "auditor")).only
    assert seen["totalCount"] == 1
    assert seen["edges"][0]["node"] == {
        "recordId": account["id"],
        "fields": ["CARD_NUMBER"],
        "reason": "电话核实身份",
        "accountName": "officer account",
    }
    assert (await world.ask(LIST, "unit")).only["totalCount"] == 0


async def test_x11_looking_is_limited(chain: InternshipScenario) -> None:
    account = await chain.add_bank_account()
    for _ in range(UNMASK_LIMIT.tries):
        await look(chain.world, account["id"], "CARD_NUMBER")
    shown = await look(chain.world, account["id"], "CARD_NUMBER")
    assert shown["reason"] == "TOO_MANY_TRIES"
    assert len(await chain.world.load_rows(Unmasking)) == UNMASK_LIMIT.tries


async def test_x11_a_persons_and_a_units_own_numbers_are_shown(chain: InternshipScenario) -> None:
    world = chain.world
    await world.add_person(7)
    (person,) = [row for row in await world.load_rows(Person) if row.name == "见习生7"]
    id_ = build_global_id("Person", person.id)
    assert values(await look(world, id_, "ID_NUMBER")) == {"ID_NUMBER": an_id_number(7)}
    (unit,) = await world.load_rows(Unit)
    shown = values(await look(world, build_global_id("Unit", unit.id), "REPRESENTATIVE_ID"))
    assert shown == {"REPRESENTATIVE_ID": None}


async def test_x11_a_number_exchanged_for_anothers_is_not_shown_under_the_wrong_name(
    chain: InternshipScenario,
) -> None:
    one, other = await chain.world.add_person(71), await chain.world.add_person(72)
    async with AsyncSession(chain.world.service.writes) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        own = update(Person).where(Person.id == one.id)
        await session.execute(own.values(id_number_sealed=other.id_number_sealed))
    input = {"id": build_global_id("Person", one.id), "fields": ["ID_NUMBER"], "reason": "核对"}
    shown = await chain.world.ask(
        f"mutation($input: UnmaskInput!) {{ unmask(input: $input) {{ __typename {SHOWN} }} }}",
        "officer",
        input=input,
    )
    (told,) = shown.body["errors"]
    assert told["extensions"]["code"] == "REFUSED"
    assert "not what was entered" in told["message"]
    assert an_id_number(72) not in str(shown.body)
