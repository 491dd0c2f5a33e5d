"""Claims for the trainees of a class 培训补贴, first and later ones (S20, S25, S33)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from models import Claim, ClaimKind, ClaimLine, Course, Trainee, TrainingClass
from resolvers.claims.claim import ClaimProposal, ProposedLine, require_known_ids
from resolvers.claims.claim_kind import (
    ChosenLines,
    ClaimKindDefinition,
    declare_claim_kind,
    make_claim_mutations,
)
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.kernel.decision_reader import DecisionReader, TransactionReader
from resolvers.kernel.history import bar_accounts
from resolvers.kernel.partial_change import change_in_part
from resolvers.kernel.transaction import Transaction
from resolvers.training.trainee_candidate import (
    TraineeCandidate,
    evaluate_trainees_of_classes,
    evaluate_trainees_of_lines,
    find_nobody_fault,
)
from resolvers.training.training_evaluation import load_claimed_classes
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Path, Reason, Refusal, build_refusal, fault, refuse_if
from rules.kernel.value import RowId
from rules.training.training_claim import build_line_explanation, find_class_faults

MAX_LINES_PER_CLAIM = 2000
"""So many trainees one claim takes at most; the next claim takes those that are left."""


@dataclass(kw_only=True)
class TrainingClaimDraft:
    """Which class is claimed, for whom (all who can be if left out), into which account."""

    class_id: RowId
    bank_account_id: RowId
    trainee_ids: list[RowId] | None = None


@change_in_part("trainee_ids")
class TrainingClaimChange(TrainingClaimDraft):
    """What a claim is to ask from now on."""

    id: RowId
    version: int


async def propose_lines(tx: Transaction, input: TrainingClaimDraft) -> ClaimProposal:
    """Judge whom a claim is for; a chosen trainee who can't be claimed is a fault of its place."""
    found = await tx.get(TrainingClass, input.class_id, "classId")
    if found.unit_id != tx.unit_id:
        raise build_refusal(Reason.NOT_FOUND, "classId")
    attended = await _lock_class(tx, found.unit_id, found.id)
    named = await _require_named_trainees(tx, attended, input.trainee_ids)
    barring = await _load_class_faults(tx, attended)
    refuse_if(why.at("classId") for why in barring)
    course = await tx.session.get_one(Course, attended.course_id)
    policy = await tx.load_policy()
    everyone = await evaluate_trainees_of_classes(
        TransactionReader(tx), [(attended, course)], tx.today, policy
    )
    chosen = _select_candidates(everyone.get(attended.id, ()), named)
    told = {"place": attended.place, "class_id": attended.id, "course_code": attended.course_code}
    return ClaimProposal(
        told,
        [
            _build_proposed_line(each, ("traineeIds", n) if named is not None else ())
            for n, each in enumerate(chosen)
        ],
    )


async def _lock_class(tx: Transaction, *key: UUID | None) -> TrainingClass:
    """Hold a class as it is now, so that nobody revokes, changes or completes it meanwhile."""
    # Shared: claims for one class are drafted side by side.
    shared = {"read": True}
    return await tx.session.get_one(
        TrainingClass, key, with_for_update=shared, populate_existing=True
    )


async def _load_class_faults(tx: Transaction, attended: TrainingClass) -> Sequence[Fault]:
    """Return why a class can't be claimed; another one of the course may be already (S33)."""
    claimed = await load_claimed_classes(
        TransactionReader(tx), [(attended.unit_id, attended.course_code)]
    )
    return find_claiming_faults(attended, claimed, tx.today)


def find_claiming_faults(
    row: TrainingClass, claimed: Mapping[tuple[UUID, str], Sequence[tuple[UUID, str]]], today: date
) -> Sequence[Fault]:
    """Return why a class can't be claimed, knowing which ones are for the enterprises' courses."""
    others = [number for id_, number in claimed[row.unit_id, row.course_code] if id_ != row.id]
    return find_class_faults(row.status, row.opens_on, today, others)


async def _require_named_trainees(
    tx: Transaction, attended: TrainingClass, named: Sequence[RowId] | None
) -> Sequence[UUID] | None:
    """Find the trainees of a class that a claim names, each only once, or refuse."""
    if named is None:
        return None
    own = Trainee.unit_id == attended.unit_id, Trainee.class_id == attended.id
    known = set(await tx.session.scalars(select(Trainee.id).where(*own)))
    return require_known_ids(
        Trainee, named, known, attended.unit_id, "traineeIds", MAX_LINES_PER_CLAIM
    )


def _select_candidates(
    everyone: Sequence[TraineeCandidate], named: Sequence[UUID] | None
) -> Sequence[TraineeCandidate]:
    """Take whom a claim names, or all who can be claimed for; all faults at once."""
    if named is None:
        barred = find_nobody_fault(everyone)
        if barred is not None:
            raise Refusal(barred)
        return [each for each in everyone if not each.lacking][:MAX_LINES_PER_CLAIM]
    known = {each.trainee.id: each for each in everyone}
    found = [known[id_] for id_ in named]
    refuse_if(why.at("traineeIds", n) for n, each in enumerate(found) for why in each.lacking)
    return found


def _build_proposed_line(each: TraineeCandidate, place: Path) -> ProposedLine:
    if each.evaluation.amount is None:
        raise TypeError("whoever is claimable comes to an amount")
    own = {"trainee_id": each.trainee.id}
    return ProposedLine(
        person_id=each.trainee.person_id,
        person_name=each.trainee.name,
        amount=each.evaluation.amount,
        explanation=build_line_explanation(each.evaluation),
        particulars=own,
        place=place,
    )


async def reevaluate(
    tx: Transaction, row: Claim, placed: LinesByPosition, *, review: bool
) -> Reevaluation:
    """Judge a claim's trainees again, at submission and at review (S20, S21, S25, X3).

    All that bars a line is told of it; what bars the class is told once.
    """
    attended = await _lock_class(tx, row.unit_id, row.class_id)
    barring = await _load_class_faults(tx, attended)
    if barring:
        return Reevaluation(barring, {}, ())
    lines, policy = list(placed.values()), await tx.load_policy()
    found = await evaluate_trainees_of_lines(TransactionReader(tx), lines, tx.today, policy)
    # Who let a trainee through does not approve what is claimed for them (X2).
    bar_accounts(row, [each.trainee.overridden_by for each in found.values()])
    faults = [
        why.at("lines", n)
        for n, each in placed.items()
        for why in _find_line_faults(each, found[each.id])
    ]
    explained = {id_: build_line_explanation(each.evaluation) for id_, each in found.items()}
    used = [parameter for each in found.values() for parameter in each.evaluation.used]
    return Reevaluation(faults, explained, used)


def _find_line_faults(row: ClaimLine, found: TraineeCandidate) -> Sequence[Fault]:
    if not found.lacking and found.evaluation.amount != row.amount:
        return [fault(Reason.AMOUNT_CHANGED)]
    return found.lacking


async def evaluate_controls(
    read: DecisionReader,
    today: date,
    policy: Policy,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
) -> Mapping[UUID, Sequence[Finding]]:
    """Judge lines of any claims for training again, and tell what was found of each (X3)."""
    found = await evaluate_trainees_of_lines(read, lines, today, policy)
    return {id_: each.evaluation.findings for id_, each in found.items()}


declare_claim_kind(
    ClaimKind.TRAINING,
    ClaimKindDefinition(
        mutations=make_claim_mutations(
            ClaimKind.TRAINING,
            (TrainingClaimDraft, TrainingClaimChange),
            propose_lines,
            "Draft a claim for the trainees of an approved class whom no line holds yet; the "
            "first, or a later one (S25, S33). 新增培训补贴申报.",
            "Change a training claim that is a draft or was returned; its lines are made anew. "
            "修改培训补贴申报.",
            chosen=ChosenLines("trainee_ids", Trainee, "trainee_id", "class_id"),
        ),
        reevaluate=reevaluate,
        evaluate_controls=evaluate_controls,
    ),
)
