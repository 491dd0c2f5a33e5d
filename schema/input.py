"""The inputs: what the resolvers take, entered into the schema with a description."""

import strawberry

from resolvers.bank_account import BankAccountChange, BankAccountDraft
from resolvers.claim import LivingAllowanceChange, LivingAllowanceDraft
from resolvers.claim_review import LineStrike
from resolvers.declaration import DeclarationChange, DeclarationDraft, StaffDraft
from resolvers.intern import InternChange, InternDraft, InternTerms
from resolvers.monthly_report import MonthOfReports, ReportRow
from resolvers.parameter import ParameterDraft
from resolvers.person import BasicInformation, PersonLookUp
from resolvers.post import PostChange, PostDraft
from resolvers.review import Choice, Review
from resolvers.session import Credentials, Refresh
from resolvers.unit import UnitProfile
from resolvers.workflow import Decision, Decisions, ReasonedDecision, ReasonedDecisions

_INPUTS: tuple[tuple[type, str], ...] = (
    (Credentials, "An account's name and password. 登录凭据"),
    (Refresh, "A refresh token. 刷新令牌"),
    (UnitProfile, "What a unit tells of itself (J6). 单位信息"),
    (StaffDraft, "A member of the staff dedicated to interns (J8). 专职人员"),
    (DeclarationDraft, "What a unit declares (J8). 申报内容"),
    (DeclarationChange, "What a declaration is to say from now on (J9). 申报修改"),
    (PostDraft, "What a post is (J10). 岗位内容"),
    (PostChange, "What a post is to be from now on (J10). 岗位修改"),
    (PersonLookUp, "Whom a unit looks for, by full number and name (J15). 人员查询条件"),
    (BasicInformation, "What a person tells of themself (J16). 就业基本信息"),
    (InternTerms, "On what terms an intern works. 见习安排"),
    (InternDraft, "Who becomes an intern, on what terms (J15). 见习人员内容"),
    (InternChange, "On what terms an intern works from now on. 见习人员修改"),
    (ReportRow, "One intern's figures of a month (J25). 月报明细"),
    (MonthOfReports, "A month's figures of a unit's interns (J25). 整月月报"),
    (LivingAllowanceDraft, "What a living-allowance claim asks (J30, J32). 生活费补贴申报内容"),
    (LivingAllowanceChange, "What a claim is to ask from now on. 生活费补贴申报修改"),
    (LineStrike, "Which line is struck, and why (X15). 剔除明细"),
    (BankAccountDraft, "An account of the unit's own (J32). 银行账户内容"),
    (BankAccountChange, "What changes of an account (J32). 银行账户修改"),
    (ParameterDraft, "A figure of policy (X6). 政策参数内容"),
    (Decision, "Which record, in the version that was read (X12). 办理对象"),
    (ReasonedDecision, "Which record, in the version that was read, and why. 办理对象及原因"),
    (Decisions, "Which records; all of them or none. 批量办理对象"),
    (ReasonedDecisions, "Which records, and why; all of them or none. 批量办理对象及原因"),
    (Choice, "Which record, in the version that was read, and a reason of its own. 审核对象"),
    (Review, "What is decided, on which records, and why; each by itself. 批量审核"),
)

for _shape, _description in _INPUTS:
    strawberry.input(_shape, name=f"{_shape.__name__}Input", description=_description)
