"""X10: what one may not see does not exist, on every way to it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import get_named_type

from tests.factories.database import TestCluster
from tests.factories.sample import TOLD, draw_sample
from tests.matrix.scope import a_scene_of_all, ids_in, list_consulted, visible
from tests.schema.scene import (
    VISIBLE_BY_VIEWER,
    Scene,
    make_unknown_id,
    mark_others_slow,
)
from tests.schema.shape import (
    QUERIES,
    list_record_types,
    write_document,
    write_selection,
    write_selections,
)

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
LISTS = {
    name: get_named_type(field.type).name.removesuffix("Connection")
    for name, field in QUERIES.items()
    if get_named_type(field.type).name.endswith("Connection")
    and name not in {"parameters", "calendarYears", "courses", "publicNotices", "workQueue"}
    and name not in {"accounts", "functionGrants", "handled", "claimableClasses", "missingReports"}
    and name not in {"internToReportConnection", "livingAllowanceCandidateConnection"}
    and name != "completableClassConnection"
}
"""Every list but registers open to all who are signed in, what is public (test_objection.py),
officers' work (test_work_queue.py), lists with accounts of more than the scene's two units
(test_grant.py, test_handled.py), what is told of a class before it is claimed
(test_claimable_class.py), months that are no records (test_report_search.py), and candidates."""
READERS = [name for name in VISIBLE_BY_VIEWER if name is not None]
SAMPLE = 40
ORDINARY_READERS = ("near", "far", "officer", "finance")
"""A unit, another, and who decides and pays: `make matrix` and the long run go through all."""


@pytest.fixture(scope="module")
async def scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    """A scene of its own: here every row counts, whatever other tests write into the shared one."""
    async with a_scene_of_all(cluster) as made:
        yield made


def test_the_scene_holds_a_record_of_every_type(scene: Scene) -> None:
    for whose in ("near", "far"):
        assert {name for name, _ in scene.list_ids(whose)} == set(list_record_types())


@pytest.mark.parametrize("who", mark_others_slow(READERS, *ORDINARY_READERS))
async def test_a_node_is_found_by_those_who_may_see_it_and_by_nobody_else(
    scene: Scene, who: str
) -> None:
    expected = visible(scene, who)
    for whose in scene.records:
        for type_name, id in scene.list_ids(whose):
            answer = (await scene.world.ask(NODE, who, id=id)).only
            found = {"__typename": type_name, "id": id} if id in expected else None
            assert answer == found, (type_name, whose)


@pytest.mark.parametrize("who", mark_others_slow(READERS, *ORDINARY_READERS))
async def test_what_is_hidden_answers_byte_for_byte_as_what_is_not_there(
    scene: Scene, who: str
) -> None:
    world, expected = scene.world, visible(scene, who)
    headers = {"authorization": f"Bearer {world.issue_token(who)}"}
    for whose in scene.records:
        for type_name, id in scene.list_ids(whose):
            if id not in expected:
                row = scene.records[whose][type_name]
                answers = set()
                for named in (
                    id,
                    make_unknown_id(type_name),
                    make_unknown_id(type_name, row),
                    "garbage",
                ):
                    body = {"query": NODE, "variables": {"id": named}}
                    response = await world.client.post("/graphql", json=body, headers=headers)
                    answers.add((response.status_code, response.content))
                assert len(answers) == 1, (type_name, whose)


@pytest.mark.parametrize("who", mark_others_slow(READERS, *ORDINARY_READERS))
async def test_every_list_holds_what_the_viewer_may_see_and_counts_no_more(
    scene: Scene, who: str
) -> None:
    seen: set[str] = set()
    for name in LISTS:
        text = f"{{ {name}(first: 100) {{ totalCount edges {{ node {{ id }} }} }} }}"
        answer = (await scene.world.ask(text, who)).only
        found = [edge["node"]["id"] for edge in answer["edges"]]
        assert answer["totalCount"] == len(found) == len(set(found)), name
        seen |= set(found)
    everything = {id for whose in scene.records for t, id in scene.list_ids(whose) if _is_listed(t)}
    assert seen == everything & visible(scene, who) - list_consulted(scene, who)


def _is_listed(type_name: str) -> bool:
    return type_name in LISTS.values() or type_name.endswith("Claim")


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
async def test_nothing_hidden_is_reached_through_a_record_that_is_seen(
    scene: Scene, who: str
) -> None:
    for whose in scene.records:
        for name, id in scene.list_ids(whose):
            await reach_nothing_hidden(scene, who, name, id)


async def test_in_a_sample_nothing_hidden_is_reached_through_a_record_that_is_seen(
    scene: Scene,
) -> None:
    """Some of all readers and records, others each day; the long run goes through all of them."""
    seen = [
        (who, name, id)
        for who in READERS
        for whose in scene.records
        for name, id in scene.list_ids(whose)
        if id in visible(scene, who)
    ]
    for who, name, id in draw_sample(seen, SAMPLE):
        await reach_nothing_hidden(scene, who, name, id)


async def reach_nothing_hidden(scene: Scene, who: str, name: str, id: str) -> None:
    """Ask for all that hangs at a record, and check that nothing of it is hidden."""
    levels = 2 if who in {"near", "officer"} else 1
    for part in write_selections(list_record_types()[name], levels):
        text = f"query ($id: ID!) {{ node(id: $id) {{ id ... on {name} {part} }} }}"
        answer = await scene.world.ask(text, who, id=id)
        assert set(ids_in(answer.data)) <= visible(scene, who), (who, name, TOLD)


@pytest.mark.parametrize("who", mark_others_slow(READERS, *ORDINARY_READERS))
async def test_what_is_made_up_for_a_unit_is_made_of_its_own_records(
    scene: Scene, who: str
) -> None:
    expected = visible(scene, who)
    for name in (
        *("internsToReport", "livingAllowanceCandidates", "mentoringCandidates"),
        *("internToReportConnection", "livingAllowanceCandidateConnection"),
    ):
        item = _item(name)
        paged = item.fields.get("nodes")
        selection = write_selection(get_named_type(paged.type) if paged else item, 2)
        shape = f"{{ nodes {selection} }}" if paged else selection
        text = write_document("query", name, QUERIES[name], shape)
        given = {"year": 2024} if name == "mentoringCandidates" else {"month": "2024-09"}
        answer = await scene.world.ask(text, who, **given)
        assert set(ids_in(answer.body.get("data"))) <= expected
        assert bool(answer.errors) == (who not in {"near", "boss", "far"})


def _item(name: str) -> Any:
    return get_named_type(QUERIES[name].type)


async def test_filters_and_cursors_open_nothing(scene: Scene) -> None:
    theirs = '(name: "far") { totalCount edges { node { id } } }'
    answer = (await scene.world.ask(f"{{ units{theirs} }}", "near")).only
    assert answer == {"totalCount": 0, "edges": []}
    text = '{ interns(region: "220102") { totalCount edges { cursor } } }'
    assert (await scene.world.ask(text, "officer")).only == {"totalCount": 0, "edges": []}
    cursors = "{ interns { edges { cursor node { id } } } }"
    (edge,) = (await scene.world.ask(cursors, "elsewhere")).only["edges"]
    after = "query ($c: String) { interns(after: $c) { edges { node { id } } } }"
    answer = (await scene.world.ask(after, "officer", c=edge["cursor"])).only
    assert set(ids_in(answer)) <= visible(scene, "officer")


async def test_a_stranger_is_told_of_nothing(scene: Scene) -> None:
    for _, id in scene.list_ids("near"):
        answer = await scene.world.ask(NODE, None, id=id)
        assert answer.body["data"] == {"node": None}
        assert answer.errors[0]["extensions"]["code"] == "FORBIDDEN"
    answer = await scene.world.ask("{ viewer { name role unit { id } person { id } } }")
    assert answer.only == {"name": "", "role": None, "unit": None, "person": None}


async def test_many_at_once_are_found_each_by_itself(scene: Scene) -> None:
    ids = [id for whose in ("far", "near") for _, id in scene.list_ids(whose)]
    parts = [ids[n : n + 100] for n in range(0, len(ids), 100)]
    answers = [(await scene.world.ask(NODES, "near", ids=part)).only for part in parts]
    found = [row for answer in answers for row in answer]
    expected = visible(scene, "near")
    assert [row and row["id"] for row in found] == [i if i in expected else None for i in ids]
