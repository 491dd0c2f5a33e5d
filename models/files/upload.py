from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.files.stored_file import FileType
from models.kernel.base import Base, Owner, build_enum_type, reference_account


class Upload(Base):
    """A file on its way to a record: announced, sent, attached; swept if it never is. 上传文件

    It is an account's, or that of whoever knows a secret: an appeal's evidence has no account.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("num_nonnulls(account_id, secret_hash) = 1", name="has_one_holder"),
        CheckConstraint("size > 0", name="is_not_empty"),
    )
    owner = Owner.HOLDER

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID | None] = reference_account()
    secret_hash: Mapped[bytes | None]
    name: Mapped[str]
    type: Mapped[FileType] = mapped_column(build_enum_type(FileType))
    size: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(String(64))
    object_key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    expires_at: Mapped[datetime]
    stored_at: Mapped[datetime | None]
    attached_at: Mapped[datetime | None]
