"""Clients learn what values are called from the service, and keep no table of their own."""

import re
from typing import Any

from graphql import GraphQLEnumType, is_introspection_type

from tests.factories.failures import AllFailures
from tests.factories.world import World
from tests.schema.shape import SCHEMA

LABELS = """query ($enum: String!, $first: Int, $after: String) {
  enumLabels(enum: $enum, first: $first, after: $after) { value zh en description } }"""
CODE = re.compile(r"[A-Z]+_[A-Z]")


async def load_labels(world: World, enum: str) -> list[Any]:
    """Read all labels of an enum, a hundred at a time."""
    found: list[Any] = []
    while True:
        after = found[-1]["value"] if found else None
        page = (await world.ask(LABELS, enum=enum, after=after)).only
        found += page
        if len(page) < 100:
            return found


async def test_a_stranger_learns_what_each_value_of_each_enum_is_called(world: World) -> None:
    enums = [
        t
        for t in SCHEMA.type_map.values()
        if isinstance(t, GraphQLEnumType) and not is_introspection_type(t)
    ]
    with AllFailures() as failures:
        for enum in enums:
            with failures.at(enum.name):
                labels = await load_labels(world, enum.name)
                assert [label["value"] for label in labels] == list(enum.values)
                for label in labels:
                    assert label["zh"]
                    assert CODE.search(label["zh"] + label["en"]) is None
                    assert label["description"] == enum.values[label["value"]].description


async def test_one_code_is_called_otherwise_where_it_means_something_else(world: World) -> None:
    text = """{
        line: enumLabels(enum: "LineState") { value zh }
        trainee: enumLabels(enum: "TraineeOutcome") { value zh }
    }"""
    data = (await world.ask(text)).body["data"]
    found = {enum: {each["value"]: each["zh"] for each in data[enum]} for enum in data}
    assert (found["line"]["OPEN"], found["trainee"]["OPEN"]) == ("待处理", "未认定")


async def test_what_is_no_enum_has_no_labels(world: World) -> None:
    for name in ("Nothing", "Claim", "DecisionInput", ""):
        assert (await world.ask(LABELS, enum=name)).only is None


async def test_no_more_than_a_hundred_are_told_at_once(world: World) -> None:
    assert len((await world.ask(LABELS, enum="Reason")).only) == 100
    assert len((await world.ask(LABELS, enum="Reason", first=2)).only) == 2
    for given, reason in (
        ({"first": 101}, "FIRST_OUT_OF_RANGE"),
        ({"first": -1}, "FIRST_OUT_OF_RANGE"),
        ({"after": "NOTHING"}, "CURSOR_UNKNOWN"),
    ):
        (error,) = (await world.ask(LABELS, enum="Reason", **given)).errors
        assert error["extensions"]["reason"] == reason
        assert "NOTHING" not in error["message"]
