"""Rosters 人员花名册: which columns they have, and how a row is read (S10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import Beneficiary, RosterKind
from rules.refusal import Reason, Unreadable

Read = Callable[[str, date], object]
"""Reads a cell's text on a day: a value, or `Unreadable`."""

NAME, ID_NUMBER = "name", "id_number"
PAYEE_BANK, PAYEE_NUMBER = "payee_bank", "payee_number"
PERSONAL = frozenset({NAME, ID_NUMBER, PAYEE_BANK, PAYEE_NUMBER})
"""Columns that say who somebody is; they have columns of their own in the table (X11)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a template: its key, its heading in Chinese, how its cells are read.

    `hint` explains it in Chinese, in the template; `choices` are what a cell may say, in Chinese,
    and what each means. `text` columns are formatted as text, since Excel destroys the 16th and
    later digits of numbers; `day` columns take days. `only_for` is whose rosters have it.
    """

    key: str
    heading: str
    read: Read
    hint: str
    example: str
    choices: Mapping[str, object] | None = None
    required: bool = True
    text: bool = False
    day: bool = False
    only_for: Beneficiary | None = None
    width: int = 16


@dataclass(frozen=True, slots=True)
class Form:
    """What the rosters of a kind look like. 人员模板"""

    kind: RosterKind
    title: str
    columns: Sequence[Column]

    def columns_for(self, beneficiary: Beneficiary | None) -> tuple[Column, ...]:
        """List the columns of a roster whose persons, or whose unit, are paid (S14)."""
        return tuple(c for c in self.columns if c.only_for in (None, beneficiary))

    def values(self, kept: Mapping[str, str], today: date) -> dict[str, object]:
        """Read again the cells that a row was kept with; only rows that passed can all be read."""
        return {c.key: read(c, kept[c.key], today) for c in self.columns if c.key in kept}


@dataclass(frozen=True, slots=True)
class Readied:
    """A row whose cells could be read and whose person is on file, for the risk controls."""

    number: int
    person_id: UUID
    values: Mapping[str, object]


def read(column: Column, cell: str, today: date) -> object:
    """Read one cell: its value, None where it is empty and may be, or `Unreadable`."""
    if not cell and not column.required:
        return None
    if column.choices is not None:
        return column.choices.get(cell, Unreadable(Reason.NOT_A_CHOICE))
    return column.read(cell, today)
