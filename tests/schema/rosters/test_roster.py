"""S10: a roster is sent in, checked row by row, and its failed rows come back to be corrected."""

import asyncio
import io
import re
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook
from sqlalchemy import QueuePool

from gateways import roster_file
from models import (
    Beneficiary,
    History,
    Roster,
    RosterKind,
    RosterRow,
)
from resolvers.kernel.background import JobContext
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.rosters import roster_check, roster_check_job, roster_evaluation
from resolvers.rosters.roster_check import RosterCheck
from resolvers.rosters.roster_check_job import check_next_roster
from resolvers.rosters.roster_evaluation import evaluate_rows
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import CheckableRow
from rules.rosters.roster_form import get_form
from tests.factories.refusal import assert_refused
from tests.factories.roster import (
    HEADINGS,
    a_roster,
    a_row,
    check_roster,
    list_nodes,
    read_roster,
    try_create_roster,
    upload_roster,
)
from tests.factories.rows import CHAOYANG_DISTRICT, NANGUAN_DISTRICT, an_id_number
from tests.factories.story import story
from tests.factories.workbook import MAIN_NAMESPACE, a_raw_workbook, a_sheet, a_workbook
from tests.factories.world import World

TEMPLATE = """query ($kind: RosterKind!, $beneficiary: Beneficiary) {
  rosterTemplate(kind: $kind, beneficiary: $beneficiary) { url } }"""
LINKED = a_raw_workbook(a_sheet("A1"), {"xl/externalLinks/x.xml": "<x/>"})
FAILED = "... on FailedRowsPayload { url roster { id } }"


@story
async def peopled_world(world: World) -> World:
    """Ten persons on file."""
    for number in range(1, 11):
        await world.add_person(number)
    return world


async def tie_everybody(read: object, unit: object, asked: Any, code: str) -> Any:
    """Take everybody on file for somebody of the unit: ties are tested where there are controls."""
    return set(asked)


@pytest.fixture
def _no_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells and persons alone decide, whatever controls a kind has."""
    uncontrolled = {
        kind: replace(check, evaluate_rows=None) for kind, check in roster_check._CHECKS.items()
    }
    monkeypatch.setattr(roster_check, "_CHECKS", uncontrolled)
    monkeypatch.setattr(roster_evaluation, "find_tied_persons", tie_everybody)


pytestmark = pytest.mark.usefixtures("_no_controls")


def faults_of(row: Any) -> list[tuple[str, str]]:
    return [(each["cell"], each["reason"]) for each in row["faults"]]


async def template(world: World, **given: str) -> bytes:
    url = (await world.ask(TEMPLATE, "unit", **given)).only["url"]
    answer = await world.client.get(url)
    assert answer.status_code == 200
    return answer.content


# the template


async def test_s10_the_template_has_text_columns_drop_downs_and_instructions(world: World) -> None:
    book = load_workbook(io.BytesIO(await template(world, kind="SERVICE", beneficiary="PERSON")))
    page, help_ = book["人员名单"], book["填写说明"]
    headings = [cell.value for cell in page[1]]
    assert headings[:3] == ["姓名", "公民身份号码", "人员类别"]
    assert headings[-2:] == ["开户银行", "银行卡号"]
    formats = {page.cell(1, n + 1).value: page.column_dimensions["ABCDEFGHI"[n]] for n in range(9)}
    assert [h for h, c in formats.items() if c.number_format == "@"] == [
        "公民身份号码",
        "就业企业统一社会信用代码",
        "银行卡号",
    ]
    lists = [v for v in page.data_validations.dataValidation if v.type == "list"]
    assert [(v.formula1, str(v.sqref)) for v in lists] == [
        ('"登记失业人员,无法返岗农民工"', "C2:C100001")
    ]
    explained = {row[0].value for row in help_.iter_rows()}
    assert set(headings) <= explained


async def test_s10_the_template_is_the_same_bytes_each_time(world: World) -> None:
    assert await template(world, kind="HIRING") == await template(world, kind="HIRING")


async def test_s14_the_template_asks_for_accounts_only_where_the_persons_are_paid(
    world: World,
) -> None:
    book = load_workbook(io.BytesIO(await template(world, kind="SERVICE", beneficiary="UNIT")))
    assert "银行卡号" not in [cell.value for cell in book["人员名单"][1]]
    answer = await world.ask(TEMPLATE, "unit", kind="SERVICE")
    assert answer.errors[0]["extensions"]["reason"] == "BENEFICIARY_NEEDED"


async def test_s10_a_link_to_a_template_expires_and_opens_nothing_else(world: World) -> None:
    url = (await world.ask(TEMPLATE, "unit", kind="HIRING")).only["url"]
    token = url.rpartition("/")[2]
    for other in (f"/files/roster/roster-correction/{token}", f"/files/{token}", f"{url}x"):
        assert (await world.client.get(other)).status_code == 404
    world.clock.now += timedelta(hours=1)
    assert (await world.client.get(url)).status_code == 410


# the check


async def test_s10_rows_pass_or_fail_and_every_fault_of_a_row_is_told_at_once(
    peopled_world: World,
) -> None:
    world = peopled_world
    rows = [
        a_row(1),
        a_row(2, group="其他", contract_starts_on="昨天"),
        a_row(3, name="别人"),
        a_row(4, id_number=an_id_number(99, date(1990, 1, 1), CHAOYANG_DISTRICT)),
        a_row(5, contract_ends_on="无固定期限"),
    ]
    found = await check_roster(world, a_roster(rows))
    assert (found["state"], found["total"], found["checked"]) == ("CHECKED", 5, 5)
    assert [row["number"] for row in list_nodes(found["passed_"])] == [1, 5]
    bad = list_nodes(found["failed_"])
    assert [faults_of(row) for row in bad] == [
        [("C3", "NOT_A_CHOICE"), ("D3", "NOT_A_DATE")],
        [("B4", "PERSON_NOT_ON_FILE")],
        [("B5", "PERSON_NOT_ON_FILE")],
    ]
    first = bad[0]
    assert (first["sheet"], first["line"], first["faults"][0]["heading"]) == (
        "人员名单",
        3,
        "人员类别",
    )
    assert first["cells"][0] == {"column": "group", "heading": "人员类别", "text": "其他"}
    assert "登记失业人员、无法返岗农民工" in first["faults"][0]["cure"]
    assert all(each["message"] and each["cure"] for row in bad for each in row["faults"])


async def test_j16_who_is_unknown_and_who_is_otherwise_named_are_one_answer(
    peopled_world: World,
) -> None:
    rows = [a_row(1, name="别人"), a_row(2, id_number=an_id_number(99))]
    found = await check_roster(peopled_world, a_roster(rows))
    one, other = (
        [(f["reason"], f["message"], f["cure"]) for f in row["faults"]]
        for row in list_nodes(found["failed_"])
    )
    assert one == other


async def test_s10_a_person_who_stands_there_twice_is_named_with_the_other_row(
    peopled_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 2)  # across pieces as within them
    rows = [a_row(1), a_row(2), a_row(2), a_row(3), a_row(1)]
    found = await check_roster(peopled_world, a_roster(rows))
    bad = list_nodes(found["failed_"])
    assert [faults_of(row) for row in bad] == [[("B4", "PERSON_TWICE")], [("B6", "PERSON_TWICE")]]
    assert [row["faults"][0]["message"] for row in bad] == [
        "This is the person of row 3.",
        "This is the person of row 2.",
    ]


async def test_s10_formulas_and_numeric_numbers_fail_their_rows_by_name(
    peopled_world: World,
) -> None:
    rows = [
        a_row(1, id_number=int(an_id_number(1)[:17]) * 10),
        a_row(2, name="=A1"),
        [*a_row(3), "多余"],
        a_row(4, name="", id_number=""),
    ]
    found = await check_roster(peopled_world, a_roster(rows))
    assert [faults_of(row) for row in list_nodes(found["failed_"])] == [
        [("B2", "CELL_IS_NUMBER")],
        [("A3", "CELL_IS_FORMULA")],
        [("F4", "CELL_BEYOND")],
        [("A5", "CELL_EMPTY"), ("B5", "CELL_EMPTY")],
    ]


async def test_s10_errors_and_formulas_without_a_value_fail_their_rows_by_name(
    peopled_world: World,
) -> None:
    texts = [[str(cell) for cell in cells] for cells in (HEADINGS, a_row(1), a_row(2))]
    rows = "".join(
        f'<row r="{line}">'
        + "".join(
            f'<c r="{at}{line}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in zip("ABCDE", cells, strict=True)
        )
        + "</row>"
        for line, cells in enumerate(texts, start=1)
    )
    rows = re.sub(r'<c r="D2".*?</c>', '<c r="D2" t="e"><v>#N/A</v></c>', rows)
    rows = re.sub(r'<c r="E3".*?</c>', '<c r="E3"><f>D3+365</f></c>', rows)
    content = a_raw_workbook(
        f'<worksheet xmlns="{MAIN_NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
    )
    found = await check_roster(peopled_world, content)
    assert [faults_of(row) for row in list_nodes(found["failed_"])] == [
        [("D2", "CELL_IS_ERROR")],
        [("E3", "CELL_IS_FORMULA")],
    ]


async def test_s10_rows_of_blanks_are_no_persons(peopled_world: World) -> None:
    blanks = [[" ", ""], ["\u3000", "\u200b"], ["", "\xa0", " "]]
    found = await check_roster(peopled_world, a_roster([a_row(1), *blanks, a_row(2)]))
    assert (found["total"], found["passed"], found["failed"]) == (2, 2, 0)


async def test_s10_persons_on_another_sheet_are_never_left_out_in_silence(
    peopled_world: World,
) -> None:
    """The template's own instructions are no such sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name in ("人员名单", "填写说明", "名单二"):
            page = book.add_worksheet(name)
            for line, cells in enumerate([HEADINGS, a_row(1)]):
                page.write_row(line, 0, cells)
    found = await check_roster(peopled_world, file.getvalue())
    (wrong,) = found["faults"]
    assert wrong["reason"] == "SHEETS_BESIDE"
    assert "名单二" in wrong["message"]
    assert "填写说明" not in wrong["message"]


async def test_x11_a_number_in_a_wrong_cell_is_masked_however_it_is_spelled(world: World) -> None:
    number = an_id_number(7)
    spelled = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    await check_roster(world, a_roster([a_row(1, name=f"张三{spelled}", group=f"登记 {number}")]))
    (row,) = await world.load_rows(RosterRow)
    assert row.name == "张三" + "*" * 18
    assert row.values["group"] == "登记 " + "*" * 18


async def test_x11_numbers_are_sealed_and_masked_and_nowhere_in_the_clear(
    peopled_world: World,
) -> None:
    world = peopled_world
    await check_roster(world, a_roster([a_row(1), a_row(2, id_number="510000199001011234")]))
    good, bad = sorted(await world.load_rows(RosterRow), key=lambda row: row.number)
    number = an_id_number(1, date(2003, 5, 4), CHAOYANG_DISTRICT)
    assert world.open_sealed(RosterRow.id_number_sealed, good) == number
    assert good.id_number_masked == "22***************" + number[-1]
    assert bad.id_number_masked == "*" * 18
    assert number not in str(vars(good))
    assert (bad.id_number_index, bad.person_id) == (None, None)


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (a_roster([], ["甲", "乙"]), ["ROSTER_WRONG_TEMPLATE"]),
        (a_roster([a_row(1)[1:]], HEADINGS[1:]), ["COLUMN_LACKING"]),
        (a_roster([a_row(1)], ["姓  名", *HEADINGS[1:]]), ["COLUMN_LACKING", "COLUMN_UNKNOWN"]),
        (a_roster([[*a_row(1), "x"]], [*HEADINGS, "姓名"]), ["COLUMN_TWICE"]),
        (a_roster([[*a_row(1), "x"]], [*HEADINGS, "备注"]), ["COLUMN_UNKNOWN"]),
        (a_roster([]), ["ROSTER_EMPTY"]),
        (a_workbook([]), ["ROSTER_EMPTY"]),
        (a_raw_workbook(a_sheet("A1", "XFD1048576")), ["WORKBOOK_TOO_LONG"]),
        (LINKED, ["WORKBOOK_EXTERNAL_LINKS"]),
    ],
)
async def test_s10_a_file_that_is_no_such_roster_is_rejected_by_name(
    world: World, content: bytes, reasons: list[str]
) -> None:
    found = await check_roster(world, content)
    assert (found["state"], [each["reason"] for each in found["faults"]]) == ("REJECTED", reasons)
    assert all(each["message"] and each["cure"] for each in found["faults"])
    assert await world.load_rows(RosterRow) == []


async def test_s10_more_rows_than_may_be_are_rejected(world: World) -> None:
    result = await try_create_roster(world, a_roster([a_row(n) for n in range(1, 5)]))
    await check_next_roster(JobContext(service=world.service, max_roster_rows=3))
    found = await read_roster(world, result["roster"]["id"], language="zh")
    (wrong,) = found["faults"]
    assert wrong["reason"] == "WORKBOOK_TOO_LONG"


async def test_s10_what_is_no_workbook_is_refused_at_the_door(world: World) -> None:
    asked = {"name": "人员.pdf", "size": 10}
    assert await assert_refused(world, "requestRosterUpload", asked, "unit") == [
        ("FILE_TYPE_NOT_ALLOWED", "input.name")
    ]


async def test_s14_a_service_roster_says_who_is_paid_and_no_other_does(world: World) -> None:
    upload = await upload_roster(world, a_roster([a_row(1)]))
    draft = {"kind": "SERVICE", "place": CHAOYANG_DISTRICT, "uploadId": upload}
    assert await assert_refused(world, "createRoster", draft, "unit") == [
        ("BENEFICIARY_NEEDED", "input.beneficiary")
    ]
    draft = {
        "kind": "HIRING",
        "place": CHAOYANG_DISTRICT,
        "uploadId": upload,
        "beneficiary": "UNIT",
    }
    assert await assert_refused(world, "createRoster", draft, "unit") == [
        ("BENEFICIARY_NOT_ASKED", "input.beneficiary")
    ]


async def test_an_upload_makes_one_roster(world: World) -> None:
    upload = await upload_roster(world, a_roster([a_row(1)]))
    draft = {"kind": "HIRING", "place": CHAOYANG_DISTRICT, "uploadId": upload}
    first = await world.mutate("createRoster", draft, "unit")
    assert first["__typename"] == "RosterPayload"
    assert await assert_refused(world, "createRoster", draft, "unit") == [
        ("UPLOAD_USED", "input.uploadId")
    ]


# risk controls


async def _doubtful(
    read: DecisionReader, roster: Roster, rows: Sequence[CheckableRow]
) -> Sequence[Sequence[Finding]]:
    """Find something lacking in every second row."""
    said = Sentence("证据", "evidence")
    lacking = fault(Reason.INSURANCE_MISSING)
    control = Control.SOCIAL_INSURANCE
    return [
        [Finding(control=control, outcome=Outcome.PASS, evidence=said)]
        if row.number % 2
        else [Finding(control=control, outcome=Outcome.UNKNOWN, evidence=said, lacking=lacking)]
        for row in rows
    ]


async def test_x3_rows_fail_by_the_controls_of_their_kind_and_unknown_never_passes(
    peopled_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = RosterCheck(evaluate_rows=_doubtful)
    monkeypatch.setitem(roster_check._CHECKS, RosterKind.HIRING, check)
    found = await check_roster(peopled_world, a_roster([a_row(n) for n in range(1, 5)]))
    assert [row["number"] for row in list_nodes(found["passed_"])] == [1, 3]
    assert [row["findings"] for row in list_nodes(found["failed_"])] == [
        [{"outcome": "UNKNOWN"}]
    ] * 2


async def test_s10_the_statements_do_not_grow_with_the_rows(peopled_world: World) -> None:
    world = peopled_world

    async def counted(rows: int) -> int:
        await try_create_roster(world, a_roster([a_row(n) for n in range(1, rows + 1)]))
        world.statements.clear()
        await check_next_roster(JobContext(service=world.service))
        return len(world.statements)

    assert await counted(2) == await counted(10)


# killed and taken up again, and two at once


class _Killed(Exception):
    pass


async def test_x12_a_check_that_is_killed_goes_on_where_it_was_and_no_row_is_there_twice(
    peopled_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = peopled_world
    monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 2)
    result = await try_create_roster(world, a_roster([a_row(n) for n in range(1, 8)]))
    whole, calls = evaluate_rows, 0

    async def killed(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise _Killed
        return await whole(*given)

    monkeypatch.setattr(roster_check_job, "evaluate_rows", killed)
    with pytest.raises(_Killed):
        await check_next_roster(JobContext(service=world.service))
    found = await read_roster(world, result["roster"]["id"])
    assert (found["state"], found["checked"], found["total"]) == ("CHECKING", 4, 7)
    assert await check_next_roster(JobContext(service=world.service)) == 0  # its lease still runs
    world.clock.now += roster_check_job.CHECK_LEASE + timedelta(seconds=1)
    assert await check_next_roster(JobContext(service=world.service)) == 1
    found = await read_roster(world, result["roster"]["id"])
    assert (found["state"], found["checked"], found["passed"]) == ("CHECKED", 7, 7)
    rows = sorted(row.number for row in await world.load_rows(RosterRow))
    assert rows == list(range(1, 8))
    done = [row for row in await world.load_rows(History) if row.action == "CHECK_ROSTER"]
    assert len(done) == 1


async def test_x12_many_workers_at_once_check_a_roster_once(peopled_world: World) -> None:
    world = peopled_world
    for _ in range(3):
        await try_create_roster(world, a_roster([a_row(n) for n in range(1, 6)]))
    done = await asyncio.gather(
        *(check_next_roster(JobContext(service=world.service)) for _ in range(6))
    )
    assert sorted(done) == [0, 0, 0, 1, 1, 1]
    assert len(await world.load_rows(RosterRow)) == 15


async def test_x12_whoever_was_silent_for_too_long_stands_back(
    peopled_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = peopled_world
    monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 2)
    await try_create_roster(world, a_roster([a_row(n) for n in range(1, 6)]))
    whole, calls = evaluate_rows, 0

    async def overtaken(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        return await whole(*given)

    real = roster_check_job._read_header

    async def slow(*given: Any) -> Any:
        if calls == 0:
            world.clock.now += roster_check_job.CHECK_LEASE + timedelta(seconds=1)
            monkeypatch.setattr(roster_check_job, "_read_header", real)
            assert await check_next_roster(JobContext(service=world.service)) == 1
        return await real(*given)

    monkeypatch.setattr(roster_check_job, "evaluate_rows", overtaken)
    monkeypatch.setattr(roster_check_job, "_read_header", slow)
    assert await check_next_roster(JobContext(service=world.service)) == 0
    assert len(await world.load_rows(RosterRow)) == 5


# corrections


async def failed_rows(world: World, id: str) -> bytes:
    result = await world.mutate("requestFailedRows", {"id": id}, "unit", FAILED)
    assert result["__typename"] == "FailedRowsPayload", result
    answer = await world.client.get(result["url"])
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_s10_the_failed_rows_come_back_with_comments_and_are_corrected_alone(
    peopled_world: World,
) -> None:
    world = peopled_world
    rows = [a_row(1), a_row(2, contract_starts_on="昨天"), a_row(3, name="别人")]
    found = await check_roster(world, a_roster(rows))
    book = load_workbook(io.BytesIO(await failed_rows(world, found["id"])))
    page = book["人员名单"]
    assert [cell.value for cell in page[1]] == HEADINGS
    assert [cell.value for cell in page[2]][:2] == [rows[1][0], rows[1][1]]
    comments = {c.coordinate: c.comment.text for r in page.iter_rows() for c in r if c.comment}
    assert set(comments) == {"D2", "B3"}
    assert comments["D2"].endswith("日期无法识别。请按2024-10-01的格式填写。")
    page["D2"], page["A3"] = "2024-03-01", "见习生3"
    file = io.BytesIO()
    book.save(file)
    again = await check_roster(world, file.getvalue(), corrects=found["id"])
    assert (again["total"], again["passed"], again["failed"]) == (2, 2, 0)
    document = """query ($id: ID!) { node(id: $id) { ... on Roster {
      corrections { id } joinedRows(passed: true) { totalCount edges { node { name } } } } } }"""
    joined = (await world.ask(document, "unit", id=found["id"])).only
    assert [each["id"] for each in joined["corrections"]] == [again["id"]]
    assert [row["name"] for row in list_nodes(joined["joinedRows"])] == [
        "见习生1",
        "见习生2",
        "见习生3",
    ]


async def test_s10_nothing_is_held_in_the_database_while_a_correction_is_finished(
    peopled_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database ends what is silent for longer; a large workbook takes longer to close."""
    world, write, held = peopled_world, roster_file.write_in_child, list[int]()
    pool = world.service.reads.sync_engine.pool

    async def note_end(file: Any, layout: Any, pieces: AsyncIterable[Any], room: Path) -> None:
        async def pass_on() -> AsyncIterator[Any]:
            async for piece in pieces:
                yield piece
            assert isinstance(pool, QueuePool)
            held.append(pool.checkedout())

        await write(file, layout, pass_on(), room)

    monkeypatch.setattr(roster_file, "write_in_child", note_end)
    found = await check_roster(world, a_roster([a_row(1, contract_starts_on="昨天")]))
    await failed_rows(world, found["id"])
    assert held == [0]


async def test_s10_who_passed_before_is_told_in_a_correction(peopled_world: World) -> None:
    world = peopled_world
    found = await check_roster(world, a_roster([a_row(1), a_row(2, name="别人")]))
    again = await check_roster(world, a_roster([a_row(1), a_row(2)]), corrects=found["id"])
    (bad,) = list_nodes(again["failed_"])
    assert faults_of(bad) == [("B2", "PERSON_PASSED_BEFORE")]


async def test_s10_two_corrections_at_once_let_a_person_pass_once(peopled_world: World) -> None:
    world = peopled_world
    found = await check_roster(world, a_roster([a_row(1), a_row(2, name="别人")]))
    for _ in range(4):
        await try_create_roster(world, a_roster([a_row(2)]), corrects=found["id"])
    await asyncio.gather(*(check_next_roster(JobContext(service=world.service)) for _ in range(4)))
    rows = [row for row in await world.load_rows(RosterRow) if row.roster_id != row.root_id]
    assert sorted(row.passed for row in rows) == [False, False, False, True]


async def test_s10_only_what_is_checked_alike_and_has_failed_rows_is_corrected(
    peopled_world: World,
) -> None:
    world = peopled_world
    clean = await check_roster(world, a_roster([a_row(1)]))
    waiting = (await try_create_roster(world, a_roster([a_row(2)])))["roster"]
    for id, place, reasons in (
        (clean["id"], CHAOYANG_DISTRICT, ["NOTHING_TO_CORRECT"]),
        (waiting["id"], CHAOYANG_DISTRICT, ["ROSTER_NOT_CHECKED"]),
        (waiting["id"], NANGUAN_DISTRICT, ["ROSTER_NOT_CHECKED", "ROSTER_OTHER_KIND"]),
    ):
        upload = await upload_roster(world, a_roster([a_row(1)]))
        draft = {"kind": "HIRING", "place": place, "uploadId": upload, "corrects": id}
        assert await assert_refused(world, "createRoster", draft, "unit") == [
            (reason, "input.corrects") for reason in reasons
        ]
    assert await assert_refused(world, "requestFailedRows", {"id": clean["id"]}, "unit") == [
        ("NOTHING_TO_CORRECT", "input.id")
    ]


async def test_x11_asking_for_the_failed_rows_is_remembered_and_only_the_owner_may(
    peopled_world: World,
) -> None:
    world = peopled_world
    found = await check_roster(world, a_roster([a_row(1, name="别人")]))
    await failed_rows(world, found["id"])
    asked = [row for row in await world.load_rows(History) if row.action == "DOWNLOAD_FAILED_ROWS"]
    assert [row.account_name for row in asked] == ["unit account"]
    await world.add_unit("other")
    assert await assert_refused(world, "requestFailedRows", {"id": found["id"]}, "other") == [
        ("NOT_FOUND", "input.id")
    ]
    result = await world.mutate("requestFailedRows", {"id": found["id"]}, "officer", FAILED)
    assert result["__typename"] == "Forbidden"


# nothing is claimed


async def test_s10_a_check_claims_nothing(peopled_world: World) -> None:
    world = peopled_world
    await check_roster(world, a_roster([a_row(1)]))
    answer = await world.ask("{ claims { totalCount } }", "unit")
    assert answer.only["totalCount"] == 0


def test_s14_where_the_persons_are_paid_the_form_asks_for_their_accounts() -> None:
    form = get_form(RosterKind.SERVICE)
    keys = [column.key for column in form.select_columns(Beneficiary.PERSON)]
    assert keys[-2:] == ["payee_bank", "payee_number"]
    assert len(form.select_columns(Beneficiary.UNIT)) == len(keys) - 2
