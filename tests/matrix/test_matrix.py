"""X10: no way to a record, no viewer and no field is forgotten; a sample of them is judged."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from rules.kernel.function import Function
from tests.factories.database import TestCluster
from tests.matrix.expectation import (
    ANYBODY,
    FIELDS_OF_SOME,
    LISTED,
    LISTED_IN_PART,
    list_expectations,
)
from tests.matrix.scope import a_scene_of_all
from tests.matrix.told import FIGURE_FILTERS, SUBSCRIPTIONS, TOLD_OF, list_links
from tests.matrix.walk import list_cases, walk_matrix
from tests.schema.scene import Scene
from tests.schema.shape import MUTATIONS, QUERIES, SCHEMA, list_record_types, read_may


@pytest.fixture(scope="module")
async def scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    async with a_scene_of_all(cluster) as made:
        yield made


def test_x10_every_root_field_says_once_whom_it_is_for() -> None:
    declared = Counter(name for name, _ in list_expectations())
    subscriptions = SCHEMA.subscription_type
    assert subscriptions is not None
    assert declared == Counter([*QUERIES, *MUTATIONS, *subscriptions.fields])


def test_x10_every_list_says_what_it_holds() -> None:
    lists = [n for n, f in QUERIES.items() if get_named_type(f.type).name.endswith("Connection")]
    assert Counter(lists) == Counter([*LISTED, *LISTED_IN_PART])
    assert set(LISTED.values()) - {"Claim"} <= list_record_types().keys()


def test_x14_every_field_of_some_says_whom_it_is_for() -> None:
    assert set(FIELDS_OF_SOME) == {
        f"{name}.{field}"
        for name, type_ in list_record_types().items()
        for field, known in type_.fields.items()
        if (read_may(known) or frozenset()) - {Function.READ_RECORDS}
    }


def test_x10_every_link_and_every_subscription_is_judged_or_says_why_not() -> None:
    assert {*list_links()} == {*TOLD_OF}
    subscriptions = SCHEMA.subscription_type
    assert subscriptions is not None
    assert subscriptions.fields.keys() == SUBSCRIPTIONS.keys()


def test_x10_figures_are_asked_for_by_each_of_their_filters() -> None:
    known = SCHEMA.type_map["StatisticsFilterInput"]
    assert isinstance(known, GraphQLInputObjectType)
    assert known.fields.keys() == FIGURE_FILTERS.keys()


async def test_x10_everybody_has_each_way_to_records_of_each_kind(scene: Scene) -> None:
    assert {*scene.world.accounts, None} == ANYBODY
    found = {(case.way, case.relation) for case in list_cases(scene)}
    assert {way for way, _ in found} == {
        *("node", "nodes", "list", "filter", "order", "cursor", "root", "field"),
        *("file", "export", "argument", "entry", "told"),
    }
    assert {relation for way, relation in found if way in {"node", "entry"}} == {
        *("own", "same region", "other region", "a stranger's", "absent", "revoked"),
        *("other unit, same region", "other unit, other region"),
    }


async def test_x10_nobody_sees_or_moves_in_a_sample_what_is_not_theirs(scene: Scene) -> None:
    walk = await walk_matrix(scene, seed=1, share=0.005)
    assert walk.unexpected == []
    assert walk.cases.total() > 100


@pytest.mark.slow
async def test_x10_nobody_sees_or_moves_in_a_larger_sample_what_is_not_theirs(
    scene: Scene,
) -> None:
    walk = await walk_matrix(scene, seed=2, share=0.05)
    assert walk.unexpected == []
