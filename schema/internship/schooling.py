"""Schooling as the reviewer of an intern sees it (J17)."""

import strawberry

import models
from rules.kernel.finding import Outcome
from rules.kernel.refusal import Reason
from rules.kernel.value import Day
from schema.kernel.binding import column


@strawberry.type(description="The highest schooling somebody finished (J17). 学历")
class Schooling:
    """The highest schooling somebody finished."""

    education: models.Education | None = column("Which it is. 学历")
    graduated_on: Day | None = column("When they finished it. 毕业日期")


@strawberry.type(description="A person's own word beside the official record (J17). 学历核验")
class SchoolingFinding:
    """A person's own word beside the official record."""

    outcome: Outcome = column(
        "PASS where both agree, FAIL where they differ, UNKNOWN without a record. 核验结果"
    )
    stated: Schooling = column("What the person states. 本人所填")
    recorded: Schooling = column("What is on record, and counts where it tells. 官方记录")
    source: str | None = column("On whose word it is on record. 数据来源")
    as_of: Day | None = column("As of when. 数据截止日期")
    reason: Reason | None = column("Why it did not pass. 原因代码")
    message: str | None = column("The same in words. 说明")
    cure: str | None = column("What to do about it. 处理办法")
