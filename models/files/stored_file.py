"""Files that people hand in: what they may be, and what is kept of each, whosever it is."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, build_enum_type, reference_account


class FileType(StrEnum):
    """What a file is by its content. 文件格式"""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    DOCX = "DOCX"
    XLSX = "XLSX"
    OFD = "OFD"


class DocumentKind(StrEnum):
    """What a file proves or states. 材料类型"""

    APPLICATION_FORM = "APPLICATION_FORM"
    BUSINESS_LICENCE = "BUSINESS_LICENCE"
    TRAINING_PLAN = "TRAINING_PLAN"
    ACCIDENT_INSURANCE = "ACCIDENT_INSURANCE"
    QUALIFICATION = "QUALIFICATION"
    IDENTITY_CARD = "IDENTITY_CARD"
    DIPLOMA = "DIPLOMA"
    UNEMPLOYMENT_REGISTRATION = "UNEMPLOYMENT_REGISTRATION"
    INTERNSHIP_AGREEMENT = "INTERNSHIP_AGREEMENT"
    ATTENDANCE_RECORD = "ATTENDANCE_RECORD"
    WAGE_RECORD = "WAGE_RECORD"
    INSURANCE_RECORD = "INSURANCE_RECORD"
    LABOUR_CONTRACT = "LABOUR_CONTRACT"
    ROSTER = "ROSTER"
    BANK_ACCOUNT_PERMIT = "BANK_ACCOUNT_PERMIT"
    EVIDENCE = "EVIDENCE"
    OTHER = "OTHER"


class StoredFile(Base):
    """A file that belongs to a record; its bytes lie in the object store under a random key."""

    __abstract__ = True

    document: Mapped[DocumentKind] = mapped_column(build_enum_type(DocumentKind))
    name: Mapped[str]
    type: Mapped[FileType] = mapped_column(build_enum_type(FileType))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    object_key: Mapped[str] = mapped_column(index=True)
    attached_at: Mapped[datetime]
    account_id: Mapped[UUID | None] = reference_account()
    account_name: Mapped[str]
