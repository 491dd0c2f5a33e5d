import asyncio
from datetime import timedelta
from typing import Any

from models import Role
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import an_id_number
from tests.factories.world import NOW, World, build_global_id

FOUND = "... on PersonPayload { person { id name idNumberMasked } }"
NUMBER, NAME = an_id_number(1), "见习生1"
NO = [("PERSON_NOT_ON_FILE", "input.idNumber")]
INFORMATION = {
    "mobile": "13912345678",
    "region": "220104",
    "education": "BACHELOR",
    "school": "吉林大学",
    "graduatedOn": "2024-06-30",
}


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


async def look_up(world: World, number: str = NUMBER, name: str = NAME, as_: str = "unit") -> Any:
    return await world.mutate("lookUpPerson", {"idNumber": number, "name": name}, as_, FOUND)


async def test_j15_x18_a_person_is_found_by_full_number_and_name_however_typed(
    world: World,
) -> None:
    digit = next(n for n in range(1, 200) if an_id_number(n).endswith("X"))
    number, name = an_id_number(digit), f"见习生{digit}"
    await world.add_person(digit)
    for typed in (number, wide(number), f" {number}\n", number.lower(), f"\u202d{number}"):
        result = await look_up(world, typed, f"　{name} ")
        assert result["person"]["name"] == name
        assert result["person"]["idNumberMasked"] == f"22{'*' * 15}{number[-1]}"


async def test_j15_a_wrong_name_an_unknown_number_and_an_incomplete_person_answer_alike(
    world: World,
) -> None:
    """J15, J16: byte for byte, so that nobody learns who is on file."""
    await world.add_person(1)
    await world.add_person(2, completed_at=None)
    asked = (
        {"idNumber": NUMBER, "name": "别人"},
        {"idNumber": an_id_number(9), "name": "见习生9"},
        {"idNumber": an_id_number(2), "name": "见习生2"},
        {"idNumber": an_id_number(2), "name": "别人"},
    )
    for language in ("zh", "en"):
        answers = [
            await try_mutation(world, "lookUpPerson", each, "unit", language) for each in asked
        ]
        assert all(answer == answers[0] for answer in answers)
        assert list_refusal_reasons(answers[0]) == NO
    assert "个人网厅" in (await try_mutation(world, "lookUpPerson", asked[0], "unit", "zh"))["cure"]


async def test_j15_a_part_of_a_name_finds_nobody(world: World) -> None:
    await world.add_person(1)
    for name in ("见习", "见习生", "见习生11", "%", "见习生_", "习生1"):
        asked = {"idNumber": NUMBER, "name": name}
        assert await assert_refused(world, "lookUpPerson", asked, "unit") == NO


async def test_x18_a_number_that_cannot_be_is_refused_and_not_repeated(world: World) -> None:
    for number, reason in (
        (NUMBER[:15], "ID_NUMBER_15_DIGITS"),
        (NUMBER[:17], "ID_NUMBER_MALFORMED"),
        (NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2"), "ID_NUMBER_CHECKSUM"),
        ("99" + NUMBER[2:10] + "%", "ID_NUMBER_MALFORMED"),
        ("", "ID_NUMBER_MALFORMED"),
        ("220104203005040018", "ID_NUMBER_CHECKSUM"),
    ):
        asked = {"idNumber": number, "name": ""}
        assert await assert_refused(world, "lookUpPerson", asked, "unit") == [
            (reason, "input.idNumber"),
            ("TEXT_EMPTY", "input.name"),
        ]
        answer = await try_mutation(world, "lookUpPerson", asked, "unit")
        assert not number or number not in str(answer)


async def test_j15_look_ups_are_limited_for_each_account(world: World) -> None:
    """J15: whatever was found counts, and the next window begins anew."""
    await world.add_unit("other")
    for _ in range(LOOK_UP_LIMIT.tries):
        assert list_refusal_reasons(await look_up(world)) == NO
    await world.add_person(1)
    result = await look_up(world)
    assert list_refusal_reasons(result) == [("TOO_MANY_TRIES", "")]
    assert "600" in result["cure"] or "601" in result["cure"]
    days = {"agreedOn": "2024-07-15", "startsOn": "2024-08-01", "endsOn": "2025-07-31"}
    intern = {"idNumber": NUMBER, "name": NAME, "postId": "x", "category": "GRADUATE"} | days
    assert (
        list_refusal_reasons(await try_mutation(world, "addIntern", intern, "unit"))[0][0]
        == "TOO_MANY_TRIES"
    )
    assert (await look_up(world, as_="other"))["__typename"] == "PersonPayload"
    world.clock.now += timedelta(days=1)
    result = await look_up(world)
    world.clock.now += LOOK_UP_LIMIT.window
    assert (await look_up(world))["__typename"] == "PersonPayload"


async def test_j15_many_look_ups_at_once_are_all_answered(world: World) -> None:
    """J15: more of them than the pool has connections."""
    await world.add_person(1)
    results = await asyncio.gather(*(look_up(world) for _ in range(48)))
    assert {result["__typename"] for result in results} == {"PersonPayload"}


async def test_s1_nobody_but_units_looks_persons_up(world: World) -> None:
    asked = {"idNumber": NUMBER, "name": NAME}
    assert await assert_refused(world, "lookUpPerson", asked, "officer") == [
        ("FORBIDDEN", "LOOK_UP_PERSONS")
    ]


async def test_x10_whom_a_unit_found_it_still_cannot_list_or_open(world: World) -> None:
    await world.add_person(1)
    found = (await look_up(world))["person"]
    answer = await world.ask(
        "query ($id: ID!) { node(id: $id) { id } persons { totalCount } }", "unit", id=found["id"]
    )
    assert answer.data == {"node": None, "persons": {"totalCount": 0}}


async def test_j16_a_person_completes_their_own_information_and_is_then_found(world: World) -> None:
    person = await world.add_person(
        1, completed_at=None, education=None, graduated_on=None, region="220102"
    )
    number = an_id_number(1, region="220102")
    await world.add_account("myself", Role.PERSON, person_id=person.id)
    assert list_refusal_reasons(await look_up(world, number)) == NO
    mine = INFORMATION | {"id": build_global_id("Person", person.id), "version": 1}
    then = "... on PersonPayload { person { version mobileMasked education completedAt region } }"
    done = await world.mutate("completeInformation", mine, "myself", then)
    assert done["person"] == {
        "version": 2,
        "mobileMasked": "139****5678",
        "education": "BACHELOR",
        "completedAt": NOW.isoformat(),
        "region": "220104",
    }
    assert (await look_up(world, number))["person"]["name"] == NAME
    assert await assert_refused(world, "completeInformation", mine, "myself") == [
        ("STALE_VERSION 2", "input.id")
    ]


async def test_j16_a_person_may_live_in_any_region_of_the_country(world: World) -> None:
    person = await world.add_person(1)
    await world.add_account("myself", Role.PERSON, person_id=person.id)
    mine = INFORMATION | {
        "id": build_global_id("Person", person.id),
        "version": 1,
        "region": "110101",
    }
    result = await world.mutate("completeInformation", mine, "myself")
    assert result["__typename"] == "PersonPayload"


async def test_j16_nobody_completes_another_persons_information(world: World) -> None:
    one, other = await world.add_person(1), await world.add_person(2)
    await world.add_account("myself", Role.PERSON, person_id=one.id)
    asked = INFORMATION | {"id": build_global_id("Person", other.id), "version": 1}
    assert await assert_refused(world, "completeInformation", asked, "myself") == [
        ("NOT_FOUND", "input.id")
    ]
    for who in ("unit", "officer"):
        assert await assert_refused(world, "completeInformation", asked, who) == [
            ("FORBIDDEN", "COMPLETE_INFORMATION")
        ]


async def test_j16_information_that_cannot_be_is_refused(world: World) -> None:
    person = await world.add_person(1)
    await world.add_account("myself", Role.PERSON, person_id=person.id)
    mine = INFORMATION | {"id": build_global_id("Person", person.id), "version": 1}
    tomorrow = mine | {"graduatedOn": "2025-03-11"}
    assert await assert_refused(world, "completeInformation", tomorrow, "myself") == [
        ("DATE_IN_FUTURE", "input.graduatedOn")
    ]
    bad = mine | {"mobile": "1", "region": "229999", "graduatedOn": "2024-02-30"}
    assert await assert_refused(world, "completeInformation", bad, "myself") == [
        ("MOBILE_MALFORMED", "input.mobile"),
        ("NOT_A_REGION", "input.region"),
        ("NOT_A_DATE", "input.graduatedOn"),
    ]
