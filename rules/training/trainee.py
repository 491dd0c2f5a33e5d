"""What may be done to a trainee 学员, and by whom (S21, S23, X1-X4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from models import Status
from rules.claims.control import CONTROLS
from rules.kernel.action import Action
from rules.kernel.finding import Control, Outcome
from rules.kernel.function import Function
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.value import Day
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action, find_action_fault
from rules.training.training import TrainingEvaluation


class DateRange(Protocol):
    """A range of days, as either executor reads it; an empty one has no bounds."""

    @property
    def lower(self) -> date | None:
        """Return the first day."""

    @property
    def upper(self) -> date | None:
        """Return the day after the last."""


@dataclass(frozen=True, slots=True)
class TraineeClassState:
    """How a trainee's class stands, for whoever would set a control aside (X1, X2).

    `filed` tells whether the viewer has submitted the class, or filed it at the counter.
    """

    status: Status
    filed: bool


_DISCARDED_STATUSES = (Status.WITHDRAWN, Status.REFUSED)


def find_removal_fault(
    status: Status, submitted_by: UUID | None, viewer: Viewer, *, claimed: bool = False
) -> Fault | None:
    """Return why a viewer may not change who attends a class as it stands (S23, X1).

    Nor is who is `claimed` for taken out of it (S33).
    """
    kind = RecordKind.TRAINING_CLASS
    barred = find_action_fault(kind, Action.CHANGE, status, submitted_by, viewer)
    return barred or (fault(Reason.TRAINEE_CLAIMED) if claimed else None)


def find_overriding_fault(standing: TraineeClassState) -> Fault | None:
    """Return why nobody, or not this viewer, lets a trainee of a class through (X1, X2, X3)."""
    if standing.status in _DISCARDED_STATUSES:
        return fault(Reason.WRONG_STATUS, status=standing.status, possible=NO_ACTIONS_TEXT)
    return fault(Reason.FOUR_EYES) if standing.filed else None


def find_override_faults(judged: TrainingEvaluation, control: Control) -> Iterable[Fault]:
    """Refuse to set aside what may not be, or does not fail now: nothing in advance (S21, X3)."""
    if not CONTROLS[control].overridable:
        yield fault(Reason.CONTROL_NOT_OVERRIDABLE, "control")
    elif judged.get_finding(control).outcome is not Outcome.FAIL:
        yield fault(Reason.NOTHING_TO_OVERRIDE, "control")


def find_nothing_to_override(judged: TrainingEvaluation) -> Fault | None:
    """Return that no control fails now that may be set aside at all (S21, X3)."""
    failing = (f.control for f in judged.findings if f.outcome is Outcome.FAIL)
    barring = any(CONTROLS[control].overridable for control in failing)
    return None if barring else fault(Reason.NOTHING_TO_OVERRIDE, "control")


@dataclass(frozen=True, slots=True, kw_only=True)
class TraineeStanding:
    """Why a trainee is not taken out now, not scored, and no control set aside for them (X4)."""

    unremovable: Fault | None
    unscored: Fault | None
    unoverridable: Fault | None


def list_possible_actions(stands: TraineeStanding, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what a viewer may do to a trainee as their class stands, and why not (X4)."""
    ways = {
        Function.FILE_CLASSES: (Action.REMOVE, stands.unremovable),
        Function.FILE_COMPLETIONS: (Action.SCORE, stands.unscored),
        Function.OVERRIDE_CONTROLS: (Action.OVERRIDE, stands.unoverridable),
    }
    return [
        describe_action(action, barred, viewer)
        for function, (action, barred) in ways.items()
        if function in viewer.functions
    ]


def get_first_day(during: DateRange, *, viewer: Viewer) -> Day | None:
    """Return from when a class takes somebody's time; none while it does not count (S21, S33)."""
    return Day(during.lower) if during.lower else None


def get_last_day(during: DateRange, *, viewer: Viewer) -> Day | None:
    """Return the last day, which the range leaves out."""
    return Day(during.upper - timedelta(days=1)) if during.upper else None
