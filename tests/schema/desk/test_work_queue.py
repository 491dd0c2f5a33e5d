"""The officer's desk: what waits, of which kinds, for how long, oldest first (X1, X10, S1)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models import Base, Role, Status
from rules.kernel.function import Function
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NANGUAN_DISTRICT,
    a_bank_account,
    a_claim,
    a_declaration,
    a_person,
    a_post,
    a_report,
    an_intern,
)
from tests.factories.story import story
from tests.factories.world import NOW, World, build_global_id

QUEUE = """query ($first: Int! = 50, $after: String, $kind: [RecordKind!], $region: RegionCode,
    $status: [Status!] = [SUBMITTED], $from: Date, $to: Date, $order: RecordOrder) {
  workQueue(first: $first, after: $after, kind: $kind, status: $status, region: $region,
      submittedFrom: $from, submittedTo: $to, orderBy: $order) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { kind status submittedAt region version unit { name }
      record { __typename id version status } } } } }"""
COUNTS = """query ($by: [WorkDimension!]! = [KIND], $ages: [Int!]! = [3, 7, 15], $to: Date,
    $status: [Status!] = [SUBMITTED], $region: RegionCode) {
  workCounts(by: $by, ages: $ages, status: $status, region: $region, submittedTo: $to) {
    kind status region regionName fromDays belowDays count } }"""


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


async def waiting(world: World, name: str, region: str, number: int) -> Mapping[str, Base]:
    """Give a unit a record of every kind that waits, the older the later in this list."""
    unit = await world.add_unit(name, region)
    operator = world.accounts[name].id

    def sent(days: int, **more: Any) -> dict[str, Any]:
        when = {"submitted_at": ago(days), "submitted_by": operator}
        return {"status": Status.SUBMITTED, **when, **more}

    declaration = a_declaration(unit, **sent(1))
    post = a_post(unit, **sent(4))
    person = a_person(number, region)
    intern = an_intern(post, person, **sent(8))
    report = a_report(intern, date(2025, 1, 1), **sent(15))
    back = a_report(intern, date(2025, 2, 1), **sent(2, status=Status.RETURNED))
    done = a_report(intern, date(2024, 12, 1), **sent(40, status=Status.APPROVED))
    bank = a_bank_account(unit)
    claim = a_claim(unit, bank, **sent(30))
    draft = a_claim(unit, bank, 2)
    failed = a_claim(unit, bank, 3, **sent(20, status=Status.PUBLICITY_FAILED))
    await world.add_rows(
        declaration, post, person, intern, report, back, done, bank, claim, draft, failed
    )
    return {
        "DECLARATION": declaration,
        "POST": post,
        "INTERN": intern,
        "MONTHLY_REPORT": report,
        "CLAIM": claim,
    }


@story
async def rows(world: World) -> Mapping[str, Mapping[str, Base]]:
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    return {
        "near": await waiting(world, "near", CHAOYANG_DISTRICT, 1),
        "far": await waiting(world, "far", NANGUAN_DISTRICT, 2),
    }


async def queue(world: World, who: str = "officer", **given: Any) -> Any:
    return (await world.ask(QUEUE, who, **given)).only


def nodes(found: Any) -> list[Any]:
    return [edge["node"] for edge in found["edges"]]


Rows = Mapping[str, Mapping[str, Base]]
OLDEST_FIRST = ["CLAIM", "MONTHLY_REPORT", "INTERN", "POST", "DECLARATION"]


async def test_x1_what_waits_is_one_list_over_all_kinds_the_oldest_first(
    world: World, rows: Rows
) -> None:
    found = await queue(world)
    assert [node["kind"] for node in nodes(found)] == OLDEST_FIRST
    assert found["totalCount"] == 5
    types = ["LivingAllowanceClaim", "MonthlyReport", "Intern", "Post", "Declaration"]
    assert [node["record"]["__typename"] for node in nodes(found)] == types
    for node in nodes(found):
        row: Any = rows["near"][node["kind"]]
        assert node["record"]["id"] == build_global_id(
            node["record"]["__typename"], row.unit_id, row.id
        )
        assert (node["version"], node["status"]) == (1, "SUBMITTED")
        assert node["unit"]["name"] == "near有限公司"
        assert datetime.fromisoformat(node["submittedAt"]) == row.submitted_at
    newest = await queue(world, order="NEWEST")
    assert [node["kind"] for node in nodes(newest)] == OLDEST_FIRST[::-1]


async def test_x10_an_officer_s_queue_is_that_of_the_own_region(world: World, rows: Rows) -> None:
    assert {node["region"] for node in nodes(await queue(world, "elsewhere"))} == {NANGUAN_DISTRICT}
    assert await queue(world, region=NANGUAN_DISTRICT) == {
        "totalCount": 0,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "edges": [],
    }


BY_ID = """query ($ids: [ID!]!) { nodes(ids: $ids) { id
  ... on WorkItem { kind status record { id workItemId } } } }"""


async def test_s1_a_row_of_the_queue_is_found_by_the_id_that_its_record_knows(
    world: World, rows: Rows
) -> None:
    """A client takes the row out once its record is decided on, and finds another's nowhere."""
    waits = "{ workQueue(first: 50) { edges { node { id kind record { id workItemId } } } } }"
    listed = nodes((await world.ask(waits, "officer")).only)
    assert [node["id"] for node in listed] == [node["record"]["workItemId"] for node in listed]
    ids = [node["id"] for node in listed]
    found = (await world.ask(BY_ID, "officer", ids=ids)).only
    assert [(node["id"], node["kind"], node["record"]) for node in found] == [
        (node["id"], node["kind"], node["record"]) for node in listed
    ]
    own = (Function.READ_RECORDS, Function.SEE_WORK_QUEUE, Function.REVIEW_CLAIMS)
    await world.add_account("clerk", Role.DISTRICT_OFFICER, "220100", granted=own)
    seen = (await world.ask(BY_ID, "clerk", ids=ids)).only
    assert [node and node["kind"] for node in seen] == ["CLAIM", None, None, None, None]
    for stranger in ("elsewhere", "near"):
        assert (await world.ask(BY_ID, stranger, ids=ids)).only == [None] * 5


async def test_s1_only_kinds_whose_function_is_held_are_in_the_queue(
    world: World, rows: Rows
) -> None:
    """An officer of the city is granted the queue and the review of claims and reports."""
    own = (Function.SEE_WORK_QUEUE, Function.REVIEW_CLAIMS, Function.REVIEW_REPORTS)
    await world.add_account("clerk", Role.DISTRICT_OFFICER, "220100", granted=own)
    found = await queue(world, "clerk")
    counts = (await world.ask(COUNTS, "clerk", by=["KIND", "REGION"])).only
    assert [node["kind"] for node in nodes(found)] == ["CLAIM"] * 2 + ["MONTHLY_REPORT"] * 2
    assert {node["region"] for node in nodes(found)} == {CHAOYANG_DISTRICT, NANGUAN_DISTRICT}
    assert [(c["kind"], c["region"], c["count"]) for c in counts] == [
        ("CLAIM", NANGUAN_DISTRICT, 1),
        ("CLAIM", CHAOYANG_DISTRICT, 1),
        ("MONTHLY_REPORT", NANGUAN_DISTRICT, 1),
        ("MONTHLY_REPORT", CHAOYANG_DISTRICT, 1),
    ]


@pytest.mark.parametrize("who", ["unit", "city", "province"])
async def test_s1_who_has_no_desk_has_no_queue(world: World, who: str) -> None:
    for document in ("{ workQueue { totalCount } }", "{ workCounts { count } }"):
        answer = await world.ask(document, who)
        assert [error["extensions"]["code"] for error in answer.errors] == ["FORBIDDEN"]


async def test_x1_the_queue_is_narrowed_by_kind_state_and_day_of_submission(
    world: World, rows: Rows
) -> None:
    async def kinds(**given: Any) -> list[str]:
        return [node["kind"] for node in nodes(await queue(world, **given))]

    assert await kinds(kind=["POST", "CLAIM"]) == ["CLAIM", "POST"]
    assert await kinds(status=["RETURNED"]) == ["MONTHLY_REPORT"]
    assert await kinds(status=["PUBLICITY_FAILED", "RETURNED"]) == ["CLAIM", "MONTHLY_REPORT"]
    assert await kinds(status=None) == [
        "CLAIM",
        "CLAIM",
        "MONTHLY_REPORT",
        "INTERN",
        "POST",
        "MONTHLY_REPORT",
        "DECLARATION",
    ]
    assert await kinds(status=["APPROVED", "DRAFT"]) == []
    day = (NOW - timedelta(days=8)).date().isoformat()
    assert await kinds(to=day) == ["CLAIM", "MONTHLY_REPORT", "INTERN"]
    assert await kinds(**{"from": day, "to": day}) == ["INTERN"]
    assert await kinds(**{"from": day}) == ["INTERN", "POST", "DECLARATION"]


async def test_x1_a_day_of_submission_is_a_day_of_shanghai(world: World) -> None:
    unit = await world.add_unit("near")
    post = a_post(unit)
    late = datetime(2025, 3, 5, 16, tzinfo=UTC)  # 6 March, 00:00 in Shanghai
    at: dict[str, Any] = {"status": Status.SUBMITTED, "submitted_at": late}
    await world.add_rows(post, person := a_person(1), an_intern(post, person, **at))
    assert (await queue(world, to="2025-03-05"))["totalCount"] == 0
    assert (await queue(world, **{"from": "2025-03-06", "to": "2025-03-06"}))["totalCount"] == 1


async def test_x1_pages_of_the_queue_hold_every_record_once(world: World, rows: Rows) -> None:
    for order in ("OLDEST", "NEWEST"):
        whole = [node["record"]["id"] for node in nodes(await queue(world, order=order))]
        found: list[str] = []
        after = None
        for _ in whole:
            page = await queue(world, first=2, after=after, order=order)
            found += [node["record"]["id"] for node in nodes(page)]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert found == whole


@pytest.mark.parametrize(
    "cursor",
    [
        '["OLDEST","2025-03-06 00:00:00","00000000-0000-0000-0000-000000000000"]',
        '["OLDEST","2025-03-06T00:00:00+08:00","00000000-0000-0000-0000-000000000000"]',
        '["OLDEST","0001-01-01 00:00:00+14:00","00000000-0000-0000-0000-000000000000"]',
        '["OLDEST","yesterday","00000000-0000-0000-0000-000000000000"]',
    ],
)
async def test_a_cursor_that_the_queue_did_not_write_is_refused(world: World, cursor: str) -> None:
    made = urlsafe_b64encode(cursor.encode()).rstrip(b"=").decode()
    answer = await world.ask(QUEUE, "officer", after=made)
    assert answer.errors[0]["extensions"]["reason"] == "CURSOR_UNKNOWN"


async def test_x1_counts_are_told_by_kind_state_region_and_age(world: World, rows: Rows) -> None:
    async def counts(*parts: str, **given: Any) -> list[tuple[Any, ...]]:
        found = (await world.ask(COUNTS, "officer", **given)).only
        return [tuple(count[part] for part in parts) for count in found]

    assert await counts("kind", "count") == [
        ("CLAIM", 1),
        ("DECLARATION", 1),
        ("INTERN", 1),
        ("MONTHLY_REPORT", 1),
        ("POST", 1),
    ]
    assert await counts("fromDays", "belowDays", "count", by=["AGE"]) == [
        (15, None, 2),
        (7, 15, 1),
        (3, 7, 1),
        (0, 3, 1),
    ]
    assert await counts("regionName", "count", by=["REGION"]) == [("吉林省长春市朝阳区", 5)]
    assert await counts("status", "count", by=["STATUS"], status=None) == [
        ("PUBLICITY_FAILED", 1),
        ("RETURNED", 1),
        ("SUBMITTED", 5),
    ]
    assert await counts("count", by=[]) == [(5,)]
    assert await counts("fromDays", "count", by=["AGE"], ages=[1]) == [(1, 5)]
    assert await counts("kind", "count", to=ago(15).date().isoformat()) == [
        ("CLAIM", 1),
        ("MONTHLY_REPORT", 1),
    ]
    assert await counts("count", region=NANGUAN_DISTRICT) == []


async def test_x1_ages_that_divide_nothing_are_refused(world: World) -> None:
    answer = await world.ask(COUNTS, "officer", ages=[3, 0])
    assert answer.errors[0]["extensions"]["reason"] == "NUMBER_OUT_OF_RANGE"


async def test_x1_the_queue_and_its_counts_take_as_many_statements_for_any_number_of_rows(
    world: World, rows: Rows
) -> None:
    both = QUEUE.replace("workQueue(", "workCounts(by: [KIND, AGE]) { count } workQueue(")
    sizes = []
    for first in (1, 50):
        assert not (await world.ask(both, "officer", first=first)).errors
        sizes.append(len(world.statements))
    assert sizes[1] <= sizes[0] + 4  # one more for each further kind of record
    unit = await world.add_unit("more")
    post = a_post(unit)
    people = [a_person(number) for number in range(10, 50)]
    at: dict[str, Any] = {"status": Status.SUBMITTED, "submitted_at": ago(5)}
    await world.add_rows(post, *people, *(an_intern(post, person, **at) for person in people))
    assert (await queue(world))["totalCount"] == 45
    await world.ask(both, "officer", first=50)
    assert len(world.statements) == sizes[1]


async def test_x1_what_is_decided_leaves_the_queue(world: World, rows: Rows) -> None:
    (node,) = nodes(await queue(world, kind=["POST"]))
    chosen = {"id": node["record"]["id"], "version": node["version"]}
    await world.mutate("reviewPosts", {"verdict": "APPROVE", "records": [chosen]}, "officer")
    assert (await queue(world, kind=["POST"]))["totalCount"] == 0
    assert (await queue(world))["totalCount"] == 4
