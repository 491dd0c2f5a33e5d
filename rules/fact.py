"""Files of external facts: which columns each kind has, and what is wrong with a row (X13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from models import FactKind
from rules import fact_cell as cell
from rules.identity import read_loaded_id_number
from rules.month import first_of
from rules.refusal import Fault, Reason, Unreadable, fault
from rules.region import NATION, REGIONS, ancestors, code_range

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the table, what it is called in Chinese, how its cells are read.

    `demanded` columns must be in the file; `filled` ones must also have something in each cell.
    """

    name: str
    known_as: tuple[str, ...]
    read: cell.Read
    demanded: bool = True
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind's rows look like: by which columns a fact is known again, and what it tells.

    `when` is the column by which a row must not be later than the file's own day.
    """

    key: tuple[Column, ...]
    told: tuple[Column, ...]
    when: str | None = None
    span: tuple[str, str] | None = None


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


ID_NUMBER = Column(
    "id_number",
    ("公民身份号码", "身份证号", "身份证号码", "证件号码"),
    str,
)


def _extra(name: str, known_as: tuple[str, ...], read: cell.Read) -> Column:
    """Make a column that a file may lack."""
    return Column(name, known_as, read, demanded=False, filled=False)


NAME = _extra("name", ("姓名",), cell.text)
REGION = _extra("region", ("行政区划", "行政区划代码"), cell.region)
VOID = _extra("void", ("作废", "是否作废"), cell.flag)
EMPLOYER = ("统一社会信用代码", "单位统一社会信用代码", "用人单位统一社会信用代码")
SHAPES: Mapping[FactKind, Shape] = {
    FactKind.PERSON: Shape(
        key=(),
        told=(
            _extra("education", ("学历",), cell.schooling),
            _extra("school", ("毕业院校", "毕业学校"), cell.text),
            _extra("graduated_on", ("毕业日期", "毕业时间"), cell.day),
        ),
        when="graduated_on",
    ),
    FactKind.INSURANCE_CONTRIBUTION: Shape(
        key=(
            Column("month", ("缴费月份", "费款所属期", "缴费年月"), cell.month),
            Column("employer_credit_code", EMPLOYER, cell.employer, filled=False),
        ),
        told=(),
        when="month",
    ),
    FactKind.UNEMPLOYMENT_REGISTRATION: Shape(
        key=(Column("registered_on", ("失业登记日期", "登记日期"), cell.day),),
        told=(Column("ended_on", ("注销日期", "终止日期"), cell.day, filled=False),),
        when="registered_on",
        span=("registered_on", "ended_on"),
    ),
    FactKind.TRANSFER_EMPLOYMENT: Shape(
        key=(Column("transferred_on", ("转移就业日期", "转移日期"), cell.day),),
        told=(
            _extra("ended_on", ("终止日期", "返乡日期"), cell.day),
            _extra("destination", ("转移就业地", "就业地"), cell.text),
        ),
        when="transferred_on",
        span=("transferred_on", "ended_on"),
    ),
    FactKind.LABOUR_CONTRACT: Shape(
        key=(
            Column("employer_credit_code", EMPLOYER, cell.credit_code),
            Column("starts_on", ("合同开始日期", "合同起始日期", "合同起始时间"), cell.day),
        ),
        told=(
            Column("signed_on", ("签订日期", "合同签订日期"), cell.day),
            Column("ends_on", ("合同结束日期", "合同终止日期"), cell.last_day, filled=False),
        ),
        when="signed_on",
        span=("starts_on", "ends_on"),
    ),
}
"""The columns of each kind, beside those that say who it is about. 外部数据文件格式"""


def columns(kind: FactKind) -> Sequence[Column]:
    """List the columns that a file of a kind may have, in the order of the documentation."""
    shape = SHAPES[kind]
    about = (ID_NUMBER, NAME, REGION)
    return (*about, *shape.key, *shape.told, *(() if kind is FactKind.PERSON else (VOID,)))


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
