"""The page of the scalars is where the schema says it is, and its examples hold."""

import json
import re
from pathlib import Path

import strawberry
from graphql import GraphQLScalarType, is_introspection_type, is_specified_scalar_type

from rules.kernel.refusal import Unreadable
from schema.api.assembly import assemble_schema
from tests.factories.failures import AllFailures

SCHEMA = assemble_schema(strawberry.Schema)._schema
ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"`([^`]+)`")


def list_scalars() -> list[GraphQLScalarType]:
    return [
        t
        for t in SCHEMA.type_map.values()
        if isinstance(t, GraphQLScalarType)
        and not is_specified_scalar_type(t)
        and not is_introspection_type(t)
    ]


def read_section(scalar: GraphQLScalarType) -> str:
    """Return what the page says of a scalar, found by the address in the schema."""
    path, anchor = (scalar.specified_by_url or "").split("#")
    sections = re.split(r"^## ", (ROOT / path).read_text(encoding="utf-8"), flags=re.MULTILINE)
    (found,) = (each for each in sections if each.split("\n")[0].lower() == anchor)
    return found


def test_each_scalar_is_specified_on_a_page_of_our_own() -> None:
    scalars = list_scalars()
    assert len(scalars) > 10
    for scalar in scalars:
        assert read_section(scalar).startswith(scalar.name)


def test_each_example_on_the_page_is_read_as_it_says() -> None:
    tried = 0
    with AllFailures() as failures:
        for scalar in list_scalars():
            (row,) = (line for line in read_section(scalar).splitlines() if line.startswith("| `"))
            for column, cell in enumerate(row.strip("| ").split(" | ")):
                for example in EXAMPLE.findall(cell):
                    tried += 1
                    with failures.at(f"{scalar.name} {example}"):
                        value = scalar.parse_value(json.loads(example))
                        assert isinstance(value, Unreadable) == (column == 1)
    assert tried > 30


def test_the_page_has_no_scalar_that_the_schema_does_not_have() -> None:
    page = (ROOT / "docs/scalars.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## (\w+)$", page, flags=re.MULTILINE)
    assert titles == sorted(scalar.name for scalar in list_scalars())
