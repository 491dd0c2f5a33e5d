"""Rows named by their global ids: a plan for each type that turns up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from executor.aside import StepAside
from executor.level import Gaps, Level, Row, Run
from loaders import statement
from loaders.key import KNOWN, Key, decode
from rules.kernel.function import Function
from schema.kernel.binding import MOST

Planned = tuple[Level, set[Function]]


class Nodes:
    """The root fields `node` and `nodes`."""

    def __init__(
        self,
        gap: int,
        given: Callable[[Run], Mapping[str, Any]],
        planned: Callable[[str], Planned],
    ) -> None:
        self._gap, self._given, self._planned = gap, given, planned
        self._known: dict[str, Planned | StepAside] = {}

    async def follow(self, level: Level, rows: Sequence[Row], gaps: Gaps, run: Run) -> None:
        """Find the rows, one statement for each type."""
        given = self._given(run)
        texts: Sequence[str] = given["ids"] if "ids" in given else [given["id"]]
        if len(texts) > MOST:
            raise StepAside("too many ids")
        keys = [_key(text) for text in texts]
        found: dict[Key | None, str] = {}
        for name in dict.fromkeys(key.type_name for key in keys if key):
            wanted = list(dict.fromkeys(key for key in keys if key and key.type_name == name))
            found |= await self._rows(name, wanted, run)
        answers = [found.get(key, "null") for key in keys]
        gaps[self._gap] = [f"[{','.join(answers)}]" if "ids" in given else answers[0]]

    async def _rows(self, name: str, keys: Sequence[Key], run: Run) -> dict[Key | None, str]:
        level, functions = self._level(name)
        if not functions <= run.viewer.functions:
            raise StepAside("forbidden")
        values = statement.key_values([key.parts for key in keys])
        rows = await level.found(statement.by_key(level.table), values, run)
        kind, place = KNOWN[name].kind, level.kind
        if kind is not None and place is not None:
            rows = [row for row in rows if row[place] == kind]
        (texts,) = (await level.filled(rows, run)).values()
        return {keys[row[0] - 1]: text for row, text in zip(rows, texts, strict=True)}

    def _level(self, name: str) -> Planned:
        known = self._known.get(name)
        if known is None:
            try:
                known = self._planned(name)
            except StepAside as aside:
                known = aside
            self._known[name] = known
        if isinstance(known, StepAside):
            raise StepAside(known.reason)
        return known


def _key(text: str) -> Key | None:
    key = decode(text)
    known = KNOWN.get(key.type_name) if key else None
    if key is None or known is None:
        return None
    return key if len(key.parts) == len(known.table.__mapper__.primary_key) else None
