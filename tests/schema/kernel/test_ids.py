"""X10: whatever names no record of one's own is one and the same answer, wherever an id is sent.

Generated from the schema: every place in every mutation's arguments at which an id stands.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import NODE_TYPES
from models import Base, Intern, Status
from rules.desk.unmasking import SEALED_COLUMNS
from rules.kernel.function import ROLE_FUNCTIONS
from tests.factories.failures import AllFailures
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.schema.places import PLACES, meant
from tests.schema.scene import (
    VISIBLE_BY_VIEWER,
    Scene,
    forget_tries,
    make_unknown_id,
    mark_others_slow,
)
from tests.schema.shape import (
    MUTATIONS,
    InputPath,
    a_sample,
    build_arguments,
    list_record_types,
    read_may,
    replace_at,
    write_document,
)

REGISTERS = {"Parameter", "Course"}
"""Types whose rows all who are signed in may see (X10)."""
HOSTS = {t.name for t in list_record_types().values() if "attachments" in t.fields}
"""Types whose records may all stand where it says which record a file is attached to."""
UNMASKED = {n for n, known in NODE_TYPES.items() if known.table in SEALED_COLUMNS}
ADMINISTRATORS = {"district", "city", "province", "auditor"}
THREE_ADMINISTRATORS = {"sysadmin", "security", "audit"}
ADMINISTERED = {"Account"}
"""Types whose rows the three administrators 三员 see, of whatever unit (X28)."""
FEW_TRIES = 10
LOOKED_UP_WITHIN = {"RosterRow"}
"""Types that are looked up within another record; where that one is unfit, all ids answer alike."""


def sender(name: str) -> str:
    """Choose a viewer who holds what the mutation takes."""
    needed = read_may(MUTATIONS[name])
    assert needed is not None
    holders = (
        *("near", "boss", "officer", "district", "province", "person", "finance"),
        *("sysadmin", "security"),
    )
    roles = (
        "UNIT_OPERATOR",
        "LEGAL_PERSON",
        "DISTRICT_OFFICER",
        "DISTRICT_ADMINISTRATOR",
        "PROVINCE_ADMINISTRATOR",
        "PERSON",
        "FINANCE",
        "SYSTEM_ADMINISTRATOR",
        "SECURITY_ADMINISTRATOR",
    )
    return next(
        who
        for who, role in zip(holders, roles, strict=True)
        if needed <= next(held for r, held in ROLE_FUNCTIONS.items() if r == role)
    )


def own(scene: Scene, who: str, type_name: str) -> str:
    return scene.get_id("own" if who == "person" else "near", type_name)


def wrong_ids(
    scene: Scene, who: str, name: str, type_name: str, place: InputPath
) -> Mapping[str, object]:
    """List what is no record of the type, or none that the viewer may touch."""
    mine = own(scene, who, type_name)
    row = scene.records["near"][type_name]
    right = HOSTS if place[-1] == "recordId" else {type_name}
    right = UNMASKED if name == "unmask" else right
    others = {t: i for t, i in scene.list_ids("near") if not any(_same(t, one) for one in right)}
    seen = who in THREE_ADMINISTRATORS and type_name in ADMINISTERED
    hidden = {} if seen else {"hidden": scene.get_id("far", type_name)}
    return {
        "next to one's own": make_unknown_id(type_name, row),
        **hidden,
        "hidden from a person": scene.get_id("far", "Person"),
        **others,
        "empty": "",
        "garbage": "garbage",
        "number": 7,
        "padded": f"{mine}=",
        "padded twice": f"{mine}==",
        "with a space": f"{mine} ",
        "with a line break": f"{mine}\n",
        "cut": mine[:-1],
        "twice": mine * 2,
        "other alphabet": f"{mine[:-1]}+",
        "not ASCII": "编号",
        "long": "A" * 5000,
    }


def _same(one: str, other: str) -> bool:
    return one == other or (one.endswith("Claim") and other.endswith("Claim"))


async def everything(scene: Scene) -> Mapping[str, list[Any]]:
    """Read the whole database, but for what counts tries."""
    found: dict[str, list[Any]] = {}
    async with AsyncSession(scene.world.administration) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        for table in Base.metadata.sorted_tables:
            if table.name not in {"rate_limit", "region"}:
                rows = (await session.execute(select(table))).all()
                found[str(table)] = sorted(map(repr, rows))
    return found


async def put(scene: Scene, status: Status) -> None:
    """Let one's own intern stand where the mutation wants it, so that it comes to the other id."""
    async with AsyncSession(scene.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Intern).values(status=status))


PLACES_BY_TYPE = {
    type_name: [(name, place) for name, place in PLACES if meant(name, place) == type_name]
    for type_name in sorted({meant(name, place) for name, place in PLACES})
}


def test_the_schema_says_where_ids_stand() -> None:
    assert len(PLACES) > 40
    assert all(meant(name, place) for name, place in PLACES)


@pytest.mark.parametrize("type_name", mark_others_slow(PLACES_BY_TYPE, "LivingAllowanceClaim"))
async def test_a_mutation_answers_whatever_is_no_record_of_ones_own_alike(
    scene: Scene, type_name: str
) -> None:
    with AllFailures() as failures:
        before = await everything(scene)
        for name, place in PLACES_BY_TYPE[type_name]:
            own_in_draft = (name, place[-1]) == ("changeIntern", "postId")
            if own_in_draft:
                await put(scene, Status.DRAFT)
                before = await everything(scene)
            with failures.at(name, place):
                await require_one_answer(scene, name, place)
            after = await everything(scene)
            with failures.at(name, place, "writes nothing"):
                assert after == before
            before = after
            if own_in_draft:
                await put(scene, Status.APPROVED)
                before = await everything(scene)


async def require_one_answer(scene: Scene, name: str, place: InputPath) -> None:
    """Send everything that is no record of one's own to a place, and want one answer."""
    who, type_name = sender(name), meant(name, place)

    def fill(at: InputPath, scalar: str) -> object:
        return own(scene, who, meant(name, at)) if scalar == "ID" else a_sample(at, scalar)

    given = build_arguments(MUTATIONS[name], fill)
    text = write_document("mutation", name, MUTATIONS[name])
    headers = {"authorization": f"Bearer {scene.world.issue_token(who)}", "accept-language": "en"}

    async def answer(id: object) -> tuple[int, bytes]:
        body = {"query": text, "variables": replace_at(given, place, id)}
        response = await scene.world.client.post("/graphql", json=body, headers=headers)
        return response.status_code, response.content

    status, expected = await answer(make_unknown_id(type_name))
    assert status == 200
    assert type_name in LOOKED_UP_WITHIN or b'"reason":"NOT_FOUND"' in expected
    for n, (what, id) in enumerate(wrong_ids(scene, who, name, type_name, place).items()):
        if n % FEW_TRIES == 0:
            await forget_tries(scene)
        assert await answer(id) == (status, expected), what


STRANGERS = [who for who in VISIBLE_BY_VIEWER if who not in {"near", "officer", None}]


@pytest.mark.parametrize("who", mark_others_slow(STRANGERS, "far", "elsewhere"))
async def test_nobody_moves_what_they_may_not_see(scene: Scene, who: str) -> None:
    role = scene.world.accounts[who].role
    whose = "far" if who in {"boss", "finance", "objections"} else "near"
    with AllFailures() as failures:
        for name, place in PLACES:
            with failures.at(name, place):
                needed = read_may(MUTATIONS[name]) or frozenset()
                if needed - ROLE_FUNCTIONS[role] or is_visible_to(who, whose, meant(name, place)):
                    continue
                assert len(await answer_hidden_and_unknown(scene, who, whose, name, place)) == 1


def is_visible_to(who: str, whose: str, type_name: str) -> bool:
    register = type_name in REGISTERS
    administered = who in THREE_ADMINISTRATORS and type_name in ADMINISTERED
    return register or administered or (who in ADMINISTRATORS and whose in VISIBLE_BY_VIEWER[who])


async def answer_hidden_and_unknown(
    scene: Scene, who: str, whose: str, name: str, place: InputPath
) -> set[tuple[int, bytes]]:
    """Send the id of a record that is hidden from a viewer, and one that is nobody's."""
    text, type_name = write_document("mutation", name, MUTATIONS[name]), meant(name, place)
    answers = set()
    for id in (scene.get_id(whose, type_name), make_unknown_id(type_name)):
        given = replace_at(build_arguments(MUTATIONS[name]), place, id)
        body = {"query": text, "variables": given}
        headers = {"authorization": f"Bearer {scene.world.issue_token(who)}"}
        response = await scene.world.client.post("/graphql", json=body, headers=headers)
        answers.add((response.status_code, response.content))
    return answers
