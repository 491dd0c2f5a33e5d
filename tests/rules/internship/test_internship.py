import random
from datetime import date, timedelta

import pytest

from rules.internship.internship import (
    OtherInternship,
    SlotRange,
    choose_free_slots,
    choose_kept_slots,
    count_slots,
    find_term_faults,
)
from rules.kernel.month import compute_term_end
from rules.kernel.refusal import Reason

D = date


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "slots"),
    [
        (D(2024, 8, 1), D(2025, 7, 31), 360),
        (D(2024, 8, 15), D(2025, 8, 14), 360),
        (D(2024, 8, 1), D(2024, 8, 1), 1),
        (D(2024, 8, 1), D(2024, 8, 30), 30),
        (D(2024, 8, 1), D(2024, 8, 31), 30),
        (D(2024, 2, 1), D(2024, 2, 29), 30),
        (D(2024, 1, 31), D(2024, 2, 28), 29),
        (D(2023, 1, 31), D(2023, 2, 28), 30),
        (D(2024, 8, 1), D(2024, 11, 15), 105),
        (D(2024, 11, 16), D(2025, 8, 1), 257),
    ],
)
def test_j23_whole_months_count_30_and_odd_days_one_each(
    starts_on: date, ends_on: date, slots: int
) -> None:
    assert count_slots(starts_on, ends_on) == slots


def test_j23_a_term_of_so_many_months_counts_exactly_those_wherever_it_starts() -> None:
    for offset in range(800):
        start = D(2023, 1, 1) + timedelta(days=offset)
        for months in (1, 2, 6, 12):
            assert count_slots(start, compute_term_end(start, months)) == 30 * months


def test_j23_a_longer_term_never_counts_less() -> None:
    for start in (D(2024, 1, 31), D(2023, 2, 28), D(2024, 8, 15)):
        counted = [count_slots(start, start + timedelta(days=n)) for n in range(500)]
        assert counted == sorted(counted)
        assert counted[0] == 1


def taken(first: date, last: date, *slots: SlotRange, here: bool = False) -> OtherInternship:
    return OtherInternship(first=first, last=last, slots=slots, here=here)


AUTUMN = taken(D(2024, 8, 1), D(2024, 11, 15), (0, 105))


def reasons(
    starts_on: date, ends_on: date, *others: OtherInternship, most: int = 12
) -> list[Reason]:
    return [fault.reason for fault in find_term_faults(starts_on, ends_on, others, most)]


def test_j23_odd_days_of_several_internships_add_up_to_months() -> None:
    assert reasons(D(2024, 11, 16), D(2025, 7, 30), AUTUMN) == []
    assert reasons(D(2024, 11, 16), D(2025, 7, 31), AUTUMN) == [Reason.TERM_USED_UP]


def test_j23_one_unit_at_a_time_to_the_day() -> None:
    assert reasons(D(2024, 11, 15), D(2024, 12, 14), AUTUMN) == [Reason.TERM_OVERLAPS]
    assert reasons(D(2024, 11, 16), D(2024, 12, 14), AUTUMN) == []
    assert reasons(D(2024, 7, 1), D(2024, 7, 31), AUTUMN) == []
    assert reasons(D(2024, 7, 1), D(2024, 8, 1), AUTUMN) == [Reason.TERM_OVERLAPS]


def test_j23_all_that_is_wrong_is_told_at_once() -> None:
    assert reasons(D(2024, 8, 1), D(2025, 7, 31), AUTUMN) == [
        Reason.TERM_OVERLAPS,
        Reason.TERM_USED_UP,
    ]


def test_j23_once_per_unit_also_after_it_has_ended() -> None:
    here = taken(D(2023, 1, 1), D(2023, 3, 31), (0, 90), here=True)
    assert reasons(D(2024, 8, 1), D(2024, 9, 30), here) == [Reason.INTERN_ALREADY_HERE]


def test_j23_how_many_months_there_are_is_a_parameter() -> None:
    assert reasons(D(2024, 8, 1), D(2024, 10, 31), most=3) == []
    assert reasons(D(2024, 8, 1), D(2024, 11, 1), most=3) == [Reason.TERM_USED_UP]


def test_j23_what_a_refusal_says_names_no_other_unit() -> None:
    for fault in find_term_faults(D(2024, 8, 1), D(2025, 7, 31), [AUTUMN], 12):
        assert fault.figures in ({}, {"months": "12"})


def test_j23_the_lowest_free_slots_are_taken() -> None:
    others = [taken(D(2024, 1, 1), D(2024, 1, 2), (10, 20), (40, 50))]
    assert choose_free_slots(5, others) == [(0, 5)]
    assert choose_free_slots(30, others) == [(0, 10), (20, 40)]
    assert choose_free_slots(40, others) == [(0, 10), (20, 40), (50, 60)]
    assert choose_free_slots(7, []) == [(0, 7)]


def test_j23_slots_never_overlap_and_never_leave_holes_unused() -> None:
    dice = random.Random(23)  # noqa: S311 - a test's dice
    for _ in range(300):
        others: list[OtherInternship] = []
        while True:
            need = dice.randint(1, 120)
            if sum(b - a for o in others for a, b in o.slots) + need > 360:
                break
            mine = choose_free_slots(need, others)
            held = [n for a, b in mine for n in range(a, b)]
            theirs = {n for o in others for a, b in o.slots for n in range(a, b)}
            assert len(held) == need
            assert not theirs & set(held)
            assert max(held) < 360
            smaller = dice.randint(1, need)
            assert sum(b - a for a, b in choose_kept_slots(smaller, mine)) == smaller
            assert {n for a, b in choose_kept_slots(smaller, mine) for n in range(a, b)} <= set(
                held
            )
            others.append(taken(D(2024, 1, 1), D(2024, 1, 2), *choose_kept_slots(smaller, mine)))
