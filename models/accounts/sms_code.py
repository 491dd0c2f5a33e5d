from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, DatabaseRole, Owner


class SmsCode(Base):
    """A code that was sent to a mobile on file; only hashes are kept (J2, X18). 短信验证码

    `bucket` is the hash of the ticket that whoever asked for it has, `number_index` the blind index
    of the ID number. There is one for a number that nobody has as well; nothing was sent then.
    """

    __tablename__ = "sms_code"
    owner = Owner.BUCKET
    written_by = DatabaseRole.SIGN_IN

    bucket: Mapped[str] = mapped_column(primary_key=True)
    number_index: Mapped[bytes]
    code_hash: Mapped[bytes]
    sent_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
