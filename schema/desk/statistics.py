"""Figures of what is claimed, as clients read them (item 10)."""

import strawberry

import models
from rules.kernel.function import Function
from rules.kernel.value import Money, RegionCode, YearMonth
from schema.kernel.binding import column

COUNTERS = frozenset({Function.READ_STATISTICS})


@strawberry.type(name="StatisticFigures", description="How much there is of it. 统计数据")
class FiguresType:
    """How much there is of it."""

    claims: int = column("How many claims. 申报数")
    lines: int = column("How many lines. 明细数")
    persons: int = column("How many different persons. 人数")
    amount: Money = column("What all lines ask, in yuan. 申报金额（元）")
    standing: Money = column(
        "What is asked by lines that stand: neither struck nor failed, of claims that are under "
        "review or approved (X15), in yuan. 有效金额（元）"
    )


@strawberry.type(name="Statistic", description="The figures of what is told apart. 统计")
class StatisticType:
    """The figures of what is told apart."""

    region: RegionCode | None = column("In this region. 行政区划")
    region_name: str | None = column("The region in words. 行政区划名称")
    kind: models.ClaimKind | None = column("Of this kind. 补贴类型")
    month: YearMonth | None = column(
        "Submitted in this month; none for what was not submitted. 提交月份"
    )
    state: models.LineState | None = column("Lines in this state. 明细状态")
    withheld: bool = column("Whether the figures are withheld, as few persons are meant. 是否隐去")
    persons_text: str = column("How many persons, or below which number. 人数说明")
    figures: FiguresType | None = column("The figures, unless withheld. 统计数据")
