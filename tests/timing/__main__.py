"""`python -m tests.timing`: ask both sides of each secret in turn, and compare how long it took.

A measurement for people, on a machine that does little else. It compares medians of interleaved
samples, and says how sure it is by drawing them anew.
"""

import argparse
import asyncio
import logging
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from statistics import median, quantiles
from typing import NamedTuple

import asyncpg
import structlog

from gateways.password import PasswordHashing
from server.settings.settings import MAX_POINTS
from tests.factories.database import as_superuser, run_cluster
from tests.factories.world import World, a_world
from tests.server.serving import Served, serving
from tests.timing.secrets import Request, Secret, prepare

MOST = 1.1
"""No side's median takes longer than another's by more."""
DRAWS = 400
GENEROUS = {
    "POINTS_PER_ACCOUNT": str(MAX_POINTS),
    "POINTS_PER_ADDRESS": str(MAX_POINTS),
    "POINTS_PER_STRANGER": str(MAX_POINTS),
}


class Compared(NamedTuple):
    """Two sides of a secret: how many times longer one takes, and between which bounds surely."""

    secret: str
    sides: tuple[str, str]
    ratio: float
    least: float
    greatest: float

    @property
    def differs(self) -> bool:
        """Return whether it is beyond doubt that one takes longer than it may."""
        return self.least > MOST or self.greatest < 1 / MOST


async def measure(
    served: Served, behind: asyncpg.Connection, secret: Secret, samples: int
) -> Mapping[str, Sequence[float]]:
    """Ask all sides in turn, in an order of chance; nothing counts how often."""
    took: dict[str, list[float]] = {side: [] for side in secret.sides}
    for _ in range(samples):
        await behind.execute("DELETE FROM rate_limit")
        for side in random.sample([*secret.sides], len(secret.sides)):
            took[side].append(await _time(served, secret.sides[side]))
    return took


async def _time(served: Served, request: Request) -> float:
    headers = {"authorization": f"Bearer {request.token}"} if request.token else {}
    begun = time.perf_counter()
    answer = await served.client.post("/graphql", json=request.body, headers=headers)
    ended = time.perf_counter()
    assert answer.status_code in {200, 401}, answer.text
    return ended - begun


def compare(secret: Secret, took: Mapping[str, Sequence[float]]) -> list[Compared]:
    """Compare each two sides by their medians; draw samples anew to see how sure that is."""
    draw = random.Random(1)  # noqa: S311 - the same draws each time
    found = []
    for one, other in combinations(secret.sides, 2):
        ratios = [
            median(draw.choices(took[one], k=len(took[one])))
            / median(draw.choices(took[other], k=len(took[other])))
            for _ in range(DRAWS)
        ]
        bounds = quantiles(ratios, n=40)
        ratio = median(took[one]) / median(took[other])
        found.append(Compared(secret.name, (one, other), ratio, bounds[0], bounds[-1]))
    return found


def sign(world: World, secret: Secret) -> Secret:
    """Give who asks a token of today: the service has a clock of its own."""
    world.clock.now = datetime.now(UTC)
    sides = {
        side: replace(each, token=world.issue_token(each.who)) if each.who else each
        for side, each in secret.sides.items()
    }
    return replace(secret, sides=sides)


async def measure_all(samples: int) -> list[Compared]:
    """Measure every secret on a running service, and tell of each."""
    found = list[Compared]()
    async with (
        run_cluster() as cluster,
        cluster.clone_database() as database,
        a_world(database) as world,
        as_superuser(database) as behind,
    ):
        # Hashes as costly as the service's own, whatever the tests save.
        world.service = replace(world.service, passwords=PasswordHashing())
        secrets = await prepare(world)
        database.home.mkdir(exist_ok=True)
        async with serving(database, database.home, **GENEROUS) as served:
            for secret in secrets:
                took = await measure(served, behind, sign(world, secret), samples)
                print(secret.name)
                for side, seconds in took.items():
                    print(f"  {side:24} {median(seconds) * 1000:8.2f} ms")
                for each in compare(secret, took):
                    sides = " / ".join(each.sides)
                    bounds = f"{each.least:.3f} to {each.greatest:.3f}"
                    print(f"  {sides:48} x {each.ratio:.3f}  ({bounds})", flush=True)
                    found.append(each)
    return found


def main() -> int:
    """Read the options, measure, and tell."""
    options = argparse.ArgumentParser(prog="tests.timing", description=__doc__)
    options.add_argument("--samples", type=int, default=200, help="of each side")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    found = asyncio.run(measure_all(given.samples))
    worst = max(max(each.ratio, 1 / each.ratio) for each in found)
    differing = sum(each.differs for each in found)
    print(f"pairs={len(found)} worst_ratio={worst:.3f} differing={differing}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
