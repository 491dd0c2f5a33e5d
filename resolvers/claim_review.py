"""What becomes of a claim 补贴申报 once it is submitted, whatever its kind (J29, J30, X6, X15)."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from models import Claim, ClaimLine, LineState
from resolvers import claim_line
from resolvers.claim_line import Candidate
from resolvers.declaration import must_be_claimable
from resolvers.transaction import Transaction
from rules.explanation import cited
from rules.parameter import Parameter
from rules.refusal import Fault, Reason, Refusal, fault, refuse_if, refused
from rules.value import Paragraph, RowId
from rules.workflow import Action, LineAction, RecordKind, line_target, objection


@dataclass(kw_only=True)
class LineStrike:
    """Which line is struck from a claim under review, and why."""

    id: RowId
    version: int
    reason: Paragraph


async def submitted(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Judge a claim again as it is submitted, and let its lines hold their reports (J29, J30)."""
    for claim in rows:
        await must_be_claimable(tx, claim.unit_id)
        placed = await _open_lines(tx, claim)
        lines = list(placed.values())
        found = await _own_candidates(tx, claim, lines)
        stood_on = await claim_line.stood_on(tx, lines)
        refuse_if(
            Fault(barred.reason, ("lines", n), barred.figures)
            for n, line in placed.items()
            if (barred := _unclaimable(line, found.get(line.intern_id), stood_on[line.id]))
        )
        await claim_line.hold(tx, claim.unit_id, [line.id for line in lines])


async def released(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Free what the lines of a withdrawn or refused claim held (X15)."""
    for claim in rows:
        lines = await claim_line.lines_of(tx, claim)
        await claim_line.release(tx, claim.unit_id, [line.id for line in lines])


async def confirmed(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Refuse to approve a claim on figures that are unconfirmed or have changed since (X3, X6)."""
    for claim in rows:
        placed = await _open_lines(tx, claim)
        lines = list(placed.values())
        found = await _own_candidates(tx, claim, lines)
        stood_on = await claim_line.stood_on(tx, lines)
        refuse_if(
            Fault(barred.reason, ("lines", n), barred.figures)
            for n, line in placed.items()
            if (barred := _changed(line, found.get(line.intern_id), stood_on[line.id]))
        )
        used: list[Parameter] = []
        for line in lines:
            used += _explained_again(line, found[line.intern_id], stood_on[line.id])
        unconfirmed = sorted({parameter.key for parameter in used if not parameter.confirmed})
        if unconfirmed:
            raise refused(Reason.PARAMETER_UNCONFIRMED, keys=", ".join(unconfirmed))
        claim.parameters = cited(line.explanation for line in lines)


async def strike_claim_line(tx: Transaction, input: LineStrike) -> ClaimLine:
    """Strike a line from a claim under review; its reports are free again (X15). 剔除明细."""
    named = await tx.found(ClaimLine, input.id, "id")
    statement = select(Claim).where(Claim.unit_id == named.unit_id, Claim.id == named.claim_id)
    claim = (await tx.all(statement.with_for_update()))[0]
    line = await tx.locked(ClaimLine, input.id, input.version)
    barred = objection(RecordKind.CLAIM, Action.RETURN, claim.status, claim.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    await strike(tx, claim, line, input.reason)
    await tx.session.flush()
    return line


async def strike(tx: Transaction, claim: Claim, line: ClaimLine, reason: str) -> None:
    """Strike a line; the claim's amount follows, its reports are free again (J38, J39, X15)."""
    state = line_target(LineAction.STRIKE, line.state)
    tx.change(line, {"state": state, "reason": reason}, LineAction.STRIKE)
    tx.change(claim, {"amount": claim.amount - line.amount}, "STRIKE_LINE")
    await claim_line.release(tx, line.unit_id, [line.id])


async def _own_candidates(
    tx: Transaction, claim: Claim, lines: Sequence[ClaimLine]
) -> Mapping[UUID | None, Candidate]:
    month = claim.month or tx.today
    found = await claim_line.candidates_of(tx, claim.unit_id, month, lines)
    return {candidate.intern.id: candidate for candidate in found}


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


def _explained_again(
    line: ClaimLine, candidate: Candidate, stood_on: Collection[UUID]
) -> Sequence[Parameter]:
    """Put down how a line's amount comes about now, and give the parameters used (X5, X6)."""
    line.explanation = candidate.explained(stood_on)
    return candidate.used


async def _open_lines(tx: Transaction, claim: Claim) -> Mapping[int, ClaimLine]:
    """Hold a claim's open lines, each by its place among all of the claim's lines (X15)."""
    lines = enumerate(await claim_line.lines_of(tx, claim))
    placed = {n: line for n, line in lines if line.state is LineState.OPEN}
    if not placed:
        raise refused(Reason.NO_LINES)
    return placed
