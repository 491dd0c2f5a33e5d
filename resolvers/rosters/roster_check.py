"""What is checked of a roster's rows beyond their cells, declared kind by kind (S10, X3)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from models import Roster, RosterKind, TrainingClass
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_person import PERSONS_ON_FILE, NameablePersons
from rules.kernel.finding import Finding
from rules.kernel.refusal import Fault
from rules.rosters.roster import CheckableRow, ColumnFault, StatedRow


class RowEvaluator(Protocol):
    """Judges rows of a roster, any number of them with a constant number of statements."""

    async def __call__(
        self, read: DecisionReader, roster: Roster, rows: Sequence[CheckableRow]
    ) -> Sequence[Sequence[Finding]]:
        """Return each row's findings, in the order of the rows; what is no PASS fails the row."""


class OddCellFinder(Protocol):
    """Tells what is odd about rows of a roster beyond what each cell says by itself."""

    async def __call__(
        self, read: DecisionReader, roster: Roster, rows: Sequence[StatedRow]
    ) -> Sequence[Sequence[ColumnFault]]:
        """Return each row's odd cells, in the order of the rows, by so many statements for all."""


ClassFaultFinder = Callable[[Transaction, TrainingClass], Awaitable[Sequence[Fault]]]
"""Tells all that keeps a class from taking a roster as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterCheck:
    """What is checked of a kind's rows; one that declares nothing is judged by its cells alone.

    `persons` are those whom the rows may name, where that is not everybody on file.
    """

    evaluate_rows: RowEvaluator | None = None
    find_odd_cells: OddCellFinder | None = None
    find_class_faults: ClassFaultFinder | None = None
    persons: NameablePersons = PERSONS_ON_FILE


_CHECKS: dict[RosterKind, RosterCheck] = {}


def declare_check(check: RosterCheck, *kinds: RosterKind) -> None:
    """Enter what is checked of the rows of some kinds; an area does so for its own."""
    _CHECKS.update(dict.fromkeys(kinds, check))


def get_check(kind: RosterKind) -> RosterCheck:
    """Return what is checked of a kind's rows."""
    return _CHECKS[kind]
