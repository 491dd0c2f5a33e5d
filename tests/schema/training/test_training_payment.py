"""Training from publicity to disbursement, in both orders of the two tracks (S26, S29, X15)."""

from datetime import date
from typing import Any

import pytest

from models import LineState, PublicityLine, TraineeOutcome
from tests.factories.internship_scenario import to_decision
from tests.factories.story import story
from tests.factories.training_claim_scenario import TrainingClaimScenario
from tests.factories.world import World
from tests.schema.payment.test_publicity import LINES, named, told

FIRST, LAST, OVER = "2025-03-10", "2025-03-14", date(2025, 3, 15)
NOTICES = """{ publicNotices { edges { node { id kind lines { edges { node {
  nameMasked idNumberMasked unitName courseName classNumber amount outcome } } } } } } }"""
READY = """{ claimLines(first: 100, orderBy: OLDEST) { edges { node { id version state reason
  possibleActions { action allowed reason } judgements { occasion outcome changed } } } } }"""
WAITS = "training.payment_waits_for_completion"


@story
async def trained(world: World) -> TrainingClaimScenario:
    return await TrainingClaimScenario(world).set_up()


async def ready(trained: TrainingClaimScenario, as_: str = "finance") -> list[Any]:
    answer = await trained.world.ask(READY, as_)
    return [edge["node"] for edge in answer.only["edges"]]


async def publish(trained: TrainingClaimScenario, *lines: Any, as_: str = "second") -> Any:
    draft = {"kind": "TRAINING", "title": "培训补贴公示", "firstDay": FIRST, "lastDay": LAST}
    return await trained.world.mutate("publishLines", draft | {"which": named(*lines)}, as_, LINES)


async def test_s26_trainees_of_an_approved_claim_are_published_and_paid(world: World) -> None:
    """S26: one by one; S19: through publicity to disbursement."""
    trained = await TrainingClaimScenario(world).set_up(public=True)
    row = await trained.seed_class(1, 2)
    claim = await trained.submit_claim(row)
    early = await publish(trained, *claim["lines"])
    assert told(early) == [["WRONG_STATUS"], ["WRONG_STATUS"]]
    approved = (await trained.try_transition("approve", claim, "reviewer"))["claim"]
    assert {line["state"] for line in approved["lines"]} == {"OPEN"}
    one, two = approved["lines"]
    assert told(await publish(trained, one)) == [[]]
    notices = (await world.ask(NOTICES)).only["edges"]
    assert [edge["node"]["kind"] for edge in notices] == ["TRAINING"]
    (shown,) = [edge["node"] for edge in notices[0]["node"]["lines"]["edges"]]
    assert shown == {
        "nameMasked": "见*",
        "idNumberMasked": shown["idNumberMasked"],
        "unitName": "hirer有限公司",
        "courseName": "线上课程1",
        "classNumber": row.number,
        "amount": "475.00",
        "outcome": "PENDING",
    }
    assert "*" in shown["idNumberMasked"]
    page = await world.client.get(f"/public/notices/{notices[0]['node']['id']}")
    assert "<th>培训项目</th><th>培训期号</th>" in page.text
    assert f"<td>线上课程1</td><td>{row.number}</td>" in page.text
    assert told(await publish(trained, two)) == [[]]
    world.clock.set_day(OVER)
    done = await world.mutate(
        "passPublicity", {"which": {"claimIds": [claim["id"]]}}, "second", LINES
    )
    assert told(done) == [[], []]
    batch = await trained.try_make_batch(kind="TRAINING", expected=2)
    assert (batch["paymentCount"], batch["amount"]) == (2, "950.00")
    assert {line.state for line in await trained.list_lines()} == {LineState.IN_BATCH}


async def test_s26_lines_for_training_are_published_among_their_own_kind(world: World) -> None:
    trained = await TrainingClaimScenario(world).set_up(public=True)
    approved = await trained.approve_claim(await trained.seed_class(1))
    draft = {"kind": "HIRING", "title": "公示", "firstDay": FIRST, "lastDay": LAST}
    given: dict[str, Any] = draft | {"which": named(*approved["lines"])}
    mixed = await world.mutate("publishLines", given, "second", LINES)
    assert told(mixed) == [["KIND_DIFFERS"]]
    assert await world.load_rows(PublicityLine) == []


async def test_s29_payment_comes_first_where_policy_says_so(trained: TrainingClaimScenario) -> None:
    """The default: who has not completed is paid for as well."""
    await trained.add_figure(WAITS, "false")
    await trained.approve_claim(await trained.seed_class(1, 2))
    lines = await ready(trained)
    assert all(_may(line, "PUT_IN_BATCH") == (True, None) for line in lines)
    batch = await trained.try_make_batch(kind="TRAINING", expected=2)
    assert (batch["paymentCount"], batch["sentBack"]) == (2, 0)


async def test_s29_payment_waits_for_completion_where_policy_says_so(
    trained: TrainingClaimScenario,
) -> None:
    """X4: a line says that it waits; by name it is refused, among all it is left out."""
    await trained.add_figure(WAITS, "true")
    row = await trained.seed_class(1, 2)
    one, two = await trained.list_trainees(row)
    await trained.approve_claim(row)
    lines = await ready(trained)
    assert all(_may(line, "PUT_IN_BATCH") == (False, "PAYMENT_WAITS") for line in lines)
    assert all(_may(line, "MARK_DISBURSED") == (False, "PAYMENT_WAITS") for line in lines)
    nothing = await trained.try_make_batch(kind="TRAINING", expected=2)
    assert (nothing["__typename"], nothing["reason"]) == ("Refusal", "NOTHING_TO_PAY")
    await trained.set_outcome(TraineeOutcome.COMPLETED, one)
    by_name = await trained.try_make_batch(lineIds=[line["id"] for line in lines])
    (fault,) = by_name["faults"]
    assert (fault["reason"], fault["path"]) == ("PAYMENT_WAITS", ["input", "lineIds", "1"])
    assert "completion" in fault["cure"]
    assert {line.state for line in await trained.list_lines()} == {LineState.PAYABLE}
    paid_on = {"lineIds": [lines[1]["id"]], "paidOn": "2025-03-10", "bankReference": "B-1"}
    offline = await trained.world.mutate("markDisbursed", paid_on, "finance")
    assert [f["reason"] for f in offline["faults"]] == ["PAYMENT_WAITS"]
    batch = await trained.try_make_batch(expected=1)
    assert batch["paymentCount"] == 1
    await trained.set_outcome(TraineeOutcome.COMPLETED, two)
    assert (await trained.try_make_batch(kind="TRAINING", expected=1))["paymentCount"] == 1


@pytest.mark.parametrize("order", ["true", "false"])
async def test_s29_who_did_not_complete_goes_back_to_the_reviewer_in_either_order(
    trained: TrainingClaimScenario, order: str
) -> None:
    """X3, X15: a control fails before payment; the others are paid, the line is struck."""
    await trained.add_figure(WAITS, order)
    row = await trained.seed_class(1, 2)
    one, two = await trained.list_trainees(row)
    await trained.approve_claim(row)
    await trained.set_outcome(TraineeOutcome.COMPLETED, one)
    await trained.set_outcome(TraineeOutcome.NOT_COMPLETED, two)
    batch = await trained.try_make_batch(expected=2)
    assert (batch["paymentCount"], batch["sentBack"]) == (1, 1)
    paid, back = await ready(trained, "reviewer")
    assert (paid["state"], back["state"]) == ("IN_BATCH", "OPEN")
    assert back["judgements"][-1] == {
        "occasion": "DISBURSEMENT",
        "outcome": "FAIL",
        "changed": ["TRAINEE_COMPLETION"],
    }
    assert "未结业" in back["reason"]
    again = await trained.world.mutate("readmitClaimLine", to_decision(back), "reviewer")
    assert [fault["reason"] for fault in again["faults"]] == ["CONTROLS_NOT_PASSED"]
    strike = to_decision(back) | {"reason": "未结业"}
    struck = await trained.world.mutate("strikeClaimLine", strike, "reviewer")
    assert struck["__typename"] == "ClaimLinePayload", struck
    assert [line.held for line in await trained.list_lines()] == [True, False]
    assert (await trained.try_draft_claim(row))["reason"] == "NO_TRAINEE_PASSED"


async def test_s29_the_order_is_that_of_the_classs_opening(trained: TrainingClaimScenario) -> None:
    """X21: a rule that holds from the next day on does not hold this class's payment up."""
    await trained.add_figure(WAITS, "true", date(2025, 3, 4))
    await trained.approve_claim(await trained.seed_class(1))
    assert (await trained.try_make_batch(expected=1))["paymentCount"] == 1


async def test_s29_waiting_lines_hold_up_no_other_kind(trained: TrainingClaimScenario) -> None:
    await trained.add_figure(WAITS, "true")
    await trained.approve_claim(await trained.seed_class(1))
    none = await trained.try_make_batch(kind="HIRING", expected=1)
    assert none["reason"] == "NOTHING_TO_PAY"


def _may(line: Any, action: str) -> tuple[bool, str | None]:
    (found,) = [each for each in line["possibleActions"] if each["action"] == action]
    return found["allowed"], found["reason"]
