"""What clients may read across programmes: findings, lines of all claims, figures."""

import strawberry

import models
from loaders.filter import Filter, Operator
from resolvers.desk.export import export
from resolvers.desk.statistics import statistics
from rules.kernel import value
from schema.desk.audit_finding import AuditFinding
from schema.desk.export import EXPORTERS, ExportLinkType
from schema.desk.statistics import COUNTERS, StatisticType
from schema.desk.unmasking import Unmasking
from schema.kernel.binding import resolved_by, top
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_AGE, REGION, RecordOrder, among
from schema.kernel.node import READERS

SIGN = among("sign", models.AuditSign, "One of these signs. 疑点类型")
FINDING_STATE = among("state", models.FindingState, "In one of these states. 处理状态")
FOUND_SINCE = Filter(
    "since", value.Day, "created_at", Operator.SINCE, "Found on this day or later. 起始日期"
)
FOUND_UNTIL = Filter(
    "until", value.Day, "created_at", Operator.UNTIL, "Found up to this day. 截止日期"
)
LINE_KIND = among("claim_kind", models.ClaimKind, "Of claims of these kinds. 补贴类型", "kind")
LINE_STATUS = among("claim_status", models.Status, "Of claims in these states. 申报状态", "status")


@strawberry.type
class AcrossQuery:
    """What clients may read across programmes."""

    audit_findings: Connection[AuditFinding] = top(
        models.AuditFinding,
        "Warning signs of the viewer's region (X14). 审计疑点列表",
        READERS,
        BY_AGE,
        (SIGN, FINDING_STATE, FOUND_SINCE, FOUND_UNTIL, REGION),
        RecordOrder,
    )
    unmaskings: Connection[Unmasking] = top(
        models.Unmasking,
        "Who looked at personal data in the viewer's region, and why (X11). 查看敏感信息记录列表",
        READERS,
        BY_AGE,
        (REGION,),
        RecordOrder,
    )
    statistics: list[StatisticType] = resolved_by(statistics, COUNTERS)
    export: ExportLinkType = resolved_by(export, EXPORTERS)
