"""What changed between two schemas, whether it was announced, and whom it concerns."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    parse,
    validate,
)
from graphql.utilities import (
    BreakingChangeType,
    DangerousChangeType,
    SafeChangeType,
    SchemaChange,
    find_schema_changes,
)

from server.http.document_coordinates import list_coordinates

COORDINATE = re.compile(r"@?[A-Za-z]\w*\.\w+(?:\(\w+:\))?|@\w+(?:\(\w+:\))?")
ADDITIONS = frozenset(
    {BreakingChangeType.REQUIRED_ARG_ADDED, BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED}
)
"""What concerns whoever uses the thing that it is added to."""


class Effect(StrEnum):
    """What a change does to clients."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    SAFE = "safe"


@dataclass(frozen=True, kw_only=True)
class ListedChange:
    """A change, at which coordinate it is, and whether it was announced."""

    effect: Effect
    kind: str
    coordinate: str
    description: str
    announced: bool
    """Whether the old schema had what is gone as deprecated."""


def list_changes(old: GraphQLSchema, new: GraphQLSchema) -> list[ListedChange]:
    """List what changed, the worst first; words of descriptions are no change."""
    changes = [
        _describe_change(old, change)
        for change in find_schema_changes(old, new)
        if change.type is not SafeChangeType.DESCRIPTION_CHANGED
    ]
    order = list(Effect)
    return sorted(changes, key=lambda each: (order.index(each.effect), each.coordinate))


def _describe_change(old: GraphQLSchema, change: SchemaChange) -> ListedChange:
    coordinate = _read_coordinate(change)
    return ListedChange(
        effect=_choose_effect(change),
        kind=change.type.name,
        coordinate=coordinate,
        description=change.description,
        announced=_is_announced(old, change, coordinate),
    )


def _choose_effect(change: SchemaChange) -> Effect:
    if isinstance(change.type, BreakingChangeType):
        return Effect.BREAKING
    return Effect.DANGEROUS if isinstance(change.type, DangerousChangeType) else Effect.SAFE


def _read_coordinate(change: SchemaChange) -> str:
    """Read what a change is about out of its words, which begin by a type or hold a coordinate."""
    found = COORDINATE.search(change.description)
    whole = found[0] if found else change.description.partition(" ")[0]
    if change.type in ADDITIONS:
        return whole.rpartition("(" if "(" in whole else ".")[0]
    return whole


def _is_announced(old: GraphQLSchema, change: SchemaChange, coordinate: str) -> bool:
    """Tell whether what is removed was deprecated before; other changes can't be announced."""
    if change.type is BreakingChangeType.TYPE_REMOVED:
        uses = list(_list_uses(old, coordinate))
        return bool(uses) and all(reason is not None for reason in uses)
    removals = {
        BreakingChangeType.FIELD_REMOVED,
        BreakingChangeType.ARG_REMOVED,
        BreakingChangeType.VALUE_REMOVED_FROM_ENUM,
    }
    return change.type in removals and _find_deprecation(old, coordinate) is not None


def is_deprecated(schema: GraphQLSchema, coordinate: str) -> bool:
    """Tell whether a field, argument or value of a schema is deprecated."""
    return _find_deprecation(schema, coordinate) is not None


def _find_deprecation(schema: GraphQLSchema, coordinate: str) -> str | None:
    owner, _, rest = coordinate.partition(".")
    name, _, argument = rest.removesuffix(":)").partition("(")
    kind = schema.get_type(owner)
    found: Any = None
    if isinstance(kind, GraphQLEnumType):
        found = kind.values.get(name)
    elif isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
        found = kind.fields.get(name)
    if argument and found is not None:
        found = found.args.get(argument)
    reason: str | None = getattr(found, "deprecation_reason", None)
    return reason


def _list_uses(schema: GraphQLSchema, name: str) -> Iterator[str | None]:
    """List by which fields and arguments a type is reached: why each is deprecated, if it is."""
    for kind in schema.type_map.values():
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            for field in kind.fields.values():
                arguments = getattr(field, "args", {})
                for each in (field, *arguments.values()):
                    if get_named_type(each.type).name == name:
                        yield field.deprecation_reason or each.deprecation_reason


def find_users(change: ListedChange, used: Mapping[str, Iterable[str]]) -> Sequence[str]:
    """Find who uses what a change is about, of users and the coordinates that each uses."""
    return sorted(user for user, found in used.items() if change.coordinate in found)


def list_document_uses(
    old: GraphQLSchema, documents: Mapping[str, str]
) -> Mapping[str, frozenset[str]]:
    """List what each document uses of the old schema; what that can't answer is left out."""
    return {name: used for name, text in documents.items() if (used := _list_used(old, text))}


def _list_used(schema: GraphQLSchema, text: str) -> frozenset[str]:
    try:
        document = parse(text)
    except GraphQLError:
        return frozenset()
    return frozenset() if validate(schema, document) else list_coordinates(schema, document)
