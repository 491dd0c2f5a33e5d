"""J29, J30, X4, X5: what bars a month or a claim, and what an amount's explanation tells."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from models import Role, Status
from rules.claims.claim import (
    Claimable,
    ClaimStanding,
    LineCounts,
    PayableKind,
    PublicityCounts,
    ReportedMonth,
    find_claim_fault,
    find_month_faults,
    list_possible_actions,
    select_claimable_months,
)
from rules.internship.monthly_report import assess_report
from rules.kernel.action import Action
from rules.kernel.explanation import (
    build_line_explanation,
    describe_line_amount,
    describe_report_amount,
    list_cited_parameters,
)
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.refusal import Fault, Reason
from rules.kernel.viewer import Language, Viewer
from tests.factories.parameter import a_parameter, build_seed_policy

ME = UUID(int=1)
OFFICER = Viewer(
    language=Language.EN, account_id=ME, name="officer", role=Role.DISTRICT_OFFICER, region="220104"
)
CHINESE = Viewer(
    language=Language.ZH, account_id=ME, name="officer", role=Role.DISTRICT_OFFICER, region="220104"
)
AUGUST, SEPTEMBER = date(2024, 8, 1), date(2024, 9, 1)
TODAY = date(2025, 3, 10)


IN_PUBLICITY = LineCounts(in_publicity=1)


def a_claim(
    until: date | None = None,
    disputed: int = 0,
    status: Status = Status.IN_PUBLICITY,
    lines: LineCounts = IN_PUBLICITY,
) -> ClaimStanding:
    """Let a claim have a line in publicity, unless other lines are named."""
    return ClaimStanding(
        status=status,
        submitted_by=UUID(int=2),
        lines=lines,
        publicity=[PublicityCounts(until, disputed)],
        handlers=(UUID(int=3),),
    )


def a_month(status: Status = Status.APPROVED) -> ReportedMonth:
    return ReportedMonth(
        id=UUID(int=7),
        month=SEPTEMBER,
        status=status,
        days_attended=22,
        payable=Decimal("1880.00"),
        held_by=None,
    )


def test_j30_all_that_bars_a_month_is_told_with_its_figures() -> None:
    nothing = Claimable((), Decimal(0), None)
    assert find_month_faults(a_month(Status.RETURNED), AUGUST, nothing, date(2024, 12, 1)) == [
        Fault(Reason.REPORT_NOT_APPROVED, (), {"month": "2024-09", "status": "RETURNED"}),
        Fault(Reason.REPORT_CLAIMED, (), {"month": "2024-09", "claim": "2024-12"}),
        Fault(Reason.MONTH_AFTER_CLAIM, (), {"month": "2024-09"}),
    ]
    assert find_month_faults(a_month(), SEPTEMBER, nothing, None) == []


def test_j30_what_comes_to_nothing_comes_to_a_decimal_nought() -> None:
    empty = ReportedMonth(
        id=UUID(int=7),
        month=SEPTEMBER,
        status=Status.APPROVED,
        days_attended=22,
        payable=None,
        held_by=None,
    )
    for reports, least in (([], 1), ([empty], 1), ([], 0)):
        found = select_claimable_months(reports, SEPTEMBER, least, lambda month: 15)
        assert found.amount == Decimal(0)
        assert isinstance(found.amount, Decimal)
        assert isinstance(build_line_explanation([], [])["amount"], str)
    assert build_line_explanation([], [])["amount"] == "0"


def test_s18_x4_only_the_pass_of_a_running_publicity_is_barred() -> None:
    def told(until: date | None, disputed: int = 0) -> dict[Action, Reason | None]:
        actions = list_possible_actions(a_claim(until, disputed), TODAY, OFFICER)
        return {item.action: item.reason for item in actions}

    running, over = told(TODAY), told(date(2025, 3, 9))
    assert running[Action.PASS_PUBLICITY] is Reason.PUBLICITY_RUNNING
    assert running[Action.FAIL_PUBLICITY] is None
    assert over[Action.PASS_PUBLICITY] is over[Action.FAIL_PUBLICITY] is None
    assert told(None)[Action.PASS_PUBLICITY] is Reason.OBJECTION_UPHELD
    assert told(None, disputed=2)[Action.PASS_PUBLICITY] is Reason.OBJECTION_OPEN
    said = list_possible_actions(a_claim(TODAY), TODAY, OFFICER)
    (passing,) = (item for item in said if item.action is Action.PASS_PUBLICITY)
    assert passing.message is not None
    assert "2025-03-10" in passing.message


def test_x2_x4_what_others_published_is_what_a_publisher_may_still_settle() -> None:
    """Where who publishes records no result; and what they still may is told exactly."""
    over, running = date(2025, 3, 9), TODAY
    own, others = PublicityCounts(over, 0, ME), PublicityCounts(running, 0, UUID(int=9))

    def tell_reasons(*publicity: PublicityCounts, differs: bool = True) -> list[Reason | None]:
        claim = replace(a_claim(), publicity=publicity, settler_differs=differs)
        actions = {
            each.action: each.reason for each in list_possible_actions(claim, TODAY, OFFICER)
        }
        return [actions[Action.PASS_PUBLICITY], actions[Action.FAIL_PUBLICITY]]

    assert tell_reasons(own) == [Reason.FOUR_EYES, Reason.FOUR_EYES]
    assert tell_reasons(own, others) == [Reason.PUBLICITY_RUNNING, None]
    assert tell_reasons(own, others, differs=False) == [None, None]


@pytest.mark.parametrize(
    ("action", "status", "lines", "expected"),
    [
        (Action.PUBLISH, Status.IN_PUBLICITY, {"open": 1, "in_publicity": 1}, None),
        (Action.PUBLISH, Status.APPROVED, {"sent_back": 1}, Reason.LINE_SENT_BACK),
        (Action.PUBLISH, Status.PUBLICITY_PASSED, {}, Reason.NO_LINE_IN_STATE),
        (Action.PASS_PUBLICITY, Status.IN_PUBLICITY, {"open": 1}, Reason.NO_LINE_IN_STATE),
        (Action.FAIL_PUBLICITY, Status.IN_PUBLICITY, {"open": 1}, Reason.NO_LINE_IN_STATE),
        (Action.FAIL_PUBLICITY, Status.PUBLICITY_PASSED, {"in_publicity": 1}, None),
        (Action.REVOKE, Status.APPROVED, {"open": 1, "out": 1}, Reason.LINES_WITH_FINANCE),
        (Action.REVOKE, Status.APPROVED, {"open": 1}, None),
        (Action.APPROVE, Status.SUBMITTED, {}, Reason.NO_LINES),
    ],
)
def test_x4_what_may_be_done_to_a_claim_hangs_on_its_lines(
    action: Action, status: Status, lines: dict[str, Any], expected: Reason | None
) -> None:
    claim = a_claim(status=status, lines=LineCounts(**lines))
    barred = find_claim_fault(action, claim, TODAY, OFFICER)
    assert (barred.reason if barred else None) is expected


PLAIN, CONFIRMED = PayableKind(), PayableKind(UUID(int=4))
IN_CLASS = PayableKind(None, uncompleted=True)


@pytest.mark.parametrize(
    ("payable", "lines", "who", "expected"),
    [
        ([PLAIN], {}, 9, None),
        ([PLAIN], {}, 3, Reason.FOUR_EYES),
        ([PLAIN], {}, 2, Reason.FOUR_EYES),
        ([], {"unconfirmed": 1}, 9, Reason.ACCOUNT_UNCONFIRMED),
        ([], {"open": 1}, 9, Reason.LINE_NOT_PAYABLE),
        ([CONFIRMED], {}, 9, None),
        ([CONFIRMED], {}, 4, Reason.FOUR_EYES),
        ([CONFIRMED, PLAIN], {}, 4, None),
        ([CONFIRMED], {"unconfirmed": 1}, 4, Reason.FOUR_EYES),
        ([IN_CLASS], {}, 9, Reason.PAYMENT_WAITS),
        ([IN_CLASS, PLAIN], {}, 9, None),
        ([CONFIRMED, IN_CLASS], {}, 4, Reason.FOUR_EYES),
    ],
)
def test_x4_a_claim_is_paid_as_far_as_its_lines_are_payable_whatever_its_state(
    payable: list[PayableKind], lines: dict[str, Any], who: int, expected: Reason | None
) -> None:
    """X2: by nobody who filed or decided on it, or confirmed all of its accounts.

    X8: to no account that nobody confirmed.
    """
    cashier = Viewer(
        language=Language.EN,
        account_id=UUID(int=who),
        name="cashier",
        role=Role.FINANCE,
        region="220104",
    )
    for status in (Status.APPROVED, Status.IN_PUBLICITY, Status.PUBLICITY_PASSED):
        claim = a_claim(status=status, lines=LineCounts(**lines))
        claim = replace(claim, payable=payable, waits=Fault(Reason.PAYMENT_WAITS))
        barred = find_claim_fault(Action.DISBURSE, claim, TODAY, cashier)
        assert (barred.reason if barred else None) is expected


def test_x5_a_report_s_amount_is_explained_in_the_viewer_s_language_and_says_if_it_is_sure() -> (
    None
):
    kept = assess_report("GRADUATE", "220102", SEPTEMBER, 3, Decimal("100"), build_seed_policy())
    english = describe_report_amount(kept.explanation, Status.APPROVED, viewer=OFFICER)
    chinese = describe_report_amount(kept.explanation, Status.APPROVED, viewer=CHINESE)
    explained: Any = kept.explanation
    assert english.formula == explained["formula"]["en"]
    assert chinese.amount is english.amount is None
    assert english.confirmed is kept.confirmed
    sure: dict[str, Any] = {**kept.explanation, "confirmed": True}
    assert describe_report_amount(sure, Status.APPROVED, viewer=OFFICER).confirmed is True
    unsure = describe_report_amount(sure | {"confirmed": False}, Status.APPROVED, viewer=OFFICER)
    assert unsure.confirmed is False
    assert [s.reason for s in english.shortfalls] == [Reason.WAGE_BELOW_FLOOR, Reason.TOO_FEW_DAYS]
    assert "100.00" in english.shortfalls[0].message
    assert "3008.00" in english.shortfalls[0].message
    assert all(not s.message.isascii() for s in chinese.shortfalls)


def test_x3_x5_a_line_tells_its_findings_in_the_viewer_s_language() -> None:
    lacking = Fault(Reason.CONTRACT_TOO_SHORT, (), {"months": "12", "needed": "2025-10-31"})
    finding = Finding(
        control=Control.LABOUR_CONTRACT,
        outcome=Outcome.FAIL,
        evidence=Sentence("合同", "contract"),
        lacking=lacking,
    )
    kept = build_line_explanation([(SEPTEMBER, Decimal("1880.00"))], [a_parameter()])
    assert describe_line_amount(kept, viewer=OFFICER).findings == []
    kept["findings"] = [finding.to_json()]
    (english,) = describe_line_amount(kept, viewer=OFFICER).findings
    (chinese,) = describe_line_amount(kept, viewer=CHINESE).findings
    assert (english.evidence, chinese.evidence) == ("contract", "合同")
    assert english.message is not None
    assert chinese.message is not None
    assert "2025-10-31" in english.message
    assert english.message.isascii()
    assert not chinese.message.isascii()


def test_x6_the_parameters_of_some_explanations_are_cited_each_once() -> None:
    one, other = a_parameter(), a_parameter("internship.min_days", "15")
    kept = [
        build_line_explanation([(SEPTEMBER, Decimal(1))], used)
        for used in ([one], [one, other], [other], [])
    ]
    cited = list_cited_parameters(kept)
    assert cited == [one.to_citation(), other.to_citation()]
    assert [c["id"] for c in cited] == [str(one.id), str(other.id)]


@pytest.mark.parametrize("action", [Action.SUBMIT, Action.APPROVE])
def test_x15_a_claim_for_somebody_who_is_barred_is_neither_sent_nor_approved(
    action: Action,
) -> None:
    """An objection to an earlier claim may be upheld while the next one is under review."""
    status = Status.DRAFT if action is Action.SUBMIT else Status.SUBMITTED
    for barred, told in ((0, None), (1, Reason.LINE_BARRED)):
        claim = a_claim(status=status, lines=LineCounts(open=2, barred=barred))
        viewer = replace(OFFICER, role=Role.UNIT_OPERATOR) if action is Action.SUBMIT else OFFICER
        why = find_claim_fault(action, claim, TODAY, viewer)
        assert (why and why.reason) == told
