from datetime import datetime

import strawberry

import models
from rules.facts.row_fault import describe_fact_faults
from rules.kernel.function import Function
from rules.kernel.refusal import Reason
from rules.kernel.value import Day, RegionCode
from schema.kernel.binding import column, derived
from schema.kernel.mutation import build_result_union


@strawberry.type(description="What is wrong with a row that was refused (X13). 未导入的行")
class FactRowFault:
    """What is wrong with a row that was refused."""

    row: int = column("Which row of the call; the first is 0. 行序号")
    key: str | None = column("Which column, by its key. 列", "column", known_as="column")
    reason: Reason = column("The reason's stable name. 原因代码")
    message: str = column("What is wrong. 说明")
    cure: str = column("What would cure it. 处理办法")


@strawberry.type(description="That facts were loaded, and until when they tell (X13). 外部数据报送")
class FactLoad:
    """That facts were loaded."""

    table = models.FactLoad
    may = frozenset({Function.LOAD_FACTS})

    kind: models.FactKind = column("What they tell of. 外部数据类型")
    source: str = column("On whose word. 数据来源")
    as_of: Day = column("As of when. 截止日期")
    region: RegionCode = column("Which region they cover. 行政区划")
    latest: Day | None = column("The last month or day that they tell of. 最近数据日期")
    loaded: int = column("How many rows were taken. 导入行数")
    refused: int = column("How many rows were not. 未导入行数")
    faults: list[FactRowFault] = derived(
        describe_fact_faults, ("faults",), "What is wrong with the rows that were not. 未导入原因"
    )
    loaded_at: datetime = column("When. 导入时间")


@strawberry.type(description="What was loaded; the same again changes nothing. 外部数据报送")
class FactLoadPayload:
    """What was loaded."""

    fact_load: FactLoad = column("The load. 外部数据报送")


FactLoadResult = build_result_union(FactLoadPayload, "FactLoadResult")
