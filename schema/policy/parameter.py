from datetime import datetime

import models
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from rules.payment.ad_hoc_actions import list_parameter_actions
from rules.policy.parameter import name_approver, name_proposer
from schema.kernel.answer import answer_record
from schema.kernel.binding import column, derived
from schema.kernel.connection import Connection
from schema.kernel.history import OfficeHistory, office_history
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions


@record_type("A figure of policy, where and from when it holds (X6). 政策参数")
class Parameter(Node):
    """A figure of policy."""

    table = models.Parameter

    key: str = column("Which figure. 参数")
    region: RegionCode = column("For this region and all below it. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    category: str | None = column("For which category, if for one. 类别")
    value: str = column("Its value. 值")
    unit: str = column("Its unit. 单位")
    effective_from: Day = column("From when it holds. 生效日期")
    effective_to: Day | None = column("Until when it holds. 失效日期")
    source: str = column("On whose word. 依据")
    confirmed: bool = column("Unconfirmed, it may be simulated only (X6). 是否已确认")
    status: models.ParameterStatus = column("Where it stands. 参数状态")
    decided_at: datetime | None = column("When it was decided on. 审定时间")
    reason: str | None = column("Why it was refused. 否决原因")
    version: int = column("Its version; a decision must name it (X12). 版本")
    proposed_by: str | None = derived(
        name_proposer,
        ("proposed_by_name", "proposed_by", "region"),
        "Who proposed it; masked for who does not see its region (X10). 提出人",
    )
    approved_by: str | None = derived(
        name_approver,
        ("decided_by_name", "decided_by", "region", "status"),
        "Who approved it, if it was approved; masked likewise (X6). 批准人",
    )
    history: Connection[OfficeHistory] = office_history(models.Parameter)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "Parameter",
        list_parameter_actions,
        ("status", "proposed_by", "region"),
        "What the viewer may do next (X4). 可办操作",
    )


ParameterPayload, ParameterResult = answer_record(Parameter, "parameter", "政策参数", "parameter")
