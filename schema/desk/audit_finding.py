"""The audits' warning signs, as those who oversee a region see them (X14)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.desk.audit_finding import describe_evidence, list_possible_actions
from rules.kernel.region import get_region_name
from rules.kernel.value import RegionCode
from schema.kernel.binding import column, derived, one, polymorphic_one
from schema.kernel.connection import Connection
from schema.kernel.history import OfficeHistory, office_history
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.units.person import Person
    from schema.units.unit import Unit

RELATION_BY_SIGN = {
    models.AuditSign.INSURED_ONLY_AROUND_CLAIM.value: models.AuditFinding.line,
    models.AuditSign.ACCOUNT_IN_SEVERAL_UNITS.value: models.AuditFinding.bank_account,
    models.AuditSign.TWO_PLACES_IN_A_MONTH.value: models.AuditFinding.monthly_report,
}
"""What a sign is found at."""


@record_type(
    "A warning sign; it blocks nothing by itself, and its unit never sees it (X14). 审计疑点"
)
class AuditFinding(Node):
    """A warning sign about a unit's record."""

    table = models.AuditFinding

    sign: models.AuditSign = column("Which sign. 疑点类型")
    state: models.FindingState = column("What came of it. 处理状态")
    evidence: str = derived(
        describe_evidence, ("sign", "evidence"), "What was found, in words and figures. 疑点说明"
    )
    region: RegionCode = column("Where the record lies: the unit's region or its claim's. 区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    found_at: datetime = column("When it was first found. 发现时间", "created_at")
    updated_at: datetime = column("When it last changed. 更新时间")
    reason: str | None = column("What the officer said to it. 核实说明")
    settled_by_name: str | None = column("Who settled it. 处理人")
    settled_at: datetime | None = column("When it was settled. 处理时间")
    version: int = column("Its version; a decision must name it (X12). 版本")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.AuditFinding.unit, "The unit. 单位"
    )
    person: Annotated["Person", strawberry.lazy("schema.units.person")] | None = one(
        models.AuditFinding.person, "Whom it is about, for those who may see them. 人员"
    )
    record: Node | None = polymorphic_one(
        "sign", RELATION_BY_SIGN, "The line, account or report, where it still is. 业务记录"
    )
    history: Connection[OfficeHistory] = office_history(models.AuditFinding)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "AuditFinding",
        list_possible_actions,
        ("state",),
        "What the viewer may do next, and why not (X4). 可办操作",
    )
