"""What interns could be claimed for: their months, judged as things stand now (J29, J30, X20)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models import ClaimLine, Intern, MonthlyReport, Status
from resolvers.internship.declaration import lock_declarations_in_force
from resolvers.kernel.transaction import Transaction, mark_columns_dirty
from rules.claims.claim import Claimable, ReportedMonth, select_claimable_months
from rules.internship.monthly_report import ReportAssessment, assess_report
from rules.internship.standing import DeclarationInForce, find_closing_fault
from rules.kernel import explanation
from rules.kernel.month import is_running_in, to_month
from rules.kernel.parameter import Parameter, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCandidate:
    """An intern, the months that could be claimed, and why they can't be if they can't (J30).

    `assessments` are those of the reports that no other line holds, as parameters stand now (X20);
    `used` are all parameters that were asked for.
    """

    intern: Intern
    reports: Sequence[MonthlyReport]
    claimable: Claimable
    assessments: Mapping[UUID, ReportAssessment]
    used: Sequence[Parameter]

    @property
    def report_amounts(self) -> Sequence[tuple[UUID, Decimal]]:
        """List the reports that a line would stand on, and what is claimed for each."""
        return [(month.id, month.payable or Decimal(0)) for month in self.claimable.months]

    @property
    def report_ids(self) -> Collection[UUID]:
        """Name the reports that a line would stand on."""
        return {month.id for month in self.claimable.months}

    def build_explanation(self, chosen: Collection[UUID]) -> dict[str, Any]:
        """Return what a line on some of the reports comes to, and why (X5)."""
        paid = [
            (report.month, assessment.payable)
            for report in self.reports
            if report.id in chosen
            and (assessment := self.assessments.get(report.id))
            and assessment.payable is not None
        ]
        return explanation.build_line_explanation(paid, self.used)


async def lock_approved_reports(tx: Transaction, unit_id: UUID) -> Sequence[MonthlyReport]:
    """Hold all of the unit's approved reports, in the order in which all hold them (J29)."""
    statement = select(MonthlyReport).where(
        MonthlyReport.unit_id == unit_id, MonthlyReport.status == Status.APPROVED
    )
    held = await tx.all(statement.order_by(MonthlyReport.id).with_for_update())
    return sorted(held, key=lambda report: (report.month, report.id))


def evaluate_candidates(
    interns: Sequence[Intern],
    reports: Sequence[MonthlyReport],
    month: date,
    policy: Policy,
    own_lines: Mapping[UUID, UUID] | None = None,
) -> Sequence[AllowanceCandidate]:
    """Judge each intern's months (J29, J30); `own_lines` are the claim's own, by intern.

    The reports are all that are approved: later ones count as attended, and are not claimed.
    """
    by_intern: defaultdict[UUID, list[MonthlyReport]] = defaultdict(list)
    for report in reports:
        by_intern[report.intern_id].append(report)
    own = own_lines or {}
    return [
        _evaluate_candidate(i, by_intern[i.id], month, policy.new_usage_recorder(), own.get(i.id))
        for i in interns
    ]


def _evaluate_candidate(
    intern: Intern,
    reports: Sequence[MonthlyReport],
    month: date,
    policy: Policy,
    own_line: UUID | None,
) -> AllowanceCandidate:
    """Judge the months of an intern's term as it stands now; others neither count nor are paid."""
    ends_on = intern.ended_on or intern.ends_on
    reports = [r for r in reports if is_running_in(intern.starts_on, ends_on, r.month)]
    region, category = intern.region, intern.category
    least = policy.get_integer("internship.min_months_for_claim", region, month)
    assessments = {
        r.id: assess_report(
            category, _get_fixed_region(r), r.month, r.days_attended, r.wage_paid, policy
        )
        for r in reports
        if r.held_by in {None, own_line} and r.month <= month
    }
    months = [
        ReportedMonth(
            id=r.id,
            month=r.month,
            status=r.status,
            days_attended=r.days_attended,
            payable=_get_payable(r, assessments),
            held_by=r.held_by,
        )
        for r in reports
    ]

    def least_days(when: date) -> int:
        return policy.get_integer("internship.min_days", region, when, category)

    found = select_claimable_months(months, month, least, least_days, own_line)
    return AllowanceCandidate(
        intern=intern, reports=reports, claimable=found, assessments=assessments, used=policy.used
    )


def _get_fixed_region(report: MonthlyReport) -> str:
    """Return the region that a report was submitted for, wherever the unit is now (X21)."""
    region: str = report.assessment["inputs"]["region"]
    return region


def _get_payable(
    report: MonthlyReport, assessments: Mapping[UUID, ReportAssessment]
) -> Decimal | None:
    again = assessments.get(report.id)
    return again.payable if again else report.payable_subsidy


def recompute_reports(tx: Transaction, candidate: AllowanceCandidate) -> None:
    """Write what the candidate's free reports come to now, where that has changed (X20)."""
    for report in candidate.reports:
        again = candidate.assessments.get(report.id)
        if again is None or report.assessment == again.explanation:
            continue
        if again.payable != report.payable_subsidy:
            tx.change(report, {"payable_subsidy": again.payable}, "RECOMPUTE")
        report.assessment = dict(again.explanation)
        mark_columns_dirty(report, ("payable_subsidy", "assessment", "version", "updated_at"))


def close_candidates(
    candidates: Sequence[AllowanceCandidate],
    declared: Sequence[DeclarationInForce],
    policy: Policy,
    today: date,
) -> Sequence[AllowanceCandidate]:
    """Leave nothing to be claimed for interns whose own declaration ended too long ago (X19)."""
    barred = (
        find_closing_fault(declared, each.intern.starts_on, policy, today) for each in candidates
    )
    return [
        replace(each, claimable=Claimable((), Decimal(0), why)) if why else each
        for each, why in zip(candidates, barred, strict=True)
    ]


async def evaluate_unit_candidates(
    tx: Transaction, unit_id: UUID, month: date, own: Sequence[ClaimLine] = (), *, review: bool
) -> Sequence[AllowanceCandidate]:
    """Judge the approved interns of a unit up to a month (J29, J30).

    What was submitted in time is reviewed whenever that is (X19).
    """
    reports = await lock_approved_reports(tx, unit_id)
    approved = (Intern.unit_id == unit_id, Intern.status == Status.APPROVED)
    interns = await tx.all(select(Intern).where(*approved).order_by(Intern.id))
    own_lines = {line.intern_id: line.id for line in own if line.intern_id}
    policy = await tx.load_policy()
    found = evaluate_candidates(interns, reports, to_month(month), policy, own_lines)
    if review:
        return found
    declared = await lock_declarations_in_force(tx, unit_id)
    return close_candidates(found, declared, policy.new_usage_recorder(), tx.today)
