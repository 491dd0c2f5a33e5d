"""Clients learn what values are called from the service, and keep no table of their own."""

import re

from graphql import GraphQLEnumType, is_introspection_type

from tests.factories.failures import AllFailures
from tests.factories.world import World
from tests.schema.shape import SCHEMA

LABELS = "query ($enum: String!) { enumLabels(enum: $enum) { value zh en description } }"
CODE = re.compile(r"[A-Z]+_[A-Z]")


async def test_a_stranger_learns_what_each_value_of_each_enum_is_called(world: World) -> None:
    enums = [
        t
        for t in SCHEMA.type_map.values()
        if isinstance(t, GraphQLEnumType) and not is_introspection_type(t)
    ]
    with AllFailures() as failures:
        for enum in enums:
            with failures.at(enum.name):
                labels = (await world.ask(LABELS, enum=enum.name)).only
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
