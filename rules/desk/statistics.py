"""Figures of what is claimed 统计, and how small counts stay hidden (X10, X11)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from models import ClaimKind, LineState, RegionLevel
from rules.kernel.region import get_region_name

MAX_DIMENSIONS = 2
"""So many dimensions are told apart at most where small counts are hidden."""


class Dimension(StrEnum):
    """By what claims are counted. 统计维度"""

    REGION = "REGION"
    KIND = "KIND"
    MONTH = "MONTH"
    STATE = "STATE"


class GroupingPart(StrEnum):
    """A dimension as figures are grouped by it: regions at one of three levels."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    DISTRICT = "DISTRICT"
    KIND = "KIND"
    MONTH = "MONTH"
    STATE = "STATE"


WITHHELD_TEXT = "***"
REGION_LEVELS = (GroupingPart.PROVINCE, GroupingPart.CITY, GroupingPart.DISTRICT)
StatisticsCell = frozenset[tuple[GroupingPart, str]]
"""Which claims are counted: those with these values; without any, all of them."""


class ClaimFigures(NamedTuple):
    """How much there is of it: claims, lines, different persons, what lines ask and what stands."""

    claims: int
    lines: int
    persons: int
    amount: Decimal
    standing: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """The figures of a cell; where they are withheld, `persons_text` says below which number."""

    region: str | None
    region_name: str | None
    kind: ClaimKind | None
    month: date | None
    state: LineState | None
    withheld: bool
    persons_text: str
    figures: ClaimFigures | None


def list_parts(by: Collection[Dimension], level: RegionLevel) -> tuple[GroupingPart, ...]:
    """Spell dimensions as parts, in their order; the nation tells no regions apart."""
    region = () if level is RegionLevel.NATION else (GroupingPart(level.value),)
    others = [GroupingPart(d.value) for d in Dimension if d in by and d is not Dimension.REGION]
    return (*(region if Dimension.REGION in by else ()), *others)


def list_tables() -> Sequence[tuple[GroupingPart, ...]]:
    """List every way to tell few dimensions apart: these are published, as one whole."""
    pairs = (
        pair
        for pair in combinations(GroupingPart, MAX_DIMENSIONS)
        if not {*pair} <= {*REGION_LEVELS}
    )
    return [(), *((part,) for part in GroupingPart), *pairs]


def select_withheld_cells(
    persons: Mapping[StatisticsCell, int], smallest: int
) -> frozenset[StatisticsCell]:
    """Choose the cells to withhold: the small ones, and as many more as keep these from being told.

    `persons` has every cell of `tables`. A sum that is shown has no part withheld, or two at least
    of `smallest` persons together; one that is withheld has a part withheld itself. So no sum, over
    whichever dimension, leaves one unknown alone.
    """
    gone = {cell for cell, count in persons.items() if 0 < count < smallest}
    sums, before = _group_cells_by_sum(persons), 0
    while len(gone) != before:
        before = len(gone)
        for (whole, _), parts in sums.items():
            gone |= _select_further_cells(whole, parts, gone, persons, smallest)
    return frozenset(gone)


def _select_further_cells(
    whole: StatisticsCell,
    parts: Sequence[StatisticsCell],
    gone: Collection[StatisticsCell],
    persons: Mapping[StatisticsCell, int],
    smallest: int,
) -> set[StatisticsCell]:
    """Choose what a sum needs withheld besides."""
    missing = [part for part in parts if part in gone]
    shown = [part for part in parts if part not in gone and persons[part] > 0]
    enough = len(missing) > 1 and sum(persons[part] for part in missing) >= smallest
    if whole in gone:
        enough = bool(missing) or not shown
    if enough or not (missing or whole in gone):
        return set()
    if shown:
        return {min(shown, key=lambda part: (persons[part], sorted(part)))}
    return {whole} if len(missing) == 1 else set()


def _group_cells_by_sum(
    persons: Iterable[StatisticsCell],
) -> Mapping[tuple[StatisticsCell, tuple[GroupingPart, ...]], Sequence[StatisticsCell]]:
    """Gather, for each cell and each table below it, the cells that add up to it."""
    found: defaultdict[tuple[StatisticsCell, tuple[GroupingPart, ...]], list[StatisticsCell]] = (
        defaultdict(list)
    )
    for cell in persons:
        table = tuple(sorted(part for part, _ in cell))
        for whole in _list_containing_cells(cell):
            found[whole, table].append(cell)
    return found


def _list_containing_cells(cell: StatisticsCell) -> Iterable[StatisticsCell]:
    """List the cells that a cell is a part of: without a dimension, or in a higher region."""
    for one in cell:
        rest = cell - {one}
        yield rest
        part, value = one
        for level in REGION_LEVELS[: REGION_LEVELS.index(part)] if part in REGION_LEVELS else ():
            yield rest | {(level, to_level_code(value, level))}


def to_level_code(region: str, level: GroupingPart) -> str:
    """Return the region of a level in which a region lies, or which it is."""
    digits = {GroupingPart.PROVINCE: 2, GroupingPart.CITY: 4}.get(level, 6)
    return region[:digits].ljust(6, "0")


def build_statistic(
    cell: StatisticsCell, figures: ClaimFigures, gone: Collection[StatisticsCell], smallest: int
) -> Statistic:
    """Return a cell's figures, or that they are withheld."""
    values = dict(cell)
    region = next((values[level] for level in REGION_LEVELS if level in values), None)
    withheld = cell in gone
    small = 0 < figures.persons < smallest
    text = f"<{smallest}" if small else WITHHELD_TEXT
    return Statistic(
        region=region,
        region_name=get_region_name(region) if region else None,
        kind=ClaimKind(values[GroupingPart.KIND]) if GroupingPart.KIND in values else None,
        month=date.fromisoformat(values[GroupingPart.MONTH])
        if values.get(GroupingPart.MONTH)
        else None,
        state=LineState(values[GroupingPart.STATE]) if values.get(GroupingPart.STATE) else None,
        withheld=withheld,
        persons_text=text if withheld else str(figures.persons),
        figures=None if withheld else figures,
    )
