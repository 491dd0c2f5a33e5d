"""J27, J30, S25, X5, X20: what holds for every amount and for the figures that explain it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from models import DifferenceState, InternCategory, LineState, Status
from rules.claims.claim import ReportedMonth, select_claimable_months
from rules.internship import early_end
from rules.internship.monthly_report import assess_report
from rules.kernel.explanation import build_line_explanation
from rules.kernel.month import add_months
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from rules.payment import clawback
from rules.policy import difference
from rules.policy.difference import AttendedMonth, DueAmount, Settlement
from rules.training.training_claim import compute_due
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.factories.properties import SMALL_AMOUNTS, for_all

REGION, SEPTEMBER, CENT = "220104", date(2024, 9, 1), Decimal("0.01")
RATIOS = st.decimals(Decimal("0.1"), 2, places=4, allow_nan=False)
WAGES = st.integers(1000, 4000)
MONTHS = st.integers(0, 11).map(lambda n: add_months(SEPTEMBER, n))
SUM_PATTERN = re.compile(r"= ([0-9.]+) yuan$")


SEED_POLICY = build_seed_policy()
ROUNDING = a_parameter("money.rounding", "HALF_UP 0.01")


def half_up(amount: Fraction) -> Decimal:
    """Round to hundredths in whole numbers: twice as many thousandths and one, halved."""
    return Decimal((amount * 200 + 1) // 2).scaleb(-2)


def policy_of(wage: int, floor: Decimal, allowance: Decimal, days: int) -> Policy:
    given = {
        "minimum_wage": str(wage),
        "internship.wage_floor_ratio": f"{floor:f}",
        "internship.allowance_ratio": f"{allowance:f}",
        "internship.min_days": str(days),
        "money.rounding": "HALF_UP 0.01",
    }
    return Policy([a_parameter(key, value, region=REGION) for key, value in given.items()])


@for_all(
    minimum=WAGES,
    floor=RATIOS,
    allowance=RATIOS,
    least=st.integers(1, 31),
    days=st.integers(0, 31),
    paid=st.decimals(0, 9000, places=2, allow_nan=False),
    at_floor=st.sampled_from([None, Decimal(0), CENT, -CENT]),
    category=st.sampled_from(InternCategory),
)
def test_j27_a_month_is_paid_whole_from_the_floor_on_or_not_at_all(
    *,
    minimum: int,
    floor: Decimal,
    allowance: Decimal,
    least: int,
    days: int,
    paid: Decimal,
    at_floor: Decimal | None,
    category: InternCategory,
) -> None:
    policy = policy_of(minimum, floor, allowance, least)
    expected_floor = half_up(minimum * Fraction(floor))
    wage = paid if at_floor is None else max(expected_floor + at_floor, Decimal(0))
    found = assess_report(category, REGION, SEPTEMBER, days, wage, policy)
    whole = half_up(minimum * Fraction(allowance))
    too_little, too_few = wage < expected_floor, days < least
    assert (found.floor, found.min_days) == (expected_floor, least)
    assert found.payable == (None if too_little or too_few else whole)
    assert {*found.why} == {
        *([Reason.WAGE_BELOW_FLOOR] if too_little else []),
        *([Reason.TOO_FEW_DAYS] if too_few else []),
    }
    require_months_explanation(found.explanation, found.payable, expected_floor, wage, days)


def require_months_explanation(
    kept: Mapping[str, Any], payable: Decimal | None, floor: Decimal, wage: Decimal, days: int
) -> None:
    """Demand that each figure of an explanation is the one that decided (X5)."""
    lines = kept["formula"]["en"]
    assert len(lines) == len(kept["formula"]["zh"])
    (first,) = re.findall(r"([0-9.]+) × ([0-9.]+) = ([0-9.]+)", lines[0])
    assert half_up(Fraction(first[0]) * Fraction(first[1])) == Decimal(first[2]) == floor
    assert Decimal(kept["floor"]) == floor
    assert Decimal(kept["inputs"]["wagePaid"]) == wage
    assert kept["inputs"]["daysAttended"] == days
    if payable is None:
        assert kept["payable"] is None
        assert lines[-1] == "the payable subsidy is empty"
        assert len(lines) == 2 + len(kept["why"])
    else:
        (last,) = re.findall(r"([0-9.]+) × ([0-9.]+) = ([0-9.]+)", lines[-1])
        assert half_up(Fraction(last[0]) * Fraction(last[1])) == Decimal(last[2]) == payable
        assert Decimal(kept["payable"]) == payable
        assert kept["why"] == []
    assert {c["key"] for c in kept["parameters"]} >= {"minimum_wage", "internship.min_days"}


@st.composite
def reported_months(draw: st.DrawFn) -> Sequence[ReportedMonth]:
    """Draw a year's reports in order: some not approved, some empty, some held by a line."""
    return [
        ReportedMonth(
            id=UUID(int=n),
            month=add_months(SEPTEMBER, n),
            status=draw(st.sampled_from([Status.APPROVED, Status.APPROVED, *Status])),
            days_attended=draw(st.integers(10, 20)),
            payable=draw(st.none() | SMALL_AMOUNTS),
            held_by=draw(st.sampled_from([None, None, UUID(int=101), UUID(int=102)])),
        )
        for n in range(draw(st.integers(0, 12)))
    ]


@for_all(
    reports=reported_months(),
    up_to=MONTHS,
    least=st.integers(1, 5),
    own=st.sampled_from([None, UUID(int=101)]),
)
def test_j29_j30_a_line_asks_exactly_the_months_that_are_free(
    reports: Sequence[ReportedMonth], up_to: date, least: int, own: UUID | None
) -> None:
    found = select_claimable_months(reports, up_to, least, lambda month: 15, own)
    attended = free = 0
    total = Fraction(0)
    ids = []
    for report in reports:
        if report.status is not Status.APPROVED:
            continue
        attended += report.days_attended >= 15
        if report.month > up_to:
            continue
        if report.payable is not None and (report.held_by is None or report.held_by == own):
            free += 1
            total += Fraction(report.payable)
            ids.append(report.id)
    if attended < least or not free:
        assert (found.months, found.amount) == ((), Decimal(0))
        assert found.lacking is not None
        expected = Reason.TOO_FEW_MONTHS if attended < least else Reason.NOTHING_PAYABLE
        assert found.lacking.reason is expected
        if attended < least:
            assert found.lacking.figures == {"months": str(attended), "least": str(least)}
        return
    assert found.lacking is None
    assert [month.id for month in found.months] == ids
    assert Fraction(found.amount) == total
    assert isinstance(found.amount, Decimal)


@for_all(months=st.lists(st.tuples(MONTHS, SMALL_AMOUNTS), min_size=1, max_size=8))
def test_x5_a_line_s_formula_adds_up_to_its_amount(months: list[tuple[date, Decimal]]) -> None:
    used = [a_parameter(), a_parameter("internship.min_days", "15", confirmed=False)]
    for kept, ordered in (
        (build_line_explanation(months, used[:1]), False),
        (early_end.build_explanation(months), True),
    ):
        amount = sum((payable for _, payable in months), Decimal(0))
        assert Decimal(kept["amount"]) == amount
        for line in (*kept["formula"]["zh"], *kept["formula"]["en"]):
            terms = re.findall(r"([0-9.]+) \(([0-9]{4}-[0-9]{2})\)", line)
            assert sum(Fraction(term) for term, _ in terms) == Fraction(amount)
            assert line.endswith((f"= {amount}元", f"= {amount} yuan"))
            told = [month for _, month in terms]
            assert sorted(told) == sorted(f"{month:%Y-%m}" for month, _ in months)
            assert not ordered or told == sorted(told)
        assert kept["confirmed"] is True
    assert build_line_explanation(months, used)["confirmed"] is False
    assert len(build_line_explanation(months, used)["parameters"]) == 2


@for_all(
    fee=SMALL_AMOUNTS,
    share=st.decimals(0, 1, places=4, allow_nan=False),
    most=st.decimals(0, 5000, places=4, allow_nan=False),
)
def test_s25_a_trainee_is_paid_the_share_up_to_the_cap(
    fee: Decimal, share: Decimal, most: Decimal
) -> None:
    rate = a_parameter("training.amount", f"{share:f} at most {most:f}", region=REGION)
    due = compute_due(fee, REGION, SEPTEMBER, Policy([rate, ROUNDING]))
    whole = Fraction(fee) * Fraction(share)
    assert due.amount == half_up(min(whole, Fraction(most)))
    assert 0 <= due.amount <= fee
    (line,) = due.formula["en"]
    assert line.startswith("min(") == (whole > Fraction(most))
    told = SUM_PATTERN.search(line)
    assert told is not None
    assert told[1] == str(due.amount)
    assert {used.key for used in due.used} == {"training.amount", "money.rounding"}


@for_all(
    rate=st.decimals(0, 9999, places=4, allow_nan=False),
    key=st.sampled_from(["mentoring.amount", "hiring.amount", "service.amount"]),
)
def test_j35_one_person_is_paid_the_rate_rounded(rate: Decimal, key: str) -> None:
    policy = Policy([a_parameter(key, f"{rate:f}"), ROUNDING])
    due = difference.compute_due_at_rate(key, REGION, SEPTEMBER, None, policy)
    assert due.amount == half_up(Fraction(rate))
    (line,) = due.formula["en"]
    told = SUM_PATTERN.search(line)
    assert told is not None
    assert told[1] == str(due.amount)
    assert line.startswith(f"{rate:f} yuan")


@for_all(
    months=st.lists(st.tuples(MONTHS, st.integers(0, 31), SMALL_AMOUNTS), max_size=5),
    category=st.sampled_from(InternCategory),
)
def test_x20_what_a_line_should_have_come_to_is_the_sum_of_its_months_judged_anew(
    months: list[tuple[date, int, Decimal]], category: InternCategory
) -> None:
    policy = SEED_POLICY.new_usage_recorder()
    attended = [
        AttendedMonth(month=m, category=category, region=REGION, days=days, wage=wage)
        for m, days, wage in months
    ]
    due = difference.compute_due_for_months(attended, policy)
    each = [assess_report(category, REGION, m, d, w, policy).payable for m, d, w in months]
    assert due.amount == sum((payable for payable in each if payable), Decimal(0))
    (line,) = due.formula["en"]
    terms = re.findall(r"([0-9.]+) \([0-9]{4}-[0-9]{2}\)", line)
    assert [Decimal(term) for term in terms] == [payable or Decimal(0) for payable in each]


@for_all(
    granted=SMALL_AMOUNTS,
    due=SMALL_AMOUNTS,
    state=st.sampled_from(DifferenceState),
    line=st.sampled_from(LineState),
    how=st.sampled_from(Settlement),
)
def test_x20_too_little_is_supplemented_and_too_much_clawed_back_of_what_was_paid(
    granted: Decimal, due: Decimal, state: DifferenceState, line: LineState, how: Settlement
) -> None:
    gap = difference.compute_difference(granted, due, viewer=Viewer())
    assert gap == due - granted
    right = Settlement.SUPPLEMENT if gap > 0 else Settlement.CLAW_BACK
    assert difference.choose_settlement(granted, due, viewer=Viewer()) is right
    barred = difference.find_difference_fault(state, granted, due, line, how)
    unpaid = right is Settlement.CLAW_BACK and line is not LineState.PAID
    expected = None
    if state is not DifferenceState.OPEN:
        expected = Reason.DIFFERENCE_SETTLED
    elif how is not right:
        expected = Reason.DIFFERENCE_OTHER_WAY
    elif unpaid:
        expected = Reason.DIFFERENCE_UNPAID
    assert (barred and barred.reason) == expected
    formula = {"zh": ["应发"], "en": ["due"]}
    kept = difference.build_explanation(DueAmount(due, formula, [a_parameter()]), granted)
    assert Decimal(kept["amount"]) == gap
    assert kept["formula"]["en"] == [
        "due",
        f"difference = due {due} - granted {granted} = {gap} yuan",
    ]
    assert kept["formula"]["zh"][0] == "应发"
    assert kept["formula"]["zh"][1].endswith(f"= {gap}元")


@for_all(paid=SMALL_AMOUNTS, amount=st.decimals(-10, 10_010, places=2, allow_nan=False))
def test_x15_at_most_what_was_paid_is_clawed_back_and_never_nothing(
    paid: Decimal, amount: Decimal
) -> None:
    for asked in (amount, paid, paid + CENT, Decimal(0), CENT):
        faults = [f.reason for f in clawback.find_amount_faults(asked, paid)]
        fits = Fraction(0) < Fraction(asked) <= Fraction(paid)
        assert faults == ([] if fits else [Reason.CLAWBACK_TOO_MUCH])
    kept = clawback.build_explanation(paid, amount)
    assert Decimal(kept["amount"]) == amount
    figures = [Decimal(n) for n in re.findall(r"-?[0-9]+\.[0-9]+", kept["formula"]["en"][0])]
    assert figures == [amount, paid, paid - amount]


@for_all(months=st.lists(SMALL_AMOUNTS, min_size=1, max_size=6))
def test_j39_what_is_taken_back_of_a_line_is_the_sum_of_its_reports(months: list[Decimal]) -> None:
    amounts = {UUID(int=n): amount for n, amount in enumerate(months)}
    for some in ([*amounts][:1], [*amounts][1:], [*amounts]):
        found = early_end.sum_amounts(amounts, some)
        assert Fraction(found) == sum(Fraction(amounts[report]) for report in some)
    growing = [early_end.sum_amounts(amounts, [*amounts][:n]) for n in range(len(months) + 1)]
    assert all(one <= other for one, other in pairwise(growing))
