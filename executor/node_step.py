"""Rows named by their global ids: a plan for each type that turns up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from executor.not_plannable import NotPlannable
from executor.plan_node import Placeholders, PlanNode, PlanRun, Row
from loaders import statement
from loaders.key import NODE_TYPES, Key, format_prefix, format_viewer_id, parse_global_id
from models import Gathered
from rules.kernel.function import Function
from rules.kernel.viewer import Viewer
from schema.kernel.binding import MAX_PAGE_SIZE

PlannedNode = tuple[PlanNode, set[Function]]


class NodeStep:
    """The root fields `node` and `nodes`."""

    def __init__(
        self,
        gap: int,
        given: Callable[[PlanRun], Mapping[str, Any]],
        planned: Callable[[str], PlannedNode],
    ) -> None:
        self._gap, self._given, self.planned = gap, given, planned
        self._known: dict[str, PlannedNode | NotPlannable] = {}

    async def execute(
        self, level: PlanNode, rows: Sequence[Row], gaps: Placeholders, run: PlanRun
    ) -> None:
        """Find the rows, one statement for each type."""
        given = self._given(run)
        texts: Sequence[str] = given["ids"] if "ids" in given else [given["id"]]
        for text in texts:
            if text.startswith(_VIEWER_PREFIX) and text == format_viewer_id(viewer=run.viewer):
                raise NotPlannable("the viewer as a node")
        if len(texts) > MAX_PAGE_SIZE:
            raise NotPlannable("too many ids")
        keys = [_parse_key(text) for text in texts]
        found: dict[Key | None, str] = {}
        for name in dict.fromkeys(key.type_name for key in keys if key):
            wanted = list(dict.fromkeys(key for key in keys if key and key.type_name == name))
            found |= await self._load_rows(name, wanted, run)
        answers = [found.get(key, "null") for key in keys]
        gaps[self._gap] = [f"[{','.join(answers)}]" if "ids" in given else answers[0]]

    async def _load_rows(
        self, name: str, keys: Sequence[Key], run: PlanRun
    ) -> dict[Key | None, str]:
        level, functions = self._get_plan(name)
        if not functions <= run.viewer.functions:
            raise NotPlannable("forbidden")
        if issubclass(level.table, Gathered):
            raise NotPlannable("rows of several tables")
        if len(keys) == 1:
            reading, values = (
                statement.select_by_one_key(level.table),
                statement.to_key_parts(keys[0].parts),
            )
        else:
            reading = statement.select_by_key(level.table)
            values = statement.to_key_arrays([key.parts for key in keys])
        rows = await level.load_rows(reading, values, run)
        kind, place = NODE_TYPES[name].kind, level.kind_place
        if kind is not None and place is not None:
            rows = [row for row in rows if row[place] == kind]
        (texts,) = (await level.write_rows(rows, run)).values()
        return {keys[row[0] - 1]: text for row, text in zip(rows, texts, strict=True)}

    def _get_plan(self, name: str) -> PlannedNode:
        known = self._known.get(name)
        if known is None:
            try:
                known = self.planned(name)
            except NotPlannable as aside:
                known = aside
            self._known[name] = known
        if isinstance(known, NotPlannable):
            raise NotPlannable(known.reason)
        return known


_VIEWER_PREFIX = format_prefix(Viewer.__name__)


def _parse_key(text: str) -> Key | None:
    key = parse_global_id(text)
    known = NODE_TYPES.get(key.type_name) if key else None
    if key is None or known is None:
        return None
    return key if len(key.parts) == len(known.table.__mapper__.primary_key) else None
