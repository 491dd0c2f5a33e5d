"""Every place of the SDL where something is typed, and a request with a canary in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    get_nullable_type,
    is_list_type,
    is_required_argument,
)

from tests.schema.shape import (
    ALTERNATIVE_MEMBERS,
    MUTATIONS,
    QUERIES,
    SCHEMA,
    Fill,
    InputPath,
    a_sample,
)

SUBSCRIPTIONS = SCHEMA.subscription_type.fields if SCHEMA.subscription_type else {}
OPERATIONS: Mapping[str, Mapping[str, GraphQLField]] = {
    "query": QUERIES,
    "mutation": MUTATIONS,
    "subscription": SUBSCRIPTIONS,
}


@dataclass(frozen=True)
class Place:
    """A place in the arguments of a root field where one value is typed, and of which type."""

    operation: str
    name: str
    path: InputPath
    scalar: str

    def __str__(self) -> str:
        return f"{self.name}({'.'.join(map(str, self.path))})"

    @property
    def field(self) -> GraphQLField:
        return OPERATIONS[self.operation][self.name]


def list_places() -> Iterator[Place]:
    """Give every place of every query, mutation and subscription; of a list its first item."""
    for operation, fields in OPERATIONS.items():
        for name, field in fields.items():
            for argument, given in field.args.items():
                for path, scalar in _list_leaves(given.type, (argument,)):
                    yield Place(operation, name, path, scalar)


def build_given(place: Place, fill: Fill = a_sample) -> dict[str, Any]:
    """Make up arguments that reach a place: of members that exclude each other, its own."""
    return {
        name: _build(argument.type, (name,), place.path, fill)
        for name, argument in place.field.args.items()
        if name == place.path[0] or place.operation == "mutation" or is_required_argument(argument)
    }


def _list_leaves(type_: GraphQLInputType, path: InputPath) -> Iterator[tuple[InputPath, str]]:
    inner: Any = get_nullable_type(type_)
    if is_list_type(inner):
        yield from _list_leaves(inner.of_type, (*path, 0))
    elif isinstance(inner, GraphQLInputObjectType):
        for name, member in inner.fields.items():
            yield from _list_leaves(member.type, (*path, name))
    else:
        yield path, inner.name


def _build(type_: GraphQLInputType, path: InputPath, target: InputPath, fill: Fill) -> object:
    inner: Any = get_nullable_type(type_)
    if is_list_type(inner):
        return [_build(inner.of_type, (*path, 0), target, fill)]
    if isinstance(inner, GraphQLInputObjectType):
        return {
            name: _build(inner.fields[name].type, (*path, name), target, fill)
            for name in _choose_members(inner, path, target)
        }
    return next(iter(inner.values)) if hasattr(inner, "values") else fill(path, inner.name)


def _choose_members(type_: GraphQLInputObjectType, path: InputPath, target: InputPath) -> list[str]:
    """Name the members that are given: all, but for those that exclude each other."""
    meant = str(target[len(path)]) if target[: len(path)] == path else ""
    if type_.is_one_of:
        return [meant or next(iter(type_.fields))]
    alternative = ALTERNATIVE_MEMBERS & {*type_.fields}
    if not alternative:
        return [*type_.fields]
    if meant in alternative:
        return [meant]
    return [name for name in type_.fields if name not in alternative]
