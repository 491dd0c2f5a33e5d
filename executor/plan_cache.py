"""Plans that are kept: by document, operation and the conditions in it; bounded."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from executor.field_collector import FieldCollector, list_switch_variables
from executor.not_plannable import NotPlannable
from executor.plan_node import PlanNode
from executor.planner import Planner
from executor.viewer_step import ViewerStep
from rules.kernel.function import Function


@dataclass(slots=True)
class Plan:
    """An operation's levels, or why it has none; its collector knows whom it is for."""

    collector: FieldCollector
    root: PlanNode | None = None
    aside: str = ""

    @property
    def functions(self) -> AbstractSet[Function]:
        """Return the functions that its fields need."""
        return self.collector.functions

    @property
    def reads_rows(self) -> bool:
        """Return whether anything is read: else it needs no snapshot."""
        steps = self.root.steps if self.root else ()
        return any(not isinstance(step, ViewerStep) or step.reads_rows for step in steps)


@dataclass(slots=True)
class CachedOperation:
    """An operation (held, so that its identity stays its own) and its plans."""

    operation: OperationDefinitionNode
    names: tuple[str, ...]
    plans: dict[tuple[Any, ...], Plan] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return what the plans weigh, in fields."""
        return 1 + sum(plan.collector.size for plan in self.plans.values())


class PlanCache:
    """Keeps the plans of the documents used last, up to a number of documents and of fields."""

    def __init__(self, most: int = 500, most_fields: int = 20_000) -> None:
        self._most, self._most_fields = most, most_fields
        self._known: LRUCache[int, CachedOperation] = LRUCache(most_fields, lambda one: one.size)

    def __len__(self) -> int:
        return sum(len(known.plans) for known in self._known.values())

    @property
    def field_count(self) -> int:
        """Return how many fields all plans have."""
        return int(self._known.currsize)

    def require_plan(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDetails],
        variables: VariableValues,
    ) -> Plan:
        """Return the plan of an operation, or step aside for the reason found the first time."""
        known = self._get_operation(operation, fragments)
        plan = None if known.names else known.plans.get(())
        if plan is not None and plan.root is not None:
            return plan
        given = {n: v for n, v in variables.coerced.items() if n in known.names}
        key = tuple(given.get(name) for name in known.names)
        plan = known.plans.get(key)
        if plan is None:
            sources = {n: v for n, v in variables.sources.items() if n in given}
            collector = FieldCollector(schema, fragments, operation, VariableValues(sources, given))
            plan = known.plans[key] = _plan_operation(collector)
            self._keep(known)
        if plan.root is None:
            raise NotPlannable(plan.aside)
        return plan

    def _get_operation(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails]
    ) -> CachedOperation:
        known = self._known.get(id(operation))
        if known is None:
            known = CachedOperation(operation, list_switch_variables(operation, fragments))
        return known

    def _keep(self, known: CachedOperation) -> None:
        """Keep an operation that has a plan more; drop what was unused for longest.

        It is put in again, since the cache measures what it holds only then. One whose plans are
        too many to keep is dropped with all of them.
        """
        if known.size > self._most_fields:
            self._known.pop(id(known.operation), None)
            return
        self._known[id(known.operation)] = known
        while len(self._known) > self._most:
            self._known.popitem()


def _plan_operation(collector: FieldCollector) -> Plan:
    query = collector.schema.query_type
    try:
        if query is None:
            raise NotPlannable("no query type")
        return Plan(collector, Planner(collector).plan_query(query))
    except NotPlannable as aside:
        return Plan(collector, aside=aside.reason)
