"""What a parameter makes of lines that are approved, as clients see it (X20)."""

import strawberry

from rules.back_dated import Remedy
from rules.value import Money
from schema.binding import column
from schema.claim import ClaimLine

strawberry.enum(Remedy, description="What is done about a difference (X20). 差额处理")


@strawberry.type(description="A line approved for another amount than it comes to now. 差额明细")
class LineDifference:
    """A line approved for another amount than it comes to now."""

    line: ClaimLine = column("The line, which stands. 补贴明细")
    approved: Money = column("What it was approved for, in yuan. 审批金额（元）")
    due: Money = column("What it comes to now, in yuan. 应发金额（元）")
    difference: str = column("The difference in yuan; less than nothing is too much. 差额（元）")
    remedy: Remedy = column("What is done about it. 处理方式")


@strawberry.type(description="What a parameter makes of approved lines (X20). 参数差额")
class ParameterDifferences:
    """What a parameter makes of approved lines."""

    examined: int = column("How many lines were looked into. 核算条数")
    differences: list[LineDifference] = column("Those that differ. 差额明细")
    next: strawberry.ID | None = column("Where to go on, if there are more. 续查游标")
