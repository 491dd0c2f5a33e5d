"""The templates of rosters 人员模板, kind by kind (S10, S13, S14)."""

from datetime import date

from models import Beneficiary, HireGroup, RosterKind
from rules.facts import fact_cell
from rules.kernel.identity import read_card_number, read_id_number
from rules.kernel.refusal import Unreadable
from rules.kernel.text import read_text
from rules.rosters import roster
from rules.rosters.roster import Column, Form
from rules.training import score_roster
from rules.training.completion import read_score

OPEN_ENDED = "无固定期限"
"""What stands in place of the last day of a contract that has none."""

GROUPS = {
    "登记失业人员": HireGroup.REGISTERED_UNEMPLOYED,
    "返岗受阻农民工": HireGroup.MIGRANT_WORKER,
}


def _line(cell: str, today: date) -> str | Unreadable:
    return read_text(cell, 100)


def _day(cell: str, today: date) -> object:
    return fact_cell.day(cell)


def _last_day(cell: str, today: date) -> object:
    """Read a contract's last day; None where it has none."""
    return None if cell == OPEN_ENDED else fact_cell.day(cell)


def _credit_code(cell: str, today: date) -> object:
    return fact_cell.credit_code(cell)


def _card(cell: str, today: date) -> object:
    return read_card_number(cell)


def _score(cell: str, today: date) -> object:
    return read_score(cell)


NAME = Column(roster.NAME, "姓名", _line, "与身份证一致。", "张三", width=12)
ID_NUMBER = Column(
    roster.ID_NUMBER,
    "公民身份号码",
    read_id_number,
    "18位，文本格式，末位X大写。",
    "110101199003070011",
    text=True,
    width=22,
)
GROUP = Column(
    "group", "人员类别", _line, "从下拉列表中选择。", "登记失业人员", choices=GROUPS, width=18
)
STARTS_ON = Column(
    "contract_starts_on", "合同起始日期", _day, "劳动合同的起始日期。", "2022-03-01", day=True
)
ENDS_ON = Column(
    "contract_ends_on",
    "合同终止日期",
    _last_day,
    f"劳动合同的终止日期；没有终止日期的，填写“{OPEN_ENDED}”。",
    "2023-02-28",
    day=True,
)
EMPLOYER_CODE = Column(
    "employer_credit_code",
    "就业企业统一社会信用代码",
    _credit_code,
    "18位，文本格式。",
    "91510100MA6000000X",
    text=True,
    width=24,
)
EMPLOYER_NAME = Column(
    "employer_name", "就业企业名称", _line, "与营业执照一致。", "成都某某有限公司", width=28
)
PAYEE_BANK = Column(
    roster.PAYEE_BANK,
    "开户银行",
    _line,
    "本人银行卡的开户银行。",
    "中国银行成都分行",
    only_for=Beneficiary.PERSON,
    width=24,
)
PAYEE_NUMBER = Column(
    roster.PAYEE_NUMBER,
    "银行卡号",
    _card,
    "户名须为本人；12至19位，文本格式。",
    "6217000010001234569",
    text=True,
    only_for=Beneficiary.PERSON,
    width=24,
)

_HIRED = (NAME, ID_NUMBER, GROUP, STARTS_ON, ENDS_ON)
HIRING = Form(RosterKind.HIRING, "一次性吸纳就业补贴人员花名册", _HIRED)
SERVICE = Form(
    RosterKind.SERVICE,
    "就业创业服务补助人员花名册",
    (*_HIRED, EMPLOYER_CODE, EMPLOYER_NAME, PAYEE_BANK, PAYEE_NUMBER),
)

TRAINEES = Form(RosterKind.TRAINEES, "培训学员花名册", (NAME, ID_NUMBER))

NUMBER = Column("number", "序号", _line, "第几名学员，可不填。", "1", required=False, width=8)
CLASS_NUMBER = Column(
    score_roster.CLASS_NUMBER,
    "培训期号",
    _line,
    "系统生成的培训期号，文本格式，不要修改。",
    "510104-20260302-001",
    text=True,
    width=24,
)
SCORE = Column(
    score_roster.SCORE,
    "成绩",
    _score,
    "0至100分，最多两位小数；缺考的不填。",
    "85.5",
    required=False,
    width=10,
)
REMARK = Column(
    score_roster.REMARK,
    "备注",
    _line,
    "缺考的，从下拉列表中选择；其他学员不填。",
    score_roster.ABSENT,
    choices={score_roster.ABSENT: True},
    required=False,
    width=10,
)
SCORES = Form(
    RosterKind.SCORES, "培训成绩表", (NUMBER, CLASS_NUMBER, NAME, ID_NUMBER, SCORE, REMARK)
)

ALL = (HIRING, SERVICE, TRAINEES, SCORES)
HEADINGS = {column.key: column.heading for form in ALL for column in form.columns}
"""What each column is called."""
