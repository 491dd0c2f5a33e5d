"""S24, S33: classes submitted and decided on, and the places that they take and free."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from loaders.key import decode
from models import (
    BankAccount,
    Claim,
    ClaimKind,
    ClaimLine,
    Status,
    Trainee,
    TrainingClass,
)
from tests.factories.chain import handle
from tests.factories.filing import attached, uploaded
from tests.factories.opening import CLASS, WHY, Opening
from tests.factories.refusal import refused
from tests.factories.rows import a_claim, a_completion, an_id
from tests.factories.trained import Trained, class_id
from tests.factories.world import World

QUEUE = """{ workQueue(first: 20) { edges { node {
  kind record { __typename id status } } } } }"""


@pytest.fixture
async def opening(world: World) -> Opening:
    return await Opening(world).opened()


async def test_s24_a_class_is_submitted_waits_and_is_approved(opening: Opening) -> None:
    row = await opening.drafted(await opening.entered())
    await opening.attended(row, 1, 2)
    upload = await uploaded(opening.world, as_="trainer", record="TRAINING_CLASS")
    await attached(opening.world, row["id"], upload, kind="ROSTER", as_="trainer")
    row = await opening.moved("submit", row)
    assert (row["status"], row["place"]) == ("SUBMITTED", "510104")
    assert await opening.places() == [1, 1]
    (waits,) = (await opening.world.ask(QUEUE, "reviewer")).only["edges"]
    record = {"__typename": "TrainingClass", "id": row["id"], "status": "SUBMITTED"}
    assert waits["node"] == {"kind": "TRAINING_CLASS", "record": record}
    row = await opening.moved("approve", row, "reviewer")
    assert row["status"] == "APPROVED"
    document = """query ($id: ID!) { node(id: $id) { ... on TrainingClass {
      attachments { name kind } possibleActions { action allowed } } } }"""
    told: Any = (await opening.world.ask(document, "reviewer", id=row["id"])).only
    assert told["attachments"] == [{"name": "材料.pdf", "kind": "ROSTER"}]
    allowed = {each["action"] for each in told["possibleActions"] if each["allowed"]}
    assert allowed == {"REVOKE"}


async def test_s24_all_that_is_wrong_with_a_class_is_told_at_once_as_it_is_submitted(
    opening: Opening,
) -> None:
    row = await opening.drafted(await opening.entered())
    await opening.attended(row, 1)
    await opening.hired.people(2, paid=False)
    await opening.attended(row, 2)
    await opening.entered(edition=1, offered=False)
    opening.world.clock.set(date(2025, 3, 21))
    found = await refused(opening.world, "submitTrainingClass", handle(row), "trainer")
    uninsured = next(fault for fault in found if fault[0] == "NOT_INSURED_NOW")
    assert uninsured[1] in {"input.trainees.0", "input.trainees.1"}
    assert sorted({reason for reason, _ in found}) == [
        "COURSE_WITHDRAWN",
        "NOT_INSURED_NOW",
        "OPENING_IN_PAST",
    ]
    assert await opening.places() == [None, None]


async def test_s24_a_class_without_trainees_is_not_submitted(opening: Opening) -> None:
    row = await opening.drafted(await opening.entered())
    found = await refused(opening.world, "submitTrainingClass", handle(row), "trainer")
    assert found == [("NOBODY_ATTENDS", "input.trainees")]


async def test_s33_a_class_that_is_returned_keeps_its_places_and_may_come_back_late(
    opening: Opening,
) -> None:
    row = await opening.submitted(await opening.entered(), 1, 2)
    row = await opening.moved("return", row, "reviewer", **WHY)
    assert (row["status"], await opening.places()) == ("RETURNED", [1, 1])
    opening.world.clock.set(date(2025, 3, 21))
    row = await opening.moved("submit", row)
    assert (row["status"], await opening.places()) == ("SUBMITTED", [1, 1])


async def test_s33_withdrawal_and_refusal_free_the_places(opening: Opening) -> None:
    course = await opening.entered()
    row = await opening.moved("withdraw", await opening.submitted(course, 1, 2))
    assert (row["status"], await opening.places()) == ("WITHDRAWN", [None, None])
    again = await opening.submitted(course, 1)
    assert sorted(map(str, await opening.places())) == ["1", "None", "None"]
    row = await opening.moved("refuse", again, "reviewer", **WHY)
    assert (row["status"], set(await opening.places())) == ("REFUSED", {None})


async def test_s33_a_class_that_nothing_stands_on_is_revoked_and_keeps_its_places(
    opening: Opening,
) -> None:
    row = await opening.approved(await opening.entered(), 1)
    row = await opening.moved("revoke", row, "reviewer", **WHY)
    assert (row["status"], await opening.places()) == ("RETURNED", [1])


async def test_s33_a_class_that_is_claimed_or_completed_is_not_revoked(opening: Opening) -> None:
    world = opening.world
    row = await opening.approved(await opening.entered(), 1)
    (of,) = await world.rows(TrainingClass)
    (trainee,) = await world.rows(Trainee)
    given = handle(row) | WHY
    await world.add(a_completion(of))
    completing = [("CLASS_COMPLETING", "input")]
    assert await refused(world, "revokeTrainingClass", given, "reviewer") == completing
    claim = a_claim_for(opening, of)
    await world.add(claim, a_held_line(claim, trainee))
    assert await refused(world, "revokeTrainingClass", given, "reviewer") == [
        ("CLASS_CLAIMED", "input"),
        *completing,
    ]
    document = """query ($id: ID!) { node(id: $id) { ... on TrainingClass {
      courseClaimed completions { completed }
      claims { totalCount edges { node { amount } } } } } }"""
    told: Any = (await world.ask(document, "trainer", id=row["id"])).only
    assert told == {
        "courseClaimed": True,
        "claims": {"totalCount": 1, "edges": [{"node": {"amount": "475.00"}}]},
        "completions": [{"completed": 1}],
    }


async def test_s16_many_classes_are_reviewed_at_once_each_by_itself(opening: Opening) -> None:
    course, fire = await opening.entered(), await opening.entered(code="XF-02")
    april = {"opensOn": "2025-04-01", "endsOn": "2025-04-11"}
    rows = [
        await opening.submitted(course, 1),
        await opening.submitted(fire, 2),
        await opening.drafted(course, **april),
    ]
    rows[1] = await opening.moved("withdraw", rows[1])
    input = {"verdict": "APPROVE", "records": [handle(row) for row in rows]}
    outcomes = "... on ReviewPayload { outcomes { record { status } faults { reason path } } }"
    found = await opening.world.do("reviewTrainingClasses", input, "reviewer", outcomes)
    told = [(each["record"]["status"], each["faults"]) for each in found["outcomes"]]
    assert [status for status, _ in told] == ["APPROVED", "WITHDRAWN", "DRAFT"]
    assert [[fault["reason"] for fault in faults] for _, faults in told] == [
        [],
        ["WRONG_STATUS"],
        ["WRONG_STATUS"],
    ]


async def test_s24_who_filed_a_class_does_not_review_it(opening: Opening) -> None:
    """S1, X2: nor does an officer of another district see it."""
    row = await opening.submitted(await opening.entered(), 1)
    found = await refused(opening.world, "approveTrainingClass", handle(row), "trainer")
    assert found == [("FORBIDDEN", "REVIEW_CLASSES")]
    found = await refused(opening.world, "approveTrainingClass", handle(row), "officer")
    assert found == [("NOT_FOUND", "input.id")]


def a_claim_for(opening: Opening, of: TrainingClass, **changes: Any) -> Claim:
    bank = BankAccount(unit_id=of.unit_id, id=decode_last(opening.hired.account["id"]))
    over: dict[str, Any] = {"class_id": of.id, "course_code": of.course_code}
    over |= {"kind": ClaimKind.TRAINING, "status": Status.SUBMITTED, "amount": Decimal("475.00")}
    return a_claim(opening.hired.row, bank, **(over | changes))


def a_held_line(claim: Claim, trainee: Trainee) -> ClaimLine:
    return ClaimLine(
        unit_id=claim.unit_id,
        id=an_id("held line"),
        region=claim.region,
        claim_id=claim.id,
        claim_kind=claim.kind,
        claim_status=claim.status,
        unit_name="单位",
        person_id=trainee.person_id,
        trainee_id=trainee.id,
        amount=claim.amount,
        explanation={},
        held=True,
    )


def decode_last(text: str) -> UUID:
    key = decode(text)
    assert key is not None
    return key.parts[-1]


async def test_s33_what_a_claim_names_stays_a_class_of_its_course(opening: Opening) -> None:
    """A draft holds nothing yet, so that the class is revoked; but its course stays."""
    world = opening.world
    course, fire = await opening.entered(), await opening.entered(code="XF-02")
    row = await opening.approved(course, 1)
    (of,) = await world.rows(TrainingClass)
    await world.add(a_claim_for(opening, of, status=Status.DRAFT))
    row = await opening.moved("revoke", row, "reviewer", **WHY)
    other = handle(row) | opening.draft(fire)
    found = await refused(world, "changeTrainingClass", other, "trainer")
    assert found == [("CLASS_CLAIMED", "input.courseId")]
    newer = await opening.entered(edition=1, fee="450.00")
    row = await opening.moved("change", row, **opening.draft(newer))
    assert row["course"] == {"code": "AQSC-01", "edition": 2}


async def test_s33_of_revoking_a_class_and_submitting_its_claim_at_once_one_wins(
    world: World,
) -> None:
    trained = await Trained(world).opened()
    row = await trained.classed(1)
    claim = (await trained.drafted(row))["claim"]
    given = {"id": class_id(row), "version": 1, "reason": "材料不符"}
    sent, revoked = await asyncio.gather(
        trained.moved("submit", claim), world.do("revokeTrainingClass", given, "second", CLASS)
    )
    won = [sent["__typename"] == "ClaimPayload", revoked["__typename"] == "TrainingClassPayload"]
    assert sorted(won) == [False, True], (sent, revoked)
    (line,) = await trained.lines()
    assert line.held is won[0]
