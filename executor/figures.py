"""Figures that one statement counts, written as the selection asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from executor.level import Gaps, Level, Row, Run
from executor.statement import text_of
from schema.kernel.binding import Counted


@dataclass(slots=True)
class Figures:
    """A root field that counts."""

    gap: int
    binding: Counted
    given: Callable[[Run], Mapping[str, Any]]
    write: Callable[[Any], Any]

    async def follow(self, level: Level, rows: Sequence[Row], gaps: Gaps, run: Run) -> None:
        """Count, and put the figures where they were asked for."""
        counting = self.binding.read(dict(self.given(run)), run.viewer, run.service.today())
        found = await run.read(text_of(counting.select), counting.values, level.depth + 1)
        gaps[self.gap] = [orjson.dumps(self.write(counting.answer(found))).decode()]
