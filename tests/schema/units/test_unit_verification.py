"""X18: whoever registers a unit reaches nobody, until an officer has seen who they are."""

from typing import Any

from models import History, Role, Unit
from tests.factories.refusal import assert_nothing_written, list_refusal_reasons
from tests.factories.rows import NANGUAN_DISTRICT, an_id_number
from tests.factories.stranger import (
    PASSWORD,
    a_unit_registration,
    ask_with_token,
    mutate_as_stranger,
    sign_in,
)
from tests.factories.world import INPUT_TYPES, REFUSAL_SELECTION, World
from tests.schema.kernel.test_once_only import one_winner

VIEWER = """{ viewer { unverified functions unit { id version name verifiedAt
  possibleActions { action allowed reason } } } }"""
UNITS = """{ units { edges { node { id version name verifiedAt
  possibleActions { action allowed reason } } } } }"""
VERIFIED = "... on UnitPayload { unit { id version verifiedAt } }"
DECLARED = """... on DeclarationPayload { declaration { id version status
  possibleActions { action reason } } }"""
DECLARATION: dict[str, Any] = {
    "plannedInterns": 2,
    "monthlyWage": "3000.00",
    "trainingPlan": "岗前培训两周。",
    "accidentInsurance": True,
    "staff": [{"name": "钱联系", "duty": "负责人", "mobile": "13812345678"}],
}
PROFILE: dict[str, Any] = {
    "legalPersonType": "ENTERPRISE",
    "legalRepresentative": "赵法人",
    "industry": "制造业",
    "address": "人民大街1号",
    "employees": 12,
    "contactName": "钱联系",
    "contactMobile": "13812345678",
}
PERSON = {"idNumber": an_id_number(1), "name": "见习生1"}


async def register(world: World) -> str:
    token: str = (await mutate_as_stranger(world, "registerUnit", a_unit_registration()))[
        "accessToken"
    ]
    return token


async def send(
    world: World, token: str, mutation: str, then: str = "", **given: Any
) -> dict[str, Any]:
    """Send a mutation with a token that was given out."""
    document = f"""mutation ($input: {INPUT_TYPES.get(mutation, "DecisionInput")}!) {{
      {mutation}(input: $input) {{ __typename {then} {REFUSAL_SELECTION} }} }}"""
    answer: dict[str, Any] = (await ask_with_token(world, token, document, input=given)).only
    return answer


async def verify(world: World, as_: str = "officer") -> Any:
    return await world.mutate("verifyUnit", await read_licence(world), as_, VERIFIED)


async def read_licence(world: World) -> dict[str, Any]:
    """Give what an officer enters of the one unit that is not verified."""
    (row,) = [row for row in await world.load_rows(Unit) if row.verified_at is None]
    nodes = [edge["node"] for edge in (await world.ask(UNITS, "officer")).only["edges"]]
    (unit,) = [each for each in nodes if each["name"] == row.name]
    return {"id": unit["id"], "version": unit["version"], "basis": "营业执照原件"}


async def test_x18_an_unverified_unit_reaches_no_person_and_is_told_what_to_do(
    world: World,
) -> None:
    token = await register(world)
    viewer = (await ask_with_token(world, token, VIEWER)).only
    assert viewer["unverified"] is True
    assert "LOOK_UP_PERSONS" not in viewer["functions"]
    async with assert_nothing_written(world):
        no = await send(world, token, "lookUpPerson", **PERSON)
    assert (no["__typename"], no["missing"]) == ("Forbidden", ["LOOK_UP_PERSONS"])
    assert "counter" in no["cure"]


async def test_x18_x4_it_drafts_a_declaration_and_submits_it_once_verified_in_one_session(
    world: World,
) -> None:
    token = await register(world)
    own = (await ask_with_token(world, token, VIEWER)).only["unit"]
    await send(world, token, "completeUnitProfile", id=own["id"], version=1, **PROFILE)
    draft = (await send(world, token, "createDeclaration", DECLARED, **DECLARATION))["declaration"]
    told = {one["action"]: one["reason"] for one in draft["possibleActions"]}
    assert told["SUBMIT"] == "UNIT_UNVERIFIED"
    decision = {"id": draft["id"], "version": draft["version"]}
    no = await send(world, token, "submitDeclaration", **decision)
    assert list_refusal_reasons(no) == [("UNIT_UNVERIFIED", "input")]
    done = await verify(world)
    assert done["unit"]["verifiedAt"]
    again = await send(world, token, "submitDeclaration", **decision)
    assert "UNIT_UNVERIFIED" not in str(again)
    viewer = (await ask_with_token(world, token, VIEWER)).only
    assert viewer["unverified"] is False
    assert "LOOK_UP_PERSONS" in viewer["functions"]


async def test_x18_a_session_that_begins_later_knows_it_without_asking(world: World) -> None:
    await register(world)
    await verify(world)
    session = await sign_in(world, "unit-50", PASSWORD)
    claims = world.service.tokens.read_access_token(session["accessToken"], world.service.now())
    assert claims is not None
    assert claims.verified
    again = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )
    claims = world.service.tokens.read_access_token(again["accessToken"], world.service.now())
    assert claims is not None
    assert claims.verified


async def test_x18_x17_the_counter_is_no_way_around(world: World) -> None:
    await register(world)
    (row,) = [row for row in await world.load_rows(Unit) if row.verified_at is None]
    nodes = [edge["node"] for edge in (await world.ask(UNITS, "officer")).only["edges"]]
    (unit,) = [each["id"] for each in nodes if each["name"] == row.name]
    no = await world.mutate("lookUpPerson", PERSON, "officer", behalf=unit)
    assert (no["__typename"], no["missing"]) == ("Forbidden", ["LOOK_UP_PERSONS"])


async def test_x18_x9_who_verified_it_and_on_what_word_is_remembered(world: World) -> None:
    await register(world)
    await verify(world)
    (entry,) = [row for row in await world.load_rows(History) if row.action == "VERIFY"]
    assert (entry.account_name, entry.reason) == ("officer account", "营业执照原件")


async def test_x18_nobody_else_verifies_a_unit_and_nobody_twice(world: World) -> None:
    token = await register(world)
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    assert list_refusal_reasons(await verify(world, "elsewhere")) == [("NOT_FOUND", "input.id")]
    assert (await verify(world, "unit"))["__typename"] == "Forbidden"
    own = (await ask_with_token(world, token, VIEWER)).only["unit"]
    given = {"id": own["id"], "version": own["version"], "basis": "自报"}
    assert (await send(world, token, "verifyUnit", **given))["__typename"] == "Forbidden"
    done = (await verify(world))["unit"]
    again = {"id": done["id"], "version": done["version"], "basis": "营业执照原件"}
    no = await world.mutate("verifyUnit", again, "officer")
    assert list_refusal_reasons(no) == [("UNIT_VERIFIED", "input")]


async def test_x18_of_officers_who_verify_a_unit_at_once_one_does(world: World) -> None:
    await register(world)
    given = await read_licence(world)
    told = await one_winner(*(world.mutate("verifyUnit", given, "officer") for _ in range(4)))
    assert {no["__typename"] for no in told} == {"StaleVersion"}
