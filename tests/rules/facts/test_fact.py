from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from models import Education, FactKind
from rules.facts import fact_cell as cell
from rules.facts.fact import FactFile, FactRow, FactRowReader, parse_header
from rules.facts.fact_shape import list_columns
from rules.kernel.refusal import Reason, Unreadable
from tests.factories.rows import a_credit_code, an_id_number

TODAY = date(2025, 3, 10)
AS_OF = date(2025, 3, 1)
WHO = an_id_number(1)
CONTRACT = ("公民身份号码", "统一社会信用代码", "签订日期", "合同开始日期", "合同结束日期")


def read(
    kind: FactKind, header: Sequence[str], cells: Sequence[str], region: str = "220000"
) -> Any:
    found, faults = parse_header(header, kind)
    assert faults == []
    file = FactFile(kind=kind, source="test", as_of=AS_OF, region=region)
    return FactRowReader(found, file, TODAY).parse_row(2, cells)


def reasons(
    kind: FactKind, header: Sequence[str], cells: Sequence[str]
) -> list[tuple[Reason, str]]:
    row = read(kind, header, cells)
    assert isinstance(row, list), row
    return [(fault.reason, str(fault.path[-1]) if fault.path else "") for fault in row]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-10-01", date(2024, 10, 1)),
        ("2024/10/1", date(2024, 10, 1)),
        ("2024.1.31", date(2024, 1, 31)),
        ("20241001", date(2024, 10, 1)),
        ("2024年10月1日", date(2024, 10, 1)),
        ("2024-10-01 00:00:00", date(2024, 10, 1)),
        ("2024-02-30", None),
        ("202411", None),
        ("2024111", None),
        ("24-10-01", None),
        ("2024-10-01 12:30", None),
    ],
)
def test_x13_days_are_read_as_bureaus_write_them_and_never_guessed(
    text: str, found: date | None
) -> None:
    assert cell.parse_day_cell(text) == (found or Unreadable(Reason.NOT_A_DATE))


@pytest.mark.parametrize("text", ["45566", "45566.5"])
def test_x13_a_day_that_a_spreadsheet_counted_is_told_as_such(text: str) -> None:
    for parse in (cell.parse_day_cell, cell.parse_month_cell, cell.parse_last_day_cell):
        assert parse(text) == Unreadable(Reason.DAY_IS_SERIAL)


@pytest.mark.parametrize(
    "text",
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#n/a",
        "Err:508",
        "#####",
    ],
)
def test_x13_what_a_spreadsheet_writes_for_an_error_is_told_from_text(text: str) -> None:
    assert cell.is_error_text(text)
    assert not cell.is_error_text(text + "x")


@pytest.mark.parametrize("text", ["", "#", "#1", "无", "-"])
def test_x13_other_text_is_no_error(text: str) -> None:
    assert not cell.is_error_text(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-10", date(2024, 10, 1)),
        ("202410", date(2024, 10, 1)),
        ("2024/1", date(2024, 1, 1)),
        ("2024年1月", date(2024, 1, 1)),
        ("2024-13", None),
        ("20241", None),
        ("20241001", None),
    ],
)
def test_x13_months_are_read_as_bureaus_write_them_and_never_guessed(
    text: str, found: date | None
) -> None:
    assert cell.parse_month_cell(text) == (found or Unreadable(Reason.NOT_A_MONTH))


def test_x13_schooling_and_flags_are_read_in_both_languages() -> None:
    assert (
        cell.parse_education_cell("大学本科")
        is cell.parse_education_cell("bachelor")
        is Education.BACHELOR
    )
    assert cell.parse_education_cell("神童班") == Unreadable(Reason.NOT_A_SCHOOLING)
    assert [cell.parse_flag_cell(text) for text in ("是", "Y", "1", "", "否", "no")] == [
        True
    ] * 3 + [False] * 3
    assert cell.parse_flag_cell("也许") == Unreadable(Reason.NOT_A_FLAG)


@pytest.mark.parametrize("kind", FactKind)
def test_x13_every_column_goes_by_an_english_and_a_chinese_name(kind: FactKind) -> None:
    english = [column.name for column in list_columns(kind)]
    chinese = [column.known_as[0] for column in list_columns(kind)]
    for cells in (english, chinese, [f" {name.upper()} " for name in english]):
        header, faults = parse_header(cells, kind)
        assert faults == []
        assert header.places == {name: n for n, name in enumerate(english)}


def test_x13_a_missing_and_a_doubled_column_are_told_together_and_unknown_ones_left_aside() -> None:
    header, faults = parse_header(
        ["身份证号", "id_number", "缴费基数"], FactKind.INSURANCE_CONTRIBUTION
    )
    assert [(f.reason, f.path) for f in faults] == [
        (Reason.COLUMN_TWICE, ("id_number",)),
        (Reason.COLUMN_MISSING, ("month",)),
        (Reason.COLUMN_MISSING, ("employer_credit_code",)),
    ]
    assert header.ignored == ["缴费基数"]


def test_x18_a_number_of_15_digits_is_converted_and_full_width_ones_are_read() -> None:
    header = ["身份证号", "缴费月份", "统一社会信用代码"]
    code = a_credit_code(1)
    old = read(FactKind.INSURANCE_CONTRIBUTION, header, ["220104850504001", "202410", code])
    wide = read(
        FactKind.INSURANCE_CONTRIBUTION,
        header,
        [f"'{''.join(chr(ord(c) + 0xFEE0) for c in WHO)}", "2024-10", ""],
    )
    assert isinstance(old, FactRow)
    assert old.who is not None
    assert old.who.id_number[:17] == "22010419850504001"
    assert (wide.who.id_number, wide.values["employer_credit_code"]) == (WHO, "")
    assert WHO not in repr(wide)


def test_x13_all_faults_of_a_row_are_told_at_once_and_none_repeats_a_value() -> None:
    header = ["公民身份号码", "姓名", "缴费月份", "统一社会信用代码", "作废"]
    cells = [WHO[:-1] + "?", "a\0b", "2024-13", "123", "也许"]
    assert reasons(FactKind.INSURANCE_CONTRIBUTION, header, cells) == [
        (Reason.ID_NUMBER_MALFORMED, "id_number"),
        (Reason.TEXT_UNPRINTABLE, "name"),
        (Reason.NOT_A_MONTH, "month"),
        (Reason.CREDIT_CODE_MALFORMED, "employer_credit_code"),
        (Reason.NOT_A_FLAG, "void"),
    ]
    row = read(FactKind.INSURANCE_CONTRIBUTION, header, cells)
    assert WHO[:-1] not in repr(row)
    assert reasons(FactKind.INSURANCE_CONTRIBUTION, header, [WHO])[0][0] is Reason.CELLS_DIFFER


def test_x13_nothing_is_known_before_it_happened() -> None:
    """A contribution of the file's own month is not too late, and of the next month is."""
    header = ["公民身份号码", "缴费月份", "统一社会信用代码"]
    code = a_credit_code(1)
    assert isinstance(
        read(FactKind.INSURANCE_CONTRIBUTION, header, [WHO, "2025-03", code]), FactRow
    )
    assert reasons(FactKind.INSURANCE_CONTRIBUTION, header, [WHO, "2025-04", code]) == [
        (Reason.AFTER_AS_OF, "month")
    ]
    spell = ["公民身份号码", "失业登记日期", "注销日期"]
    assert reasons(FactKind.UNEMPLOYMENT_REGISTRATION, spell, [WHO, "2025-03-02", ""]) == [
        (Reason.AFTER_AS_OF, "registered_on")
    ]
    assert reasons(
        FactKind.UNEMPLOYMENT_REGISTRATION, spell, [WHO, "2024-03-02", "2024-03-01"]
    ) == [(Reason.DATES_REVERSED, "ended_on")]


@pytest.mark.parametrize(
    ("written", "ends_on", "open_ended"),
    [
        ("2025-10-31", date(2025, 10, 31), False),
        ("无固定期限", None, True),
        ("open-ended", None, True),
        ("", None, False),
    ],
)
def test_s6_an_open_ended_contract_is_told_from_one_without_a_stated_term(
    written: str, ends_on: date | None, open_ended: bool
) -> None:
    cells = [WHO, a_credit_code(1), "2024-10-20", "2024-11-01", written]
    row = read(FactKind.LABOUR_CONTRACT, CONTRACT, cells)
    assert (row.values["ends_on"], row.values["open_ended"]) == (ends_on, open_ended)


def test_x13_a_contract_may_begin_after_the_file_was_made_but_is_signed_before() -> None:
    code = a_credit_code(1)
    begun = read(
        FactKind.LABOUR_CONTRACT, CONTRACT, [WHO, code, "2025-03-01", "2025-04-01", "2026-03-31"]
    )
    assert isinstance(begun, FactRow)
    later = [WHO, code, "2025-03-02", "2025-04-01", "2025-03-31"]
    assert reasons(FactKind.LABOUR_CONTRACT, CONTRACT, later) == [
        (Reason.AFTER_AS_OF, "signed_on"),
        (Reason.DATES_REVERSED, "ends_on"),
    ]
    assert reasons(FactKind.LABOUR_CONTRACT, CONTRACT, [WHO, "", "", "2025-01-01", ""]) == [
        (Reason.TEXT_EMPTY, "employer_credit_code"),
        (Reason.TEXT_EMPTY, "signed_on"),
    ]


def test_x13_where_somebody_belongs_is_the_row_s_region_or_the_number_s_within_the_file_s() -> None:
    header = ["公民身份号码", "姓名", "行政区划"]
    person = FactKind.PERSON
    assert read(person, header, [WHO, "张三", "220102"]).who.region == "220102"
    assert read(person, header, [WHO, "张三", ""], "220200").who.region == "220200"
    assert read(person, header, [WHO, "张三", ""], "220100").who.region == "220104"
    assert read(person, header, [WHO, "张三", ""], "000000").who.region == "220104"
    abolished = an_id_number(1, region="220111")
    assert read(person, header, [abolished, "张三", ""], "000000").who.region == "220100"
    foreign = an_id_number(1, region="911124")
    assert read(person, header, [foreign, "张三", ""], "000000").who.region is None
    assert read(person, header, [foreign, "张三", ""], "220000").who.region == "220000"
    assert reasons(person, header, [WHO, "张三", "999999"]) == [(Reason.NOT_A_REGION, "region")]
