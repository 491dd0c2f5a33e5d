"""Whether a class takes a roster of trainees or of scores, and what passed of it (S23, S27)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from models import Roster, RosterKind, RosterRow, TrainingClass
from resolvers.kernel import history
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_check import RosterCheck, declare_check
from resolvers.training import completion
from resolvers.training.score_roster_check import NAMEABLE_TRAINEES, find_odd_scores
from resolvers.training.trainee_roster_check import evaluate_trainee_rows, find_enrolled_trainees
from rules.kernel import input_check
from rules.kernel.refusal import Fault, Reason, build_refusal, refuse_if
from rules.kernel.value import RowId
from rules.rosters.roster import find_applying_faults
from rules.training.completion import find_scoring_faults
from rules.training.trainee import find_removal_fault

MAX_TRAINEES_AT_ONCE = 5000
"""So many trainees are entered or scored in one transaction; a larger class takes two rosters."""


class PassedRow(NamedTuple):
    """A row that passed: its id, whom it names, and its other cells as they stood."""

    id: UUID
    person_id: UUID
    values: Mapping[str, str]


async def find_trainee_roster_faults(tx: Transaction, of_class: TrainingClass) -> Sequence[Fault]:
    """Return why nobody can be added to a class: it is neither a draft nor returned (S23)."""
    barred = find_removal_fault(of_class.status, of_class.submitted_by, tx.viewer)
    return [barred] if barred else []


async def find_score_roster_faults(tx: Transaction, of_class: TrainingClass) -> Sequence[Fault]:
    """Return why no score can be written: not under way, or the completion is decided (S27)."""
    key = of_class.unit_id, of_class.id
    held = (await completion.lock_classes(tx, [key]))[key]
    return [*find_scoring_faults(held.class_state, tx.today, ())]


async def get_checked_roster(tx: Transaction, kind: RosterKind, id: RowId) -> Roster:
    """Find the unit's own checked roster of a kind, in which somebody passed (S23, S27)."""
    roster = await tx.get_locked(Roster, id, None, "rosterId")  # not cleared while it is read
    if roster.unit_id != tx.unit_id:
        raise build_refusal(Reason.NOT_FOUND, "rosterId")
    refuse_if(
        find_applying_faults(
            roster.kind,
            kind,
            roster.state,
            roster.passed,
            cleared=roster.cleared_at is not None,
        )
    )
    return roster


async def load_passed_rows(tx: Transaction, roster: Roster) -> Sequence[PassedRow]:
    """Read the rows of a roster that passed, in the order of the file; not too many at once."""
    found = await tx.session.execute(
        select(RosterRow.id, RosterRow.person_id, RosterRow.values)
        .where(
            RosterRow.unit_id == roster.unit_id,
            RosterRow.roster_id == roster.id,
            RosterRow.passed,
            RosterRow.person_id.is_not(None),
        )
        .order_by(RosterRow.number)
        .limit(MAX_TRAINEES_AT_ONCE + 1)
    )
    rows = [PassedRow(*row) for row in found]
    refuse_if(input_check.find_list_length_faults(len(rows), MAX_TRAINEES_AT_ONCE, "rosterId"))
    return rows


def record_taken_rows(
    tx: Transaction, roster: Roster, of_class: TrainingClass, action: str, count: int
) -> None:
    """Remember with roster and class how many of its rows were taken over, if any were (X9)."""
    told = {"trainees": ["", str(count)]}
    if count:
        tx.session.add_all(
            history.build_audit_entry(tx, row, action, told) for row in (roster, of_class)
        )


declare_check(
    RosterCheck(
        evaluate_rows=evaluate_trainee_rows,
        find_odd_cells=find_enrolled_trainees,
        find_class_faults=find_trainee_roster_faults,
    ),
    RosterKind.TRAINEES,
)
declare_check(
    RosterCheck(
        find_odd_cells=find_odd_scores,
        find_class_faults=find_score_roster_faults,
        persons=NAMEABLE_TRAINEES,
    ),
    RosterKind.SCORES,
)
