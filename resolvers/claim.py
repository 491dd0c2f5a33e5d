"""Claims for interns' living allowance 生活费补贴 (J29-J33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete

from loaders.key import key_of
from models import (
    BankAccount,
    Claim,
    ClaimedReport,
    ClaimKind,
    ClaimLine,
    Intern,
    Status,
    Unit,
)
from resolvers import claim_line
from resolvers.claim_line import Candidate
from resolvers.declaration import must_be_approved
from resolvers.transaction import Transaction
from rules import check
from rules import monthly_report as reporting
from rules.claim import lacking_of_all
from rules.explanation import cited
from rules.refusal import Fault, Reason, Refusal, fault, refuse_if
from rules.value import RowId, YearMonth
from rules.workflow import Action, RecordKind, objection

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
    lines = await _write_lines(tx, row, chosen)
    if row.status is Status.RETURNED:  # what was submitted once stays held (X15)
        await claim_line.hold(tx, row.unit_id, [line.id for line in lines])
    return row


async def _chosen(tx: Transaction, input: LivingAllowanceDraft) -> Sequence[Candidate]:
    """Judge whom a claim is for; a chosen intern who can't be claimed is a fault of its place."""
    refuse_if(reporting.may_report(input.month, tx.today))
    await must_be_approved(tx, tx.unit_id)
    everyone = await claim_line.candidates_of(tx, tx.unit_id, input.month)
    if input.intern_ids is None:
        chosen = [c for c in everyone if c.found.lacking is None]
        if not chosen:
            raise Refusal(lacking_of_all([c.found.lacking for c in everyone if c.found.lacking]))
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


async def _write_lines(
    tx: Transaction, claim: Claim, chosen: Sequence[Candidate]
) -> Sequence[ClaimLine]:
    unit = await tx.session.get_one(Unit, claim.unit_id)
    lines = [claim_line.make_line(claim, unit.name, candidate) for candidate in chosen]
    tx.session.add_all(lines)
    await tx.session.flush()
    for line, candidate in zip(lines, chosen, strict=True):
        tx.session.add_all(claim_line.stand_on(line, candidate))
        claim_line.recompute(tx, candidate)
    claim.parameters = cited(line.explanation for line in lines)
    await tx.session.flush()
    return lines


def _sum(chosen: Sequence[Candidate]) -> Decimal:
    return sum((candidate.found.amount for candidate in chosen), Decimal(0))
