"""Files of external facts: what their rows tell, and what is wrong with them (X13)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models import FactKind
from rules.facts import fact_cell as cell
from rules.facts.fact_shape import ABOUT, ID_NUMBER, SHAPES, Column, Shape, columns
from rules.kernel.identity import read_loaded_id_number
from rules.kernel.month import first_of
from rules.kernel.refusal import Fault, Reason, Unreadable, fault
from rules.kernel.region import NATION, REGIONS, ancestors, code_range

Values = Mapping[str, object]
Faults = tuple[Fault, ...]

DESTROYED = re.compile(r"[0-9](\.[0-9]+)?E\+?1[0-9]", re.IGNORECASE)
"""What a spreadsheet leaves of a long number that it took for an amount: 2.20104E+17."""
READINGS = 1 << 16
"""So many different readings are kept at once, a dozen megabytes at most."""
WHO = frozenset(column.name for column in ABOUT)


@dataclass(frozen=True, slots=True)
class File:
    """What is said of a whole file: its kind, on whose word, as of when, and where from."""

    kind: FactKind
    source: str
    as_of: date
    region: str = NATION


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a row is about; the number itself is known to nobody else."""

    id_number: str = field(repr=False)
    name: str | None = field(repr=False)
    region: str | None


class FactRow(NamedTuple):
    """One fact that could be read, and about whom."""

    line: int
    who: Who
    values: Values


@dataclass(frozen=True, slots=True)
class Header:
    """Which cell of a row is which column's."""

    width: int
    places: Mapping[str, int]
    ignored: Sequence[str]


def read_header(cells: Sequence[str], kind: FactKind) -> tuple[Header, Sequence[Fault]]:
    """Find a kind's columns by their English or Chinese names; what is unknown is left aside."""
    names = {alias: c for c in columns(kind) for alias in (c.name, *c.known_as)}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    ignored: list[str] = []
    for n, text in enumerate(cells):
        column = names.get(cell.plain(text).lower())
        if column is None:
            ignored.append(cell.plain(text))
        elif column.name in places:
            faults.append(fault(Reason.COLUMN_TWICE, column.name))
        else:
            places[column.name] = n
    faults += [
        fault(Reason.COLUMN_MISSING, c.name, column=c.name, names=" / ".join(c.known_as))
        for c in columns(kind)
        if c.demanded and c.name not in places
    ]
    return Header(len(cells), places, ignored), faults


class Reader:
    """Reads the rows of a file, each cell once: files repeat months, employers and persons.

    What a row tells beside whom it is about is kept as it was read, up to so many readings; of
    persons only the last one is, for no list of them shall lie about (X11).
    """

    def __init__(self, header: Header, file: File, today: date) -> None:
        self._header, self._file, self._today = header, file, today
        self._who = [(n, p) for n, p in header.places.items() if n in WHO]
        self._what = [(n, p) for n, p in header.places.items() if n not in WHO]
        self._told: dict[tuple[str, ...], dict[str, object] | Faults] = {}
        self._last: tuple[tuple[str, ...], Who | Faults] = ((), ())

    def read(self, line: int, cells: Sequence[str]) -> FactRow | list[Fault]:
        """Read one row, or tell all that is wrong with it; never a value of it (X11, X13)."""
        header = self._header
        if len(cells) != header.width:
            return [fault(Reason.CELLS_DIFFER, cells=len(cells), columns=header.width)]
        who = self._whom(tuple([cells[place] for _, place in self._who]))
        values = self._tells(tuple([cells[place] for _, place in self._what]))
        if isinstance(who, Who) and isinstance(values, dict):
            return FactRow(line, who, values)
        return [fault for part in (who, values) if isinstance(part, tuple) for fault in part]

    def _whom(self, cells: tuple[str, ...]) -> Who | Faults:
        if self._last[0] != cells:
            self._last = (cells, _person(_given(self._who, cells), self._file, self._today))
        return self._last[1]

    def _tells(self, cells: tuple[str, ...]) -> dict[str, object] | Faults:
        found = self._told.get(cells)
        if found is None:
            if len(self._told) >= READINGS:
                self._told.clear()
            found = self._told[cells] = _told(_given(self._what, cells), self._file)
        return found


def read_row(
    header: Header, line: int, cells: Sequence[str], file: File, today: date
) -> FactRow | list[Fault]:
    """Read one row by itself."""
    return Reader(header, file, today).read(line, cells)


def _given(columns: Sequence[tuple[str, int]], cells: Sequence[str]) -> Mapping[str, str]:
    return {name: cell.plain(text) for (name, _), text in zip(columns, cells, strict=True)}


def _person(given: Mapping[str, str], file: File, today: date) -> Who | Faults:
    """Read whom a row is about."""
    id_number = read_loaded_id_number(given["id_number"], today)
    values, faults = _values(given, ABOUT[1:])
    if DESTROYED.fullmatch(given["id_number"]):
        return (fault(Reason.CELL_IS_NUMBER, "id_number", heading=ID_NUMBER.known_as[0]), *faults)
    if isinstance(id_number, Unreadable):
        return (fault(id_number.reason, "id_number"), *faults)
    if faults:
        return tuple(faults)
    name, region = values["name"], values["region"]
    home = str(region) if region else _home(id_number, file.region)
    return Who(id_number, str(name) if name else None, home)


def _told(given: Mapping[str, str], file: File) -> dict[str, object] | Faults:
    """Read what a row tells of them."""
    values, faults = _values(given, columns(file.kind)[len(ABOUT) :])
    faults += _contradictions(values, SHAPES[file.kind], file.as_of)
    return tuple(faults) if faults else _settled(values, file.kind)


def _values(
    given: Mapping[str, str], wanted: Sequence[Column]
) -> tuple[dict[str, object], list[Fault]]:
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for column in wanted:
        text = given.get(column.name, "")
        if not text and column.read not in {cell.flag, cell.employer}:
            values[column.name] = None
            if column.filled:
                faults.append(fault(Reason.TEXT_EMPTY, column.name))
            continue
        value = values[column.name] = column.read(text)
        if isinstance(value, Unreadable):
            faults.append(fault(value.reason, column.name))
    return values, faults


def _contradictions(values: Values, shape: Shape, as_of: date) -> Iterable[Fault]:
    """Judge the days of a row against each other and the day on which the file was made."""
    when = values.get(shape.when) if shape.when else None
    if isinstance(when, date):
        latest = first_of(as_of) if shape.when == "month" else as_of
        if when > latest:
            yield fault(Reason.AFTER_AS_OF, str(shape.when), day=as_of)
    first, last = (values.get(name) for name in shape.span or ("", ""))
    if isinstance(first, date) and isinstance(last, date) and last < first:
        yield fault(Reason.DATES_REVERSED, shape.span[1] if shape.span else "")


def _settled(values: dict[str, object], kind: FactKind) -> dict[str, object]:
    """Tell an open-ended contract from one whose last day is not stated (S6)."""
    if kind is FactKind.LABOUR_CONTRACT:
        values["open_ended"] = isinstance(values["ends_on"], str)
        if values["open_ended"]:
            values["ends_on"] = None
    return values


def _home(id_number: str, region: str) -> str | None:
    """Guess where somebody belongs who is not on file: by the number, if the file covers that."""
    own = _still_there(id_number[:6])
    low, high = code_range(region)
    if own is not None and low <= own <= high:
        return own
    return region if region != NATION else None


@lru_cache(maxsize=1 << 14)
def _still_there(code: str) -> str | None:
    """Find the region that a code names, or else its city or province."""
    return next((above for above in ancestors(code)[:-1] if above in REGIONS), None)
