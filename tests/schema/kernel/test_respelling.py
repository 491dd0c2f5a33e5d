"""What was released under another name is taken still, and refused beside its new name (S16)."""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from resolvers.kernel.mutation import find_unreadable_faults
from rules.kernel.refusal import Fault, Reason
from rules.kernel.text import to_camel_case
from schema.kernel.binding import BINDING, ChildConnection, Many, RootConnection
from tests.factories.failures import AllFailures
from tests.factories.world import World
from tests.house.test_bindings import bound_fields
from tests.schema.plain_schema import build_plain_schema

SCHEMA = build_plain_schema()._schema
NAMED = "Use `"
LISTS = Many | ChildConnection | RootConnection
GIVEN = {"YearMonth": '"2025-01"', "Date": '"2025-01-10"'}


def list_respelled(found: Any) -> Iterator[tuple[str, str, str]]:
    """Give each deprecated argument or field of an input, its successor, and its type's name."""
    for name, each in found.items():
        if each.deprecation_reason:
            instead = each.deprecation_reason.removeprefix(NAMED).partition("`")[0]
            yield name, instead, get_named_type(each.type).name


async def test_a_list_refuses_a_range_that_is_given_by_both_of_its_names(world: World) -> None:
    assert SCHEMA.query_type is not None
    with AllFailures() as failures:
        for field, of in SCHEMA.query_type.fields.items():
            for old, new, kind in list_respelled(of.args):
                given = f"{old}: {GIVEN[kind]}, {new}: {GIVEN[kind]}"
                with failures.at(field, old):
                    answer = await world.ask(f"{{ {field}({given}) {{ totalCount }} }}", "officer")
                    (error,) = answer.errors
                    assert error["extensions"]["reason"] == Reason.SPELLED_TWICE


def test_each_respelled_argument_of_a_list_within_a_row_goes_by_the_same_filters() -> None:
    """Whatever is deprecated there is a filter's released name, so it is refused as above."""
    released = {
        (name.partition(".")[0], filter_.graphql_name)
        for name, _, field in bound_fields()
        if isinstance(
            binding := field.metadata.get(BINDING), Many | ChildConnection | RootConnection
        )
        for filter_ in binding.filters
        if filter_.released_as is not None
    }
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType) and type_ is not SCHEMA.query_type:
            for field in type_.fields.values():
                for _, new, _ in list_respelled(field.args):
                    assert (type_.name, new) in released


async def test_statistics_refuse_a_range_that_is_given_by_both_of_its_names(world: World) -> None:
    """In words, in either language."""
    both = '{ since: "2025-01-01", createdFrom: "2025-01-01" }'
    ask = f"{{ statistics(filter: {both}) {{ figures {{ lines }} }} }}"
    for language, words in (("zh", "同时使用了旧名称和新名称"), ("en", "by its old name and by")):
        (error,) = (await world.ask(ask, "officer", language)).errors
        assert error["extensions"]["reason"] == Reason.SPELLED_TWICE
        assert words in error["message"]


def test_each_respelled_field_of_an_input_is_refused_beside_its_new_name() -> None:
    """Each input is a shape that is searched for what can't be read, before it is used."""
    with AllFailures() as failures:
        for type_ in SCHEMA.type_map.values():
            if not isinstance(type_, GraphQLInputObjectType):
                continue
            for old, new, _ in list_respelled(type_.fields):
                with failures.at(type_.name, old):
                    shape = type_.extensions["strawberry-definition"].origin
                    values = {to_camel_case(each.name): each for each in fields(shape)}
                    required = {f.name: 0 for f in values.values() if f.default is MISSING}
                    both = {values[old].name: "2025-01", values[new].name: "2025-01"}
                    (found,) = find_unreadable_faults(shape(**required, **both), ("filter",))
                    assert found == Fault(Reason.SPELLED_TWICE, ("filter", old))
