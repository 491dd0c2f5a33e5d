"""Bounds on what one document may ask for, checked before any costlier rule reads it."""

from dataclasses import dataclass, field
from typing import NoReturn

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    ValidationContext,
)
from graphql.validation.validate import ValidationAbortedError

from server.http.cost_meter import CostMeter
from server.http.document_cost import AssumedSizes, Cost


@dataclass(frozen=True, kw_only=True)
class Limits:
    """State every bound once; a figure equal to its bound is still accepted."""

    depth: int = 15
    aliases: int = 60
    directives: int = 50
    root_fields: int = 20
    fields: int = 2_000
    nodes: int = 500_000
    list_length: int = 2_000
    tokens: int = 10_000
    characters: int = 64 * 1024
    number_length: int = 100
    repeats: int = 20
    page: AssumedSizes = field(default_factory=AssumedSizes)


class LimitExceeded(ValidationAbortedError):
    """Refuse a document that exceeds a limit, before other rules look at it."""

    def __init__(self, limit: str, bound: int, figure: int | str) -> None:
        told = figure if isinstance(figure, str) or figure < 10**15 else "over 10^15"
        super().__init__(
            f"The document exceeds the limit of {bound} {limit}: it has {told}.",
            extensions={"code": "LIMIT_EXCEEDED", "limit": limit, "bound": bound},
        )


def check_cost(cost: Cost, limits: Limits) -> None:
    """Compare what an operation or a fragment adds up to with the limits.

    Raises LimitExceeded for the first limit that it is beyond.
    """
    figures = (
        ("levels of depth", limits.depth, cost.depth),
        ("levels of depth", 4 * limits.depth, cost.levels),
        ("root fields", limits.root_fields, cost.top if cost.is_root else 0),
        ("aliases", limits.aliases, cost.aliases),
        ("directives", limits.directives, cost.directives),
        ("selected fields", limits.fields, cost.fields),
        ("nodes", limits.nodes, cost.nodes),
        ("list items", limits.list_length, cost.longest_list),
        ("repeats of one field in one place", limits.repeats, cost.repeats),
        ("digits in a number", limits.number_length, cost.longest_number),
    )
    for limit, bound, figure in figures:
        if figure > bound:
            raise LimitExceeded(limit, bound, figure)


def check_document(schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
    """Raise LimitExceeded for the first operation or fragment beyond the limits."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }

    def too_deep(levels: int) -> NoReturn:
        raise LimitExceeded("levels of depth", 4 * limits.depth, f"more than {levels}")

    meter = CostMeter(schema, fragments, limits.page, 4 * limits.depth, too_deep)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            check_cost(meter.measure_operation(definition), limits)
    for name in fragments:
        check_cost(meter.measure_fragment(name, paged=False, level=0), limits)


def limits_rule(limits: Limits) -> type[ASTValidationRule]:
    """Make the validation rule; call it once, since caches compare rule classes."""

    class DocumentLimits(ASTValidationRule):
        """Refuse documents beyond the limits."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.schema = context.schema

        def enter_document(self, node: DocumentNode, *_args: object) -> None:
            """Check the whole document at once."""
            check_document(self.schema, node, limits)

    return DocumentLimits
