"""An account is given back: one officer proposes it, another one does it days later (X2, X18)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.factories.world import World

WAITING = timedelta(days=3)
GIVEN_BACK = "... on GivenBackPayload { appeal { id version status settledByName } resetCode }"


async def give_back(
    world: World,
    mutation: str,
    given: Mapping[str, Any],
    officers: tuple[str, str] = ("officer", "colleague"),
) -> Any:
    """Have two officers give an account back, the second one once the waiting is over."""
    proposed = await world.mutate(mutation, given, officers[0], GIVEN_BACK)
    assert proposed["appeal"]["status"] == "PROPOSED", proposed
    assert proposed["resetCode"] is None
    world.clock.now += WAITING
    again = {**given, "version": proposed["appeal"]["version"]}
    return await world.mutate(mutation, again, officers[1], GIVEN_BACK)
