"""Which risk controls the rows of a roster meet, kind by kind (S10, X3)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from models import Roster, RosterKind
from resolvers.hiring import hire_roster_check
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.rosters.roster_person import NameablePersons
from resolvers.training import (
    score_roster_check,
    trainee_roster_check,
)
from rules.kernel.finding import Finding
from rules.rosters.roster import CheckableRow as CheckableRow  # noqa: PLC0414 - whoever checks needs it too
from rules.rosters.roster import ColumnFault, RosterForm, StatedRow
from rules.rosters.roster_form import ROSTER_FORMS


class RowEvaluator(Protocol):
    """Judges rows of a roster, any number of them with a constant number of statements."""

    async def __call__(
        self, read: DecisionReader, roster: Roster, rows: Sequence[CheckableRow]
    ) -> Sequence[Sequence[Finding]]:
        """Give each row's findings, in the order of the rows; whatever is no PASS fails the row."""


class OddCellFinder(Protocol):
    """Tells what is odd about rows of a roster beyond what each cell says by itself."""

    async def __call__(
        self, read: DecisionReader, roster: Roster, rows: Sequence[StatedRow]
    ) -> Sequence[Sequence[ColumnFault]]:
        """Give each row's odd cells, in the order of the rows; a constant number of statements."""


FORMS: Mapping[RosterKind, RosterForm] = {form.kind: form for form in ROSTER_FORMS}
"""What the rosters of each kind look like."""

ROW_EVALUATORS: dict[RosterKind, RowEvaluator] = {
    RosterKind.HIRING: hire_roster_check.evaluate_hire_rows,
    RosterKind.SERVICE: hire_roster_check.evaluate_hire_rows,
    RosterKind.TRAINEES: trainee_roster_check.evaluate_trainee_rows,
}
"""The risk controls of each kind; a kind without any is judged by its cells and persons alone."""

ODD_CELL_FINDERS: Mapping[RosterKind, OddCellFinder] = {
    RosterKind.TRAINEES: trainee_roster_check.find_enrolled_trainees,
    RosterKind.SCORES: score_roster_check.find_odd_scores,
}
"""What else the rows of a kind are looked at for."""

NAMEABLE_PERSONS: Mapping[RosterKind, NameablePersons] = {
    RosterKind.SCORES: score_roster_check.NAMEABLE_TRAINEES
}
"""Whom the rows of a kind may name, where that is not everybody on file."""
