"""X7: anybody sees what is published, masked, and may object to it; an officer settles that."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import ClaimLine, Objection, OfficeHistory, Person, Publicity, PublicityLine, Role
from resolvers.kernel.background import JobContext
from resolvers.kernel.clearing import CLEARINGS
from resolvers.kernel.rate_limit import OBJECTION_LIMIT
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.office import list_ways, read_office_history
from tests.factories.rows import NANGUAN_DISTRICT, NATIONWIDE_ACTOR, an_objection
from tests.factories.story import story
from tests.factories.stranger import mutate_as_stranger
from tests.factories.world import World
from tests.schema.payment.test_publicity import (  # noqa: F401 - a fixture
    OVER,
    approved,
    chain,
    claim_of,
    lines_of,
    named,
    publish,
    settled,
    states,
    told,
)

WRITERS = 16
NOTICES = """{ publicNotices { totalCount edges { node { id title kind regionName firstDay lastDay
  lines { totalCount edges { node { id number nameMasked idNumberMasked unitName amount outcome }
  } } } } } }"""
LODGED = "... on LodgedObjectionPayload { number regionName hotline }"
STANDING = "... on ObjectionStandingPayload { status settledAt settlement }"
SETTLED = "... on ObjectionPayload { objection { id version status reason } }"
LISTED = """{ objections { totalCount edges { node { id version status text contactNameMasked
  contactMobileMasked publicity { title } publicityLine { id number }
  possibleActions { action allowed reason } } } } }"""
WAITING = "{ workQueue { edges { node { id kind record { workItemId } } } } }"
QUEUE = """{ workQueue { edges { node { kind unit { name } record { __typename id } } } }
  workCounts { kind count } }"""
ACTIONS = """query ($id: ID!) { node(id: $id) { ... on ClaimLine {
  possibleActions { action allowed reason }
  claim { possibleActions { action allowed reason } } } } }"""
MOBILE = "13700001234"


async def notice(world: World, who: str | None = None) -> Any:
    (edge,) = (await world.ask(NOTICES, who)).only["edges"]
    return edge["node"]


async def lodged(world: World, then: str = LODGED, **changes: Any) -> Any:
    draft = {
        "noticeId": (await notice(world))["id"],
        "text": "该人员并未在此见习",
        "contactName": "周知情",
        "contactMobile": MOBILE,
    }
    return await mutate_as_stranger(world, "lodgeObjection", draft | changes, then)


async def listed(world: World, who: str = "officer") -> list[Any]:
    return [edge["node"] for edge in (await world.ask(LISTED, who)).only["edges"]]


async def settle(world: World, row: Any, as_: str = "colleague", *, upheld: bool = False) -> Any:
    input = to_decision(row) | {"upheld": upheld, "reason": "经核实，情况属实"}
    return await world.mutate("settleObjection", input, as_, SETTLED)


@story
async def lines(chain: InternshipScenario) -> list[Any]:  # noqa: F811 - the fixture
    claim = await approved(chain)
    return lines_of(await publish(chain, named(*claim["lines"])))


async def test_x7_everybody_reads_what_is_published_masked(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    found = await notice(chain.world)
    assert (found["title"], found["regionName"]) == (
        "2025年第一批见习补贴公示",
        "吉林省长春市朝阳区",
    )
    nodes = [edge["node"] for edge in found["lines"]["edges"]]
    assert [(n["number"], n["nameMasked"], n["amount"], n["outcome"]) for n in nodes] == [
        (1, "见*", "5880.00", "PENDING"),
        (2, "见*", "5880.00", "PENDING"),
    ]
    for who in ("unit", "officer", "province"):
        assert await notice(chain.world, who) == found
    shown = str(found)
    for person in await chain.world.load_rows(Person):
        assert person.name not in shown


async def test_x7_nothing_is_public_before_its_first_day_or_after_it_was_shown(
    chain: InternshipScenario,  # noqa: F811
) -> None:
    claim = await approved(chain)
    window = {"firstDay": "2025-03-12", "lastDay": "2025-03-20"}
    result = await publish(chain, named(*claim["lines"]), **window)
    world = chain.world
    by_id = "query ($id: ID!) { publicNotice(id: $id) { title lines { totalCount } } }"
    world.clock.set_day(date(2025, 3, 12))
    id_ = (await notice(world))["id"]
    for day, count in (("11", 0), ("12", 1), ("20", 1), ("31", 1)):
        world.clock.set_day(date(2025, 3, int(day)))
        for who in (None, "officer"):
            assert (await world.ask(NOTICES, who)).only["totalCount"] == count, day
            answer = (await world.ask(by_id, who, id=id_)).only
            assert bool(answer) == bool(count)
    world.clock.set_day(date(2025, 4, 5))
    assert (await world.ask(NOTICES)).only["totalCount"] == 0
    assert (await world.ask(by_id, id=id_)).only is None
    assert told(result) == [[], []]


async def test_x7_an_objection_stops_the_pass_of_its_line_until_it_is_dismissed(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    world = chain.world
    first = (await notice(world))["lines"]["edges"][0]["node"]
    receipt = await lodged(world, lineId=first["id"])
    assert receipt["hotline"] == "0431-80767550"
    (row,) = await listed(world)
    assert (row["contactNameMasked"], row["contactMobileMasked"]) == ("周*", "137****1234")
    assert row["publicityLine"]["number"] == 1
    queue = (await world.ask(QUEUE, "officer")).data
    assert {"kind": "OBJECTION", "count": 1} in queue["workCounts"]
    (work,) = [e["node"] for e in queue["workQueue"]["edges"] if e["node"]["kind"] == "OBJECTION"]
    assert work["record"] == {"__typename": "Objection", "id": row["id"]}
    world.clock.set_day(OVER)
    result = await settled(chain, "pass", named(*lines))
    assert sorted(told(result)) == [[], ["OBJECTION_OPEN"]]
    (disputed,) = [e["line"] for e in result["outcomes"] if e["faults"]]
    actions = (await world.ask(ACTIONS, "officer", id=disputed["id"])).only["possibleActions"]
    assert {"action": "PASS_PUBLICITY", "allowed": False, "reason": "OBJECTION_OPEN"} in actions
    assert {"action": "FAIL_PUBLICITY", "allowed": True, "reason": None} in actions
    answer = await settle(world, row)
    assert answer["objection"]["status"] == "REFUSED"
    passed = await settled(chain, "pass", named(disputed))
    assert (states(passed), claim_of(passed)["status"]) == (["PAYABLE"], "PUBLICITY_PASSED")
    known = await mutate_as_stranger(
        world, "lookUpObjection", {"number": receipt["number"].lower()}, STANDING
    )
    assert (known["status"], known["settlement"]) == ("REFUSED", "经核实，情况属实")


async def test_x7_an_objection_to_a_notice_stops_all_of_it_and_upheld_it_must_fail(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    world = chain.world
    await lodged(world)
    queue = (await world.ask(WAITING, "officer")).only["edges"]
    (waits,) = [e["node"] for e in queue if e["node"]["kind"] == "OBJECTION"]
    assert waits["record"]["workItemId"] == waits["id"]
    by_id = "query ($id: ID!) { node(id: $id) { ... on WorkItem { kind unit { id } } } }"
    found = (await world.ask(by_id, "officer", id=waits["id"])).only
    assert found == {"kind": "OBJECTION", "unit": None}
    world.clock.set_day(OVER)
    assert told(await settled(chain, "pass", named(*lines))) == [["OBJECTION_OPEN"]] * 2
    (row,) = await listed(world)
    assert (await settle(world, row, upheld=True))["objection"]["status"] == "APPROVED"
    assert told(await settled(chain, "pass", named(*lines))) == [["OBJECTION_UPHELD"]] * 2
    failed = await settled(chain, "fail", named(*lines))
    assert claim_of(failed)["status"] == "PUBLICITY_FAILED"


async def test_x2_who_published_does_not_settle_what_is_objected(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    await lodged(chain.world)
    (row,) = await listed(chain.world)
    assert {a["reason"] for a in row["possibleActions"]} == {"FOUR_EYES"}
    assert (await settle(chain.world, row, "officer"))["reason"] == "FOUR_EYES"
    assert (await settle(chain.world, row))["__typename"] == "ObjectionPayload"
    (row,) = await listed(chain.world, "colleague")
    assert (await settle(chain.world, row))["reason"] == "WRONG_STATUS"


@pytest.mark.parametrize("day", [date(2025, 3, 15), date(2025, 3, 20)])
async def test_x7_objections_are_taken_during_the_publicity_alone(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
    day: date,
) -> None:
    chain.world.clock.set_day(day)
    result = await lodged(chain.world)
    assert (result["reason"], result["path"]) == ("PUBLICITY_OVER", ["input", "noticeId"])
    assert "0431-80767550" in result["cure"]
    assert await chain.world.load_rows(Objection) == []


async def test_x7_nobody_objects_to_what_is_not_published(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    for wrong in ("x", "PublicNotice-" + "0" * 32, lines[0]["publicities"][0]["publicity"]["id"]):
        result = await lodged(chain.world, noticeId=wrong)
        assert (result["reason"], result["path"]) == ("NOT_FOUND", ["input", "noticeId"])
    for wrong in ("x", "PublicLine-" + "0" * 64, lines[0]["id"]):
        result = await lodged(chain.world, lineId=wrong)
        assert (result["reason"], result["path"]) == ("NOT_FOUND", ["input", "lineId"])
    unknown = await mutate_as_stranger(chain.world, "lookUpObjection", {"number": "7K2M"}, STANDING)
    assert unknown["reason"] == "OBJECTION_UNKNOWN"


async def test_x7_objections_from_one_address_are_limited(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    results = [await lodged(chain.world) for _ in range(OBJECTION_LIMIT.tries + 1)]
    assert [r["__typename"] for r in results].count(
        "LodgedObjectionPayload"
    ) == OBJECTION_LIMIT.tries
    assert results[-1]["reason"] == "TOO_MANY_TRIES"


async def test_x10_objections_are_for_the_officers_of_the_region_alone(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    await chain.world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    await lodged(chain.world)
    (row,) = await listed(chain.world)
    for who in ("elsewhere", "unit"):
        assert await listed(chain.world, who) == []
    assert (await settle(chain.world, row, "elsewhere"))["reason"] == "NOT_FOUND"


async def test_x7_who_lets_lines_pass_waits_for_an_objection_that_is_being_lodged(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    """At midnight: the objection came on the last day, and is written on the next."""
    world = chain.world
    (published, *_) = await world.load_rows(PublicityLine)
    (notice_row,) = await world.load_rows(Publicity)
    world.clock.set_day(OVER)
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await AdvisoryLock.PUBLICITY.lock_shared(session, notice_row.id)
        session.add(an_objection(notice_row, published))
        await session.flush()
        passing = asyncio.create_task(settled(chain, "pass", named(*lines)))
        while not await waits_for_a_lock(world):
            assert not passing.done()
    reasons = told(await passing)
    assert sorted(reasons) == [[], ["OBJECTION_OPEN"]]


async def waits_for_a_lock(world: World) -> bool:
    held = text("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
    async with world.service.writes.connect() as connection:
        return bool(await connection.scalar(held))


async def test_x7_who_is_signed_in_objects_as_anybody_does(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    world = chain.world
    draft = {"noticeId": (await notice(world))["id"], "text": "金额有误"}
    draft |= {"contactName": "周知情", "contactMobile": MOBILE}
    document = f"""mutation ($input: ObjectionDraftInput!) {{
      lodgeObjection(input: $input) {{ __typename {LODGED} }} }}"""
    answer = (await world.ask(document, "colleague", input=draft)).only
    assert answer["__typename"] == "LodgedObjectionPayload"
    (row,) = await listed(world, "colleague")
    assert (await settle(world, row, "colleague"))["reason"] == "FOUR_EYES"


async def test_s18_of_many_officers_who_settle_a_line_exactly_one_does(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    chain.world.clock.set_day(OVER)
    verbs = ["pass", "fail"] * (WRITERS // 2)
    attempts = [settled(chain, verb, named(*lines)) for verb in verbs]
    results = await asyncio.gather(*attempts)
    won = [verb for verb, result in zip(verbs, results, strict=True) if told(result) == [[], []]]
    assert len(won) == 1
    lost = [reason for r in results for reasons in told(r) for reason in reasons]
    assert set(lost) == {"STALE_VERSION"}
    assert len(lost) == 2 * (WRITERS - 1)
    state = "PAYABLE" if won == ["pass"] else "PUBLICITY_FAILED"
    assert {row.state for row in await chain.world.load_rows(ClaimLine)} == {state}


async def test_s17_of_many_officers_who_publish_a_line_exactly_one_does(
    chain: InternshipScenario,  # noqa: F811
) -> None:
    claim = await approved(chain)
    which = [named(*claim["lines"]), {"claimIds": [claim["id"]]}]
    results = await asyncio.gather(*(publish(chain, which[n % 2]) for n in range(WRITERS)))
    won = [r for r in results if r["__typename"] == "LinesPayload" and told(r) == [[], []]]
    assert len(won) == 1
    assert len(await chain.world.load_rows(PublicityLine)) == 2


async def test_x4_a_claim_says_when_its_publicity_may_pass(
    chain: InternshipScenario,  # noqa: F811
    lines: list[Any],
) -> None:
    async def said() -> Any:
        answer = (await chain.world.ask(ACTIONS, "officer", id=lines[0]["id"])).only
        own = {a["action"]: a["reason"] for a in answer["possibleActions"]}
        return own, {a["action"]: a["reason"] for a in answer["claim"]["possibleActions"]}

    for each in await said():
        assert each["PASS_PUBLICITY"] == "PUBLICITY_RUNNING"
        assert each["FAIL_PUBLICITY"] is None
        assert each["PUBLISH"] in {"WRONG_STATUS", "NO_LINE_IN_STATE"}
    chain.world.clock.set_day(OVER)
    for each in await said():
        assert each["PASS_PUBLICITY"] is None


async def test_x9_an_objections_way_names_who_settled_it_and_keeps_who_lodged_it_unnamed(
    chain: InternshipScenario,  # noqa: F811 - the fixture
    lines: list[Any],
) -> None:
    world = chain.world
    await lodged(world)
    (row,) = await listed(world)
    await settle(world, row, upheld=True)
    steps = await read_office_history(world, "Objection", row["id"])
    assert list_ways(steps) == [
        ("CREATE", None, "SUBMITTED", "公众 the public"),
        ("APPROVE", "SUBMITTED", "APPROVED", "colleague account"),
    ]
    assert [step["reason"] for step in steps] == [None, "经核实，情况属实"]
    assert {step["kind"] for step in steps} == {"OBJECTION"}
    assert "周知情" not in str(await world.load_rows(OfficeHistory))
    assert await read_office_history(world, "Objection", row["id"], "unit") == []


async def test_pipl_19_after_its_time_an_objection_says_what_was_decided_and_no_more(
    chain: InternshipScenario,  # noqa: F811 - the fixture
    lines: list[Any],
) -> None:
    world = chain.world
    await lodged(world)
    await lodged(world, text="另有一人未见习")
    row, waiting = await listed(world)
    await settle(world, row, upheld=True)
    clear, work = CLEARINGS["objections"], JobContext(service=world.service)
    world.clock.now += timedelta(days=1095)
    assert await clear(work) == 0
    world.clock.now += timedelta(days=1)
    assert sorted(await asyncio.gather(clear(work), clear(work))) == [0, 1]
    said = {node["id"]: node for node in await listed(world)}
    gone, kept = said[row["id"]], said[waiting["id"]]
    assert (gone["status"], gone["text"]) == ("APPROVED", "")
    assert (gone["contactNameMasked"], gone["contactMobileMasked"]) == ("", "")
    assert (kept["status"], kept["text"]) == ("SUBMITTED", waiting["text"])
    (stored,) = [each for each in await world.load_rows(Objection) if each.cleared_at]
    sealed = Objection.contact_name_sealed, Objection.contact_mobile_sealed
    assert [world.open_sealed(column, stored) for column in sealed] == ["", ""]
    assert stored.contact_mobile_index == world.service.seal.compute_index("mobile", "")
    assert stored.reason == "经核实，情况属实"
    steps = await read_office_history(world, "Objection", row["id"])
    assert [step["action"] for step in steps] == ["CREATE", "APPROVE", "CLEAR_OBJECTION"]


async def test_x7_nobody_puts_other_words_into_an_objection(
    chain: InternshipScenario,  # noqa: F811 - the fixture
    lines: list[Any],
) -> None:
    """The service may write the column to clear it, and to do nothing else."""
    world = chain.world
    await lodged(world)
    early: dict[str, object] = {"text": "", "cleared_at": world.clock.now}  # nobody settled it yet
    for values in ({"text": "我没有异议"}, {"text": ""}, early):
        async with AsyncSession(world.service.writes) as session:
            await set_rls_context(session, NATIONWIDE_ACTOR)
            with pytest.raises(DBAPIError, match="cleared, and never changed"):
                await session.execute(update(Objection).values(**values))


async def test_x9_of_many_officers_who_settle_an_objection_one_leaves_a_step(
    chain: InternshipScenario,  # noqa: F811 - the fixture
    lines: list[Any],
) -> None:
    world = chain.world
    await lodged(world)
    (row,) = await listed(world)
    results = await asyncio.gather(
        *(settle(world, row, upheld=bool(n % 2)) for n in range(WRITERS))
    )
    assert sum(result["__typename"] == "ObjectionPayload" for result in results) == 1
    steps = await read_office_history(world, "Objection", row["id"])
    assert len(steps) == 2
