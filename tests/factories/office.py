"""What offices decide, and what happened to their records, as clients do and read it (X6, X9)."""

from typing import Any

from tests.factories.world import World

PARAMETER = "... on ParameterPayload { parameter { id version } }"

QUERY = """query ($id: ID!) { node(id: $id) { ... on %s { %s(first: 100) { edges { node {
  kind title action fromStatus toStatus reason accountName role region record { id }
  changes { field before after } } } } } } }"""


async def read_office_history(
    world: World, kind: str, id: str, as_: str = "officer", field: str = "history"
) -> list[Any]:
    """Read what happened to a record, oldest first; nothing where it is not to be seen."""
    found = (await world.ask(QUERY % (kind, field), as_, id=id)).only
    return [edge["node"] for edge in found[field]["edges"]][::-1] if found else []


def list_ways(steps: list[Any]) -> list[tuple[Any, ...]]:
    """Give of each step what was done, from which state to which, and by whom."""
    return [(s["action"], s["fromStatus"], s["toStatus"], s["accountName"]) for s in steps]


async def decide_parameter(world: World, key: str, value: str, region: str = "220000") -> None:
    """Have one administrator propose a parameter's value and another one approve it (X6)."""
    draft = {"key": key, "region": region, "value": value, "confirmed": True}
    draft |= {"effectiveFrom": "2020-01-01", "source": "省厅通知"}
    proposed = await world.mutate("proposeParameter", draft, "province", PARAMETER)
    done = await world.mutate("approveParameter", proposed["parameter"], "deputy")
    assert done["__typename"] == "ParameterPayload", done
