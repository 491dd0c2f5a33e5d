"""What a trainee is paid for by, and what bars it: S20, S25, S29, X5, X6, X21."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from models import Status, TraineeOutcome
from rules.kernel.action import Action
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.payment.ad_hoc_actions import PAYABLE_STATES
from rules.payment.disbursement import PayableLine, find_paying_fault
from rules.training.training_claim import (
    TrainedPerson,
    TrainingClaimEvaluation,
    build_line_explanation,
    compute_due,
    evaluate_trainee,
    find_class_faults,
    find_waiting_fault,
    select_public_inputs,
)
from tests.factories.parameter import a_parameter, build_seed_policy

CHENGDU = "510104"
OPENS = date(2020, 3, 2)
TODAY = date(2020, 3, 20)
TRAINED = TrainedPerson(
    number="510104-20200302-001",
    place=CHENGDU,
    status=Status.APPROVED,
    opens_on=OPENS,
    course_code="C1",
    course_name="焊工",
    fee=Decimal("500.00"),
)
FULL = Finding(
    control=Control.PROGRAMME_PERIOD,
    outcome=Outcome.FAIL,
    evidence=Sentence("见", "seen"),
    lacking=fault(Reason.OUTSIDE_PROGRAMME),
)


def judged(
    trained: TrainedPerson = TRAINED, found: Iterable[Finding] = (), policy: Policy | None = None
) -> TrainingClaimEvaluation:
    findings = list(found)
    lacking = [each.lacking for each in findings if each.lacking]
    return evaluate_trainee(trained, findings, lacking, (), TODAY, policy or build_seed_policy())


def reasons(faults: Iterable[Fault]) -> list[Reason]:
    return [each.reason for each in faults]


@pytest.mark.parametrize(
    ("fee", "amount", "terms"),
    [
        ("500.00", "475.00", "500.00 yuan × 0.95 = 475.00 yuan"),
        ("631.57", "599.99", "631.57 yuan × 0.95 = 599.99 yuan"),
        ("631.58", "600.00", "min(631.58 yuan × 0.95 = 600.001 yuan, 600 yuan) = 600.00 yuan"),
        ("9999.99", "600.00", "min(9999.99 yuan × 0.95 = 9499.9905 yuan, 600 yuan) = 600.00 yuan"),
        ("0.01", "0.01", "0.01 yuan × 0.95 = 0.01 yuan"),
    ],
)
def test_s25_the_amount_is_a_share_of_the_fee_up_to_a_cap(
    fee: str, amount: str, terms: str
) -> None:
    found = compute_due(Decimal(fee), CHENGDU, OPENS, build_seed_policy())
    assert (found.amount, found.formula["en"]) == (Decimal(amount), [terms])
    assert {used.key for used in found.used} == {"training.amount", "money.rounding"}


def test_x5_a_capped_amount_is_explained_in_words() -> None:
    found = compute_due(Decimal("631.58"), CHENGDU, OPENS, build_seed_policy())
    assert found.formula["zh"] == ["631.58元 × 0.95 = 600.001元，最高600元，取600.00元"]


def test_x21_the_enterprises_region_and_the_opening_day_decide_on_the_amount() -> None:
    here = a_parameter("training.amount", "1 at most 800", region=CHENGDU, effective_from=OPENS)
    policy = build_seed_policy([here])
    before = date(2020, 3, 1)
    fee = Decimal("700.00")
    assert compute_due(fee, CHENGDU, OPENS, policy).amount == Decimal("700.00")
    assert compute_due(fee, CHENGDU, before, policy).amount == Decimal("600.00")
    assert compute_due(fee, "510105", OPENS, policy).amount == Decimal("600.00")


def test_x5_a_line_explains_itself_with_formula_inputs_findings_and_parameters() -> None:
    kept = build_line_explanation(judged())
    assert kept["formula"]["en"] == ["training subsidy (焊工) = 500.00 yuan × 0.95 = 475.00 yuan"]
    assert kept["formula"]["zh"] == ["培训补贴（焊工） = 500.00元 × 0.95 = 475.00元"]
    assert kept["inputs"] == {
        "region": CHENGDU,
        "class": "510104-20200302-001",
        "course": "C1",
        "courseName": "焊工",
        "fee": "500.00",
        "opensOn": "2020-03-02",
    }
    assert [found["control"] for found in kept["findings"]] == [
        "CLASS_APPROVED",
        "TRAINEE_COMPLETION",
    ]
    assert {used["key"] for used in kept["parameters"]} == {"training.amount", "money.rounding"}


def test_s26_the_public_is_told_the_course_and_the_class_and_of_other_kinds_nothing() -> None:
    told = select_public_inputs(build_line_explanation(judged()))
    assert told == {"course_name": "焊工", "class_number": "510104-20200302-001"}
    assert select_public_inputs({"inputs": {"region": CHENGDU, "employer": "x"}}) == {}
    assert select_public_inputs({"formula": {}}) == {}


def test_x6_an_amount_on_an_unconfirmed_figure_says_so() -> None:
    assert build_line_explanation(judged())["confirmed"] is False
    sure = a_parameter("training.amount", "0.9 at most 500", region=CHENGDU)
    assert build_line_explanation(judged(policy=build_seed_policy([sure])))["confirmed"] is True


def test_x3_what_the_controls_of_training_found_bars_a_line_too() -> None:
    found = judged(found=[FULL])
    assert reasons(found.lacking) == [Reason.OUTSIDE_PROGRAMME]
    assert found.findings[0] is FULL
    assert not judged().lacking


def test_x6_without_a_figure_there_is_no_amount() -> None:
    found = judged(policy=Policy([]))
    assert (found.amount, reasons(found.lacking)) == (None, [Reason.PARAMETER_MISSING])
    with pytest.raises(MissingParameter):
        compute_due(Decimal(1), CHENGDU, OPENS, Policy([]))


@pytest.mark.parametrize(
    ("status", "today", "why"),
    [
        (Status.APPROVED, OPENS, []),
        (Status.APPROVED, date(2020, 3, 1), [Reason.CLASS_NOT_OPENED]),
        (Status.SUBMITTED, TODAY, [Reason.CLASS_NOT_APPROVED]),
        (
            Status.RETURNED,
            date(2020, 3, 1),
            [Reason.CLASS_NOT_APPROVED, Reason.CLASS_NOT_OPENED],
        ),
    ],
)
def test_s25_a_class_is_claimed_once_it_is_approved_and_has_opened(
    status: Status, today: date, why: list[Reason]
) -> None:
    assert reasons(find_class_faults(status, OPENS, today)) == why


def test_s25_a_class_whose_approval_was_revoked_fails_before_payment() -> None:
    found = judged(replace(TRAINED, status=Status.RETURNED))
    assert reasons(found.lacking) == [Reason.CLASS_NOT_APPROVED]
    assert found.findings[0].outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("outcome", "came"),
    [
        (TraineeOutcome.OPEN, Outcome.PASS),
        (TraineeOutcome.COMPLETED, Outcome.PASS),
        (TraineeOutcome.NOT_COMPLETED, Outcome.FAIL),
    ],
)
def test_s29_nobody_is_paid_for_who_did_not_complete(
    outcome: TraineeOutcome, came: Outcome
) -> None:
    found = judged(replace(TRAINED, outcome=outcome))
    assert found.findings[-1].outcome is came
    assert (Reason.TRAINEE_NOT_COMPLETED in reasons(found.lacking)) is (came is Outcome.FAIL)


@pytest.mark.parametrize("outcome", list(TraineeOutcome))
def test_s29_payment_waits_for_completion_only_where_policy_says_so(
    outcome: TraineeOutcome,
) -> None:
    after = a_parameter("training.payment_waits_for_completion", "true", region=CHENGDU)
    assert find_waiting_fault(outcome, CHENGDU, OPENS, build_seed_policy()) is None
    why = find_waiting_fault(outcome, CHENGDU, OPENS, build_seed_policy([after]))
    assert (why is not None) is (outcome is TraineeOutcome.OPEN)
    assert find_waiting_fault(outcome, "510105", OPENS, build_seed_policy([after])) is None


def test_x6_where_nobody_has_said_which_order_holds_nothing_is_paid_before_completion() -> None:
    why = find_waiting_fault(TraineeOutcome.OPEN, "220104", OPENS, build_seed_policy())
    assert why is not None
    assert why.reason is Reason.PARAMETER_MISSING
    assert (
        find_waiting_fault(TraineeOutcome.COMPLETED, "220104", OPENS, build_seed_policy()) is None
    )


@pytest.mark.parametrize("action", list(PAYABLE_STATES))
def test_s29_a_line_that_waits_is_not_paid(action: Action) -> None:
    why, finance = fault(Reason.PAYMENT_WAITS), Viewer(account_id=uuid4())
    for state in PAYABLE_STATES[action]:
        ready = PayableLine(state=state, submitted_by=None, approved_by=None, reviewed_by=None)
        assert find_paying_fault(ready, PAYABLE_STATES[action], finance) is None
        assert find_paying_fault(replace(ready, waits=why), PAYABLE_STATES[action], finance) is why
