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
from rules.kernel.region import name_of

MOST_APART = 2
"""So many dimensions are told apart at most where small counts are hidden."""


class Dimension(StrEnum):
    """By what claims are counted. 统计维度"""

    REGION = "REGION"
    KIND = "KIND"
    MONTH = "MONTH"
    STATE = "STATE"


class Part(StrEnum):
    """A dimension as figures are grouped by it: regions at one of three levels."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    DISTRICT = "DISTRICT"
    KIND = "KIND"
    MONTH = "MONTH"
    STATE = "STATE"


WITHHELD = "***"
LEVELS = (Part.PROVINCE, Part.CITY, Part.DISTRICT)
Cell = frozenset[tuple[Part, str]]
"""Which claims are counted: those with these values; without any, all of them."""


class Figures(NamedTuple):
    """How much there is of it: claims, lines, different persons, what lines ask and what stands."""

    claims: int
    lines: int
    persons: int
    amount: Decimal
    standing: Decimal


@dataclass(frozen=True, slots=True)
class Statistic:
    """The figures of a cell; where they are withheld, `persons_text` says below which number."""

    region: str | None
    region_name: str | None
    kind: ClaimKind | None
    month: date | None
    state: LineState | None
    withheld: bool
    persons_text: str
    figures: Figures | None


def parts_of(by: Collection[Dimension], level: RegionLevel) -> tuple[Part, ...]:
    """Spell dimensions as parts, in their order; the nation tells no regions apart."""
    region = () if level is RegionLevel.NATION else (Part(level.value),)
    others = [Part(d.value) for d in Dimension if d in by and d is not Dimension.REGION]
    return (*(region if Dimension.REGION in by else ()), *others)


def tables() -> Sequence[tuple[Part, ...]]:
    """List every way to tell few dimensions apart: these are published, as one whole."""
    pairs = (pair for pair in combinations(Part, MOST_APART) if not {*pair} <= {*LEVELS})
    return [(), *((part,) for part in Part), *pairs]


def hidden(persons: Mapping[Cell, int], smallest: int) -> frozenset[Cell]:
    """Choose the cells to withhold: the small ones, and as many more as keep these from being told.

    `persons` has every cell of `tables`. A sum that is shown has no part withheld, or two at least
    of `smallest` persons together; one that is withheld has a part withheld itself. So no sum, over
    whichever dimension, leaves one unknown alone.
    """
    gone = {cell for cell, count in persons.items() if 0 < count < smallest}
    sums, before = _sums(persons), 0
    while len(gone) != before:
        before = len(gone)
        for (whole, _), parts in sums.items():
            gone |= _more(whole, parts, gone, persons, smallest)
    return frozenset(gone)


def _more(
    whole: Cell,
    parts: Sequence[Cell],
    gone: Collection[Cell],
    persons: Mapping[Cell, int],
    smallest: int,
) -> set[Cell]:
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


def _sums(persons: Iterable[Cell]) -> Mapping[tuple[Cell, tuple[Part, ...]], Sequence[Cell]]:
    """Gather, for each cell and each table below it, the cells that add up to it."""
    found: defaultdict[tuple[Cell, tuple[Part, ...]], list[Cell]] = defaultdict(list)
    for cell in persons:
        table = tuple(sorted(part for part, _ in cell))
        for whole in _wholes(cell):
            found[whole, table].append(cell)
    return found


def _wholes(cell: Cell) -> Iterable[Cell]:
    """List the cells that a cell is a part of: without a dimension, or in a higher region."""
    for one in cell:
        rest = cell - {one}
        yield rest
        part, value = one
        for level in LEVELS[: LEVELS.index(part)] if part in LEVELS else ():
            yield rest | {(level, at_level(value, level))}


def at_level(region: str, level: Part) -> str:
    """Give the region of a level in which a region lies, or which it is."""
    digits = {Part.PROVINCE: 2, Part.CITY: 4}.get(level, 6)
    return region[:digits].ljust(6, "0")


def told(cell: Cell, figures: Figures, gone: Collection[Cell], smallest: int) -> Statistic:
    """Tell a cell's figures, or that they are withheld."""
    values = dict(cell)
    region = next((values[level] for level in LEVELS if level in values), None)
    withheld = cell in gone
    small = 0 < figures.persons < smallest
    text = f"<{smallest}" if small else WITHHELD
    return Statistic(
        region=region,
        region_name=name_of(region) if region else None,
        kind=ClaimKind(values[Part.KIND]) if Part.KIND in values else None,
        month=date.fromisoformat(values[Part.MONTH]) if Part.MONTH in values else None,
        state=LineState(values[Part.STATE]) if values.get(Part.STATE) else None,
        withheld=withheld,
        persons_text=text if withheld else str(figures.persons),
        figures=None if withheld else figures,
    )
