"""What ends and what is changed by request comes to the officer's desk as well (X1, X9, X16)."""

from typing import Any

from models import Intern, Reduction, Status
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.story import story
from tests.factories.world import World

QUEUE = """{ workQueue(first: 50) { edges { node { kind submittedAt
    record { __typename id changes { field before after } } } } }
  workCounts { kind count } }"""
OUTCOMES = """... on ReviewPayload { outcomes {
  record { __typename id status } faults { reason path } } }"""
REQUEST = "... on ChangeRequestPayload { changeRequest { id version } }"
TIMELINE = """{ viewer { unit { timeline(first: 100, kind: [REDUCTION, CHANGE_REQUEST]) {
  edges { node { kind action record { __typename id } changes { field fieldName after } } } } } }
}"""
CHANGES = "query ($id: ID!) { node(id: $id) { ... on Reduction { changes { field after } } } }"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def requested(chain: InternshipScenario, intern: Any, ends_on: str) -> Any:
    """Ask for another last day of an intern."""
    terms = chain.build_terms(1, endsOn=ends_on)
    wanted = to_decision(intern) | {n: terms[n] for n in terms if n not in {"idNumber", "name"}}
    draft = {"change": {"intern": wanted}, "motive": "协议变更"}
    row = (await chain.world.mutate("requestChange", draft, "unit", REQUEST))["changeRequest"]
    return await chain.run_step("submitChangeRequest", to_decision(row), "unit", "changeRequest")


async def test_x1_reductions_and_change_requests_wait_in_the_one_queue(
    chain: InternshipScenario,
) -> None:
    first, second = await chain.approve_intern(1), await chain.approve_intern(2)
    reduction = await chain.submit_reduction(first, "2025-02-28")
    request = await requested(chain, second, "2025-05-31")
    found = (await chain.world.ask(QUEUE, "officer")).data
    waiting = {e["node"]["kind"]: e["node"]["record"] for e in found["workQueue"]["edges"]}
    assert waiting["REDUCTION"] == {
        "__typename": "Reduction",
        "id": reduction["id"],
        "changes": [],
    }
    assert waiting["CHANGE_REQUEST"]["id"] == request["id"]
    assert ("ends_on", "2025-05-31") in {
        (change["field"], change["after"]) for change in waiting["CHANGE_REQUEST"]["changes"]
    }
    counted = {row["kind"]: row["count"] for row in found["workCounts"]}
    assert (counted["REDUCTION"], counted["CHANGE_REQUEST"]) == (1, 1)


async def test_x1_of_many_reductions_each_ends_its_internship_or_says_why_not(
    chain: InternshipScenario,
) -> None:
    """X1, J23: what the approval of one brings about is undone with it, and no other."""
    world = chain.world
    interns = [await chain.approve_intern(n) for n in (1, 2, 3)]
    rows = [await chain.submit_reduction(intern, "2025-02-28") for intern in interns]
    back = to_decision(rows[1]) | {"reason": "日期有误"}
    await chain.run_step("returnReduction", back, "officer", "reduction")
    input = {"verdict": "APPROVE", "records": [to_decision(row) for row in rows]}
    result = await world.mutate("reviewReductions", input, "officer", OUTCOMES)
    told = [
        (each["record"]["status"], [fault["reason"] for fault in each["faults"]])
        for each in result["outcomes"]
    ]
    assert told == [("APPROVED", []), ("RETURNED", ["STALE_VERSION"]), ("APPROVED", [])]
    ended = {row.id for row in await world.load_rows(Intern) if row.ended_on is not None}
    approved = [row for row in await world.load_rows(Reduction) if row.status is Status.APPROVED]
    assert ended == {row.intern_id for row in approved}
    assert len(ended) == 2


async def test_x16_change_requests_are_reviewed_many_at_once(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    request = await requested(chain, intern, "2025-05-31")
    input = {"verdict": "REVOKE", "records": [to_decision(request)], "reason": "无"}
    result = await chain.world.mutate("reviewChangeRequests", input, "officer", OUTCOMES)
    assert [f["reason"] for f in result["outcomes"][0]["faults"]] == ["WRONG_STATUS"]
    input = {"verdict": "APPROVE", "records": [to_decision(request)]}
    result = await chain.world.mutate("reviewChangeRequests", input, "officer", OUTCOMES)
    assert result["outcomes"][0]["record"]["status"] == "APPROVED"
    (row,) = await chain.world.load_rows(Intern)
    assert f"{row.ends_on}" == "2025-05-31"


async def test_x9_the_timeline_tells_of_ends_and_requests(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.submit_reduction(intern, "2025-02-28")
    back = to_decision(row) | {"reason": "日期有误"}
    row = await chain.run_step("returnReduction", back, "officer", "reduction")
    why = {"employed": {"destination": "SELF_EMPLOYED"}}
    change = to_decision(row) | {"endedOn": "2025-01-15", "endReason": why}
    row = await chain.run_step("changeReduction", change, "unit", "reduction")
    changed = (await chain.world.ask(CHANGES, "officer", id=row["id"])).only["changes"]
    assert {"field": "ended_on", "after": "2025-01-15"} in changed
    other = await chain.approve_intern(2)
    await requested(chain, other, "2025-05-31")
    found = (await chain.world.ask(TIMELINE, "unit")).only["unit"]["timeline"]["edges"]
    steps = {(e["node"]["kind"], e["node"]["action"]) for e in found}
    assert {("REDUCTION", "RETURN"), ("REDUCTION", "CHANGE"), ("CHANGE_REQUEST", "SUBMIT")} <= steps
    assert all(e["node"]["record"] for e in found)
