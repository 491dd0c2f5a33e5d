"""Scores written from the passed rows of a roster: all of them or none (S27)."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from models import RosterKind, Trainee
from resolvers.kernel.transaction import Transaction
from resolvers.training import class_roster, completion
from resolvers.training.class_roster import PassedRow
from resolvers.training.completion import ScoreEntry
from resolvers.training.trainee_roster import ClassRosterChoice
from resolvers.training.training_place import lock_trainees
from rules.kernel.refusal import Fault, Reason, fault, refuse_if
from rules.training.completion import find_scoring_faults
from rules.training.score_roster import get_score_and_absence
from rules.training.training_form import SCORES_FORM

FAULT_PATH = ("rosterId",)


async def import_scores(tx: Transaction, input: ClassRosterChoice) -> Sequence[Trainee]:
    """Write the scores of everybody who passed; once more changes nobody's (S27). 导入成绩."""
    roster = await class_roster.get_checked_roster(tx, RosterKind.SCORES, input.roster_id)
    rows = await class_roster.load_passed_rows(tx, roster)
    if roster.class_id is None:
        raise TypeError("a roster of scores is of a class")
    key = roster.unit_id, roster.class_id
    held = await completion.lock_classes(tx, [key])
    trainees = {row.person_id: row for row in await lock_trainees(tx, [key])}
    refuse_if(
        [
            *find_scoring_faults(held[key].class_state, tx.today, FAULT_PATH),
            *_find_departed_faults(rows, trainees),
        ]
    )
    marks = [_build_score_entry(tx, trainees[row.person_id], row) for row in rows]
    stood = {mark.trainee.id: mark.trainee.version for mark in marks}
    await completion.record_scores(tx, held, marks)
    scored = [mark.trainee for mark in marks if mark.trainee.version != stood[mark.trainee.id]]
    class_roster.record_taken_rows(tx, roster, held[key].row, "IMPORT_SCORES", len(scored))
    await tx.session.flush()
    return scored


def _find_departed_faults(
    rows: Sequence[PassedRow], trainees: Mapping[UUID, Trainee]
) -> Iterator[Fault]:
    """Yield a fault if somebody was a trainee when the roster was checked, and is none any more."""
    if any(row.person_id not in trainees for row in rows):
        yield fault(Reason.NOT_A_TRAINEE, *FAULT_PATH)


def _build_score_entry(tx: Transaction, trainee: Trainee, row: PassedRow) -> ScoreEntry:
    score, _ = get_score_and_absence(SCORES_FORM.parse_stored_values(row.values, tx.today))
    return ScoreEntry(trainee, score, FAULT_PATH)
