"""The shortest sequence that still breaks an invariant: by names, then by delta debugging."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence

import orjson

from tests.stateful.runner import CLOCK
from tests.stateful.step import Step

Finder = Callable[[Sequence[Step], str], Awaitable[bool]]
NAME_PATTERN = re.compile(r"[@#$]?([a-z_]+ [0-9]+\.[0-9]+)")


async def shrink_steps(
    find: Finder, steps: Sequence[Step], key: str, done: Iterable[int] = ()
) -> Sequence[Step]:
    """Leave out what the last step has nothing to do with, then ever smaller chunks (ddmin).

    `done` are the numbers of the steps that were not refused: those that were are left out first.
    A sequence whose fault is not found again is given back whole.
    """
    kept = list(steps)
    numbers = {*done, steps[-1].number}
    related = slice_steps(steps)
    for fewer in (
        [step for step in related if step.number in numbers],
        related,
        [step for step in steps if step.number in numbers],
    ):
        if len(fewer) < len(kept) and await find(fewer, key):
            kept = fewer
            break
    else:
        if not await find(kept, key):
            return kept
    return await _leave_out_chunks(find, kept, key)


async def _leave_out_chunks(find: Finder, steps: Sequence[Step], key: str) -> Sequence[Step]:
    kept, parts = list(steps), 2
    while len(kept) > 1:
        size = max(1, len(kept) // parts)
        for start in range(0, len(kept), size):
            less = kept[:start] + kept[start + size :]
            if less and await find(less, key):
                kept, parts = less, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(kept))
    return kept


def slice_steps(steps: Sequence[Step]) -> list[Step]:
    """Keep the last step, those that made or moved what it names, and so on back; and the clock."""
    wanted, kept = list_names(steps[-1]), [steps[-1]]
    for step in reversed(steps[:-1]):
        made = any(name.split(" ")[1].split(".")[0] == str(step.number) for name in wanted)
        names = list_names(step)
        if made or step.what == CLOCK or names & wanted:
            wanted |= names
            kept.append(step)
    return kept[::-1]


def list_names(step: Step) -> set[str]:
    """Name the records that a step speaks of."""
    return set(NAME_PATTERN.findall(orjson.dumps(step.to_json()).decode()))
