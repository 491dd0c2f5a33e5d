"""What a document adds up to; fragments expanded."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
)


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
    directives: int = 0
    nodes: int = 0
    longest_list: int = 0
    longest_number: int = 0
    repeats: int = 0
    is_root: bool = False

    def add(self, part: "Cost", *, under_field: bool, times: int = 1) -> None:
        """Take in what one selection costs."""
        self.depth = max(self.depth, part.depth + under_field)
        self.levels = max(self.levels, part.levels + 1)
        self.top += 1 if under_field else part.top
        self.fields += part.fields + under_field
        self.aliases += part.aliases
        self.directives += part.directives
        self.nodes += times * part.nodes
        self.longest_list = max(self.longest_list, part.longest_list)
        self.longest_number = max(self.longest_number, part.longest_number)
        self.repeats = max(self.repeats, part.repeats)

    def add_values(self, values: Iterable[ValueNode | None]) -> None:
        """Take in how long the literals are, however deep."""
        rest = list(values)
        while rest:
            value = rest.pop()
            if isinstance(value, ListValueNode):
                self.longest_list = max(self.longest_list, len(value.values))
                rest.extend(value.values)
            elif isinstance(value, ObjectValueNode):
                rest.extend(field.value for field in value.fields)
            elif isinstance(value, (IntValueNode, FloatValueNode)):
                self.longest_number = max(self.longest_number, len(value.value))

    def add_directives(self, directives: Iterable[DirectiveNode] | None) -> None:
        """Take in directives and their arguments."""
        for directive in directives or ():
            self.directives += 1
            self.add_values(argument.value for argument in directive.arguments or ())
