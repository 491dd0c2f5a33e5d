"""`jiuye facts load` of workbooks and Parquet, honest and hostile: all or nothing (X13)."""

import asyncio
import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from gateways import confined_child
from models import FactKind
from server.cli.facts import FactsNotLoaded, LoadRequest, load_file
from tests.factories.database import Database
from tests.factories.fact import AS_OF
from tests.factories.rows import a_credit_code, an_id_number
from tests.factories.workbook import MAIN_NAMESPACE, a_raw_workbook, a_sheet, a_workbook
from tests.factories.world import build_settings
from tests.server.cli.test_facts import count

HEADER = ("公民身份号码", "姓名", "缴费月份", "统一社会信用代码")
WHO, CODE = an_id_number(1), a_credit_code(1)
ROWS = [(WHO, "张三", f"2024-{month:02}", CODE) for month in range(1, 11)]


async def told(database: Database, path: Path) -> str:
    """Load contributions as the command does, and give what it says."""
    asked = LoadRequest(
        path=path, kind=FactKind.INSURANCE_CONTRIBUTION, source="社保局", as_of=AS_OF
    )
    try:
        done = await asyncio.to_thread(load_file, build_settings(database), asked)
    except FactsNotLoaded as error:
        return f"FactsNotLoaded: {error}"
    return "\n".join(done.describe())


def told_of_faults(path: Path) -> str:
    return Path(f"{path}.errors.csv").read_text()


def a_parquet(path: Path, **columns: object) -> Path:
    parquet.write_table(pa.table(columns), path, row_group_size=4)
    return path


async def test_x13_a_file_whose_reader_others_killed_is_to_be_loaded_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without memory: nothing is wrong with the file, and there is no traceback."""
    book = tmp_path / "book"
    book.write_bytes(a_workbook([HEADER, *ROWS]))
    with monkeypatch.context() as killed:
        kill = "import os; os.kill(os.getpid(), 9)  # {module}"
        killed.setattr(confined_child, "_START", kill)
        said = await told(database, book)
    assert said.startswith("FactsNotLoaded: ")
    assert "文件读取被中断" in said
    assert "Send it again." in said
    assert await count(database) == 0
    assert "10 rows: 10 new" in await told(database, book)


async def test_x13_a_workbook_and_parquet_load_as_csv_does(
    database: Database, tmp_path: Path
) -> None:
    """The same facts in three formats: the first puts them on file, the others find them there."""
    book = tmp_path / "book"
    book.write_bytes(a_workbook([HEADER, (), *ROWS]))
    assert "10 rows: 10 new" in await told(database, book)
    months = [date(2024, month, 1) for month in range(1, 11)]
    ids, codes = [WHO] * 10, pa.array([CODE] * 10).dictionary_encode()
    columns = {
        "id_number": ids,
        "month": months,
        "employer_credit_code": codes,
        "void": [None] * 10,
    }
    found = await told(database, a_parquet(tmp_path / "table.parquet", **columns))
    assert "10 rows: 0 new, 0 changed, 0 confirmed, 10 as they were" in found
    assert await count(database) == 10


BOMB = a_raw_workbook(a_sheet("A1"), {"xl/media/zeros": "0" * (8 << 20)})
MACROS = a_raw_workbook(a_sheet("A1"), {"xl/vbaProject.bin": "code"})
HOSTILE: dict[str, tuple[bytes, str]] = {
    "a cell at the far corner": (a_raw_workbook(a_sheet("A1", "XFD1048576")), "columns"),
    "a zip bomb": (BOMB, "MB"),
    "a file with macros": (MACROS, "macros"),
    "a zip that is no workbook": (b"PK\x03\x04 and no more", "workbook"),
    "a Parquet file that breaks off": (b"PAR1 and no more PAR1", "no whole Parquet file"),
    "an empty file": (b"", "is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither UTF-8 nor GB 18030"),
    "a letter": ("此致敬礼\n".encode(), "COLUMN_MISSING"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_x13_a_file_that_is_no_table_is_refused_by_what_is_wrong_with_it(
    database: Database, tmp_path: Path, name: str
) -> None:
    content, word = HOSTILE[name]
    path = tmp_path / "contributions.xlsx"
    path.write_bytes(content)
    said = await told(database, path)
    assert said.startswith("FactsNotLoaded")
    assert word in said
    assert await count(database) == 0


async def test_x11_numbers_that_a_spreadsheet_destroyed_are_refused_and_not_repeated(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(a_workbook([HEADER, (int(WHO[:-1] + "0"), "张三", "2024-10", CODE)]))
    said = await told(database, path)
    assert "1 CELL_IS_NUMBER" in said
    assert WHO[:14] not in said + told_of_faults(path)
    assert await count(database) == 0


WRONG: dict[str, Callable[[], dict[str, object]]] = {
    "COLUMN_MISSING": lambda: {"id_number": [WHO], "month": ["2024-10"]},
    "(list": lambda: {"id_number": [[WHO]], "month": ["2024-10"], "employer_credit_code": [CODE]},
    "(binary": lambda: {"id_number": [b"1"], "month": ["2024-10"], "employer_credit_code": [CODE]},
    "NOT_A_MONTH": lambda: {
        "id_number": [WHO],
        "month": [1.5],
        "employer_credit_code": [CODE],
        "name": ["张三"],
    },
}


@pytest.mark.parametrize("word", WRONG)
async def test_x13_parquet_of_other_columns_or_types_is_refused_by_name(
    database: Database, tmp_path: Path, word: str
) -> None:
    said = await told(database, a_parquet(tmp_path / "facts", **WRONG[word]()))
    assert said.startswith("FactsNotLoaded")
    assert word in said
    assert await count(database) == 0


@pytest.mark.parametrize("rows", [[], [(" ",), ("\u3000",)]])
async def test_x13_a_workbook_without_a_filled_row_is_said_to_be_empty(
    database: Database, tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    path = tmp_path / "facts.xlsx"
    path.write_bytes(a_workbook(rows))
    assert (await told(database, path)).startswith("FactsNotLoaded: facts.xlsx is empty.")


async def test_x13_a_csv_of_blanks_is_said_to_be_empty(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(" , ,\n\n")
    assert (await told(database, path)).startswith("FactsNotLoaded: facts.csv is empty.")


SPELL_HEADER = ("公民身份号码", "姓名", "失业登记日期", "注销日期", "作废")
SPELLS = (
    '<row r="{line}"><c r="A{line}" t="inlineStr"><is><t>{who}</t></is></c>'
    '<c r="B{line}" t="inlineStr"><is><t>张三</t></is></c>'
    '<c r="C{line}" t="inlineStr"><is><t>2024-0{line}-01</t></is></c>{odd}</row>'
)


def a_sheet_of_spells(*odd: str) -> bytes:
    """Write unemployment spells, a row for each; the cells of the last columns are given raw."""
    heads = "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in zip("ABCDE", SPELL_HEADER, strict=True)
    )
    rows = (SPELLS.format(line=n, who=WHO, odd=cells) for n, cells in enumerate(odd, start=2))
    inside = f'<row r="1">{heads}</row>{"".join(rows)}'
    return a_raw_workbook(
        f'<worksheet xmlns="{MAIN_NAMESPACE}"><sheetData>{inside}</sheetData></worksheet>'
    )


async def told_of_spells(database: Database, path: Path, *, all_or_nothing: bool) -> str:
    kind = FactKind.UNEMPLOYMENT_REGISTRATION
    asked = LoadRequest(
        path=path, kind=kind, source="就业局", as_of=AS_OF, all_or_nothing=all_or_nothing
    )
    try:
        done = await asyncio.to_thread(load_file, build_settings(database), asked)
    except FactsNotLoaded as error:
        return f"FactsNotLoaded: {error}"
    return "\n".join(done.describe())


async def test_x13_a_cell_without_a_value_is_refused_by_name_and_never_taken_for_empty(
    database: Database, tmp_path: Path
) -> None:
    """The end of a registration decides whether money follows."""
    path = tmp_path / "spells.xlsx"
    odd = (
        '<c r="D2" t="e"><v>#N/A</v></c>',
        '<c r="E3" t="e"><v>#REF!</v></c>',
        '<c r="D4"><f>DATE(2026,8,1)</f></c>',
        '<c r="D5"><v>45566</v></c>',
        "",
    )
    path.write_bytes(a_sheet_of_spells(*odd))
    assert "FactsNotLoaded" in await told_of_spells(database, path, all_or_nothing=True)
    listed = csv.DictReader(told_of_faults(path).removeprefix("\ufeff").splitlines())
    faults = [(row["cell"], row["code"]) for row in listed]
    assert faults == [
        ("D2", "CELL_IS_ERROR"),
        ("E3", "CELL_IS_ERROR"),
        ("D4", "CELL_NOT_COMPUTED"),
        ("D5", "DAY_IS_SERIAL"),
    ]
    assert "1 rows: 1 new" in await told_of_spells(database, path, all_or_nothing=False)


async def test_x13_hidden_rows_and_further_sheets_are_refused_by_name(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "facts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("一月")
        for line, row in enumerate([HEADER, *ROWS]):
            page.write_row(line, 0, row)
        page.set_row(3, None, None, {"hidden": True})
        book.add_worksheet("二月").write_row(0, 0, ROWS[0])
    said = await told(database, path)
    assert said.startswith("FactsNotLoaded: facts.xlsx: 只读取工作表“一月”")
    assert "二月" in said
    assert "第4行" in said
    assert await count(database) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a\tb\n", "its columns are divided by tabs"),
        ("a;b\n", "its columns are divided by semicolons"),
        ("a，b\n", "its columns are divided by full-width commas"),
        ("<html><table>", "另存为xlsx"),
        ("\ufeffa,b".encode("utf-16"), 'is "Unicode text" (UTF-16)'),
    ],
)
async def test_x13_what_is_said_of_a_file_is_what_its_user_sees(
    database: Database, tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = tmp_path / "facts.xls"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert said in await told(database, path)
