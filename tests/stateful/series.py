"""Seeds that are walked one after another, over days: what came of each stands in a file."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.stateful.campaign import Outcome, Telling, run_campaign

_LINE = re.compile(r"seed=(\d+) steps=(\d+) walked=\S+ broken=0 ")


def run_series(file: Path, seeds: Iterable[int], steps: int, jobs: int, telling: Telling) -> int:
    """Walk the seeds that are not finished by the file, with so many steps; count what broke.

    One that is interrupted, or that broke, is walked again from its first step.
    """
    broken = 0
    for seed in seeds:
        if (seed, steps) not in list_finished(file):
            came = run_campaign(range(seed, seed + 1), steps, jobs, telling)
            add_finished(file, seed, came)
            broken += came.broken
    return broken


def list_finished(file: Path) -> set[tuple[int, int]]:
    """List seeds, and how many steps of each a file tells of in which nothing broke."""
    lines = file.read_text().splitlines() if file.exists() else []
    return {(int(m[1]), int(m[2])) for line in lines if (m := _LINE.match(line))}


def add_finished(file: Path, seed: int, came: Outcome) -> None:
    """Tell a file of a seed: what came of it, and on which commit."""
    head = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=True
    )
    told = f"seed={seed} steps={came.steps} walked={came.walked} broken={came.broken}"
    with file.open("a") as lines:
        lines.write(f"{told} commit={head.stdout.strip()}\n")
