"""What every value of every enum is called and means, in Chinese and in English.

A value's names are those of messages and files (`rules/kernel/term.py`) unless its enum says
otherwise here: one code may mean different things in two enums.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from models import BoardFailure, ClaimKind, DocumentKind
from rules.claims.control import CONTROLS
from rules.files.attachment import DOCUMENT_NAMES
from rules.internship.board import FAILURE_WORDING
from rules.kernel.claim_title import CLAIM_TITLES
from rules.kernel.entrance import ENTRANCE_NAMES
from rules.kernel.finding import Control
from rules.kernel.function import Entrance, Function
from rules.kernel.function_name import FUNCTION_DESCRIPTIONS, ServiceKind
from rules.kernel.record_kind import RecordKind, get_record_kind
from rules.kernel.refusal import Reason
from rules.kernel.service import SERVICE_NAMES
from rules.kernel.term import get_chinese_term, get_english_term
from rules.kernel.viewer import Language
from rules.kernel.wording import WORDING

_FIGURE = re.compile(r"\{\w+\}")
_UNSAID = "…"
"""What stands for a figure that only a case has."""


class ValueWords(NamedTuple):
    """What a value is called, for a list or a form, and what it means where the name leaves that open.

    A `sentence` is English; the Chinese name says it for who reads Chinese.
    """

    zh: str
    en: str
    sentence: str = ""

    @property
    def description(self) -> str:
        """Return what the schema says of the value."""
        return f"{self.sentence or _end_sentence(self.en)} {self.zh}"


class _Said(NamedTuple):
    """What a table says of a value: what it means, and its names where the common ones don't fit."""

    sentence: str
    zh: str | None = None
    en: str | None = None


def _say(sentence: str = "", zh: str | None = None, en: str | None = None) -> _Said:
    return _Said(sentence, zh, en)


_RECORD_NAMES: Mapping[str, _Said] = {
    "MONTHLY_REPORT": _say(zh="月报", en="monthly report"),
}

_AGE_ORDERS: Mapping[str, _Said] = {
    "NEWEST": _say("Latest first.", "由新到旧", "newest first"),
    "OLDEST": _say("Earliest first.", "由旧到新", "oldest first"),
}

_BY_NAME = _say("By name.", "按名称", "name")


def _say_both_ways(name: str, what: str, zh: str, least: str, most: str) -> Mapping[str, _Said]:
    """Say in which order a list comes upwards and downwards; `least` and `most` with their zh."""
    (least_zh, least_en), (most_zh, most_en) = least.split("|"), most.split("|")
    return {
        name: _say(f"By {what}, the {least_en} first.", zh + least_zh, f"{what}, {least_en} first"),
        f"{name}_DESCENDING": _say(
            f"By {what}, the {most_en} first; those without one come last.",
            zh + most_zh,
            f"{what}, {most_en} first",
        ),
    }


def _say_days(name: str, what: str, zh: str) -> Mapping[str, _Said]:
    return _say_both_ways(name, what, f"按{zh}", "由早到晚|earliest", "由晚到早|latest")


_REVIEW_ORDERS: Mapping[str, _Said] = {
    **_say_days("SUBMITTED", "time of submission", "提交时间"),
    **_say_days("REVIEWED", "time of the last review", "审核时间"),
}
_AMOUNT_ORDERS = _say_both_ways(
    "AMOUNT", "amount", "按金额", "由小到大|smallest", "由大到小|largest"
)

_FILE_FORMATS: Mapping[str, _Said] = {
    "XLSX": _say("An Excel workbook.", "Excel工作簿", "Excel workbook"),
    "CSV": _say("Text, a line for each row, commas between cells.", "CSV文本", "CSV"),
    "JSON": _say("For programs.", "JSON数据", "JSON"),
    "PDF": _say("A PDF document.", "PDF文档", "PDF"),
    "JPEG": _say("A JPEG picture.", "JPEG图片", "JPEG"),
    "PNG": _say("A PNG picture.", "PNG图片", "PNG"),
    "DOCX": _say("A Word document.", "Word文档", "Word document"),
    "OFD": _say("A document by the national standard GB/T 33190.", "OFD版式文件", "OFD"),
}


def _take_formats(*codes: str) -> Mapping[str, _Said]:
    return {code: _FILE_FORMATS[code] for code in codes}


VALUE_SENTENCES: Mapping[str, Mapping[str, _Said]] = {
    "Status": {
        "DRAFT": _say("Being written; nobody decides on it yet."),
        "SUBMITTED": _say("Sent, and waiting for a decision."),
        "RETURNED": _say("Sent back to be corrected, with a reason."),
        "APPROVED": _say("Approved: what it says counts."),
        "REFUSED": _say("Refused for good, with a reason."),
        "WITHDRAWN": _say("Taken back by who filed it."),
        "IN_PUBLICITY": _say("Shown to the public, objections may come."),
        "PUBLICITY_PASSED": _say("Its time of publicity is over and it stood."),
        "PUBLICITY_FAILED": _say("An objection was upheld, or it was published wrongly."),
        "DISBURSED": _say("All of its lines are paid."),
        "CLOSED": _say("Closed; a post may be offered again, a claim stays so."),
        "VOIDED": _say("Void, for what it stood on has gone."),
        "ENDED": _say("Ended by an officer; what was approved before stays."),
    },
    "LineState": {
        "OPEN": _say("As its claim stands, until it is published or can be paid."),
        "STRUCK": _say("Taken out of its claim by a reviewer."),
        "IN_PUBLICITY": _say("Shown to the public."),
        "PUBLICITY_FAILED": _say("An objection was upheld, or it was published wrongly."),
        "PAYABLE": _say("Ready for the next batch."),
        "IN_BATCH": _say("In a batch, on its way to the bank."),
        "PAID": _say("Paid."),
        "CLAWED_BACK": _say("Paid, and demanded back in whole or in part."),
    },
    "Action": {
        "CHANGE": _say("Change what it says."),
        "SUBMIT": _say("Send it for a decision."),
        "WITHDRAW": _say("Take it back before it is decided on."),
        "APPROVE": _say("Approve it."),
        "RETURN": _say("Send it back to be corrected."),
        "REFUSE": _say("Refuse it for good."),
        "REVOKE": _say("Take an approval back."),
        "PUBLISH": _say("Show it to the public."),
        "PASS_PUBLICITY": _say("Record that its publicity has passed."),
        "FAIL_PUBLICITY": _say("Record that its publicity has failed."),
        "DISBURSE": _say("Pay what was approved."),
        "CLOSE": _say("Close it."),
        "REOFFER": _say("Offer a closed post again."),
        "CALL": _say("See an applicant's telephone number."),
        "STRIKE": _say("Take a line out of its claim."),
        "RETRY": _say("Push it to the job board once more."),
        "REDUCE": _say("File the end of an internship."),
        "COMPLETE": _say("File the completion of a class."),
        "SCORE": _say("Enter scores."),
        "REQUEST_CHANGE": _say("Ask for a change of what is approved."),
        "END": _say("End it before its time."),
        "VOID": _say("What it stood on has gone; no one does it by hand."),
        "REOPEN": _say("Give it back for correction as what it stands on changed."),
        "RESTORE": _say("What was void is valid again."),
        "RESTORE_ACCESS": _say("Give an account back to its holder."),
        "CORRECT_HOLDER": _say("Enter who holds the unit now."),
        "PUT_IN_BATCH": _say("Put it into a batch of payments."),
        "MARK_DISBURSED": _say("Record that it was paid outside the system."),
        "EXPORT": _say("Write the bank's file."),
        "IMPORT_RESULTS": _say("Read the bank's answer."),
        "CANCEL": _say("Call the batch off."),
        "SEND_BACK": _say("Send a line back to its reviewer."),
        "READMIT": _say("Let a line, or its person, take part again."),
        "CLAW_BACK": _say("Demand money back."),
        "RECOVER": _say("Record what came back."),
        "CONFIRM_RECEIPT": _say("Say whether the money arrived."),
        "EXPLAIN": _say("Record why a warning sign means nothing."),
        "REMOVE": _say("Take it out."),
        "OVERRIDE": _say("Let it through a control, with a reason."),
        "CONFIRM": _say("Confirm what was found or proposed."),
        "NAME_ACCOUNT": _say("Name another account for the payment."),
        "CONFIRM_ACCOUNT": _say("Confirm the account that was named."),
        "VERIFY": _say("Confirm that a unit is who it says."),
        "END_SESSIONS": _say("End all of the account's sessions."),
        "REMOVE_FACTOR": _say("Take the second factor off."),
        "RESET_PASSWORD": _say("Give a new password."),
    },
    "Verdict": {
        "APPROVE": _say("Approve it."),
        "RETURN": _say("Send it back to be corrected."),
        "REFUSE": _say("Refuse it for good."),
        "REVOKE": _say("Take an approval back."),
    },
    "DeclarationEnd": {
        "DEREGISTERED": _say("The unit no longer exists in law."),
        "STATUS_LOST": _say(
            "The unit may not take interns any more; a new declaration may be approved later."
        ),
    },
    "AttachedTo": {
        **_RECORD_NAMES,
        "STAFF": _say("A member of the staff dedicated to interns.", "专职人员", "dedicated staff"),
    },
    "FileType": _take_formats("PDF", "JPEG", "PNG", "DOCX", "XLSX", "OFD"),
    "BankFileFormat": _take_formats("XLSX", "CSV"),
    "ExportFormat": _take_formats("CSV", "XLSX"),
    "ExtractFormat": _take_formats("JSON", "XLSX"),
    "RecordKind": _RECORD_NAMES,
    "ChangeableKind": {
        "UNIT": _say("What a unit is in law.", "单位信息", "unit"),
        "DECLARATION": _say("An approved declaration's figures.", "就业见习申报", "declaration"),
    },
    "InternCategory": {
        "GRADUATE": _say("Graduated within some years and without a job."),
        "SECONDARY_VOCATIONAL": _say(
            "Graduated from a secondary vocational or technical school.",
            "中职毕业生",
            "secondary vocational graduate",
        ),
        "UNEMPLOYED_YOUTH": _say("Young and registered unemployed."),
    },
    "EndReason": {
        "EMPLOYED": _say("The intern took up a job.", en="employed"),
        "TERM_COMPLETED": _say("The planned last day was reached."),
        "COULD_NOT_COMPLETE": _say("It ended early, for a cause that is named."),
    },
    "Destination": {
        "RETAINED": _say("Kept on by the unit."),
        "EMPLOYED_ELSEWHERE": _say("Employed by another unit.", en="employed elsewhere"),
        "SELF_EMPLOYED": _say("Runs a business of their own."),
        "FLEXIBLE": _say("Works without an employer of their own."),
        "OTHER": _say("None of these."),
    },
    "Education": {
        "JUNIOR_MIDDLE": _say(en="junior middle school"),
        "SENIOR_MIDDLE": _say(en="senior middle school"),
        "SECONDARY_VOCATIONAL": _say(en="secondary vocational school"),
        "TECHNICAL_SCHOOL": _say(en="technical school"),
        "JUNIOR_COLLEGE": _say(en="junior college"),
        "BACHELOR": _say(en="bachelor"),
        "MASTER": _say(en="master"),
        "DOCTOR": _say(en="doctor"),
    },
    "Subject": {
        **_RECORD_NAMES,
        "UNIT": _say(zh="单位", en="unit"),
        "DECLARATION_STAFF": _say(zh="专职人员", en="dedicated staff"),
        "CLAIM_LINE": _say(zh="补贴明细", en="claim line"),
        "BANK_ACCOUNT": _say(zh="银行账户", en="bank account"),
        "PAYMENT": _say("An attempt to pay a line.", "支付记录", "payment"),
        "AMOUNT_DIFFERENCE": _say(
            "What a back-dated parameter changes of an approved line.", "差额", "difference"
        ),
        "TRAINEE": _say(zh="培训学员", en="trainee"),
        "ACCOUNT": _say(zh="账号", en="account"),
        "ROSTER": _say(zh="人员花名册", en="roster"),
        "ACCOUNT_APPEAL": _say(zh="账号申诉", en="account appeal"),
        "PARAMETER": _say(zh="政策参数", en="policy parameter"),
        "FUNCTION_GRANT": _say(zh="功能授权", en="grant of a function"),
        "DISBURSEMENT_BATCH": _say(zh="发放批次", en="batch of payments"),
        "AUDIT_FINDING": _say(zh="审计疑点", en="audit finding"),
        "CALENDAR_YEAR": _say(zh="工作日历", en="calendar of a year"),
    },
    "Role": {
        "PERSON": _say("A natural person, for themself."),
        "LEGAL_PERSON": _say("A unit's own account, which keeps its operators."),
        "UNIT_OPERATOR": _say("Acts for a unit."),
        "AGENCY_OPERATOR": _say("Acts for a human-resource agency."),
        "DISTRICT_OFFICER": _say("Reviews, publishes and settles in a district."),
        "FINANCE": _say("Pays what was approved."),
        "DISTRICT_ADMINISTRATOR": _say("Grants functions within a district."),
        "CITY_ADMINISTRATOR": _say("Grants functions within a city."),
        "PROVINCE_ADMINISTRATOR": _say("Grants functions in a province, keeps its parameters."),
        "AUDITOR": _say("Sees all of a region, masked, and changes nothing."),
        "REPORTING": _say("Sees a region's figures, and nobody's data."),
        "DATA_SUPPLIER": _say("An authority's system that sends facts."),
        "SYSTEM_ADMINISTRATOR": _say("Opens and closes officials' accounts."),
        "SECURITY_ADMINISTRATOR": _say("Ends sessions, removes second factors, resets passwords."),
        "AUDIT_ADMINISTRATOR": _say("Reads what the other two administrators do."),
        "SYSTEM": _say("The service itself, in the background."),
    },
    "HireGroup": {
        "REGISTERED_UNEMPLOYED": _say("Registered as unemployed for long enough."),
        "MIGRANT_WORKER": _say("A migrant worker who can't return to their post."),
    },
    "Occasion": {
        "APPLICATION": _say("As the claim was submitted.", "申报时", "at application"),
        "REVIEW": _say("As an officer decided on it.", "审核时", "at review"),
        "DISBURSEMENT": _say("As it was about to be paid.", "发放时", "at payment"),
    },
    "Outcome": {
        "PASS": _say("What is asked is shown.", "通过", "passed"),
        "FAIL": _say("It is shown not to be so.", "不通过", "failed"),
        "UNKNOWN": _say("Nothing on file says so or otherwise.", "无法核验", "unknown"),
    },
    "RosterKind": {
        "HIRING": _say("Persons whom an enterprise hired.", en="hired persons"),
        "SERVICE": _say("Persons whom an agency placed.", en="placed persons"),
        "TRAINEES": _say("Trainees to be entered into a class.", en="trainees"),
        "SCORES": _say("Scores of a class.", en="scores"),
    },
    "RosterState": {
        "WAITING": _say("Waits for its turn."),
        "CHECKING": _say("Is being read and checked."),
        "CHECKED": _say("Each row has its verdict."),
        "REJECTED": _say("The file as a whole can't be used; `faults` say why."),
        "WITHDRAWN": _say("Taken back by who sent it."),
        "SET_ASIDE": _say("Its check broke off too often."),
    },
    "Beneficiary": {
        "PERSON": _say("The person is paid.", "个人", "person"),
        "UNIT": _say("The unit is paid.", "单位", "unit"),
    },
    "TraineeOutcome": {
        "OPEN": _say("Not decided yet.", "未认定", "undecided"),
    },
    "RecordOrder": _AGE_ORDERS,
    "NamedOrder": {
        **_AGE_ORDERS,
        "NAME": _BY_NAME,
    },
    "MonthlyOrder": {
        **_AGE_ORDERS,
        **_REVIEW_ORDERS,
        **_AMOUNT_ORDERS,
        "MONTH": _say("By month, the earliest first.", "按月份由早到晚", "month, earliest first"),
        "MONTH_DESCENDING": _say(
            "By month, the latest first.", "按月份由晚到早", "month, latest first"
        ),
    },
    "ReviewedOrder": {**_AGE_ORDERS, **_REVIEW_ORDERS},
    "PostOrder": {**_AGE_ORDERS, **_REVIEW_ORDERS, "NAME": _BY_NAME},
    "InternOrder": {
        **_AGE_ORDERS,
        **_REVIEW_ORDERS,
        "NAME": _BY_NAME,
        **_say_days("STARTS", "first day", "见习起始日期"),
        **_say_days("ENDS", "planned last day", "见习期满日期"),
    },
    "ClassOrder": {
        **_AGE_ORDERS,
        **_REVIEW_ORDERS,
        **_say_days("OPENS", "opening day", "开班日期"),
    },
    "ClaimOrder": {
        **_AGE_ORDERS,
        **_REVIEW_ORDERS,
        **_AMOUNT_ORDERS,
        **_say_days("DISBURSED", "time of disbursement", "发放时间"),
    },
    "ClawbackOrder": {**_AGE_ORDERS, **_REVIEW_ORDERS, **_AMOUNT_ORDERS},
    "AmountOrder": {**_AGE_ORDERS, **_AMOUNT_ORDERS},
    "PaymentOrder": {
        **_AGE_ORDERS,
        **_AMOUNT_ORDERS,
        **_say_days("PAID", "day of payment", "支付日期"),
    },
    "NumberOrder": {
        "NUMBER": _say(
            "By number, the smallest first.", "按序号由小到大", "number, smallest first"
        ),
        "NUMBER_DESCENDING": _say(
            "By number, the largest first.", "按序号由大到小", "number, largest first"
        ),
    },
    "AccountHolder": {
        "UNIT": _say("In the unit's own name.", "本单位", "unit"),
        "LIQUIDATOR": _say("In the name of who winds the unit up.", "清算组", "liquidator"),
    },
    "Settlement": {
        "SUPPLEMENT": _say("More is due than was approved.", "补发", "supplement"),
        "CLAW_BACK": _say("Less is due than was paid.", "追回", "clawback"),
    },
    "DifferenceState": {
        "OPEN": _say("Nobody has dealt with it.", en="open"),
        "SETTLED": _say("Paid in addition, or demanded back."),
        "LAPSED": _say("A later parameter made it vanish."),
    },
    "ParameterStatus": {
        "PROPOSED": _say("Waits for a second administrator."),
        "APPROVED": _say("Holds from its first day on.", "已批准", "approved"),
        "REFUSED": _say("A second administrator refused it.", "未批准", "refused"),
        "WITHDRAWN": _say("Taken back by who proposed it."),
    },
    "PublicityOutcome": {
        "PENDING": _say("Under way, or its result isn't recorded.", "公示中", "pending"),
        "PASSED": _say("Its time is over and it stood."),
        "FAILED": _say(
            "An objection was upheld, or it was published wrongly.", "公示不通过", "failed"
        ),
    },
    "PaymentState": {
        "IN_BATCH": _say("On its way to the bank."),
        "PAID": _say("The bank, or a cashier, says that it was paid."),
        "FAILED": _say("The bank did not pay, and says why.", "支付失败", "failed"),
        "CANCELLED": _say("Its batch was called off."),
    },
    "BatchState": {
        "OPEN": _say("Made, and not yet written for the bank.", "待导出", "open"),
        "EXPORTED": _say("Written for the bank; its answer is awaited."),
        "SETTLED": _say("The bank answered for every payment."),
        "CANCELLED": _say("Called off before the bank answered."),
    },
    "RowOutcome": {
        "PAID": _say("The line is paid now.", en="paid"),
        "FAILED": _say("The bank did not pay; the line can be paid again.", "支付失败", "failed"),
        "KNOWN": _say("It said the same before: nothing changed.", "已登记过", "known"),
        "FAULT": _say("The row can't be used; its faults are told.", "有误", "faulty"),
    },
    "BoardState": {
        "PENDING": _say("Waits for its turn.", en="pending"),
        "PUSHED": _say("The job board has it.", en="pushed"),
        "FAILED": _say("It failed, and will be tried again.", "推送失败", "failed"),
        "DEAD": _say("It failed too often and was given up."),
        "SUPERSEDED": _say("A later push took its place."),
    },
    "Announcement": {
        "SHOW": _say("That the post is offered, and what it says.", "发布", "show"),
        "WITHDRAW": _say("That the post is no longer offered.", "下架", "withdraw"),
    },
    "QualificationKind": {
        "ENTERPRISE_SIZE": _say("How big the enterprise is.", "企业规模", "enterprise size"),
        "AGENCY_LICENCE": _say("That it may place people.", "人力资源服务许可", "agency licence"),
    },
    "AccountChange": {
        "OPEN": _say("A new account.", "开立", "open"),
        "CLOSE": _say("Nobody signs in to it any more.", "停用", "close"),
        "REOPEN": _say("It may be signed in to again.", "启用", "reopen"),
        "END_SESSIONS": _say("All of its sessions end."),
        "REMOVE_FACTOR": _say("Its second factor is taken off."),
        "RESET_PASSWORD": _say("It gets a new password."),
    },
    "AuditSign": {
        "INSURED_ONLY_AROUND_CLAIM": _say(
            "Insured by the unit just before the claim, and not after it.",
            "仅在申报前后参保",
            "insured around the claim only",
        ),
        "ACCOUNT_IN_SEVERAL_UNITS": _say(
            "One bank account is on file for several units.",
            "多家单位使用同一银行账号",
            "account in several units",
        ),
        "TWO_PLACES_IN_A_MONTH": _say(
            "Reported for a month in which another employer insured them.",
            "同月在其他单位参保",
            "two places in a month",
        ),
    },
    "FindingState": {
        "OPEN": _say("Nobody has looked into it.", en="open"),
        "EXPLAINED": _say("There is an innocent reason.", "已说明", "explained"),
        "CONFIRMED": _say("It is what it looks like.", "已确认", "confirmed"),
    },
    "AccessAction": {
        "SIGN_IN": _say("Signed in.", "登录", "sign in"),
        "FAIL_TO_SIGN_IN": _say("Tried to sign in, and failed.", "登录失败", "failed sign-in"),
        "UNMASK": _say("Looked at personal data in full.", "查看敏感信息", "look at personal data"),
        "EXPORT": _say("Wrote a list into a file.", "导出", "export"),
        "FETCH": _say("Fetched a file.", "下载文件", "fetch a file"),
    },
    "StatisticsDimension": {
        "REGION": _say(zh="行政区划", en="region"),
        "KIND": _say(zh="补贴类型", en="kind of subsidy"),
        "MONTH": _say("By the month of submission.", "提交月份", "month"),
        "STATE": _say("By where the lines stand.", "明细状态", "state"),
    },
    "WorkDimension": {
        "KIND": _say(zh="业务类别", en="kind of record"),
        "STATUS": _say(zh="办理状态", en="status"),
        "REGION": _say(zh="行政区划", en="region"),
        "AGE": _say("By for how long it has waited.", "等待时间", "age"),
    },
    "RegionLevel": {
        "NATION": _say(zh="国家", en="nation"),
        "PROVINCE": _say("A province, autonomous region or municipality.", "省级", "province"),
        "CITY": _say("A prefecture or city.", "市级", "city"),
        "DISTRICT": _say("A district or county.", "区县级", "district"),
    },
    "ExportList": {
        "CLAIMS": _say("A row for each claim.", "补贴申报", "claims"),
        "CLAIM_LINES": _say("A row for each person of each claim.", "补贴明细", "claim lines"),
        "STATISTICS": _say("Counts and sums, nobody's data.", "统计", "statistics"),
    },
    "Language": {
        "ZH": _say(zh="中文", en="Chinese"),
        "EN": _say(zh="英文", en="English"),
    },
    "SignInWay": {
        "PASSWORD": _say("By a password.", "密码", "password"),
        "QR_CODE": _say("By a QR code that a signed-in app approved.", "扫码", "QR code"),
        "REGISTRATION": _say("By opening the account.", "注册", "registration"),
        "RECOVERY": _say("By getting the account back.", "找回账号", "recovery"),
        "PROVIDER": _say("By a sign-in elsewhere.", "统一身份认证", "provider"),
        "PROOF": _say("By proving again who one is.", "再次验证", "fresh proof"),
        "PASSKEY": _say("By a passkey.", "通行密钥", "passkey"),
        "CLIENT": _say("A program, by its own secret.", "应用客户端", "program"),
    },
    "AppealKind": {
        "PASSWORD_LOST": _say(zh="忘记密码", en="password lost"),
        "ACCOUNT_LOST": _say(zh="忘记账号", en="account name lost"),
        "ACCOUNT_CLOSED": _say(zh="账号被停用", en="account closed"),
        "REGISTERED_BY_OTHERS": _say(
            "Somebody else opened the account.", "被他人注册", "registered by others"
        ),
        "HOLDER_CHANGED": _say(
            "The unit has another legal representative now.", "法定代表人变更", "holder changed"
        ),
        "OTHER": _say(zh="其他", en="other"),
    },
    "AppealStatus": {
        "LODGED": _say("Nobody has settled it.", en="lodged"),
        "PROPOSED": _say(
            "An officer proposed to give an account back; the holder may stop it.",
            "已提出恢复",
            "proposed",
        ),
        "STOPPED": _say("The holder stopped it."),
        "RESTORED": _say("The account was given back."),
        "CORRECTED": _say("The holder was corrected."),
        "REFUSED": _say("It was refused, with a reason.", "不予受理", "refused"),
    },
    "SignInSubject": {
        "PERSON": _say("As a natural person.", "个人", "person"),
        "UNIT": _say("As a unit's legal person.", "法人", "unit"),
    },
    "FactKind": {
        "PERSON": _say("Names, regions and schooling.", "人员信息", "persons"),
        "INSURANCE_CONTRIBUTION": _say(
            "Who paid for whom in which month.", "社会保险缴费", "contributions"
        ),
        "UNEMPLOYMENT_REGISTRATION": _say(
            "From when until when somebody was registered.",
            "失业登记",
            "unemployment registrations",
        ),
        "TRANSFER_EMPLOYMENT": _say(
            "Migrant workers' records.", "转移就业记录", "transfer employment"
        ),
        "LABOUR_CONTRACT": _say(
            "Contracts on file, and their terms.", "劳动合同备案", "labour contracts"
        ),
        "OFFICIAL_MOBILE": _say(
            "Mobile numbers that an office has on file.", "官方登记手机号码", "official mobiles"
        ),
        "REGISTERED_UNIT": _say("The register of units.", "单位登记信息", "registered units"),
    },
}
"""What values mean, enum by enum; `DRAFT` of `Status` and `OPEN` of `LineState` are no one thing."""


def _end_sentence(text: str) -> str:
    sentence = text[0].upper() + text[1:]
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def _leave_figures_open(text: str) -> str:
    """Put a mark in place of each figure; a sentence that ends with one needs no stop of its own."""
    return _FIGURE.sub(_UNSAID, text).replace(f"{_UNSAID}.", _UNSAID)


def _describe_reason(code: str) -> ValueWords:
    words = WORDING[Reason(code)]
    zh, en = (_leave_figures_open(each.text) for each in (words.zh, words.en))
    return ValueWords(zh.removesuffix("。"), en.removesuffix("."), en)


def _describe_function(code: str) -> ValueWords:
    words = FUNCTION_DESCRIPTIONS[Function(code)]
    return ValueWords(words.zh, words.en, words.en_use)


def _describe_control(code: str) -> ValueWords:
    declared = CONTROLS[Control(code)]
    return ValueWords(declared.name.zh, declared.name.en, declared.asks.en)


def _describe_board_failure(code: str) -> ValueWords:
    words = FAILURE_WORDING[BoardFailure(code)]
    zh, en = words[Language.ZH], words[Language.EN]
    return ValueWords(zh.removesuffix("。"), en.removesuffix("."), en)


_DESCRIBE_BY_ENUM: Mapping[str, Callable[[str], ValueWords]] = {
    "Reason": _describe_reason,
    "Function": _describe_function,
    "Control": _describe_control,
    "BoardFailure": _describe_board_failure,
    "ClaimKind": lambda code: ValueWords(*CLAIM_TITLES[ClaimKind(code)]),
    "DocumentKind": lambda code: ValueWords(*DOCUMENT_NAMES[DocumentKind(code)]),
    "Entrance": lambda code: ValueWords(*ENTRANCE_NAMES[Entrance(code)]),
    "ServiceKind": lambda code: ValueWords(*SERVICE_NAMES[ServiceKind(code)]),
}
"""Enums whose values have words of their own in the rules."""


def describe_value(enum: str, code: str) -> ValueWords:
    """Return what a value of an enum is called and means, by the names that the schema has."""
    describe = _DESCRIBE_BY_ENUM.get(enum)
    found = describe(code) if describe else _describe_by_tables(enum, code)
    return found._replace(en=found.en[0].upper() + found.en[1:])


def _describe_by_tables(enum: str, code: str) -> ValueWords:
    said = VALUE_SENTENCES.get(enum, {}).get(code, _Said(""))
    if said.zh is None and code in RecordKind.__members__ and enum in _ENUMS_OF_KINDS:
        declared = get_record_kind(RecordKind(code))
        return ValueWords(declared.chinese, declared.noun, said.sentence)
    zh, en = said.zh or get_chinese_term(code), said.en or get_english_term(code)
    return ValueWords(zh, en, said.sentence)


_ENUMS_OF_KINDS = frozenset({"RecordKind", "Subject", "AttachedTo", "ChangeableKind"})
"""Enums in which a kind of record goes by the name under which its area declares it."""
