"""Parameters: withdrawn by whom proposed them, who is told, and what happened (X6, X9, X10)."""

import asyncio
from typing import Any

from models import OfficeHistory, Parameter, ParameterStatus, Role
from tests.factories.internship_scenario import to_decision
from tests.factories.world import World
from tests.schema.policy.test_parameter import decide, propose

ROW = """query ($id: ID!) { node(id: $id) { ... on Parameter { id version status
  proposedBy approvedBy
  possibleActions { action allowed reason }
  history(first: 50) { totalCount edges { node { kind title action fromStatus toStatus reason
    accountName role region record { id } changes { field before after } } } } } } }"""


async def read_parameter(world: World, row: Any, as_: str = "province") -> Any:
    return (await world.ask(ROW, as_, id=row["id"])).only


async def steps_of(world: World, row: Any, as_: str = "province") -> list[Any]:
    """Read a parameter's history, oldest first."""
    found = await read_parameter(world, row, as_)
    return [edge["node"] for edge in found["history"]["edges"]][::-1]


async def withdraw(world: World, row: Any, as_: str = "province") -> Any:
    then = "... on ParameterPayload { parameter { id version status } }"
    result = await world.mutate("withdrawParameter", to_decision(row), as_, then)
    return result.get("parameter", result)


async def test_x6_whoever_proposed_a_parameter_withdraws_it_and_nobody_decides_then(
    world: World,
) -> None:
    row = await propose(world)
    other = await withdraw(world, row, "deputy")
    assert other["reason"] == "PARAMETER_OF_ANOTHER"
    gone = await withdraw(world, row)
    assert (gone["status"], gone["version"]) == ("WITHDRAWN", 2)
    assert (await decide(world, gone))["reason"] == "PARAMETER_WITHDRAWN"
    assert (await withdraw(world, gone))["reason"] == "PARAMETER_WITHDRAWN"
    approved = await decide(world, await propose(world))
    assert (await withdraw(world, approved))["reason"] == "PARAMETER_DECIDED"


async def test_x4_what_may_be_done_to_a_parameter_is_told_to_who_may(world: World) -> None:
    row = await propose(world)

    async def allowed(as_: str) -> dict[str, Any]:
        found = (await read_parameter(world, row, as_))["possibleActions"]
        return {each["action"]: each["reason"] for each in found}

    assert await allowed("province") == {
        "APPROVE": "FOUR_EYES",
        "REFUSE": "FOUR_EYES",
        "WITHDRAW": None,
    }
    assert await allowed("deputy") == {
        "APPROVE": None,
        "REFUSE": None,
        "WITHDRAW": "PARAMETER_OF_ANOTHER",
    }
    await decide(world, row)
    assert await allowed("officer") == {}


async def test_x10_what_is_proposed_is_seen_by_those_who_propose_decide_and_audit(
    world: World,
) -> None:
    """By node and in the list, with its history; once it is approved, by everybody (section 5)."""
    await world.add_account("finance", Role.FINANCE, "220000")
    await world.add_account("auditor", Role.AUDITOR, "220000")
    deciders, others = ("province", "deputy", "auditor"), ("officer", "city", "finance", "unit")
    proposal, refused = await propose(world), await propose(world, value="2000")
    await decide(world, refused, verb="refuse")

    async def list_readers(row: Any) -> list[str]:
        found = [await read_parameter(world, row, as_) for as_ in (*deciders, *others)]
        return [as_ for as_, each in zip((*deciders, *others), found, strict=True) if each]

    assert await list_readers(proposal) == [*deciders]
    assert await list_readers(refused) == [*deciders]
    await decide(world, proposal)
    assert await list_readers(proposal) == [*deciders, *others]
    assert await steps_of(world, proposal, "officer")
    assert (await steps_of(world, refused, "deputy"))[0]["action"] == "CREATE"


async def test_x12_of_a_withdrawal_and_decisions_at_once_one_wins_and_leaves_one_step(
    world: World,
) -> None:
    row = await propose(world)
    results = await asyncio.gather(
        *(withdraw(world, row) for _ in range(3)),
        *(decide(world, row) for _ in range(3)),
        *(decide(world, row, verb="refuse") for _ in range(2)),
    )
    assert sum("status" in result for result in results) == 1
    assert sum(result.get("__typename") == "StaleVersion" for result in results) == 7
    (now,) = await load_proposals(world)
    steps = await steps_of(world, row)
    assert [step["toStatus"] for step in steps] == ["PROPOSED", now.status]


async def load_proposals(world: World) -> list[Parameter]:
    return [row for row in await world.load_rows(Parameter) if row.proposed_by is not None]


async def test_x9_who_proposed_and_who_approved_is_told_step_by_step(world: World) -> None:
    row = await propose(world)
    await decide(world, row)
    refused = await propose(world)
    await decide(world, refused, verb="refuse")
    steps = await steps_of(world, row)
    assert [
        (s["action"], s["fromStatus"], s["toStatus"], s["accountName"], s["role"]) for s in steps
    ] == [
        ("CREATE", None, "PROPOSED", "province account", "PROVINCE_ADMINISTRATOR"),
        ("APPROVE", "PROPOSED", "APPROVED", "deputy account", "PROVINCE_ADMINISTRATOR"),
    ]
    assert {(s["kind"], s["title"], s["record"]["id"]) for s in steps} == {
        ("PARAMETER", "minimum_wage", row["id"])
    }
    (_, step) = await steps_of(world, refused)
    assert (step["action"], step["reason"]) == ("REFUSE", "依据不足")
    found = await read_parameter(world, row)
    assert (found["proposedBy"], found["approvedBy"]) == ("province account", "deputy account")
    assert (await read_parameter(world, refused))["approvedBy"] is None


async def test_x10_names_are_masked_for_whom_the_region_is_not(world: World) -> None:
    await world.add_account("sichuan", Role.PROVINCE_ADMINISTRATOR, "510000")
    await world.add_account("nation", Role.AUDITOR, "000000")
    row = await propose(world)
    await decide(world, row)
    for as_, seen in (("nation", True), ("officer", False), ("unit", False), ("sichuan", False)):
        found = await read_parameter(world, row, as_)
        names = {found["proposedBy"], found["approvedBy"]}
        told = {edge["node"]["accountName"] for edge in found["history"]["edges"]}
        assert found["history"]["totalCount"] == 2
        assert names == told
        assert ("province account" in names) == seen, as_
        assert all("*" in name for name in names) != seen, as_


async def test_x9_a_refused_step_leaves_nothing_in_the_history(world: World) -> None:
    row = await propose(world)
    before = len(await world.load_rows(OfficeHistory))
    await decide(world, row, "province")
    await withdraw(world, row, "deputy")
    await propose(world, value="2,000")
    assert len(await world.load_rows(OfficeHistory)) == before
    assert [p.status for p in await load_proposals(world)] == [ParameterStatus.PROPOSED]
