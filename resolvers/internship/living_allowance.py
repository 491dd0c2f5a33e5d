"""Claims for interns' living allowance 生活费补贴 (J29-J33)."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from models import Claim, ClaimKind, ClaimLine, Intern
from resolvers.claims import claim, claim_line
from resolvers.claims.claim import ClaimProposal, ProposedLine
from resolvers.claims.claim_kind import (
    ChosenLines,
    ClaimKindDefinition,
    declare_claim_kind,
    make_claim_mutations,
)
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.internship import allowance
from resolvers.internship.allowance import AllowanceCandidate
from resolvers.internship.declaration import require_claimable_declaration
from resolvers.kernel.partial_change import change_in_part
from resolvers.kernel.transaction import Transaction
from rules.claims.claim import summarize_faults
from rules.internship import monthly_report as reporting
from rules.kernel.parameter import Parameter
from rules.kernel.refusal import Fault, Path, Reason, Refusal, fault, refuse_if
from rules.kernel.value import RowId, YearMonth


@dataclass(kw_only=True)
class LivingAllowanceDraft:
    """Up to which month is claimed, for whom (all who can be if left out), into which account."""

    month: YearMonth
    bank_account_id: RowId
    intern_ids: list[RowId] | None = None


@change_in_part("intern_ids")
class LivingAllowanceChange(LivingAllowanceDraft):
    """What a claim is to ask from now on."""

    id: RowId
    version: int


async def propose_lines(tx: Transaction, input: LivingAllowanceDraft) -> ClaimProposal:
    """Judge whom a claim is for; a chosen intern who can't be claimed is a fault of its place."""
    refuse_if(reporting.find_month_faults(input.month, tx.today))
    await require_claimable_declaration(tx, tx.unit_id)
    everyone = await allowance.evaluate_unit_candidates(tx, tx.unit_id, input.month, review=False)
    chosen = _select_candidates(everyone, input.intern_ids, tx.unit_id)
    for candidate in chosen:
        allowance.recompute_reports(tx, candidate)
    return ClaimProposal(
        {"month": input.month},
        [
            _build_proposed_line(each, ("internIds", n) if input.intern_ids is not None else ())
            for n, each in enumerate(chosen)
        ],
    )


def _build_proposed_line(found: AllowanceCandidate, place: Path) -> ProposedLine:
    intern, explained = found.intern, found.build_explanation(found.report_ids)
    own = {"intern_id": intern.id}
    return ProposedLine(
        person_id=intern.person_id,
        person_name=intern.name,
        amount=found.claimable.amount,
        explanation=explained,
        particulars=own,
        reports=found.report_amounts,
        place=place,
    )


def _select_candidates(
    everyone: Sequence[AllowanceCandidate], named: Sequence[RowId] | None, unit_id: UUID
) -> Sequence[AllowanceCandidate]:
    if named is None:
        chosen = [c for c in everyone if c.claimable.lacking is None]
        if not chosen:
            raise Refusal(
                summarize_faults([c.claimable.lacking for c in everyone if c.claimable.lacking])
            )
        return chosen
    found = claim.select_named_interns({c.intern.id: c for c in everyone}, named, unit_id)
    refuse_if(claim.locate_intern_faults([candidate.claimable.lacking for candidate in found]))
    return found


async def reevaluate(
    tx: Transaction, row: Claim, placed: LinesByPosition, *, review: bool
) -> Reevaluation:
    """Judge a claim's lines again, as they are submitted and as they are reviewed (J29, J30)."""
    lines = list(placed.values())
    month = row.month or tx.today
    candidates = await allowance.evaluate_unit_candidates(
        tx, row.unit_id, month, lines, review=review
    )
    found = {candidate.intern.id: candidate for candidate in candidates}
    stood_on = await claim_line.load_claimed_report_ids(tx, lines)
    barring = _find_review_fault if review else _find_application_fault
    faults = [
        barred.at("lines", n)
        for n, line in placed.items()
        if (barred := barring(line, _find_candidate(found, line), stood_on[line.id]))
    ]
    if faults:
        return Reevaluation(faults, {}, ())
    own = {line.id: found[line.intern_id] for line in lines if line.intern_id}
    used: list[Parameter] = [parameter for each in own.values() for parameter in each.used]
    return Reevaluation(
        faults, {id_: own[id_].build_explanation(stood_on[id_]) for id_ in own}, used
    )


def _find_candidate(
    found: Mapping[UUID, AllowanceCandidate], line: ClaimLine
) -> AllowanceCandidate | None:
    return found.get(line.intern_id) if line.intern_id else None


def _find_application_fault(
    line: ClaimLine, candidate: AllowanceCandidate | None, stood_on: Set[UUID]
) -> Fault | None:
    """Return why a line can't stand: its months were claimed or changed since its draft (J30)."""
    if candidate is None:
        return fault(Reason.INTERN_NOT_APPROVED)
    if candidate.claimable.lacking is not None:
        return candidate.claimable.lacking
    same = {month.id for month in candidate.claimable.months} == stood_on
    if not same or candidate.claimable.amount != line.amount:
        return fault(Reason.AMOUNT_CHANGED)
    return None


def _find_review_fault(
    line: ClaimLine, candidate: AllowanceCandidate | None, stood_on: Set[UUID]
) -> Fault | None:
    """Return why a line no longer comes to its amount, as parameters stand now (J29, X6, X20).

    Months that came later are another claim's.
    """
    if candidate is None:
        return fault(Reason.INTERN_NOT_APPROVED)
    lacking = candidate.claimable.lacking
    if lacking is not None and lacking.reason is Reason.TOO_FEW_MONTHS:
        return lacking
    payable = {month.id: month.payable or Decimal(0) for month in candidate.claimable.months}
    if not payable.keys() >= stood_on or sum(payable[id_] for id_ in stood_on) != line.amount:
        return fault(Reason.AMOUNT_CHANGED)
    return None


declare_claim_kind(
    ClaimKind.LIVING_ALLOWANCE,
    ClaimKindDefinition(
        mutations=make_claim_mutations(
            ClaimKind.LIVING_ALLOWANCE,
            (LivingAllowanceDraft, LivingAllowanceChange),
            propose_lines,
            "Draft a living-allowance claim from the interns who can be claimed (J29-J32). "
            "新增申报.",
            "Change a claim that is a draft or was returned; its lines are made anew (J30). "
            "修改申报.",
            chosen=ChosenLines("intern_ids", Intern, "intern_id"),
        ),
        reevaluate=reevaluate,
        precondition=require_claimable_declaration,
    ),
)
