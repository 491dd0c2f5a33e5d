"""A kind of record as clients see it: its answer, and the mutations that its declaration asks."""

from typing import Any, NamedTuple

import strawberry

from resolvers.kernel.review import build_review_mutation
from resolvers.kernel.workflow import (
    build_bulk_transition_mutation,
    build_transition_mutation,
    list_filing_mutations,
)
from rules.kernel.action import Action
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, get_record_kind
from rules.kernel.workflow import get_function
from schema.kernel import review
from schema.kernel.answer import Answer, answer_record, answer_records
from schema.kernel.listing import REVIEW_FILTERS
from schema.kernel.mutation import mutation


class PresentedKind(NamedTuple):
    """What clients get of a kind: the payload, the union, and its mutations as one type."""

    payload: Any
    result: Any
    mutations: Any


def present_record_kind(
    kind: RecordKind, record: type, removed: str | None = None
) -> PresentedKind:
    """Make of a declared kind and its type all that every kind offers: filed, moved, reviewed.

    `removed` describes what some mutation takes out of a record, and so what its payload tells.
    """
    declared = get_record_kind(kind)
    name = kind.lower()
    if declared.moved_together:
        answer = answer_records(record, declared.noun, declared.chinese, f"{name}s")
    else:
        answer = answer_record(record, declared.noun, declared.chinese, name, removed)
    return PresentedKind(*answer, _build_mutations(declared, answer))


def _build_mutations(declared: RecordKindDeclaration, answer: Answer) -> Any:
    """Make the type whose fields are the kind's mutations."""
    kind = declared.kind
    fields: dict[str, tuple[Any, Any]] = {}
    for resolver in list_filing_mutations(kind):
        bound = mutation(resolver, answer.payload, declared.functions[Party.OWNER])
        fields[resolver.__name__] = (answer.result, bound)
    build = build_bulk_transition_mutation if declared.moved_together else build_transition_mutation
    for action in declared.transitions:
        bound = mutation(build(declared, action), answer.payload, get_function(kind, action))
        fields[declared.get_mutation_name(action)] = (answer.result, bound)
    if declared.plural is not None:
        made = build_review_mutation(declared, REVIEW_FILTERS)
        bound = mutation(made, review.ReviewPayload, get_function(kind, Action.APPROVE))
        fields[made.__name__] = (review.ReviewResult, bound)
    namespace = {
        "__annotations__": {name: result for name, (result, _) in fields.items()},
        "__doc__": f"What clients may do to {kind}.",
        **{name: bound for name, (_, bound) in fields.items()},
    }
    return strawberry.type(type(f"{declared.table.__name__}Mutations", (), namespace))
