"""X13: a CSV file tells the same rows in whatever encoding and with whatever ends of lines."""

import csv
import io
import tempfile
from pathlib import Path
from typing import Literal

from hypothesis import strategies as st

from gateways.csv_file import CsvFile
from rules.kernel.text import is_blank
from tests.factories.properties import PLAIN_TEXT, for_all, id_numbers, to_full_width

HEADINGS = ["姓名", "证件号码", "备注"]
MANY_LINES = st.sampled_from(["甲\n乙", "甲\r\n乙", "一,二", '他说"是"', "\t"])
BLANKS = st.sampled_from(["", " ", "\u3000", "\xa0", "\u200b"])
NUMBERS = id_numbers() | id_numbers().map(to_full_width) | st.just("1.10101E+17")
CELL = PLAIN_TEXT | NUMBERS | MANY_LINES | BLANKS
TABLE = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8)


@for_all(
    rows=TABLE,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_x13_no_row_of_a_csv_file_is_dropped_and_none_is_made_up(
    rows: list[list[str]], encoding: str, end: str, quoting: Literal[0, 1]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    writer.writerows([HEADINGS, *rows])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "名单.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        found = [[*record.cells] for record in CsvFile(path).iterate_records()]
    filled = [row for row in rows if not all(map(is_blank, row))]
    assert found == [HEADINGS, *filled]
