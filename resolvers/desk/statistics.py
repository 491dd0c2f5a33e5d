"""Figures of what is claimed 统计: one grouped statement, agreeing with the lists to the row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any

import strawberry
from sqlalchemy import Date, Select, Subquery, and_, cast, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from loaders.actor import Range
from models import Claim, ClaimKind, ClaimLine, LineState, RegionLevel, Role, Status
from resolvers.internship.candidate import policy_now
from resolvers.kernel.context import Context, Info
from resolvers.kernel.mutation import unreadable
from rules.desk.statistics import (
    MOST_APART,
    Cell,
    Dimension,
    Figures,
    Part,
    Statistic,
    hidden,
    parts_of,
    tables,
    told,
)
from rules.kernel.month import after, start_of
from rules.kernel.refusal import Path, Reason, fault, refuse_if
from rules.kernel.region import NATION, code_range
from rules.kernel.value import Day, RegionCode
from rules.kernel.workflow import HOLDING

TIME_ZONE = "Asia/Shanghai"
SMALLEST = "statistics.smallest_count"
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
    since: Day | None = None
    until: Day | None = None


async def statistics(
    info: Info,
    by: Annotated[list[Dimension], _BY] = [Dimension.KIND],  # noqa: B006 - printed as the default
    level: Annotated[RegionLevel, _LEVEL] = RegionLevel.DISTRICT,
    filter: Annotated[StatisticsFilter | None, _ONLY] = None,
) -> list[Statistic]:
    """Count claims, lines, persons and amounts in the viewer's region. 补贴统计.

    The month is that of the claim's filing. Who sees no rows is told small counts as `<5`, and no
    more dimensions at a time than keep these from being worked out (X10, X11).
    """
    refuse_if(unreadable(filter, ("filter",)))
    return await figures_for(info.context, by, level, filter or StatisticsFilter())


async def figures_for(
    context: Context, by: Sequence[Dimension], level: RegionLevel, only: StatisticsFilter
) -> list[Statistic]:
    """Count for a viewer, in the order of what is told apart."""
    parts = parts_of(by, level)
    if context.viewer.role is Role.REPORTING:
        found, gone, smallest = await _masked(context, by, only)
    else:
        rows = _rows(only, context.actor.see)
        statement = _grouped(rows, [parts])
        counted = await context.loaders.snapshot.all(statement)
        found, gone, smallest = _cells(counted, [parts]), frozenset(), 0
    wanted = [cell for cell in found if {part for part, _ in cell} == {*parts}]
    return [told(cell, found[cell], gone, smallest) for cell in sorted(wanted, key=_order)]


async def _masked(
    context: Context, by: Sequence[Dimension], only: StatisticsFilter
) -> tuple[Mapping[Cell, Figures], frozenset[Cell], int]:
    """Count all that is published as one whole, and choose what of it is withheld (ADR 0038)."""
    given = [f.name for f in fields(only) if getattr(only, f.name) is not None]
    too_fine: list[Path] = [("filter", name) for name in given]
    too_fine += [("by",)] if len({*by}) > MOST_APART else []
    refuse_if(fault(Reason.STATISTICS_TOO_FINE, *path, most=MOST_APART) for path in too_fine)
    region = context.viewer.region or NATION
    snapshot, see = context.loaders.snapshot, code_range(region)
    policy = await policy_now(snapshot)
    smallest = policy.integer(SMALLEST, region, context.service.today())
    statement = _grouped(_rows(only, see), tables())
    found = _cells(await snapshot.counted_within(see, statement), tables())
    return found, hidden({cell: each.persons for cell, each in found.items()}, smallest), smallest


def _rows(only: StatisticsFilter, see: Range) -> Subquery:
    """Read claims with their lines, as far as the viewer's region goes; it names no region else."""
    own = and_(ClaimLine.unit_id == Claim.unit_id, ClaimLine.claim_id == Claim.id)
    filed = cast(func.date_trunc("month", func.timezone(TIME_ZONE, Claim.created_at)), Date)
    columns = (
        Claim.id.label("claim"),
        ClaimLine.id.label("line"),
        ClaimLine.person_id.label("person"),
        ClaimLine.amount.label("amount"),
        ClaimLine.state.in_(HOLDING).label("stands"),
        func.rpad(func.left(Claim.region, 2), 6, "0").label(Part.PROVINCE),
        func.rpad(func.left(Claim.region, 4), 6, "0").label(Part.CITY),
        Claim.region.label(Part.DISTRICT),
        Claim.kind.label(Part.KIND),
        filed.label(Part.MONTH),
        ClaimLine.state.label(Part.STATE),
    )
    joined = select(*columns).select_from(Claim).outerjoin(ClaimLine, own)
    return joined.where(*narrowed(only), *_within(see)).subquery("counted")


def _within(see: Range) -> list[ColumnElement[bool]]:
    return [Claim.region >= see[0], Claim.region <= see[1]]


def narrowed(only: StatisticsFilter) -> list[ColumnElement[bool]]:
    """Write which claims and lines are meant, as conditions on both tables."""
    found: list[ColumnElement[bool]] = []
    if only.region is not None:
        found += _within(code_range(only.region))
    if only.kind is not None:
        found.append(Claim.kind.in_(only.kind))
    if only.status is not None:
        found.append(Claim.status.in_(only.status))
    if only.state is not None:
        found.append(ClaimLine.state.in_(only.state))
    if only.since is not None:
        found.append(Claim.created_at >= start_of(only.since))
    if only.until is not None:
        found.append(Claim.created_at < start_of(after(only.until)))
    return found


def _grouped(rows: Subquery, sets: Sequence[tuple[Part, ...]]) -> Select[*tuple[Any, ...]]:
    """Count the rows by each of some ways to tell them apart, all in one statement."""
    known = rows.c
    columns = [known[part] for part in _told_apart(sets)]
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


def _told_apart(sets: Sequence[tuple[Part, ...]]) -> Sequence[Part]:
    return [part for part in Part if any(part in parts for parts in sets)]


def _cells(rows: Sequence[Any], sets: Sequence[tuple[Part, ...]]) -> Mapping[Cell, Figures]:
    """Read cells from rows: a bit of the first column says which part a row does not tell apart."""
    parts = _told_apart(sets)
    found: dict[Cell, Figures] = {}
    for mask, *row in rows:
        apart = [not mask >> (len(parts) - 1 - n) & 1 for n in range(len(parts))]
        cell = frozenset(
            (part, "" if value is None else str(value))
            for part, value, told_apart in zip(parts, row, apart, strict=False)
            if told_apart
        )
        found[cell] = Figures(*row[len(parts) :])
    return found


def _order(cell: Cell) -> list[str]:
    values = dict(cell)
    return [values.get(part, "") for part in Part]
