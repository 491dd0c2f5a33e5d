"""A class claimed for its trainees, first and later, judged at each step (S20, S25, S33, X3)."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Claim, ClaimLine, Role, Status, Trainee, TraineeOutcome, TrainingClass
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import CHENGDU_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.sample import few_or_many
from tests.factories.story import story
from tests.factories.training_claim_scenario import (
    CLAIM_SELECTION,
    OPENS,
    TrainingClaimScenario,
    build_class_id,
    build_trainee_id,
)
from tests.factories.world import World, build_global_id
from tests.schema.hiring.test_hiring import faults, left
from tests.schema.kernel.test_once_only import one_winner

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
TOLD = """query ($id: ID!) { node(id: $id) { ... on TrainingClaim {
  place courseCode trainingClass { number } parameters { key confirmed }
  lines { trainee { name } explanation {
    formula confirmed parameters { key region value } findings { control outcome } } } } } }"""


@story
async def trained(world: World) -> TrainingClaimScenario:
    return await TrainingClaimScenario(world).set_up()


async def test_s25_a_class_is_claimed_for_all_its_trainees_and_approved(
    trained: TrainingClaimScenario,
) -> None:
    """X5, X21: the amount explains itself by the course's fee, the region and the opening."""
    row = await trained.seed_class(1, 2)
    claim = await trained.submit_claim(row)
    assert (claim["amount"], claim["status"]) == ("950.00", "SUBMITTED")
    assert (claim["courseCode"], claim["place"]) == (row.course_code, "510104")
    approved = (await trained.try_transition("approve", claim, "reviewer"))["claim"]
    assert {line["state"] for line in approved["lines"]} == {"PAYABLE"}
    for line in approved["lines"]:
        ran = [(j["occasion"], j["outcome"], j["changed"]) for j in line["judgements"]]
        assert ran == [("APPLICATION", "PASS", []), ("REVIEW", "PASS", [])]
    told = (await trained.world.ask(TOLD, "reviewer", id=claim["id"])).only
    assert told["trainingClass"] == {"number": row.number}
    explained = told["lines"][0]["explanation"]
    assert explained["formula"] == [
        "training subsidy (线上课程1) = 500.00 yuan × 0.95 = 475.00 yuan"
    ]
    assert {"key": "training.amount", "region": "510104", "value": "0.95 at most 600"} in (
        explained["parameters"]
    )
    assert {found["outcome"] for found in explained["findings"]} == {"PASS"}
    assert {found["control"] for found in explained["findings"]} >= {
        "INSURED_STAFF",
        "TRAINING_PLACES",
        "ONE_AT_A_TIME",
        "CLASS_APPROVED",
        "TRAINEE_COMPLETION",
    }


async def test_s33_later_claims_take_only_who_is_held_by_no_other_line(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2, 3)
    one, two, three = await trained.list_trainees(row)
    first = await trained.submit_claim(row, one)
    assert (len(first["lines"]), first["amount"]) == (1, "475.00")
    again = await trained.try_draft_claim(row, two, one)
    assert faults(again) == [("TRAINEE_CLAIMED", "traineeIds", "1")]
    second = await trained.submit_claim(row)
    assert [line["trainee"]["id"] for line in second["lines"]] == [
        build_trainee_id(two),
        build_trainee_id(three),
    ]
    nobody = await trained.try_draft_claim(row)
    assert (nobody["__typename"], nobody["reason"]) == ("Refusal", "NO_TRAINEES_LEFT")


async def test_s33_an_enterprise_claims_a_course_for_one_class(
    trained: TrainingClaimScenario,
) -> None:
    first = await trained.seed_class(1, number=1)
    second = await trained.seed_class(2, number=2)
    other = await trained.seed_class(3, number=3, course=2)
    drafted = (await trained.try_draft_claim(second))["claim"]
    claim = await trained.submit_claim(first)
    barred = await trained.try_draft_claim(second)
    assert faults(barred) == [("COURSE_CLAIMED", "classId")]
    assert first.number in barred["faults"][0]["message"]
    late = await trained.try_transition("submit", drafted)
    assert faults(late) == [("COURSE_CLAIMED",)]
    assert (await trained.submit_claim(other))["amount"] == "600.00"
    back = (await trained.try_transition("return", claim, "reviewer", reason="更正"))["claim"]
    assert faults(await trained.try_draft_claim(second)) == [("COURSE_CLAIMED", "classId")]
    await trained.try_transition("withdraw", back)
    assert (await trained.submit_claim(second))["status"] == "SUBMITTED"


async def test_s33_a_refused_claim_frees_the_course_and_the_trainees(
    trained: TrainingClaimScenario,
) -> None:
    first = await trained.seed_class(1, number=1)
    second = await trained.seed_class(2, number=2)
    claim = await trained.submit_claim(first)
    await trained.try_transition("refuse", claim, "reviewer", reason="不符合条件")
    assert [line.held for line in await trained.list_lines()] == [False]
    assert (await trained.submit_claim(second))["status"] == "SUBMITTED"


async def test_s33_another_enterprise_claims_the_same_course(
    trained: TrainingClaimScenario,
) -> None:
    other = await trained.add_other_unit("neighbour")
    await trained.submit_claim(await trained.seed_class(1))
    row = await other.seed_class(2, number=2)
    assert (await other.submit_claim(row))["status"] == "SUBMITTED"
    assert (await trained.try_draft_claim(row))["reason"] == "NOT_FOUND"


async def test_s25_only_an_approved_class_that_has_opened_can_be_claimed(
    trained: TrainingClaimScenario,
) -> None:
    later = OPENS + timedelta(days=30)
    waiting = await trained.seed_class(1, number=1, status=Status.SUBMITTED)
    ahead = await trained.seed_class(2, number=2, opens_on=later, ends_on=later)
    assert faults(await trained.try_draft_claim(waiting)) == [("CLASS_NOT_APPROVED", "classId")]
    assert faults(await trained.try_draft_claim(ahead)) == [("CLASS_NOT_OPENED", "classId")]
    trained.world.clock.set_day(later)
    assert faults(await trained.try_draft_claim(waiting)) == [("CLASS_NOT_APPROVED", "classId")]
    assert (await trained.try_draft_claim(ahead))["__typename"] == "ClaimPayload"


async def test_s25_a_claim_is_judged_again_at_submission_and_at_review(
    trained: TrainingClaimScenario,
) -> None:
    """S20, X3: who is insured no more is told at their line; the others are in no way."""
    row = await trained.seed_class(1, 2)
    made = (await trained.try_draft_claim(row))["claim"]
    await left(trained.world, 2)
    barred = await trained.try_transition("submit", made)
    assert faults(barred) == [("NOT_INSURED_NOW", "lines", "1")]
    (one, two) = await trained.list_trainees(row)
    named = await trained.try_draft_claim(row, one, two)
    assert faults(named) == [("NOT_INSURED_NOW", "traineeIds", "1")]
    claim = await trained.submit_claim(row)
    assert claim["amount"] == "475.00"
    await left(trained.world, 1)
    assert faults(await trained.try_transition("approve", claim, "reviewer")) == [
        ("NOT_INSURED_NOW", "lines", "0")
    ]
    gone = await trained.try_draft_claim(row)
    assert (gone["reason"], "insured" in gone["message"]) == ("NO_TRAINEE_PASSED", True)


async def test_s25_a_class_whose_approval_fell_is_told_once_for_all_lines(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2)
    claim = await trained.submit_claim(row)
    fallen = update(TrainingClass).where(TrainingClass.id == row.id)
    await trained.execute_statement(fallen.values(status=Status.RETURNED))
    barred = await trained.try_transition("approve", claim, "reviewer")
    assert faults(barred) == [("CLASS_NOT_APPROVED",)]


async def test_s29_nobody_is_claimed_for_who_did_not_complete(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2)
    one, two = await trained.list_trainees(row)
    await trained.set_outcome(TraineeOutcome.NOT_COMPLETED, one)
    named = await trained.try_draft_claim(row, one, two)
    assert faults(named) == [("TRAINEE_NOT_COMPLETED", "traineeIds", "0")]
    claim = await trained.submit_claim(row)
    assert [line["trainee"]["id"] for line in claim["lines"]] == [build_trainee_id(two)]
    await trained.set_outcome(TraineeOutcome.NOT_COMPLETED, two)
    barred = await trained.try_transition("approve", claim, "reviewer")
    assert faults(barred) == [("TRAINEE_NOT_COMPLETED", "lines", "0")]


async def test_x6_an_unconfirmed_amount_is_simulated_but_not_approved(world: World) -> None:
    trained = await TrainingClaimScenario(world).set_up(confirmed=False)
    claim = await trained.submit_claim(await trained.seed_class(1))
    told = (await world.ask(TOLD, trained.unit, id=claim["id"])).only
    assert told["lines"][0]["explanation"]["confirmed"] is False
    barred = await trained.try_transition("approve", claim, "reviewer")
    assert (barred["reason"], "training.amount" in barred["message"]) == (
        "PARAMETER_UNCONFIRMED",
        True,
    )


async def test_s25_what_is_no_trainee_of_the_class_is_refused_at_its_place(
    trained: TrainingClaimScenario,
) -> None:
    """X12: all faults at once, each where it is; whatever is no such row is one answer."""
    row = await trained.seed_class(1, 2, number=1)
    other = await trained.seed_class(3, number=2, course=2)
    one, _ = await trained.list_trainees(row)
    (foreign,) = await trained.list_trainees(other)
    barred = await trained.try_draft_claim(row, one, foreign)
    assert faults(barred) == [("NOT_FOUND", "traineeIds", "1")]
    twice = await trained.try_draft_claim(row, one, one)
    assert faults(twice) == [("LISTED_TWICE", "traineeIds", "1")]
    input = {"classId": build_class_id(row), "bankAccountId": trained.hired.account["id"]}
    do = trained.world.mutate
    empty = await do("createTrainingClaim", input | {"traineeIds": []}, trained.unit)
    assert faults(empty) == [("LIST_EMPTY", "traineeIds")]
    for wrong in (
        "x",
        build_global_id("Trainee", one.unit_id, one.id),
        build_class_id(row)[:-2] + "AA",
    ):
        bad = await do("createTrainingClaim", input | {"classId": wrong}, trained.unit)
        assert (bad["__typename"], bad["reason"], bad["path"]) == (
            "Refusal",
            "NOT_FOUND",
            ["input", "classId"],
        )


async def test_s33_a_returned_claim_is_made_anew_and_keeps_whom_it_holds(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2)
    one, _ = await trained.list_trainees(row)
    claim = await trained.submit_claim(row, one)
    back = (await trained.try_transition("return", claim, "reviewer", reason="补充学员"))["claim"]
    change = {"id": back["id"], "version": back["version"], "classId": build_class_id(row)}
    kept = await try_change(trained, change)
    assert (kept["claim"]["amount"], len(kept["claim"]["lines"])) == ("475.00", 1), "the same class"
    change |= {"version": kept["claim"]["version"], "traineeIds": None}
    changed = await try_change(trained, change)
    assert changed["claim"]["amount"] == "950.00"
    assert [line.held for line in await trained.list_lines()] == [True, True]
    assert (await trained.try_draft_claim(row))["reason"] == "NO_TRAINEES_LEFT"


async def try_change(trained: TrainingClaimScenario, change: Any) -> Any:
    return await trained.world.mutate("changeTrainingClaim", change, trained.unit, CLAIM_SELECTION)


async def test_s25_a_change_to_another_class_takes_all_its_trainees(
    trained: TrainingClaimScenario,
) -> None:
    first, other = await trained.seed_class(1), await trained.seed_class(2, 3, number=2, course=2)
    claim = (await trained.try_draft_claim(first))["claim"]
    changed = await try_change(trained, to_decision(claim) | {"classId": build_class_id(other)})
    assert {line["trainee"]["id"] for line in changed["claim"]["lines"]} == {
        build_trainee_id(each) for each in await trained.list_trainees(other)
    }


async def test_x15_a_struck_trainee_stays_out_until_an_officer_readmits_them(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2)
    claim = await trained.submit_claim(row)
    strike = {"id": claim["lines"][0]["id"], "version": claim["lines"][0]["version"]}
    struck = await trained.world.mutate("strikeClaimLine", strike | {"reason": "核实"}, "reviewer")
    assert struck["__typename"] == "ClaimLinePayload", struck
    barred = await trained.try_draft_claim(row)
    assert barred["reason"] == "LINE_BARRED"
    (line,) = [each for each in await trained.world.load_rows(ClaimLine) if each.barred]
    readmission = {"id": strike["id"], "version": line.version, "reason": "材料已补正"}
    readmitted = await trained.world.mutate("readmitClaimLine", readmission, "reviewer")
    assert readmitted["__typename"] == "ClaimLinePayload", readmitted
    again = await trained.submit_claim(row)
    assert [line["trainee"]["id"] for line in again["lines"]] == [
        claim["lines"][0]["trainee"]["id"]
    ]


@few_or_many
async def test_s33_of_many_who_claim_the_same_trainee_at_once_one_wins(
    trained: TrainingClaimScenario, writers: int
) -> None:
    row = await trained.seed_class(1)
    made = [await trained.try_draft_claim(row) for _ in range(writers)]
    losers = await one_winner(*(trained.try_transition("submit", each["claim"]) for each in made))
    told = {fault for lost in losers for fault in faults(lost)}
    assert told == {("TRAINEE_CLAIMED", "lines", "0")}
    assert [line.held for line in await trained.list_lines()].count(True) == 1


@few_or_many
async def test_s33_of_many_classes_claimed_for_a_course_at_once_one_wins(
    trained: TrainingClaimScenario, writers: int
) -> None:
    """X12: the exclusion constraint knows what no snapshot shows."""
    classes = [await trained.seed_class(n, number=n) for n in range(1, writers + 1)]
    made = [await trained.try_draft_claim(row) for row in classes]
    losers = await one_winner(*(trained.try_transition("submit", each["claim"]) for each in made))
    assert {reason for lost in losers for reason, *_ in _said(lost)} == {"COURSE_CLAIMED"}
    standing = [
        row for row in await trained.world.load_rows(Claim) if row.status is Status.SUBMITTED
    ]
    assert len(standing) == 1


async def test_s33_a_claim_is_not_drafted_on_a_class_that_is_revoked_meanwhile(
    trained: TrainingClaimScenario,
) -> None:
    """The class might then be given another course, and two classes of one course be claimed."""
    row = await trained.seed_class(1)
    async with AsyncSession(trained.world.administration) as other, other.begin():
        await set_rls_context(other, NATIONWIDE_ACTOR)
        await other.execute(select(TrainingClass.id).with_for_update())
        drafting = asyncio.create_task(trained.try_draft_claim(row))
        while not await other.scalar(WAITING):
            assert not drafting.done()
            await asyncio.sleep(0)
        await other.execute(update(TrainingClass).values(status=Status.RETURNED))
    (why,) = (await drafting)["faults"]
    assert (why["reason"], why["path"]) == ("CLASS_NOT_APPROVED", ["input", "classId"])
    assert await trained.list_lines() == []


def _said(lost: Any) -> list[tuple[str, ...]]:
    return [(lost["reason"],)] if lost["__typename"] == "Refusal" else faults(lost)


async def test_s33_submitting_withdrawing_and_changing_at_once_leaves_one_holder_at_most(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1)
    made = [(await trained.try_draft_claim(row))["claim"] for _ in range(12)]
    change = {"classId": build_class_id(row), "bankAccountId": trained.hired.account["id"]}
    attempts = []
    for n, claim in enumerate(made):
        given = {"id": claim["id"], "version": claim["version"]}
        attempts.append(trained.try_transition("submit", claim))
        if n % 2:
            attempts.append(trained.try_transition("withdraw", claim))
        else:
            attempts.append(
                trained.world.mutate("changeTrainingClaim", given | change, trained.unit)
            )
    told = {result["__typename"] for result in await asyncio.gather(*attempts)}
    assert told <= {"ClaimPayload", "Invalid", "Refusal", "StaleVersion"}
    claims = {claim.id: claim.status for claim in await trained.world.load_rows(Claim)}
    held = [line for line in await trained.world.load_rows(ClaimLine) if line.held]
    assert len(held) <= 1
    assert all(claims[line.claim_id] is Status.SUBMITTED for line in held)


async def test_s25_an_application_once_sent_counts_by_the_day_of_the_opening(
    trained: TrainingClaimScenario,
) -> None:
    """X21: a figure that holds later does not count for a class that opened before."""
    await trained.add_figure("training.amount", "1 at most 9000", OPENS + timedelta(days=1))
    claim = await trained.submit_claim(await trained.seed_class(1))
    assert claim["amount"] == "475.00"


async def test_x2_who_let_a_trainee_through_does_not_approve_the_claim_for_them(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2)
    async with AsyncSession(trained.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        who = trained.world.accounts["reviewer"].id
        through = update(Trainee).where(Trainee.name == "见习生2").values(overridden_by=who)
        await session.execute(through)
    claim = await trained.submit_claim(row)
    own = await trained.try_transition("approve", claim, "reviewer")
    assert own["reason"] == "FOUR_EYES"
    asked = """query ($id: ID!) { node(id: $id) { ... on Claim {
      possibleActions { action reason } } } }"""
    told = (await trained.world.ask(asked, "reviewer", id=claim["id"])).only["possibleActions"]
    assert {each["action"]: each["reason"] for each in told}["APPROVE"] == "FOUR_EYES"
    await trained.world.add_account("approver", Role.DISTRICT_OFFICER, CHENGDU_DISTRICT)
    done = await trained.try_transition("approve", claim, "approver")
    assert done["__typename"] == "ClaimPayload", done
