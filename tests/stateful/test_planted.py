"""A walk finds by itself what was wrong once: each fault is put back, and has to be noticed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.database import TestCluster
from tests.factories.failures import AllFailures
from tests.stateful.campaign import EPISODE_STEPS, Ground, build_ground
from tests.stateful.planted import PLANTED, PlantedFault, notice_fault
from tests.stateful.sequence import load_sequence

PAGE = Path("docs/stateful-tests.md")
FURTHER_SEEDS = range(1, 9)
"""Where a walk goes another way than it did, and its seed no longer notices, these are tried."""


@pytest.fixture(scope="module")
async def ground(cluster: TestCluster) -> AsyncIterator[Ground]:
    async with build_ground(cluster) as ground:
        yield ground


@pytest.mark.slow
async def test_a_walk_notices_each_fault_that_is_put_back(ground: Ground) -> None:
    """X1, X2, X4, X8, X9, X13, X15, S10: and it tells nothing of the kind without the fault."""
    with AllFailures() as failures:
        for fault in PLANTED:
            if fault.step:
                with failures.at(fault.name):
                    await _require_notice(ground, fault)


async def _require_notice(ground: Ground, fault: PlantedFault) -> None:
    seeds = (fault.seed, *FURTHER_SEEDS)
    noticed = await notice_fault(ground, fault, seeds, EPISODE_STEPS)
    assert noticed, f"no walk noticed it, of seeds {seeds}"
    seed, step, _ = noticed
    sound = replace(fault, plant=lambda patch: None)
    assert await notice_fault(ground, sound, [seed], step) is None


@pytest.mark.slow
async def test_a_kept_sequence_breaks_again_once_its_fault_is_back(ground: Ground) -> None:
    """A sequence that breaks nothing, whatever the service does, would prove nothing."""
    with AllFailures() as failures:
        for fault in PLANTED:
            if fault.sequence:
                kept = load_sequence(fault.sequence)
                with failures.at(fault.name), pytest.MonkeyPatch.context() as patch:
                    fault.plant(patch)
                    assert await ground.find_violation(kept.steps, kept.violation)


def test_the_page_tells_of_each_planted_fault_where_it_was_noticed() -> None:
    page = PAGE.read_text()
    assert [row for row in map(PlantedFault.format_row, PLANTED) if row not in page] == []
