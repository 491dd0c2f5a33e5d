"""What strangers read: what is published, masked, on the days on which it is shown (X7)."""

from typing import Annotated

import strawberry

from loaders.key import decode
from models import PublicNotice
from resolvers.context import Info
from rules.value import RowId

_ID = strawberry.argument(description="Its id, as the list of notices gives it. 公示标识")


async def public_notice(info: Info, id: Annotated[RowId, _ID]) -> PublicNotice | None:
    """Find what is published now by its id, signed in or not; null if it is not shown. 公示公告"""
    key = decode(id)
    if key is None or key.type_name != PublicNotice.__name__ or len(key.parts) != 1:
        return None
    row: PublicNotice | None = await info.context.loaders.row(PublicNotice).load(key.parts)
    today = info.context.service.today()
    return row if row is not None and row.first_day <= today <= row.shown_until else None
