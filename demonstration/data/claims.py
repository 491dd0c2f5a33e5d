"""Claims of the demonstration: drafted, submitted and decided as the resolvers would (J29-J33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from demonstration.data.desk import Desk, of_unit
from demonstration.data.number import at_nine, identifier
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
from rules.internship.monthly_report import assess
from rules.kernel.workflow import Action, LineAction, line_target


@dataclass(frozen=True, slots=True)
class Told:
    """A claim, its lines, and what they stand on."""

    claim: Claim
    lines: Sequence[ClaimLine]
    claimed: Sequence[ClaimedReport]


@dataclass
class Claims:
    """The claims of one unit."""

    desk: Desk
    unit: Unit
    account: BankAccount
    interns: Sequence[Intern]
    reports: Sequence[MonthlyReport]

    def draft(self, month: date, day: date, chosen: Sequence[Intern], minutes: int = 0) -> Told:
        """Draft a claim for whoever of some interns can be claimed (J29-J32)."""
        at, policy = at_nine(day, minutes), self.desk.policy(self.unit.region)
        approved = [r for r in self.reports if r.status is Status.APPROVED and r.month <= month]
        ordered = sorted(approved, key=lambda report: (report.month, report.id))
        found = allowance.candidates(chosen, ordered, month, policy)
        able = [candidate for candidate in found if candidate.found.lacking is None]
        claim = Claim(
            **of_unit(self.unit, at, "claim", month),
            kind=ClaimKind.LIVING_ALLOWANCE,
            status=Status.DRAFT,
            month=month,
            bank_account_id=self.account.id,
            amount=sum((candidate.found.amount for candidate in able), Decimal(0)),
        )
        lines = [_dated(_made(claim, self.unit.name, each), at) for each in able]
        claim.parameters = _cited(lines)
        claimed = [c for ln, who in zip(lines, able, strict=True) for c in _stand_on(ln, who, at)]
        self.desk.create(claim, self.desk.operator(self.unit), at)
        self.desk.keep(lines)
        self.desk.keep(claimed)
        return Told(claim, lines, claimed)

    def submit(self, told: Told, day: date, minutes: int = 0) -> None:
        """Submit a claim; its lines hold their reports from now on (J30, X15)."""
        at = at_nine(day, minutes)
        self.desk.move([told.claim], Action.SUBMIT, self.desk.operator(self.unit), at)
        _follow(told)
        self._hold(told, told.lines, held=True)

    def decide(self, told: Told, action: Action, day: date, reason: str | None = None) -> None:
        """Let an officer decide on a claim, or its unit withdraw it (X1, X15)."""
        withdrawn = action is Action.WITHDRAW
        desk, region = self.desk, self.unit.region
        by = desk.operator(self.unit) if withdrawn else desk.officer(region, 2)
        if action is Action.APPROVE:
            told.claim.parameters = self._computed_again(told)
            told.claim.approved_amount, told.claim.approved_by = told.claim.amount, by.id
            for line in told.lines:
                line.approved = line.state is LineState.OPEN
        if action in {Action.WITHDRAW, Action.REFUSE}:
            self._hold(told, told.lines, held=False)
        desk.move([told.claim], action, by, at_nine(day, 60), reason)
        _follow(told)

    def strike(self, told: Told, day: date, reason: str) -> None:
        """Let an officer strike a claim's last line; its reports are free again (X15)."""
        line = told.lines[-1]
        tx = self.desk.begin(self.desk.officer(self.unit.region, 2), at_nine(day, 30))
        state = line_target(LineAction.STRIKE, line.state)
        tx.change(line, {"state": state, "reason": reason}, LineAction.STRIKE)
        tx.change(told.claim, {"amount": told.claim.amount - line.amount}, "STRIKE_LINE")
        self.desk.end(tx)
        self._hold(told, [line], held=False)

    def _hold(self, told: Told, lines: Sequence[ClaimLine], *, held: bool) -> None:
        by_id = {report.id: report for report in self.reports}
        for line in lines:
            line.held = held
        for row in told.claimed:
            if row.line_id in {line.id for line in lines}:
                row.held = held
                by_id[row.report_id].held_by = row.line_id if held else None

    def _computed_again(self, told: Told) -> list[object]:
        """Compute the months of a claim's open lines once more, as an approval does (X6)."""
        policy = self.desk.policy(self.unit.region)
        standing = {line.id for line in told.lines if line.state is LineState.OPEN}
        reports = {report.id: report for report in self.reports}
        categories = {intern.id: intern.category for intern in self.interns}
        for row in told.claimed:
            if row.line_id in standing:
                r = reports[row.report_id]
                category = categories[r.intern_id]
                assess(category, r.region, r.month, r.days_attended, r.wage_paid, policy)
        return [dict(parameter.cited()) for parameter in policy.used]


def _made(claim: Claim, unit_name: str, candidate: allowance.Candidate) -> ClaimLine:
    amount, explanation = candidate.found.amount, candidate.explained(candidate.chosen)
    intern = candidate.intern
    own = {"intern_id": intern.id, "judgements": []}  # no database fills in what a row leaves out
    return claim_line.made(claim, unit_name, intern.person_id, amount, explanation, **own)


def _follow(told: Told) -> None:
    """Let the lines tell where their claim stands, as the database would."""
    for line in told.lines:
        line.claim_status = told.claim.status


def _dated(line: ClaimLine, at: datetime) -> ClaimLine:
    line.id = identifier(at, "line", line.claim_id, line.intern_id)
    line.version, line.created_at, line.updated_at = 1, at, at
    line.held = line.approved = False  # no database fills in what a row leaves out
    return line


def _stand_on(line: ClaimLine, candidate: allowance.Candidate, at: datetime) -> list[ClaimedReport]:
    rows = claim_line.stand_on(line, candidate.claimed)
    for row in rows:
        row.id = identifier(at, "claimed", line.id, row.report_id)
    return rows


def _cited(lines: Sequence[ClaimLine]) -> list[object]:
    cited = {c["id"]: c for line in lines for c in line.explanation["parameters"]}
    return list(cited.values())
