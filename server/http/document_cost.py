"""What a document adds up to; fragments expanded."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    FloatValueNode,
    GraphQLInputType,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    get_named_type,
    is_input_object_type,
)

TypedValue = tuple[ValueNode | None, GraphQLInputType | None]
"""A literal, and the type that its place wants, where there is such a place."""

KEYS_OF_UNKNOWN_TYPE = 20
"""So many keys are let through where no input type is known: validation will say what is wrong."""


@dataclass(frozen=True)
class AssumedSizes:
    """Say how many rows to assume where the document does not."""

    variable: int = 100
    absent: int = 20
    plain_list: int = 10


@dataclass(kw_only=True)
class Cost:
    """Count what a selection set asks for, fragments expanded."""

    depth: int = 0
    levels: int = 0
    top: int = 0
    fields: int = 0
    aliases: int = 0
    arguments: int = 0
    directives: int = 0
    inline_fragments: int = 0
    spreads: int = 0
    nodes: int = 0
    list_length: int = 0
    excess_keys: int = 0
    literal_depth: int = 0
    number_length: int = 0
    repeats: int = 0

    def add(self, part: "Cost", *, under_field: bool, times: int = 1) -> None:
        """Take in what one selection costs."""
        self.depth = max(self.depth, part.depth + under_field)
        self.levels = max(self.levels, part.levels + 1)
        self.top += 1 if under_field else part.top
        self.fields += part.fields + under_field
        self.aliases += part.aliases
        self.arguments = max(self.arguments, part.arguments)
        self.directives += part.directives
        self.inline_fragments += part.inline_fragments
        self.spreads += part.spreads
        self.nodes += times * part.nodes
        self.list_length = max(self.list_length, part.list_length)
        self.excess_keys = max(self.excess_keys, part.excess_keys)
        self.literal_depth = max(self.literal_depth, part.literal_depth)
        self.number_length = max(self.number_length, part.number_length)
        self.repeats = max(self.repeats, part.repeats)

    def add_values(self, values: Iterable[TypedValue]) -> None:
        """Take in how long, wide and deep the literals are."""
        rest = [(value, type_, 1) for value, type_ in values]
        while rest:
            value, type_, level = rest.pop()
            self.literal_depth = max(self.literal_depth, level)
            if isinstance(value, ListValueNode):
                self.list_length = max(self.list_length, len(value.values))
                rest.extend((item, type_, level + 1) for item in value.values)
            elif isinstance(value, ObjectValueNode):
                known = _get_fields(type_)
                most = len(known) or KEYS_OF_UNKNOWN_TYPE
                self.excess_keys = max(self.excess_keys, len(value.fields) - most)
                for field in value.fields:
                    rest.append((field.value, known.get(field.name.value), level + 1))
            elif isinstance(value, (IntValueNode, FloatValueNode)):
                self.number_length = max(self.number_length, len(value.value))


def _get_fields(type_: GraphQLInputType | None) -> dict[str, GraphQLInputType]:
    named = get_named_type(type_) if type_ is not None else None
    if not is_input_object_type(named):
        return {}
    return {name: field.type for name, field in named.fields.items()}
