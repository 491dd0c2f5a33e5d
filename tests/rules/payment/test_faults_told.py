"""X3, X8, X7, X20: each fault of publicity and payment with its place and its figures."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from models import (
    BatchState,
    ClaimKind,
    DifferenceState,
    LineState,
    ParameterStatus,
    PaymentState,
    Role,
    Status,
)
from rules.kernel.action import Action
from rules.kernel.parameter_key import DayCount
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Language, Viewer
from rules.payment import clawback
from rules.payment.ad_hoc_actions import (
    HandledLine,
    find_deciding_fault,
    find_line_fault,
    list_person_actions,
)
from rules.payment.bank_answer import describe_outcomes, parse_row
from rules.payment.calendar_year import Calendar, find_window_faults, find_year_faults
from rules.payment.disbursement import (
    AnsweredBatch,
    AnswerRow,
    KnownPayment,
    PayableLine,
    evaluate_answer,
    find_batch_fault,
    find_paying_fault,
)
from rules.payment.publicity import (
    FiledLine,
    RunningPublicity,
    find_passing_fault,
    find_publishing_fault,
    list_objection_actions,
)
from rules.policy.difference import Settlement, find_difference_fault

ME, OTHER, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)
OFFICER = Viewer(
    language=Language.EN, account_id=ME, name="officer", role=Role.DISTRICT_OFFICER, region="220104"
)
FINANCE = Viewer(
    language=Language.EN, account_id=ME, name="finance", role=Role.FINANCE, region="220104"
)
PROVINCE = Viewer(
    language=Language.EN,
    account_id=ME,
    name="province",
    role=Role.PROVINCE_ADMINISTRATOR,
    region="220000",
)
TODAY, DAY = date(2025, 3, 10), timedelta(days=1)
THREE = DayCount(3, working=True)
WEEK = Calendar({2025: {}, 2026: {}})
BATCH, ELSEWHERE = UUID(int=11), UUID(int=12)
ANSWERED = AnsweredBatch(BATCH, date(2020, 1, 1))
PAID_ROW = AnswerRow(
    reference="r-1",
    paid=True,
    amount=Decimal("10.00"),
    paid_on=TODAY,
    bank_reference="b-1",
    reason=None,
)
KNOWN = KnownPayment(
    batch_id=BATCH, state=PaymentState.IN_BATCH, amount=Decimal("10.00"), paid_on=None, reason=None
)
R = Reason


def window(first: date, last: date) -> list[Fault]:
    return [*find_window_faults(first, last, TODAY, THREE, WEEK)]


def test_s17_a_window_may_begin_today_and_says_what_is_wrong_with_it_otherwise() -> None:
    assert window(TODAY, TODAY + 2 * DAY) == []
    past = Fault(R.PUBLICITY_IN_PAST, ("firstDay",), {"today": "2025-03-10"})
    assert window(TODAY - DAY, TODAY + 9 * DAY) == [past]
    far = {"days": "366"}
    last = TODAY + 366 * DAY
    assert window(last, last + 6 * DAY) == []
    assert window(last + DAY, last) == [Fault(R.PUBLICITY_TOO_FAR, ("firstDay",), far)]
    assert window(TODAY, last) == []
    assert window(TODAY, last + DAY) == [Fault(R.PUBLICITY_TOO_FAR, ("lastDay",), far)]
    few = {"days": "3", "least": "2025-03-12"}
    assert window(TODAY, TODAY + DAY) == [Fault(R.WORKING_DAYS_TOO_FEW, ("lastDay",), few)]
    assert window(TODAY, TODAY - DAY) == [Fault(R.DATES_REVERSED, ("lastDay",), {})]


@pytest.mark.parametrize(
    ("year", "taken"), [(1999, False), (2000, True), (2100, True), (2101, False)]
)
def test_x7_calendars_are_entered_for_the_years_from_2000_to_2100(
    year: int, *, taken: bool
) -> None:
    outside = Fault(R.NUMBER_OUT_OF_RANGE, ("year",), {"least": "2000", "most": "2100"})
    found = [*find_year_faults(year, [(date(year, 1, 1), False)])]
    assert found == ([] if taken else [outside])


def test_s17_s18_a_line_that_can_not_be_published_or_passed_says_how_it_stands() -> None:
    line = FiledLine(
        kind=ClaimKind.HIRING, state=LineState.OPEN, status=Status.SUBMITTED, submitted_by=OTHER
    )
    assert find_publishing_fault(line, ClaimKind.HIRING, OFFICER) == Fault(
        R.WRONG_STATUS, (), {"status": "SUBMITTED", "possible": "—"}
    )
    approved = replace(line, status=Status.APPROVED, state=LineState.PAYABLE)
    assert find_publishing_fault(approved, ClaimKind.HIRING, OFFICER) == Fault(
        R.WRONG_STATUS,
        (),
        {"status": "PAYABLE", "possible": "STRIKE, PUT_IN_BATCH, PAY, SEND_BACK"},
    )
    shown = replace(line, state=LineState.IN_PUBLICITY, status=Status.IN_PUBLICITY)
    disputed = RunningPublicity.from_objections(TODAY, {Status.SUBMITTED: 2, Status.REFUSED: 5})
    assert disputed == RunningPublicity(TODAY, lodged=2, upheld=0)
    assert find_passing_fault(shown, disputed, TODAY + DAY, OFFICER) == Fault(
        R.OBJECTION_OPEN, (), {"count": "2"}
    )
    upheld = RunningPublicity.from_objections(TODAY, {Status.APPROVED: 1})
    assert upheld == RunningPublicity(TODAY, lodged=0, upheld=1)
    running = RunningPublicity.from_objections(TODAY, {})
    assert find_passing_fault(shown, running, TODAY, OFFICER) == Fault(
        R.PUBLICITY_RUNNING, (), {"last": "2025-03-10"}
    )


def test_x2_who_lodged_an_objection_or_published_its_list_does_not_settle_it() -> None:
    for by, published_by, expected in (
        (OTHER, THIRD, None),
        (ME, THIRD, R.FOUR_EYES),
        (OTHER, ME, R.FOUR_EYES),
    ):
        told = list_objection_actions(Status.SUBMITTED, by, published_by, viewer=OFFICER)
        assert {item.action: item.reason for item in told} == {
            Action.APPROVE: expected,
            Action.REFUSE: expected,
        }


@pytest.mark.parametrize(
    ("row", "known", "expected"),
    [
        (PAID_ROW, None, Fault(R.PAYMENT_UNKNOWN, ("reference",), {})),
        (
            PAID_ROW,
            replace(KNOWN, batch_id=ELSEWHERE),
            Fault(R.PAYMENT_ELSEWHERE, ("reference",), {}),
        ),
        (
            replace(PAID_ROW, amount=Decimal("10.01")),
            KNOWN,
            Fault(R.PAYMENT_AMOUNT_DIFFERS, ("amount",), {"amount": "10.01", "expected": "10.00"}),
        ),
        (
            PAID_ROW,
            replace(KNOWN, state=PaymentState.PAID, paid_on=TODAY - DAY),
            Fault(R.PAYMENT_SETTLED, ("reference",), {"state": "PAID"}),
        ),
        (replace(PAID_ROW, paid_on=None), KNOWN, Fault(R.NOT_A_DATE, ("paidOn",), {})),
        (replace(PAID_ROW, paid_on=TODAY + DAY), KNOWN, Fault(R.DATE_IN_FUTURE, ("paidOn",), {})),
        (replace(PAID_ROW, amount=None), KNOWN, Fault(R.NOT_AN_AMOUNT, ("amount",), {})),
        (
            replace(PAID_ROW, paid=False, reason=None),
            KNOWN,
            Fault(R.REASON_MISSING, ("reason",), {}),
        ),
    ],
)
def test_x8_what_is_wrong_with_a_bank_s_row_is_told_at_its_place(
    row: AnswerRow, known: KnownPayment | None, expected: Fault
) -> None:
    standing = {"r-1": known} if known else {}
    (found,) = evaluate_answer([row], standing, ANSWERED, TODAY)
    assert found.faults == (expected,)
    twice = Fault(R.PAYMENT_TWICE, ("reference",), {})
    for each in evaluate_answer([PAID_ROW, PAID_ROW], {"r-1": KNOWN}, ANSWERED, TODAY):
        assert each.faults == (twice,)


def test_x8_a_row_of_the_bank_is_read_cell_by_cell() -> None:
    cells = {"reference": " r-1 ", "outcome": "成功", "amount": "1,234.50", "paid_on": "2025/03/10"}
    assert parse_row(cells | {"bank_reference": " 流水1 "}) == AnswerRow(
        reference="r-1",
        paid=True,
        amount=Decimal("1234.50"),
        paid_on=TODAY,
        bank_reference="流水1",
        reason=None,
    )
    assert parse_row({"reference": None, "outcome": "？", "paid_on": "3月10日"}) == AnswerRow(
        reference="",
        paid=None,
        amount=None,
        paid_on=None,
        bank_reference=None,
        reason=None,
        faults=(Fault(R.RESULT_UNREADABLE, ("outcome",), {}), Fault(R.NOT_A_DATE, ("paidOn",), {})),
    )
    assert parse_row({}).faults == (Fault(R.RESULT_UNREADABLE, ("outcome",), {}),)
    assert parse_row({"outcome": "成功", "paid_on": "20250231"}).faults == (
        Fault(R.NOT_A_DATE, ("paidOn",), {}),
    )


def test_x8_a_kept_fault_is_told_with_its_figures_in_the_viewer_s_language() -> None:
    figures = {"amount": "10.01", "expected": "10.00"}
    kept = {"reason": "PAYMENT_AMOUNT_DIFFERS", "path": ["amount"], "figures": figures}
    row = {"row": 2, "reference": "r-1", "outcome": "FAULT", "faults": [kept]}
    for language, latin in ((Language.EN, True), (Language.ZH, False)):
        (told,) = describe_outcomes([row], viewer=replace(FINANCE, language=language))
        (wrong,) = told.faults
        assert (told.row, wrong.place, wrong.reason) == (2, "amount", R.PAYMENT_AMOUNT_DIFFERS)
        assert "10.01" in wrong.message
        assert "10.00" in wrong.message
        assert wrong.message.isascii() is latin


def test_x8_a_batch_or_a_line_that_can_not_go_on_says_where_it_stands() -> None:
    assert find_batch_fault(Action.EXPORT, BatchState.SETTLED) == Fault(
        R.WRONG_STATUS, (), {"status": "SETTLED", "possible": "IMPORT_RESULTS"}
    )
    assert find_batch_fault(Action.EXPORT, BatchState.CANCELLED) == Fault(
        R.WRONG_STATUS, (), {"status": "CANCELLED", "possible": "—"}
    )
    line = PayableLine(
        state=LineState.OPEN, submitted_by=OTHER, approved_by=OTHER, reviewed_by=OTHER
    )
    assert find_paying_fault(line, (LineState.PAYABLE,), FINANCE) == Fault(
        R.LINE_NOT_PAYABLE, (), {"state": "OPEN"}
    )


def test_x2_who_confirmed_another_account_does_not_pay_into_it() -> None:
    line = PayableLine(
        state=LineState.PAYABLE, submitted_by=OTHER, approved_by=OTHER, reviewed_by=OTHER
    )
    assert find_paying_fault(line, (LineState.PAYABLE,), FINANCE) is None
    own = replace(line, account_confirmed_by=FINANCE.account_id)
    assert find_paying_fault(own, (LineState.PAYABLE,), FINANCE) == Fault(R.FOUR_EYES, (), {})


def test_x2_a_line_waits_and_is_sent_back_by_who_had_nothing_to_do_with_it() -> None:
    waits = Fault(R.PAYMENT_WAITS, (), {})
    line = HandledLine(
        state=LineState.PAYABLE,
        reason=None,
        clawback=False,
        claim=Status.APPROVED,
        submitted_by=OTHER,
        approved_by=OTHER,
        reviewed_by=OTHER,
    )
    assert find_line_fault(Action.SEND_BACK, line, OFFICER) is None
    own = replace(line, submitted_by=ME)
    assert find_line_fault(Action.SEND_BACK, own, OFFICER) == Fault(R.FOUR_EYES, (), {})
    open_ = replace(line, state=LineState.OPEN)
    assert find_line_fault(Action.SEND_BACK, open_, OFFICER) == Fault(
        R.LINE_NOT_PAYABLE, (), {"state": "OPEN"}
    )
    assert find_line_fault(Action.PUT_IN_BATCH, replace(line, waits=waits), FINANCE) == waits
    assert find_line_fault(Action.PUT_IN_BATCH, line, FINANCE) is None


def test_x6_a_parameter_is_decided_within_the_province_to_its_last_code() -> None:
    for region, expected in (
        ("220000", None),
        ("229999", None),
        ("219999", R.REGION_OUTSIDE),
        ("230000", R.REGION_OUTSIDE),
        ("000000", R.REGION_OUTSIDE),
    ):
        barred = find_deciding_fault(ParameterStatus.PROPOSED, OTHER, region, PROVINCE)
        assert (barred and barred.reason) == expected, region
    assert [a.action for a in list_person_actions(ME, viewer=replace(OFFICER, person_id=ME))] == [
        Action.CHANGE
    ]


def test_x15_more_than_was_paid_is_not_clawed_back_and_says_how_much_was() -> None:
    expected = Fault(R.CLAWBACK_TOO_MUCH, ("amount",), {"paid": "100.00"})
    paid = Decimal("100.00")
    for amount in (Decimal(0), Decimal("-0.01"), Decimal("100.01")):
        assert [*clawback.find_amount_faults(amount, paid)] == [expected]
    kept = clawback.build_explanation(paid, Decimal("30.00"))
    assert kept == {
        "formula": {
            "zh": ["追回 = 30.00元；已发放100.00元，保留70.00元"],
            "en": ["clawback = 30.00 yuan of 100.00 paid; 70.00 are kept"],
        },
        "amount": "30.00",
        "confirmed": True,
        "parameters": [],
    }


def test_x20_equal_amounts_call_for_no_supplement_and_another_way_is_told_with_both() -> None:
    same = Decimal("100.00")
    given = DifferenceState.OPEN, same, same, LineState.PAID
    assert find_difference_fault(*given, Settlement.SUPPLEMENT) == Fault(
        R.DIFFERENCE_OTHER_WAY, (), {"granted": "100.00", "due": "100.00"}
    )
    assert find_difference_fault(*given, Settlement.CLAW_BACK) is None
