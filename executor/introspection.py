"""Introspection: answered once for each document, in a thread that has one place, and kept."""

import asyncio
import copy
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson
from cachetools import LRUCache
from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.execution.collect_fields import FragmentDetails
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gateways.fair_line import Crowded, FairLine

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})
TYPENAME = "__typename"
MAX_SECONDS = 5.0
"""Of the processor."""
SLICE_SECONDS = 0.001
LONGEST_LINE = 5
"""Whoever is answered stands in it, too."""
MAX_KEPT_BYTES = 16 * 1024 * 1024

ALONE = GraphQLError(
    "Ask for the schema in a document of its own. 请单独查询架构，不与其他字段同时查询。",
    extensions={"code": "INTROSPECTION_ALONE"},
)
TOO_LONG = GraphQLError(
    f"Answering took longer than {MAX_SECONDS:g} seconds. Ask for less. "
    f"查询架构超过{MAX_SECONDS:g}秒，请减少所查内容。",
    extensions={"code": "DEADLINE"},
)


class TooLong(BaseException):
    """End a walk through the schema; no field of it may take this for an error of its own."""


class IntrospectionWalk(StrawberryGraphQLCoreExecutionContext):
    """Walks the schema until it has taken too long: a thread can't be stopped otherwise.

    It rests as long as it works. Python runs one thread at a time and changes every five
    milliseconds: whoever else asks would wait that long, again and again.
    """

    ends_at: float = 0
    rests_at: float = 0

    def execute_field(self, *args: Any, **kwargs: Any) -> Any:
        """Execute a field while there is time."""
        worked = time.thread_time()
        if worked > self.ends_at:
            raise TooLong
        if worked > self.rests_at:
            time.sleep(SLICE_SECONDS)
            vars(self)["rests_at"] = worked + SLICE_SECONDS
        return super().execute_field(*args, **kwargs)


@dataclass
class IntrospectionDesk:
    """Answers those who ask for the schema, one after another, apart from everything else."""

    seconds: float = MAX_SECONDS
    line: FairLine = field(default_factory=lambda: FairLine(1, LONGEST_LINE))
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "introspection")
    )
    _known: LRUCache[Any, tuple[OperationDefinitionNode, bytes]] = field(
        default_factory=lambda: LRUCache(MAX_KEPT_BYTES, lambda known: len(known[1]))
    )

    async def answer(
        self, asked: StrawberryGraphQLCoreExecutionContext, who: str
    ) -> ExecutionResult:
        """Answer somebody from what is kept, or walk the schema in the thread."""
        key = (id(asked.operation), orjson.dumps(asked.variable_values.coerced))
        known = self._known.get(key)
        if known is not None:
            return _build_answer(known[1])
        try:
            async with self.line.hold_place(who):
                loop = asyncio.get_running_loop()
                made = await loop.run_in_executor(self._thread, self._walk, asked)
        except Crowded as crowd:
            return ExecutionResult(None, [GraphQLError("", original_error=crowd)])
        if isinstance(made, bytes):
            if len(made) <= MAX_KEPT_BYTES:  # the operation is held, so that its id stays its own
                self._known[key] = (asked.operation, made)
            return _build_answer(made)
        return made

    def _walk(self, asked: StrawberryGraphQLCoreExecutionContext) -> bytes | ExecutionResult:
        walk = copy.copy(asked)
        walk.__class__ = IntrospectionWalk
        vars(walk)["ends_at"] = time.thread_time() + self.seconds
        try:
            result = walk.execute_operation()
        except TooLong:
            return ExecutionResult(None, [TOO_LONG])
        if not isinstance(result, ExecutionResult):  # the schema waits for nothing
            raise TypeError("introspection waits")
        return result if result.errors else orjson.dumps(result.data)


def _build_answer(text: bytes) -> ExecutionResult:
    data: Any = orjson.Fragment(text)
    return ExecutionResult(data, None)


def find_introspection(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails]
) -> tuple[bool, bool]:
    """Tell whether an operation asks for the schema, and whether for anything else."""
    names = _list_root_names(operation.selection_set, fragments)
    return not names.isdisjoint(INTROSPECTION_FIELDS), bool(
        names - INTROSPECTION_FIELDS - {TYPENAME}
    )


def _list_root_names(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDetails]
) -> set[str]:
    names, rest, seen = set[str](), [selections], set[str]()
    while rest:
        for selection in rest.pop().selections:
            if isinstance(selection, FieldNode):
                names.add(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                rest.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                found = fragments.get(selection.name.value)
                if found is not None:
                    rest.append(found.definition.selection_set)
    return names
