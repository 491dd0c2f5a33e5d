"""The templates of rosters 人员模板, kind by kind (S10, S13, S14)."""

from datetime import date

from models import Beneficiary, HireGroup, RosterKind
from rules.facts import fact_cell
from rules.kernel.identity import parse_card_number, parse_id_number
from rules.kernel.refusal import Unreadable
from rules.kernel.text import parse_text
from rules.rosters import roster
from rules.rosters.roster import RosterColumn, RosterForm
from rules.training import score_roster
from rules.training.completion import parse_score

OPEN_ENDED_WORD = "无固定期限"
"""What stands in place of the last day of a contract that has none."""

HIRE_GROUP_CHOICES = {
    "登记失业人员": HireGroup.REGISTERED_UNEMPLOYED,
    "返岗受阻农民工": HireGroup.MIGRANT_WORKER,
}


def _parse_line(cell: str, today: date) -> str | Unreadable:
    return parse_text(cell, 100)


def _parse_day(cell: str, today: date) -> object:
    return fact_cell.parse_day_cell(cell)


def _parse_last_day(cell: str, today: date) -> object:
    """Read a contract's last day; None where it has none."""
    return None if cell == OPEN_ENDED_WORD else fact_cell.parse_day_cell(cell)


def _parse_credit_code(cell: str, today: date) -> object:
    return fact_cell.parse_credit_code_cell(cell)


def _parse_card_number(cell: str, today: date) -> object:
    return parse_card_number(cell)


def _parse_score(cell: str, today: date) -> object:
    return parse_score(cell)


NAME_COLUMN = RosterColumn(roster.NAME_KEY, "姓名", _parse_line, "与身份证一致。", "张三", width=12)
ID_NUMBER_COLUMN = RosterColumn(
    roster.ID_NUMBER_KEY,
    "公民身份号码",
    parse_id_number,
    "18位，文本格式，末位X大写。",
    "110101199003070011",
    text=True,
    width=22,
)
GROUP_COLUMN = RosterColumn(
    "group",
    "人员类别",
    _parse_line,
    "从下拉列表中选择。",
    "登记失业人员",
    choices=HIRE_GROUP_CHOICES,
    width=18,
)
STARTS_ON_COLUMN = RosterColumn(
    "contract_starts_on", "合同起始日期", _parse_day, "劳动合同的起始日期。", "2022-03-01", day=True
)
ENDS_ON_COLUMN = RosterColumn(
    "contract_ends_on",
    "合同终止日期",
    _parse_last_day,
    f"劳动合同的终止日期；没有终止日期的，填写“{OPEN_ENDED_WORD}”。",
    "2023-02-28",
    day=True,
)
EMPLOYER_CODE_COLUMN = RosterColumn(
    "employer_credit_code",
    "就业企业统一社会信用代码",
    _parse_credit_code,
    "18位，文本格式。",
    "91510100MA6000000X",
    text=True,
    width=24,
)
EMPLOYER_NAME_COLUMN = RosterColumn(
    "employer_name", "就业企业名称", _parse_line, "与营业执照一致。", "成都某某有限公司", width=28
)
PAYEE_BANK_COLUMN = RosterColumn(
    roster.PAYEE_BANK_KEY,
    "开户银行",
    _parse_line,
    "本人银行卡的开户银行。",
    "中国银行成都分行",
    only_for=Beneficiary.PERSON,
    width=24,
)
PAYEE_NUMBER_COLUMN = RosterColumn(
    roster.PAYEE_NUMBER_KEY,
    "银行卡号",
    _parse_card_number,
    "户名须为本人；12至19位，文本格式。",
    "6217000010001234569",
    text=True,
    only_for=Beneficiary.PERSON,
    width=24,
)

_HIRED_COLUMNS = (NAME_COLUMN, ID_NUMBER_COLUMN, GROUP_COLUMN, STARTS_ON_COLUMN, ENDS_ON_COLUMN)
HIRING_FORM = RosterForm(RosterKind.HIRING, "一次性吸纳就业补贴人员花名册", _HIRED_COLUMNS)
SERVICE_FORM = RosterForm(
    RosterKind.SERVICE,
    "就业创业服务补助人员花名册",
    (
        *_HIRED_COLUMNS,
        EMPLOYER_CODE_COLUMN,
        EMPLOYER_NAME_COLUMN,
        PAYEE_BANK_COLUMN,
        PAYEE_NUMBER_COLUMN,
    ),
)

TRAINEES_FORM = RosterForm(RosterKind.TRAINEES, "培训学员花名册", (NAME_COLUMN, ID_NUMBER_COLUMN))

NUMBER_COLUMN = RosterColumn(
    "number", "序号", _parse_line, "第几名学员，可不填。", "1", required=False, width=8
)
CLASS_NUMBER_COLUMN = RosterColumn(
    score_roster.CLASS_NUMBER_KEY,
    "培训期号",
    _parse_line,
    "系统生成的培训期号，文本格式，不要修改。",
    "510104-20260302-001",
    text=True,
    width=24,
)
SCORE_COLUMN = RosterColumn(
    score_roster.SCORE_KEY,
    "成绩",
    _parse_score,
    "0至100分，最多两位小数；缺考的不填。",
    "85.5",
    required=False,
    width=10,
)
REMARK_COLUMN = RosterColumn(
    score_roster.REMARK_KEY,
    "备注",
    _parse_line,
    "缺考的，从下拉列表中选择；其他学员不填。",
    score_roster.ABSENT_WORD,
    choices={score_roster.ABSENT_WORD: True},
    required=False,
    width=10,
)
SCORES_FORM = RosterForm(
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

ROSTER_FORMS = (HIRING_FORM, SERVICE_FORM, TRAINEES_FORM, SCORES_FORM)
COLUMN_HEADINGS = {column.key: column.heading for form in ROSTER_FORMS for column in form.columns}
"""What each column is called."""
