"""What else a person receives, as officers see it (X14)."""

import strawberry

import models
from rules.kernel.function import Function
from rules.kernel.value import Money, YearMonth
from schema.kernel.binding import column

CLAIM_REVIEWERS = frozenset({Function.REVIEW_CLAIMS})
INTERN_REVIEWERS = frozenset({Function.REVIEW_INTERNS})


@strawberry.type(description="What else is claimed or paid for a person (X14). 其他享受情况")
class OtherBenefit:
    """What else is claimed or paid for a person."""

    kind: models.ClaimKind = column("What it is for. 补贴类型")
    month: YearMonth | None = column("Up to which month it was claimed. 申领月份")
    year: int | None = column("For which year it was claimed. 申请年度")
    status: models.Status = column("Where its claim stands (X1). 申报状态")
    state: models.LineState = column("Where its line stands (X15). 明细状态")
    amount: Money = column("What it asks, in yuan. 金额（元）")
    unit_name: str = column("Who claimed it; hidden where it is of another region. 单位名称")
