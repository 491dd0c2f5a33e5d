"""What the fields of records are called: one table of words, Chinese and English (X9)."""

from collections.abc import Collection, Mapping, Sequence

from rules.kernel.viewer import Language

FIELD_NAMES: Mapping[str, tuple[str, str]] = {
    # what many records have
    "name": ("名称", "name"),
    "number": ("编号", "number"),
    "business_number": ("受理编号", "business number"),
    "id_number_masked": ("公民身份号码", "ID number"),
    "month": ("月份", "month"),
    "status": ("办理状态", "state"),
    "reason": ("原因", "reason"),
    "remarks": ("备注", "remarks"),
    "note": ("说明", "note"),
    "attachments": ("附件", "attachments"),
    "amount": ("金额（元）", "amount in yuan"),
    "findings": ("核验结果", "findings"),
    "recovered": ("已收回金额（元）", "amount recovered in yuan"),
    "recovered_on": ("收回日期", "day of recovery"),
    "recovery_reference": ("收回凭证号", "reference of the recovery"),
    # batches, and accounts that were given back
    "paid_count": ("成功笔数", "payments made"),
    "paid_amount": ("成功金额（元）", "amount paid in yuan"),
    "failed_count": ("失败笔数", "payments that failed"),
    "failed_amount": ("失败金额（元）", "amount that failed in yuan"),
    "account_id": ("账号", "account"),
    "account_confirmed_by": ("收款账户确认人", "who confirmed the account"),
    # rosters
    "total": ("总人数", "persons"),
    "passed": ("通过", "passed"),
    "failed": ("未通过", "failed"),
    "faults": ("问题", "faults"),
    "counter": ("柜台代办", "filed at the counter of"),
    "functions": ("功能授权", "functions granted"),
    # units
    "legal_person_type": ("法人类型", "kind of legal person"),
    "legal_representative": ("法定代表人", "legal representative"),
    "industry": ("行业", "industry"),
    "address": ("地址", "address"),
    "employees": ("职工人数", "employees"),
    "contact_name": ("联系人", "contact"),
    "contact_mobile_masked": ("联系电话", "contact's mobile"),
    "representative_id_masked": ("法定代表人身份号码", "legal representative's ID number"),
    "representative_mobile_masked": ("法定代表人电话", "legal representative's mobile"),
    # posts
    "withheld": ("是否暂不推送", "withheld from the job board"),
    # accounts
    "active": ("是否启用", "active"),
    "password_hash": ("密码", "password"),
    # declarations, posts
    "planned_interns": ("计划见习人数", "planned interns"),
    "monthly_wage": ("月工资（元）", "monthly wage in yuan"),
    "training_plan": ("培养计划", "training plan"),
    "accident_insurance": ("意外伤害保险", "accident insurance"),
    "mobile_masked": ("联系电话", "mobile"),
    "staff": ("专职人员", "dedicated staff"),
    "headcount": ("招收人数", "places"),
    "boardVersion": ("就业在线版本", "the job board's version"),
    "workplace": ("工作地点", "workplace"),
    "duties": ("岗位职责", "duties"),
    # interns and their end
    "post_id": ("岗位", "post"),
    "category": ("人员类型", "category"),
    "agreed_on": ("协议签订日期", "agreement signed on"),
    "starts_on": ("见习开始日期", "first day"),
    "ends_on": ("计划结束日期", "planned last day"),
    "ended_on": ("实际结束日期", "last day"),
    "end_reason": ("减员原因", "reason of the end"),
    "destination": ("就业去向", "destination"),
    "cause": ("无法完成见习原因", "cause"),
    "end_kind": ("结束方式", "kind of end"),
    # requests to change what is approved
    "post": ("岗位", "post"),
    "motive": ("变更原因", "reason of the change"),
    "takes_effect_on": ("生效日期", "takes effect on"),
    # qualifications of units
    "size": ("企业规模", "enterprise size"),
    "licence_number": ("许可证编号", "licence number"),
    "valid_from": ("有效期起", "valid from"),
    "valid_to": ("有效期止", "valid to"),
    # training classes
    "course_id": ("线上培训项目", "online course"),
    "course_code": ("项目编号", "course code"),
    "opens_on": ("开班日期", "opening day"),
    # monthly reports
    "days_attended": ("出勤天数", "days attended"),
    "wage_paid": ("实发工资（元）", "wage paid in yuan"),
    "insurance_paid": ("缴纳保险（元）", "insurance paid in yuan"),
    "payable_subsidy": ("应发补贴金额（元）", "payable subsidy in yuan"),
    # claims, bank accounts
    "kind": ("补贴类型", "kind of subsidy"),
    "year": ("年度", "year"),
    "bank_account_id": ("银行账户", "bank account"),
    "granted": ("已核定金额", "granted"),
    "due": ("应发金额", "due"),
    "parameter_id": ("政策参数", "parameter"),
    "supplement_id": ("补发明细", "supplement"),
    "clawback_id": ("追回", "clawback"),
    "place": ("单位参保地", "place of insurance"),
    "approved_amount": ("审批金额（元）", "amount approved"),
    "approved_by": ("审批人", "approved by"),
    "public_until": ("公示截止日期", "last day of publicity"),
    "beneficiary": ("补贴享受对象", "beneficiary"),
    "state": ("明细状态", "line's state"),
    "bank_reference": ("银行流水号", "bank's reference"),
    "paid_on": ("付款日期", "paid on"),
    "bank": ("开户银行", "bank"),
    "branch": ("开户网点", "branch"),
    "account_name": ("开户名称", "account's name"),
    "number_masked": ("银行账号", "account number"),
    "is_default": ("默认账户", "default account"),
    # scores and completion of classes
    "score": ("成绩", "score"),
    "scored_at": ("成绩登记时间", "scored at"),
    "outcome": ("结业情况", "outcome"),
    "completed": ("结业人数", "completed"),
    "not_completed": ("未结业人数", "not completed"),
    "completed_on": ("结业日期", "completed on"),
    # trainees
    "trainees": ("学员", "trainees"),
    "period_from": ("政策执行期起", "programme period from"),
    "override_reason": ("放行原因", "reason of the override"),
    "overridden_by": ("放行人", "overridden by"),
    "overridden_at": ("放行时间", "overridden at"),
    # what was looked at
    "unmasked": ("查看敏感信息", "personal data looked at"),
}

_HIDDEN_SUFFIXES = ("_index", "_key")
_INTERNAL_FIELDS = frozenset({"base", "base_version", "values", "changes"})
"""What a change request is kept as; it tells what differs itself (X16)."""
_SEALED_SUFFIX, _MASKED_SUFFIX = "_sealed", "_masked"


_RANK = {field: rank for rank, field in enumerate(FIELD_NAMES)}


def select_visible_fields(fields: Collection[str]) -> Sequence[str]:
    """Choose the fields that say something, in the table's order (X11).

    A key says nothing, nor does a seal beside its mask.
    """
    masked = {
        field.removesuffix(_MASKED_SUFFIX) for field in fields if field.endswith(_MASKED_SUFFIX)
    }
    return [
        field
        for field in sorted(fields, key=lambda field: _RANK.get(field, len(_RANK)))
        if not field.endswith(_HIDDEN_SUFFIXES)
        and field not in _INTERNAL_FIELDS
        and not (field.endswith(_SEALED_SUFFIX) and field.removesuffix(_SEALED_SUFFIX) in masked)
    ]


def get_field_name(field: str, language: Language) -> str:
    """Return what a field is called; one without a word by its own name."""
    known = (
        f"{field.removesuffix(_SEALED_SUFFIX)}{_MASKED_SUFFIX}"
        if field.endswith(_SEALED_SUFFIX)
        else field
    )
    chinese, english = FIELD_NAMES.get(known, (field, field))
    return chinese if language is Language.ZH else english
