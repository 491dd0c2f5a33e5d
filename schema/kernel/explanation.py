"""Amounts that explain themselves (X5)."""

import strawberry

from rules.kernel.finding import Control, Outcome
from rules.kernel.refusal import Reason
from rules.kernel.value import Day, Money, RegionCode
from schema.kernel.binding import column


@strawberry.type(description="A policy parameter as it was used (X6). 所用政策参数")
class UsedParameter:
    """A policy parameter as it was used."""

    key: str = column("Which parameter. 参数")
    region: RegionCode = column("For which region it was set. 行政区划")
    category: str | None = column("For which category, if for one. 类别")
    value: str = column("Its value. 值")
    unit: str = column("Its unit. 单位")
    effective_from: Day = column("From when it holds. 生效日期")
    effective_to: Day | None = column("Until when it holds. 失效日期")
    source: str = column("On whose word. 依据")
    confirmed: bool = column("Whether it is confirmed. 是否已确认")


@strawberry.type(description="Why an amount is empty (X5). 金额为空的原因")
class Shortfall:
    """Why an amount is empty."""

    reason: Reason = column("The reason's stable name. 原因代码")
    message: str = column("The reason in words. 说明")


@strawberry.type(description="What one risk control found (X3). 核验结果")
class Finding:
    """What one risk control found."""

    control: Control = column("What was looked into. 核验项目")
    outcome: Outcome = column("What came of it. 核验结果")
    evidence: str = column("On what evidence. 核验依据")
    reason: Reason | None = column("Why it did not pass. 原因代码")
    message: str | None = column("The same in words. 说明")
    cure: str | None = column("What would cure it. 处理办法")
    parameter: str | None = column("Which parameter decided, if one did. 所用政策参数")
    figure: UsedParameter | None = column(
        "That parameter as it stood: value, region, dates (X21). 所用政策参数取值"
    )
    source: str | None = column("On whose word. 数据来源")
    as_of: Day | None = column("As of when. 数据截止日期")


@strawberry.type(description="How an amount came about (X5). 金额说明")
class Explanation:
    """How an amount came about."""

    formula: list[str] = column("The formula, line by line, with its figures. 计算公式")
    amount: Money | None = column("What it comes to, in yuan; empty if nothing is payable. 金额")
    shortfalls: list[Shortfall] = column("Why it is empty. 金额为空的原因")
    confirmed: bool = column("Whether all parameters in it are confirmed (X6). 参数是否均已确认")
    parameters: list[UsedParameter] = column("The parameters in it. 所用政策参数")
    findings: list[Finding] = column("What was looked into, one by one (X3). 核验结果")
