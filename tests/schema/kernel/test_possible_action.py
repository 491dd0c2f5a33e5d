"""X4: what a record says may be done next is what the mutation then does, in every state."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import (
    BoardPush,
    ChangeRequest,
    Declaration,
    DeclarationEnd,
    Intern,
    Post,
    Reduction,
    Reviewed,
    Status,
)
from tests.factories.internship_scenario import DECLARATION_DRAFT, POST_DRAFT, InternshipScenario
from tests.factories.refusal import list_refusal_reasons, try_mutation
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.sample import TOLD, draw_sample
from tests.factories.world import INPUT_TYPES, World

QUERY = """query ($id: ID!) { node(id: $id) { ... on %s {
  version possibleActions { action allowed reason message mutation } } } }"""
TABLES: dict[str, type[Reviewed]] = {"Declaration": Declaration, "Post": Post, "Intern": Intern}
SITUATIONS = [
    *((status, "unit") for status in Status),
    (Status.SUBMITTED, "officer"),
    (Status.APPROVED, "officer"),
    (Status.APPROVED, None),
]
"""In which state a record stands, and who submitted it."""
DRAWN = "one that is drawn"
"""A kind takes a second or two: each run goes through one of them, the long run through all."""


async def stand(world: World, kind: str, status: Status, submitter: str | None) -> None:
    """Put the one record of a kind into a state."""
    table = TABLES[kind]
    by = world.accounts[submitter].id if submitter else None
    values: dict[str, Any] = {"status": status, "submitted_by": by, "version": 50}
    if table is Declaration:
        ended = status is Status.ENDED
        values["ended_on"] = date(2025, 1, 1) if ended else None
        values["end_kind"] = DeclarationEnd.STATUS_LOST if ended else None
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(
            session, replace(NATIONWIDE_ACTOR, unit=world.accounts["unit"].unit_id)
        )
        await session.execute(delete(BoardPush))  # a version comes again here, as it never does
        await session.execute(update(table).values(values))
        for follower in (Reduction, ChangeRequest):
            await session.execute(update(follower).values(status=Status.WITHDRAWN))


async def prepared(world: World, kind: str) -> tuple[str, dict[str, Any]]:
    """Make the record, and say what would be a change of it."""
    chain = InternshipScenario(world)
    row = await chain.approve_declaration()
    change: dict[str, Any] = DECLARATION_DRAFT
    if kind != "Declaration":
        row, change = await chain.add_post(), POST_DRAFT
    if kind == "Intern":
        row = await chain.approve_intern(1)
        terms = chain.build_terms(1)
        change = {name: terms[name] for name in terms if name not in {"idNumber", "name"}}
    identity: str = row["id"]
    return identity, change


def requested(kind: str, id_: str, change: dict[str, Any]) -> dict[str, Any]:
    """Write the change as a request: something differs, and it is no change of staff."""
    other = {"Declaration": {"plannedInterns": 11}, "Post": {"headcount": 6}}
    changed = change | other.get(kind, {"endsOn": "2025-06-30"}) | {"id": id_, "version": 50}
    changed.pop("staff", None)
    return {"change": {kind.lower(): changed}, "motive": "变更"}


def asked_for(
    item: Any, kind: str, id_: str, change: dict[str, Any]
) -> tuple[str, dict[str, Any], str]:
    """Say which mutation does an action, as the action does; what it takes, where it says no."""
    mutation, asked = item["mutation"], {"id": id_, "version": 50}
    match item["action"]:
        case "CHANGE":
            return mutation, asked | change, "input"
        case "REDUCE":
            why = {"employed": {"destination": "OTHER"}}
            given = {"internId": id_, "endedOn": "2025-01-31", "endReason": why}
            return mutation, given, "input"
        case "REQUEST_CHANGE":
            return mutation, requested(kind, id_, change), f"input.change.{kind.lower()}"
        case "END":
            ended = {"endedOn": "2025-01-31", "kind": "STATUS_LOST", "reason": "原因"}
            return mutation, asked | ended, "input"
        case _ if INPUT_TYPES.get(mutation) == "ReasonedDecisionInput":
            return mutation, asked | {"reason": "原因"}, "input"
    return mutation, asked, "input"


@pytest.mark.parametrize(
    "kind", [DRAWN, *(pytest.param(kind, marks=pytest.mark.slow) for kind in TABLES)]
)
async def test_x4_what_is_offered_happens_and_what_is_barred_is_refused_for_that_reason(
    world: World, kind: str
) -> None:
    """X1, X2, X4: every state, every action, for the owner and for the reviewer."""
    if kind == DRAWN:
        (kind,) = draw_sample([*TABLES], 1)
    id_, change = await prepared(world, kind)
    tried = set()
    for status, submitter in SITUATIONS:
        for who in ("unit", "officer"):
            await stand(world, kind, status, submitter)
            offered = (await world.ask(QUERY % kind, who, id=id_)).only["possibleActions"]
            for item in offered:
                mutation, asked, place = asked_for(item, kind, id_, change)
                await stand(world, kind, status, submitter)
                result = await try_mutation(world, mutation, asked, who)
                tried.add((status, item["action"], item["allowed"]))
                told = (kind, TOLD, status, item)
                if item["allowed"]:
                    assert result["__typename"].endswith("Payload"), (*told, result)
                else:
                    assert list_refusal_reasons(result) == [(item["reason"], place)], told
                    assert result["message"] == item["message"], told
    done = {action for _, action, allowed in tried if allowed}
    assert {status for status, _, _ in tried} == set(Status), (kind, TOLD)
    assert done >= {"CHANGE", "REVOKE", "WITHDRAW"}, (kind, TOLD)


@pytest.mark.parametrize("kind", TABLES)
async def test_x2_an_officer_who_submitted_a_record_may_not_decide_on_it(
    world: World, kind: str
) -> None:
    id_, _ = await prepared(world, kind)
    await stand(world, kind, Status.SUBMITTED, "officer")
    asked = {"id": id_, "version": 50}
    result = await try_mutation(world, f"approve{kind}", asked, "officer")
    assert list_refusal_reasons(result) == [("FOUR_EYES", "input")]
    result = await try_mutation(world, f"approve{kind}", asked, "colleague")
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
            reason = (
                {"reason": "原因"} if INPUT_TYPES.get(mutation, "").startswith("Reasoned") else {}
            )
            more = change if mutation.startswith("change") else reason
            ((said_reason, _),) = list_refusal_reasons(
                await try_mutation(world, mutation, asked | more, who)
            )
            assert said_reason == "FORBIDDEN"
    offered = (await world.ask(QUERY % "Declaration", "province", id=id_)).only["possibleActions"]
    assert offered == []
