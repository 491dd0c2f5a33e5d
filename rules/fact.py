"""Files of external facts: what their rows tell, and what is wrong with them (X13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from models import FactKind
from rules import fact_cell as cell
from rules.fact_shape import SHAPES, Shape, columns
from rules.identity import read_loaded_id_number
from rules.month import first_of
from rules.refusal import Fault, Reason, Unreadable, fault
from rules.region import NATION, REGIONS, ancestors, code_range

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class File:
    """What is said of a whole file: its kind, on whose word, as of when, and where from."""

    kind: FactKind
    source: str
    as_of: date
    region: str = NATION


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact that could be read, and about whom; the number itself is known to nobody else."""

    line: int
    id_number: str = field(repr=False)
    name: str | None
    region: str | None
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


def read_row(
    header: Header, line: int, cells: Sequence[str], file: File, today: date
) -> FactRow | list[Fault]:
    """Read one row, or tell all that is wrong with it; never a value of it (X11, X13)."""
    if len(cells) != header.width:
        return [fault(Reason.CELLS_DIFFER, cells=len(cells), columns=header.width)]
    given = {name: cell.plain(cells[place]) for name, place in header.places.items()}
    id_number = read_loaded_id_number(given["id_number"], today)
    values, faults = _values(given, file.kind)
    if isinstance(id_number, Unreadable):
        return [fault(id_number.reason, "id_number"), *faults]
    faults += _contradictions(values, SHAPES[file.kind], file.as_of)
    if faults:
        return faults
    name, region = values.pop("name"), values.pop("region")
    known = str(region) if region else _home(id_number, file.region)
    return FactRow(line, id_number, str(name) if name else None, known, _settled(values, file.kind))


def _values(given: Mapping[str, str], kind: FactKind) -> tuple[dict[str, object], list[Fault]]:
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for column in columns(kind)[1:]:
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


def _settled(values: dict[str, object], kind: FactKind) -> Values:
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
