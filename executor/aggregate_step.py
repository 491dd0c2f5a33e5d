"""Figures that one statement counts, written as the selection asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from executor.compiled_statement import compile_statement
from executor.plan_node import Placeholders, PlanNode, PlanRun, Row
from schema.kernel.binding import Aggregate


@dataclass(slots=True, kw_only=True)
class AggregateStep:
    """A root field that counts."""

    gap: int
    binding: Aggregate
    given: Callable[[PlanRun], Mapping[str, Any]]
    write: Callable[[Any], Any]

    async def execute(
        self, level: PlanNode, rows: Sequence[Row], gaps: Placeholders, run: PlanRun
    ) -> None:
        """Count, and put the figures where they were asked for."""
        counting = self.binding.read(dict(self.given(run)), run.viewer, run.service.today())
        found = await run.read(compile_statement(counting.select), counting.values, level.depth + 1)
        gaps[self.gap] = [orjson.dumps(self.write(counting.answer(found))).decode()]
