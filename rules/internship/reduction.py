"""Reductions 减员申请: when an internship may end, and why (J19-J23)."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from models import Status
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import Action, PossibleAction, RecordKind, list_actions


def find_end_date_faults(starts_on: date, ends_on: date, ended_on: date) -> Iterable[Fault]:
    """Judge the last day: within the term that was planned (J19)."""
    if ended_on < starts_on:
        yield fault(Reason.END_BEFORE_START, "endedOn", starts=starts_on)
    if ended_on > ends_on:
        yield fault(Reason.END_AFTER_TERM, "endedOn", ends=ends_on)


def find_ended_fault(action: Action, ended_on: date | None) -> Fault | None:
    """Say why an intern whose internship has ended is not reduced, changed or revoked (J19)."""
    barred = (Action.REDUCE, Action.REQUEST_CHANGE, Action.REVOKE)
    return fault(Reason.INTERN_ENDED) if ended_on is not None and action in barred else None


def list_intern_actions(
    status: Status, submitted_by: UUID | None, ended_on: date | None, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to an intern; an ended one is history (X4, J19)."""

    def ended(action: Action) -> Fault | None:
        return find_ended_fault(action, ended_on)

    return list_actions(RecordKind.INTERN, status, submitted_by, viewer, ended)
