from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.accounts.account_appeal import AccountAppeal
from models.files.stored_file import StoredFile
from models.kernel.base import DatabaseRole, Owner, RegionCode
from models.kernel.reading import ReadBy, Reading


class AppealEvidence(StoredFile):
    """A file that proves what an account appeal says (J2). 申诉证据

    It carries its appeal's number and region, so that whoever reaches the appeal reaches it.
    """

    __tablename__ = "appeal_evidence"
    read_by = (ReadBy(reading=Reading.ACCOUNTS),)
    __table_args__ = (
        ForeignKeyConstraint(
            ["appeal_id", "number_hash", "region"],
            ["account_appeal.id", "account_appeal.number_hash", "account_appeal.region"],
        ),
        UniqueConstraint("object_key"),
        Index(None, "appeal_id", "id"),
    )
    owner = Owner.APPEAL
    append_only = True
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-4)
    appeal_id: Mapped[UUID] = mapped_column(sort_order=-3)
    number_hash: Mapped[bytes] = mapped_column(sort_order=-2)
    region: Mapped[str] = mapped_column(RegionCode, sort_order=-1)

    appeal: Mapped[AccountAppeal] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(AppealEvidence.appeal_id) == remote(AccountAppeal.id)",
    )
