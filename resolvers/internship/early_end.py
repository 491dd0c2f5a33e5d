"""What follows when internships end before months already reported: all of it at once (J39)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from models import (
    Claim,
    ClaimLine,
    Clawback,
    Intern,
    LineState,
    MonthlyReport,
    Reduction,
    Status,
)
from resolvers.claims import claim_line, claim_review
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transition_follower
from resolvers.payment import clawback
from rules.internship import early_end as rules
from rules.internship.early_end import LineRemedy, ReportOutcome, ReportState, ReservingLine
from rules.internship.monthly_report import (
    ReportableTerm,
    assess_report,
    count_possible_days,
)
from rules.kernel.action import Action
from rules.kernel.explanation import empty_amount
from rules.kernel.month import EARLIEST_DATE
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason, build_refusal
from rules.payment.clawback import FIRST_LINE_GONE_CAUSE, is_of_end

NEVER_BEGUN = EARLIEST_DATE
"""The last day of an internship that never began: every month lies after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InternshipEnd:
    """Whose internship ends on which day, why, and the reduction that says so, if one does."""

    intern: Intern
    ended_on: date
    reduction_id: UUID | None
    why: str

    @property
    def term(self) -> ReportableTerm:
        """Return the term as it is now."""
        return ReportableTerm(True, self.intern.starts_on, self.ended_on)


@dataclass(frozen=True, slots=True)
class _LockedClaims:
    """The interns' lines, their claims, and what each line asks for the reports that it holds."""

    claims: Mapping[UUID, Claim]
    lines: Mapping[UUID, ClaimLine]
    amounts: Mapping[UUID, Mapping[UUID, Decimal]]
    supplemented: Mapping[UUID, Mapping[UUID, Decimal]]
    """What the first lines of supplements asked for, whatever became of these lines (X20)."""

    def list_supplemented_reports(self, intern: Intern) -> Collection[UUID]:
        """List the reports of an intern's lines that have supplements (X20)."""
        firsts = {line.supplements_id for line in self._list_own(intern) if line.supplements_id}
        return {report for first in firsts for report in self.supplemented[first]}

    def list_paid_reports(self, intern: Intern, struck: Collection[UUID]) -> Collection[UUID]:
        """List the reports that an intern's lines hold, and for which something is paid.

        `struck` are the lines that the end strikes: what supplements of them were paid comes back.
        """
        paid = [line for line in self._list_own(intern) if line.state is LineState.PAID]
        holding = {line.supplements_id or line.id for line in paid} - {*struck}
        return {report for line in holding for report in self.amounts.get(line, ())}

    def get_lines(self, intern: Intern, dues: Mapping[UUID, Decimal]) -> list[ReservingLine]:
        """Return an intern's lines; a supplement has part in what its first line's months lack.

        `dues` are what the reports come to by the parameters of today.
        """
        own = self._list_own(intern)
        return [ReservingLine(line.id, line.state, self._get_amounts(line, dues)) for line in own]

    def _list_own(self, intern: Intern) -> Sequence[ClaimLine]:
        return [line for line in self.lines.values() if line.intern_id == intern.id]

    def _get_amounts(self, line: ClaimLine, dues: Mapping[UUID, Decimal]) -> Mapping[UUID, Decimal]:
        if line.supplements_id is None:
            return self.amounts[line.id]
        asked = self.supplemented[line.supplements_id]
        return rules.split_supplement(line.amount, {r: dues[r] - asked[r] for r in asked})


def build_report_state(report: MonthlyReport, least_days: int) -> ReportState:
    """Return what the rule asks of a report."""
    return ReportState(
        id=report.id,
        month=report.month,
        status=report.status,
        days_attended=report.days_attended,
        least_days=least_days,
    )


async def apply_consequences(tx: Transaction, endings: Sequence[InternshipEnd]) -> None:
    """Void or reopen reports, strike unpaid lines, propose clawback of paid ones (J39).

    Claims are held first, then lines, then reports, as all hold them. The interns are held already.
    """
    interns = {ending.intern.id: ending for ending in endings}
    if not interns:
        return
    unit_id = endings[0].intern.unit_id
    claimed = await _lock_claims(tx, unit_id, interns)
    reports = await _lock_reports(tx, unit_id, interns)
    if any(report.held_by and report.held_by not in claimed.lines for report in reports):
        claimed = await _lock_claims(tx, unit_id, interns)  # a claim came in between; none can now
    policy = await tx.load_policy()
    for ending in endings:
        own = [report for report in reports if report.intern_id == ending.intern.id]
        await _apply_to_intern(tx, ending, own, claimed, policy)
    await tx.session.flush()


def _compute_due(report: MonthlyReport, policy: Policy) -> Decimal:
    """Compute what a month comes to by the parameters of today, as it was reported (X20, X21)."""
    inputs = report.assessment["inputs"]
    figures = report.month, report.days_attended, report.wage_paid
    own = policy.new_usage_recorder()
    assessed = assess_report(inputs["category"], inputs["region"], *figures, own)
    return assessed.payable or Decimal(0)


async def _apply_to_intern(
    tx: Transaction,
    ending: InternshipEnd,
    reports: Sequence[MonthlyReport],
    claimed: _LockedClaims,
    policy: Policy,
) -> None:
    known = _build_report_states(ending.intern, reports, policy)
    touched = _find_affected_lines(tx, ending, reports, known, claimed, policy)
    if any(line.remedy is LineRemedy.WAIT for line in touched):
        raise build_refusal(Reason.LINE_IN_BATCH)
    struck = {line.id for line in touched if line.remedy is LineRemedy.STRIKE}
    for line in touched:
        row = claimed.lines[line.id]
        if line.id in struck:
            await claim_review.strike_line(tx, claimed.claims[row.claim_id], row, ending.why)
        elif not await _comes_back_whole(tx, claimed, row, struck):
            await _replace_clawback(tx, ending, row, line.paid_for)
    paid = claimed.list_paid_reports(ending.intern, struck)
    for report, facts in zip(reports, known, strict=True):
        _move_report(
            tx,
            report,
            rules.evaluate_report(facts, ending.term, tx.today),
            report.id in paid,
            ending,
            policy,
        )


def _build_report_states(
    intern: Intern, reports: Sequence[MonthlyReport], policy: Policy
) -> list[ReportState]:
    return [build_report_state(each, _get_min_days(intern, each, policy)) for each in reports]


class _AffectedLine(NamedTuple):
    """A line that can't stand as it is, and what it paid for each of the months that go."""

    id: UUID
    remedy: LineRemedy
    paid_for: Sequence[tuple[date, Decimal]]


def _find_affected_lines(
    tx: Transaction,
    ending: InternshipEnd,
    reports: Sequence[MonthlyReport],
    known: Sequence[ReportState],
    claimed: _LockedClaims,
    policy: Policy,
) -> list[_AffectedLine]:
    supplemented = claimed.list_supplemented_reports(ending.intern)
    dues = {r.id: _compute_due(r, policy) for r in reports if r.id in supplemented}
    lines = claimed.get_lines(ending.intern, dues)
    least = _get_min_months(ending, policy) if lines else 0
    months = {report.id: report.month for report in reports}
    amounts = {line.id: line.amounts for line in lines}
    return [
        _AffectedLine(
            line.id, line.remedy, [(months[r], amounts[line.id][r]) for r in line.reports]
        )
        for line in rules.find_affected_lines(lines, known, ending.term, tx.today, least)
    ]


async def _comes_back_whole(
    tx: Transaction, claimed: _LockedClaims, line: ClaimLine, struck: Collection[UUID]
) -> bool:
    """Tell whether all that a supplement paid comes back, as its first line goes or went (X20).

    Where that proposal was rejected, what it paid for months that are void comes back at least,
    whatever an officer proposed instead.
    """
    first = line.supplements_id
    if first is None or first in struck:
        return first is not None
    if first in claimed.lines:  # it stands
        return False
    return await clawback.is_clawback_pending(tx, line, FIRST_LINE_GONE_CAUSE)


async def _replace_clawback(
    tx: Transaction,
    ending: InternshipEnd,
    line: ClaimLine,
    months: Sequence[tuple[date, Decimal]],
) -> None:
    """Propose to claw back what a paid line has too much; an older proposal gives way (X1, X2).

    What was clawed back of the line before counts first for these months: it is no more than due.
    Where an officer proposed as much or more, theirs stands: it has other grounds as well.
    """
    earlier = await _load_earlier_amount(tx, line)
    amount, told = rules.compute_amount(months, earlier), rules.build_explanation(months, earlier)
    officers = await clawback.load_pending_amount(tx, line)
    if officers is not None and officers >= amount:
        return  # once that is rejected, `propose_after_rejection` comes back to it
    await clawback.void_pending_clawbacks(tx, line)
    if amount > 0:
        await clawback.create_clawback(tx, line, amount, ending.why, told, ending.reduction_id)


async def _load_earlier_amount(tx: Transaction, line: ClaimLine) -> Decimal:
    """Return what was clawed back of a line before, in yuan."""
    left = await clawback.load_amounts_left(tx, [line])
    return line.amount - left[line.id]


async def propose_after_rejection(tx: Transaction, rows: Sequence[Clawback]) -> None:
    """Propose what ends take back of lines whose other proposal was rejected (J39, ADR 0104).

    The end proposed nothing while that one stood. What an officer rejected of the end's own is not
    proposed again by itself.
    """
    for row in rows:
        if is_of_end(row):
            continue
        line = await tx.session.get_one(ClaimLine, (row.unit_id, row.line_id))
        ending = None if line.intern_id is None else await _find_ending(tx, line)
        if ending is not None:
            await _propose_for_line(tx, ending, line)


declare_transition_follower(RecordKind.CLAWBACK, Action.REFUSE, propose_after_rejection)


async def _find_ending(tx: Transaction, line: ClaimLine) -> InternshipEnd | None:
    """Find how the internship of a line's intern ended early, which is held; None if it did not."""
    key = (line.unit_id, line.intern_id)
    intern = await tx.session.get_one(Intern, key, with_for_update=True, populate_existing=True)
    if intern.status is Status.VOIDED:
        why = intern.reason or ""
        return InternshipEnd(intern=intern, ended_on=NEVER_BEGUN, reduction_id=None, why=why)
    if intern.ended_on is None:
        return None
    approved = select(Reduction.id).where(
        Reduction.unit_id == intern.unit_id,
        Reduction.intern_id == intern.id,
        Reduction.status == Status.APPROVED,
    )
    return InternshipEnd(
        intern=intern,
        ended_on=intern.ended_on,
        reduction_id=await tx.session.scalar(approved),
        why=rules.describe_cause(intern.ended_on),
    )


async def _propose_for_line(tx: Transaction, ending: InternshipEnd, line: ClaimLine) -> None:
    """Propose what an end that was applied before takes back of one line."""
    intern = ending.intern
    claimed = await _lock_claims(tx, intern.unit_id, [intern.id])
    reports = await _lock_reports(tx, intern.unit_id, [intern.id])
    policy = await tx.load_policy()
    known = _build_report_states(intern, reports, policy)
    for each in _find_affected_lines(tx, ending, reports, known, claimed, policy):
        if each.id != line.id or each.remedy is not LineRemedy.CLAW_BACK:
            continue
        amount = rules.compute_amount(each.paid_for, await _load_earlier_amount(tx, line))
        refused = await clawback.was_refused_for_end(tx, line, ending.reduction_id, amount)
        if not refused and not await _comes_back_whole(tx, claimed, line, ()):
            await _replace_clawback(tx, ending, line, each.paid_for)


async def undo_consequences(tx: Transaction, reduction: Reduction) -> None:
    """Undo what can be undone: proposals are void, and what stays paid counts again (J30, J39)."""
    of_reduction = (
        Clawback.unit_id == reduction.unit_id,
        Clawback.reduction_id == reduction.id,
    )
    proposed = select(Clawback).where(*of_reduction, Clawback.status == Status.SUBMITTED)
    for row in await tx.all(proposed.order_by(Clawback.id).with_for_update()):
        tx.move(row, RecordKind.CLAWBACK, Action.VOID)
    # What the reduction itself took back is not paid any more: that month is reported anew.
    confirmed = select(Clawback.line_id).where(*of_reduction, Clawback.status == Status.APPROVED)
    paid = (
        select(MonthlyReport)
        .join(ClaimLine, _match_holding_line())
        .where(
            MonthlyReport.unit_id == reduction.unit_id,
            MonthlyReport.intern_id == reduction.intern_id,
            MonthlyReport.status == Status.VOIDED,
            ClaimLine.state.in_(clawback.WAS_PAID),
            ClaimLine.id.not_in(confirmed),
        )
    )
    for report in await tx.all(paid.order_by(MonthlyReport.id).with_for_update(of=MonthlyReport)):
        tx.move(report, RecordKind.MONTHLY_REPORT, Action.RESTORE)
        payable = report.assessment["payable"]
        report.payable_subsidy = None if payable is None else Decimal(payable)


def _match_holding_line() -> ColumnElement[bool]:
    same_unit = ClaimLine.unit_id == MonthlyReport.unit_id
    return and_(same_unit, ClaimLine.id == MonthlyReport.held_by)


def _move_report(
    tx: Transaction,
    report: MonthlyReport,
    fate: ReportOutcome,
    paid: bool,
    ending: InternshipEnd,
    policy: Policy,
) -> None:
    """Void a report after the end; one of the last month goes back, but not while it is paid.

    Neither shows an amount from then on (J39).
    """
    if fate is ReportOutcome.VOID:
        tx.move(report, RecordKind.MONTHLY_REPORT, Action.VOID, ending.why)
        # The assessment stays as it was: a report that is restored has its amount from there.
        report.payable_subsidy = None
    elif fate is ReportOutcome.REOPEN and not paid and report.status in _DECIDED_STATUSES:
        days = count_possible_days(ending.term, report.month, tx.today)
        figures = report.region, report.month, days, report.wage_paid
        left = assess_report(ending.intern.category, *figures, policy.new_usage_recorder())
        why = rules.describe_reopening(ending.ended_on, days, left.payable)
        tx.move(report, RecordKind.MONTHLY_REPORT, Action.REOPEN, why)
        report.payable_subsidy, report.assessment = None, empty_amount(report.assessment)


_DECIDED_STATUSES = (Status.SUBMITTED, Status.APPROVED)


async def _lock_claims(tx: Transaction, unit_id: UUID, interns: Collection[UUID]) -> _LockedClaims:
    of_interns = (
        ClaimLine.unit_id == unit_id,
        ClaimLine.intern_id.in_(interns),
        ClaimLine.state.in_(rules.REMEDY_BY_STATE),
    )
    named = select(ClaimLine.claim_id).where(*of_interns)
    claims = select(Claim).where(Claim.unit_id == unit_id, Claim.id.in_(named))
    held = await tx.all(claims.order_by(Claim.id).with_for_update())
    known = ClaimLine.claim_id.in_([claim.id for claim in held])
    ordered = select(ClaimLine).where(*of_interns, known).order_by(ClaimLine.id)
    lines = await tx.all(ordered.with_for_update())
    amounts = await claim_line.load_reserved_amounts(tx, unit_id, [line.id for line in lines])
    firsts = {line.supplements_id for line in lines if line.supplements_id}
    asked = await claim_line.load_claimed_amounts(tx, unit_id, firsts) if firsts else {}
    by_id = {line.id: line for line in lines}
    return _LockedClaims({c.id: c for c in held}, by_id, amounts, asked)


async def _lock_reports(
    tx: Transaction, unit_id: UUID, interns: Collection[UUID]
) -> Sequence[MonthlyReport]:
    statement = select(MonthlyReport).where(
        MonthlyReport.unit_id == unit_id,
        MonthlyReport.intern_id.in_(interns),
    )
    return await tx.all(statement.order_by(MonthlyReport.id).with_for_update())


def _get_min_days(intern: Intern, report: MonthlyReport, policy: Policy) -> int:
    return policy.get_integer("internship.min_days", intern.region, report.month, intern.category)


def _get_min_months(ending: InternshipEnd, policy: Policy) -> int:
    on = max(ending.ended_on, ending.intern.starts_on)
    return policy.get_integer("internship.min_months_for_claim", ending.intern.region, on)
