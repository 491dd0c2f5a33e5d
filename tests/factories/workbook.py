"""Workbooks as people fill them in, and as nobody honest makes them."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

WORKBOOK_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
CREATED_AT = datetime(2025, 3, 10)
MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_NAMESPACE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK_XML = (
    f'<workbook xmlns="{MAIN_NAMESPACE}" xmlns:r="{OFFICE_NAMESPACE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS_XML = (
    f'<Relationships xmlns="{PACKAGE_NAMESPACE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE_NAMESPACE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>"
)
ROOT_XML = (
    f'<Relationships xmlns="{PACKAGE_NAMESPACE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE_NAMESPACE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
TYPES_XML = (
    f'<Types xmlns="{PACKAGE_NAMESPACE}/content-types">'
    '<Default Extension="xml" ContentType="text/xml"/>'
    "</Types>"
)


def a_workbook(rows: Iterable[Sequence[object]], sheet: str = "S") -> bytes:
    """Write rows; a text that begins with = is a formula here. The same rows are the same bytes."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, WORKBOOK_OPTIONS) as book:
        book.set_properties({"created": CREATED_AT})
        page = book.add_worksheet(sheet)
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("="):
                    page.write_formula(line, column, cell, None, 42)
                elif cell not in ("", None):
                    page.write(line, column, cell)
    return file.getvalue()


def a_raw_workbook(sheet: str, more: Mapping[str, str] | None = None) -> bytes:
    """Pack a sheet's XML as it is, and further entries."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, text in {
            "[Content_Types].xml": TYPES_XML,
            "_rels/.rels": ROOT_XML,
            "xl/workbook.xml": WORKBOOK_XML,
            "xl/_rels/workbook.xml.rels": RELATIONS_XML,
            "xl/worksheets/sheet1.xml": sheet,
            **(more or {}),
        }.items():
            package.writestr(name, text)
    return file.getvalue()


def a_sheet(*cells: str, before: str = "") -> str:
    """Write a sheet with a number in each of some cells, each in a row of its own."""
    rows = "".join(
        f'<row r="{at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{at}"><v>1</v></c></row>'
        for at in cells
    )
    return f'{before}<worksheet xmlns="{MAIN_NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
