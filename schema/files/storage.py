"""What a unit's files take, as its people see it."""

import strawberry

from schema.kernel.binding import column


@strawberry.type(description="What a unit's files take, and may take. 存储用量")
class StorageUse:
    """What a unit's files take, and may take."""

    kept: int = column("How much all of them take, in KiB. 已用总量")
    max_kept: int = column("How much they may take, in KiB. 总量上限")
    today: int = column("How much was announced within a day, in KiB. 当日已上传量")
    max_per_day: int = column("How much may be, in KiB. 每日上限")
