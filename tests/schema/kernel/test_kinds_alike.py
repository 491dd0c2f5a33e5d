"""One queue asks all kinds of record alike: no name means two things among them."""

from collections.abc import Iterator

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    OverlappingFieldsCanBeMergedRule,
    get_named_type,
    is_leaf_type,
    is_object_type,
    parse,
    validate,
)

from tests.schema.shape import SCHEMA

REVIEWED = SCHEMA.get_type("Reviewed")
assert isinstance(REVIEWED, GraphQLInterfaceType)
KINDS = SCHEMA.get_implementations(REVIEWED).objects


def select_all(type_: GraphQLNamedType, levels: int) -> str:
    """Select all fields that are not deprecated, and so many levels of what they lead to."""
    return f"{{ __typename {' '.join(_select_each(type_, levels))} }}"


def _select_each(type_: GraphQLNamedType, levels: int) -> Iterator[str]:
    if not is_object_type(type_):
        return
    assert isinstance(type_, GraphQLObjectType)
    for name, field in type_.fields.items():
        if field.deprecation_reason is None:
            below = get_named_type(field.type)
            if is_leaf_type(below):
                yield name
            elif levels:
                yield f"{name} {select_all(below, levels - 1)}"


def test_a_queue_asks_every_field_of_every_kind_without_aliases() -> None:
    parts = " ".join(f"... on {kind.name} {select_all(kind, 1)}" for kind in KINDS)
    document = parse(f"{{ workQueue {{ edges {{ node {{ record {{ {parts} }} }} }} }} }}")
    assert len(KINDS) >= 16
    assert validate(SCHEMA, document, [OverlappingFieldsCanBeMergedRule], max_errors=1_000) == []


def test_every_deprecated_field_names_one_that_took_its_place() -> None:
    """In both languages, and on the same type."""
    found = 0
    for type_ in SCHEMA.type_map.values():
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for name, field in type_.fields.items():
            reason = field.deprecation_reason
            if reason is not None:
                found += 1
                instead = reason.partition("`")[2].partition("`")[0]
                assert "请改用" in reason, f"{type_.name}.{name}"
                assert type_.fields[instead].deprecation_reason is None, f"{type_.name}.{name}"
    assert found
