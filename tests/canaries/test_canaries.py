"""X11: what is marked as personal and comes in by any input is found nowhere that is not listed."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import orjson
import pytest
from graphql import GraphQLInputObjectType

from models import Base
from tests.canaries.campaign import run_campaign
from tests.canaries.canary import Aviary, Kind, list_spellings
from tests.canaries.inputs import OPERATIONS, list_places
from tests.canaries.kept import NAMES
from tests.factories.database import TestCluster
from tests.factories.failures import AllFailures
from tests.schema.shape import SCHEMA


def list_members() -> Iterator[str]:
    """Name every argument and every member of every input."""
    for operation, fields in OPERATIONS.items():
        for name, field in fields.items():
            yield from (f"{operation} {name} {argument}" for argument in field.args)
    for name, type_ in SCHEMA.type_map.items():
        if isinstance(type_, GraphQLInputObjectType):
            yield from (f"{name}.{member}" for member in type_.fields)


def test_x11_a_canary_is_found_in_every_spelling_however_it_is_escaped() -> None:
    aviary = Aviary()
    with AllFailures() as failures:
        for kind in Kind:
            for spelling in list_spellings(kind):
                canary = aviary.release(kind, spelling, f"{kind} {spelling}")
                escaped = "".join(f"\\u{ord(letter):04x}" for letter in canary.text)
                wraps = (canary.text, orjson.dumps(canary.text).decode(), quote(canary.text))
                for text in (*wraps, escaped):
                    with failures.at(kind, spelling, text):
                        assert list(aviary.find(f"a {text}, 2025-03-10 12:00")) == [canary]


def test_x11_nothing_else_is_taken_for_a_canary() -> None:
    aviary = Aviary()
    for kind, _ in product(Kind, range(100)):
        aviary.release(kind, list_spellings(kind)[0], "")
    assert not list(aviary.find("2026-11-30 06:05:03.039129+00 019a1234-5678-7123-8123-1234567890"))


def test_x11_every_input_of_the_schema_is_tried() -> None:
    """Whatever an argument leads to is reached: no member of an input is left out."""
    reached = set[str]()
    for place in list_places():
        type_, (argument, *path) = place.field.args[str(place.path[0])].type, place.path
        reached.add(f"{place.operation} {place.name} {argument}")
        for part in path:
            while hasattr(type_, "of_type"):
                type_ = type_.of_type
            if isinstance(part, str):
                assert isinstance(type_, GraphQLInputObjectType)
                reached.add(f"{type_.name}.{part}")
                type_ = type_.fields[part].type
    assert reached == {*list_members()}


def test_x11_columns_that_may_hold_names_are_columns_and_are_not_sealed() -> None:
    columns = {f"{t.name}.{c.name}" for t in Base.metadata.sorted_tables for c in t.columns}
    assert NAMES.keys() <= columns
    assert not [name for name in NAMES if name.endswith(("_sealed", "_index", "_hash"))]


@pytest.mark.slow
async def test_x11_a_sample_of_canaries_is_found_nowhere(cluster: TestCluster) -> None:
    done = await run_campaign(cluster, seed=1, share=0.02)
    assert done.leaks == []
    assert done.faults == []
    assert done.inputs > 100
    assert done.carried_out > 5
