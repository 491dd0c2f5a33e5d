"""The risk controls 风控点, and what they found each time that they ran (X3)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.claims.control import Occasion
from rules.kernel.finding import Control, Outcome
from schema.kernel.binding import column
from schema.kernel.explanation import Finding

if TYPE_CHECKING:
    from schema.claims.claim import ClaimLine


@strawberry.type(description="What the risk controls found of a line once (X3). 核验记录")
class Judgement:
    """What the risk controls found of a line once."""

    occasion: Occasion = column("When they ran. 核验环节")
    at: datetime = column("At which instant. 核验时间")
    outcome: Outcome = column("FAIL if one failed, UNKNOWN if one is unknown. 核验结论")
    changed: list[Control] = column("Which came out otherwise than the time before. 变化的核验项目")
    findings: list[Finding] = column("What was found, one by one. 核验结果")


@strawberry.type(description="A line's verdicts then and now (S16, X3). 核验结论对比")
class LineVerdicts:
    """A line's verdicts then and now."""

    line: Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")] = column(
        "The line. 补贴明细"
    )
    application: Outcome | None = column("How it came out at application. 申报时结论")
    review: Outcome | None = column("How it came out when last run at review. 审核时结论")
    disbursement: Outcome | None = column("How it came out before payment. 发放前结论")
    now: Outcome = column("How it comes out now. 当前结论")
    changed: list[Control] = column("What came out otherwise than the last time. 变化的核验项目")
    findings: list[Finding] = column("What is found now, one by one. 当前核验结果")


@strawberry.type(description="A risk control as it is declared (X3). 风控点")
class RiskControl:
    """A risk control as it is declared."""

    control: Control = column("Its stable name. 核验项目")
    rule: str = column("The rule that demands it. 规则")
    number: int | None = column("Its number in the manual, if it has one. 风控点编号")
    name: str = column("What it is called. 名称")
    asks: str = column("What must hold. 要求")
    evidence: str = column("What it looks at. 核验依据")
    kinds: list[models.ClaimKind] = column("Claims of which kinds meet it. 适用补贴类型")
    groups: list[models.HireGroup] = column("Which of the hired; all if empty. 适用人员类别")
    parameters: list[str] = column("Which policy parameters decide. 所用政策参数")
    overridable: bool = column("Whether an officer may set it aside with a reason. 是否可放行")
