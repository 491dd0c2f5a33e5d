"""The risk controls 风控点, and what they found each time that they ran (X3)."""

from datetime import datetime

import strawberry

from rules.control import Occasion
from rules.finding import Control, Outcome
from schema.binding import column
from schema.explanation import Finding

strawberry.enum(Occasion, description="When the risk controls ran (X3). 核验环节")


@strawberry.type(description="What the risk controls found of a line once (X3). 核验记录")
class Judgement:
    """What the risk controls found of a line once."""

    occasion: Occasion = column("When they ran. 核验环节")
    at: datetime = column("At which instant. 核验时间")
    outcome: Outcome = column("FAIL if one failed, UNKNOWN if one is unknown. 核验结论")
    changed: list[Control] = column("Which came out otherwise than the time before. 变化的核验项目")
    findings: list[Finding] = column("What was found, one by one. 核验结果")
