"""What follows from a completion, and from its revocation: places and payment (S29, S33)."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import Key
from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    Clawback,
    LineState,
    Parameter,
    ParameterStatus,
    Person,
    Status,
    Trainee,
    TrainingClass,
)
from tests.factories.completion_scenario import ENDS, OPENS, CompletionScenario, a_class_of
from tests.factories.internship_scenario import to_decision
from tests.factories.refusal import assert_refused
from tests.factories.rows import (
    CHENGDU_DISTRICT,
    NATIONWIDE_ACTOR,
    a_bank_account,
    a_claim,
    a_trainee,
    an_id,
)
from tests.factories.story import story
from tests.factories.world import World

BEGAN = date(2024, 1, 1)
DURING = Range(OPENS, ENDS + timedelta(days=1))
TAKEN: dict[str, Any] = {"during": DURING, "place": 2, "period_from": BEGAN, "most": 3}
NOTHING_TAKEN = (True, None)
WHY = {"reason": "成绩有误"}
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@story
async def trainer(world: World) -> CompletionScenario:
    made = await CompletionScenario(world).set_up()
    await world.add_rows(a_figure("programme.period", "2024-01-01/2025-12-31", category="TRAINING"))
    return made


def a_figure(key: str, value: str, **more: Any) -> Parameter:
    values: dict[str, Any] = {
        "id": an_id("figure", key, value),
        "key": key,
        "region": CHENGDU_DISTRICT,
        "value": value,
        "unit": "test",
        "effective_from": BEGAN,
        "source": "测试",
        "confirmed": True,
        "status": ParameterStatus.APPROVED,
    }
    return Parameter(**(values | more))


async def completed(trainer: CompletionScenario, *scores: str | None) -> Any:
    """Approve the completion of a class whose trainees took their second places."""
    class_id, trainees = await trainer.seed_class(1, len(scores), taken=TAKEN)
    await trainer.score_all(trainees, *scores)
    row = await trainer.transition("submit", await trainer.complete_class(class_id))
    return await trainer.transition("approve", row, "reviewer")


async def taken(world: World) -> list[tuple[bool, int | None]]:
    """Tell what each trainee of the class takes of their time and places."""
    rows = [row for row in await world.load_rows(Trainee) if row.name.startswith("学员")]
    return [(row.during.isempty, row.place) for row in sorted(rows, key=lambda row: row.name)]


async def paid(trainer: CompletionScenario, state: LineState, **more: Any) -> None:
    """Claim for the first trainee of the class; the line stands in a state."""
    (of_class,) = await trainer.world.load_rows(TrainingClass)
    first = min(await trainer.world.load_rows(Trainee), key=lambda row: row.name)
    bank = a_bank_account(trainer.row)
    named = {"class_id": of_class.id, "course_code": of_class.course_code, "month": None}
    claim = a_claim(trainer.row, bank, kind=ClaimKind.TRAINING, status=Status.APPROVED, **named)
    line = ClaimLine(
        unit_id=claim.unit_id,
        id=an_id("line", state),
        region=claim.region,
        claim_id=claim.id,
        claim_kind=claim.kind,
        claim_status=claim.status,
        unit_name="单位",
        person_id=first.person_id,
        trainee_id=first.id,
        amount=Decimal("475.00"),
        explanation={},
        state=state,
        held=True,
    )
    await trainer.world.add_rows(bank)
    await trainer.world.add_rows(claim)
    await trainer.world.add_rows(line)


async def test_s33_who_has_not_completed_gives_the_place_back_and_others_keep_it(
    trainer: CompletionScenario,
) -> None:
    await completed(trainer, "60", "59.99", None)
    assert await taken(trainer.world) == [(False, 2), NOTHING_TAKEN, NOTHING_TAKEN]


async def test_s33_who_was_paid_for_and_not_completed_keeps_the_place_until_clawed_back(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class(1, 2, taken=TAKEN)
    await paid(trainer, LineState.PAID)
    await trainer.score_all(trainees, "59.99", "59.99")
    row = await trainer.transition("submit", await trainer.complete_class(class_id))
    await trainer.transition("approve", row, "reviewer")
    assert await taken(trainer.world) == [(False, 2), NOTHING_TAKEN]
    (proposed,) = await trainer.world.load_rows(Clawback)
    assert (proposed.amount, proposed.cause) == (Decimal("475.00"), "未结业")
    key = Key("Clawback", (proposed.unit_id, proposed.id)).format_global_id()
    given = {"id": key, "version": proposed.version}
    own = await trainer.world.mutate("confirmClawback", given, "reviewer")
    assert own["reason"] == "FOUR_EYES"
    done = await trainer.world.mutate("confirmClawback", given, "second")
    assert done["__typename"] == "ClawbackPayload", done
    assert await taken(trainer.world) == [NOTHING_TAKEN, NOTHING_TAKEN]


async def test_s33_what_was_clawed_back_in_part_keeps_the_place_until_the_rest_is(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class(1, 1, taken=TAKEN)
    await paid(trainer, LineState.PAID)
    (line,) = await trainer.world.load_rows(ClaimLine)
    key = Key("ClaimLine", (line.unit_id, line.id)).format_global_id()
    asked = {"lineId": key, "version": line.version, "amount": "75.00", "reason": "学费有误"}
    then = "... on ClawbackPayload { clawback { id version } }"
    made = await trainer.world.mutate("proposeClawback", asked, "reviewer", then)
    await trainer.world.mutate("confirmClawback", to_decision(made["clawback"]), "second")
    await trainer.score_all(trainees, "59.99")
    row = await trainer.transition("submit", await trainer.complete_class(class_id))
    await trainer.transition("approve", row, "reviewer")
    assert await taken(trainer.world) == [(False, 2)]
    rest = max(await trainer.world.load_rows(Clawback), key=lambda row: row.id)
    assert (rest.amount, rest.status) == (Decimal("400.00"), Status.SUBMITTED)
    key = Key("Clawback", (rest.unit_id, rest.id)).format_global_id()
    given = {"id": key, "version": rest.version}
    await trainer.world.mutate("confirmClawback", given, "second")
    assert await taken(trainer.world) == [NOTHING_TAKEN]


async def test_s33_nothing_is_clawed_back_where_policy_says_so_and_the_place_stays_paid_for(
    trainer: CompletionScenario,
) -> None:
    await trainer.world.add_rows(a_figure("training.clawback_on_non_completion", "false"))
    class_id, trainees = await trainer.seed_class(1, 1, taken=TAKEN)
    await paid(trainer, LineState.PAID)
    await trainer.score_all(trainees, "59.99")
    row = await trainer.transition("submit", await trainer.complete_class(class_id))
    await trainer.transition("approve", row, "reviewer")
    assert await taken(trainer.world) == [(False, 2)]
    assert await trainer.world.load_rows(Clawback) == []


async def test_s33_nobody_is_found_not_to_have_completed_while_the_bank_is_about_to_pay(
    trainer: CompletionScenario,
) -> None:
    class_id, trainees = await trainer.seed_class(1, 1, taken=TAKEN)
    await paid(trainer, LineState.IN_BATCH)
    await trainer.score_all(trainees, "59.99")
    row = await trainer.transition("submit", await trainer.complete_class(class_id))
    given = to_decision(row)
    refused = await assert_refused(trainer.world, "approveCompletion", given, "reviewer")
    assert [reason for reason, _ in refused] == ["LINE_IN_BATCH"]


async def test_s33_a_revoked_completion_takes_the_places_again(trainer: CompletionScenario) -> None:
    row = await completed(trainer, "60", "59.99", None)
    await trainer.transition("revoke", row, "second", **WHY)
    assert await taken(trainer.world) == [(False, 2), (False, 1), (False, 1)]


async def test_s21_a_completion_is_not_revoked_where_the_freed_days_are_taken(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    row = await completed(trainer, "60", "59.99", None)
    failed = next(row for row in await world.load_rows(Trainee) if row.name == "学员2")
    other = await CompletionScenario(world, "other").add_unit()
    course, elsewhere = a_class_of(other.row, 1)
    (person,) = [row for row in await world.load_rows(Person) if row.id == failed.person_id]
    there = a_trainee(elsewhere, person, **(TAKEN | {"name": "别处"}))
    for each in (course, elsewhere, there):
        await world.add_rows(each)
    asked = to_decision(row) | WHY
    assert await assert_refused(world, "revokeCompletion", asked, "second") == [
        ("TRAINING_OVERLAPS", "input.trainees.1")
    ]
    assert await taken(world) == [(False, 2), NOTHING_TAKEN, NOTHING_TAKEN]


@pytest.mark.parametrize("state", [LineState.IN_BATCH, LineState.PAID])
async def test_s29_a_completion_on_which_payment_stands_is_not_revoked(
    trainer: CompletionScenario, state: LineState
) -> None:
    world = trainer.world
    row = await completed(trainer, "60", "59.99")
    await paid(trainer, state)
    await world.add_rows(a_figure("training.payment_waits_for_completion", "true"))
    asked = to_decision(row) | WHY
    assert await assert_refused(world, "revokeCompletion", asked, "second") == [
        ("COMPLETION_PAID_ON", "input")
    ]


@pytest.mark.parametrize("state", [LineState.PAYABLE, LineState.OPEN, LineState.CLAWED_BACK])
async def test_s29_a_completion_on_which_nothing_was_paid_is_revoked(
    trainer: CompletionScenario, state: LineState
) -> None:
    row = await completed(trainer, "60", "59.99")
    await paid(trainer, state)
    await trainer.world.add_rows(a_figure("training.payment_waits_for_completion", "true"))
    await trainer.transition("revoke", row, "second", **WHY)


async def test_s29_payment_that_did_not_wait_does_not_bar_the_revocation(
    trainer: CompletionScenario,
) -> None:
    row = await completed(trainer, "60", "59.99")
    await paid(trainer, LineState.PAID)
    await trainer.transition("revoke", row, "second", **WHY)


async def test_x12_a_revocation_holds_no_class_while_it_waits_for_a_claim(
    trainer: CompletionScenario,
) -> None:
    """Whoever decides on a claim holds it and its lines before the class: all do (S29)."""
    world = trainer.world
    row = await completed(trainer, "60")
    await paid(trainer, LineState.PAYABLE)
    await world.add_rows(a_figure("training.payment_waits_for_completion", "true"))
    async with AsyncSession(world.administration) as deciding, deciding.begin():
        await set_rls_context(deciding, NATIONWIDE_ACTOR)
        await deciding.execute(select(Claim.id).with_for_update())
        revoking = asyncio.create_task(trainer.transition("revoke", row, "second", **WHY))
        while not await deciding.scalar(WAITING):
            assert not revoking.done()
            await asyncio.sleep(0)
        await deciding.execute(select(TrainingClass.id).with_for_update(read=True, nowait=True))
    assert (await revoking)["status"] == "RETURNED"


async def test_s27_of_many_that_are_revoked_only_the_one_that_was_paid_on_stands(
    trainer: CompletionScenario,
) -> None:
    world = trainer.world
    first = await completed(trainer, "60")
    await paid(trainer, LineState.PAID)
    second = await trainer.approve_completion(2, "60", None)
    await world.add_rows(a_figure("training.payment_waits_for_completion", "true"))
    records = {"records": [to_decision(first), to_decision(second)], "verdict": "REVOKE"} | WHY
    then = "... on ReviewPayload { outcomes { record { status } faults { reason path } } }"
    found = (await world.mutate("reviewCompletions", records, "second", then))["outcomes"]
    assert [each["record"]["status"] for each in found] == ["APPROVED", "RETURNED"]
    assert found[0]["faults"] == [
        {"reason": "COMPLETION_PAID_ON", "path": ["input", "records", "0"]}
    ]
