from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, DatabaseRole, Owner


class SignInTicket(Base):
    """A browser's request to be signed in by a mobile app; only hashes are kept (J4). 扫码登录

    The browser shows `number`, and whoever approves enters it. `asked_from` is its address without
    the last part, `asked_index` the keyed hash of all of it. Another number ends the ticket.
    """

    __tablename__ = "sign_in_ticket"
    owner = Owner.TICKET
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    ticket_hash: Mapped[bytes] = mapped_column(unique=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    # A session that is swept takes with it the tickets that were approved in it.
    approved_in: Mapped[UUID | None] = mapped_column(
        ForeignKey("sign_in_session.id", ondelete="CASCADE"), index=True
    )
    approved_at: Mapped[datetime | None]
    redeemed_at: Mapped[datetime | None]
    number: Mapped[str] = mapped_column(default="", server_default="")
    asked_from: Mapped[str] = mapped_column(default="", server_default="")
    asked_index: Mapped[bytes | None]
    entrance: Mapped[str] = mapped_column(default="BOTH", server_default="BOTH")
    user_agent: Mapped[str | None]
    ended_at: Mapped[datetime | None]
