from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from random import Random

import pytest

from models import RegionLevel
from rules.desk.statistics import (
    REGION_LEVELS,
    ClaimFigures,
    Dimension,
    GroupingPart,
    StatisticsCell,
    build_statistic,
    list_parts,
    list_tables,
    select_withheld_cells,
    to_level_code,
)

K = 5


def cube(rows: list[tuple[str, str, str, str]]) -> Mapping[StatisticsCell, int]:
    """Count persons, one a row, in every table that is published."""
    found: defaultdict[StatisticsCell, int] = defaultdict(int)
    for region, kind, month, state in rows:
        values = {level: to_level_code(region, level) for level in REGION_LEVELS}
        values |= {GroupingPart.KIND: kind, GroupingPart.MONTH: month, GroupingPart.STATE: state}
        for table in list_tables():
            found[frozenset((part, values[part]) for part in table)] += 1
    return found


def a_cell(**values: str) -> StatisticsCell:
    return frozenset((GroupingPart(name), value) for name, value in values.items())


def rows_of(counts: Mapping[tuple[str, str], int]) -> list[tuple[str, str, str, str]]:
    return [
        (region, kind, "2025-03-01", "PAID")
        for (region, kind), count in counts.items()
        for _ in range(count)
    ]


def test_what_is_published_is_every_table_of_two_dimensions_and_fewer() -> None:
    found = [set(table) for table in list_tables()]
    assert len(found) == 1 + 6 + 12
    assert {GroupingPart.CITY, GroupingPart.KIND} in found
    assert {GroupingPart.CITY, GroupingPart.DISTRICT} not in found


def test_nothing_is_withheld_where_no_count_is_small() -> None:
    assert (
        select_withheld_cells(cube(rows_of({("220102", "HIRING"): 5, ("220104", "HIRING"): 9})), K)
        == set()
    )


def test_x11_a_small_count_takes_another_with_it_that_it_can_not_be_worked_out() -> None:
    counts = {("220102", "HIRING"): 3, ("220104", "HIRING"): 9, ("220105", "HIRING"): 30}
    gone = select_withheld_cells(cube(rows_of(counts)), K)
    assert a_cell(DISTRICT="220102") in gone
    assert a_cell(DISTRICT="220104") in gone
    assert a_cell(DISTRICT="220105") not in gone
    assert a_cell() not in gone


def test_x11_two_small_counts_that_are_few_persons_together_take_a_third() -> None:
    counts = {("220102", "HIRING"): 1, ("220104", "HIRING"): 2, ("220105", "HIRING"): 30}
    gone = select_withheld_cells(cube(rows_of(counts)), K)
    assert {a_cell(DISTRICT=code) for code in ("220102", "220104", "220105")} <= gone


def test_x11_a_region_with_nothing_but_a_small_count_is_withheld_on_every_level() -> None:
    counts = {("220102", "HIRING"): 9, ("220104", "HIRING"): 9, ("220202", "HIRING"): 2}
    gone = select_withheld_cells(cube(rows_of(counts)), K)
    assert a_cell(CITY="220200") in gone
    assert a_cell(CITY="220100") in gone  # or the total less this one would tell
    assert a_cell(PROVINCE="220000") not in gone


@pytest.mark.parametrize("seed", range(20))
def test_x11_no_sum_leaves_a_single_unknown_or_a_few_persons(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - not cryptographic
    rows = [
        (
            random.choice(("220102", "220104", "220105", "220202", "510104")),
            random.choice(("HIRING", "MENTORING", "SERVICE")),
            random.choice(("2025-01-01", "2025-02-01", "2025-03-01")),
            random.choice(("PAID", "OPEN", "STRUCK")),
        )
        for _ in range(random.randrange(1, 200))
    ]
    persons = cube(rows)
    gone = select_withheld_cells(persons, K)
    assert {cell for cell, count in persons.items() if count < K} <= gone
    sums: defaultdict[tuple[StatisticsCell, frozenset[GroupingPart]], list[StatisticsCell]] = (
        defaultdict(list)
    )
    for cell in persons:
        for whole in persons:
            if len(whole) == len(cell) - 1 and whole < cell:
                sums[whole, frozenset(part for part, _ in cell)].append(cell)
    assert sums
    for (whole, _), parts in sums.items():
        missing = [part for part in parts if part in gone]
        assert len(missing) + (whole in gone) != 1
        if missing and whole not in gone:
            assert sum(persons[part] for part in missing) >= K


def test_a_withheld_cell_says_below_which_number_and_tells_nothing_else() -> None:
    small, large = a_cell(KIND="HIRING"), a_cell(KIND="SERVICE")
    few = ClaimFigures(2, 3, 3, Decimal(3000), Decimal(3000))
    many = few._replace(persons=9)
    gone = {small, large}
    assert (
        build_statistic(small, few, gone, K).persons_text,
        build_statistic(small, few, gone, K).figures,
    ) == (
        "<5",
        None,
    )
    assert (
        build_statistic(large, many, gone, K).persons_text,
        build_statistic(large, many, gone, K).figures,
    ) == (
        "***",
        None,
    )
    assert build_statistic(large, many, set(), K).figures == many


def test_regions_are_told_apart_at_one_level() -> None:
    by = [Dimension.KIND, Dimension.REGION]
    assert list_parts(by, RegionLevel.CITY) == (GroupingPart.CITY, GroupingPart.KIND)
    assert list_parts(by, RegionLevel.NATION) == (GroupingPart.KIND,)
    assert to_level_code("220102", GroupingPart.PROVINCE) == "220000"
