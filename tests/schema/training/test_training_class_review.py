"""S24, S33: classes submitted and decided on, and the places that they take and free."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from loaders.key import parse_global_id
from models import (
    BankAccount,
    Claim,
    ClaimKind,
    ClaimLine,
    Status,
    Trainee,
    TrainingClass,
)
from tests.factories.filing import attach_files, upload_file
from tests.factories.internship_scenario import to_decision
from tests.factories.refusal import assert_refused
from tests.factories.rows import a_claim, a_completion, an_id
from tests.factories.story import story
from tests.factories.training_claim_scenario import TrainingClaimScenario, build_class_id
from tests.factories.training_class_scenario import (
    CLASS_SELECTION,
    REASON_INPUT,
    TrainingClassScenario,
)
from tests.factories.world import World

QUEUE = """{ workQueue(first: 20) { edges { node {
  kind record { __typename id status } } } } }"""


@story
async def opening(world: World) -> TrainingClassScenario:
    return await TrainingClassScenario(world).set_up()


async def test_s24_a_class_is_submitted_waits_and_is_approved(
    opening: TrainingClassScenario,
) -> None:
    row = await opening.create_class(await opening.enter_course())
    await opening.add_trainees(row, 1, 2)
    upload = await upload_file(opening.world, as_="trainer", record="TRAINING_CLASS")
    await attach_files(opening.world, row["id"], upload, kind="ROSTER", as_="trainer")
    row = await opening.transition("submit", row)
    assert (row["status"], row["place"]) == ("SUBMITTED", "510104")
    assert await opening.list_places() == [1, 1]
    (waits,) = (await opening.world.ask(QUEUE, "reviewer")).only["edges"]
    record = {"__typename": "TrainingClass", "id": row["id"], "status": "SUBMITTED"}
    assert waits["node"] == {"kind": "TRAINING_CLASS", "record": record}
    row = await opening.transition("approve", row, "reviewer")
    assert row["status"] == "APPROVED"
    document = """query ($id: ID!) { node(id: $id) { ... on TrainingClass {
      attachments { name kind } possibleActions { action allowed } } } }"""
    told: Any = (await opening.world.ask(document, "reviewer", id=row["id"])).only
    assert told["attachments"] == [{"name": "材料.pdf", "kind": "ROSTER"}]
    allowed = {each["action"] for each in told["possibleActions"] if each["allowed"]}
    assert allowed == {"REVOKE"}


async def test_s24_all_that_is_wrong_with_a_class_is_told_at_once_as_it_is_submitted(
    opening: TrainingClassScenario,
) -> None:
    row = await opening.create_class(await opening.enter_course())
    await opening.add_trainees(row, 1)
    await opening.hired.add_people(2, paid=False)
    await opening.add_trainees(row, 2)
    await opening.enter_course(edition=1, offered=False)
    opening.world.clock.set_day(date(2025, 3, 21))
    found = await assert_refused(opening.world, "submitTrainingClass", to_decision(row), "trainer")
    uninsured = next(fault for fault in found if fault[0] == "NOT_INSURED_NOW")
    assert uninsured[1] in {"input.trainees.0", "input.trainees.1"}
    assert sorted({reason for reason, _ in found}) == [
        "COURSE_WITHDRAWN",
        "NOT_INSURED_NOW",
        "OPENING_IN_PAST",
    ]
    assert await opening.list_places() == [None, None]


async def test_s24_a_class_without_trainees_is_not_submitted(
    opening: TrainingClassScenario,
) -> None:
    row = await opening.create_class(await opening.enter_course())
    found = await assert_refused(opening.world, "submitTrainingClass", to_decision(row), "trainer")
    assert found == [("NOBODY_ATTENDS", "input.trainees")]


async def test_s33_a_class_that_is_returned_keeps_its_places_and_may_come_back_late(
    opening: TrainingClassScenario,
) -> None:
    row = await opening.submit_class(await opening.enter_course(), 1, 2)
    row = await opening.transition("return", row, "reviewer", **REASON_INPUT)
    assert (row["status"], await opening.list_places()) == ("RETURNED", [1, 1])
    opening.world.clock.set_day(date(2025, 3, 21))
    row = await opening.transition("submit", row)
    assert (row["status"], await opening.list_places()) == ("SUBMITTED", [1, 1])


async def test_s33_withdrawal_and_refusal_free_the_places(opening: TrainingClassScenario) -> None:
    course = await opening.enter_course()
    row = await opening.transition("withdraw", await opening.submit_class(course, 1, 2))
    assert (row["status"], await opening.list_places()) == ("WITHDRAWN", [None, None])
    again = await opening.submit_class(course, 1)
    assert sorted(map(str, await opening.list_places())) == ["1", "None", "None"]
    row = await opening.transition("refuse", again, "reviewer", **REASON_INPUT)
    assert (row["status"], set(await opening.list_places())) == ("REFUSED", {None})


async def test_s33_a_class_that_nothing_stands_on_is_revoked_and_keeps_its_places(
    opening: TrainingClassScenario,
) -> None:
    row = await opening.approve_class(await opening.enter_course(), 1)
    row = await opening.transition("revoke", row, "reviewer", **REASON_INPUT)
    assert (row["status"], await opening.list_places()) == ("RETURNED", [1])


async def test_s33_a_class_that_is_claimed_or_completed_is_not_revoked(
    opening: TrainingClassScenario,
) -> None:
    world = opening.world
    row = await opening.approve_class(await opening.enter_course(), 1)
    (of,) = await world.load_rows(TrainingClass)
    (trainee,) = await world.load_rows(Trainee)
    given = to_decision(row) | REASON_INPUT
    await world.add_rows(a_completion(of))
    completing = [("CLASS_COMPLETING", "input")]
    assert await assert_refused(world, "revokeTrainingClass", given, "reviewer") == completing
    claim = a_claim_for(opening, of)
    await world.add_rows(claim, a_held_line(claim, trainee))
    assert await assert_refused(world, "revokeTrainingClass", given, "reviewer") == [
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


async def test_s16_many_classes_are_reviewed_at_once_each_by_itself(
    opening: TrainingClassScenario,
) -> None:
    course, fire = await opening.enter_course(), await opening.enter_course(code="XF-02")
    april = {"opensOn": "2025-04-01", "endsOn": "2025-04-11"}
    rows = [
        await opening.submit_class(course, 1),
        await opening.submit_class(fire, 2),
        await opening.create_class(course, **april),
    ]
    rows[1] = await opening.transition("withdraw", rows[1])
    input = {"verdict": "APPROVE", "records": [to_decision(row) for row in rows]}
    outcomes = "... on ReviewPayload { outcomes { record { status } faults { reason path } } }"
    found = await opening.world.mutate("reviewTrainingClasses", input, "reviewer", outcomes)
    told = [(each["record"]["status"], each["faults"]) for each in found["outcomes"]]
    assert [status for status, _ in told] == ["APPROVED", "WITHDRAWN", "DRAFT"]
    assert [[fault["reason"] for fault in faults] for _, faults in told] == [
        [],
        ["WRONG_STATUS"],
        ["WRONG_STATUS"],
    ]


async def test_s24_who_filed_a_class_does_not_review_it(opening: TrainingClassScenario) -> None:
    """S1, X2: nor does an officer of another district see it."""
    row = await opening.submit_class(await opening.enter_course(), 1)
    found = await assert_refused(opening.world, "approveTrainingClass", to_decision(row), "trainer")
    assert found == [("FORBIDDEN", "REVIEW_CLASSES")]
    found = await assert_refused(opening.world, "approveTrainingClass", to_decision(row), "officer")
    assert found == [("NOT_FOUND", "input.id")]


def a_claim_for(opening: TrainingClassScenario, of: TrainingClass, **changes: Any) -> Claim:
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
    key = parse_global_id(text)
    assert key is not None
    return key.parts[-1]


async def test_s33_what_a_claim_names_stays_a_class_of_its_course(
    opening: TrainingClassScenario,
) -> None:
    """A draft holds nothing yet, so that the class is revoked; but its course stays."""
    world = opening.world
    course, fire = await opening.enter_course(), await opening.enter_course(code="XF-02")
    row = await opening.approve_class(course, 1)
    (of,) = await world.load_rows(TrainingClass)
    await world.add_rows(a_claim_for(opening, of, status=Status.DRAFT))
    row = await opening.transition("revoke", row, "reviewer", **REASON_INPUT)
    other = to_decision(row) | opening.build_class_draft(fire)
    found = await assert_refused(world, "changeTrainingClass", other, "trainer")
    assert found == [("CLASS_CLAIMED", "input.courseId")]
    newer = await opening.enter_course(edition=1, fee="450.00")
    row = await opening.transition("change", row, **opening.build_class_draft(newer))
    assert row["course"] == {"code": "AQSC-01", "edition": 2}


async def test_s33_of_revoking_a_class_and_submitting_its_claim_at_once_one_wins(
    world: World,
) -> None:
    trained = await TrainingClaimScenario(world).set_up()
    row = await trained.seed_class(1)
    claim = (await trained.try_draft_claim(row))["claim"]
    given = {"id": build_class_id(row), "version": 1, "reason": "材料不符"}
    sent, revoked = await asyncio.gather(
        trained.try_transition("submit", claim),
        world.mutate("revokeTrainingClass", given, "second", CLASS_SELECTION),
    )
    won = [sent["__typename"] == "ClaimPayload", revoked["__typename"] == "TrainingClassPayload"]
    assert sorted(won) == [False, True], (sent, revoked)
    (line,) = await trained.list_lines()
    assert line.held is won[0]
