"""The templates of hires and of placements (S10, S13, S14)."""

from collections.abc import Collection, Iterator
from datetime import date

from models import Beneficiary, HireGroup, RosterKind
from rules.facts import fact_cell
from rules.facts.fact_cell import OPEN_ENDED_WORD
from rules.kernel.identity import parse_card_number
from rules.kernel.refusal import Fault, Reason, fault
from rules.rosters import roster
from rules.rosters.roster import RosterColumn, RosterForm
from rules.rosters.roster_form import (
    ID_NUMBER_COLUMN,
    NAME_COLUMN,
    declare_form,
    get_form,
    parse_line_cell,
)

HIRE_GROUP_CHOICES = {
    "登记失业人员": HireGroup.REGISTERED_UNEMPLOYED,
    "无法返岗农民工": HireGroup.MIGRANT_WORKER,
}
HIRE_GROUP_SYNONYMS = {
    "登记失业半年以上人员": HireGroup.REGISTERED_UNEMPLOYED,
    "登记失业半年及以上人员": HireGroup.REGISTERED_UNEMPLOYED,
    "失业登记人员": HireGroup.REGISTERED_UNEMPLOYED,
    "因疫情无法返岗农民工": HireGroup.MIGRANT_WORKER,
    "因疫情无法返岗的农民工": HireGroup.MIGRANT_WORKER,
    "无法返岗的农民工": HireGroup.MIGRANT_WORKER,
    "返岗受阻农民工": HireGroup.MIGRANT_WORKER,
}
"""What the notices, the manuals and earlier templates call the groups (S4, S12)."""


def _parse_day(cell: str, today: date) -> object:
    return fact_cell.parse_day_cell(cell)


def _parse_last_day(cell: str, today: date) -> object:
    """Read a contract's last day; None where it has none."""
    found = fact_cell.parse_last_day_cell(cell)
    return None if isinstance(found, str) else found


def _parse_credit_code(cell: str, today: date) -> object:
    return fact_cell.parse_credit_code_cell(cell)


def _parse_card_number(cell: str, today: date) -> object:
    return parse_card_number(cell)


GROUP_COLUMN = RosterColumn(
    key="group",
    heading="人员类别",
    read=parse_line_cell,
    hint="从下拉列表中选择。",
    example="登记失业人员",
    choices=HIRE_GROUP_CHOICES,
    synonyms=HIRE_GROUP_SYNONYMS,
    width=18,
)
STARTS_ON_COLUMN = RosterColumn(
    key="contract_starts_on",
    heading="合同起始日期",
    read=_parse_day,
    hint="劳动合同的起始日期。",
    example="2022-03-01",
    day=True,
)
ENDS_ON_COLUMN = RosterColumn(
    key="contract_ends_on",
    heading="合同终止日期",
    read=_parse_last_day,
    hint=f"劳动合同的终止日期；没有终止日期的，填写“{OPEN_ENDED_WORD}”。",
    example="2023-02-28",
    day=True,
)
EMPLOYER_CODE_COLUMN = RosterColumn(
    key="employer_credit_code",
    heading="就业企业统一社会信用代码",
    read=_parse_credit_code,
    hint="18位，文本格式。",
    example="91510100MA6000000X",
    text=True,
    width=24,
)
EMPLOYER_NAME_COLUMN = RosterColumn(
    key="employer_name",
    heading="就业企业名称",
    read=parse_line_cell,
    hint="与营业执照一致。",
    example="成都某某有限公司",
    width=28,
)
PAYEE_BANK_COLUMN = RosterColumn(
    key=roster.PAYEE_BANK_KEY,
    heading="开户银行",
    read=parse_line_cell,
    hint="本人银行卡的开户银行。",
    example="中国银行成都分行",
    only_for=Beneficiary.PERSON,
    width=24,
)
PAYEE_NUMBER_COLUMN = RosterColumn(
    key=roster.PAYEE_NUMBER_KEY,
    heading="银行卡号",
    read=_parse_card_number,
    hint="户名须为本人；12至19位，文本格式。",
    example="6217000010001234569",
    text=True,
    only_for=Beneficiary.PERSON,
    width=24,
)

_HIRED_COLUMNS = (NAME_COLUMN, ID_NUMBER_COLUMN, GROUP_COLUMN, STARTS_ON_COLUMN, ENDS_ON_COLUMN)
HIRING_FORM = declare_form(
    RosterForm(RosterKind.HIRING, "一次性吸纳就业补贴人员花名册", _HIRED_COLUMNS)
)
SERVICE_FORM = declare_form(
    RosterForm(
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
)


def find_entry_faults(
    kind: RosterKind, beneficiary: Beneficiary | None, given: Collection[str], open_ended: bool
) -> Iterator[Fault]:
    """Judge which fields of one person's form are given: all that the kind asks, and no other.

    A contract has a last day, or is said to be open-ended (S6).
    """
    asked = {column.key: column for column in get_form(kind).select_columns(beneficiary)}
    for column in SERVICE_FORM.columns:  # which has all that any form of hires has
        at = _to_field_name(column.key)
        if column.key in given and column.key not in asked:
            yield fault(Reason.FIELD_NOT_ASKED, at, heading=column.heading)
        if column is ENDS_ON_COLUMN and (column.key in given) is open_ended:
            yield fault(Reason.CONTRACT_END_UNCLEAR, at)
        elif column.key not in given and column.key in asked and column is not ENDS_ON_COLUMN:
            yield fault(Reason.CELL_EMPTY, at, heading=column.heading)


def _to_field_name(key: str) -> str:
    head, *tail = key.split("_")
    return head + "".join(word.capitalize() for word in tail)
