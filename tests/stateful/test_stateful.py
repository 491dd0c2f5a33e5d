"""Random sequences of all mutations by all roles keep the invariants of the rulebook."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from fnmatch import fnmatchcase

import pytest

from tests.factories.database import TestCluster
from tests.factories.failures import AllFailures
from tests.stateful.campaign import Ground, Tally, build_ground, walk_seed
from tests.stateful.known import KNOWN, is_known
from tests.stateful.sequence import list_sequences, load_sequence
from tests.stateful.shrink import shrink_steps
from tests.stateful.step import Step

STEPS, SEED = 60, 20251129
ORDINARY_SHARE = 6
"""Of so many kept sequences one is walked in the ordinary tests; all are in the long run."""


@pytest.fixture(scope="module")
async def ground(cluster: TestCluster) -> AsyncIterator[Ground]:
    async with build_ground(cluster) as ground:
        yield ground


async def test_a_short_walk_breaks_no_invariant(ground: Ground) -> None:
    """Fail with each unknown fault's seed and shortest sequence; `.ci/run` walks further."""
    tally = Tally()
    await walk_seed(ground, SEED, STEPS, tally)
    told = []
    for key, finding in tally.found.items():
        if not is_known(key):
            told += [str(finding), *(f"    {step}" for step in await ground.shrink(finding))]
    assert not told, "\n".join(told)
    assert tally.steps == STEPS


@pytest.mark.slow
def test_a_seed_walks_the_same_way_in_any_process() -> None:
    """Whatever the keys, the order of hashes, and how many processes share the episodes."""

    def walk(hash_seed: str, jobs: str) -> list[str]:
        asked = ["--seed", "7", "--steps", "240", "--jobs", jobs, "--no-shrink", "--trace"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.stateful", *asked],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        return [line for line in done.stdout.splitlines() if line.startswith("[{")]

    first = walk("1", "1")
    assert len(first) == 240
    assert walk("2", "2") == first


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(list_sequences()[::ORDINARY_SHARE], id="some"),
        pytest.param(list_sequences(), id="all", marks=pytest.mark.slow),
    ],
)
async def test_kept_sequences_break_what_is_known_and_nothing_that_is_mended(
    ground: Ground, names: Sequence[str]
) -> None:
    with AllFailures() as failures:
        for name in names:
            with failures.at(name):
                kept = load_sequence(name)
                found = await ground.find_violation(kept.steps, kept.violation)
                if is_known(kept.violation):
                    assert found, "mended: take it from known.py; the sequence stays"
                else:
                    assert not found, "broken again"


def test_each_known_violation_has_a_sequence_that_shows_it() -> None:
    shown = [load_sequence(name).violation for name in list_sequences()]
    assert [p for p in KNOWN if not any(fnmatchcase(key, p) for key in shown)] == []


async def test_shrinking_finds_the_two_steps_that_matter() -> None:
    """Delta debugging leaves out everything but the cause."""
    steps = [Step(n, None, "x", {}) for n in range(40)]

    async def find(tried: Sequence[Step], key: str) -> bool:
        return {7, 31} <= {step.number for step in tried}

    kept = await shrink_steps(find, steps, "broken")
    assert [step.number for step in kept] == [7, 31]
