"""How a roster's headings and rows are read: all faults of each at once (S10)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.facts.fact_cell import is_error_text, strip_cell
from rules.kernel.parameter import Json
from rules.kernel.personal_text import mask_personal_numbers
from rules.kernel.refusal import Fault, Reason, Unreadable, fault
from rules.kernel.sheet import format_column_letters
from rules.kernel.text import is_blank
from rules.rosters.roster import (
    EMPLOYER_KEY,
    ID_NUMBER_KEY,
    NAME_KEY,
    PAYEE_BANK_KEY,
    RosterColumn,
    RosterForm,
    parse_cell,
)

MAX_STORED_LENGTH = 100
"""So much of a cell is kept; nothing that can be read is longer."""

FORMULA_KIND, NUMBER_KIND, ERROR_KIND, UNCOMPUTED_KIND = "f", "n", "e", "u"
"""How a workbook's reader marks what was computed, or should have been, and numbers and errors."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell, or with the row where there is none."""

    cell: str
    column: str | None
    fault: Fault

    def to_json(self) -> dict[str, Json]:
        """Return it as it is kept with the row."""
        return {
            "cell": self.cell,
            "column": self.column,
            "reason": self.fault.reason.value,
            "figures": dict(self.fault.figures),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "CellFault":
        """Read what was kept."""
        told = Fault(Reason(kept["reason"]), (), kept["figures"])
        return cls(kept["cell"], kept["column"], told)


@dataclass(frozen=True, slots=True)
class RosterHeader:
    """At which place each column stands."""

    columns: Sequence[RosterColumn]
    places: Mapping[str, int]

    def format_cell_name(self, key: str, line: int) -> str:
        """Name a column's cell in a row, like B7."""
        return f"{format_column_letters(self.places[key])}{line}"


@dataclass(slots=True, kw_only=True)
class ReadRow:
    """A row as it was read: its cells' texts by column, their values, and what is wrong."""

    number: int
    line: int
    texts: Mapping[str, str]
    values: dict[str, object] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)

    @property
    def id_number(self) -> str | None:
        """Return the ID number, if it could be read."""
        found = self.values.get(ID_NUMBER_KEY)
        return found if isinstance(found, str) else None


def parse_header(
    cells: Sequence[str], columns: Sequence[RosterColumn], form: RosterForm
) -> RosterHeader | Sequence[Fault]:
    """Find the columns by their headings, or say all that is wrong with them."""
    headings = [_normalize_heading(cell) for cell in cells]
    known = {column.heading: column.key for column in columns}
    if not {column.heading for column in form.columns}.intersection(headings):
        return [fault(Reason.ROSTER_WRONG_TEMPLATE, title=form.title)]
    found = [*_find_heading_faults(headings, known)]
    if found:
        return found
    return RosterHeader(columns, {known[h]: n for n, h in enumerate(headings) if h})


def _find_heading_faults(headings: Sequence[str], known: Mapping[str, str]) -> Iterator[Fault]:
    for heading in known:
        if heading not in headings:
            yield fault(Reason.COLUMN_LACKING, heading=heading)
    for number, heading in enumerate(headings, start=1):
        if heading and heading not in known:
            yield fault(Reason.COLUMN_UNKNOWN, number=number)
        elif heading and heading in headings[: number - 1]:
            yield fault(Reason.COLUMN_TWICE)


def _normalize_heading(cell: str) -> str:
    return strip_cell(cell).rstrip("*").strip()


def parse_row(
    header: RosterHeader, number: int, line: int, cells: Sequence[str], kinds: str, today: date
) -> ReadRow:
    """Read a row's cells; whatever can't be read is told, all of it at once."""
    texts = {c.key: _get_cell_text(cells, header.places[c.key]) for c in header.columns}
    row = ReadRow(number=number, line=line, texts=texts)
    for column in header.columns:
        place = header.places[column.key]
        value = _parse_value(column, texts[column.key], kinds[place : place + 1], today)
        if isinstance(value, Fault):
            row.faults.append(
                CellFault(header.format_cell_name(column.key, line), column.key, value)
            )
        else:
            row.values[column.key] = value
    row.faults.extend(_find_extra_cell_faults(header, cells, kinds, line))
    return row


def _parse_value(column: RosterColumn, text: str, kind: str, today: date) -> object:
    odd = _find_odd_cell_reason(column, text, kind)
    if odd:
        return fault(odd, heading=column.heading)
    if column.choices is not None and text and parse_cell(column, text, today) is None:
        return fault(Reason.NOT_A_CHOICE, choices="、".join(column.choices))
    value = parse_cell(column, text, today)
    if isinstance(value, Unreadable):
        return fault(value.reason)
    return value


def _find_odd_cell_reason(column: RosterColumn, text: str, kind: str) -> Reason | None:
    """Say what is wrong with a cell, whatever its column is about."""
    if kind == ERROR_KIND or is_error_text(text):
        return Reason.CELL_IS_ERROR
    if kind in {FORMULA_KIND, UNCOMPUTED_KIND}:
        return Reason.CELL_IS_FORMULA
    if not text:
        return Reason.CELL_EMPTY if column.required else None
    return Reason.CELL_IS_NUMBER if kind == NUMBER_KIND and column.text else None


def _find_extra_cell_faults(
    header: RosterHeader, cells: Sequence[str], kinds: str, line: int
) -> Iterator[CellFault]:
    known = set(header.places.values())
    for place, cell in enumerate(cells):
        odd = kinds[place : place + 1] in {ERROR_KIND, UNCOMPUTED_KIND}
        if place not in known and (odd or not is_blank(cell)):
            at = f"{format_column_letters(place)}{line}"
            yield CellFault(at, None, fault(Reason.CELL_BEYOND))
            return


def _get_cell_text(cells: Sequence[str], place: int) -> str:
    cell = cells[place] if place < len(cells) else ""
    # PostgreSQL keeps neither a NUL nor half of a character.
    whole = cell if cell.isascii() else cell.encode("utf-8", "replace").decode()
    return strip_cell(whole.replace("\0", ""))[: MAX_STORED_LENGTH + 1]


def build_cell_fault(header: RosterHeader, row: ReadRow, key: str, wrong: Fault) -> CellFault:
    """Return what is wrong with a row's cell in a column."""
    return CellFault(header.format_cell_name(key, row.line), key, wrong)


def build_duplicate_fault(header: RosterHeader, row: ReadRow, line: int) -> CellFault:
    """Return that the person has a row before."""
    at = header.format_cell_name(ID_NUMBER_KEY, row.line)
    return CellFault(at, ID_NUMBER_KEY, fault(Reason.PERSON_TWICE, line=line))


def build_passed_before_fault(header: RosterHeader, row: ReadRow, line: int) -> CellFault:
    """Return that the person passed in the roster that this one corrects."""
    at = header.format_cell_name(ID_NUMBER_KEY, row.line)
    return CellFault(at, ID_NUMBER_KEY, fault(Reason.PERSON_PASSED_BEFORE, line=line))


def get_name_text(row: ReadRow) -> str:
    """Return the name as it stands in the file; a number in it is masked (X11)."""
    return mask_personal_numbers(row.texts.get(NAME_KEY, ""))[:MAX_STORED_LENGTH]


def get_bank_text(row: ReadRow) -> str | None:
    """Return the payee's bank as it stands in the file; a number in it is masked (X11)."""
    text = row.texts.get(PAYEE_BANK_KEY)
    return None if text is None else mask_personal_numbers(text)


def select_impersonal_texts(row: ReadRow, personal: Iterable[str]) -> dict[str, str]:
    """Return the cells that say nothing of who it is, as they are kept (X11).

    A number that stands in a wrong column is masked; a credit code may look like one, and stays.
    """
    out = frozenset(personal)
    return {
        key: text[:MAX_STORED_LENGTH]
        if key == EMPLOYER_KEY and key in row.values
        else mask_personal_numbers(text)[:MAX_STORED_LENGTH]
        for key, text in row.texts.items()
        if key not in out
    }
