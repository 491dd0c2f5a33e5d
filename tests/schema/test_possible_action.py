"""X4: what a record says may be done next is what the mutation then does, in every state."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import state
from models import BoardPush, Declaration, Intern, Post, Reviewed, Status
from tests.factories.chain import DECLARATION, POST, Chain
from tests.factories.refusal import said, told
from tests.factories.rows import EVERYBODY
from tests.factories.world import INPUTS, World

QUERY = """query ($id: ID!) { node(id: $id) { ... on %s {
  version possibleActions { action allowed reason message } } } }"""
TABLES: dict[str, type[Reviewed]] = {"Declaration": Declaration, "Post": Post, "Intern": Intern}
SITUATIONS = [
    *((status, "unit") for status in Status),
    (Status.SUBMITTED, "officer"),
    (Status.APPROVED, "officer"),
    (Status.APPROVED, None),
]
"""In which state a record stands, and who submitted it."""


async def stand(world: World, kind: str, status: Status, submitter: str | None) -> None:
    """Put the one record of a kind into a state."""
    table = TABLES[kind]
    by = world.accounts[submitter].id if submitter else None
    async with AsyncSession(world.service.writes) as session, session.begin():
        await state(session, replace(EVERYBODY, unit=world.accounts["unit"].unit_id))
        await session.execute(delete(BoardPush))  # a version comes again here, as it never does
        await session.execute(update(table).values(status=status, submitted_by=by, version=50))


async def prepared(world: World, kind: str) -> tuple[str, dict[str, Any]]:
    """Make the record, and say what would be a change of it."""
    chain = Chain(world)
    row = await chain.declared()
    change: dict[str, Any] = DECLARATION
    if kind != "Declaration":
        row, change = await chain.posted(), POST
    if kind == "Intern":
        row = await chain.intern(1)
        terms = chain.terms(1)
        change = {name: terms[name] for name in terms if name not in {"idNumber", "name"}}
    identity: str = row["id"]
    return identity, change


@pytest.mark.parametrize("kind", TABLES)
async def test_x4_what_is_offered_happens_and_what_is_barred_is_refused_for_that_reason(
    world: World, kind: str
) -> None:
    """X1, X2, X4: every state, every action, for the owner and for the reviewer."""
    id_, change = await prepared(world, kind)
    tried = set()
    for status, submitter in SITUATIONS:
        for who in ("unit", "officer"):
            await stand(world, kind, status, submitter)
            offered = (await world.ask(QUERY % kind, who, id=id_)).only["possibleActions"]
            for item in offered:
                mutation = f"{item['action'].lower()}{kind}"
                asked: dict[str, Any] = {"id": id_, "version": 50}
                if item["action"] == "CHANGE":
                    asked |= change
                elif INPUTS.get(mutation) == "ReasonedDecisionInput":
                    asked |= {"reason": "原因"}
                await stand(world, kind, status, submitter)
                result = await told(world, mutation, asked, who)
                tried.add((status, item["action"], item["allowed"]))
                if item["allowed"]:
                    assert result["__typename"] == f"{kind}Payload", (status, item, result)
                else:
                    assert said(result) == [(item["reason"], "input")], (status, item)
                    assert result["message"] == item["message"]
    assert {status for status, _, _ in tried} == set(Status)
    assert {action for _, action, allowed in tried if allowed} >= {"CHANGE", "REVOKE", "WITHDRAW"}


@pytest.mark.parametrize("kind", TABLES)
async def test_x2_an_officer_who_submitted_a_record_may_not_decide_on_it(
    world: World, kind: str
) -> None:
    id_, _ = await prepared(world, kind)
    await stand(world, kind, Status.SUBMITTED, "officer")
    asked = {"id": id_, "version": 50}
    result = await told(world, f"approve{kind}", asked, "officer")
    assert said(result) == [("FOUR_EYES", "input")]
    result = await told(world, f"approve{kind}", asked, "colleague")
    assert result["__typename"] == f"{kind}Payload"


async def test_s1_neither_side_does_the_others_part(world: World) -> None:
    """S1: nothing of it is offered, and all of it is Forbidden."""
    id_, change = await prepared(world, "Declaration")
    asked = {"id": id_, "version": 50}
    for who, mutations in (
        ("unit", ("approveDeclaration", "returnDeclaration", "revokeDeclaration")),
        ("officer", ("submitDeclaration", "withdrawDeclaration", "changeDeclaration")),
        ("province", ("approveDeclaration", "submitDeclaration")),
    ):
        for mutation in mutations:
            reason = {"reason": "原因"} if INPUTS.get(mutation, "").startswith("Reasoned") else {}
            more = change if mutation.startswith("change") else reason
            ((said_reason, _),) = said(await told(world, mutation, asked | more, who))
            assert said_reason == "FORBIDDEN"
    offered = (await world.ask(QUERY % "Declaration", "province", id=id_)).only["possibleActions"]
    assert offered == []
