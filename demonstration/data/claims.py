"""Claims of the demonstration: drafted, submitted and decided as the resolvers would (J29-J33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from demonstration.data.number import build_identifier, to_working_instant
from demonstration.data.seed_builder import SeedBuilder, build_unit_columns
from models import (
    BankAccount,
    Claim,
    ClaimedReport,
    ClaimKind,
    ClaimLine,
    Intern,
    LineState,
    MonthlyReport,
    Status,
    Unit,
)
from resolvers.claims import claim_line
from resolvers.internship import allowance
from rules.internship.monthly_report import assess_report
from rules.kernel.action import Action
from rules.kernel.workflow import LineAction, require_target_line_state


@dataclass(frozen=True, slots=True)
class SeededClaim:
    """A claim, its lines, and what they stand on."""

    claim: Claim
    lines: Sequence[ClaimLine]
    claimed: Sequence[ClaimedReport]


@dataclass
class ClaimSeeder:
    """The claims of one unit."""

    desk: SeedBuilder
    unit: Unit
    account: BankAccount
    interns: Sequence[Intern]
    reports: Sequence[MonthlyReport]

    def seed_draft(
        self, month: date, day: date, chosen: Sequence[Intern], minutes: int = 0
    ) -> SeededClaim:
        """Draft a claim for whoever of some interns can be claimed (J29-J32)."""
        at, policy = to_working_instant(day, minutes), self.desk.build_policy(self.unit.region)
        approved = [r for r in self.reports if r.status is Status.APPROVED and r.month <= month]
        ordered = sorted(approved, key=lambda report: (report.month, report.id))
        found = allowance.evaluate_candidates(chosen, ordered, month, policy)
        able = [candidate for candidate in found if candidate.claimable.lacking is None]
        claim = Claim(
            **build_unit_columns(self.unit, at, "claim", month),
            kind=ClaimKind.LIVING_ALLOWANCE,
            status=Status.DRAFT,
            month=month,
            bank_account_id=self.account.id,
            amount=sum((candidate.claimable.amount for candidate in able), Decimal(0)),
        )
        lines = [_set_line_identity(_build_line(claim, self.unit.name, each), at) for each in able]
        claim.parameters = _merge_cited_parameters(lines)
        claimed = [
            c
            for ln, who in zip(lines, able, strict=True)
            for c in _build_claimed_reports(ln, who, at)
        ]
        self.desk.create_record(claim, self.desk.get_operator(self.unit), at)
        self.desk.add_rows(lines)
        self.desk.add_rows(claimed)
        return SeededClaim(claim, lines, claimed)

    def seed_submission(self, told: SeededClaim, day: date, minutes: int = 0) -> None:
        """Submit a claim; its lines hold their reports from now on (J30, X15)."""
        at = to_working_instant(day, minutes)
        self.desk.move_records([told.claim], Action.SUBMIT, self.desk.get_operator(self.unit), at)
        _copy_claim_status(told)
        self._set_reservation(told, told.lines, held=True)

    def seed_decision(
        self, told: SeededClaim, action: Action, day: date, reason: str | None = None
    ) -> None:
        """Seed what an officer decides on a claim, or that its unit withdraws it (X1, X15)."""
        withdrawn = action is Action.WITHDRAW
        desk, region = self.desk, self.unit.region
        by = desk.get_operator(self.unit) if withdrawn else desk.get_officer(region, 2)
        if action is Action.APPROVE:
            told.claim.parameters = self._recompute(told)
            told.claim.approved_amount, told.claim.approved_by = told.claim.amount, by.id
            for line in told.lines:
                line.approved = line.state is LineState.OPEN
        if action in {Action.WITHDRAW, Action.REFUSE}:
            self._set_reservation(told, told.lines, held=False)
        desk.move_records([told.claim], action, by, to_working_instant(day, 60), reason)
        _copy_claim_status(told)

    def seed_strike(self, told: SeededClaim, day: date, reason: str) -> None:
        """Seed that an officer strikes a claim's last line; its reports are free again (X15)."""
        line = told.lines[-1]
        tx = self.desk.begin_step(
            self.desk.get_officer(self.unit.region, 2), to_working_instant(day, 30)
        )
        state = require_target_line_state(LineAction.STRIKE, line.state)
        tx.change(line, {"state": state, "reason": reason}, LineAction.STRIKE)
        tx.change(told.claim, {"amount": told.claim.amount - line.amount}, "STRIKE_LINE")
        self.desk.end_step(tx)
        self._set_reservation(told, [line], held=False)

    def _set_reservation(
        self, told: SeededClaim, lines: Sequence[ClaimLine], *, held: bool
    ) -> None:
        by_id = {report.id: report for report in self.reports}
        for line in lines:
            line.held = held
        for row in told.claimed:
            if row.line_id in {line.id for line in lines}:
                row.held = held
                by_id[row.report_id].held_by = row.line_id if held else None

    def _recompute(self, told: SeededClaim) -> list[object]:
        """Compute the months of a claim's open lines once more, as an approval does (X6)."""
        policy = self.desk.build_policy(self.unit.region)
        standing = {line.id for line in told.lines if line.state is LineState.OPEN}
        reports = {report.id: report for report in self.reports}
        categories = {intern.id: intern.category for intern in self.interns}
        for row in told.claimed:
            if row.line_id in standing:
                r = reports[row.report_id]
                category = categories[r.intern_id]
                assess_report(category, r.region, r.month, r.days_attended, r.wage_paid, policy)
        return [dict(parameter.to_citation()) for parameter in policy.used]


def _build_line(claim: Claim, unit_name: str, candidate: allowance.AllowanceCandidate) -> ClaimLine:
    amount, explanation = (
        candidate.claimable.amount,
        candidate.build_explanation(candidate.report_ids),
    )
    intern = candidate.intern
    own = {"intern_id": intern.id, "judgements": []}  # no database fills in what a row leaves out
    person = (intern.person_id, intern.name)
    return claim_line.build_line(claim, unit_name, person, amount, explanation, **own)


def _copy_claim_status(told: SeededClaim) -> None:
    """Copy to the lines where their claim stands, as the database would."""
    for line in told.lines:
        line.claim_status = told.claim.status


def _set_line_identity(line: ClaimLine, at: datetime) -> ClaimLine:
    line.id = build_identifier(at, "line", line.claim_id, line.intern_id)
    line.version, line.created_at, line.updated_at = 1, at, at
    line.held = line.approved = False  # no database fills in what a row leaves out
    return line


def _build_claimed_reports(
    line: ClaimLine, candidate: allowance.AllowanceCandidate, at: datetime
) -> list[ClaimedReport]:
    rows = claim_line.link_reports(line, candidate.report_amounts)
    for row in rows:
        row.id = build_identifier(at, "claimed", line.id, row.report_id)
    return rows


def _merge_cited_parameters(lines: Sequence[ClaimLine]) -> list[object]:
    cited = {c["id"]: c for line in lines for c in line.explanation["parameters"]}
    return list(cited.values())
