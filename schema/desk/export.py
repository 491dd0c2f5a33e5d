"""Lists as files, as clients ask for them."""

from datetime import datetime

import strawberry

from rules.kernel.function import Function
from schema.kernel.binding import column

EXPORTERS = frozenset({Function.EXPORT_LISTS})


@strawberry.type(name="ExportLink", description="Where a file is fetched. 导出链接")
class ExportLinkType:
    """Where a file is fetched."""

    url: str = column("A path of this service; it is the viewer's own. 下载链接")
    expires_at: datetime = column("Until when it is good. 到期时间")
