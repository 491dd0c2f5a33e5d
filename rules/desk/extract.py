"""What a person is given of all that is kept about them 本人数据: section by section (PIPL 45).

Each table that is about a person has a section here, or a reason why it has none; a test compares.
Remarks of units and offices, drafts and other people's accounts are not theirs to read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement

from models import (
    AccessHistory,
    Account,
    AccountAppeal,
    Base,
    ClaimLine,
    History,
    InsuranceContribution,
    Intern,
    LabourContract,
    MonthlyReport,
    OfficialMobile,
    Payment,
    Person,
    Receipt,
    SecondFactor,
    SignIn,
    SignInSession,
    Status,
    Trainee,
    TraineeOutcome,
    TransferEmployment,
    UnemploymentRegistration,
)


class ExtractFormat(StrEnum):
    """As what kind of file a person's data are given. 文件格式"""

    JSON = "JSON"
    XLSX = "XLSX"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSection:
    """Rows of a table about a person: what the section is called, and what is told of each row.

    `columns` are called in Chinese; those that end in `_sealed` are opened, for they are the
    person's own. `only` leaves out what is not the person's to know yet.
    """

    title: str
    table: type[Base]
    columns: Mapping[str, str]
    only: ColumnElement[bool] | None = None

    @property
    def whose(self) -> str:
        """Return the column that says whose a row is."""
        if self.table in (Person, Account):
            return "id"
        return "person_id" if "person_id" in self.table.__table__.c else "account_id"


_FACT: Mapping[str, str] = {"source": "来源", "as_of": "截至时间", "void": "是否已撤销"}

EXTRACT_SECTIONS: Sequence[ExtractSection] = (
    ExtractSection(
        title="本人信息",
        table=Person,
        columns={
            "name": "姓名",
            "id_number_sealed": "公民身份号码",
            "birth_date": "出生日期",
            "mobile_sealed": "手机号码",
            "proved_mobile_sealed": "核实过的手机号码",
            "region": "行政区划",
            "education": "学历",
            "school": "毕业院校",
            "graduated_on": "毕业日期",
            "completed_at": "完善基本信息时间",
            "source": "来源",
            "as_of": "截至时间",
            "official_education": "登记学历",
            "official_school": "登记毕业院校",
            "official_graduated_on": "登记毕业日期",
            "official_source": "学历来源",
            "official_as_of": "学历截至时间",
            "created_at": "建档时间",
        },
    ),
    ExtractSection(
        title="账号",
        table=Account,
        columns={
            "username": "账号名",
            "name": "姓名",
            "region": "行政区划",
            "agreement": "协议版本",
            "agreed_at": "同意协议时间",
            "active": "是否启用",
            "created_at": "注册时间",
        },
    ),
    ExtractSection(
        title="登录记录",
        table=SignIn,
        columns={"at": "时间", "way": "登录方式", "succeeded": "是否成功", "user_agent": "客户端"},
    ),
    ExtractSection(
        title="会话",
        table=SignInSession,
        columns={
            "way": "登录方式",
            "user_agent": "客户端",
            "started_at": "登录时间",
            "seen_at": "最近使用时间",
            "expires_at": "到期时间",
            "ended_at": "结束时间",
        },
    ),
    ExtractSection(
        title="访问记录",
        table=AccessHistory,
        columns={"at": "时间", "action": "访问类型", "about": "访问内容"},
    ),
    ExtractSection(
        title="验证器",
        table=SecondFactor,
        columns={"begun_at": "绑定时间", "confirmed_at": "启用时间"},
    ),
    ExtractSection(
        title="社保缴费",
        table=InsuranceContribution,
        columns={
            "month": "月份",
            "employer_credit_code": "缴费单位统一社会信用代码",
            "place": "参保地",
            **_FACT,
        },
    ),
    ExtractSection(
        title="劳动合同",
        table=LabourContract,
        columns={
            "employer_credit_code": "用人单位统一社会信用代码",
            "signed_on": "签订日期",
            "starts_on": "起始日期",
            "ends_on": "终止日期",
            "open_ended": "是否无固定期限",
            **_FACT,
        },
    ),
    ExtractSection(
        title="失业登记",
        table=UnemploymentRegistration,
        columns={"registered_on": "登记日期", "ended_on": "终止日期", **_FACT},
    ),
    ExtractSection(
        title="转移就业",
        table=TransferEmployment,
        columns={
            "transferred_on": "转移日期",
            "ended_on": "终止日期",
            "destination": "去向",
            **_FACT,
        },
    ),
    ExtractSection(
        title="登记手机号码",
        table=OfficialMobile,
        columns={"mobile_sealed": "手机号码", **_FACT},
    ),
    ExtractSection(
        title="就业见习",
        table=Intern,
        columns={
            "category": "人员类型",
            "agreed_on": "协议签订日期",
            "starts_on": "开始日期",
            "ends_on": "计划结束日期",
            "ended_on": "结束日期",
            "end_reason": "结束原因",
            "destination": "就业去向",
            "status": "办理状态",
            "submitted_at": "提交时间",
        },
        only=Intern.status != Status.DRAFT,
    ),
    ExtractSection(
        title="见习月报",
        table=MonthlyReport,
        columns={
            "month": "月份",
            "days_attended": "出勤天数",
            "wage_paid": "实发工资（元）",
            "insurance_paid": "是否参保",
            "payable_subsidy": "应发补贴（元）",
            "status": "办理状态",
        },
        only=MonthlyReport.status != Status.DRAFT,
    ),
    ExtractSection(
        title="培训",
        table=Trainee,
        columns={"unit_name": "单位", "score": "成绩", "outcome": "结业情况"},
        only=Trainee.place.is_not(None) | (Trainee.outcome != TraineeOutcome.OPEN),
    ),
    ExtractSection(
        title="补贴明细",
        table=ClaimLine,
        columns={
            "unit_name": "单位",
            "claim_kind": "补贴类型",
            "claim_status": "申报状态",
            "claim_month": "申领月份",
            "claim_year": "申请年度",
            "state": "明细状态",
            "amount": "金额（元）",
            "employer_name": "就业企业",
            "hired_on": "吸纳日期",
            "contract_starts_on": "合同起始日期",
            "contract_ends_on": "合同终止日期",
            "payee_bank": "开户银行",
            "payee_number_masked": "收款账号",
        },
        only=ClaimLine.claim_status != Status.DRAFT,
    ),
    ExtractSection(
        title="发放",
        table=Payment,
        columns={
            "amount": "金额（元）",
            "state": "发放状态",
            "paid_on": "发放日期",
            "payee_bank": "开户银行",
            "payee_number_masked": "收款账号",
        },
    ),
    ExtractSection(
        title="到账确认", table=Receipt, columns={"arrived": "是否到账", "at": "确认时间"}
    ),
    ExtractSection(
        title="账号申诉",
        table=AccountAppeal,
        columns={
            "trouble": "申诉类型",
            "text": "申诉内容",
            "status": "处理状态",
            "created_at": "申诉时间",
            "settled_at": "处理时间",
        },
    ),
    ExtractSection(
        title="办理记录",
        table=History,
        columns={
            "at": "时间",
            "title": "事项",
            "action": "操作",
            "from_status": "原状态",
            "to_status": "新状态",
        },
        only=History.to_status.is_distinct_from(Status.DRAFT),
    ),
)
"""All that a person is given, in the order of the file."""

NOT_EXTRACTED: Mapping[str, str] = {
    "audit_finding": "what overseers look into is told once it is decided (X14)",
    "internship_term": "what it holds is told by the internship",
    "person_name_part": "ends of the name, by which searches find it; the name itself is told",
    "roster_row": "a unit's check claims nothing, and what its rows said is deleted (S10)",
}
"""Tables about persons of which nothing is told, and why."""

RETENTION_NOTICE = (
    "补贴申报、发放及办理记录依档案管理规定保存，期满由档案部门鉴定，不因申请而删除；"
    "花名册内容、登录记录等按保存期限清除。"
)
"""What is not deleted, and by which duty: said to whoever asks for their data."""


def format_extract_value(value: object) -> str | int | Decimal | None:
    """Spell a value as an extract tells it: days and instants in ISO form, codes as they are."""
    match value:
        case None | bool() | int() | Decimal():
            return value
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
