"""What may be done to batches, and what a bank's answer means, row by row (X8)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from uuid import UUID

import pytest

from models import BatchState, PaymentState, Role
from rules.kernel.action import Action
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language, Viewer
from rules.payment.bank_answer import describe_outcomes, parse_row
from rules.payment.disbursement import (
    AnsweredBatch,
    KnownPayment,
    RowOutcome,
    choose_batch_state,
    evaluate_answer,
    find_batch_fault,
    list_possible_actions,
)
from tests.factories.failures import AllFailures

B, P = BatchState, PaymentState
BATCH, OTHER = UUID(int=1), UUID(int=2)
ANSWERED = AnsweredBatch(BATCH, date(2025, 3, 8))
TODAY = date(2025, 3, 10)
PAY = Decimal("5880.00")
GOOD = {"reference": "r-1", "outcome": "成功", "amount": "5,880.00", "paid_on": "2025-03-10"}
BAD = {"reference": "r-1", "outcome": "失败", "amount": "5880", "reason": "户名不符"}
OPEN = KnownPayment(batch_id=BATCH, state=P.IN_BATCH, amount=PAY, paid_on=None, reason=None)
WAYS = {
    (Action.EXPORT, B.OPEN),
    (Action.EXPORT, B.EXPORTED),
    (Action.IMPORT_RESULTS, B.EXPORTED),
    (Action.IMPORT_RESULTS, B.SETTLED),
    (Action.CANCEL, B.OPEN),
    (Action.CANCEL, B.EXPORTED),
}


def test_x8_a_batch_goes_these_ways_and_no_other() -> None:
    with AllFailures() as failures:
        for action, state in product(
            [Action.EXPORT, Action.IMPORT_RESULTS, Action.CANCEL], list(BatchState)
        ):
            with failures.at(action, state):
                why = find_batch_fault(action, state, 0)
                assert (why is None) == ((action, state) in WAYS)
                finance = Viewer(role=Role.FINANCE)
                offered = {
                    each.action: each.allowed
                    for each in list_possible_actions(state, 0, 0, viewer=finance)
                }
                assert offered[action] == ((action, state) in WAYS)
                assert (
                    list_possible_actions(state, 0, 0, viewer=Viewer(role=Role.DISTRICT_OFFICER))
                    == []
                )


def test_x2_who_exported_a_batch_imports_no_results_where_that_is_decided() -> None:
    """Nor does another account of theirs; whoever else pays does, and the actions tell it."""
    exporter, other = UUID(int=1), UUID(int=2)
    own = Viewer(role=Role.FINANCE, account_id=exporter)
    same = Viewer(role=Role.FINANCE, account_id=other, same_holder=frozenset({exporter}))
    second = Viewer(role=Role.FINANCE, account_id=UUID(int=3))
    for viewer, reason in ((own, Reason.FOUR_EYES), (same, Reason.FOUR_EYES), (second, None)):
        given = (Action.IMPORT_RESULTS, B.EXPORTED, 0)
        why = find_batch_fault(*given, exported_by={exporter}, viewer=viewer)
        assert (why and why.reason) == reason
        assert find_batch_fault(*given, exported_by=(), viewer=viewer) is None
        told = list_possible_actions(B.EXPORTED, 0, 0, viewer=viewer, exported_by={exporter})
        assert {each.action: each.reason for each in told} == {
            Action.EXPORT: None,
            Action.IMPORT_RESULTS: reason,
            Action.CANCEL: None,
        }


def reasons(row: Mapping[str, str | None], standing: KnownPayment | None = OPEN) -> list[Reason]:
    known = {"r-1": standing} if standing else {}
    (found,) = evaluate_answer([parse_row(row)], known, ANSWERED, TODAY)
    assert (found.outcome is RowOutcome.FAULT) == bool(found.faults)
    return [fault.reason for fault in found.faults]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"outcome": "?"}, [Reason.RESULT_UNREADABLE]),
        ({"outcome": None}, [Reason.RESULT_UNREADABLE]),
        ({"amount": "1e3"}, [Reason.NOT_AN_AMOUNT]),
        ({"amount": "Infinity"}, [Reason.NOT_AN_AMOUNT]),
        ({"amount": "５８８０"}, []),
        ({"amount": ""}, [Reason.NOT_AN_AMOUNT]),
        ({"amount": "5879.99"}, [Reason.PAYMENT_AMOUNT_DIFFERS]),
        ({"paid_on": "2025-02-30"}, [Reason.NOT_A_DATE]),
        ({"paid_on": None}, [Reason.NOT_A_DATE]),
        ({"paid_on": "20250311"}, [Reason.DATE_IN_FUTURE]),
        ({"paid_on": "2025/03/09"}, []),
        ({"outcome": "paid"}, []),
        ({"amount": "5,88,0.00"}, [Reason.NOT_AN_AMOUNT]),
        ({"amount": ",880.00"}, [Reason.NOT_AN_AMOUNT]),
        ({"amount": "5880,"}, [Reason.NOT_AN_AMOUNT]),
        ({"paid_on": "2025-03-08"}, []),
        ({"paid_on": "2025-03-07"}, [Reason.PAID_BEFORE_BATCH]),
    ],
)
def test_x8_what_cannot_be_read_or_does_not_fit_is_told_cell_by_cell(
    changes: dict[str, str | None], expected: list[Reason]
) -> None:
    assert reasons({**GOOD, **changes}) == expected


def test_x8_all_faults_of_a_row_are_told_at_once() -> None:
    wrong = {"reference": "r-1", "outcome": "?", "amount": "x", "paid_on": "y"}
    assert reasons(wrong, None) == [
        Reason.RESULT_UNREADABLE,
        Reason.NOT_AN_AMOUNT,
        Reason.NOT_A_DATE,
        Reason.PAYMENT_UNKNOWN,
    ]


def test_x8_a_failure_says_why() -> None:
    assert reasons({**BAD, "reason": " "}) == [Reason.REASON_MISSING]
    assert reasons({**BAD}) == []


def test_x8_another_batchs_payment_is_not_settled_here() -> None:
    elsewhere = KnownPayment(
        batch_id=OTHER, state=P.IN_BATCH, amount=PAY, paid_on=None, reason=None
    )
    assert reasons({**GOOD}, elsewhere) == [Reason.PAYMENT_ELSEWHERE]
    offline = KnownPayment(batch_id=None, state=P.PAID, amount=PAY, paid_on=TODAY, reason=None)
    assert reasons({**GOOD}, offline) == [Reason.PAYMENT_ELSEWHERE]


def test_x8_what_is_on_file_is_known_and_never_overwritten() -> None:
    def outcome(row: dict[str, str], standing: KnownPayment) -> RowOutcome:
        return evaluate_answer([parse_row(row)], {"r-1": standing}, ANSWERED, TODAY)[0].outcome

    paid = KnownPayment(batch_id=BATCH, state=P.PAID, amount=PAY, paid_on=TODAY, reason=None)
    failed = KnownPayment(
        batch_id=BATCH, state=P.FAILED, amount=PAY, paid_on=None, reason="户名不符"
    )
    assert outcome(GOOD, OPEN) is RowOutcome.PAID
    assert outcome(BAD, OPEN) is RowOutcome.FAILED
    assert outcome(GOOD, paid) is outcome(BAD, failed) is RowOutcome.KNOWN
    assert reasons({**GOOD}, failed) == reasons({**BAD}, paid) == [Reason.PAYMENT_SETTLED]
    assert reasons({**GOOD, "paid_on": "2025-03-09"}, paid) == [Reason.PAYMENT_SETTLED]
    cancelled = KnownPayment(
        batch_id=BATCH, state=P.CANCELLED, amount=PAY, paid_on=None, reason=None
    )
    assert reasons({**GOOD}, cancelled) == [Reason.PAYMENT_SETTLED]


def test_x8_what_is_paid_under_another_serial_number_may_have_been_debited_twice() -> None:
    paid = KnownPayment(
        batch_id=BATCH,
        state=P.PAID,
        amount=PAY,
        paid_on=TODAY,
        reason=None,
        bank_reference="ICBC-1",
    )
    assert reasons({**GOOD, "bank_reference": "ICBC-1"}, paid) == []
    assert reasons({**GOOD}, paid) == []
    assert reasons({**GOOD, "bank_reference": "ICBC-2"}, paid) == [Reason.PAYMENT_DEBITED_TWICE]


def test_x8_a_batch_of_which_the_bank_told_a_result_is_not_cancelled_any_more() -> None:
    why = find_batch_fault(Action.CANCEL, B.EXPORTED, 1)
    assert why is not None
    assert why.reason is Reason.BATCH_ANSWERED
    offered = list_possible_actions(B.EXPORTED, 0, 1, viewer=Viewer(role=Role.FINANCE))
    assert {a.action for a in offered if a.allowed} == {Action.EXPORT, Action.IMPORT_RESULTS}


def test_x8_of_rows_with_one_reference_none_counts() -> None:
    found = evaluate_answer([parse_row(GOOD), parse_row(BAD)], {"r-1": OPEN}, ANSWERED, TODAY)
    assert [[fault.reason for fault in each.faults] for each in found] == [
        [Reason.PAYMENT_TWICE],
        [Reason.PAYMENT_TWICE],
    ]


def test_x8_a_batch_is_settled_with_its_last_answer() -> None:
    assert choose_batch_state(3, 2, B.EXPORTED) is B.EXPORTED
    assert choose_batch_state(3, 3, B.EXPORTED) is B.SETTLED


def test_x8_what_came_of_rows_is_told_in_the_viewers_language() -> None:
    kept = {"reason": "PAYMENT_UNKNOWN", "path": ["reference"], "figures": {}}
    outcomes = [{"row": 2, "reference": None, "outcome": "FAULT", "faults": [kept]}]
    for language, words in ((Language.ZH, "付款编号不存在。"), (Language.EN, "no payment")):
        ((fault,),) = [
            row.faults for row in describe_outcomes(outcomes, viewer=Viewer(language=language))
        ]
        assert (fault.place, words in fault.message) == ("reference", True)
