"""Many at once around a class's completion: one winner, and counts that are true (X12, S27)."""

import asyncio
from decimal import Decimal
from typing import Any

from models import Completion, Status, Trainee, TraineeOutcome, TrainingClass
from tests.factories.completion_scenario import COMPLETION_SELECTION, CompletionScenario
from tests.factories.internship_scenario import to_decision
from tests.factories.story import story
from tests.factories.world import World
from tests.schema.kernel.test_once_only import one_winner

PASSES = Decimal(60)


@story
async def trainer(world: World) -> CompletionScenario:
    return await CompletionScenario(world).set_up()


async def counts_are_true(world: World) -> Completion:
    """Demand that the one completion counts what its trainees' scores come to."""
    (row,) = [
        each for each in await world.load_rows(Completion) if each.status is not Status.WITHDRAWN
    ]
    trainees: list[Trainee] = await world.load_rows(Trainee)
    assert all(each.scored_at for each in trainees)
    passed = sum(each.score is not None and each.score >= PASSES for each in trainees)
    assert (row.completed, row.not_completed) == (passed, len(trainees) - passed)
    found: Completion = row
    return found


async def test_x12_of_many_reviewers_of_a_completion_exactly_one_decides(
    trainer: CompletionScenario,
) -> None:
    row = await trainer.submit_completion()
    why = {"reason": "成绩不符"}
    attempts = [trainer.try_transition("approve", row, name) for name in ("reviewer", "second") * 4]
    attempts += [
        trainer.try_transition("return", row, name, **why) for name in ("reviewer", "second") * 4
    ]
    losers = await one_winner(*attempts)
    assert {each["__typename"] for each in losers} == {"StaleVersion"}
    (kept,) = await trainer.world.load_rows(Completion)
    (of_class,) = await trainer.world.load_rows(TrainingClass)
    open_ = {each.outcome for each in await trainer.world.load_rows(Trainee)} == {
        TraineeOutcome.OPEN
    }
    approved = kept.status is Status.APPROVED
    assert (of_class.completed_on is not None, open_) == (approved, not approved)


async def test_s27_of_many_who_complete_a_class_one_does(trainer: CompletionScenario) -> None:
    class_id, trainees = await trainer.seed_class()
    await trainer.score_all(trainees, "60", "59", None)
    losers = await one_winner(*(trainer.try_complete_class(class_id) for _ in range(16)))
    assert {each["reason"] for each in losers} == {"COMPLETION_EXISTS"}
    await counts_are_true(trainer.world)


async def test_s28_a_score_beside_the_submission_is_counted_or_loses_clearly(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class(trainees=8)
    given = ["80"] * 8
    trainees = await trainer.score_all(trainees, *given)
    row = await trainer.complete_class(class_id)
    attempts: list[Any] = [trainer.try_score(each, "10") for each in trainees]
    attempts.insert(4, trainer.try_transition("submit", row))
    results = await asyncio.gather(*attempts)
    submission = results.pop(4)
    lost = [each for each in results if each["__typename"] != "TraineePayload"]
    assert {each["reason"] for each in lost} <= {"SCORES_STAND"}
    kept = await counts_are_true(trainer.world)
    assert kept.not_completed == 8 - len(lost)
    # Nobody submits counts that they did not see: those that changed meanwhile are told.
    submitted = submission["__typename"] == "CompletionPayload"
    assert submitted or submission["__typename"] == "StaleVersion"
    assert kept.status is (Status.SUBMITTED if submitted else Status.DRAFT)


async def test_s28_many_scores_at_once_leave_counts_that_are_true(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class(trainees=12)
    trainees = await trainer.score_all(trainees, *["80"] * 12)
    await trainer.complete_class(class_id)
    scores = ["10", None, "60"] * 4
    results = await asyncio.gather(
        *(trainer.try_score(each, score) for each, score in zip(trainees, scores, strict=True))
    )
    assert {each["__typename"] for each in results} == {"TraineePayload"}
    kept = await counts_are_true(trainer.world)
    assert (kept.completed, kept.not_completed) == (4, 8)


async def test_x12_revoking_the_class_and_completing_it_at_once_has_one_winner(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class()
    await trainer.score_all(trainees, "60", "59", None)
    revoked = {"id": class_id, "version": 1, "reason": "复核"}
    (lost,) = await one_winner(
        trainer.world.mutate("revokeTrainingClass", revoked, "reviewer"),
        trainer.try_complete_class(class_id),
    )
    told = {each["reason"] for each in lost.get("faults") or [lost]}
    assert told <= {"CLASS_COMPLETING", "CLASS_NOT_APPROVED"}


async def test_x12_a_completion_sent_again_under_its_key_is_filed_once(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class()
    await trainer.score_all(trainees, "60", "59", None)
    asked, key = {"classId": class_id}, "b7a1c0de-0000-4000-8000-000000000001"
    do = trainer.world.mutate
    sent = [do("completeClass", asked, "trainer", COMPLETION_SELECTION, key) for _ in range(4)]
    results = [result["completion"] for result in await asyncio.gather(*sent)]
    assert len({each["id"] for each in results}) == 1
    assert to_decision(results[0])["version"] == 1
