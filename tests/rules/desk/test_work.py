"""What waits for whom, and how it is counted (X1, S1)."""

from datetime import UTC, date, datetime

import pytest

from models import Role, Status, WorkItem
from rules.desk.work import (
    WorkDimension,
    compute_age_edges,
    find_age_faults,
    list_decidable_kinds,
    sum_counts,
)
from rules.kernel.record_kind import Party, RecordKind, list_record_kinds
from rules.kernel.viewer import Viewer

AGES = (3, 7, 15)
CELLS = [
    ("INTERN", "SUBMITTED", "220104", 0, 2),
    ("INTERN", "SUBMITTED", "220102", 3, 1),
    ("MONTHLY_REPORT", "SUBMITTED", "220104", 3, 40),
    ("MONTHLY_REPORT", "RETURNED", "220104", 1, 5),
]


def test_x1_every_kind_that_an_officer_decides_on_can_wait_in_the_queue() -> None:
    decided = {k.kind for k in list_record_kinds() if k.functions.keys() - {Party.OWNER}}
    assert {RecordKind(kind) for kind in WorkItem.relations()} == decided


def test_s1_an_officer_s_kinds_are_those_of_the_functions_held() -> None:
    assert list_decidable_kinds(Viewer(role=Role.DISTRICT_OFFICER)) == tuple(RecordKind)
    for role in (Role.UNIT_OPERATOR, Role.PERSON, Role.PROVINCE_ADMINISTRATOR, None):
        assert list_decidable_kinds(Viewer(role=role)) == ()


def test_an_edge_lies_where_a_day_of_shanghai_begins() -> None:
    """Submitted on 7 March, three days before the 10th: three days old from its first minute."""
    (edge,) = compute_age_edges([3], date(2025, 3, 10))
    assert edge == datetime(2025, 3, 7, 16, tzinfo=UTC)
    assert compute_age_edges([3, 15, 7], date(2025, 3, 10)) == sorted(
        compute_age_edges(AGES, date(2025, 3, 10))
    )


@pytest.mark.parametrize(
    ("ages", "reasons"),
    [
        ([3, 7, 15], []),
        ([], ["LIST_EMPTY"]),
        ([3, 0], ["NUMBER_OUT_OF_RANGE"]),
        ([3, 3651, 3], ["LISTED_TWICE", "NUMBER_OUT_OF_RANGE"]),
        (list(range(1, 12)), ["LIST_TOO_LONG"]),
    ],
)
def test_ages_that_divide_nothing_are_refused(ages: list[int], reasons: list[str]) -> None:
    assert [fault.reason for fault in find_age_faults(ages)] == reasons


def test_counts_are_summed_up_by_the_dimensions_asked_for() -> None:
    by_kind = sum_counts(CELLS, AGES, [WorkDimension.KIND])
    assert [(c.kind, c.status, c.region, c.count) for c in by_kind] == [
        (RecordKind.INTERN, None, None, 3),
        (RecordKind.MONTHLY_REPORT, None, None, 45),
    ]
    (all_,) = sum_counts(CELLS, AGES, [])
    assert (all_.count, all_.from_days, all_.below_days) == (48, None, None)
    assert sum_counts([], AGES, list(WorkDimension)) == []


def test_ages_are_told_as_days_from_and_below_the_oldest_first() -> None:
    by_age = sum_counts(CELLS, AGES, [WorkDimension.AGE])
    assert [(c.from_days, c.below_days, c.count) for c in by_age] == [
        (15, None, 2),
        (7, 15, 5),
        (0, 3, 41),
    ]


def test_regions_and_states_are_told_apart_and_named() -> None:
    found = sum_counts(CELLS, AGES, [WorkDimension.REGION, WorkDimension.STATUS])
    assert [(c.region, c.region_name, c.status, c.count) for c in found] == [
        ("220104", "吉林省长春市朝阳区", Status.RETURNED, 5),
        ("220102", "吉林省长春市南关区", Status.SUBMITTED, 1),
        ("220104", "吉林省长春市朝阳区", Status.SUBMITTED, 42),
    ]
