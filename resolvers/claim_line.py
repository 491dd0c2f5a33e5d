"""The lines of a claim, and the monthly reports that they hold (J29, J30, X15)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update

from models import Claim, ClaimedReport, ClaimLine, Intern, LineState, MonthlyReport, Status
from resolvers.transaction import Transaction, write_alike
from rules import explanation
from rules.claim import Claimable, Month, claimable
from rules.month import first_of, ran_in
from rules.monthly_report import Assessment, assess
from rules.parameter import Parameter, Policy


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intern, the months that could be claimed, and why they can't be if they can't (J30).

    `assessments` are those of the reports that no other line holds, as parameters stand now (X20);
    `used` are all parameters that were asked for.
    """

    intern: Intern
    reports: Sequence[MonthlyReport]
    found: Claimable
    assessments: Mapping[UUID, Assessment]
    used: Sequence[Parameter]

    def explained(self, chosen: Collection[UUID]) -> dict[str, Any]:
        """Put down what a line on some of the reports comes to, and why (X5)."""
        paid = [
            (report.month, assessment.payable)
            for report in self.reports
            if report.id in chosen
            and (assessment := self.assessments.get(report.id))
            and assessment.payable is not None
        ]
        return explanation.line(paid, self.used)


async def reports_up_to(
    tx: Transaction, unit_id: UUID, month: date, *, lock: bool
) -> Sequence[MonthlyReport]:
    """Read the unit's approved reports up to a month, oldest first; locked as all lock them."""
    statement = approved_reports(unit_id, month)
    if not lock:
        return await tx.all(statement)
    by_key = statement.order_by(None).order_by(MonthlyReport.id).with_for_update()
    return sorted(await tx.all(by_key), key=lambda report: (report.month, report.id))


def approved_reports(unit_id: UUID, month: date) -> Select[MonthlyReport]:
    """Write the statement for a unit's approved reports up to a month (J30)."""
    return (
        select(MonthlyReport)
        .where(
            MonthlyReport.unit_id == unit_id,
            MonthlyReport.status == Status.APPROVED,
            MonthlyReport.month <= month,
        )
        .order_by(MonthlyReport.month, MonthlyReport.id)
    )


def candidates(
    interns: Sequence[Intern],
    reports: Sequence[MonthlyReport],
    month: date,
    policy: Policy,
    own_lines: Mapping[UUID, UUID] | None = None,
) -> Sequence[Candidate]:
    """Judge each intern's months (J29, J30); `own_lines` are the claim's own, by intern."""
    by_intern: defaultdict[UUID, list[MonthlyReport]] = defaultdict(list)
    for report in reports:
        by_intern[report.intern_id].append(report)
    own = own_lines or {}
    return [_judged(i, by_intern[i.id], month, policy.afresh(), own.get(i.id)) for i in interns]


def _judged(
    intern: Intern,
    reports: Sequence[MonthlyReport],
    month: date,
    policy: Policy,
    own_line: UUID | None,
) -> Candidate:
    """Judge the months of an intern's term as it stands now; others neither count nor are paid."""
    ends_on = intern.ended_on or intern.ends_on
    reports = [r for r in reports if ran_in(intern.starts_on, ends_on, r.month)]
    region, category = intern.region, intern.category
    least = policy.integer("internship.min_months_for_claim", region, month)
    assessments = {
        r.id: assess(category, _fixed_region(r), r.month, r.days_attended, r.wage_paid, policy)
        for r in reports
        if r.held_by in {None, own_line}
    }
    months = [
        Month(r.id, r.month, r.status, r.days_attended, _payable(r, assessments), r.held_by)
        for r in reports
    ]

    def least_days(when: date) -> int:
        return policy.integer("internship.min_days", region, when, category)

    found = claimable(months, month, least, least_days, own_line)
    return Candidate(intern, reports, found, assessments, policy.used)


def _fixed_region(report: MonthlyReport) -> str:
    """Tell the region that a report was submitted for, wherever the unit is now (X21)."""
    region: str = report.assessment["inputs"]["region"]
    return region


def _payable(report: MonthlyReport, assessments: Mapping[UUID, Assessment]) -> Decimal | None:
    again = assessments.get(report.id)
    return again.payable if again else report.payable_subsidy


def recompute(tx: Transaction, candidate: Candidate) -> None:
    """Write what the candidate's free reports come to now, where that has changed (X20)."""
    for report in candidate.reports:
        again = candidate.assessments.get(report.id)
        if again is None or report.assessment == again.explanation:
            continue
        if again.payable != report.payable_subsidy:
            tx.change(report, {"payable_subsidy": again.payable}, "RECOMPUTE")
        report.assessment = dict(again.explanation)
        write_alike(report, ("payable_subsidy", "assessment", "version", "updated_at"))


async def candidates_of(
    tx: Transaction, unit_id: UUID, month: date, own: Sequence[ClaimLine] = ()
) -> Sequence[Candidate]:
    """Judge the approved interns of a unit up to a month (J29, J30)."""
    reports = await reports_up_to(tx, unit_id, first_of(month), lock=True)
    approved = (Intern.unit_id == unit_id, Intern.status == Status.APPROVED)
    interns = await tx.all(select(Intern).where(*approved).order_by(Intern.id))
    own_lines = {line.intern_id: line.id for line in own if line.intern_id}
    return candidates(interns, reports, month, await tx.policy(), own_lines)


def part_of(claim: Claim, unit_name: str) -> dict[str, Any]:
    """Give what every line tells its person of the claim that it is part of (J16)."""
    return {
        "unit_id": claim.unit_id,
        "region": claim.region,
        "claim_id": claim.id,
        "claim_kind": claim.kind,
        "claim_status": claim.status,
        "claim_month": claim.month,
        "unit_name": unit_name,
    }


def make_line(claim: Claim, unit_name: str, candidate: Candidate) -> ClaimLine:
    """Make an intern's line (J30, X5)."""
    intern, found = candidate.intern, candidate.found
    return ClaimLine(
        **part_of(claim, unit_name),
        person_id=intern.person_id,
        intern_id=intern.id,
        state=LineState.OPEN,
        amount=found.amount,
        explanation=candidate.explained({month.id for month in found.months}),
    )


def stand_on(line: ClaimLine, candidate: Candidate) -> list[ClaimedReport]:
    """Put down which reports a written line stands on."""
    return [
        ClaimedReport(
            unit_id=line.unit_id,
            region=line.region,
            line_id=line.id,
            report_id=month.id,
            amount=month.payable,
            held=False,
        )
        for month in candidate.found.months
    ]


async def lines_of(tx: Transaction, claim: Claim) -> Sequence[ClaimLine]:
    """Hold a claim's lines."""
    statement = select(ClaimLine).where(
        ClaimLine.unit_id == claim.unit_id, ClaimLine.claim_id == claim.id
    )
    return await tx.all(statement.order_by(ClaimLine.id).with_for_update())


async def stood_on(tx: Transaction, lines: Iterable[ClaimLine]) -> Mapping[UUID, set[UUID]]:
    """Tell which reports each of a claim's lines stands on."""
    own = {line.id: line.unit_id for line in lines}
    statement = select(ClaimedReport).where(
        ClaimedReport.unit_id.in_(set(own.values())), ClaimedReport.line_id.in_(own)
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for claimed in await tx.all(statement):
        found[claimed.line_id].add(claimed.report_id)
    return found


async def hold(tx: Transaction, unit_id: UUID, lines: Collection[UUID]) -> None:
    """Let lines hold their reports: no other line may have them from now on (J30, X15)."""
    of_lines = (ClaimedReport.unit_id == unit_id, ClaimedReport.line_id.in_(lines))
    await tx.session.execute(update(ClaimedReport).where(*of_lines).values(held=True))
    await tx.session.execute(
        update(MonthlyReport)
        .where(
            MonthlyReport.unit_id == unit_id,
            ClaimedReport.report_id == MonthlyReport.id,
            *of_lines,
        )
        .values(held_by=ClaimedReport.line_id)
        .execution_options(synchronize_session=False)
    )


async def release(tx: Transaction, unit_id: UUID, lines: Collection[UUID]) -> None:
    """Free what lines held, and nothing that another line holds by now (X15)."""
    held = (MonthlyReport.unit_id == unit_id, MonthlyReport.held_by.in_(lines))
    in_order = select(MonthlyReport.id).where(*held).order_by(MonthlyReport.id)
    await tx.session.execute(in_order.with_for_update())
    of_lines = (ClaimedReport.unit_id == unit_id, ClaimedReport.line_id.in_(lines))
    await tx.session.execute(update(ClaimedReport).where(*of_lines).values(held=False))
    await tx.session.execute(
        update(MonthlyReport)
        .where(*held)
        .values(held_by=None)
        .execution_options(synchronize_session=False)
    )
