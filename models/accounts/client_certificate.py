from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, DatabaseRole, Owner


class ClientCertificate(Base):
    """A certificate by which an account is known at the TLS proxy (J3). 客户端证书

    Of it only a fingerprint is kept. With `functions` it signs a program in by itself, within them;
    without, it stands beside the password of whose account it is. It ends on a day, or by command;
    what was ended may be added again. One person's may stand beside each of their accounts, while a
    program's tells whose program it is by itself.
    """

    __tablename__ = "client_certificate"
    __table_args__ = (
        Index(
            "uq_client_certificate_account_id_fingerprint",
            "account_id",
            "fingerprint",
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
        Index(
            "uq_client_certificate_fingerprint_program",
            "fingerprint",
            unique=True,
            postgresql_where="ended_at IS NULL AND functions IS NOT NULL",
        ),
    )
    owner = Owner.CERTIFICATE
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    fingerprint: Mapped[bytes]
    name: Mapped[str]
    functions: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    added_at: Mapped[datetime]
    valid_to: Mapped[date]
    ended_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
