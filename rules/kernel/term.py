"""What states, actions, roles and kinds are called in Chinese: officials read no codes (X3, X4)."""

import re
from collections.abc import Mapping
from enum import StrEnum

from rules.kernel.function_name import FUNCTION_DESCRIPTIONS
from rules.kernel.region import REGIONS, get_region_name

NO_ACTIONS_TEXT = "—"
"""What stands for an empty list of actions, in either language."""

CODE_PATTERN = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")

CHINESE_TERMS: Mapping[str, str] = {
    # states of records, lines, payments, batches, pushes, parameters, findings, appeals
    "DRAFT": "草稿",
    "SUBMITTED": "审核中",
    "RETURNED": "已退回",
    "APPROVED": "审核通过",
    "REFUSED": "审核不通过",
    "WITHDRAWN": "已撤回",
    "IN_PUBLICITY": "公示中",
    "PUBLICITY_PASSED": "公示通过",
    "PUBLICITY_FAILED": "公示不通过",
    "DISBURSED": "已发放",
    "VOIDED": "已作废",
    "CLOSED": "已关闭",
    "ENDED": "已终止",
    "OPEN": "待处理",
    "STRUCK": "已剔除",
    "PAYABLE": "待发放",
    "IN_BATCH": "已列入发放批次",
    "PAID": "已发放",
    "CLAWED_BACK": "已追回",
    "FAILED": "失败",
    "CANCELLED": "已取消",
    "MADE": "已生成",
    "EXPORTED": "已导出",
    "SETTLED": "已办结",
    "PENDING": "待推送",
    "PUSHED": "已推送",
    "DEAD": "推送已终止",
    "SUPERSEDED": "已被新推送取代",
    "PROPOSED": "待审批",
    "EXPLAINED": "已说明",
    "PASSED": "公示通过",
    "CONFIRMED": "已确认",
    "CORRECTED": "已更正",
    "RESTORED": "已恢复登录",
    "STOPPED": "持有人已终止",
    "LODGED": "待处理",
    "LAPSED": "已失效",
    "WAITING": "等待校验",
    "CHECKING": "校验中",
    "CHECKED": "校验完成",
    "REJECTED": "文件有误",
    "SET_ASIDE": "校验中止",
    "COMPLETED": "结业",
    "NOT_COMPLETED": "未结业",
    # actions
    "CHANGE": "修改",
    "SUBMIT": "提交",
    "CLOSE": "关闭",
    "REOFFER": "重新开放",
    "CALL": "查看电话",
    "NAME_ACCOUNT": "另报账户",
    "CONFIRM_ACCOUNT": "确认账户",
    "RECOVER": "登记退款",
    "WITHDRAW": "撤回",
    "APPROVE": "审核通过",
    "RETURN": "退回",
    "REFUSE": "审核不通过",
    "REVOKE": "撤销",
    "PUBLISH": "公示",
    "PASS_PUBLICITY": "公示通过",
    "FAIL_PUBLICITY": "公示不通过",
    "DISBURSE": "发放",
    "STRIKE": "剔除",
    "RETRY": "重新推送",
    "REDUCE": "减员",
    "COMPLETE": "结业",
    "SCORE": "填写成绩",
    "REQUEST_CHANGE": "申请变更",
    "END": "终止",
    "VOID": "作废",
    "REOPEN": "退回更正",
    "RESTORE": "恢复",
    "RESTORE_ACCESS": "恢复登录",
    "CORRECT_HOLDER": "更正持有人",
    "CONFIRM_PERSON": "核实身份",
    "REGISTER_HOLDER": "登记持有人",
    "PROPOSE_CONFIRMATION": "提出核实身份",
    "VERIFY": "核实单位",
    "PROPOSE_RECOVERY": "提出恢复账号",
    "STOP_RECOVERY": "终止恢复账号",
    "ADD_FACTOR": "启用二次验证",
    "REMOVE_FACTOR": "停用二次验证",
    "PUT_IN_BATCH": "列入发放批次",
    "MARK_DISBURSED": "标记已发放",
    "EXPORT": "导出",
    "IMPORT_RESULTS": "导入银行结果",
    "CANCEL": "取消",
    "SEND_BACK": "退回审核",
    "READMIT": "重新纳入",
    "CLAW_BACK": "追回",
    "CONFIRM_RECEIPT": "确认到账",
    "EXPLAIN": "说明",
    "REMOVE": "移出",
    "OVERRIDE": "放行",
    "CONFIRM": "确认",
    "END_SESSIONS": "结束会话",
    "RESET_PASSWORD": "重置密码",
    "MAKE_PAYABLE": "转待发放",
    "PAY": "发放",
    "FAIL_PAYMENT": "支付失败",
    "TAKE_OUT": "移出批次",
    # roles
    "PERSON": "个人",
    "LEGAL_PERSON": "法人",
    "UNIT_OPERATOR": "单位经办人",
    "AGENCY_OPERATOR": "机构经办人",
    "DISTRICT_OFFICER": "区县经办人",
    "FINANCE": "财务",
    "DISTRICT_ADMINISTRATOR": "区县管理员",
    "CITY_ADMINISTRATOR": "市级管理员",
    "PROVINCE_ADMINISTRATOR": "省级管理员",
    "AUDITOR": "审计",
    "REPORTING": "报表",
    "DATA_SUPPLIER": "数据提供方",
    "SYSTEM_ADMINISTRATOR": "系统管理员",
    "SECURITY_ADMINISTRATOR": "安全管理员",
    "AUDIT_ADMINISTRATOR": "审计管理员",
    "SYSTEM": "系统",
    # kinds
    "LIVING_ALLOWANCE": "生活费补贴",
    "MENTORING": "带教补贴",
    "HIRING": "一次性吸纳就业补贴",
    "SERVICE": "就业创业服务补助",
    "TRAINING": "培训补贴",
    "TRAINEES": "培训学员",
    "SCORES": "结业成绩",
    # sizes of enterprises
    "LARGE": "大型",
    "MEDIUM": "中型",
    "SMALL": "小型",
    "MICRO": "微型",
    # the end of internships
    "EMPLOYED": "完成就业",
    "TERM_COMPLETED": "见习期满",
    "COULD_NOT_COMPLETE": "因故无法完成见习",
    "RETAINED": "本单位留用",
    "EMPLOYED_ELSEWHERE": "其他单位就业",
    "SELF_EMPLOYED": "自主创业",
    "FLEXIBLE": "灵活就业",
    "OTHER": "其他",
    # units, declarations, interns
    "ENTERPRISE": "企业",
    "PUBLIC_INSTITUTION": "事业单位",
    "SOCIAL_ORGANISATION": "社会组织",
    "INDIVIDUAL_BUSINESS": "个体工商户",
    "DEREGISTERED": "单位注销",
    "STATUS_LOST": "单位丧失就业见习资格",
    "GRADUATE": "离校未就业高校毕业生",
    "UNEMPLOYED_YOUTH": "失业青年",
    # groups of hires, schooling
    "REGISTERED_UNEMPLOYED": "登记失业人员",
    "MIGRANT_WORKER": "无法返岗农民工",
    "JUNIOR_MIDDLE": "初中",
    "SENIOR_MIDDLE": "普通高中",
    "SECONDARY_VOCATIONAL": "中等专科",
    "TECHNICAL_SCHOOL": "技工学校",
    "JUNIOR_COLLEGE": "大学专科",
    "BACHELOR": "大学本科",
    "MASTER": "硕士研究生",
    "DOCTOR": "博士研究生",
    # what is masked
    "ID_NUMBER": "公民身份号码",
    "MOBILE": "手机号码",
    "CARD_NUMBER": "银行账号",
    "CONTACT_NAME": "联系人",
    "CONTACT_MOBILE": "联系电话",
    "REPRESENTATIVE_ID": "法定代表人身份号码",
    "REPRESENTATIVE_MOBILE": "法定代表人电话",
    **{function.value: words.zh for function, words in FUNCTION_DESCRIPTIONS.items()},
}
"""Official words by code; a code that several enums share means the same in all of them."""

ENGLISH_TERMS: Mapping[str, str] = {
    "SUBMITTED": "under review",
    "CHECKING": "being checked",
    "MENTORING": "mentoring subsidy",
    "HIRING": "hiring subsidy",
    "SERVICE": "employment-service subsidy",
    "TRAINING": "training subsidy",
    "OPEN": "open",
    "DEAD": "given up",
    "SUPERSEDED": "overtaken by a later push",
    "ENDED": "ended",
    "VOIDED": "void",
    "CLAWED_BACK": "clawed back",
    "PUT_IN_BATCH": "put in a batch",
    "IN_BATCH": "in a batch",
    "TAKE_OUT": "take out of its batch",
    "STOPPED": "stopped by the holder",
    "CALL": "see the telephone number",
    "LEGAL_PERSON": "legal person's account",
    "AUDITOR": "auditor",
    "REPORTING": "reporting role",
    "FINANCE": "finance officer",
    "TERM_COMPLETED": "term completed",
    "COULD_NOT_COMPLETE": "could not complete",
    "RETAINED": "retained by this unit",
    "SELF_EMPLOYED": "self-employed",
    "FLEXIBLE": "in flexible employment",
    "ID_NUMBER": "ID number",
    "CARD_NUMBER": "bank account number",
    "REPRESENTATIVE_ID": "legal representative's ID number",
    "REPRESENTATIVE_MOBILE": "legal representative's mobile",
    "CONTACT_MOBILE": "contact's mobile",
    **{f.value: words.en[0].lower() + words.en[1:] for f, words in FUNCTION_DESCRIPTIONS.items()},
}
"""English words by code, where they are not those that the code is made of."""

PARAMETER_NAMES: Mapping[str, str] = {
    "minimum_wage": "最低工资标准",
    "internship.wage_floor_ratio": "见习最低实发工资系数",
    "internship.allowance_ratio": "见习生活费补贴比例",
    "internship.min_months_for_claim": "申领生活费补贴的最少月数",
    "internship.min_days": "当月最少出勤天数",
    "internship.max_months": "见习最长期限",
    "internship.graduate_window_years": "高校毕业生离校年限",
    "internship.youth_age": "失业青年年龄范围",
    "mentoring.retention_ratio": "见习期满最低留用率",
    "mentoring.contract_months": "留用劳动合同最短期限",
    "mentoring.amount": "带教补贴标准",
    "mentoring.denominator": "留用率计算口径",
    "hiring.unemployed_months": "登记失业最短期限",
    "hiring.contract_months": "吸纳就业劳动合同最短期限",
    "hiring.uninsured_months_before": "吸纳前未参保月数",
    "hiring.amount": "一次性吸纳就业补贴标准",
    "service.amount": "就业创业服务补助标准",
    "training.max_per_person": "每人补贴培训最多次数",
    "training.amount": "培训补贴标准",
    "training.payment_waits_for_completion": "培训补贴是否结业后发放",
    "training.clawback_on_non_completion": "未结业是否追回培训补贴",
    "training.pass_mark": "结业合格分数",
    "publicity.days": "公示天数",
    "publicity.shown_days_after": "公示结果展示天数",
    "publicity.settler_differs": "公示结果是否须由他人登记",
    "publicity.required": "是否须公示",
    "payment.one_transfer_per_account": "同一账户是否合并付款",
    "payment.importer_differs": "导入结果是否须由他人办理",
    "unit.old_name_days": "更名后原名可用天数",
    "recovery.waiting_days": "账号恢复等待天数",
    "administration.by_two": "账号变更是否须两人办理",
    "administration.max_pending": "每名管理员待确认的账号变更上限",
    "recovery.barred_days": "恢复账号的经办人回避审核天数",
    "account.holder_demanded": "工作人员账号是否须登记持有人号码",
    "counter.confirmation_by_two": "窗口核实身份是否须两人办理",
    "post.review_required": "岗位是否须审核",
    "attachments.required": "必备材料",
    "attachments.types": "附件格式",
    "attachments.max_size": "附件大小上限",
    "storage.max_kept": "单位文件总量上限",
    "storage.max_per_day": "单位每日上传量上限",
    "storage.unverified_max_kept": "未核实单位文件总量上限",
    "storage.unverified_max_per_day": "未核实单位每日上传量上限",
    "unit.register_verifies": "登记信息一致是否视为已核实",
    "counter.official_mobile_months": "官方登记手机号码可用月数",
    "counter.official_mobile_days": "官方登记手机号码导入后等待天数",
    "roster.kept_days": "花名册校验后保存天数",
    "appeal.kept_days": "账号申诉办结后内容保存天数",
    "objection.kept_days": "异议处理后内容保存天数",
    "attachments.max_count": "附件数量上限",
    "combination.forbidden": "不得同时享受的补贴",
    "audit.insured_months_before": "疑点排查：申报前参保月数",
    "audit.insured_months_after": "疑点排查：申报后参保月数",
    "statistics.smallest_count": "统计最小人数",
    "enterprise.size": "可享受补贴的企业规模",
    "insurance.lag_months": "社会保险数据滞后月数",
    "programme.period": "政策执行期",
    "declaration.claimable_days_after_end": "申报终止后可申领天数",
    "function.entrance": "功能办理入口",
    "hotline": "咨询电话",
    "agreement.version": "协议版本",
    "money.rounding": "金额舍入方式",
}
"""What policy parameters are called in Chinese."""

CODED_FIGURES = frozenset(
    {
        "status",
        "state",
        "possible",
        "functions",
        "holders",
        "role",
        "roles",
        "held",
        "kind",
        "wanted",
        "benefits",
        "field",
        "size",
        "sizes",
    }
)
"""Figures of reasons that may hold codes, alone or as a list."""

LISTED_FIGURES = frozenset({"grantors", "months", "number", "ranges", "types"})
"""Figures that may be a list of what needs no translation."""


def get_chinese_term(code: StrEnum | str) -> str:
    """Give the official word for a code; what is none stays as it is."""
    return CHINESE_TERMS.get(str(code), str(code))


def get_english_term(code: StrEnum | str) -> str:
    """Give the English word for a code; what is none stays as it is."""
    text = str(code)
    if text not in CHINESE_TERMS:
        return text
    return ENGLISH_TERMS.get(text) or text.replace("_", " ").lower()


def format_english_figure(name: str, figure: str) -> str:
    """Say a reason's figure in English words."""
    if name not in CODED_FIGURES:
        return figure
    if figure == NO_ACTIONS_TEXT:
        return "none"
    return CODE_PATTERN.sub(lambda code: get_english_term(code[0]), figure)


def to_chinese_list(listed: str) -> str:
    """Return a list with the mark that Chinese has between its items."""
    return listed.replace(", ", "、")


def format_chinese_figure(name: str, figure: str) -> str:
    """Say a reason's figure in official words, lists with the marks that Chinese has for them."""
    if name == "region" and figure in REGIONS:
        return get_region_name(figure)
    if name in {"key", "keys"}:
        return "、".join(PARAMETER_NAMES.get(each, each) for each in figure.split(", "))
    if name in LISTED_FIGURES:
        return to_chinese_list(figure)
    if name not in CODED_FIGURES:
        return figure
    if figure == NO_ACTIONS_TEXT:
        return "无"
    told = CODE_PATTERN.sub(lambda code: get_chinese_term(code[0]), figure)
    return to_chinese_list(told).replace(" / ", "、")
