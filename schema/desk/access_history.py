"""Who came in and got at data, for its account and for overseers (X9)."""

from datetime import datetime

import models
from rules.kernel.region import get_region_name
from rules.kernel.value import RegionCode
from schema.kernel.binding import column, derived
from schema.kernel.node import Node, record_type


@record_type("That an account came in or got at data, in a chain of the history (X9). 访问记录")
class AccessHistory(Node):
    """That an account came in or got at data."""

    table = models.AccessHistory

    region: RegionCode = column("Where the account belongs. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    action: models.AccessAction = column("What was done. 访问类型")
    about: str = column("By which way, which fields, which list, what kind of file. 访问内容")
    record_id: str | None = column("The global id of what was looked at. 记录标识", "record")
    reason: str | None = column("Why, where a reason is asked. 原因")
    at: datetime = column("When. 时间")
    account_name: str = column("Who. 访问人")
    role: models.Role = column("As what. 角色")
