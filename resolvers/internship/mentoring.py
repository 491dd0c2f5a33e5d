"""Claims for mentoring 带教补贴, a year at a time (J34-J37)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import Claim, ClaimKind, ClaimLine, Intern
from resolvers.claims import claim
from resolvers.claims.claim import ClaimProposal, ProposedLine
from resolvers.claims.claim_kind import (
    ChosenLines,
    ClaimKindDefinition,
    declare_claim_kind,
    make_claim_mutations,
)
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.internship.declaration import require_claimable_declaration
from resolvers.internship.mentoring_retention import (
    MentoringYearQuery,
    RetentionCandidate,
    RetentionYear,
    evaluate_year,
)
from resolvers.kernel.decision_reader import DecisionReader, TransactionReader
from resolvers.kernel.partial_change import change_in_part
from resolvers.kernel.transaction import Transaction
from rules.internship.mentoring import find_year_faults, summarize_faults
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Path, Reason, Refusal, fault, refuse_if
from rules.kernel.value import RowId


@dataclass(kw_only=True)
class MentoringDraft:
    """For which year is claimed, for whom (all who can be if left out), into which account."""

    year: int
    bank_account_id: RowId
    intern_ids: list[RowId] | None = None


@change_in_part("intern_ids")
class MentoringChange(MentoringDraft):
    """What a claim is to ask from now on."""

    id: RowId
    version: int


async def propose_lines(tx: Transaction, input: MentoringDraft) -> ClaimProposal:
    """Judge whom a claim is for; a chosen intern who can't be claimed is a fault of its place."""
    refuse_if(find_year_faults(input.year, tx.today))
    region = (await require_claimable_declaration(tx, tx.unit_id)).region
    asked = MentoringYearQuery(unit_id=tx.unit_id, year=input.year, region=region, today=tx.today)
    year = await evaluate_year(TransactionReader(tx), asked, await tx.load_policy())
    chosen = _select_candidates(year, input.intern_ids, tx)
    return ClaimProposal(
        {"year": input.year},
        [
            _build_proposed_line(
                year, each, ("internIds", n) if input.intern_ids is not None else ()
            )
            for n, each in enumerate(chosen)
        ],
    )


def _build_proposed_line(
    year: RetentionYear, found: RetentionCandidate, place: Path
) -> ProposedLine:
    intern, explained = found.intern, year.build_explanation(found)
    return ProposedLine(
        person_id=intern.person_id,
        person_name=intern.name,
        amount=found.evaluation.amount,
        explanation=explained,
        particulars={"intern_id": intern.id},
        place=place,
    )


def _select_candidates(
    year: RetentionYear, named: Sequence[RowId] | None, tx: Transaction
) -> Sequence[RetentionCandidate]:
    by_id = {candidate.intern.id: candidate for candidate in year.candidates}
    found = None if named is None else claim.select_named_interns(by_id, named, tx.unit_id)
    if year.retention.lacking is not None:
        raise Refusal(year.retention.lacking)
    if found is not None:
        refuse_if(claim.locate_intern_faults([candidate.lacking for candidate in found]))
        return found
    able = [candidate for candidate in year.candidates if candidate.lacking is None]
    if not able:
        raise Refusal(summarize_faults([c.lacking for c in year.candidates if c.lacking]))
    return able


async def reevaluate(
    tx: Transaction, row: Claim, placed: LinesByPosition, *, review: bool
) -> Reevaluation:
    """Judge ratio and findings again, as facts stand now (J34, J37, X3).

    The region is the declaration's at submission, and stays it (X21).
    """
    lines = list(placed.values())
    region = await _get_region(tx, row, lines, review=review)
    asked = MentoringYearQuery(
        unit_id=row.unit_id,
        year=row.year or 0,
        region=region,
        today=tx.today,
        own=[line.id for line in lines],
        review=review,
    )
    policy = await tx.load_policy()
    year = await evaluate_year(TransactionReader(tx), asked, policy)
    if year.retention.lacking is not None:
        return Reevaluation([year.retention.lacking], {}, ())
    found = {candidate.intern.id: candidate for candidate in year.candidates}
    faults = [
        barred.at("lines", n)
        for n, line in placed.items()
        if (barred := _find_line_fault(line, found.get(line.intern_id) if line.intern_id else None))
    ]
    if faults:
        return Reevaluation(faults, {}, ())
    own = {line.id: found[line.intern_id] for line in lines if line.intern_id}
    used = [*year.retention.used, *(p for each in own.values() for p in each.evaluation.used)]
    return Reevaluation([], {id_: year.build_explanation(own[id_]) for id_ in own}, used)


async def _get_region(
    tx: Transaction, row: Claim, lines: Sequence[ClaimLine], *, review: bool
) -> str:
    if not review:
        return (await require_claimable_declaration(tx, row.unit_id)).region
    region: str = lines[0].explanation["inputs"]["region"]
    return region


def _find_line_fault(line: ClaimLine, candidate: RetentionCandidate | None) -> Fault | None:
    """Return why a line can't stand; None if it can."""
    if candidate is None:
        return fault(Reason.NOT_RETAINED)
    if candidate.lacking is None and candidate.evaluation.amount != line.amount:
        return fault(Reason.AMOUNT_CHANGED)
    return candidate.lacking


async def evaluate_controls(
    read: DecisionReader,
    today: date,
    policy: Policy,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
) -> Mapping[UUID, Sequence[Finding]]:
    """Judge lines of some years again, and tell what was found of each; nobody's is nothing."""
    found: dict[UUID, Sequence[Finding]] = {}
    for row in claims:
        own = {line.intern_id: line for line in lines if line.claim_id == row.id}
        if not own:
            continue
        region: str = next(iter(own.values())).explanation["inputs"]["region"]
        theirs = [line.id for line in own.values()]
        asked = MentoringYearQuery(
            unit_id=row.unit_id,
            year=row.year or 0,
            region=region,
            today=today,
            own=theirs,
            review=True,
        )
        year = await evaluate_year(read, asked, policy)
        judged = {c.intern.id: c.evaluation.findings for c in year.candidates}
        found |= {line.id: judged[id_] for id_, line in own.items() if id_ in judged}
    return found


declare_claim_kind(
    ClaimKind.MENTORING,
    ClaimKindDefinition(
        mutations=make_claim_mutations(
            ClaimKind.MENTORING,
            (MentoringDraft, MentoringChange),
            propose_lines,
            "Draft a mentoring claim for a year, from its retained interns (J34-J36). "
            "新增带教补贴申报.",
            "Change a claim that is a draft or was returned; its lines are made anew. "
            "修改带教补贴申报.",
            chosen=ChosenLines("intern_ids", Intern, "intern_id", "year"),
        ),
        reevaluate=reevaluate,
        precondition=require_claimable_declaration,
        evaluate_controls=evaluate_controls,
    ),
)
