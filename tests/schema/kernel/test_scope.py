"""X10: what one may not see does not exist, on every way to it."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from graphql import get_named_type

from models import AttachedTo, Base, ClaimKind, ConsultedRecord, Status
from tests.factories.database import TestCluster
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NANGUAN_DISTRICT,
    a_claim,
    a_claim_line,
    a_history,
    an_attachment,
)
from tests.schema.scene import (
    EXPLANATION,
    VISIBLE_BY_VIEWER,
    Scene,
    a_scene,
    build_id,
    make_unknown_id,
    mark_all_but_one_slow,
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
}
"""Every list but registers open to all who are signed in, what is public (test_objection.py),
officers' work (test_work_queue.py), lists with accounts of more than the scene's two units
(test_grant.py, test_handled.py), what is told of a class before it is claimed
(test_claimable_class.py), and months that are no records (test_report_search.py)."""
PLACED = {
    "near placed": ("near", "boss", "elsewhere", "auditor", "city", "province"),
    "far placed": ("far", "officer", "district", "auditor", "city", "province"),
}
"""Who sees a unit's claim that the other unit's district decides (S10, X21)."""
NARROWED: dict[str, dict[str, set[str]]] = {
    "finance": {
        "near": {
            *("Unit", "Publicity", "PublicityLine", "Payment", "Receipt", "DisbursementBatch"),
            *("BatchExport", "BatchImport", "OfficeHistory", "ClaimLine paid", "Trainee"),
            *("Person", "BankAccount", "History"),
        },
        "near approved": {"LivingAllowanceClaim", "ClaimLine"},
        "near published": {"LivingAllowanceClaim", "ClaimLine", "Attachment", "History"},
    },
    "objections": {
        "near": {
            *("Unit", "Publicity", "PublicityLine", "Objection", "Person", "BankAccount"),
            "History",
        },
        "near published": {"LivingAllowanceClaim", "ClaimLine", "Attachment", "History"},
    },
}
"""What is seen of one's region by those whose functions are about a part of it (section 5): what is
approved and paid, what is published and objected to, and what that names."""
CONSULTED = {
    "near": ("elsewhere",),
    "far": ("officer", "district"),
}
"""Who reads, for such a claim, what it stands on of a unit that is not theirs."""
PROPOSALS = {"province": "near", "other province": "far"}
"""Who sees which figures that are only proposed: those who propose and decide (section 5)."""
CONSULTED_TYPES = (
    *("Unit", "Person", "BankAccount", "Declaration"),
    *("Roster", "RosterRow", "RosterRow failed"),
)
READERS = [name for name in VISIBLE_BY_VIEWER if name is not None]


def ids_in(answer: Any) -> Iterator[str]:
    """Collect every global id in an answer, however deep."""
    if isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            yield answer["id"]
        for part in answer.values():
            yield from ids_in(part)
    elif isinstance(answer, list):
        for part in answer:
            yield from ids_in(part)


def list_consulted(scene: Scene, who: str | None) -> set[str]:
    """List what deciders of another district read of a unit: by id and through the claim alone."""
    return {
        build_id(name.partition(" ")[0], scene.records[whose][name])
        for whose, known in CONSULTED.items()
        if who in known
        for name in (*CONSULTED_TYPES, "History of the draft")
    }


def visible(scene: Scene, who: str | None) -> set[str]:
    """List what a viewer may see, from what the rulebook says and not from what the code does."""
    if who is None:
        return set()
    registers = {
        scene.get_id(whose, name)
        for whose, name in product(
            ("near", "far"), ("Parameter approved", "CalendarYear", "Course")
        )
    }
    if who in NARROWED:
        narrowed = NARROWED[who].items()
        return registers | {
            scene.get_id(whose, name)
            for whose, names in narrowed
            for name in names & {*scene.records[whose]}
        }
    found = {
        id
        for whose in VISIBLE_BY_VIEWER[who]
        for t, id in scene.list_ids(whose)
        if (t != "Upload" or whose == who) and t != "Parameter"
    }
    found |= {
        id
        for whose in ("near approved", "near published")
        if "near" in VISIBLE_BY_VIEWER[who]
        for _, id in scene.list_ids(whose)
    }
    mine = set()
    for whose in ("near", "far"):
        own = {scene.get_id(whose, "SignInSession"), scene.get_id(whose, "SignIn")}
        found -= own
        mine |= own if who == whose else set()
    found |= mine
    if "near" in VISIBLE_BY_VIEWER[who] and who != "near":
        found.add(scene.get_id("boss", "Account"))
    if who in {"near", "boss", "far"}:
        unit = VISIBLE_BY_VIEWER[who][0]
        office = ("DisbursementBatch", "BatchExport", "BatchImport", "OfficeHistory")
        public = ("Publicity", "Objection")
        looked = ("AuditFinding", "Unmasking")
        hidden = ("Person", "AccountAppeal", "AppealEvidence", *public, *office, *looked)
        found -= {scene.get_id(unit, name) for name in hidden}
    if who == "boss":  # what was granted to an operator is not the legal person's
        found.discard(scene.get_id("near", "FunctionGrant"))
    if who in {"person", "other province"}:
        found.add(scene.get_id("own", "Person"))
    if who == "person" or "near" in VISIBLE_BY_VIEWER[who]:
        found.add(scene.get_id("own", "History"))
    found |= {
        id for whose, known in PLACED.items() if who in known for _, id in scene.list_ids(whose)
    }
    found |= list_consulted(scene, who)
    if who in PROPOSALS:
        found.add(scene.get_id(PROPOSALS[who], "Parameter"))
    return found | registers


@pytest.fixture(scope="module")
async def scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    """A scene of its own: here every row counts, whatever other tests write into the shared one."""
    async with a_scene(cluster) as made:
        for whose, decided in (("near", NANGUAN_DISTRICT), ("far", CHAOYANG_DISTRICT)):
            made.records[f"{whose} placed"] = await _add_placed_claim(made, whose, decided)
        made.records["near approved"] = await _add_decided_claim(made, 10, Status.APPROVED)
        made.records["near published"] = await _add_decided_claim(made, 11, Status.IN_PUBLICITY)
        yield made


async def _add_decided_claim(scene: Scene, number: int, status: Status) -> dict[str, Base]:
    """Let a unit's claim be approved, and once it is published, have a file and a step."""
    known: dict[str, Any] = scene.records["near"]
    claim = a_claim(known["Unit"], known["BankAccount"], number, status=status)
    line = a_claim_line(claim, known["Intern"], explanation=EXPLANATION | {"amount": "2120.00"})
    rows: dict[str, Base] = {"LivingAllowanceClaim": claim, "ClaimLine": line}
    if status is not Status.APPROVED:
        about = {"record": "Claim", "record_id": claim.id}
        rows["Attachment"] = an_attachment(claim, AttachedTo.CLAIM)
        rows["History"] = a_history(known["Unit"], scene.world.accounts["near"], number, **about)
    await scene.world.add_rows(*rows.values())
    return rows


async def _add_placed_claim(scene: Scene, whose: str, region: str) -> dict[str, Base]:
    """Let a unit's claim for a hire be decided in the other unit's district."""
    known: dict[str, Any] = scene.records[whose]
    there: dict[str, Any] = {"region": region, "at_home": None}
    status = {"kind": ClaimKind.HIRING, "status": Status.SUBMITTED, "place": region}
    claim = a_claim(known["Unit"], known["BankAccount"], 9, **status, **there)
    hired = {"roster_row_id": known["RosterRow"].id, "intern_id": None, "employer_code": "placed"}
    line = a_claim_line(
        claim,
        known["Intern"],
        explanation=EXPLANATION | {"amount": "1000.00"},
        hired_on=date(2024, 7, 1),
        **hired,
        **there,
    )
    file = an_attachment(claim, AttachedTo.CLAIM, **there)
    about = {"record": "Claim", "record_id": claim.id}
    told = [
        a_history(known["Unit"], scene.world.accounts[whose], 8, **about),
        a_history(known["Unit"], scene.world.accounts[whose], 9, **about, **there),
    ]
    consulted = [known[name].id for name in ("Unit", "Person", "BankAccount", "Roster")]
    listed = [
        ConsultedRecord(region=region, record_id=id_, unit_id=known["Unit"].id)
        for id_ in (*consulted, claim.id)
    ]
    await scene.world.add_rows(claim, line, file, *told, *listed)
    known["History of the draft"] = told[0]
    return {"HiringClaim": claim, "ClaimLine": line, "Attachment": file, "History": told[1]}


def test_the_scene_holds_a_record_of_every_type(scene: Scene) -> None:
    for whose in ("near", "far"):
        assert {name for name, _ in scene.list_ids(whose)} == set(list_record_types())


@pytest.mark.parametrize("who", READERS)
async def test_a_node_is_found_by_those_who_may_see_it_and_by_nobody_else(
    scene: Scene, who: str
) -> None:
    expected = visible(scene, who)
    for whose in scene.records:
        for type_name, id in scene.list_ids(whose):
            answer = (await scene.world.ask(NODE, who, id=id)).only
            found = {"__typename": type_name, "id": id} if id in expected else None
            assert answer == found, (type_name, whose)


@pytest.mark.parametrize("who", READERS)
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


@pytest.mark.parametrize("who", READERS)
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


@pytest.mark.parametrize("who", mark_all_but_one_slow(READERS, "officer"))
async def test_nothing_hidden_is_reached_through_a_record_that_is_seen(
    scene: Scene, who: str
) -> None:
    expected = visible(scene, who)
    types, levels = list_record_types(), 2 if who in {"near", "officer"} else 1
    for whose in scene.records:
        for name, id in scene.list_ids(whose):
            for part in write_selections(types[name], levels):
                text = f"query ($id: ID!) {{ node(id: $id) {{ id ... on {name} {part} }} }}"
                answer = await scene.world.ask(text, who, id=id)
                assert set(ids_in(answer.data)) <= expected, name


@pytest.mark.parametrize("who", READERS)
async def test_what_is_made_up_for_a_unit_is_made_of_its_own_records(
    scene: Scene, who: str
) -> None:
    expected = visible(scene, who)
    for name in ("internsToReport", "livingAllowanceCandidates", "mentoringCandidates"):
        text = write_document("query", name, QUERIES[name], write_selection(_item(name), 2))
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
