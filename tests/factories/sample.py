"""A sample of what is too much for each run: another one every day, and all in the long run."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

import pytest

Thing = TypeVar("Thing")
SEED = int(os.environ.get("SAMPLE_SEED") or datetime.now(UTC).date().toordinal())
TOLD = f"SAMPLE_SEED={SEED} draws this sample again"
"""What a test says beside what failed."""

FEW, MANY = 8, 32
few_or_many = pytest.mark.parametrize("writers", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
"""How many write at once: few in each run, a crowd in the long one."""


def draw_sample(things: Sequence[Thing], size: int) -> list[Thing]:
    """Draw so many of some things, the same ones for as long as the seed is."""
    return Random(SEED).sample(things, min(size, len(things)))  # noqa: S311 - hides nothing
