from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from models import Role, Status
from rules.claims.claim import (
    Claimable,
    ClaimStanding,
    LineCounts,
    ReportedMonth,
    find_month_faults,
    list_possible_actions,
    select_claimable_months,
    summarize_faults,
)
from rules.kernel.action import Action
from rules.kernel.month import add_months
from rules.kernel.refusal import Reason, fault
from rules.kernel.viewer import Language, Viewer
from tests.factories.failures import AllFailures
from tests.factories.rows import an_id

AUGUST = date(2024, 8, 1)
OWN, OTHER = an_id("own line"), an_id("another line")


def a_month(
    number: int,
    payable: str | None = "1880.00",
    *,
    days: int = 22,
    status: Status = Status.APPROVED,
    held_by: UUID | None = None,
) -> ReportedMonth:
    amount = None if payable is None else Decimal(payable)
    month = add_months(AUGUST, number)
    return ReportedMonth(
        id=an_id("month", number),
        month=month,
        status=status,
        days_attended=days,
        payable=amount,
        held_by=held_by,
    )


def claimed(*months: ReportedMonth, up_to: int = 11, own_line: UUID | None = None) -> Claimable:
    return select_claimable_months(months, add_months(AUGUST, up_to), 3, lambda month: 15, own_line)


def test_j29_two_months_are_too_few_and_say_how_many_there_are() -> None:
    found = claimed(a_month(0), a_month(1))
    assert (found.months, found.amount) == ((), Decimal(0))
    assert found.lacking is not None
    assert found.lacking.reason is Reason.TOO_FEW_MONTHS
    assert found.lacking.figures == {"months": "2", "least": "3"}


def test_j29_the_third_month_unlocks_the_earlier_ones() -> None:
    months = [a_month(0), a_month(1), a_month(2, "2120.00")]
    found = claimed(*months)
    assert (found.months, found.amount, found.lacking) == (tuple(months), Decimal("5880.00"), None)


def test_j29_a_month_below_the_floor_counts_as_attended() -> None:
    found = claimed(a_month(0), a_month(1, None), a_month(2))
    assert [month.month.month for month in found.months] == [8, 10]
    assert found.lacking is None


def test_j29_a_month_of_fourteen_days_does_not_count_and_one_of_fifteen_does() -> None:
    assert claimed(a_month(0), a_month(1), a_month(2, None, days=14)).lacking is not None
    assert claimed(a_month(0), a_month(1), a_month(2, None, days=15)).lacking is None


def test_j29_a_month_of_too_few_days_is_not_paid_even_when_others_unlock_it() -> None:
    found = claimed(a_month(0), a_month(1), a_month(2), a_month(3, None, days=3))
    assert len(found.months) == 3


def test_j29_each_month_is_measured_by_the_days_demanded_of_it() -> None:
    months = [a_month(number, days=12) for number in range(3)]
    asked: list[date] = []

    def least_days(month: date) -> int:
        asked.append(month)
        return 10 if month < date(2024, 10, 1) else 15

    found = select_claimable_months(months, add_months(AUGUST, 11), 3, least_days)
    assert asked == [month.month for month in months]
    assert found.lacking is not None
    assert found.lacking.figures["months"] == "2"


def test_j29_only_approved_reports_count() -> None:
    with AllFailures() as failures:
        for status in [status for status in Status if status is not Status.APPROVED]:
            with failures.at(status):
                found = claimed(a_month(0), a_month(1), a_month(2, status=status))
                assert found.lacking is not None


def test_j29_months_after_the_claims_month_count_and_are_not_claimed() -> None:
    """J30: which month is claimed up to changes what is claimed, never whether anything may be."""
    months = [a_month(number) for number in range(4)]
    assert claimed(*months, up_to=0).months == tuple(months[:1])
    assert claimed(*months, up_to=2).months == tuple(months[:3])
    assert claimed(*months[:2], up_to=2).lacking is not None


def test_j30_a_month_that_another_line_holds_counts_but_is_not_claimed_again() -> None:
    held = [a_month(number, held_by=OTHER) for number in range(3)]
    found = claimed(*held, a_month(3))
    assert [month.month.month for month in found.months] == [11]
    nothing = claimed(*held)
    assert nothing.lacking is not None
    assert nothing.lacking.reason is Reason.NOTHING_PAYABLE


def test_j30_a_line_may_keep_the_months_that_it_holds_itself() -> None:
    held = [a_month(number, held_by=OWN) for number in range(3)]
    assert claimed(*held, own_line=OWN).months == tuple(held)
    assert claimed(*held).lacking is not None


def test_j30_nothing_reported_is_nothing_to_claim() -> None:
    found = claimed()
    assert found.lacking is not None
    assert found.lacking.figures["months"] == "0"


def test_j30_the_sum_of_many_months_is_exact() -> None:
    found = claimed(*(a_month(number, "0.10") for number in range(12)))
    assert str(found.amount) == "1.20"


def test_j29_what_all_interns_lack_is_told_of_the_one_who_lacks_least() -> None:
    one, two = (fault(Reason.TOO_FEW_MONTHS, months=n, least=3) for n in (1, 2))
    assert summarize_faults([one, two, one]) == two
    claimed_already = fault(Reason.NOTHING_PAYABLE)
    for lacking in ([two, claimed_already], [claimed_already], []):
        assert summarize_faults(lacking) == claimed_already


@pytest.mark.parametrize(
    ("role", "status", "barred"),
    [
        (Role.DISTRICT_OFFICER, Status.SUBMITTED, Action.APPROVE),
        (Role.UNIT_OPERATOR, Status.RETURNED, Action.SUBMIT),
    ],
)
def test_x4_a_claim_without_lines_is_neither_submitted_nor_approved(
    role: Role, status: Status, barred: Action
) -> None:
    viewer = Viewer(
        language=Language.EN, account_id=an_id("viewer"), name="viewer", role=role, region="220104"
    )
    for count, reason in ((0, Reason.NO_LINES), (1, None)):
        claim = ClaimStanding(status=status, submitted_by=None, lines=LineCounts(open=count))
        told = list_possible_actions(claim, AUGUST, viewer)
        assert {item.action: item.reason for item in told}[barred] is reason
        others = [item for item in told if item.action is not barred]
        assert Reason.NO_LINES not in {item.reason for item in others}


@pytest.mark.parametrize(
    ("month", "up_to", "held", "told"),
    [
        (a_month(0), 0, None, []),
        (a_month(0, status=Status.SUBMITTED), 0, None, [Reason.REPORT_NOT_APPROVED]),
        (a_month(1), 0, None, [Reason.MONTH_AFTER_CLAIM]),
        (a_month(0), 0, AUGUST, [Reason.REPORT_CLAIMED]),
        (
            a_month(1, status=Status.DRAFT),
            0,
            AUGUST,
            [Reason.REPORT_NOT_APPROVED, Reason.REPORT_CLAIMED, Reason.MONTH_AFTER_CLAIM],
        ),
    ],
)
def test_j30_all_that_stands_in_the_way_of_a_month_is_told(
    month: ReportedMonth, up_to: int, held: date | None, told: list[Reason]
) -> None:
    free = Claimable((month,), Decimal("1880.00"), None)
    found = find_month_faults(month, add_months(AUGUST, up_to), free, held)
    assert [why.reason for why in found] == told
    assert all(why.figures["month"] == f"{month.month:%Y-%m}" for why in found)


def test_j29_only_a_payable_month_waits_for_the_third() -> None:
    waiting = claimed(a_month(0), a_month(1, None))
    assert [why.reason for why in find_month_faults(a_month(0), AUGUST, waiting, None)] == [
        Reason.TOO_FEW_MONTHS
    ]
    assert find_month_faults(a_month(0, None), AUGUST, waiting, None) == []
