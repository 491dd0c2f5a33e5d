"""What happened to records of offices, read as clients read it (X9)."""

from typing import Any

from tests.factories.world import World

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
