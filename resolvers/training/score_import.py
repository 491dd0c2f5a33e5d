"""Scores written from the passed rows of a roster: all of them or none (S27)."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from models import RosterKind, Trainee
from resolvers.kernel.transaction import Transaction
from resolvers.training import class_roster as roster_class
from resolvers.training import completion
from resolvers.training.class_roster import Passed
from resolvers.training.completion import Mark
from resolvers.training.trainee_roster import ClassRosterChoice
from resolvers.training.training_place import trainees_of
from rules.kernel.refusal import Fault, Reason, fault, refuse_if
from rules.rosters.roster_form import SCORES
from rules.training.completion import scoring_faults
from rules.training.score_roster import mark_of

AT = ("rosterId",)


async def import_scores(tx: Transaction, input: ClassRosterChoice) -> Sequence[Trainee]:
    """Write the scores of everybody who passed; once more changes nobody's (S27). 导入成绩."""
    roster = await roster_class.checked(tx, RosterKind.SCORES, input.roster_id)
    rows = await roster_class.passed(tx, roster)
    if roster.class_id is None:
        raise TypeError("a roster of scores is of a class")
    key = roster.unit_id, roster.class_id
    held = await completion.hold(tx, [key])
    trainees = {row.person_id: row for row in await trainees_of(tx, [key])}
    refuse_if([*scoring_faults(held[key].standing, tx.today, AT), *_gone(rows, trainees)])
    marks = [_mark(tx, trainees[row.person_id], row) for row in rows]
    stood = {mark.trainee.id: mark.trainee.version for mark in marks}
    await completion.score(tx, held, marks)
    scored = [mark.trainee for mark in marks if mark.trainee.version != stood[mark.trainee.id]]
    roster_class.note(tx, roster, held[key].row, "IMPORT_SCORES", len(scored))
    await tx.session.flush()
    return scored


def _gone(rows: Sequence[Passed], trainees: Mapping[UUID, Trainee]) -> Iterator[Fault]:
    """Say it if somebody was a trainee when the roster was checked, and is none any more."""
    if any(row.person_id not in trainees for row in rows):
        yield fault(Reason.NOT_A_TRAINEE, *AT)


def _mark(tx: Transaction, trainee: Trainee, row: Passed) -> Mark:
    score, _ = mark_of(SCORES.values(row.values, tx.today))
    return Mark(trainee, score, AT)
