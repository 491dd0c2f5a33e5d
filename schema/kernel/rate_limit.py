"""What a request cost, and what its account may still spend."""

from datetime import datetime

import strawberry

from resolvers.kernel.context import Info
from rules.kernel import point_budget
from schema.kernel.binding import column


@strawberry.type(description="What a request cost, and what is left of the budget. 访问额度")
class RateLimit:
    """What a request cost, and what is left of the budget that has least."""

    cost: int = column("What this request cost, in points. 本次请求消耗的额度")
    limit: int = column("How many points there are in a window. 每个时段的额度")
    remaining: int = column("How many points are left. 剩余额度")
    reset_at: datetime = column("When the budget is full again. 额度恢复时间")


async def rate_limit(info: Info) -> point_budget.RateLimit | None:
    """Tell what this request cost, and what the budget with least points has left. 访问额度."""
    return info.context.rate_limit
