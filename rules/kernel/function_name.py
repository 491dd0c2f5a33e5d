"""What each function is called and good for, Chinese and English, and whom it serves (S3)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from rules.kernel.function import Function


class ServiceKind(StrEnum):
    """Whom a function serves. 服务分类"""

    PERSON = "PERSON"
    UNIT = "UNIT"
    AGENCY = "AGENCY"
    OFFICE = "OFFICE"
    ADMINISTRATION = "ADMINISTRATION"


class FunctionDescription(NamedTuple):
    """A function in words; it serves whoever is named, or else whoever holds it."""

    kind: ServiceKind | None
    zh: str
    en: str
    zh_use: str
    en_use: str


_UNIT_SERVICE, _OFFICE_SERVICE = ServiceKind.UNIT, ServiceKind.OFFICE
_ADMINISTRATION_SERVICE = ServiceKind.ADMINISTRATION
_F = Function

FUNCTION_DESCRIPTIONS: Mapping[Function, FunctionDescription] = {
    _F.READ_RECORDS: FunctionDescription(
        None, "业务查询", "Look up records",
        "查询有权查看的各类业务记录。", "Find the records that one may see.",
    ),
    _F.COMPLETE_INFORMATION: FunctionDescription(
        ServiceKind.PERSON, "就业基本信息完善", "Complete one's own information",
        "完善本人就业基本信息。", "Complete what is on file of oneself.",
    ),
    _F.MAINTAIN_UNIT: FunctionDescription(
        _UNIT_SERVICE, "单位信息维护", "Keep the unit's profile",
        "完善和修改单位信息。", "Complete and change the unit's profile.",
    ),
    _F.MAINTAIN_BANK_ACCOUNTS: FunctionDescription(
        _UNIT_SERVICE, "银行账户维护", "Keep bank accounts",
        "新增和修改单位银行账户。", "Add and change the unit's bank accounts.",
    ),
    _F.FILE_DECLARATIONS: FunctionDescription(
        _UNIT_SERVICE, "就业见习申报", "File declarations",
        "填报并提交就业见习申报。", "Draft and submit the declaration of internships.",
    ),
    _F.FILE_POSTS: FunctionDescription(
        _UNIT_SERVICE, "岗位管理", "File posts",
        "新增、修改和撤回见习岗位。", "Add, change and withdraw posts.",
    ),
    _F.LOOK_UP_PERSONS: FunctionDescription(
        _UNIT_SERVICE, "人员查询", "Look up persons",
        "按完整身份号码和姓名查询人员。", "Find a person by full ID number and name.",
    ),
    _F.FILE_INTERNS: FunctionDescription(
        _UNIT_SERVICE, "见习人员管理", "File interns",
        "新增见习人员，申请减员。", "Add interns, and file the end of internships.",
    ),
    _F.FILE_REPORTS: FunctionDescription(
        _UNIT_SERVICE, "月报管理", "File monthly reports",
        "填报并提交见习人员月报。", "Fill in and submit monthly reports.",
    ),
    _F.FILE_CLAIMS: FunctionDescription(
        _UNIT_SERVICE, "补贴申报", "File claims",
        "填报并提交各类补贴申报。", "Draft and submit claims of subsidies.",
    ),
    _F.ATTACH_FILES: FunctionDescription(
        _UNIT_SERVICE, "附件上传", "Attach files",
        "上传和删除业务附件。", "Send files and take them off records.",
    ),
    _F.FILE_CHANGES: FunctionDescription(
        _UNIT_SERVICE, "变更申请", "Request changes",
        "对审核通过的业务申请变更。", "Ask for a change of what is approved.",
    ),
    _F.MANAGE_OPERATORS: FunctionDescription(
        _UNIT_SERVICE, "经办人管理", "Keep operators",
        "新增、停用单位经办人。", "Add and close accounts of the unit's operators.",
    ),
    _F.REVIEW_DECLARATIONS: FunctionDescription(
        _OFFICE_SERVICE, "申报审核", "Review declarations",
        "审核就业见习申报。", "Decide on declarations.",
    ),
    _F.REVIEW_POSTS: FunctionDescription(
        _OFFICE_SERVICE, "岗位审核", "Review posts", "审核见习岗位。", "Decide on posts.",
    ),
    _F.REVIEW_INTERNS: FunctionDescription(
        _OFFICE_SERVICE, "见习人员审核", "Review interns",
        "审核见习人员和减员申请。", "Decide on interns and reductions.",
    ),
    _F.REVIEW_REPORTS: FunctionDescription(
        _OFFICE_SERVICE, "月报审核", "Review monthly reports", "审核月报。", "Decide on monthly reports.",
    ),
    _F.REVIEW_CLAIMS: FunctionDescription(
        _OFFICE_SERVICE, "补贴审核", "Review claims", "审核补贴申报。", "Decide on claims.",
    ),
    _F.REVIEW_CHANGES: FunctionDescription(
        _OFFICE_SERVICE, "变更审核", "Review change requests", "审核变更申请。",
        "Decide on change requests.",
    ),
    _F.SEE_WORK_QUEUE: FunctionDescription(
        _OFFICE_SERVICE, "待办业务", "See the work queue",
        "查看待办列表和数量。", "See what waits, and how much.",
    ),
    _F.PUBLISH_CLAIMS: FunctionDescription(
        _OFFICE_SERVICE, "补贴公示", "Publish claims",
        "公示补贴并登记公示结果。", "Publish claims and record what came of it.",
    ),
    _F.DISBURSE_CLAIMS: FunctionDescription(
        _OFFICE_SERVICE, "补贴发放", "Disburse claims",
        "制作发放批次并登记发放结果。", "Make batches and record what was paid.",
    ),
    _F.RETRY_BOARD_PUSHES: FunctionDescription(
        _OFFICE_SERVICE, "岗位重新推送", "Retry pushes",
        "重新向就业在线推送岗位。", "Push posts to the job board again.",
    ),
    _F.END_DECLARATIONS: FunctionDescription(
        _OFFICE_SERVICE, "终止申报", "End declarations",
        "登记单位注销或资格终止。", "End the declaration of a unit that is no more.",
    ),
    _F.CONFIRM_CLAWBACKS: FunctionDescription(
        _OFFICE_SERVICE, "追回确认", "Confirm clawbacks",
        "确认或驳回补贴追回。", "Confirm or reject clawbacks.",
    ),
    _F.SETTLE_APPEALS: FunctionDescription(
        _OFFICE_SERVICE, "账号申诉处理", "Settle account appeals",
        "受理账号申诉。", "Settle the appeals of accounts.",
    ),
    _F.COUNTER_FILING: FunctionDescription(
        _OFFICE_SERVICE, "柜台代办", "File at the counter",
        "在柜台代单位办理业务。", "File for a unit that comes to the counter.",
    ),
    _F.KEEP_ACCOUNT: FunctionDescription(
        None, "账号管理", "Keep one's account",
        "修改密码，管理登录会话和常用功能。", "Change password, sessions and favourites.",
    ),
    _F.GRANT_FUNCTIONS: FunctionDescription(
        _ADMINISTRATION_SERVICE, "功能授权", "Grant functions",
        "给本地区账号授权或取消授权。", "Grant and revoke functions of accounts.",
    ),
    _F.PROPOSE_PARAMETERS: FunctionDescription(
        _ADMINISTRATION_SERVICE, "政策参数申报", "Propose parameters", "提出政策参数。",
        "Propose figures of policy.",
    ),
    _F.DECIDE_PARAMETERS: FunctionDescription(
        _ADMINISTRATION_SERVICE, "政策参数审批", "Decide on parameters", "审批政策参数。",
        "Decide on figures of policy.",
    ),
    _F.EXPLAIN_PLANS: FunctionDescription(
        _ADMINISTRATION_SERVICE, "查询计划", "Explain plans",
        "查看查询的执行计划。", "See how a query was run.",
    ),
    _F.FILE_ROSTERS: FunctionDescription(
        None, "人员名册上传", "Upload rosters",
        "下载人员模板，上传名册并进行人员校验。",
        "Download the template, upload rosters and have them checked.",
    ),
    _F.FILE_QUALIFICATIONS: FunctionDescription(
        None, "单位资质申报", "File qualifications",
        "申报企业规模、人力资源服务许可证等单位资质。", "File the unit's size and licences.",
    ),
    _F.CONFIRM_RECEIPTS: FunctionDescription(
        None, "到账确认", "Confirm receipts",
        "确认补贴资金是否到账。", "Say whether the money has arrived.",
    ),
    _F.REVIEW_QUALIFICATIONS: FunctionDescription(
        _OFFICE_SERVICE, "单位资质审核", "Review qualifications",
        "审核单位资质。", "Review units' qualifications.",
    ),
    _F.MAINTAIN_COURSES: FunctionDescription(
        _ADMINISTRATION_SERVICE, "培训项目维护", "Maintain courses",
        "登记、更正和下架线上培训项目。", "Enter, correct and withdraw online courses.",
    ),
    _F.FILE_CLASSES: FunctionDescription(
        None, "开班申报", "Open classes",
        "申报培训班，添加学员。", "File training classes and enter their trainees.",
    ),
    _F.REVIEW_CLASSES: FunctionDescription(
        _OFFICE_SERVICE, "开班审核", "Review classes",
        "审核培训班。", "Review training classes.",
    ),
    _F.FILE_COMPLETIONS: FunctionDescription(
        None, "结业申报", "File completions",
        "录入学员成绩，申报班级结业。", "Enter trainees' scores and file a class's completion.",
    ),
    _F.REVIEW_COMPLETIONS: FunctionDescription(
        _OFFICE_SERVICE, "结业审核", "Review completions",
        "审核班级结业。", "Review the completion of classes.",
    ),
    _F.OVERRIDE_CONTROLS: FunctionDescription(
        _OFFICE_SERVICE, "风控例外批准", "Override controls",
        "对“原则上”的风控规定说明理由后准予例外。",
        "Set aside, with a reason, a control that holds in principle.",
    ),
    _F.SETTLE_OBJECTIONS: FunctionDescription(
        _OFFICE_SERVICE, "公示异议处理", "Settle objections",
        "处理公示期间提出的异议。", "Settle objections to what is published.",
    ),
    _F.PROPOSE_CLAWBACKS: FunctionDescription(
        _OFFICE_SERVICE, "追回提出", "Propose clawbacks",
        "提出追回已发放的补贴。", "Propose to claw back what was paid.",
    ),
    _F.SETTLE_DIFFERENCES: FunctionDescription(
        _OFFICE_SERVICE, "差额处理", "Settle differences",
        "处理政策参数追溯产生的差额：补发或追回。",
        "Settle what back-dated parameters change: supplements and clawbacks.",
    ),
    _F.SEARCH_FINDINGS: FunctionDescription(
        _OFFICE_SERVICE, "审计疑点排查", "Search for warning signs",
        "在单位范围内排查审计疑点。", "Look for the audits' warning signs in a unit.",
    ),
    _F.SETTLE_FINDINGS: FunctionDescription(
        _OFFICE_SERVICE, "审计疑点处理", "Settle warning signs",
        "说明或确认审计疑点。", "Explain or confirm warning signs.",
    ),
    _F.UNMASK_PERSONAL_DATA: FunctionDescription(
        _OFFICE_SERVICE, "敏感信息查看", "Look at personal data",
        "填写原因后查看脱敏信息原文，全程留痕。",
        "Look at masked data for a reason, which is put down.",
    ),
    _F.READ_STATISTICS: FunctionDescription(
        _OFFICE_SERVICE, "统计报表", "Read statistics",
        "查询补贴统计数据。", "Read statistics of subsidies.",
    ),
    _F.EXPORT_LISTS: FunctionDescription(
        None, "数据导出", "Export lists",
        "导出列表和统计数据。", "Export lists and statistics.",
    ),
    _F.SEARCH_BY_ID_NUMBER: FunctionDescription(
        _OFFICE_SERVICE, "身份号码查询", "Search by ID number",
        "按完整身份号码查询补贴申报。", "Find claims by a person's full ID number.",
    ),
    _F.LOAD_FACTS: FunctionDescription(
        _OFFICE_SERVICE, "外部数据报送", "Supply external facts",
        "按批次报送社保缴费等外部数据。", "Supply contributions and other facts in batches.",
    ),
    _F.MAINTAIN_CALENDAR: FunctionDescription(
        _ADMINISTRATION_SERVICE, "工作日历维护", "Keep the working-day calendar",
        "录入和更正年度工作日历。", "Enter and correct a year's working days.",
    ),
    _F.OPEN_ACCOUNTS: FunctionDescription(
        _ADMINISTRATION_SERVICE, "账号开立与停用", "Open and close accounts",
        "开立、停用和重新启用工作人员账号。", "Open, close and reopen officials' accounts.",
    ),
    _F.SECURE_ACCOUNTS: FunctionDescription(
        _ADMINISTRATION_SERVICE, "账号安全管理", "Secure accounts",
        "结束工作人员账号的登录会话，解除二次验证，重置密码。",
        "End sessions of officials' accounts, remove second factors, give new passwords.",
    ),
    _F.CONFIRM_ACCOUNT_CHANGES: FunctionDescription(
        _ADMINISTRATION_SERVICE, "账号变更确认", "Confirm changes of accounts",
        "确认或否决他人提出的账号变更。", "Confirm or refuse what another administrator proposed.",
    ),
}  # fmt: skip
"""What each function is called and good for, and whom it serves."""
