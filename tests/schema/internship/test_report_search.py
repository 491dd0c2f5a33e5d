"""Reports are found by name, missing ones are told, and interns by whether they are still there."""

from datetime import date
from typing import Any

from models import Role, Status
from tests.factories.crowd import add_rows
from tests.factories.rows import (
    NANGUAN_DISTRICT,
    a_declaration,
    a_post,
    a_report,
    an_intern,
)
from tests.factories.story import story
from tests.factories.world import World

REPORTS = """query ($internName: String, $unitName: String) {
  monthlyReports(internName: $internName, unitName: $unitName, orderBy: MONTH) {
    totalCount edges { node { month intern { name } } } } }"""
MISSING = """query ($from: YearMonth, $to: YearMonth, $name: String, $first: Int! = 50,
    $after: String) {
  missingReports(from: $from, to: $to, name: $name, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node { month intern { name } } } } }"""
INTERNS = """query ($runningOn: Date, $endedBefore: Date) {
  interns(runningOn: $runningOn, endedBefore: $endedBefore, orderBy: NAME) {
    totalCount edges { node { name } } } }"""


@story
async def world(world: World) -> World:
    """Two units; in one three interns, of whom one has ended early and one is not approved yet."""
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    for name, region, numbers in (("a", None, (1, 2, 3)), ("b", NANGUAN_DISTRICT, (4,))):
        unit = await world.add_unit(name, *([region] if region else []))
        post = a_post(unit)
        persons = [await world.add_person(n, region=unit.region) for n in numbers]
        terms: dict[int, dict[str, Any]] = {
            2: {"ended_on": date(2024, 12, 10)},
            3: {"status": Status.SUBMITTED},
        }
        rows = [
            an_intern(
                post,
                person,
                **({"status": Status.APPROVED} | terms.get(number, {})),
                starts_on=date(2024, 10, 15),
                ends_on=date(2025, 9, 30),
            )
            for number, person in zip(numbers, persons, strict=True)
        ]
        reports = [
            a_report(rows[0], date(2024, 11, 1), status=Status.DRAFT),
            a_report(rows[0], date(2024, 12, 1), status=Status.WITHDRAWN),
        ]
        await add_rows(world, [a_declaration(unit)], [post], rows, reports)
    return world


async def missing(world: World, as_: str, **given: Any) -> list[tuple[str, str]]:
    """Give which months of whom are missing, page by page."""
    found: list[tuple[str, str]] = []
    after, total = None, None
    while True:
        page = (await world.ask(MISSING, as_, first=2, after=after, **given)).only
        found += [(e["node"]["intern"]["name"], e["node"]["month"]) for e in page["edges"]]
        assert total in {None, page["totalCount"]}
        total, after = page["totalCount"], page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == total
            return sorted(found)


async def test_j24_missing_months_are_walked_from_the_end_as_well(world: World) -> None:
    back = """query ($before: String) { missingReports(last: 2, before: $before) {
      pageInfo { hasPreviousPage startCursor } nodes { month intern { name } } } }"""
    whole = "{ missingReports { nodes { month intern { name } } } }"
    found: list[Any] = []
    before, more = None, True
    while more:
        page = (await world.ask(back, "officer", before=before)).only
        found = page["nodes"] + found
        before, more = page["pageInfo"]["startCursor"], page["pageInfo"]["hasPreviousPage"]
    assert found == (await world.ask(whole, "officer")).only["nodes"]
    assert len(found) > 2


async def test_j24_missing_months_are_those_that_are_over_and_were_not_filed(world: World) -> None:
    gaps = [
        ("见习生1", "2024-10"),
        ("见习生1", "2024-12"),
        ("见习生1", "2025-01"),
        ("见习生1", "2025-02"),
        ("见习生2", "2024-10"),
        ("见习生2", "2024-11"),
        ("见习生2", "2024-12"),
    ]
    assert await missing(world, "a") == gaps
    assert await missing(world, "a", to="2026-12") == gaps
    range_ = {"from": "2024-12", "to": "2025-01"}
    assert await missing(world, "a", **range_) == [gaps[1], gaps[2], gaps[6]]
    assert await missing(world, "a", name="生2") == gaps[4:]
    assert await missing(world, "a", **{"from": "2025-03"}) == []


async def test_x10_missing_months_are_told_to_whom_the_interns_are_shown(world: World) -> None:
    assert await missing(world, "officer") == await missing(world, "a")
    elsewhere = await missing(world, "elsewhere")
    assert {name for name, _ in elsewhere} == {"见习生4"}
    assert await missing(world, "b") == elsewhere
    assert len(await missing(world, "city")) == len(elsewhere) + 7


async def test_reports_are_found_by_a_part_of_the_intern_s_name(world: World) -> None:
    async def found(as_: str, **given: str) -> list[str]:
        page = (await world.ask(REPORTS, as_, **given)).only
        assert page["totalCount"] == len(page["edges"])
        return [edge["node"]["intern"]["name"] for edge in page["edges"]]

    assert await found("a", internName="习生１") == ["见习生1"] * 2
    assert sorted(await found("city", internName="见习生")) == ["见习生1"] * 2 + ["见习生4"] * 2
    assert await found("city", unitName="b有限") == ["见习生4"] * 2
    assert await found("officer", internName="见习生4") == []
    assert await found("b", internName="见习生1") == []


async def test_interns_are_told_apart_by_whether_they_are_there_on_a_day(world: World) -> None:
    async def found(as_: str, **given: str) -> list[str]:
        page = (await world.ask(INTERNS, as_, **given)).only
        assert page["totalCount"] == len(page["edges"])
        return [edge["node"]["name"] for edge in page["edges"]]

    assert await found("a", runningOn="2025-03-10") == ["见习生1"]
    assert await found("a", runningOn="2024-12-10") == ["见习生1", "见习生2"]
    assert await found("a", runningOn="2024-10-14") == []
    assert await found("a", endedBefore="2025-03-10") == ["见习生2"]
    assert await found("a", endedBefore="2024-12-10") == []
    assert await found("a", endedBefore="2025-10-01") == ["见习生1", "见习生2"]
    assert await found("city", runningOn="2025-03-10") == ["见习生1", "见习生4"]
    assert await found("officer", endedBefore="2025-10-01") == ["见习生1", "见习生2"]
