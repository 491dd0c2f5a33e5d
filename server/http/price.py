"""What an operation costs in points, told by its document and variables before it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    ValueNode,
    get_operation_ast,
)

from server.http.cost_meter import CostMeter
from server.http.limits import SIGNED_IN, LimitExceeded

MAX_PRICES_KEPT = 10_000

Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """What is paid for; a point is about a hundred rows of a read by plan.

    A figure is measured, so that points follow what the work costs: it is no setting. How many
    points there are is one.
    """

    rows_per_point: int = 100
    mutation: int = 10
    """For each root field: a transaction, with locks and history."""
    stranger_mutation: int = 1
    """The same for who is not signed in yet: these have limits and lines of their own."""
    items_per_point: int = 10
    """Of the lists that a mutation is given."""
    subscription: int = 10
    """Once, as it begins, however many events come of it."""
    public_page: int = 2
    """For a page of the public list, or a form on it."""
    refused: int = 5
    """For a document that is not valid: it was read for nothing."""


PRICES = PriceList()


class PriceBook:
    """Prices of valid documents, kept by text, operation and what its variables ask for."""

    def __init__(self) -> None:
        self._known: LRUCache[object, int] = LRUCache(MAX_PRICES_KEPT)

    def find_price(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        text: str,
        name: str | None,
        variables: Variables,
        *,
        is_stranger: bool,
    ) -> int:
        """Return what an operation of a valid document costs."""
        # A null is no default: whoever sends it asks for something else than who sends nothing.
        asked = [
            (each, _measure_size(value))
            for each, value in sorted(variables.items())
            if value is None or isinstance(value, (int, list))
        ]
        key = (text, name, is_stranger, tuple(asked), _count_items(variables))
        price = self._known.get(key)
        if price is None:
            price = self._known[key] = compute_price(
                schema, document, name, variables, is_stranger=is_stranger
            )
        return price


def compute_price(
    schema: GraphQLSchema,
    document: DocumentNode,
    name: str | None,
    variables: Variables,
    *,
    is_stranger: bool = False,
) -> int:
    """Compute what an operation of a valid document costs: one point at least."""
    operation = get_operation_ast(document, name)
    if operation is None:
        return PRICES.refused
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    sizes = _measure_sizes(operation, variables)
    meter = CostMeter(
        schema, fragments, SIGNED_IN.page, SIGNED_IN.levels, _refuse_depth, sizes=sizes
    )
    cost = meter.measure_operation(operation)
    if operation.operation is OperationType.QUERY:
        return max(1, -(-cost.nodes // PRICES.rows_per_point))
    points = cost.nodes // PRICES.rows_per_point
    if operation.operation is OperationType.SUBSCRIPTION:
        return PRICES.subscription + points
    items = cost.list_length + _count_items(variables)
    each = PRICES.stranger_mutation if is_stranger else PRICES.mutation
    return cost.top * each + points + items // PRICES.items_per_point


def _measure_sizes(
    operation: OperationDefinitionNode, variables: Variables
) -> Mapping[str, int | None]:
    """Say for each variable how many rows it asks for, by its value or its default."""
    sizes: dict[str, int | None] = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        given = name in variables
        sizes[name] = (
            _measure_size(variables[name]) if given else _measure_default(definition.default_value)
        )
    return sizes


def _measure_size(value: object) -> int | None:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _measure_default(value: ValueNode | None) -> int | None:
    if isinstance(value, ListValueNode):
        return len(value.values)
    return int(value.value[:18]) if isinstance(value, IntValueNode) else None


def _count_items(variables: Variables) -> int:
    """Count the items of all lists in the variables; the JSON's bounds hold for these."""
    rest: list[object] = list(variables.values())
    items = 0
    while rest:
        value = rest.pop()
        if isinstance(value, list):
            items += len(value)
            rest.extend(value)
        elif isinstance(value, dict):
            rest.extend(value.values())
    return items


def _refuse_depth(levels: int) -> NoReturn:
    raise LimitExceeded("levels", SIGNED_IN.levels, levels)
