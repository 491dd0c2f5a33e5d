"""The root field `viewer`: what a request knows of who asks, and the rows that are theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from executor.plan_node import Placeholders, PlanNode, PlanRun, Row
from loaders import statement
from rules.kernel.viewer import Viewer


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A field that needs no row."""

    name: str
    read: Callable[[PlanRun], Any]
    write: Callable[[Any], Any]

    async def to_text(self, run: PlanRun) -> str:
        """Write it."""
        return orjson.dumps(self.write(self.read(run))).decode()


@dataclass(frozen=True, slots=True)
class OwnRowRead:
    """A field that is a row of the viewer's own, found by a key that the request knows."""

    name: str
    find_key: Callable[[Viewer], UUID | None]
    level: PlanNode

    async def to_text(self, run: PlanRun) -> str:
        """Read the row, and write it; null where there is none."""
        key = self.find_key(run.viewer)
        if key is None:
            return "null"
        reading = statement.select_by_one_key(self.level.table)
        rows = await self.level.load_rows(reading, statement.to_key_parts((key,)), run)
        (texts,) = (await self.level.write_rows(rows, run)).values()
        return texts[0] if texts else "null"


@dataclass(frozen=True, slots=True)
class ViewerStep:
    """The viewer, field by field in the order of the answer."""

    gap: int
    fields: Sequence[KnownValue | OwnRowRead]

    @property
    def reads_rows(self) -> bool:
        """Whether a snapshot is needed for it."""
        return any(isinstance(each, OwnRowRead) for each in self.fields)

    async def execute(
        self, level: PlanNode, rows: Sequence[Row], gaps: Placeholders, run: PlanRun
    ) -> None:
        """Write what is known, and read what is not."""
        told = [f'"{each.name}":{await each.to_text(run)}' for each in self.fields]
        gaps[self.gap] = [f"{{{','.join(told)}}}"]
