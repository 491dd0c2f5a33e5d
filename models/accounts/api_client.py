from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, DatabaseRole, Owner


class ApiClient(Base):
    """A program that signs in by itself, for an account and within some functions (J3). 应用客户端

    Of its secret only a hash is kept. It ends on a day, or when it is revoked.
    """

    __tablename__ = "api_client"
    owner = Owner.CLIENT
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    name: Mapped[str]
    functions: Mapped[list[str]] = mapped_column(JSONB)
    added_at: Mapped[datetime]
    valid_to: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
