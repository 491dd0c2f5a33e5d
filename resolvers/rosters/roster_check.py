"""Which risk controls the rows of a roster meet, kind by kind (S10, X3)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from models import Roster, RosterKind
from resolvers.hiring import hire_check
from resolvers.kernel.reading import Reading
from resolvers.rosters.roster_person import Persons
from resolvers.training import score_check, trainee_check
from rules.kernel.finding import Finding
from rules.rosters.roster import Form, Odd, Stated
from rules.rosters.roster import Readied as Readied  # noqa: PLC0414 - whoever checks needs it too
from rules.rosters.roster_form import ALL


class Check(Protocol):
    """Judges rows of a roster, any number of them with a constant number of statements."""

    async def __call__(
        self, read: Reading, roster: Roster, rows: Sequence[Readied]
    ) -> Sequence[Sequence[Finding]]:
        """Give each row's findings, in the order of the rows; whatever is no PASS fails the row."""


class Further(Protocol):
    """Tells what is odd about rows of a roster beyond what each cell says by itself."""

    async def __call__(
        self, read: Reading, roster: Roster, rows: Sequence[Stated]
    ) -> Sequence[Sequence[Odd]]:
        """Give each row's odd cells, in the order of the rows; a constant number of statements."""


FORMS: Mapping[RosterKind, Form] = {form.kind: form for form in ALL}
"""What the rosters of each kind look like."""

CHECKS: dict[RosterKind, Check] = {
    RosterKind.HIRING: hire_check.check,
    RosterKind.SERVICE: hire_check.check,
    RosterKind.TRAINEES: trainee_check.check,
}
"""The risk controls of each kind; a kind without any is judged by its cells and persons alone."""

FURTHER: Mapping[RosterKind, Further] = {
    RosterKind.TRAINEES: trainee_check.already_there,
    RosterKind.SCORES: score_check.odd,
}
"""What else the rows of a kind are looked at for."""

PERSONS: Mapping[RosterKind, Persons] = {RosterKind.SCORES: score_check.TRAINEES}
"""Whom the rows of a kind may name, where that is not everybody on file."""
