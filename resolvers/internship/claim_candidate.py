"""Whom a unit may claim for, before it does: told from a snapshot, by the claims' own rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import and_, select

from loaders.filter import Filter, Operator
from loaders.page import Page, Window, replace_nodes
from loaders.snapshot import Snapshot
from models import DISCARDED_STATUSES, Claim, ClaimLine, Intern, MonthlyReport, Status
from resolvers.internship import allowance
from resolvers.internship.declaration import load_declarations_in_force
from resolvers.internship.reporting_month import require_own_unit, require_readable_month
from resolvers.kernel.context import Info
from resolvers.kernel.decision_reader import load_snapshot_policy, refuse_missing_parameters
from rules.claims.claim import ReportedMonth, find_month_faults
from rules.kernel import explanation
from rules.kernel.explanation import Shortfall
from rules.kernel.month import is_running_in
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.value import YearMonth
from rules.kernel.viewer import Language
from rules.kernel.wording import format_fault


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateMonth:
    """A month of an intern: what a line would ask for it, or all that stands in the way."""

    report: MonthlyReport
    amount: Decimal | None
    claim: Claim | None
    shortfalls: Sequence[Shortfall]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCandidate:
    """An intern, the months that can be claimed now, and why they can't be if they can't."""

    intern: Intern
    reports: Sequence[MonthlyReport]
    amount: Decimal
    reason: Reason | None
    message: str | None
    months: Sequence[CandidateMonth]


_APPROVED = Filter(
    name="approved", type=Status, column="status", operator=Operator.IS, description=""
)
_CLAIMED = strawberry.argument(description="Up to which month is claimed. 申领月份")


async def load_living_allowance_candidates(
    info: Info, month: Annotated[YearMonth, _CLAIMED]
) -> list[ClaimCandidate]:
    """List interns, newest first, with what could be claimed up to a month (J29). 可申领人员."""
    unit_id, read = require_own_unit(info), info.context.loaders.snapshot
    approved = Intern.unit_id == unit_id, Intern.status == Status.APPROVED
    interns = select(Intern).where(*approved).order_by(Intern.id.desc())
    return await _evaluate_interns(info, [row for (row,) in await read.load_rows(interns)], month)


async def load_page_of_candidates(
    info: Info, window: Window, month: YearMonth
) -> Page[ClaimCandidate]:
    """Read a page of interns with what could be claimed up to a month (J29)."""
    require_own_unit(info)
    context = info.context
    approved = replace(window, narrowed=(*window.narrowed, (_APPROVED, Status.APPROVED)))
    whose = context.viewer, context.service.today()
    page = await context.loaders.load_table_page(Intern, approved, *whose)
    return replace_nodes(page, await _evaluate_interns(info, page.nodes, month))


async def _evaluate_interns(
    info: Info, interns: Sequence[Intern], month: YearMonth
) -> list[ClaimCandidate]:
    """Judge each intern by their own reports, as a claim would."""
    unit_id, read = require_own_unit(info), info.context.loaders.snapshot
    up_to, language = require_readable_month(month), info.context.viewer.language
    standing = select(MonthlyReport).where(
        MonthlyReport.unit_id == unit_id,
        MonthlyReport.intern_id.in_([intern.id for intern in interns]),
        MonthlyReport.status.not_in(DISCARDED_STATUSES),
    )
    by_age = standing.order_by(MonthlyReport.month, MonthlyReport.id)
    reports = [row for (row,) in await read.load_rows(by_age)]
    claims = await _load_holding_claims(read, unit_id)
    policy = await load_snapshot_policy(read)
    countable = [r for r in reports if r.status is Status.APPROVED]
    with refuse_missing_parameters():
        judged = allowance.evaluate_candidates(interns, countable, up_to, policy)
        declared = await load_declarations_in_force(read, unit_id)
        today = info.context.service.today()
        judged = allowance.close_candidates(judged, declared, policy, today)
    months: defaultdict[UUID, list[MonthlyReport]] = defaultdict(list)
    for report in reports:
        months[report.intern_id].append(report)
    return [
        _build_claim_candidate(
            c,
            [_build_candidate_month(c, r, up_to, claims, language) for r in months[c.intern.id]],
            language,
        )
        for c in judged
    ]


async def _load_holding_claims(read: Snapshot, unit_id: UUID) -> Mapping[UUID, Claim]:
    """Return by which of the unit's claims each holding line is held (X15)."""
    own = and_(Claim.unit_id == ClaimLine.unit_id, Claim.id == ClaimLine.claim_id)
    held = select(ClaimLine.id, Claim).join(Claim, own)
    rows = await read.load_rows(held.where(ClaimLine.unit_id == unit_id, ClaimLine.held))
    return dict(row for row in rows)


def _build_claim_candidate(
    candidate: allowance.AllowanceCandidate, months: Sequence[CandidateMonth], language: Language
) -> ClaimCandidate:
    lacking = candidate.claimable.lacking
    return ClaimCandidate(
        intern=candidate.intern,
        reports=[report for report in candidate.reports if report.id in candidate.report_ids],
        amount=candidate.claimable.amount,
        reason=lacking.reason if lacking else None,
        message=format_fault(lacking, language).text if lacking else None,
        months=months,
    )


def _build_candidate_month(
    candidate: allowance.AllowanceCandidate,
    report: MonthlyReport,
    up_to: date,
    claims: Mapping[UUID, Claim],
    language: Language,
) -> CandidateMonth:
    """Return what a line would ask for a report, and all that stands in the way (J30, X3)."""
    amount = dict(candidate.report_amounts).get(report.id)
    claim = claims.get(report.held_by) if report.held_by else None
    if amount is not None:
        return CandidateMonth(report=report, amount=amount, claim=None, shortfalls=())
    again = candidate.assessments.get(report.id)
    assessment = again.explanation if again else report.assessment
    why = [
        explanation.describe_shortfall(f, language)
        for f in _find_month_faults(candidate, report, up_to, claim)
    ]
    return CandidateMonth(
        report=report,
        amount=None,
        claim=claim,
        shortfalls=[*why, *explanation.describe_shortfalls(assessment, language)],
    )


def _find_month_faults(
    candidate: allowance.AllowanceCandidate, report: MonthlyReport, up_to: date, claim: Claim | None
) -> Sequence[Fault]:
    intern = candidate.intern
    starts, ends = intern.starts_on, intern.ended_on or intern.ends_on
    if not is_running_in(starts, ends, report.month):
        name = f"{report.month:%Y-%m}"
        return [fault(Reason.MONTH_NOT_RUN, month=name, starts=starts, ends=ends)]
    again = candidate.assessments.get(report.id)
    payable = again.payable if again else report.payable_subsidy
    month = ReportedMonth(
        id=report.id,
        month=report.month,
        status=report.status,
        days_attended=report.days_attended,
        payable=payable,
        held_by=report.held_by,
    )
    return find_month_faults(month, up_to, candidate.claimable, claim.month if claim else None)
