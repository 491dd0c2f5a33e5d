"""S10, X13: of whatever a workbook holds, nothing is dropped and nothing is taken in silence."""

import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from hypothesis import strategies as st

from gateways import workbook_child
from gateways.workbook import WorkbookLimits
from tests.factories.properties import DAYS, PLAIN_TEXT, for_all, id_numbers, to_full_width
from tests.factories.workbook import WORKBOOK_OPTIONS

LIMITS = asdict(WorkbookLimits()) | {"sheet": None}
COLUMNS = 4
UNCOMPUTED = "no value was kept"
"""Stands for what a program that computes nothing leaves out; it is cut out of the file."""


@dataclass(frozen=True)
class Cell:
    """A cell as it is written: what stands in it, which kind it is, how it is shown."""

    kind: str
    value: Any = None
    shown: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether whoever looks at the sheet sees something there."""
        return self.kind in "eu" or bool(workbook_child._BLANKS_PATTERN.sub("", self.shown))


def a_text(text: str) -> Cell:
    return Cell("t", text, text)


def a_number(number: int) -> Cell:
    """A spreadsheet keeps some digits: the last ones of an ID number are gone."""
    return Cell("n", number, str(int(float(f"{number:.16G}"))))


def a_day(day: date) -> Cell:
    return Cell("d", day, day.isoformat())


BLANK = st.text(st.sampled_from(" \u3000\xa0\u200b\t"), min_size=1, max_size=3).map(a_text)
CELL = st.one_of(
    st.just(Cell("t")),
    PLAIN_TEXT.filter(lambda text: text.strip(" \t\r\n") == text and text != "").map(a_text),
    id_numbers().map(to_full_width).map(a_text),
    id_numbers().filter(str.isdigit).map(int).map(a_number),
    st.integers(0, 10**9).map(a_number),
    DAYS.filter(lambda day: day >= date(1900, 3, 1)).map(a_day),
    st.sampled_from(["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"]).map(lambda e: Cell("e", e)),
    st.text(st.sampled_from("甲乙AB"), min_size=1, max_size=3).map(lambda t: Cell("f", t, t)),
    st.just(Cell("u", UNCOMPUTED)),
    BLANK,
)
ROWS = st.lists(st.lists(CELL, min_size=COLUMNS, max_size=COLUMNS), max_size=6)
SIDE_SHEETS = st.lists(st.tuples(CELL, st.booleans()), max_size=3)


def write_cell(page: Any, row: int, column: int, cell: Cell, day_format: Any) -> None:
    if cell.kind in "efu":
        page.write_formula(row, column, "=A99", None, cell.value)
    elif cell.kind == "d":
        page.write_datetime(
            row, column, datetime.combine(cell.value, datetime.min.time()), day_format
        )
    elif cell.kind == "n":
        page.write_number(row, column, cell.value)
    elif cell.value is not None:
        page.write_string(row, column, cell.value)


def write_workbook(
    rows: Sequence[Sequence[Cell]],
    sides: Sequence[tuple[Cell, bool]],
    hidden_rows: set[int],
    hidden_columns: set[int],
) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, WORKBOOK_OPTIONS) as book:
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet("名单")
        for n, row in enumerate(rows):
            for k, cell in enumerate(row):
                write_cell(page, n, k, cell, day_format)
        for n in hidden_rows:
            page.set_row(n, None, None, {"hidden": True})
        for k in hidden_columns:
            page.set_column(k, k, None, None, {"hidden": True})
        for n, (cell, hidden) in enumerate(sides):
            side = book.add_worksheet(f"附表{n}")
            write_cell(side, 2, 1, cell, day_format)
            if hidden:
                side.hide()
    return drop_uncomputed(file.getvalue())


def drop_uncomputed(content: bytes) -> bytes:
    """Leave out the values that no program computed."""
    file = io.BytesIO()
    left_out = re.compile(rf' t="str"><f>([^<]*)</f><v>{UNCOMPUTED}</v>')
    with ZipFile(io.BytesIO(content)) as package, ZipFile(file, "w", ZIP_DEFLATED) as anew:
        for name in package.namelist():
            text = package.read(name)
            if name.startswith("xl/worksheets/"):
                text = left_out.sub(r"><f>\1</f>", text.decode()).encode()
            anew.writestr(name, text)
    return file.getvalue()


def read_workbook(content: bytes) -> tuple[dict[str, Any], Mapping[int, tuple[Any, str]]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        head, *frames = workbook_child.build_frames(file, LIMITS)
    assert isinstance(head, dict)
    lines = [line for frame in frames if isinstance(frame, list) for line in frame]
    return head, {number: (cells, kinds) for number, cells, kinds in lines}


@for_all(
    rows=ROWS,
    sides=SIDE_SHEETS,
    hidden_rows=st.sets(st.integers(0, 5)),
    hidden_columns=st.sets(st.integers(0, COLUMNS - 1)),
)
def test_x13_what_is_told_of_a_workbook_is_what_is_in_it(
    rows: list[list[Cell]],
    sides: list[tuple[Cell, bool]],
    hidden_rows: set[int],
    hidden_columns: set[int],
) -> None:
    head, lines = read_workbook(write_workbook(rows, sides, hidden_rows, hidden_columns))
    filled = {n for n, row in enumerate(rows, start=1) if any(cell.is_seen for cell in row)}
    assert {*lines} == filled
    assert head["filled"] == len(filled)
    for number, (texts, kinds) in lines.items():
        for k, cell in enumerate(rows[number - 1]):
            text, kind = (texts[k], kinds[k]) if k < len(texts) else ("", "t")
            assert (text, kind) == (cell.shown, cell.kind), (number, k, cell)
        assert not any(text for text in texts[COLUMNS:])
    assert {*head["hidden_rows"]} == {n + 1 for n in hidden_rows if n + 1 in filled}
    seen = {k for row in rows for k, cell in enumerate(row) if cell.is_seen}
    assert {*head["hidden_columns"]} == {k + 1 for k in hidden_columns & seen}
    others = [f"附表{n}" for n, (cell, _) in enumerate(sides) if cell.is_seen]
    assert head["others"] == others
