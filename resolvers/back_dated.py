"""Approved lines that come to another amount now: they stand, and are listed (X20)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import select, tuple_

from loaders.key import Key, key_of
from loaders.snapshot import Snapshot
from models import ClaimedReport, ClaimKind, ClaimLine, Intern, MonthlyReport, Parameter
from resolvers.candidate import missing_told, policy_now
from resolvers.context import Info
from rules.back_dated import DECIDES, STANDING, Remedy, remedy
from rules.money import rounded
from rules.monthly_report import assess
from rules.parameter import Policy
from rules.reconcile import APPROVED
from rules.region import code_range
from rules.value import RowId

AT_ONCE = 2000

_PARAMETER = strawberry.argument(description="Under which parameter. 政策参数")
_AFTER = strawberry.argument(description="Go on after this line: `next` of the last answer. 游标")


@dataclass(frozen=True, slots=True)
class LineDifference:
    """A line that was approved for another amount than it comes to now."""

    line: ClaimLine
    approved: Decimal
    due: Decimal
    difference: str
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class ParameterDifferences:
    """What a parameter makes of approved lines, and where to go on."""

    examined: int
    differences: Sequence[LineDifference]
    next: str | None


async def parameter_differences(
    info: Info,
    parameter_id: Annotated[RowId, _PARAMETER],
    after: Annotated[RowId | None, _AFTER] = None,
) -> ParameterDifferences | None:
    """List approved lines that come to another amount under a parameter (X20). 参数差额."""
    read = info.context.loaders.snapshot
    key = key_of(parameter_id, Parameter)
    row = await info.context.loaders.row(Parameter).load(key.parts) if key else None
    if row is None:
        return None
    lines = await _lines(read, row, after)
    with missing_told():
        due = await _due(read, lines[:AT_ONCE], await policy_now(read))
    found = [
        LineDifference(line, line.amount, due[line.id], f"{due[line.id] - line.amount:.2f}", what)
        for line in lines[:AT_ONCE]
        if line.id in due and (what := remedy(line.state, line.amount, due[line.id]))
    ]
    more = len(lines) > AT_ONCE
    last = _id(lines[AT_ONCE - 1]) if more else None
    return ParameterDifferences(len(lines) - more, found, last)


def _id(line: ClaimLine) -> str:
    return Key(ClaimLine.__name__, (line.unit_id, line.id)).encode()


async def _lines(read: Snapshot, row: Parameter, after: RowId | None) -> Sequence[ClaimLine]:
    """Read the next lines of a parameter's kinds and region, one more than are examined."""
    low, high = code_range(row.region)
    kinds = [kind for kind, keys in DECIDES.items() if row.key in keys]
    own = select(ClaimLine).where(
        ClaimLine.region.between(low, high),
        ClaimLine.claim_kind.in_(kinds),
        ClaimLine.claim_status.in_(APPROVED),
        ClaimLine.state.in_(STANDING),
        ClaimLine.approved,
    )
    place = key_of(after, ClaimLine) if after else None
    if place is not None:
        own = own.where(tuple_(ClaimLine.unit_id, ClaimLine.id) > place.parts)
    in_order = own.order_by(ClaimLine.unit_id, ClaimLine.id).limit(AT_ONCE + 1)
    return [line for (line,) in await read.all(in_order)]


async def _due(
    read: Snapshot, lines: Sequence[ClaimLine], policy: Policy
) -> Mapping[UUID, Decimal]:
    """Tell what each line comes to now; the others are of kinds that a parameter does not make."""
    allowances = [line for line in lines if line.claim_kind is ClaimKind.LIVING_ALLOWANCE]
    mentored = [line for line in lines if line.claim_kind is ClaimKind.MENTORING]
    return {
        **await _allowances(read, allowances, policy),
        **await _mentored(read, mentored, policy),
    }


async def _allowances(
    read: Snapshot, lines: Sequence[ClaimLine], policy: Policy
) -> dict[UUID, Decimal]:
    """Judge the reports of lines again: category, region, days and wage are those of then (X21)."""
    if not lines:
        return {}
    on = (MonthlyReport.unit_id == ClaimedReport.unit_id) & (
        MonthlyReport.id == ClaimedReport.report_id
    )
    keys = [(line.unit_id, line.id) for line in lines]
    stood_on = tuple_(ClaimedReport.unit_id, ClaimedReport.line_id).in_(keys)
    rows = select(ClaimedReport.line_id, MonthlyReport).join(MonthlyReport, on).where(stood_on)
    due: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for line_id, report in await read.all(rows):
        due[line_id] += _payable(report, policy)
    return dict(due)


def _payable(report: MonthlyReport, policy: Policy) -> Decimal:
    then = report.assessment["inputs"]
    judged = assess(
        then["category"],
        then["region"],
        report.month,
        report.days_attended,
        report.wage_paid,
        policy,
    )
    return judged.payable or Decimal(0)


async def _mentored(
    read: Snapshot, lines: Sequence[ClaimLine], policy: Policy
) -> Mapping[UUID, Decimal]:
    """Tell the rate of the day on which each internship ended, in its region then (J35, X21)."""
    keys = [(line.unit_id, line.intern_id) for line in lines]
    named = tuple_(Intern.unit_id, Intern.id).in_(keys)
    rows = await read.all(select(Intern.id, Intern.category).where(named)) if keys else []
    category = {row.id: row.category for row in rows}
    return {line.id: _rate(line, category.get(line.intern_id), policy) for line in lines}


def _rate(line: ClaimLine, category: str | None, policy: Policy) -> Decimal:
    then = line.explanation["inputs"]
    on, region = date.fromisoformat(then["endedOn"]), then["region"]
    rate = policy.decimal("mentoring.amount", region, on, category)
    return rounded(rate, policy.text("money.rounding", region, on))
