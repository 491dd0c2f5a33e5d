"""J3: whoever types many names or numbers from one address is one asker in the line of tries."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateways.fair_line import Crowded
from gateways.heavy_work import HeavyWork
from resolvers.accounts.sign_in_try import count_code_try, count_sign_in_try
from resolvers.accounts.sms_code import PersonCodeRequest, request_person_code
from resolvers.kernel.context import Context
from resolvers.kernel.public_access import count_try_of_address
from resolvers.kernel.rate_limit import APPEALS_FOR_ONE_LIMIT
from rules.kernel.value import IdNumber
from rules.kernel.viewer import Viewer
from tests.factories.rows import an_id_number
from tests.factories.telephone import use_telephone
from tests.factories.world import World

THEIRS, OWN = "203.0.113.9", "198.51.100.7"
MANY = 100
"""More than may stand in the line."""


def ask_for_code(context: Context, n: int) -> Awaitable[object]:
    return request_person_code(context, PersonCodeRequest(id_number=IdNumber(an_id_number(n))))


def try_password(context: Context, n: int) -> Awaitable[object]:
    return count_sign_in_try(context, f"nobody {n}", None)


def try_code(context: Context, n: int) -> Awaitable[object]:
    return count_code_try(context, f"nobody {n}", None)


def appeal_for(context: Context, n: int) -> Awaitable[object]:
    return count_try_of_address(context, APPEALS_FOR_ONE_LIMIT, str(n))


@pytest.mark.parametrize("ask", [ask_for_code, try_password, try_code, appeal_for])
async def test_a_flood_of_numbers_from_one_address_keeps_no_other_out_of_the_line(
    world: World, ask: Callable[[Context, int], Awaitable[object]]
) -> None:
    use_telephone(world)
    flooding, other = (Context(world.service, Viewer(), address) for address in (THEIRS, OWN))
    line = world.service.places[HeavyWork.TRIES]
    async with line.hold_place("first"), line.hold_place("second"):
        flood = [asyncio.ensure_future(ask(flooding, n)) for n in range(MANY)]
        await asyncio.sleep(0)  # each of them comes to the line, or is turned away
        own = asyncio.ensure_future(count_sign_in_try(other, "amy", None))
        await asyncio.sleep(0)
    await own
    for each in flood:
        each.cancel()
    ended = await asyncio.gather(*flood, return_exceptions=True)
    assert Crowded in map(type, ended)
