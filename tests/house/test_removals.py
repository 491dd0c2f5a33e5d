"""A mutation that takes something away tells its id, so that clients let go of it."""

from collections.abc import Callable, Iterator
from typing import Any

from graphql import GraphQLUnionType, get_named_type

from tests.house.test_history import list_mutations, list_names
from tests.schema.plain_schema import build_plain_schema

VERBS = ("remove", "detach", "delete", "drop")
WITHOUT_AN_ID = {
    "removeTotp": "an authenticator has no id: it is the account's `secondFactor`",
    "removeFactorOfAccount": "a second factor has no id, and another administrator may confirm it",
}

SCHEMA = build_plain_schema()._schema


def list_removals() -> Iterator[str]:
    assert SCHEMA.mutation_type is not None
    yield from (name for name in SCHEMA.mutation_type.fields if name.startswith(VERBS))


def list_payload_fields(mutation: str) -> set[str]:
    """Give all fields that a mutation's payloads have."""
    assert SCHEMA.mutation_type is not None
    union = get_named_type(SCHEMA.mutation_type.fields[mutation].type)
    assert isinstance(union, GraphQLUnionType)
    payloads = [each for each in union.types if each.name.endswith("Payload")]
    return {field for each in payloads for field in each.fields}


def test_each_removing_mutation_tells_what_is_gone_by_its_id() -> None:
    silent = {name for name in list_removals() if "removedId" not in list_payload_fields(name)}
    assert silent == {*WITHOUT_AN_ID}


def deletes_rows(resolver: Callable[..., Any]) -> bool:
    """Whether a resolver itself deletes a row, by the session or by a statement."""
    return "delete" in {*list_names(resolver.__code__)}


def test_what_deletes_rows_goes_by_a_verb_that_says_so() -> None:
    """So that the test above knows of it."""
    found = {name for name, resolver in list_mutations() if deletes_rows(resolver)}
    assert found
    assert {name for name in found if not name.startswith(VERBS)} == set()
