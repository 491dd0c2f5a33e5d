"""What states, actions, roles and kinds are called in Chinese: officials read no codes (X3, X4)."""

import re
from collections.abc import Mapping
from enum import StrEnum

from rules.kernel.function_name import FUNCTION_DESCRIPTIONS

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
    "CLOSED": "已结清",
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
    "LODGED": "待处理",
    "LAPSED": "已失效",
    # actions
    "CHANGE": "修改",
    "SUBMIT": "提交",
    "CLOSE": "结清",
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
    **{function.value: words.zh for function, words in FUNCTION_DESCRIPTIONS.items()},
}
"""Official words by code; a code that several enums share means the same in all of them."""

CODED_FIGURES = frozenset(
    {
        "status",
        "state",
        "possible",
        "functions",
        "holders",
        "role",
        "roles",
        "kind",
        "wanted",
        "benefits",
        "size",
        "sizes",
    }
)
"""Figures of reasons that may hold codes, alone or as a list."""


def get_chinese_term(code: StrEnum | str) -> str:
    """Give the official word for a code; what is none stays as it is."""
    return CHINESE_TERMS.get(str(code), str(code))


def format_chinese_figure(name: str, figure: str) -> str:
    """Say a reason's figure in official words, lists with the marks that Chinese has for them."""
    if name not in CODED_FIGURES:
        return figure
    if figure == NO_ACTIONS_TEXT:
        return "无"
    told = CODE_PATTERN.sub(lambda code: get_chinese_term(code[0]), figure)
    return told.replace(", ", "、").replace(" / ", "、")
