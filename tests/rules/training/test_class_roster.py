"""S23, S27: what rosters of trainees and of scores look like, and what their rows may say."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from models import RosterKind, RosterState
from rules.kernel.refusal import Reason
from rules.rosters.roster import find_applying_faults, find_class_faults
from rules.rosters.roster_form import map_column_headings
from rules.rosters.roster_row import ReadRow, RosterHeader, parse_header, parse_row
from rules.training.score_roster import find_cell_faults, get_score_and_absence
from rules.training.training_form import SCORES_FORM, TRAINEES_FORM
from tests.factories.rows import an_id_number

TODAY = date(2025, 3, 10)
NUMBER = "510104-20250310-001"
TRAINEE = ["1", NUMBER, "张三", an_id_number(1)]


def read_one(cells: Sequence[str], kinds: str = "tttttt") -> ReadRow:
    """Read a row of a roster of scores."""
    header = parse_header(
        [c.heading for c in SCORES_FORM.columns], SCORES_FORM.columns, SCORES_FORM
    )
    assert isinstance(header, RosterHeader)
    return parse_row(header, 1, 2, cells, kinds, TODAY)


def faults_of(row: ReadRow) -> list[tuple[str, Reason]]:
    return [(each.cell, each.fault.reason) for each in row.faults]


def test_s23_a_roster_of_trainees_asks_for_name_and_number_alone_the_number_as_text() -> None:
    assert [column.heading for column in TRAINEES_FORM.columns] == ["姓名", "公民身份号码"]
    assert [column.key for column in TRAINEES_FORM.columns if column.text] == ["id_number"]


def test_s27_a_roster_of_scores_says_of_whom_and_of_which_class() -> None:
    assert [column.heading for column in SCORES_FORM.columns] == [
        "序号",
        "培训期号",
        "姓名",
        "公民身份号码",
        "成绩",
        "备注",
    ]
    assert [column.key for column in SCORES_FORM.columns if column.text] == [
        "class_number",
        "id_number",
    ]
    assert all(
        map_column_headings()[column.key] == column.heading for column in SCORES_FORM.columns
    )


@pytest.mark.parametrize(
    ("score", "read"),
    [("0", "0"), ("85", "85"), ("85.5", "85.5"), ("99.99", "99.99"), ("100.00", "100")],
)
def test_s27_a_score_has_at_most_two_decimals(score: str, read: str) -> None:
    row = read_one([*TRAINEE, score, ""], "ttttnt")
    assert row.faults == []
    assert get_score_and_absence(row.values) == (Decimal(read), False)


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        ("101", Reason.SCORE_OUT_OF_RANGE),
        ("100.01", Reason.SCORE_OUT_OF_RANGE),
        ("85.555", Reason.NOT_A_SCORE),
        ("-1", Reason.NOT_A_SCORE),
        ("优秀", Reason.NOT_A_SCORE),
        ("85分", Reason.NOT_A_SCORE),
        ("1e2", Reason.NOT_A_SCORE),
        ("NaN", Reason.NOT_A_SCORE),
        ("9" * 120, Reason.NOT_A_SCORE),
    ],
)
def test_s27_what_is_no_score_is_told_at_its_cell(score: str, reason: Reason) -> None:
    row = read_one([*TRAINEE, score, ""])
    assert ("E2", reason) in faults_of(row)
    assert "score" not in row.values


def test_s27_the_remark_says_absent_and_nothing_else() -> None:
    assert get_score_and_absence(read_one([*TRAINEE, "", "缺考"]).values) == (None, True)
    assert ("F2", Reason.NOT_A_CHOICE) in faults_of(read_one([*TRAINEE, "", "请假"]))


@pytest.mark.parametrize(
    ("score", "remark", "found"),
    [
        ("85", "", []),
        ("", "缺考", []),
        ("85", "缺考", [("score", Reason.SCORE_UNCLEAR)]),
        ("", "", [("score", Reason.SCORE_UNCLEAR)]),
        ("101", "缺考", []),  # the score can't be read: that is told, and no more
    ],
)
def test_s27_a_row_has_a_score_or_says_absent(
    score: str, remark: str, found: list[tuple[str, Reason]]
) -> None:
    row = read_one([*TRAINEE, score, remark])
    odd = find_cell_faults(row.values, NUMBER)
    assert [(column, fault.reason) for column, fault in odd] == found


def test_s27_a_row_of_another_class_is_told_with_the_number_of_the_one_chosen() -> None:
    row = read_one([*TRAINEE, "85", ""])
    ((column, fault),) = find_cell_faults(row.values, "510104-20250310-002")
    assert (column, fault.reason) == ("class_number", Reason.SCORES_OF_OTHER_CLASS)
    assert fault.figures == {"number": "510104-20250310-002"}


@pytest.mark.parametrize(
    ("kind", "place", "of_class", "reasons"),
    [
        (RosterKind.HIRING, True, False, []),
        (RosterKind.HIRING, False, False, [Reason.PLACE_NEEDED]),
        (RosterKind.SERVICE, True, True, [Reason.CLASS_NOT_ASKED]),
        (RosterKind.SERVICE, False, True, [Reason.CLASS_NOT_ASKED, Reason.PLACE_NEEDED]),
        (RosterKind.TRAINEES, False, True, []),
        (RosterKind.TRAINEES, True, True, [Reason.PLACE_NOT_ASKED]),
        (RosterKind.SCORES, False, False, [Reason.CLASS_NEEDED]),
        (RosterKind.SCORES, True, False, [Reason.CLASS_NEEDED, Reason.PLACE_NOT_ASKED]),
    ],
)
def test_s23_a_roster_names_a_class_or_a_place_whichever_its_kind_has(
    kind: RosterKind, place: bool, of_class: bool, reasons: list[Reason]
) -> None:
    found = find_class_faults(kind, place=place, of_class=of_class)
    assert [fault.reason for fault in found] == reasons


@pytest.mark.parametrize(
    ("kind", "state", "passed", "reasons"),
    [
        (RosterKind.SCORES, RosterState.CHECKED, 1, []),
        (RosterKind.SCORES, RosterState.CHECKED, 0, [Reason.NOBODY_PASSED]),
        (RosterKind.SCORES, RosterState.CHECKING, 1, [Reason.ROSTER_NOT_CHECKED]),
        (RosterKind.SCORES, RosterState.REJECTED, 0, [Reason.ROSTER_NOT_CHECKED]),
        (
            RosterKind.TRAINEES,
            RosterState.WAITING,
            0,
            [Reason.ROSTER_WRONG_KIND, Reason.ROSTER_NOT_CHECKED],
        ),
    ],
)
def test_s27_only_a_checked_roster_of_the_kind_in_which_somebody_passed_is_taken_over(
    kind: RosterKind, state: RosterState, passed: int, reasons: list[Reason]
) -> None:
    found = find_applying_faults(kind, RosterKind.SCORES, state, passed, cleared=False)
    assert [fault.reason for fault in found] == reasons
