"""Attachments 附件: what they belong to, who may change them, and which a record needs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from models import (
    AttachedTo,
    Claim,
    Completion,
    Declaration,
    DeclarationStaff,
    DocumentKind,
    Intern,
    MonthlyReport,
    Post,
    Qualification,
    Reviewed,
    Status,
    TrainingClass,
    UnitOwned,
)
from rules.kernel.function import FUNCTION_HOLDERS, Function
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Path, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import (
    FUNCTION_OF,
    Action,
    Party,
    RecordKind,
    find_action_fault,
    find_reservation_fault,
)


@dataclass(frozen=True, slots=True)
class AttachmentHost:
    """What files may belong to; its states, or those of the record that it is part of, decide."""

    to: AttachedTo
    kind: RecordKind
    part_of: tuple[type[Reviewed], str] | None = None

    @property
    def function(self) -> Function:
        """Name the function that whoever attaches needs: that of filing the record (S1)."""
        return FUNCTION_OF[self.kind, Party.OWNER]


ATTACHMENT_HOSTS: Mapping[type[UnitOwned], AttachmentHost] = {
    Declaration: AttachmentHost(AttachedTo.DECLARATION, RecordKind.DECLARATION),
    DeclarationStaff: AttachmentHost(
        AttachedTo.STAFF, RecordKind.DECLARATION, (Declaration, "declaration_id")
    ),
    Post: AttachmentHost(AttachedTo.POST, RecordKind.POST),
    Intern: AttachmentHost(AttachedTo.INTERN, RecordKind.INTERN),
    MonthlyReport: AttachmentHost(AttachedTo.MONTHLY_REPORT, RecordKind.MONTHLY_REPORT),
    Claim: AttachmentHost(AttachedTo.CLAIM, RecordKind.CLAIM),
    Qualification: AttachmentHost(AttachedTo.QUALIFICATION, RecordKind.QUALIFICATION),
    TrainingClass: AttachmentHost(AttachedTo.TRAINING_CLASS, RecordKind.TRAINING_CLASS),
    Completion: AttachmentHost(AttachedTo.COMPLETION, RecordKind.COMPLETION),
}
"""Every table whose records have attachments, at both levels of a declaration (J8)."""

HOST_TABLES: Mapping[AttachedTo, type[UnitOwned]] = {
    host.to: table for table, host in ATTACHMENT_HOSTS.items()
}


class DocumentName(NamedTuple):
    """A kind of document as officials and as others know it."""

    zh: str
    en: str


_K = DocumentKind
DOCUMENT_NAMES: Mapping[DocumentKind, DocumentName] = {
    _K.APPLICATION_FORM: DocumentName("申请表", "application form"),
    _K.BUSINESS_LICENCE: DocumentName("营业执照", "business licence"),
    _K.TRAINING_PLAN: DocumentName("见习培养计划", "training plan"),
    _K.ACCIDENT_INSURANCE: DocumentName("人身意外伤害保险凭证", "accident insurance"),
    _K.QUALIFICATION: DocumentName("专业资格或职称证书", "qualification"),
    _K.IDENTITY_CARD: DocumentName("身份证件", "identity card"),
    _K.DIPLOMA: DocumentName("毕业证书", "diploma"),
    _K.UNEMPLOYMENT_REGISTRATION: DocumentName("失业登记证明", "unemployment registration"),
    _K.INTERNSHIP_AGREEMENT: DocumentName("就业见习协议", "internship agreement"),
    _K.ATTENDANCE_RECORD: DocumentName("考勤记录", "attendance record"),
    _K.WAGE_RECORD: DocumentName("工资发放凭证", "wage record"),
    _K.INSURANCE_RECORD: DocumentName("社会保险缴费凭证", "insurance record"),
    _K.LABOUR_CONTRACT: DocumentName("劳动合同", "labour contract"),
    _K.ROSTER: DocumentName("人员花名册", "roster"),
    _K.BANK_ACCOUNT_PERMIT: DocumentName("开户许可证", "bank account permit"),
    _K.EVIDENCE: DocumentName("证明材料", "evidence"),
    _K.OTHER: DocumentName("其他材料", "other document"),
}


def find_function_fault(to: AttachedTo, viewer: Viewer) -> Fault | None:
    """Say which function a viewer lacks who would attach files to a kind of record (S1)."""
    function = ATTACHMENT_HOSTS[HOST_TABLES[to]].function
    if not viewer.list_missing_functions(frozenset({function})):
        return None
    return fault(
        Reason.FORBIDDEN, functions=function, holders=" / ".join(FUNCTION_HOLDERS[function])
    )


def find_attaching_fault(
    host: AttachmentHost,
    status: Status,
    submitted_by: UUID | None,
    held_by: UUID | None,
    viewer: Viewer,
) -> Fault | None:
    """Say why a record's attachments can't be changed; they can while the record can (X1, J38)."""
    return (
        find_function_fault(host.to, viewer)
        or find_reservation_fault(Action.CHANGE, held_by)
        or find_action_fault(host.kind, Action.CHANGE, status, submitted_by, viewer)
    )


def find_count_faults(there: int, more: int, most: int) -> Iterable[Fault]:
    """Refuse more files than a record may have."""
    return [fault(Reason.TOO_MANY_FILES, "uploadIds", most=most)] if there + more > most else []


def list_required_documents(
    policy: Policy, category: str, region: str, on: date
) -> tuple[DocumentKind, ...]:
    """List the documents that a kind of record needs, or raise MissingParameter. 附件要求"""
    names = policy.get_names("attachments.required", region, on, category)
    return tuple(DocumentKind(name) for name in names)


def find_missing_document_faults(
    needed: Iterable[DocumentKind], there: Collection[DocumentKind], at: Path
) -> Iterable[Fault]:
    """Name the documents that a record needs and does not have, in both languages (J8, J33)."""
    named = [DOCUMENT_NAMES[kind] for kind in dict.fromkeys(needed) if kind not in there]
    if not named:
        return []
    zh, en = "、".join(n.zh for n in named), ", ".join(n.en for n in named)
    return [fault(Reason.DOCUMENTS_MISSING, *at, missing_zh=zh, missing_en=en)]
