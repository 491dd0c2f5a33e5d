"""X9: who did what, from which state to which, why; nothing sealed in it, and nothing undone."""

import json
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import History
from tests.factories.internship_scenario import (
    DECLARATION_DRAFT,
    STAFF_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.refusal import try_mutation
from tests.factories.rows import NATIONWIDE_ACTOR, an_id_number
from tests.factories.world import World

HISTORY = """query ($id: ID!) { node(id: $id) { ... on %s { history(first: 50) { edges { node {
  action fromStatus toStatus actionName fromStatusName toStatusName reason accountName role at
  changes { field before after } } } } } } }"""


async def history_of(world: World, kind: str, id_: str, as_: str = "unit") -> list[Any]:
    """Read a record's history, oldest first."""
    found = (await world.ask(HISTORY % kind, as_, id=id_)).only
    return [edge["node"] for edge in found["history"]["edges"]][::-1]


async def test_x9_a_declarations_way_is_told_step_by_step(world: World) -> None:
    chain = InternshipScenario(world)
    kind = "declaration"
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "unit", kind)
    identity = row["id"]
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", kind)
    row = await chain.run_step(
        "returnDeclaration", to_decision(row) | {"reason": "补充"}, "officer", kind
    )
    change = (
        to_decision(row) | DECLARATION_DRAFT | {"plannedInterns": 12, "accidentInsurance": False}
    )
    row = await chain.run_step("changeDeclaration", change, "unit", kind)
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", kind)
    await chain.run_step("approveDeclaration", to_decision(row), "colleague", kind)
    steps = await history_of(world, "Declaration", identity)
    assert [(s["action"], s["fromStatus"], s["toStatus"], s["reason"]) for s in steps] == [
        ("CREATE", None, "DRAFT", None),
        ("SUBMIT", "DRAFT", "SUBMITTED", None),
        ("RETURN", "SUBMITTED", "RETURNED", "补充"),
        ("CHANGE", None, None, None),
        ("SUBMIT", "RETURNED", "SUBMITTED", None),
        ("APPROVE", "SUBMITTED", "APPROVED", None),
    ]
    assert [(s["actionName"], s["fromStatusName"], s["toStatusName"]) for s in steps[:4]] == [
        ("create", None, "draft"),
        ("submit", "draft", "under review"),
        ("return", "under review", "returned"),
        ("change", None, None),
    ]
    read = await world.ask(HISTORY % "Declaration", "unit", "zh", id=identity)
    newest = read.only["history"]["edges"][0]["node"]
    assert (newest["actionName"], newest["toStatusName"]) == ("审核通过", "审核通过")
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
    chain = InternshipScenario(world)
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "unit", "declaration")
    await try_mutation(world, "approveDeclaration", to_decision(row), "officer")
    await chain.run_step(
        "changeDeclaration", to_decision(row) | DECLARATION_DRAFT, "unit", "declaration"
    )
    steps = await history_of(world, "Declaration", row["id"])
    assert [(step["action"], step["changes"]) for step in steps] == [("CREATE", []), ("CHANGE", [])]


async def test_x9_x11_no_history_of_the_chain_holds_a_number_or_a_sealed_value(
    world: World,
) -> None:
    chain = InternshipScenario(world)
    declaration = await chain.run_step(
        "createDeclaration", DECLARATION_DRAFT, "unit", "declaration"
    )
    more = [*STAFF_DRAFT, {"name": "周专职", "duty": "考勤", "mobile": "13700001111"}]
    change = to_decision(declaration) | DECLARATION_DRAFT | {"staff": more}
    row = await chain.run_step("changeDeclaration", change, "unit", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", "declaration")
    await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")
    await chain.add_post()
    intern = await chain.add_intern(1)
    terms = chain.build_terms(1, endsOn="2025-01-31")
    terms = {name: terms[name] for name in terms if name not in {"idNumber", "name"}}
    await chain.run_step("changeIntern", to_decision(intern) | terms, "unit", "intern")
    await chain.add_bank_account()
    kept = json.dumps([row.changes for row in await world.load_rows(History)], ensure_ascii=False)
    for secret in (an_id_number(1), "13800005678", "13700001111", "6222020200112233446", "bytes"):
        assert secret not in kept
    (step,) = (await history_of(world, "Intern", intern["id"]))[1:]
    assert step["changes"] == [{"field": "ends_on", "before": "2025-07-31", "after": "2025-01-31"}]


async def test_x9_what_is_written_stays_written(world: World) -> None:
    await InternshipScenario(world).approve_declaration()
    for statement in (update(History).values(reason="后补"), delete(History)):
        async with AsyncSession(world.administration) as session:
            await set_rls_context(session, NATIONWIDE_ACTOR)
            with pytest.raises(DBAPIError, match="permission denied"):
                await session.execute(statement)
    assert len(await world.load_rows(History)) == 3


async def test_x10_history_is_seen_by_whoever_sees_the_record(world: World) -> None:
    await world.add_unit("other")
    row = await InternshipScenario(world).approve_declaration()
    answer = await world.ask(HISTORY % "Declaration", "other", id=row["id"])
    assert answer.only is None
