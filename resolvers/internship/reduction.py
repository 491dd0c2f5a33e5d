"""Reductions 减员申请: how an internship ends before or with its term (J19-J23, J39)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from strawberry import UNSET

from models import (
    Destination,
    EndReason,
    Intern,
    Reduction,
    Status,
)
from resolvers.internship import early_end, internship_term, standing
from resolvers.internship.declaration import require_approved_declaration
from resolvers.internship.early_end import InternshipEnd
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from rules.internship import early_end as aftermath
from rules.internship import reduction as rules
from rules.internship.standing import find_reducing_fault
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.value import Day, Paragraph, RowId
from rules.kernel.workflow import find_action_fault


@dataclass(kw_only=True)
class Employed:
    """Where somebody went who found employment (J20)."""

    destination: Destination


@dataclass(kw_only=True)
class TermCompleted:
    """How somebody is employed by other means whose term is over (J21)."""

    note: Paragraph


@dataclass(kw_only=True)
class CouldNotComplete:
    """Why somebody could not complete it, and how they are employed by other means (J22)."""

    cause: Paragraph
    note: Paragraph


@dataclass(kw_only=True)
class WhyItEnded:
    """One of the three reasons, with what that reason takes."""

    employed: Employed | None = UNSET
    term_completed: TermCompleted | None = UNSET
    could_not_complete: CouldNotComplete | None = UNSET


@dataclass(kw_only=True)
class ReductionTerms:
    """Which day is the last, and why."""

    ended_on: Day
    end_reason: WhyItEnded


@dataclass(kw_only=True)
class ReductionDraft(ReductionTerms):
    """Whose internship ends."""

    intern_id: RowId


@change_in_part()
class ReductionChange(ReductionTerms):
    """What a reduction is to say from now on."""

    id: RowId
    version: int


async def add_reduction(tx: Transaction, input: ReductionDraft) -> Reduction:
    """Draft the reduction of an approved intern (J19-J22). 新增减员申请."""
    intern = await tx.get_locked(Intern, input.intern_id, None, "internId")
    _require_approved_intern(tx, intern)
    (reduced,) = await tx.load_related(intern, standing.REDUCED)
    if reduced:
        raise build_refusal(Reason.REDUCTION_EXISTS, "internId")
    _require_reducible_intern(tx, intern, input.ended_on)
    row = Reduction(
        unit_id=intern.unit_id,
        region=intern.region,
        intern_id=intern.id,
        status=Status.DRAFT,
        **_build_values(input),
    )
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    return row


async def change_reduction(tx: Transaction, input: ReductionChange) -> Reduction:
    """Change a reduction that is a draft or was returned (J19-J22). 修改减员申请."""
    row = await tx.get_locked(Reduction, input.id, input.version)
    barred = find_action_fault(
        RecordKind.REDUCTION, Action.CHANGE, row.status, row.submitted_by, tx.viewer
    )
    if barred:
        raise Refusal(barred)
    input = fill_in(input, row, {"end_reason": lambda: _read_reason(row)})
    _require_reducible_intern(tx, await _lock_intern(tx, row), input.ended_on)
    tx.change(row, _build_values(input))
    await tx.session.flush()
    return row


async def validate_on_submit(tx: Transaction, rows: Sequence[Reduction]) -> None:
    """Judge reductions again as they are submitted (J19)."""
    for row in rows:
        _require_reducible_intern(tx, await _lock_intern(tx, row), row.ended_on)


async def on_approve(tx: Transaction, rows: Sequence[Reduction]) -> None:
    """End the internships on their day, and undo what was reported and claimed after it (J23)."""
    for row in rows:
        intern = await _lock_intern(tx, row)
        _require_reducible_intern(tx, intern, row.ended_on)
        end_internship(tx, intern, row)
        await internship_term.shorten_terms(tx, [intern])
        await early_end.apply_consequences(
            tx,
            [
                InternshipEnd(
                    intern=intern,
                    ended_on=row.ended_on,
                    reduction_id=row.id,
                    why=aftermath.describe_cause(row.ended_on),
                )
            ],
        )


def end_internship(tx: Transaction, intern: Intern, reduction: Reduction) -> None:
    """Write on an intern's own row that the internship has ended, and how (J23)."""
    values = {
        "ended_on": reduction.ended_on,
        "end_reason": reduction.end_reason,
        "destination": reduction.destination,
    }
    tx.change(intern, values, "END")


async def on_revoke(tx: Transaction, rows: Sequence[Reduction]) -> None:
    """Resume internships; they must still fit in beside the person's others (J23, X1).

    What was voided stays void and is reported anew, but for what is paid: that counts again, and
    clawbacks that were proposed are void.
    """
    for row in rows:
        await require_approved_declaration(tx, row.unit_id)
        intern = await _lock_intern(tx, row)
        (claimed,) = await tx.load_related(row, standing.END_CLAIMED)
        if claimed:
            raise build_refusal(Reason.END_CLAIMED)
        tx.change(intern, dict.fromkeys(("ended_on", "end_reason", "destination")), "RESUME")
        await internship_term.reserve_terms(tx, [intern])
        await early_end.undo_consequences(tx, row)


async def _lock_intern(tx: Transaction, row: Reduction) -> Intern:
    key = (row.unit_id, row.intern_id)
    return await tx.session.get_one(Intern, key, with_for_update=True, populate_existing=True)


def _require_approved_intern(tx: Transaction, intern: Intern) -> None:
    barred = find_reducing_fault(intern.status, intern.ended_on, tx.viewer)
    if barred:
        raise Refusal(barred)


def _require_reducible_intern(tx: Transaction, intern: Intern, ended_on: date) -> None:
    """Refuse what the one table bars, and a day outside the term (J19)."""
    _require_approved_intern(tx, intern)
    refuse_if(rules.find_end_date_faults(intern.starts_on, intern.ends_on, ended_on))


def _read_reason(row: Reduction) -> WhyItEnded:
    """Spell a reduction's columns as the one reason that was given."""
    match row.end_reason:
        case EndReason.EMPLOYED if row.destination is not None:
            return WhyItEnded(employed=Employed(destination=row.destination))
        case EndReason.TERM_COMPLETED:
            return WhyItEnded(term_completed=TermCompleted(note=Paragraph(row.note or "")))
    cause, note = Paragraph(row.cause or ""), Paragraph(row.note or "")
    return WhyItEnded(could_not_complete=CouldNotComplete(cause=cause, note=note))


def _build_values(input: ReductionTerms) -> dict[str, object]:
    """Spell the one reason that was given as the columns of the three."""
    given = input.end_reason
    nothing = dict.fromkeys(("destination", "cause", "note"))
    match given.employed or given.term_completed or given.could_not_complete:
        case Employed(destination=destination):
            why = nothing | {"end_reason": EndReason.EMPLOYED, "destination": destination}
        case TermCompleted(note=note):
            why = nothing | {"end_reason": EndReason.TERM_COMPLETED, "note": note}
        case CouldNotComplete(cause=cause, note=note):
            why = {"end_reason": EndReason.COULD_NOT_COMPLETE, "cause": cause, "note": note}
            why = nothing | why
        case _:
            raise TypeError(given)
    return why | {"ended_on": input.ended_on}


declare_transitions(
    RecordKind.REDUCTION,
    {
        Action.SUBMIT: validate_on_submit,
        Action.APPROVE: on_approve,
        Action.REVOKE: on_revoke,
    },
    filing=(
        add_reduction,
        change_reduction,
    ),
)
