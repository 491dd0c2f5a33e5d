"""Files of external facts: what their rows tell, and what is wrong with them (X13)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models import FactKind
from rules.facts import fact_cell as cell
from rules.facts.fact_shape import (
    FACT_LAYOUTS,
    ID_NUMBER_COLUMN,
    PERSON_COLUMNS,
    FactColumn,
    FactLayout,
    list_columns,
    list_fact_columns,
)
from rules.kernel.identity import parse_loaded_id_number
from rules.kernel.month import to_month
from rules.kernel.refusal import Fault, Reason, Unreadable, fault
from rules.kernel.region import (
    NATION_CODE,
    REGIONS,
    compute_code_range,
    is_lowest_region,
    list_ancestors,
)
from rules.kernel.sheet import format_column_letters

FactValues = Mapping[str, object]
FaultTuple = tuple[Fault, ...]

DESTROYED_NUMBER_PATTERN = re.compile(r"[0-9](\.[0-9]+)?E\+?1[0-9]", re.IGNORECASE)
"""What a spreadsheet leaves of a long number that it took for an amount: 2.20104E+17."""
MAX_CACHED_READINGS = 1 << 16
"""So many different readings are kept at once, a dozen megabytes at most."""
PERSON_COLUMN_NAMES = frozenset(column.name for column in PERSON_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFile:
    """What is said of a whole file: its kind, on whose word, as of when, and where from."""

    kind: FactKind
    source: str
    as_of: date
    region: str = NATION_CODE


@dataclass(frozen=True, slots=True)
class FactPerson:
    """Whom a row is about; the number itself is known to nobody else."""

    id_number: str = field(repr=False)
    name: str | None = field(repr=False)
    region: str | None


class FactRow(NamedTuple):
    """One fact that could be read, and about whom; about nobody where it tells of a unit."""

    line: int
    who: FactPerson | None
    values: FactValues


@dataclass(frozen=True, slots=True)
class FactHeader:
    """Which cell of a row is which column's."""

    width: int
    places: Mapping[str, int]
    ignored: Sequence[str]


def parse_header(cells: Sequence[str], kind: FactKind) -> tuple[FactHeader, Sequence[Fault]]:
    """Find a kind's columns by their English or Chinese names; what is unknown is left aside."""
    names = {alias: c for c in list_columns(kind) for alias in (c.name, *c.known_as)}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    ignored: list[str] = []
    for n, text in enumerate(cells):
        column = names.get(cell.strip_cell(text).lower())
        if column is None:
            ignored.append(cell.strip_cell(text))
        elif column.name in places:
            faults.append(fault(Reason.COLUMN_TWICE, column.name))
        else:
            places[column.name] = n
    faults += [
        fault(Reason.COLUMN_MISSING, c.name, column=c.name, names=" / ".join(c.known_as))
        for c in list_columns(kind)
        if c.demanded and c.name not in places
    ]
    return FactHeader(len(cells), places, ignored), faults


class FactRowReader:
    """Reads the rows of a file, each cell once: files repeat months, employers and persons.

    What a row tells beside whom it is about is kept as it was read, up to so many readings; of
    persons only the last one is, for no list of them shall lie about (X11).
    """

    def __init__(self, header: FactHeader, file: FactFile, today: date) -> None:
        self._header, self._file, self._today = header, file, today
        shape = FACT_LAYOUTS[file.kind]
        about = PERSON_COLUMN_NAMES if shape.about_person else frozenset[str]()
        self._who = [(n, p) for n, p in header.places.items() if n in about]
        self._what = [(n, p) for n, p in header.places.items() if n not in about]
        self._most = 1 if shape.personal else MAX_CACHED_READINGS
        self._told: dict[tuple[str, ...], dict[str, object] | FaultTuple] = {}
        self._last: tuple[tuple[str, ...], FactPerson | FaultTuple] = ((), ())

    def parse_row(self, line: int, cells: Sequence[str]) -> FactRow | list[Fault]:
        """Read one row, or tell all that is wrong with it; never a value of it (X11, X13)."""
        header = self._header
        if len(cells) != header.width:
            return [fault(Reason.CELLS_DIFFER, cells=len(cells), columns=header.width)]
        about = tuple([cells[place] for _, place in self._who])
        who = self._parse_person(about) if about else None
        values = self._parse_values(tuple([cells[place] for _, place in self._what]))
        if not isinstance(who, tuple) and isinstance(values, dict):
            return FactRow(line, who, values)
        found = [fault for part in (who, values) if isinstance(part, tuple) for fault in part]
        return [self._name_cell(each, line) for each in found]

    def _name_cell(self, wrong: Fault, line: int) -> Fault:
        """Name the cell that a fault is about, as C2, where its column has one."""
        place = self._header.places.get(str(wrong.path[-1])) if wrong.path else None
        if place is None:
            return wrong
        at = f"{format_column_letters(place)}{line}"
        return replace(wrong, figures={**wrong.figures, "cell": at})

    def _parse_person(self, cells: tuple[str, ...]) -> FactPerson | FaultTuple:
        if self._last[0] != cells:
            self._last = (
                cells,
                _parse_person(_to_cells_by_column(self._who, cells), self._file, self._today),
            )
        return self._last[1]

    def _parse_values(self, cells: tuple[str, ...]) -> dict[str, object] | FaultTuple:
        found = self._told.get(cells)
        if found is None:
            # An LRU cache takes 0.6 µs to find what a dict finds in 0.2, for each row of millions.
            if len(self._told) >= self._most:
                self._told.clear()
            found = self._told[cells] = _parse_facts(
                _to_cells_by_column(self._what, cells), self._file
            )
        return found


def _to_cells_by_column(
    columns: Sequence[tuple[str, int]], cells: Sequence[str]
) -> Mapping[str, str]:
    return {name: cell.strip_cell(text) for (name, _), text in zip(columns, cells, strict=True)}


def _parse_person(given: Mapping[str, str], file: FactFile, today: date) -> FactPerson | FaultTuple:
    """Read whom a row is about."""
    id_number = parse_loaded_id_number(given["id_number"], today)
    values, faults = _parse_values(given, PERSON_COLUMNS[1:])
    odd = _find_odd_cell_reason(given["id_number"])
    if odd:
        return (fault(odd, "id_number", heading=ID_NUMBER_COLUMN.known_as[0]), *faults)
    if DESTROYED_NUMBER_PATTERN.fullmatch(given["id_number"]):
        return (
            fault(Reason.CELL_IS_NUMBER, "id_number", heading=ID_NUMBER_COLUMN.known_as[0]),
            *faults,
        )
    if isinstance(id_number, Unreadable):
        return (fault(id_number.reason, "id_number"), *faults)
    if faults:
        return tuple(faults)
    name, region = values["name"], values["region"]
    home = str(region) if region else _choose_region(id_number, file.region)
    return FactPerson(id_number, str(name) if name else None, home)


def _parse_facts(given: Mapping[str, str], file: FactFile) -> dict[str, object] | FaultTuple:
    """Read what a row tells of them."""
    values, faults = _parse_values(given, list_fact_columns(file.kind))
    faults += _find_contradiction_faults(values, FACT_LAYOUTS[file.kind], file.as_of)
    return tuple(faults) if faults else _fill_place(_split_open_end(values, file.kind), file)


def _parse_values(
    given: Mapping[str, str], wanted: Sequence[FactColumn]
) -> tuple[dict[str, object], list[Fault]]:
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for column in wanted:
        text = given.get(column.name, "")
        odd = _find_odd_cell_reason(text)
        if odd:
            faults.append(fault(odd, column.name, heading=column.known_as[0]))
            continue
        if not text and column.read not in {cell.parse_flag_cell, cell.parse_employer_cell}:
            values[column.name] = None
            if column.filled:
                faults.append(fault(Reason.TEXT_EMPTY, column.name))
            continue
        value = values[column.name] = column.read(text)
        if isinstance(value, Unreadable):
            faults.append(fault(value.reason, column.name))
    return values, faults


def _find_odd_cell_reason(text: str) -> Reason | None:
    """Say why nobody knows what a cell should say; it is never taken for an empty one."""
    if text == cell.UNCOMPUTED_TEXT:
        return Reason.CELL_NOT_COMPUTED
    return Reason.CELL_IS_ERROR if cell.is_error_text(text) else None


def _find_contradiction_faults(
    values: FactValues, shape: FactLayout, as_of: date
) -> Iterable[Fault]:
    """Judge the days of a row against each other and the day on which the file was made."""
    when = values.get(shape.when) if shape.when else None
    if isinstance(when, date):
        latest = to_month(as_of) if shape.when == "month" else as_of
        if when > latest:
            yield fault(Reason.AFTER_AS_OF, str(shape.when), day=as_of)
    first, last = (values.get(name) for name in shape.span or ("", ""))
    if isinstance(first, date) and isinstance(last, date) and last < first:
        yield fault(Reason.DATES_REVERSED, shape.span[1] if shape.span else "")


def _split_open_end(values: dict[str, object], kind: FactKind) -> dict[str, object]:
    """Return values that tell an open-ended contract from one whose last day is not stated (S6)."""
    if kind is FactKind.LABOUR_CONTRACT:
        values["open_ended"] = isinstance(values["ends_on"], str)
        if values["open_ended"]:
            values["ends_on"] = None
    return values


def _fill_place(values: dict[str, object], file: FactFile) -> dict[str, object]:
    """Take a district's own file of contributions to tell of those posted there (S10)."""
    if file.kind is FactKind.INSURANCE_CONTRIBUTION and values["place"] is None:
        values["place"] = file.region if is_lowest_region(file.region) else None
    return values


def _choose_region(id_number: str, region: str) -> str | None:
    """Guess where somebody belongs who is not on file: by the number, if the file covers that."""
    own = _find_current_region(id_number[:6])
    low, high = compute_code_range(region)
    if own is not None and low <= own <= high:
        return own
    return region if region != NATION_CODE else None


@lru_cache(maxsize=1 << 14)
def _find_current_region(code: str) -> str | None:
    """Find the region that a code names, or else its city or province."""
    return next((above for above in list_ancestors(code)[:-1] if above in REGIONS), None)
