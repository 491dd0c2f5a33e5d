"""Everything that happened to a unit, and to a person (X9, X10)."""

from datetime import date, timedelta
from typing import Any

from models import History, Role
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import CHAOYANG_DISTRICT, an_id, an_id_number
from tests.factories.story import story
from tests.factories.world import NOW, World, build_global_id

STEPS = """timeline(first: $first, after: $after, orderBy: $order,
    kind: $kind, from: $from, to: $to) {
  totalCount pageInfo { hasNextPage endCursor }
  edges { node { kind title action fromStatus toStatus reason at accountName role
    changes { field after } unit { name } record { __typename id } } } }"""
ARGUMENTS = """$first: Int! = 100, $after: String, $order: RecordOrder, $kind: [Subject!],
  $from: Date, $to: Date"""
OF_UNIT = f"query ({ARGUMENTS}) {{ viewer {{ unit {{ {STEPS} }} }} }}"
OF_ANY = f"""query ($id: ID!, {ARGUMENTS}) {{ node(id: $id) {{
  ... on Unit {{ {STEPS} }} ... on Person {{ {STEPS} }} }} }}"""


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def of_unit(world: World, **given: Any) -> Any:
    return (await world.ask(OF_UNIT, "unit", **given)).only["unit"]["timeline"]


async def of(world: World, id: str, as_: str, **given: Any) -> Any:
    found = (await world.ask(OF_ANY, as_, id=id, **given)).only
    return found and found["timeline"]


def steps(found: Any) -> list[tuple[str, str]]:
    return [(edge["node"]["kind"], edge["node"]["action"]) for edge in found["edges"]]


async def test_x9_a_unit_s_timeline_tells_all_kinds_newest_first(chain: InternshipScenario) -> None:
    world = chain.world
    world.clock.now += timedelta(days=1)
    intern = await chain.approve_intern(1)
    world.clock.now += timedelta(days=1)
    (report,) = await chain.approve_reports("2024-08", intern)
    await chain.add_bank_account()
    found = await of_unit(world)
    assert steps(found) == [
        ("BANK_ACCOUNT", "CREATE"),
        ("MONTHLY_REPORT", "APPROVE"),
        ("MONTHLY_REPORT", "SUBMIT"),
        ("MONTHLY_REPORT", "CREATE"),
        ("INTERN", "APPROVE"),
        ("INTERN", "SUBMIT"),
        ("INTERN", "CREATE"),
        ("POST", "CREATE"),
        ("DECLARATION", "APPROVE"),
        ("DECLARATION", "SUBMIT"),
        ("DECLARATION", "CREATE"),
    ]
    assert found["totalCount"] == 11
    nodes = [edge["node"] for edge in found["edges"]]
    assert [node["title"] for node in nodes[:8:3]] == ["***************3446", "2024-08", "见习生1"]
    assert nodes[1]["record"] == {"__typename": "MonthlyReport", "id": report["id"]}
    assert nodes[4]["record"] == {"__typename": "Intern", "id": intern["id"]}
    assert {node["unit"]["name"] for node in nodes} == {"unit有限公司"}
    assert (nodes[1]["accountName"], nodes[1]["role"]) == ("officer account", "DISTRICT_OFFICER")
    assert steps(await of_unit(world, order="OLDEST")) == steps(found)[::-1]


async def test_x9_a_timeline_is_narrowed_by_kind_and_by_days_of_shanghai(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    world.clock.now = NOW.replace(hour=16) + timedelta(days=1)  # 12 March, 00:00 in Shanghai
    await chain.approve_intern(1)
    assert len(steps(await of_unit(world, kind=["POST", "DECLARATION"]))) == 4
    assert len(steps(await of_unit(world, **{"from": "2025-03-12"}))) == 3
    assert len(steps(await of_unit(world, to="2025-03-11"))) == 4
    day = {"from": "2025-03-12", "to": "2025-03-12"}
    assert (await of_unit(world, **day, kind=["INTERN"]))["totalCount"] == 3
    assert (await of_unit(world, **day, kind=["CLAIM"]))["totalCount"] == 0


async def test_x9_pages_of_a_timeline_hold_every_step_once(chain: InternshipScenario) -> None:
    """Many steps of one instant too: a bulk save has one for every row."""
    interns = [await chain.approve_intern(number) for number in range(1, 4)]
    await chain.approve_reports("2024-08", *interns)
    for order in ("NEWEST", "OLDEST"):
        whole = (await of_unit(chain.world, order=order))["edges"]
        found: list[Any] = []
        after = None
        for _ in whole:
            page = await of_unit(chain.world, order=order, first=5, after=after)
            found += page["edges"]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert found == whole


async def test_x10_a_unit_s_timeline_is_seen_by_itself_and_its_officers(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    await world.add_unit("other")
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, "220102")
    unit = build_global_id("Unit", world.accounts["unit"].unit_id or an_id())
    assert len(steps(await of(world, unit, "officer"))) == 4
    assert await of(world, unit, "other") is None
    assert await of(world, unit, "elsewhere") is None


async def with_person(chain: InternshipScenario) -> tuple[str, Any]:
    """Let a person be an intern whose report is returned and corrected, and sign in."""
    world = chain.world
    intern = await chain.approve_intern(1)
    (row,) = await chain.save_reports("2024-08", intern)
    sent = await world.mutate(
        "submitMonthlyReports", {"records": [to_decision(row)]}, "unit", REPORTS
    )
    back = {"records": list(map(to_decision, sent["monthlyReports"])), "reason": "此人考勤存疑"}
    await world.mutate("returnMonthlyReports", back, "officer")
    row = {"internId": intern["id"], "version": 3, "remarks": "已核实", "daysAttended": 20}
    rows = [row | {"wagePaid": "3400.00", "insurancePaid": "0.00"}]
    await world.mutate("saveMonthlyReports", {"month": "2024-08", "rows": rows}, "unit")
    person = an_id("person", 1)
    await world.add_account("me", Role.PERSON, CHAOYANG_DISTRICT, person_id=person)
    return build_global_id("Person", person), intern


REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version } }"
TOLD = [
    ("MONTHLY_REPORT", "CHANGE"),
    ("MONTHLY_REPORT", "RETURN"),
    ("MONTHLY_REPORT", "SUBMIT"),
    ("MONTHLY_REPORT", "CREATE"),
    ("INTERN", "APPROVE"),
    ("INTERN", "SUBMIT"),
    ("INTERN", "CREATE"),
]


async def test_x10_a_person_sees_what_happened_to_them_but_no_remarks(
    chain: InternshipScenario,
) -> None:
    person, intern = await with_person(chain)
    found = await of(chain.world, person, "me")
    assert steps(found) == TOLD
    nodes = [edge["node"] for edge in found["edges"]]
    assert {node["reason"] for node in nodes} == {None}
    assert [c["field"] for c in nodes[0]["changes"]] == ["days_attended", "insurance_paid"]
    assert {node["record"] and node["record"]["id"] for node in nodes} == {None}
    assert nodes[0]["title"] == "2024-08"
    whole = await of(chain.world, person, "officer")
    assert steps(whole) == TOLD
    assert whole["edges"][1]["node"]["reason"] == "此人考勤存疑"
    assert [c["field"] for c in whole["edges"][0]["node"]["changes"]] == [
        "remarks",
        "days_attended",
        "insurance_paid",
    ]
    assert whole["edges"][-1]["node"]["record"]["id"] == intern["id"]


async def test_x10_a_person_sees_nothing_of_anybody_else(chain: InternshipScenario) -> None:
    person, _ = await with_person(chain)
    world = chain.world
    other = await world.add_person(2)
    await world.add_account("somebody", Role.PERSON, CHAOYANG_DISTRICT, person_id=other.id)
    assert await of(world, person, "somebody") is None
    assert steps(await of(world, build_global_id("Person", other.id), "somebody")) == []
    assert await of(world, build_global_id("Person", other.id), "me") is None
    rows = [row for row in await world.load_rows(History) if row.person_id is None]
    step = "query ($id: ID!) { node(id: $id) { id } }"
    for row in rows:
        assert (
            await world.ask(step, "me", id=build_global_id("History", row.unit_id, row.id))
        ).only is None


async def test_x10_another_unit_sees_of_a_person_only_its_own_steps(
    chain: InternshipScenario,
) -> None:
    person, _ = await with_person(chain)
    await chain.world.add_unit("other")
    text = f"""mutation ($input: PersonLookUpInput!, {ARGUMENTS}) {{ lookUpPerson(input: $input) {{
      ... on PersonPayload {{ person {{ id {STEPS} }} }} }} }}"""
    sought = {"idNumber": an_id_number(1), "name": "见习生1"}
    for who, expected in (("other", []), ("unit", TOLD)):
        found = (await chain.world.ask(text, who, input=sought)).only["person"]
        assert found["id"] == person
        assert steps(found["timeline"]) == expected


async def test_x9_a_claim_s_struck_line_is_in_the_timeline_of_the_person(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    for month in (8, 9, 10):
        await chain.approve_reports(f"{date(2024, month, 1):%Y-%m}", intern)
    await chain.submit_claim("2024-10")
    lines = "{ claims { edges { node { lines { id version } } } } }"
    edges = (await chain.world.ask(lines, "officer")).only["edges"]
    strike = to_decision(edges[0]["node"]["lines"][0]) | {"reason": "考勤不符"}
    await chain.world.mutate("strikeClaimLine", strike, "officer")
    person = build_global_id("Person", an_id("person", 1))
    assert steps(await of(chain.world, person, "officer"))[0] == ("CLAIM_LINE", "STRIKE")
