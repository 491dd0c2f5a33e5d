"""Claims 补贴申报: the living allowance 生活费补贴 (J29-J33), and what all kinds share (X15)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from loaders.key import key_of
from models import (
    BankAccount,
    Claim,
    ClaimedReport,
    ClaimKind,
    ClaimLine,
    Intern,
    LineState,
    Status,
)
from resolvers import claim_line
from resolvers.claim_line import Candidate
from resolvers.declaration import must_be_approved
from resolvers.transaction import Transaction
from rules import check
from rules import monthly_report as reporting
from rules.month import first_of
from rules.parameter import Parameter
from rules.refusal import Fault, Reason, Refusal, fault, refuse_if, refused
from rules.value import Paragraph, RowId, YearMonth
from rules.workflow import Action, LineAction, RecordKind, line_target, objection

MOST_INTERNS = 2000


@dataclass(kw_only=True)
class LivingAllowanceDraft:
    """Up to which month is claimed, for whom (all who can be if left out), into which account."""

    month: YearMonth
    bank_account_id: RowId
    intern_ids: list[RowId] | None = None


@dataclass(kw_only=True)
class LivingAllowanceChange(LivingAllowanceDraft):
    """What a claim is to ask from now on."""

    id: RowId
    version: int


@dataclass(kw_only=True)
class LineStrike:
    """Which line is struck from a claim under review, and why."""

    id: RowId
    version: int
    reason: Paragraph


async def create_living_allowance_claim(tx: Transaction, input: LivingAllowanceDraft) -> Claim:
    """Draft a living-allowance claim from the interns who can be claimed (J29-J32). 新增申报."""
    chosen = await _chosen(tx, input)
    account = await tx.found(BankAccount, input.bank_account_id, "bankAccountId")
    row = Claim(
        unit_id=tx.unit_id,
        region=account.region,
        kind=ClaimKind.LIVING_ALLOWANCE,
        status=Status.DRAFT,
        month=input.month,
        bank_account_id=account.id,
        amount=_sum(chosen),
        parameters=[],
    )
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    await _write_lines(tx, row, chosen)
    return row


async def change_living_allowance_claim(tx: Transaction, input: LivingAllowanceChange) -> Claim:
    """Change a claim that is a draft or was returned; its lines are made anew (J30). 修改申报."""
    row = await tx.locked(Claim, input.id, input.version)
    barred = objection(RecordKind.CLAIM, Action.CHANGE, row.status, row.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    old = [line.id for line in await claim_line.lines_of(tx, row)]
    await claim_line.release(tx, row.unit_id, old)
    for table, column in ((ClaimedReport, ClaimedReport.line_id), (ClaimLine, ClaimLine.id)):
        await tx.session.execute(delete(table).where(table.unit_id == row.unit_id, column.in_(old)))
    chosen = await _chosen(tx, input)
    account = await tx.found(BankAccount, input.bank_account_id, "bankAccountId")
    values = {"month": input.month, "bank_account_id": account.id, "amount": _sum(chosen)}
    tx.change(row, values)
    await _write_lines(tx, row, chosen)
    return row


async def submitted(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Judge a claim again as it is submitted, and let its lines hold their reports (J29, J30)."""
    for claim in rows:
        await must_be_approved(tx, claim.unit_id)
        lines = [ln for ln in await claim_line.lines_of(tx, claim) if ln.state is LineState.OPEN]
        if not lines:
            raise refused(Reason.NO_LINES)
        found = await _own_candidates(tx, claim, lines)
        stood_on = await claim_line.stood_on(tx, lines)
        for line in lines:
            _still_claimable(line, found.get(line.intern_id), stood_on[line.id])
        await claim_line.hold(tx, claim.unit_id, [line.id for line in lines])


async def released(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Free what the lines of a withdrawn or refused claim held (X15)."""
    for claim in rows:
        lines = await claim_line.lines_of(tx, claim)
        await claim_line.release(tx, claim.unit_id, [line.id for line in lines])


async def confirmed(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Refuse to approve a claim on figures that are unconfirmed or have changed since (X3, X6)."""
    for claim in rows:
        lines = [ln for ln in await claim_line.lines_of(tx, claim) if ln.state is LineState.OPEN]
        if not lines:
            raise refused(Reason.NO_LINES)
        found = await _own_candidates(tx, claim, lines)
        stood_on = await claim_line.stood_on(tx, lines)
        used: list[Parameter] = []
        for line in lines:
            used += _computed_again(line, found.get(line.intern_id), stood_on[line.id])
        unconfirmed = sorted({parameter.key for parameter in used if not parameter.confirmed})
        if unconfirmed:
            raise refused(Reason.PARAMETER_UNCONFIRMED, keys=", ".join(unconfirmed))
        claim.parameters = _cited(line.explanation for line in lines)


async def strike_claim_line(tx: Transaction, input: LineStrike) -> ClaimLine:
    """Strike a line from a claim under review; its reports are free again (X15). 剔除明细."""
    named = await tx.found(ClaimLine, input.id, "id")
    statement = select(Claim).where(Claim.unit_id == named.unit_id, Claim.id == named.claim_id)
    claim = (await tx.all(statement.with_for_update()))[0]
    line = await tx.locked(ClaimLine, input.id, input.version)
    barred = objection(RecordKind.CLAIM, Action.RETURN, claim.status, claim.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    state = line_target(LineAction.STRIKE, line.state)
    tx.change(line, {"state": state, "reason": input.reason}, LineAction.STRIKE)
    tx.change(claim, {"amount": claim.amount - line.amount}, "STRIKE_LINE")
    await claim_line.release(tx, line.unit_id, [line.id])
    await tx.session.flush()
    return line


async def _chosen(tx: Transaction, input: LivingAllowanceDraft) -> Sequence[Candidate]:
    """Judge whom a claim is for; a chosen intern who can't be claimed is a fault of its place."""
    refuse_if(reporting.may_report(input.month, tx.today))
    await must_be_approved(tx, tx.unit_id)
    everyone = await _candidates(tx, tx.unit_id, input.month)
    if input.intern_ids is None:
        chosen = [c for c in everyone if c.found.lacking is None]
        if not chosen:
            raise refused(Reason.NOTHING_PAYABLE)
        return chosen
    refuse_if(check.some(list(input.intern_ids), MOST_INTERNS, ("internIds",)))
    by_id = {c.intern.id: c for c in everyone}
    keys = [key_of(text, Intern) for text in input.intern_ids]
    named = [
        by_id.get(key.parts[1]) if key and key.parts[0] == tx.unit_id else None for key in keys
    ]
    refuse_if(_why_not(c, n) for n, c in enumerate(named) if c is None or c.found.lacking)
    return [c for c in named if c is not None]


def _why_not(candidate: Candidate | None, n: int) -> Fault:
    if candidate is None or candidate.found.lacking is None:
        return fault(Reason.NOT_FOUND, "internIds", n)
    lacking = candidate.found.lacking
    return Fault(lacking.reason, ("internIds", n), lacking.figures)


async def _candidates(
    tx: Transaction, unit_id: UUID, month: date, own: Sequence[ClaimLine] = ()
) -> Sequence[Candidate]:
    reports = await claim_line.reports_up_to(tx, unit_id, first_of(month), lock=True)
    approved = (Intern.unit_id == unit_id, Intern.status == Status.APPROVED)
    interns = await tx.all(select(Intern).where(*approved).order_by(Intern.id))
    own_lines = {line.intern_id: line.id for line in own if line.intern_id}
    return claim_line.candidates(interns, reports, month, await tx.policy(), own_lines)


async def _write_lines(tx: Transaction, claim: Claim, chosen: Sequence[Candidate]) -> None:
    lines = [claim_line.make_line(claim, candidate) for candidate in chosen]
    tx.session.add_all(lines)
    await tx.session.flush()
    for line, candidate in zip(lines, chosen, strict=True):
        tx.session.add_all(claim_line.stand_on(line, candidate))
        claim_line.recompute(tx, candidate)
    claim.parameters = _cited(line.explanation for line in lines)
    await tx.session.flush()


async def _own_candidates(
    tx: Transaction, claim: Claim, lines: Sequence[ClaimLine]
) -> Mapping[UUID | None, Candidate]:
    month = claim.month or tx.today
    found = await _candidates(tx, claim.unit_id, month, lines)
    return {candidate.intern.id: candidate for candidate in found}


def _still_claimable(
    line: ClaimLine, candidate: Candidate | None, stood_on: Collection[UUID]
) -> None:
    """Refuse a line whose months were claimed or changed by others since it was drafted (J30)."""
    if candidate is None:
        raise refused(Reason.INTERN_NOT_APPROVED)
    if candidate.found.lacking is not None:
        raise Refusal(candidate.found.lacking)
    if {month.id for month in candidate.found.months} != stood_on:
        raise refused(Reason.AMOUNT_CHANGED)
    if candidate.found.amount != line.amount:
        raise refused(Reason.AMOUNT_CHANGED)


def _computed_again(
    line: ClaimLine, candidate: Candidate | None, stood_on: Collection[UUID]
) -> Sequence[Parameter]:
    """Compute a line with the parameters as they stand now, and give them (J29, X6, X20).

    Months that came later are another claim's.
    """
    if candidate is None:
        raise refused(Reason.INTERN_NOT_APPROVED)
    lacking = candidate.found.lacking
    if lacking is not None and lacking.reason is Reason.TOO_FEW_MONTHS:
        raise Refusal(lacking)
    explained = candidate.explained(stood_on)
    payable = {month.id for month in candidate.found.months}
    if not payable.issuperset(stood_on) or Decimal(explained["amount"]) != line.amount:
        raise refused(Reason.AMOUNT_CHANGED)
    line.explanation = explained
    return candidate.used


def _cited(explanations: Iterable[Mapping[str, Any]]) -> list[Any]:
    cited = {c["id"]: c for explained in explanations for c in explained["parameters"]}
    return list(cited.values())


def _sum(chosen: Sequence[Candidate]) -> Decimal:
    return sum((candidate.found.amount for candidate in chosen), Decimal(0))
