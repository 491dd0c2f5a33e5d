"""Interns' terms after approval: what else changes with them (X16, J23, J40)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from models import DISCARDED_STATUSES, Intern, MonthlyReport
from resolvers.internship import early_end, intern, internship_term, monthly_report, post_assignment
from resolvers.internship.declaration import require_approved_declaration
from resolvers.internship.intern import InternChange
from resolvers.kernel.partial_change import change_in_part
from resolvers.kernel.transaction import Transaction
from rules.internship import change_request as rules
from rules.internship.monthly_report import ReportableTerm
from rules.internship.standing import find_ended_fault
from rules.kernel.action import Action
from rules.kernel.refusal import Reason, Refusal, fault, refuse_if
from rules.kernel.value import Day


@change_in_part("takes_effect_on")
class InternRevision(InternChange):
    """On what terms an approved intern is to work, and from which day on at another post."""

    takes_effect_on: Day | None = None


async def validate_change(
    tx: Transaction, row: Intern, input: InternRevision
) -> Mapping[str, object]:
    """Judge an approved intern's new terms by all rules, and give the new values (X16, J40)."""
    barred = find_ended_fault(Action.REQUEST_CHANGE, row.ended_on)
    if barred:
        raise Refusal(barred)
    await require_approved_declaration(tx, row.unit_id)
    values = await intern.validate_change(tx, row, input)
    known = await post_assignment.load_assignments(tx, [row])
    since = [assigned.since for assigned in known.get(row.id, ())]
    moves, on = values["post_id"] != row.post_id, input.takes_effect_on
    reports = await _lock_reports(tx, row)
    term = ReportableTerm(True, input.starts_on, input.ends_on)
    told = [early_end.build_report_state(report, least_days=0) for report in reports]
    refuse_if(
        [
            *rules.find_effective_date_faults(moves, on, input.starts_on, input.ends_on, since),
            *rules.find_reported_month_faults(told, term, tx.today),
        ]
    )
    if input.category is not row.category and any(report.held_by for report in reports):
        refuse_if([fault(Reason.REPORT_HELD, "category")])
    return values


async def apply_change(
    tx: Transaction, row: Intern, before: Mapping[str, object], input: InternRevision
) -> None:
    """Change the person's time, the posts and the reports by the new terms (J23, J27, J40)."""
    came_from, on = before["post_id"], input.takes_effect_on
    if isinstance(came_from, UUID) and on is not None:
        await post_assignment.record_move(tx, row, came_from, on)
    if before["category"] is not row.category:
        await monthly_report.reassess_reports(tx, row, await _lock_reports(tx, row))
    await internship_term.reserve_terms(tx, [row])


async def _lock_reports(tx: Transaction, row: Intern) -> Sequence[MonthlyReport]:
    statement = select(MonthlyReport).where(
        MonthlyReport.unit_id == row.unit_id,
        MonthlyReport.intern_id == row.id,
        MonthlyReport.status.not_in(DISCARDED_STATUSES),
    )
    return await tx.all(statement.order_by(MonthlyReport.id).with_for_update())
