"""Other figures for the budget of unknown persons than a service starts with (J15, X11)."""

from dataclasses import replace
from typing import Any

import pytest

from tests.factories.world import World

MORE_THAN_ANY_TEST_NAMES = 100_000


def change_figures(world: World, monkeypatch: pytest.MonkeyPatch, **figures: Any) -> None:
    """Have the service and its worker go by other figures."""
    service = replace(world.service, **figures)
    monkeypatch.setattr(world, "service", service)
    monkeypatch.setattr(world.app.state, "service", service)


def raise_budget(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let as many unknown persons be named as a test likes; what is left over is given back."""
    most = MORE_THAN_ANY_TEST_NAMES
    change_figures(
        world,
        monkeypatch,
        unknown_persons_per_day=most,
        unknown_persons_per_address_per_day=most,
    )
