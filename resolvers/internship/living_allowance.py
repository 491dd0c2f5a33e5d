"""Claims for interns' living allowance 生活费补贴 (J29-J33)."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from models import Claim, ClaimLine
from resolvers.claims import claim, claim_line
from resolvers.claims.claim import Proposal, Proposed
from resolvers.claims.claim_line import Again, Placed
from resolvers.internship import allowance
from resolvers.internship.allowance import Candidate
from resolvers.internship.declaration import must_be_claimable
from resolvers.kernel.transaction import Transaction
from rules.claims.claim import lacking_of_all
from rules.internship import monthly_report as reporting
from rules.kernel.parameter import Parameter
from rules.kernel.refusal import Fault, Reason, Refusal, fault, refuse_if
from rules.kernel.value import RowId, YearMonth


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


async def proposed(tx: Transaction, input: LivingAllowanceDraft) -> Proposal:
    """Judge whom a claim is for; a chosen intern who can't be claimed is a fault of its place."""
    refuse_if(reporting.may_report(input.month, tx.today))
    await must_be_claimable(tx, tx.unit_id)
    everyone = await allowance.candidates_of(tx, tx.unit_id, input.month)
    chosen = _chosen(everyone, input.intern_ids, tx.unit_id)
    for candidate in chosen:
        allowance.recompute(tx, candidate)
    return Proposal({"month": input.month}, [_line(candidate) for candidate in chosen])


def _line(found: Candidate) -> Proposed:
    intern, explained = found.intern, found.explained(found.chosen)
    own = {"intern_id": intern.id}
    return Proposed(intern.person_id, found.found.amount, explained, own, found.claimed)


def _chosen(
    everyone: Sequence[Candidate], named: Sequence[RowId] | None, unit_id: UUID
) -> Sequence[Candidate]:
    if named is None:
        chosen = [c for c in everyone if c.found.lacking is None]
        if not chosen:
            raise Refusal(lacking_of_all([c.found.lacking for c in everyone if c.found.lacking]))
        return chosen
    found = claim.named_interns({c.intern.id: c for c in everyone}, named, unit_id)
    refuse_if(claim.barred([candidate.found.lacking for candidate in found]))
    return found


async def judged_again(tx: Transaction, row: Claim, placed: Placed, *, review: bool) -> Again:
    """Judge a claim's lines again, as they are submitted and as they are reviewed (J29, J30)."""
    lines = list(placed.values())
    month = row.month or tx.today
    candidates = await allowance.candidates_of(tx, row.unit_id, month, lines)
    found = {candidate.intern.id: candidate for candidate in candidates}
    stood_on = await claim_line.stood_on(tx, lines)
    barring = _changed if review else _unclaimable
    faults = [
        Fault(barred.reason, ("lines", n), barred.figures)
        for n, line in placed.items()
        if (barred := barring(line, _of(found, line), stood_on[line.id]))
    ]
    if faults:
        return Again(faults, {}, ())
    own = {line.id: found[line.intern_id] for line in lines if line.intern_id}
    used: list[Parameter] = [parameter for each in own.values() for parameter in each.used]
    return Again(faults, {id_: own[id_].explained(stood_on[id_]) for id_ in own}, used)


def _of(found: Mapping[UUID, Candidate], line: ClaimLine) -> Candidate | None:
    return found.get(line.intern_id) if line.intern_id else None


def _unclaimable(line: ClaimLine, candidate: Candidate | None, stood_on: Set[UUID]) -> Fault | None:
    """Say why a line can't stand: its months were claimed or changed since its draft (J30)."""
    if candidate is None:
        return fault(Reason.INTERN_NOT_APPROVED)
    if candidate.found.lacking is not None:
        return candidate.found.lacking
    same = {month.id for month in candidate.found.months} == stood_on
    if not same or candidate.found.amount != line.amount:
        return fault(Reason.AMOUNT_CHANGED)
    return None


def _changed(line: ClaimLine, candidate: Candidate | None, stood_on: Set[UUID]) -> Fault | None:
    """Say why a line no longer comes to its amount, as parameters stand now (J29, X6, X20).

    Months that came later are another claim's.
    """
    if candidate is None:
        return fault(Reason.INTERN_NOT_APPROVED)
    lacking = candidate.found.lacking
    if lacking is not None and lacking.reason is Reason.TOO_FEW_MONTHS:
        return lacking
    payable = {month.id: month.payable or Decimal(0) for month in candidate.found.months}
    if not payable.keys() >= stood_on or sum(payable[id_] for id_ in stood_on) != line.amount:
        return fault(Reason.AMOUNT_CHANGED)
    return None
