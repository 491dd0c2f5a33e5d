"""The officials of a district and one unit, saved once for all who tell of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from models import Account
from tests.factories.kept_database import KeptDatabase, Stage
from tests.factories.world import a_world, add_officials


@dataclass(frozen=True)
class Peopled:
    """The officials of a district and one unit with a complete profile."""

    stage: Stage
    accounts: Mapping[str, Account]


async def save_peopled(kept_database: KeptDatabase) -> Peopled:
    """Add them to a new installation, and save it."""
    async with a_world(await kept_database.load(kept_database.pristine)) as world:
        await add_officials(world)
        await world.add_unit("unit")
    return Peopled(await kept_database.save(), world.accounts)
