"""Figures of what is claimed 统计: one grouped statement, agreeing with the lists to the row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any

import strawberry
from sqlalchemy import Date, Select, Subquery, and_, cast, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from loaders.actor import RegionRange
from loaders.scope import list_ways
from models import Claim, ClaimKind, ClaimLine, LineState, RegionLevel, Role, Status, Unit
from resolvers.claims.claim_line import match_standing_lines
from resolvers.kernel.context import Context, Info
from resolvers.kernel.decision_reader import load_snapshot_policy
from resolvers.kernel.mutation import find_unreadable_faults
from rules.desk.statistics import (
    MAX_DIMENSIONS,
    ClaimFigures,
    Dimension,
    GroupingPart,
    Statistic,
    StatisticsCell,
    build_statistic,
    list_parts,
    list_tables,
    select_withheld_cells,
)
from rules.kernel.month import add_days, to_start_instant
from rules.kernel.refusal import Path, Reason, fault, refuse_if
from rules.kernel.region import NATION_CODE, compute_code_range
from rules.kernel.value import CreditCode, Day, RegionCode, YearMonth

TIME_ZONE = "Asia/Shanghai"
SMALLEST_COUNT_KEY = "statistics.smallest_count"
_BY = strawberry.argument(description="Which figures are told apart. 统计维度")
_LEVEL = strawberry.argument(description="At which level regions are told apart. 区划级别")
_ONLY = strawberry.argument(description="Which claims and lines are counted. 筛选条件")


@dataclass(kw_only=True)
class StatisticsFilter:
    """Which claims and lines are counted, by what their lists are narrowed by as well."""

    region: RegionCode | None = None
    kind: list[ClaimKind] | None = None
    status: list[Status] | None = None
    state: list[LineState] | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    since: Day | None = None
    until: Day | None = None
    submitted_from: Day | None = None
    submitted_to: Day | None = None
    month_from: YearMonth | None = None
    month_to: YearMonth | None = None
    from_month: YearMonth | None = None
    to_month: YearMonth | None = None
    year: int | None = None
    credit_code: CreditCode | None = None


async def load_statistics(
    info: Info,
    by: Annotated[list[Dimension], _BY] = [Dimension.KIND],  # noqa: B006 - printed as the default
    level: Annotated[RegionLevel, _LEVEL] = RegionLevel.DISTRICT,
    filter: Annotated[StatisticsFilter | None, _ONLY] = None,
) -> list[Statistic]:
    """Count claims, lines, persons and amounts in the viewer's region. 补贴统计.

    The month is that in which the claim was submitted last; a draft has none. Who sees no rows is
    told small counts as `<5`, and no more dimensions at a time than keep these from being worked
    out (X10, X11).
    """
    refuse_if(find_unreadable_faults(filter, ("filter",)))
    return await count_statistics(info.context, by, level, filter or StatisticsFilter())


async def count_statistics(
    context: Context, by: Sequence[Dimension], level: RegionLevel, only: StatisticsFilter
) -> list[Statistic]:
    """Count for a viewer, in the order of what is told apart."""
    parts = list_parts(by, level)
    if context.viewer.role is Role.REPORTING or not list_ways(Claim, context.actor):
        found, gone, smallest = await _count_masked(context, by, only)
    else:
        rows = _select_rows(only, context.actor.see)
        statement = _group_rows(rows, [parts])
        counted = await context.loaders.snapshot.load_rows(statement)
        found, gone, smallest = _build_cells(counted, [parts]), frozenset(), 0
    wanted = [cell for cell in found if {part for part, _ in cell} == {*parts}]
    return [
        build_statistic(cell, found[cell], gone, smallest)
        for cell in sorted(wanted, key=_build_sort_key)
    ]


async def _count_masked(
    context: Context, by: Sequence[Dimension], only: StatisticsFilter
) -> tuple[Mapping[StatisticsCell, ClaimFigures], frozenset[StatisticsCell], int]:
    """Count all that is published as one whole, and choose what of it is withheld (ADR 0038)."""
    given = [f.name for f in fields(only) if getattr(only, f.name) is not None]
    too_fine: list[Path] = [("filter", name) for name in given]
    too_fine += [("by",)] if len({*by}) > MAX_DIMENSIONS else []
    refuse_if(fault(Reason.STATISTICS_TOO_FINE, *path, most=MAX_DIMENSIONS) for path in too_fine)
    region = context.viewer.region or NATION_CODE
    snapshot, see = context.loaders.snapshot, compute_code_range(region)
    policy = await load_snapshot_policy(snapshot)
    smallest = policy.get_integer(SMALLEST_COUNT_KEY, region, context.service.today())
    statement = _group_rows(_select_rows(only, see), list_tables())
    found = _build_cells(await snapshot.load_region_figures(see, statement), list_tables())
    return (
        found,
        select_withheld_cells({cell: each.persons for cell, each in found.items()}, smallest),
        smallest,
    )


def _select_rows(only: StatisticsFilter, see: RegionRange) -> Subquery:
    """Read claims with their lines, as far as the viewer's region goes; it names no region else."""
    own = and_(ClaimLine.unit_id == Claim.unit_id, ClaimLine.claim_id == Claim.id)
    columns = (
        Claim.id.label("claim"),
        ClaimLine.id.label("line"),
        ClaimLine.person_id.label("person"),
        ClaimLine.amount.label("amount"),
        match_standing_lines().label("stands"),
        func.rpad(func.left(Claim.region, 2), 6, "0").label(GroupingPart.PROVINCE),
        func.rpad(func.left(Claim.region, 4), 6, "0").label(GroupingPart.CITY),
        Claim.region.label(GroupingPart.DISTRICT),
        Claim.kind.label(GroupingPart.KIND),
        build_submission_month().label(GroupingPart.MONTH),
        ClaimLine.state.label(GroupingPart.STATE),
    )
    joined = select(*columns).select_from(Claim).outerjoin(ClaimLine, own)
    return joined.where(*match_filter(only), *_match_range(see)).subquery("counted")


def build_submission_month() -> ColumnElement[date | None]:
    """Write the month in which a claim was submitted last, in Shanghai; a draft has none."""
    return cast(func.date_trunc("month", func.timezone(TIME_ZONE, Claim.submitted_at)), Date)


def _match_range(see: RegionRange) -> list[ColumnElement[bool]]:
    return [Claim.region >= see[0], Claim.region <= see[1]]


def match_filter(only: StatisticsFilter) -> list[ColumnElement[bool]]:
    """Write which claims and lines are meant, as conditions on both tables."""
    found: list[ColumnElement[bool]] = []
    if only.region is not None:
        found += _match_range(compute_code_range(only.region))
    if only.kind is not None:
        found.append(Claim.kind.in_(only.kind))
    if only.status is not None:
        found.append(Claim.status.in_(only.status))
    if only.state is not None:
        found.append(ClaimLine.state.in_(only.state))
    created_from, created_to = only.created_from or only.since, only.created_to or only.until
    if created_from is not None:
        found.append(Claim.created_at >= to_start_instant(created_from))
    if created_to is not None:
        found.append(Claim.created_at < to_start_instant(add_days(created_to)))
    if only.submitted_from is not None:
        found.append(Claim.submitted_at >= to_start_instant(only.submitted_from))
    if only.submitted_to is not None:
        found.append(Claim.submitted_at < to_start_instant(add_days(only.submitted_to)))
    return found + _match_period_and_unit(only)


def _match_period_and_unit(only: StatisticsFilter) -> list[ColumnElement[bool]]:
    """Write for which months, which year and whose claims are meant."""
    found: list[ColumnElement[bool]] = []
    month_from, month_to = only.month_from or only.from_month, only.month_to or only.to_month
    if month_from is not None:
        found.append(Claim.month >= month_from)
    if month_to is not None:
        found.append(Claim.month <= month_to)
    if only.year is not None:
        found.append(Claim.year == only.year)
    if only.credit_code is not None:
        named = select(Unit.id).where(Unit.credit_code == only.credit_code)
        found.append(Claim.unit_id.in_(named))
    return found


def _group_rows(
    rows: Subquery, sets: Sequence[tuple[GroupingPart, ...]]
) -> Select[*tuple[Any, ...]]:
    """Count the rows by each of some ways to tell them apart, all in one statement."""
    known = rows.c
    columns = [known[part] for part in _list_parts(sets)]
    stands = func.sum(known.amount).filter(known.stands)
    grouping = func.grouping_sets(*(tuple_(*(known[part] for part in parts)) for parts in sets))
    return select(
        func.grouping(*columns) if columns else literal(0),
        *columns,
        func.count(known.claim.distinct()),
        func.count(known.line),
        func.count(known.person.distinct()),
        func.coalesce(func.sum(known.amount), 0),
        func.coalesce(stands, 0),
    ).group_by(grouping)


def _list_parts(sets: Sequence[tuple[GroupingPart, ...]]) -> Sequence[GroupingPart]:
    return [part for part in GroupingPart if any(part in parts for parts in sets)]


def _build_cells(
    rows: Sequence[Any], sets: Sequence[tuple[GroupingPart, ...]]
) -> Mapping[StatisticsCell, ClaimFigures]:
    """Read cells from rows: a bit of the first column says which part a row does not tell apart."""
    parts = _list_parts(sets)
    found: dict[StatisticsCell, ClaimFigures] = {}
    for mask, *row in rows:
        apart = [not mask >> (len(parts) - 1 - n) & 1 for n in range(len(parts))]
        cell = frozenset(
            (part, "" if value is None else str(value))
            for part, value, told_apart in zip(parts, row, apart, strict=False)
            if told_apart
        )
        found[cell] = ClaimFigures(*row[len(parts) :])
    return found


def _build_sort_key(cell: StatisticsCell) -> list[str]:
    values = dict(cell)
    return [values.get(part, "") for part in GroupingPart]
