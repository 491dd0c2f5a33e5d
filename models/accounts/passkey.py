from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, DatabaseRole, Owner


class Passkey(Base):
    """A key on somebody's device by which they sign in without a password (J3). 通行密钥

    Of it only the public half is kept. `asked_at` is when that was asked which it answered last: it
    answers nothing twice, and nothing that was asked before.
    """

    __tablename__ = "passkey"
    owner = Owner.ACCOUNT_SECRET
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    added_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
