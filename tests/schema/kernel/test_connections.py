"""Pages: all rows exactly once in every order, and only as many statements as there are lists."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from loaders.page import MOST_COUNTED
from models import Claim, ClaimKind, InternCategory, Role, Status, Unit
from schema.kernel.listing import CLAIM_ORDERS
from tests.factories.database import TestCluster, as_superuser
from tests.factories.failures import AllFailures
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    JILIN_CITY_DISTRICT,
    NANGUAN_DISTRICT,
    a_bank_account,
    a_claim,
    a_claim_line,
    a_post,
    a_report,
    a_unit,
    an_intern,
)
from tests.factories.world import World, a_world

EDGES = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
AMOUNTS = [Decimal("2120.00"), Decimal("10.00"), Decimal("980.50")]
SUBMITTED = [datetime(2025, 3, 1, tzinfo=UTC), None, datetime(2025, 2, 1, tzinfo=UTC)]
PAYABLE = [Decimal("2120.00"), None, Decimal("0.00"), Decimal("1880.00"), None, Decimal("980.50")]
NAMES = ["甲%", "乙_", "甲%", "丙", "ABC", "abc", "甲", "丁\\"]


@pytest.fixture(scope="module")
async def world(cluster: TestCluster) -> AsyncIterator[World]:
    """Eight posts of few names in one unit, three units, interns, reports and claims."""
    async with cluster.clone_database() as database, a_world(database) as made:
        await made.add_account("province", Role.PROVINCE_ADMINISTRATOR, "220000")
        await made.add_account("officer", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
        unit = await made.add_unit("unit", CHAOYANG_DISTRICT)
        others = [a_unit(21, NANGUAN_DISTRICT), a_unit(22, JILIN_CITY_DISTRICT)]
        await made.add_rows(*others)
        await fill(made, unit)
        yield made


async def fill(world: World, unit: Unit) -> None:
    posts = [
        a_post(
            unit,
            n,
            id=UUID(int=n * 7919 % 11 + 1),
            name=name,
            name_key=str(n),
            status=Status.APPROVED if n % 2 else Status.RETURNED,
        )
        for n, name in enumerate(NAMES)
    ]
    person = await world.add_person(1)
    intern = an_intern(posts[0], person, category=InternCategory.UNEMPLOYED_YOUTH)
    months = [date(2025, n, 1) for n in range(1, 7)]
    bank = a_bank_account(unit)
    kinds = [ClaimKind.LIVING_ALLOWANCE, ClaimKind.MENTORING, ClaimKind.LIVING_ALLOWANCE]
    claims = [
        a_claim(
            unit, bank, n, kind=kind, month=months[n], amount=AMOUNTS[n], submitted_at=SUBMITTED[n]
        )
        for n, kind in enumerate(kinds)
    ]
    lines = [a_claim_line(claim, intern) for claim in claims[:2]]
    reports = [
        a_report(intern, month, payable_subsidy=due)
        for month, due in zip(months, PAYABLE, strict=True)
    ]
    await world.add_rows(*posts, intern, *reports, bank, *claims, *lines)


async def walk(world: World, field: str, arguments: str, size: int) -> list[Any]:
    """Page through a list to its end."""
    found: list[Any] = []
    after: str | None = None
    while True:
        text = f"""query ($after: String) {{ {field}(first: {size}, after: $after {arguments})
          {{ {EDGES} edges {{ cursor node {{ id name: __typename }} }} }} }}"""
        page = (await world.ask(text, "unit", after=after)).only
        info, edges = page["pageInfo"], page["edges"]
        assert info["hasPreviousPage"] == (after is not None)
        assert [info["startCursor"], info["endCursor"]] == _ends(edges)
        found += [edge["node"]["id"] for edge in edges]
        assert info["hasNextPage"] == (len(found) < page["totalCount"])
        if not info["hasNextPage"]:
            return found
        after = info["endCursor"]


async def walk_back(world: World, field: str, arguments: str, size: int) -> list[Any]:
    """Page through a list from its end to its beginning."""
    found: list[Any] = []
    before: str | None = None
    while True:
        text = f"""query ($before: String) {{ {field}(last: {size}, before: $before {arguments})
          {{ {EDGES} edges {{ cursor node {{ id }} }} nodes {{ id }} }} }}"""
        page = (await world.ask(text, "unit", before=before)).only
        info, edges = page["pageInfo"], page["edges"]
        assert page["nodes"] == [edge["node"] for edge in edges]
        assert info["hasNextPage"] == (before is not None)
        assert [info["startCursor"], info["endCursor"]] == _ends(edges)
        found = [node["id"] for node in page["nodes"]] + found
        assert info["hasPreviousPage"] == (len(found) < page["totalCount"])
        if not info["hasPreviousPage"]:
            return found
        before = info["startCursor"]


def _ends(edges: list[Any]) -> list[Any]:
    return [edges[0]["cursor"], edges[-1]["cursor"]] if edges else [None, None]


@pytest.mark.parametrize(
    ("field", "order"),
    [("posts", o) for o in ("NEWEST", "OLDEST", "NAME")]
    + [("monthlyReports", o) for o in ("NEWEST", "OLDEST", "MONTH", "MONTH_DESCENDING")]
    + [
        ("claims", o)
        for o in ("NEWEST", "SUBMITTED", "SUBMITTED_DESCENDING", "DISBURSED", "AMOUNT")
    ]
    + [("monthlyReports", o) for o in ("AMOUNT", "AMOUNT_DESCENDING", "REVIEWED_DESCENDING")]
    + [("bankAccounts", "OLDEST"), ("interns", "NAME"), ("interns", "ENDS_DESCENDING")],
)
async def test_paging_gives_every_row_once_in_every_order(
    world: World, field: str, order: str
) -> None:
    """Equal values are told apart by the id."""
    whole = await walk(world, field, f"orderBy: {order}", 100)
    with AllFailures() as failures:
        for size in (1, 3, 8, 100):
            with failures.at(size):
                rows = await walk(world, field, f"orderBy: {order}", size)
                assert rows == whole
                assert len(set(rows)) == len(rows)
                assert await walk_back(world, field, f"orderBy: {order}", size) == whole


TOTALS = "{ posts { totalCount totalCountIsExact } units { totalCount totalCountIsExact } }"
MORE_POSTS = """
    INSERT INTO post (unit_id, id, region, status, version, name, name_key, headcount, monthly_wage,
        workplace, duties)
    SELECT unit_id, gen_random_uuid(), region, 'DRAFT', 1, n::text, n::text, 1, 1, '', ''
    FROM generate_series($1::int, $2::int) n, (SELECT unit_id, region FROM post LIMIT 1) other
"""


async def test_a_list_is_counted_to_ten_thousand_and_then_said_to_be_longer(
    cluster: TestCluster,
) -> None:
    async with cluster.clone_database() as database, a_world(database) as world:
        await world.add_account("province", Role.PROVINCE_ADMINISTRATOR, "220000")
        await world.add_rows(a_post(await world.add_unit("unit", CHAOYANG_DISTRICT)))
        for first, last, exact in ((2, MOST_COUNTED, True), (MOST_COUNTED + 1,) * 2 + (False,)):
            async with as_superuser(database) as superuser:
                await superuser.execute(MORE_POSTS, first, last)
            assert (await world.ask(TOTALS, "province")).data == {
                "posts": {"totalCount": MOST_COUNTED, "totalCountIsExact": exact},
                "units": {"totalCount": 1, "totalCountIsExact": True},
            }


async def test_orders_are_what_they_say(world: World) -> None:
    months = "{ monthlyReports(orderBy: %s) { edges { node { month } } } }"
    up = [e["node"]["month"] for e in (await world.ask(months % "MONTH", "unit")).only["edges"]]
    down = (await world.ask(months % "MONTH_DESCENDING", "unit")).only["edges"]
    assert up == sorted(up)
    assert [e["node"]["month"] for e in down] == up[::-1]
    assert (
        await walk(world, "posts", "orderBy: OLDEST", 3)
        == (await walk(world, "posts", "orderBy: NEWEST", 3))[::-1]
    )
    names = "{ posts(orderBy: NAME) { edges { node { name } } } }"
    found = [e["node"]["name"] for e in (await world.ask(names, "unit")).only["edges"]]
    assert found == sorted(found)


async def test_what_has_no_day_or_amount_is_below_all_that_has(world: World) -> None:
    """A draft is the last of the latest submitted; what is payable of nothing is less than zero."""
    claims = "{ claims(orderBy: SUBMITTED_DESCENDING) { edges { node { amount } } } }"
    found = [e["node"]["amount"] for e in (await world.ask(claims, "unit")).only["edges"]]
    assert found == ["2120.00", "980.50", "10.00"]
    reports = "{ monthlyReports(orderBy: AMOUNT) { edges { node { payableSubsidy } } } }"
    due = [e["node"]["payableSubsidy"] for e in (await world.ask(reports, "unit")).only["edges"]]
    assert due == [None, None, "0.00", "980.50", "1880.00", "2120.00"]


async def test_a_changed_amount_takes_its_new_place_and_is_found_by_it(world: World) -> None:
    claims = """query ($from: Money) {
      claims(orderBy: AMOUNT, amountFrom: $from) { nodes { amount } } }"""
    other = Decimal("1500.55")
    await world.update_where(Claim, Claim.amount == AMOUNTS[1], {"amount": other})

    async def find(**given: str) -> list[str]:
        nodes = (await world.ask(claims, "unit", **given)).only["nodes"]
        return [node["amount"] for node in nodes]

    assert await find() == ["980.50", "1500.55", "2120.00"]
    assert await find(**{"from": "1500.55"}) == ["1500.55", "2120.00"]
    assert await find(**{"from": "1500.56"}) == ["2120.00"]
    await world.update_where(Claim, Claim.amount == other, {"amount": AMOUNTS[1]})
    assert await find() == ["10.00", "980.50", "2120.00"]


@pytest.mark.parametrize("amount", ["1E+30", "-1E+10", "10000000000", "NaN", "Infinity"])
async def test_a_place_at_an_amount_that_no_column_holds_is_no_place(
    world: World, amount: str
) -> None:
    order = next(each for each in CLAIM_ORDERS if each.name == "AMOUNT")
    cursor = order.format_place([amount, UUID(int=1)])
    text = "query ($after: String) { claims(orderBy: AMOUNT, after: $after) { nodes { id } } }"
    answer = await world.ask(text, "unit", after=cursor)
    (error,) = answer.errors
    assert error["extensions"]["reason"] == "CURSOR_UNKNOWN"


POINTED_AT = [
    ("monthlyReports", "intern", "interns", 6),
    ("monthlyReports", "unit", 'units(region: "220104")', 6),
    ("interns", "post", "posts(orderBy: OLDEST)", 1),
    ("claimLines", "claim", "claims(orderBy: AMOUNT_DESCENDING)", 1),
    ("claimLines", "person", "interns", 2),
    ("claims", "unit", 'units(region: "220104")', 3),
]


async def test_a_list_is_narrowed_to_what_points_at_a_record(world: World) -> None:
    """An id of another kind, of nothing, or no id at all narrows it to nothing."""
    with AllFailures() as failures:
        for field, argument, beside, number in POINTED_AT:
            with failures.at(field, argument):
                selected = "person { id }" if argument == "person" else "id"
                listed = f"{{ {beside} {{ edges {{ node {{ {selected} }} }} }} }}"
                node = (await world.ask(listed, "province")).only["edges"][0]["node"]
                asked = f"query ($id: ID) {{ {field}({argument}: $id) {{ totalCount }} }}"
                own = node.get("person", node)["id"]
                other = own[:-1] + ("0" if own[-1] != "0" else "1")
                counts = [
                    (await world.ask(asked, "unit", id=each)).only["totalCount"]
                    for each in (own, other, f"Region-{own[-32:]}", "", "编号", own[:-1])
                ]
                assert counts == [number, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("first", [-1, 101, 2**31 - 1])
async def test_a_page_too_large_or_negative_is_refused(world: World, first: int) -> None:
    for head in ("posts", "viewer { unit { posts"):
        text = (
            f"query ($n: Int!) {{ {head}(first: $n) {{ totalCount }} {'} }' * (head != 'posts')} }}"
        )
        answer = await world.ask(text, "unit", n=first)
        (error,) = answer.errors
        assert error["extensions"]["reason"] == "FIRST_OUT_OF_RANGE"
        answer = await world.ask(text.replace("(first:", "(last:"), "unit", n=first)
        (error,) = answer.errors
        assert error["extensions"]["reason"] == "FIRST_OUT_OF_RANGE"


async def test_a_page_from_both_ends_is_refused(world: World) -> None:
    answer = await world.ask("{ posts(first: 1, last: 1) { totalCount } }", "unit")
    (error,) = answer.errors
    assert error["extensions"]["reason"] == "FIRST_AND_LAST"


async def test_rows_between_two_cursors_are_cut_from_either_end(world: World) -> None:
    whole = (await world.ask("{ posts { edges { cursor node { id } } } }", "unit")).only["edges"]
    between = """query ($after: String, $before: String, $first: Int, $last: Int) {
      posts(after: $after, before: $before, first: $first, last: $last) { nodes { id }
        pageInfo { hasNextPage hasPreviousPage } } }"""
    ends = {"after": whole[1]["cursor"], "before": whole[6]["cursor"]}
    inner = [edge["node"] for edge in whole[2:6]]
    more = {"hasNextPage": True, "hasPreviousPage": True}
    for name, size, rows in (("first", 20, inner), ("first", 2, inner[:2]), ("last", 3, inner[1:])):
        given = {**ends, name: size}
        page = (await world.ask(between, "unit", **given)).only
        assert page == {"nodes": rows, "pageInfo": more}
    nothing = {"after": ends["before"], "before": ends["after"]}
    assert (await world.ask(between, "unit", **nothing)).only["nodes"] == []


async def test_a_page_of_null_is_one_of_the_default_size(world: World) -> None:
    asked = "query ($n: Int) { posts(first: $n) { totalCount edges { cursor } } }"
    assert (await world.ask(asked, "unit", n=None)).only == (await world.ask(asked, "unit")).only


async def test_the_least_and_the_largest_page(world: World) -> None:
    none = (await world.ask(f"{{ posts(first: 0) {{ {EDGES} edges {{ cursor }} }} }}", "unit")).only
    assert none["edges"] == []
    assert none["totalCount"] == len(NAMES)
    assert none["pageInfo"] | {"hasNextPage": None} == {
        "hasNextPage": None,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }
    assert none["pageInfo"]["hasNextPage"] is True
    all_ = (await world.ask("{ posts(first: 100) { edges { cursor } } }", "unit")).only
    assert len(all_["edges"]) == len(NAMES)


async def test_an_empty_list_is_a_page(world: World) -> None:
    page = (await world.ask(f"{{ posts {{ {EDGES} edges {{ cursor }} }} }}", "officer")).only
    assert page["edges"] == []
    assert page["totalCount"] == 0
    assert page["pageInfo"]["hasNextPage"] is False


async def test_a_cursor_of_another_order_or_of_nobody_is_refused(world: World) -> None:
    text = "query ($c: String) { posts(after: $c, orderBy: NAME) { totalCount } }"
    newest = "{ posts(first: 1) { pageInfo { endCursor } } }"
    other = (await world.ask(newest, "unit")).only["pageInfo"]["endCursor"]
    named = newest.replace("first: 1", "first: 1, orderBy: NAME")
    own = (await world.ask(named, "unit")).only["pageInfo"]["endCursor"]
    assert (await world.ask(text, "unit", c=own)).only["totalCount"] == len(NAMES)
    for cursor in (other, "", "garbage", f"{own}=", own[:-2], own * 2, "null", "W10", "编号"):
        answer = await world.ask(text, "unit", c=cursor)
        (error,) = answer.errors
        assert error["extensions"]["reason"] == "CURSOR_UNKNOWN"
        assert len(cursor) < 8 or cursor not in str(answer.body)


@pytest.mark.parametrize(
    ("field", "arguments", "number"),
    [
        ("posts", "status: [RETURNED]", 4),
        ("posts", "status: [RETURNED, APPROVED]", 8),
        ("posts", "status: []", 0),
        ("posts", "status: null", 8),
        ("posts", 'name: "%"', 2),
        ("posts", 'name: "_"', 1),
        ("posts", 'name: "甲"', 3),
        ("posts", 'name: "AbC"', 2),
        ("posts", 'name: "\\\\"', 1),
        ("posts", 'name: ""', 8),
        ("posts", 'name: "\'"', 0),
        ("posts", 'name: "甲", status: [RETURNED]', 3),
        ("units", 'region: "220104"', 1),
        ("units", 'region: "220100"', 2),
        ("units", 'region: "220000"', 3),
        ("units", 'region: "000000"', 3),
        ("units", 'region: "510000"', 0),
        ("interns", "category: [UNEMPLOYED_YOUTH]", 1),
        ("interns", "category: [GRADUATE]", 0),
        ("monthlyReports", 'monthFrom: "2025-02", monthTo: "2025-04"', 3),
        ("monthlyReports", 'monthFrom: "2025-04"', 3),
        ("monthlyReports", 'monthTo: "2025-01"', 1),
        ("monthlyReports", 'monthFrom: "2025-05", monthTo: "2025-01"', 0),
        ("monthlyReports", 'from: "2025-02", to: "2025-04"', 3),  # as released
        ("monthlyReports", 'from: "2025-05", monthTo: "2025-01"', 0),
        ("claims", "kind: [MENTORING]", 1),
        ("claims", 'kind: [LIVING_ALLOWANCE], from: "2025-02"', 1),
        ("claims", "status: [DRAFT]", 3),
        ("claims", 'amountFrom: "980.50", amountTo: "2000.00"', 1),
        ("claims", 'submittedFrom: "2025-02-02"', 1),
        ("interns", 'startsTo: "2026-01-05", endsFrom: "2026-07-01"', 0),
        ("interns", 'startsFrom: "2026-01-05", endsTo: "2026-06-30"', 1),
        ("monthlyReports", 'amountFrom: "980.50"', 3),
        ("claimLines", 'amountTo: "2120.00"', 2),
        ("bankAccounts", "isDefault: true, holder: [UNIT]", 1),
        ("bankAccounts", "isDefault: false", 0),
        ("parameters", 'key: "nothing"', 0),
    ],
)
async def test_a_filter_narrows_rows_and_count_alike(
    world: World, field: str, arguments: str, number: int
) -> None:
    """J26, J31; a city's region holds its districts."""
    text = f"{{ {field}({arguments}) {{ totalCount edges {{ cursor }} }} }}"
    page = (await world.ask(text, "province")).only
    assert (page["totalCount"], len(page["edges"])) == (number, number)


async def test_the_whole_is_counted_only_when_asked_for(world: World) -> None:
    for head, tail in (("posts", ""), ("viewer { unit { posts", "} }")):
        counted = []
        for selection in ("edges { cursor }", "edges { cursor } totalCount"):
            await world.ask(f"{{ {head} {{ {selection} }} {tail} }}", "unit")
            counted.append(sum("count(" in statement for statement in world.statements))
        assert counted == [0, 1]


async def test_pages_of_many_parents_are_one_statement(world: World) -> None:
    text = """{ units { edges { node { id
      posts(first: 2, orderBy: NAME) { totalCount edges { node { name } } }
      more: posts(first: 3, status: [RETURNED]) { edges { node { name } } } } } } }"""
    page = (await world.ask(text, "province")).only
    reads = [s for s in world.statements if "FROM" in s and "set_config" not in s]
    assert len(reads) == 4
    sizes = {
        len(e["node"]["posts"]["edges"]): e["node"]["posts"]["totalCount"] for e in page["edges"]
    }
    assert sizes == {0: 0, 2: len(NAMES)}


TWINS = {
    "units": "declarations bankAccounts",
    "declarations": "staff changeRequests",
    "posts": "changeRequests",
    "interns": "changeRequests",
    "claims": "lines",
}
"""Plain lists that were released, by the list of their records."""


def name_connection(plain: str) -> str:
    return f"{plain if plain == 'staff' else plain.removesuffix('s')}Connection"


async def test_a_connection_holds_what_its_plain_list_holds(world: World) -> None:
    with AllFailures() as failures:
        for root, plain in (
            (root, name) for root, names in TWINS.items() for name in names.split()
        ):
            with failures.at(plain):
                twin = name_connection(plain)
                text = f"""{{ {root} {{ nodes {{ {plain} {{ id }} {twin}(first: 100) {{
                  totalCount nodes {{ id }} }} }} }} }}"""
                for row in (await world.ask(text, "unit")).only["nodes"]:
                    assert row[twin] == {
                        "totalCount": len(row[plain]),
                        "nodes": row[plain],
                    }
