"""Figures agree with the lists to the row; who sees no rows works none of them out (X10, X11)."""

import ast
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Claim, ClaimLine, Role, Status
from rules.claims.claim_line import STANDING_STATUSES
from tests.factories.counted_claims import seed_claims_of_two_districts
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.story import story
from tests.factories.world import World

STATISTICS = """query ($by: [StatisticsDimension!]!, $level: RegionLevel!,
    $filter: StatisticsFilterInput) {
  statistics(by: $by, level: $level, filter: $filter) {
    region regionName kind month state withheld personsText
    figures { claims lines persons amount standing } } }"""
LINES = """query ($kind: [ClaimKind!], $state: [LineState!], $region: RegionCode) {
  claimLines(kind: $kind, state: $state, region: $region, first: 100) { totalCount
    edges { node { amount } } } }"""
CLAIMS = """query ($kind: [ClaimKind!], $region: RegionCode, $since: Date, $until: Date,
    $createdFrom: Date, $createdTo: Date, $submittedFrom: Date, $submittedTo: Date) {
  claims(kind: $kind, region: $region, since: $since, until: $until, first: 100,
      createdFrom: $createdFrom, createdTo: $createdTo,
      submittedFrom: $submittedFrom, submittedTo: $submittedTo) {
    totalCount edges { node { amount } } } }"""


@story
async def world(world: World) -> World:
    return await seed_claims_of_two_districts(world)


async def counted(world: World, who: str, *by: str, level: str = "DISTRICT", **only: Any) -> Any:
    answer = await world.ask(STATISTICS, who, by=[*by], level=level, filter=only or None)
    return answer.only


def total(listed: Mapping[str, Any]) -> Decimal:
    assert listed["totalCount"] == len(listed["edges"])
    return sum((Decimal(edge["node"]["amount"]) for edge in listed["edges"]), Decimal(0))


@pytest.mark.parametrize("who", ["officer", "elsewhere", "auditor", "city", "finance"])
async def test_figures_agree_with_the_lists_to_the_row(world: World, who: str) -> None:
    await world.add_account("finance", Role.FINANCE)
    for cell in await counted(world, who, "REGION", "KIND", "STATE"):
        given = {"kind": [cell["kind"]], "region": cell["region"]}
        lines = (await world.ask(LINES, who, state=[cell["state"]], **given)).only
        assert cell["figures"]["lines"] == lines["totalCount"] > 0
        assert Decimal(cell["figures"]["amount"]) == total(lines)
    for cell in await counted(world, who, "REGION", "KIND"):
        given = {"kind": [cell["kind"]], "region": cell["region"]}
        claims = (await world.ask(CLAIMS, who, **given)).only
        assert cell["figures"]["claims"] == claims["totalCount"] > 0
    (everything,) = await counted(world, who)
    assert everything["figures"]["lines"] == (await world.ask(LINES, who)).only["totalCount"]
    assert everything["figures"]["claims"] == (await world.ask(CLAIMS, who)).only["totalCount"]


async def test_a_person_counts_once_however_often_they_are_claimed_for(world: World) -> None:
    (everything,) = await counted(world, "city")
    assert everything["figures"] == {
        "claims": 4,
        "lines": 16,
        "persons": 8,
        "amount": "32960.00",
        "standing": "28960.00",
    }
    assert everything["personsText"] == "8"


async def test_x10_who_asks_is_told_of_their_own_region_only(world: World) -> None:
    (near,) = await counted(world, "officer", "REGION")
    assert (near["region"], near["regionName"]) == (CHAOYANG_DISTRICT, "吉林省长春市朝阳区")
    assert near["figures"]["persons"] == 6
    (all_of_it,) = await counted(world, "officer", "REGION", level="PROVINCE")
    assert (all_of_it["region"], all_of_it["figures"]) == ("220000", near["figures"])
    assert await counted(world, "officer", "REGION", region=NANGUAN_DISTRICT) == []


async def test_months_are_those_of_shanghai_and_filters_those_of_the_list(world: World) -> None:
    found = await counted(world, "city", "MONTH")
    assert [cell["month"] for cell in found] == ["2025-02", "2025-03"]
    for only, count in (
        ({"submittedFrom": "2025-02-01", "submittedTo": "2025-02-01"}, 2),
        ({"submittedFrom": "2025-02-01"}, 4),
        ({"since": "2025-01-20", "until": "2025-01-20"}, 4),
        ({"since": "2025-01-21"}, 0),
        ({"createdFrom": "2025-01-20", "createdTo": "2025-01-20"}, 4),
        ({"createdFrom": "2025-01-21"}, 0),
    ):
        (cell,) = await counted(world, "city", **only)
        claims = (await world.ask(CLAIMS, "city", **only)).only
        assert cell["figures"]["claims"] == claims["totalCount"] == count, only


async def test_what_was_not_submitted_yet_is_counted_without_a_month(world: World) -> None:
    (claim, *_) = await world.load_rows(Claim)
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        draft = {"status": Status.DRAFT, "submitted_at": None}
        await session.execute(update(Claim).where(Claim.id == claim.id).values(draft))
    found = await counted(world, "city", "MONTH")
    assert [cell["month"] for cell in found] == [None, "2025-02", "2025-03"]
    assert sum(cell["figures"]["claims"] for cell in found) == 4


@pytest.mark.parametrize("status", Status)
async def test_only_lines_of_claims_under_review_or_approved_stand(
    world: World, status: Status
) -> None:
    """Invariant 1: what stands and what is not payable is what an office has or had to decide."""
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Claim).values(status=status))
    (everything,) = await counted(world, "city")
    stands = status not in {Status.DRAFT, Status.RETURNED, Status.REFUSED, Status.WITHDRAWN}
    stands &= status not in {Status.VOIDED, Status.ENDED}  # which no claim is
    assert Decimal(everything["figures"]["standing"]) == (28960 if stands else 0)
    assert Decimal(everything["figures"]["amount"]) == 32960
    lines = await world.load_rows(ClaimLine)
    asked = [line.amount for line in lines if line.claim_status in STANDING_STATUSES]
    assert sum(asked) == (32960 if stands else 0)


async def test_it_is_one_statement_however_much_is_told_apart(world: World) -> None:
    await counted(world, "city", "KIND")  # from now on it is known what was granted to whom (S1)
    await counted(world, "city", "REGION", "KIND", "MONTH", "STATE")
    grouped = [s for s in world.statements if "GROUP BY" in s]
    assert len(grouped) == 1
    assert len(world.statements) == 1  # who asks is stated with BEGIN


@pytest.mark.parametrize("who", ["unit", "person", None])
async def test_figures_are_not_for_everybody(world: World, who: str | None) -> None:
    if who == "person":
        await world.add_account("person", Role.PERSON)
    answer = await world.ask(STATISTICS, who, by=[], level="CITY")
    assert answer.errors[0]["extensions"]["code"] == "FORBIDDEN"


async def test_x10_reporting_reads_figures_of_a_region_and_no_row_of_it(world: World) -> None:
    (everything,) = await counted(world, "reporting")
    assert everything == (await counted(world, "city"))[0]
    text = """{ claims { totalCount } claimLines { totalCount } units { totalCount }
      statistics(by: []) { figures { lines } } persons { totalCount } }"""
    answer = await world.ask(text, "reporting")
    shown = answer.data.pop("statistics")
    assert shown == [{"figures": {"lines": 16}}]
    assert {part["totalCount"] for part in answer.data.values()} == {0}


async def test_x11_a_small_count_is_told_as_such_and_can_not_be_worked_out(world: World) -> None:
    found = {cell["region"]: cell for cell in await counted(world, "reporting", "REGION")}
    assert found[NANGUAN_DISTRICT]["personsText"] == "<5"
    assert found[CHAOYANG_DISTRICT]["personsText"] == "***"
    assert all(cell["withheld"] and cell["figures"] is None for cell in found.values())
    (whole,) = await counted(world, "reporting", "REGION", level="CITY")
    assert whole["figures"]["persons"] == 8


@pytest.mark.parametrize(
    ("by", "only", "places"),
    [
        (["REGION", "KIND", "STATE"], {}, [["by"]]),
        (["KIND"], {"kind": ["MENTORING"]}, [["filter", "kind"]]),
        ([], {"since": "2025-02-01", "region": CHAOYANG_DISTRICT}, None),
    ],
)
async def test_x11_reporting_may_not_ask_so_finely_that_persons_could_be_told(
    world: World, by: list[str], only: Any, places: Any
) -> None:
    answer = await world.ask(STATISTICS, "reporting", by=by, level="DISTRICT", filter=only or None)
    assert {error["extensions"]["reason"] for error in answer.errors} == {"STATISTICS_TOO_FINE"}
    assert answer.body["data"] == {"statistics": None}


def test_x10_nothing_but_statistics_reads_beyond_what_is_seen() -> None:
    """ADR 0038: the one seam by which a role that sees no rows is told figures of them."""
    root = Path(__file__).parents[3]
    rooms = ("executor", "loaders", "resolvers", "schema", "server")
    using = {
        path.relative_to(root).as_posix()
        for room in rooms
        for path in (root / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "load_region_figures"
    }
    assert using == {"resolvers/desk/statistics.py"}
