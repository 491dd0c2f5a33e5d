"""The templates of a class's trainees and of their scores (S23, S27)."""

from datetime import date

from models import RosterKind
from rules.rosters.roster import RosterColumn, RosterForm
from rules.rosters.roster_form import ID_NUMBER_COLUMN, NAME_COLUMN, declare_form, parse_line_cell
from rules.training import score_roster
from rules.training.completion import parse_score


def _parse_score(cell: str, today: date) -> object:
    return parse_score(cell)


TRAINEES_FORM = declare_form(
    RosterForm(RosterKind.TRAINEES, "培训学员花名册", (NAME_COLUMN, ID_NUMBER_COLUMN))
)

NUMBER_COLUMN = RosterColumn(
    key="number",
    heading="序号",
    read=parse_line_cell,
    hint="第几名学员，可不填。",
    example="1",
    required=False,
    width=8,
)
CLASS_NUMBER_COLUMN = RosterColumn(
    key=score_roster.CLASS_NUMBER_KEY,
    heading="培训期号",
    read=parse_line_cell,
    hint="系统生成的培训期号，文本格式，不要修改。",
    example="510104-20260302-001",
    text=True,
    width=24,
)
SCORE_COLUMN = RosterColumn(
    key=score_roster.SCORE_KEY,
    heading="成绩",
    read=_parse_score,
    hint="0至100分，最多两位小数；缺考的不填。",
    example="85.5",
    required=False,
    width=10,
)
REMARK_COLUMN = RosterColumn(
    key=score_roster.REMARK_KEY,
    heading="备注",
    read=parse_line_cell,
    hint="缺考的，从下拉列表中选择；其他学员不填。",
    example=score_roster.ABSENT_WORD,
    choices={score_roster.ABSENT_WORD: True},
    synonyms=dict.fromkeys(score_roster.ABSENT_SYNONYMS, True),
    required=False,
    width=10,
)
SCORES_FORM = declare_form(
    RosterForm(
        RosterKind.SCORES,
        "培训成绩表",
        (
            NUMBER_COLUMN,
            CLASS_NUMBER_COLUMN,
            NAME_COLUMN,
            ID_NUMBER_COLUMN,
            SCORE_COLUMN,
            REMARK_COLUMN,
        ),
    )
)
