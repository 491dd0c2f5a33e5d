"""X9: who did what, from which state to which, why; nothing sealed in it, and nothing undone."""

import json
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import state
from models import History
from tests.factories.chain import DECLARATION, STAFF, Chain, handle
from tests.factories.refusal import told
from tests.factories.rows import EVERYBODY, an_id_number
from tests.factories.world import World

HISTORY = """query ($id: ID!) { node(id: $id) { ... on %s { history(first: 50) { edges { node {
  action fromStatus toStatus reason accountName role at
  changes { field before after } } } } } } }"""


async def history_of(world: World, kind: str, id_: str, as_: str = "unit") -> list[Any]:
    """Read a record's history, oldest first."""
    found = (await world.ask(HISTORY % kind, as_, id=id_)).only
    return [edge["node"] for edge in found["history"]["edges"]][::-1]


async def test_x9_a_declarations_way_is_told_step_by_step(world: World) -> None:
    chain = Chain(world)
    kind = "declaration"
    row = await chain.step("createDeclaration", DECLARATION, "unit", kind)
    identity = row["id"]
    row = await chain.step("submitDeclaration", handle(row), "unit", kind)
    row = await chain.step("returnDeclaration", handle(row) | {"reason": "补充"}, "officer", kind)
    change = handle(row) | DECLARATION | {"plannedInterns": 12, "accidentInsurance": False}
    row = await chain.step("changeDeclaration", change, "unit", kind)
    row = await chain.step("submitDeclaration", handle(row), "unit", kind)
    await chain.step("approveDeclaration", handle(row), "colleague", kind)
    steps = await history_of(world, "Declaration", identity)
    assert [(s["action"], s["fromStatus"], s["toStatus"], s["reason"]) for s in steps] == [
        ("CREATE", None, "DRAFT", None),
        ("SUBMIT", "DRAFT", "SUBMITTED", None),
        ("RETURN", "SUBMITTED", "RETURNED", "补充"),
        ("CHANGE", None, None, None),
        ("SUBMIT", "RETURNED", "SUBMITTED", None),
        ("APPROVE", "SUBMITTED", "APPROVED", None),
    ]
    assert [(s["accountName"], s["role"]) for s in steps] == [
        ("unit account", "UNIT_OPERATOR"),
        ("unit account", "UNIT_OPERATOR"),
        ("officer account", "DISTRICT_OFFICER"),
        ("unit account", "UNIT_OPERATOR"),
        ("unit account", "UNIT_OPERATOR"),
        ("colleague account", "DISTRICT_OFFICER"),
    ]
    assert steps[3]["changes"] == [
        {"field": "planned_interns", "before": "10", "after": "12"},
        {"field": "accident_insurance", "before": "True", "after": "False"},
    ]
    assert steps == await history_of(world, "Declaration", identity, "officer")


async def test_x9_a_refused_step_leaves_no_trace_and_a_change_of_nothing_no_field(
    world: World,
) -> None:
    chain = Chain(world)
    row = await chain.step("createDeclaration", DECLARATION, "unit", "declaration")
    await told(world, "approveDeclaration", handle(row), "officer")
    await chain.step("changeDeclaration", handle(row) | DECLARATION, "unit", "declaration")
    steps = await history_of(world, "Declaration", row["id"])
    assert [(step["action"], step["changes"]) for step in steps] == [("CREATE", []), ("CHANGE", [])]


async def test_x9_x11_no_history_of_the_chain_holds_a_number_or_a_sealed_value(
    world: World,
) -> None:
    chain = Chain(world)
    declaration = await chain.step("createDeclaration", DECLARATION, "unit", "declaration")
    more = [*STAFF, {"name": "周专职", "duty": "考勤", "mobile": "13700001111"}]
    change = handle(declaration) | DECLARATION | {"staff": more}
    row = await chain.step("changeDeclaration", change, "unit", "declaration")
    row = await chain.step("submitDeclaration", handle(row), "unit", "declaration")
    await chain.step("approveDeclaration", handle(row), "officer", "declaration")
    await chain.posted()
    intern = await chain.drafted_intern(1)
    terms = chain.terms(1, endsOn="2025-01-31")
    terms = {name: terms[name] for name in terms if name not in {"idNumber", "name"}}
    await chain.step("changeIntern", handle(intern) | terms, "unit", "intern")
    await chain.account()
    kept = json.dumps([row.changes for row in await world.rows(History)], ensure_ascii=False)
    for secret in (an_id_number(1), "13800005678", "13700001111", "6222020200112233446", "bytes"):
        assert secret not in kept
    (step,) = (await history_of(world, "Intern", intern["id"]))[1:]
    assert step["changes"] == [{"field": "ends_on", "before": "2025-07-31", "after": "2025-01-31"}]


async def test_x9_what_is_written_stays_written(world: World) -> None:
    await Chain(world).declared()
    for statement in (update(History).values(reason="后补"), delete(History)):
        async with AsyncSession(world.service.writes) as session:
            await state(session, EVERYBODY)
            with pytest.raises(DBAPIError, match="permission denied"):
                await session.execute(statement)
    assert len(await world.rows(History)) == 3


async def test_x10_history_is_seen_by_whoever_sees_the_record(world: World) -> None:
    await world.unit("other")
    row = await Chain(world).declared()
    answer = await world.ask(HISTORY % "Declaration", "other", id=row["id"])
    assert answer.only is None
