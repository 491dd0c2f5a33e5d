"""The tour's rosters: a template filled in, checked in the background, told row by row (S10)."""

import io
import time
from collections.abc import Mapping, Sequence
from typing import Any

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from demonstration.tour.chengdu import DISTRICT, Chengdu
from demonstration.tour.graph import Graph, TourFailed
from demonstration.tour.subsidy_document import ROSTER, TEMPLATE

NAME = "人员名单.xlsx"
SHEET = "人员名单"
WAIT_SECONDS = 120
PAUSE_SECONDS = 0.1
AS_TEXT = {"strings_to_numbers": False, "strings_to_formulas": False}
Cells = Mapping[str, str]


def checked(
    chengdu: Chengdu,
    who: Graph,
    kind: str,
    rows: Sequence[Cells],
    *,
    beneficiary: str | None = None,
    corrects: str | None = None,
    class_id: str | None = None,
) -> Mapping[str, Any]:
    """Fill in the template of a kind, send it in, and wait until it was checked."""
    content = _filled(chengdu, _template(who, kind, beneficiary), rows)
    party = chengdu.party
    upload = party.do(who, "requestRosterUpload", name=NAME, size=len(content))
    status, _ = who.carry("PUT", upload["url"], content)
    party.expect("the roster's file", status in {200, 204}, True)
    of_class = {"place": DISTRICT} if class_id is None else {"classId": class_id}
    draft = {"kind": kind, "beneficiary": beneficiary} | of_class
    row = party.do(who, "createRoster", uploadId=upload["id"], corrects=corrects, **draft)
    sent = "sent in, correcting the one before," if corrects else "sent in"
    party.tell(f"Roster 花名册 for {kind} {sent} with {len(rows)} rows: {row['state']}")
    found = _told(who, row["id"])
    party.expect("the roster", found["state"], "CHECKED")
    counts = f"{found['passed']} passed, {found['failed']} failed"
    party.tell(f"Roster CHECKED in the background 后台校验: {counts}")
    for edge in found["rows"]["edges"]:
        party.tell(f"  row {edge['node']['line']} failed: {_why(edge['node'])}")
    return found


def failed_rows(chengdu: Chengdu, who: Graph, roster: Mapping[str, Any]) -> None:
    """Fetch the failed rows alone, to be corrected and sent in again (S10)."""
    url = chengdu.party.do(who, "requestFailedRows", id=roster["id"])
    status, content = who.carry("GET", url)
    chengdu.party.expect("the failed rows", status, 200)
    sheet = _sheet(content)
    chengdu.party.expect("how many failed rows come back", len(sheet) - 1, roster["failed"])
    chengdu.party.tell(
        f"Failed rows 未通过人员 fetched to be corrected: {len(sheet) - 1} rows, "
        f"{len(content)} bytes with a comment at each fault"
    )


def filled(chengdu: Chengdu, who: Graph, url: str) -> Sequence[dict[str, str]]:
    """Fetch a template that has rows in it, and read them by its headings."""
    status, content = who.carry("GET", url)
    chengdu.party.expect("the sheet", status, 200)
    headings, *rows = _sheet(content)
    return [dict(zip(map(str, headings), map(str, row), strict=True)) for row in rows]


def _template(who: Graph, kind: str, beneficiary: str | None) -> Sequence[str]:
    asked = {"kind": kind, "beneficiary": beneficiary}
    status, content = who.carry("GET", who.ask(TEMPLATE, asked)["rosterTemplate"]["url"])
    if status != 200:
        raise TourFailed(f"The template of {kind} can't be fetched: {status}")
    return [str(cell) for cell in _sheet(content)[0]]


def _sheet(content: bytes) -> Sequence[Sequence[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows: Sequence[Sequence[object]] = book.get_sheet_by_name(SHEET).to_python()
    return rows


def _filled(chengdu: Chengdu, headings: Sequence[str], rows: Sequence[Cells]) -> bytes:
    """Write rows below a template's headings; every column that is given must be there."""
    unknown = {heading for row in rows for heading in row} - {*headings}
    chengdu.party.expect("what the template lacks", unknown, set())
    file = io.BytesIO()
    with Workbook(file, AS_TEXT) as book:
        page = book.add_worksheet(SHEET)
        page.write_row(0, 0, headings)
        for line, row in enumerate(rows, 1):
            page.write_row(line, 0, [row.get(heading, "") for heading in headings])
    return file.getvalue()


def _told(who: Graph, id: str) -> Mapping[str, Any]:
    """Ask until the roster was checked; the worker does that."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        found: Mapping[str, Any] = who.ask(ROSTER, {"id": id})["node"]
        if found["state"] in {"CHECKED", "REJECTED"}:
            return found
        if time.monotonic() > until:
            raise TourFailed(
                f"The roster is {found['state']} after {WAIT_SECONDS} s: does the worker run?"
            )
        time.sleep(PAUSE_SECONDS)


def _why(row: Mapping[str, Any]) -> str:
    """Tell the faults of a row's cells, or else which controls it did not pass."""
    cells = [f"{f['cell']} {f['reason']}: {f['message']} {f['cure']}" for f in row["faults"]]
    lacking = [f for f in row["findings"] if f["outcome"] != "PASS"]
    return "; ".join(
        [*cells, *(f"{f['control']} {f['outcome']}: {f['message']} {f['cure']}" for f in lacking)]
    )
