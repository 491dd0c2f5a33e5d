"""Beside bombs, slow connections and crowds nothing answers 5xx, and the health check answers."""

import pytest

from tests.crowd.__main__ import measure_all
from tests.crowd.kinds import BOMBS, KINDS


def test_all_bombs_and_crowds_are_measured() -> None:
    assert len(BOMBS) == 13
    assert {f"bomb: {name}" for name in BOMBS} <= KINDS.keys()
    assert len(KINDS) == 13 + 3 + 6


@pytest.mark.slow
async def test_no_crowd_brings_an_error_of_the_service_or_stops_the_health_check() -> None:
    found = await measure_all(seconds=1)
    assert [(one.name, one.told) for one in found if one.errors_5xx or not one.healthy] == []
