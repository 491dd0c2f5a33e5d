from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, DatabaseRole, Owner
from models.kernel.sealed import sealed_as


class SecondFactor(Base):
    """What an account shows beside its password: codes of an authenticator (J3). 二次验证

    It counts once it is confirmed. `counter` is the step of the last code that was taken: no code
    of that step or of one before it is taken again. Recovery codes are kept nowhere: they follow
    from the row's id and the index key. `used_codes` says which of them were used. A row that is
    `codes_only` holds them for an account that has passkeys, and no authenticator of codes.
    """

    __tablename__ = "second_factor"
    owner = Owner.ACCOUNT_SECRET
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    secret_sealed: Mapped[bytes] = sealed_as("totp_secret")
    counter: Mapped[int | None] = mapped_column(BigInteger)
    used_codes: Mapped[list[int]] = mapped_column(JSONB, default=list, server_default="[]")
    codes_only: Mapped[bool] = mapped_column(default=False, server_default="false")
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
