"""Claims are found by unit, person, full ID or number, and nobody finds others' (S27, X10, X11)."""

from datetime import date
from typing import Any

import pytest

from models import Request, Role
from rules.kernel.function import Function
from tests.factories.counted_claims import seed_claims_of_two_districts
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id_number
from tests.factories.story import story
from tests.factories.world import World

CLAIMS = """query ($unitName: String, $creditCode: CreditCode, $personName: String) {
  claims(unitName: $unitName, creditCode: $creditCode, personName: $personName) {
    totalCount edges { node { unit { name } lines { intern { name } } } } } }"""
LINES = """query ($personName: String) { claimLines(personName: $personName) {
  totalCount edges { node { intern { name } } } } }"""
FOUND = "... on FoundClaimsPayload { claims { id kind unit { name } } }"
BORN = date(2003, 5, 4)


@story
async def world(world: World) -> World:
    return await seed_claims_of_two_districts(world)


async def units(world: World, as_: str, **given: Any) -> list[str]:
    """Give whose claims are found, and see that no other is counted."""
    found = (await world.ask(CLAIMS, as_, **given)).only
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["unit"]["name"] for edge in found["edges"]]


@pytest.mark.parametrize("given", [{"unitName": "Ａ有限"}, {"unitName": "a"}])
async def test_s27_claims_are_found_by_a_part_of_the_unit_s_name(world: World, given: Any) -> None:
    assert await units(world, "city", **given) == ["a有限公司"] * 2
    assert await units(world, "officer", **given) == ["a有限公司"] * 2
    assert await units(world, "elsewhere", **given) == []
    assert await units(world, "b", **given) == []


async def test_s27_claims_are_found_by_the_unit_s_code(world: World) -> None:
    by_name = {row["name"]: row["creditCode"] for row in await _list_units(world)}
    assert await units(world, "city", creditCode=by_name["b有限公司"]) == ["b有限公司"] * 2
    assert await units(world, "officer", creditCode=by_name["b有限公司"]) == []


async def _list_units(world: World) -> list[Any]:
    found = (await world.ask("{ units { edges { node { name creditCode } } } }", "city")).only
    return [edge["node"] for edge in found["edges"]]


async def test_s27_claims_and_lines_are_found_by_the_person_s_full_name(world: World) -> None:
    assert await units(world, "officer", personName=" 见习生 1") == ["a有限公司"] * 2
    assert await units(world, "a", personName="见习生1") == ["a有限公司"] * 2
    for who, name in (("officer", "见习生"), ("officer", "见习生7"), ("b", "见习生1")):
        assert await units(world, who, personName=name) == []
    for who, name, count in (("officer", "见习生1", 2), ("b", "见习生1", 0), ("city", "见习", 0)):
        found = (await world.ask(LINES, who, personName=name)).only
        assert found["totalCount"] == len(found["edges"]) == count
        assert {edge["node"]["intern"]["name"] for edge in found["edges"]} <= {name}


async def search(world: World, as_: str, number: str, **more: Any) -> Any:
    return await world.mutate("searchClaims", {"idNumber": number}, as_, FOUND, **more)


async def test_s27_claims_are_found_by_the_full_number_and_only_in_one_s_reach(
    world: World,
) -> None:
    near = an_id_number(1, BORN, CHAOYANG_DISTRICT)
    far = an_id_number(7, BORN, NANGUAN_DISTRICT)
    found = await search(world, "officer", near)
    assert [claim["unit"]["name"] for claim in found["claims"]] == ["a有限公司"] * 2
    assert [claim["kind"] for claim in found["claims"]] in (
        ["MENTORING", "LIVING_ALLOWANCE"],
        ["LIVING_ALLOWANCE", "MENTORING"],
    )
    nobody = an_id_number(99, BORN, CHAOYANG_DISTRICT)
    for who, number in (("officer", far), ("officer", nobody), ("elsewhere", near)):
        assert await search(world, who, number) == found | {"claims": []}, who
    assert (await search(world, "elsewhere", far))["claims"][0]["unit"]["name"] == "b有限公司"


async def test_x11_the_search_by_number_is_granted_limited_and_kept_without_the_number(
    world: World,
) -> None:
    number = an_id_number(1, BORN, CHAOYANG_DISTRICT)
    await world.add_account("reader", Role.DISTRICT_OFFICER, granted=[Function.REVIEW_CLAIMS])
    assert (await search(world, "reader", number))["missing"] == ["SEARCH_BY_ID_NUMBER"]
    again = [await search(world, "officer", number, key="search-1") for _ in range(2)]
    assert again[0] == again[1]
    (kept,) = await world.load_rows(Request)
    assert (kept.mutation, kept.account_id) == ("searchClaims", world.accounts["officer"].id)
    assert number not in str(kept.input_hash) + str(kept.answer)
    for _ in range(60):
        last = await search(world, "officer", number)
    assert last["reason"] == "TOO_MANY_TRIES"
    for who in ("city", "a"):
        assert (await search(world, who, number))["__typename"] == "Forbidden"


async def test_a_part_of_a_number_is_no_number(world: World) -> None:
    refused = await search(world, "officer", an_id_number(1)[:17])
    assert refused["__typename"] == "Invalid"
