"""The end of a declaration: nothing new after it, and its interns end with it (X19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from models import (
    Declaration,
    DeclarationEnd,
    EndReason,
    Intern,
    Reduction,
    Status,
)
from resolvers.internship import early_end, internship_term, post_publication
from resolvers.internship import intern as intern_resolver
from resolvers.internship import reduction as reductions
from resolvers.internship.early_end import InternshipEnd
from resolvers.kernel.transaction import Transaction
from rules.internship import declaration as rules
from rules.internship.early_end import describe_cause
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Refusal, refuse_if
from rules.kernel.value import Day, Paragraph, RowId
from rules.kernel.workflow import find_action_fault

_ENDABLE_STATUSES = (Status.SUBMITTED, Status.RETURNED, Status.APPROVED)


@dataclass(kw_only=True)
class DeclarationEnding:
    """Which declaration ends, from which day on, and why."""

    id: RowId
    version: int
    ended_on: Day
    kind: DeclarationEnd
    reason: Paragraph


async def end_declaration(tx: Transaction, input: DeclarationEnding) -> Declaration:
    """End a unit's declaration, and with it all that goes on under it (X19, J22). 终止申报."""
    row = await tx.get_locked(Declaration, input.id, input.version)
    kind, action = RecordKind.DECLARATION, Action.END
    state = row.status, row.submitted_by
    barred = find_action_fault(kind, action, *state, tx.viewer, row.barred_reviewers)
    if barred:
        raise Refusal(barred)
    refuse_if(
        rules.find_end_faults(
            input.ended_on, await _count_pending_reductions(tx, row.unit_id), tx.today
        )
    )
    tx.change(row, {"ended_on": input.ended_on, "end_kind": input.kind}, "END")
    tx.move(row, kind, action, input.reason)
    await tx.session.flush()
    await post_publication.unpublish_posts(tx, [row])
    await _end_interns(tx, row, input)
    return row


async def _count_pending_reductions(tx: Transaction, unit_id: UUID) -> int:
    """Count the reductions that wait for review: they may say more than that the unit ended."""
    waiting = Reduction.unit_id == unit_id, Reduction.status == Status.SUBMITTED
    statement = select(func.count()).select_from(Reduction).where(*waiting)
    return (await tx.session.scalars(statement)).one()


async def _end_interns(tx: Transaction, row: Declaration, input: DeclarationEnding) -> None:
    last = func.coalesce(Intern.ended_on, Intern.ends_on)
    statement = (
        select(Intern)
        .where(
            Intern.unit_id == row.unit_id,
            Intern.status.in_(_ENDABLE_STATUSES),
            last > input.ended_on,
        )
        .order_by(Intern.id)
        .with_for_update()
    )
    interns = await tx.all(statement)
    running = [i for i in interns if _is_running(i, input)]
    claimed = await intern_resolver.load_interns_with_held_reports(tx, interns)
    others = [i for i in interns if not _is_running(i, input) and i.id not in claimed]
    for intern in others:
        tx.move(intern, RecordKind.INTERN, Action.VOID, input.reason)
    await internship_term.release_terms(tx, others)
    endings = await _end_running_interns(tx, running, input)
    await internship_term.shorten_terms(tx, running)
    never = [
        InternshipEnd(
            intern=intern, ended_on=early_end.NEVER_BEGUN, reduction_id=None, why=input.reason
        )
        for intern in others
    ]
    await early_end.apply_consequences(tx, [*endings, *never])


def _is_running(intern: Intern, input: DeclarationEnding) -> bool:
    """Return whether an intern had begun by then; who had not, or isn't approved, is none.

    But for one who was approved once and was claimed for: what becomes of that is for review.
    """
    return intern.status is Status.APPROVED and intern.starts_on <= input.ended_on


async def _end_running_interns(
    tx: Transaction, interns: Sequence[Intern], input: DeclarationEnding
) -> list[InternshipEnd]:
    """End those who had begun; who was to end later by a reduction ends now, for its reason."""
    standing = await _lock_reductions(tx, interns)
    endings = []
    for intern in interns:
        row = standing.get(intern.id)
        if row is not None and row.status is Status.APPROVED:
            tx.change(row, {"ended_on": input.ended_on}, "END")
        else:
            if row is not None:
                tx.move(row, RecordKind.REDUCTION, Action.VOID, input.reason)
                await tx.session.flush()
            row = _build_officer_reduction(tx, intern, input)
            tx.create(row, Status.APPROVED)
        reductions.end_internship(tx, intern, row)
        why = describe_cause(input.ended_on)
        endings.append(
            InternshipEnd(intern=intern, ended_on=input.ended_on, reduction_id=row.id, why=why)
        )
    await tx.session.flush()
    return endings


async def _lock_reductions(tx: Transaction, interns: Sequence[Intern]) -> dict[UUID, Reduction]:
    statement = select(Reduction).where(
        Reduction.unit_id.in_({intern.unit_id for intern in interns}),
        Reduction.intern_id.in_([intern.id for intern in interns]),
        Reduction.status.in_((Status.DRAFT, Status.RETURNED, Status.APPROVED)),
    )
    held = await tx.all(statement.order_by(Reduction.id).with_for_update())
    return {row.intern_id: row for row in held}


def _build_officer_reduction(
    tx: Transaction, intern: Intern, input: DeclarationEnding
) -> Reduction:
    """Write the reduction of an intern who could not complete (J22)."""
    return Reduction(
        unit_id=intern.unit_id,
        region=intern.region,
        intern_id=intern.id,
        ended_on=input.ended_on,
        end_reason=EndReason.COULD_NOT_COMPLETE,
        cause=rules.END_CAUSES[input.kind],
        note=input.reason,
        status=Status.APPROVED,
        reviewed_by=tx.viewer.account_id,
        reviewed_at=tx.now,
    )
