"""What waits for an officer: of which kinds, and how many for how long (X1, S1)."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from models import Status
from rules.kernel.function import Function
from rules.kernel.input_check import find_list_faults, find_range_faults
from rules.kernel.month import add_days, to_start_instant
from rules.kernel.record_kind import Party, RecordKind, list_record_kinds
from rules.kernel.refusal import Fault
from rules.kernel.region import get_region_name
from rules.kernel.viewer import Viewer

MAX_AGE_DAYS = 3650
MAX_AGE_BOUNDS = 10

WorkCell = tuple[Any, ...]
"""Kind, state, region, and place among the ages from the oldest on: as the dimensions come."""


class WorkDimension(StrEnum):
    """By what open work is counted. 统计维度"""

    KIND = "KIND"
    STATUS = "STATUS"
    REGION = "REGION"
    AGE = "AGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCount:
    """How many open records there are of a kind, state, region and age, as far as told apart."""

    kind: RecordKind | None
    status: Status | None
    region: str | None
    region_name: str | None
    from_days: int | None
    below_days: int | None
    count: int


def list_decidable_kinds(viewer: Viewer) -> tuple[RecordKind, ...]:
    """List the kinds of record on which a viewer may decide in some way (S1)."""
    held = {
        kind.kind
        for kind in list_record_kinds()
        for party, function in kind.functions.items()
        if party is not Party.OWNER and function in viewer.functions
    }
    return tuple(kind for kind in RecordKind if kind in held)


def may_see_work(kind: str, viewer: Viewer) -> bool:
    """Return whether open records of a kind stand in a viewer's queue (S1)."""
    holds = Function.SEE_WORK_QUEUE in viewer.functions
    return holds and RecordKind(kind) in list_decidable_kinds(viewer)


def parse_kind(kind: str, *, viewer: Viewer) -> RecordKind:
    """Return what kind of record it is."""
    return RecordKind(kind)


def find_age_faults(ages: Sequence[int]) -> Iterable[Fault]:
    """Refuse ages that divide nothing."""
    yield from find_list_faults([*ages], MAX_AGE_BOUNDS, ("ages",))
    for n, days in enumerate(ages):
        yield from find_range_faults(days, 1, MAX_AGE_DAYS, "ages", n)


def compute_age_edges(ages: Iterable[int], today: date) -> list[datetime]:
    """Return the instants that divide records by age, oldest first.

    Submitted before an edge means that many days ago or more, in days of Asia/Shanghai.
    """
    return [to_start_instant(add_days(today, 1 - days)) for days in sorted(ages, reverse=True)]


def sum_counts(
    cells: Iterable[WorkCell], ages: Iterable[int], by: Collection[WorkDimension]
) -> Sequence[WorkCount]:
    """Sum up the finest counts by some dimensions, in the order of their names and the oldest."""
    found: Counter[WorkCell] = Counter()
    for *cell, count in cells:
        kept = (
            part if name in by else None for name, part in zip(WorkDimension, cell, strict=True)
        )
        found[tuple(kept)] += count
    bounds = (None, *sorted(ages, reverse=True), 0)
    ordered = sorted(found, key=lambda cell: [(part is not None, part) for part in cell])
    return [_build_count(cell, bounds, found[cell]) for cell in ordered]


def _build_count(cell: WorkCell, bounds: Sequence[int | None], count: int) -> WorkCount:
    kind, status, region, age = cell
    return WorkCount(
        kind=RecordKind(kind) if kind else None,
        status=Status(status) if status else None,
        region=region,
        region_name=get_region_name(region) if region else None,
        from_days=None if age is None else bounds[age + 1],
        below_days=None if age is None else bounds[age],
        count=count,
    )
