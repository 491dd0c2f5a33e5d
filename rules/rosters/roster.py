"""Rosters 人员花名册: which columns they have, and how a row is read (S10)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from models import Beneficiary, RosterKind, RosterState
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import build_words, find_word
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action

KEPT_DAYS_KEY = "roster.kept_days"
"""For how many days after its check a roster's file and what its rows say are kept (X6, X11)."""

RosterCellParser = Callable[[str, date], object]
"""Reads a cell's text on a day: a value, or `Unreadable`."""

NAME_KEY, ID_NUMBER_KEY = "name", "id_number"
PAYEE_BANK_KEY, PAYEE_NUMBER_KEY = "payee_bank", "payee_number"
EMPLOYER_KEY = "employer_credit_code"
PERSONAL_KEYS = frozenset({NAME_KEY, ID_NUMBER_KEY, PAYEE_BANK_KEY, PAYEE_NUMBER_KEY})
"""Columns that say who somebody is; they have columns of their own in the table (X11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterColumn:
    """A column of a template: its key, its heading in Chinese, how its cells are read.

    `hint` explains it in Chinese, in the template; `choices` are what a cell may say, in Chinese,
    and what each means; `synonyms` are further words that are read and not offered. `text` columns
    are formatted as text, since Excel destroys the 16th and later digits of numbers; `day` columns
    take days. `only_for` is whose rosters have it.
    """

    key: str
    heading: str
    read: RosterCellParser
    hint: str
    example: str
    choices: Mapping[str, object] | None = None
    synonyms: Mapping[str, object] = field(default_factory=dict)
    required: bool = True
    text: bool = False
    day: bool = False
    only_for: Beneficiary | None = None
    width: int = 16
    words: Mapping[str, object] = field(init=False)

    def __post_init__(self) -> None:
        """Make one list of all words that its cells may say."""
        words = build_words({**self.synonyms, **(self.choices or {})})
        object.__setattr__(self, "words", words)


@dataclass(frozen=True, slots=True)
class RosterForm:
    """What the rosters of a kind look like. 人员模板"""

    kind: RosterKind
    title: str
    columns: Sequence[RosterColumn]

    def select_columns(self, beneficiary: Beneficiary | None) -> tuple[RosterColumn, ...]:
        """List the columns of a roster whose persons, or whose unit, are paid (S14)."""
        return tuple(c for c in self.columns if c.only_for in (None, beneficiary))

    def parse_stored_values(self, kept: Mapping[str, str], today: date) -> dict[str, object]:
        """Read again the cells that a row was kept with; only rows that passed can all be read."""
        return {c.key: parse_cell(c, kept[c.key], today) for c in self.columns if c.key in kept}


@dataclass(frozen=True, slots=True)
class CheckableRow:
    """A row whose cells could be read and whose person is on file, for the risk controls."""

    number: int
    person_id: UUID
    values: Mapping[str, object]


class StatedRow(NamedTuple):
    """What a row says as far as it could be read, and of whom, if it is somebody it may name."""

    person_id: UUID | None
    values: Mapping[str, object]


ColumnFault = tuple[str, Fault]
"""A column's key, and what is wrong with a row's cell in it."""


def parse_cell(column: RosterColumn, cell: str, today: date) -> object:
    """Read one cell: its value, None where it is empty or no choice, or `Unreadable`."""
    if not cell and not column.required:
        return None
    if column.choices is not None:
        return find_word(cell, column.words)
    return column.read(cell, today)


def format_cell(column: RosterColumn, value: object) -> str:
    """Write a value as a cell of its column says it: `parse_cell` reads the same again."""
    if value is None:
        return ""
    if column.choices is not None:
        return next(text for text, meant in column.choices.items() if meant == value)
    return f"{value}"


KINDS_WITH_BENEFICIARY = frozenset({RosterKind.SERVICE})
"""Kinds of roster whose applicant says who is paid (S14)."""


def find_beneficiary_faults(kind: RosterKind, beneficiary: Beneficiary | None) -> Iterable[Fault]:
    """Judge whether it is said who is paid, where it must be said and nowhere else (S14)."""
    if kind in KINDS_WITH_BENEFICIARY and beneficiary is None:
        yield fault(Reason.BENEFICIARY_NEEDED, "beneficiary")
    if kind not in KINDS_WITH_BENEFICIARY and beneficiary is not None:
        yield fault(Reason.BENEFICIARY_NOT_ASKED, "beneficiary")


CLASS_ROSTER_KINDS = frozenset({RosterKind.TRAINEES, RosterKind.SCORES})
"""Kinds of roster that are of a training class, and so of the place of its unit (S23, S27)."""


def find_class_faults(kind: RosterKind, *, place: bool, of_class: bool) -> Iterable[Fault]:
    """Judge whether a roster names a class or else a place of insurance, whichever its kind has."""
    classed = kind in CLASS_ROSTER_KINDS
    if classed and not of_class:
        yield fault(Reason.CLASS_NEEDED, "classId")
    if not classed and of_class:
        yield fault(Reason.CLASS_NOT_ASKED, "classId")
    if not classed and not place:
        yield fault(Reason.PLACE_NEEDED, "place")
    if classed and place:
        yield fault(Reason.PLACE_NOT_ASKED, "place")


OPEN_STATES = (RosterState.WAITING, RosterState.CHECKING)
"""A roster in these states is still to be checked, or to be checked further."""


def find_entering_faults(kind: RosterKind) -> Iterable[Fault]:
    """Judge whether persons of a kind are entered one by one; those of a class are at it (S13)."""
    if kind in CLASS_ROSTER_KINDS:
        yield fault(Reason.ROSTER_NOT_ENTERED, "kind")


def find_continuing_faults(*, entered: bool, alike: bool, cleared: bool) -> Iterable[Fault]:
    """Judge whether a person may be added to a roster: entered by form, alike, and still kept."""
    if cleared:
        yield fault(Reason.ROSTER_CLEARED, "rosterId")
    elif not entered:
        yield fault(Reason.ROSTER_OF_A_FILE, "rosterId")
    elif not alike:
        yield fault(Reason.ROSTER_OTHER_KIND, "rosterId")


def find_withdrawal_fault(state: RosterState, *, own: bool) -> Fault | None:
    """Say why a roster can't be taken back; None for one's own that is not checked to its end."""
    if not own:
        return fault(Reason.NOT_FOUND, "id")
    return None if state in OPEN_STATES else fault(Reason.ROSTER_NOT_OPEN, "id")


def list_roster_actions(
    state: RosterState, unit_id: UUID, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a roster: its unit takes it back (S10, X4)."""
    own = viewer.unit_id == unit_id
    if not own or Function.FILE_ROSTERS not in viewer.functions:
        return []
    return [describe_action(Action.WITHDRAW, find_withdrawal_fault(state, own=own), viewer)]


def find_correcting_fault(state: RosterState, failed: int, *, cleared: bool) -> Fault | None:
    """Return why there is nothing to correct: not at its end, no row failed or is kept."""
    if cleared:
        return fault(Reason.ROSTER_CLEARED, "id")
    if state is not RosterState.CHECKED:
        return fault(Reason.ROSTER_NOT_CHECKED, "id")
    return None if failed else fault(Reason.NOTHING_TO_CORRECT, "id")


def find_correction_faults(
    state: RosterState, failed: int, *, alike: bool, cleared: bool
) -> Iterable[Fault]:
    """Judge whether a roster may correct another: that one has failed rows, and is alike."""
    barred = find_correcting_fault(state, failed, cleared=cleared)
    if barred:
        yield fault(barred.reason, "corrects")
    if not alike:
        yield fault(Reason.ROSTER_OTHER_KIND, "corrects")


def find_applying_faults(
    kind: RosterKind, wanted: RosterKind, state: RosterState, passed: int, *, cleared: bool
) -> Iterable[Fault]:
    """Judge whether what passed in a roster can be entered: it is of the kind, and somebody did."""
    if kind is not wanted:
        yield fault(Reason.ROSTER_WRONG_KIND, "rosterId", kind=kind, wanted=wanted)
    if state is not RosterState.CHECKED:
        yield fault(Reason.ROSTER_NOT_CHECKED, "rosterId")
    elif cleared:
        yield fault(Reason.ROSTER_CLEARED, "rosterId")
    elif not passed:
        yield fault(Reason.NOBODY_PASSED, "rosterId")
