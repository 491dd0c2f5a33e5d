"""The tour's rosters: a template filled in, checked in the background, told row by row (S10)."""

import io
import time
from collections.abc import Mapping, Sequence
from typing import Any

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from demonstration.tour.client import GraphClient, TourFailed
from demonstration.tour.sichuan_scenario import DISTRICT, SichuanScenario
from demonstration.tour.subsidy_document import ROSTER_QUERY, TEMPLATE_QUERY

FILE_NAME = "人员名单.xlsx"
SHEET_NAME = "人员名单"
WAIT_SECONDS = 120
PAUSE_SECONDS = 0.1
WORKBOOK_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False}
Cells = Mapping[str, str]


def check_roster(
    chengdu: SichuanScenario,
    who: GraphClient,
    kind: str,
    rows: Sequence[Cells],
    *,
    beneficiary: str | None = None,
    corrects: str | None = None,
    class_id: str | None = None,
) -> Mapping[str, Any]:
    """Fill in the template of a kind, send it in, and wait until it was checked."""
    content = _write_workbook(chengdu, _fetch_headings(who, kind, beneficiary), rows)
    party = chengdu.session
    upload = party.expect_success(who, "requestRosterUpload", name=FILE_NAME, size=len(content))
    status, _ = who.transfer_file("PUT", upload["url"], content)
    party.expect_equal("the roster's file", status in {200, 204}, True)
    of_class = {"place": DISTRICT} if class_id is None else {"classId": class_id}
    draft = {"kind": kind, "beneficiary": beneficiary} | of_class
    row = party.expect_success(
        who, "createRoster", uploadId=upload["id"], corrects=corrects, **draft
    )
    sent = "sent in, correcting the one before," if corrects else "sent in"
    party.report_step(f"Roster 花名册 for {kind} {sent} with {len(rows)} rows: {row['state']}")
    found = _poll_roster(who, row["id"])
    party.expect_equal("the roster", found["state"], "CHECKED")
    counts = f"{found['passed']} passed, {found['failed']} failed"
    party.report_step(f"Roster CHECKED in the background 后台校验: {counts}")
    for edge in found["rows"]["edges"]:
        party.report_step(f"  row {edge['node']['line']} failed: {_describe_faults(edge['node'])}")
    return found


def fetch_failed_rows(
    chengdu: SichuanScenario, who: GraphClient, roster: Mapping[str, Any]
) -> None:
    """Fetch the failed rows alone, to be corrected and sent in again (S10)."""
    url = chengdu.session.expect_success(who, "requestFailedRows", id=roster["id"])
    status, content = who.transfer_file("GET", url)
    chengdu.session.expect_equal("the failed rows", status, 200)
    sheet = _read_sheet(content)
    chengdu.session.expect_equal("how many failed rows come back", len(sheet) - 1, roster["failed"])
    chengdu.session.report_step(
        f"Failed rows 未通过人员 fetched to be corrected: {len(sheet) - 1} rows, "
        f"{len(content)} bytes with a comment at each fault"
    )


def read_filled_sheet(
    chengdu: SichuanScenario, who: GraphClient, url: str
) -> Sequence[dict[str, str]]:
    """Fetch a template that has rows in it, and read them by its headings."""
    status, content = who.transfer_file("GET", url)
    chengdu.session.expect_equal("the sheet", status, 200)
    headings, *rows = _read_sheet(content)
    return [dict(zip(map(str, headings), map(str, row), strict=True)) for row in rows]


def _fetch_headings(who: GraphClient, kind: str, beneficiary: str | None) -> Sequence[str]:
    asked = {"kind": kind, "beneficiary": beneficiary}
    status, content = who.transfer_file(
        "GET", who.ask(TEMPLATE_QUERY, asked)["rosterTemplate"]["url"]
    )
    if status != 200:
        raise TourFailed(f"The template of {kind} can't be fetched: {status}")
    return [str(cell) for cell in _read_sheet(content)[0]]


def _read_sheet(content: bytes) -> Sequence[Sequence[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows: Sequence[Sequence[object]] = book.get_sheet_by_name(SHEET_NAME).to_python()
    return rows


def _write_workbook(
    chengdu: SichuanScenario, headings: Sequence[str], rows: Sequence[Cells]
) -> bytes:
    """Write rows below a template's headings; every column that is given must be there."""
    unknown = {heading for row in rows for heading in row} - {*headings}
    chengdu.session.expect_equal("what the template lacks", unknown, set())
    file = io.BytesIO()
    with Workbook(file, WORKBOOK_OPTIONS) as book:
        page = book.add_worksheet(SHEET_NAME)
        page.write_row(0, 0, headings)
        for line, row in enumerate(rows, 1):
            page.write_row(line, 0, [row.get(heading, "") for heading in headings])
    return file.getvalue()


def _poll_roster(who: GraphClient, id: str) -> Mapping[str, Any]:
    """Ask until the roster was checked; the worker does that."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        found: Mapping[str, Any] = who.ask(ROSTER_QUERY, {"id": id})["node"]
        if found["state"] in {"CHECKED", "REJECTED"}:
            return found
        if time.monotonic() > until:
            raise TourFailed(
                f"The roster is {found['state']} after {WAIT_SECONDS} s: does the worker run?"
            )
        time.sleep(PAUSE_SECONDS)


def _describe_faults(row: Mapping[str, Any]) -> str:
    """Return the faults of a row's cells, or else which controls it did not pass."""
    cells = [f"{f['cell']} {f['reason']}: {f['message']} {f['cure']}" for f in row["faults"]]
    lacking = [f for f in row["findings"] if f["outcome"] != "PASS"]
    return "; ".join(
        [*cells, *(f"{f['control']} {f['outcome']}: {f['message']} {f['cure']}" for f in lacking)]
    )
