"""Attachments 附件: what they belong to, who may change them, and which a record needs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from models import AttachedTo, Base, DocumentKind, Reviewed, Status, UnitOwned
from rules.kernel.action import Action
from rules.kernel.function import FUNCTION_HOLDERS, Function
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import Party, RecordKind, get_record_kind, list_record_kinds
from rules.kernel.refusal import Fault, Path, Reason, fault
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import find_action_fault, find_reservation_fault


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentHost:
    """What files may belong to; its states, or those of the record that it is part of, decide."""

    to: AttachedTo
    kind: RecordKind
    table: type[UnitOwned]
    part_of: tuple[type[Reviewed], str] | None = None

    @property
    def function(self) -> Function:
        """Name the function that whoever attaches needs: that of filing the record (S1)."""
        return get_record_kind(self.kind).functions[Party.OWNER]


def list_hosts() -> Iterator[AttachmentHost]:
    """List whatever files may belong to, a record before its parts (J8)."""
    for declared in list_record_kinds():
        if not declared.is_filed:
            continue
        table = declared.record_table
        if table.attached_to is not None:
            yield AttachmentHost(to=table.attached_to, kind=declared.kind, table=table)
        for part in declared.parts:
            if part.table.attached_to is not None:
                whole = (table, part.column)
                yield AttachmentHost(
                    to=part.table.attached_to, kind=declared.kind, table=part.table, part_of=whole
                )


def find_host(table: type[Base]) -> AttachmentHost | None:
    """Return how files belong to a table's records, None where they have none."""
    return next((host for host in list_hosts() if host.table is table), None)


def get_host(to: AttachedTo) -> AttachmentHost:
    """Return what files belong to that say so."""
    return next(host for host in list_hosts() if host.to is to)


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
    _K.BANK_ACCOUNT_PERMIT: DocumentName("基本存款账户信息", "bank account permit"),
    _K.EVIDENCE: DocumentName("证明材料", "evidence"),
    _K.OTHER: DocumentName("其他材料", "other document"),
}


def find_function_fault(to: AttachedTo, viewer: Viewer) -> Fault | None:
    """Return which function a viewer lacks who would attach files to a kind of record (S1)."""
    function = get_host(to).function
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
    """Return why a record's attachments can't be changed: they can as long as it can (X1, J38)."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredDocument:
    """A document that a record needs, what it is called, and whether it is there (J8)."""

    kind: DocumentKind
    name: str
    attached: bool


def list_document_needs(
    needed: Iterable[DocumentKind], there: Collection[DocumentKind], viewer: Viewer
) -> list[RequiredDocument]:
    """Tell of each document that a record needs whether it is there already (J8)."""
    chinese = viewer.language is Language.ZH
    names = {kind: DOCUMENT_NAMES[kind] for kind in dict.fromkeys(needed)}
    return [
        RequiredDocument(kind=kind, name=name.zh if chinese else name.en, attached=kind in there)
        for kind, name in names.items()
    ]


def find_missing_document_faults(
    needed: Iterable[DocumentKind], there: Collection[DocumentKind], at: Path
) -> Iterable[Fault]:
    """Name the documents that a record needs and does not have, in both languages (J8, J33)."""
    named = [DOCUMENT_NAMES[kind] for kind in dict.fromkeys(needed) if kind not in there]
    if not named:
        return []
    zh, en = "、".join(n.zh for n in named), ", ".join(n.en for n in named)
    return [fault(Reason.DOCUMENTS_MISSING, *at, missing_zh=zh, missing_en=en)]
