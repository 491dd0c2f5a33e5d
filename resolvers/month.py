"""What a unit is given for a month: interns to report, interns to claim for (J25, J30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import func, select

from models import GONE, Intern, MonthlyReport, Status
from resolvers.claim_line import approved_reports, candidates
from resolvers.context import Info
from resolvers.transaction import APPROVED_PARAMETERS, policy_of
from rules.month import last_day
from rules.parameter import MissingParameter
from rules.refusal import Reason, Unreadable, refused
from rules.value import YearMonth
from rules.wording import message


@dataclass(frozen=True, slots=True)
class InternToReport:
    """An intern whose internship runs in a month, and the report that there is."""

    intern: Intern
    report: MonthlyReport | None


@dataclass(frozen=True, slots=True)
class ClaimCandidate:
    """An intern, the months that can be claimed now, and why they can't be if they can't."""

    intern: Intern
    reports: Sequence[MonthlyReport]
    amount: Decimal
    reason: Reason | None
    message: str | None


_REPORTED = strawberry.argument(description="The month reported. 月报月份")
_CLAIMED = strawberry.argument(description="Up to which month is claimed. 申领月份")


async def interns_to_report(
    info: Info, month: Annotated[YearMonth, _REPORTED]
) -> list[InternToReport]:
    """List the approved interns of a month, newest first, each with its report (J25). 待填月报."""
    unit_id, read = _own_unit(info), info.context.loaders.snapshot
    interns = select(Intern).where(
        Intern.unit_id == unit_id,
        Intern.status == Status.APPROVED,
        Intern.starts_on <= last_day(_readable(month)),
        func.coalesce(Intern.ended_on, Intern.ends_on) >= month,
    )
    reports = select(MonthlyReport).where(
        MonthlyReport.unit_id == unit_id,
        MonthlyReport.month == month,
        MonthlyReport.status.not_in(GONE),
    )
    known = {report.intern_id: report for (report,) in await read.all(reports)}
    rows = await read.all(interns.order_by(Intern.id.desc()))
    return [InternToReport(intern, known.get(intern.id)) for (intern,) in rows]


async def living_allowance_candidates(
    info: Info, month: Annotated[YearMonth, _CLAIMED]
) -> list[ClaimCandidate]:
    """List the unit's interns with what could be claimed up to a month (J29, J30). 可申领人员."""
    unit_id, read = _own_unit(info), info.context.loaders.snapshot
    approved = Intern.unit_id == unit_id, Intern.status == Status.APPROVED
    statement = select(Intern).where(*approved).order_by(Intern.id.desc())
    interns = [row for (row,) in await read.all(statement)]
    reports = [row for (row,) in await read.all(approved_reports(unit_id, _readable(month)))]
    policy = policy_of(await read.all(APPROVED_PARAMETERS))
    language = info.context.viewer.language
    try:
        judged = candidates(interns, reports, month, policy)
    except MissingParameter as missing:
        raise refused(
            Reason.PARAMETER_MISSING, key=missing.key, region=missing.region, date=missing.on
        ) from missing
    found = []
    for candidate in judged:
        lacking, chosen = candidate.found.lacking, {m.id for m in candidate.found.months}
        found.append(
            ClaimCandidate(
                candidate.intern,
                [report for report in candidate.reports if report.id in chosen],
                candidate.found.amount,
                lacking.reason if lacking else None,
                message(lacking, language).text if lacking else None,
            )
        )
    return found


def _own_unit(info: Info) -> UUID:
    unit_id = info.context.viewer.unit_id
    if unit_id is None:
        raise refused(Reason.NOT_FOUND)
    return unit_id


def _readable(month: date | Unreadable) -> date:
    if isinstance(month, Unreadable):
        raise refused(month.reason, "month")
    return month
