"""What clients may read of findings, unmaskings and exports."""

import strawberry

import models
from loaders.filter import Filter, Operator
from resolvers.desk.export import sign_export_link
from resolvers.desk.extract import LINK_FUNCTIONS, sign_extract_link
from resolvers.desk.statistics import load_statistics
from rules.kernel import value
from schema.desk.access_history import AccessHistory
from schema.desk.audit_finding import AuditFinding
from schema.desk.export import EXPORTERS, ExportLinkType
from schema.desk.statistics import COUNTERS, StatisticType
from schema.desk.unmasking import Unmasking
from schema.kernel.binding import resolved_by, root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_AGE, REGION, RecordOrder, filter_by_values
from schema.kernel.permission import READERS, RootQueries

SIGN_FILTER = filter_by_values("sign", models.AuditSign, "One of these signs. 疑点类型")
FINDING_STATE = filter_by_values("state", models.FindingState, "In one of these states. 处理状态")
FOUND_FROM = Filter(
    name="found_from",
    released_as="since",
    type=value.Day,
    column="created_at",
    operator=Operator.SINCE,
    description="Found on this day or later. 起始日期",
)
FOUND_TO = Filter(
    name="found_to",
    released_as="until",
    type=value.Day,
    column="created_at",
    operator=Operator.UNTIL,
    description="Found up to this day. 截止日期",
)
ACCESS_ACTION = filter_by_values("action", models.AccessAction, "One of these. 访问类型")
LINE_KIND = filter_by_values(
    "claim_kind", models.ClaimKind, "Of claims of these kinds. 补贴类型", "kind"
)
LINE_STATUS = filter_by_values(
    "claim_status", models.Status, "Of claims in these states. 申报状态", "status"
)


@strawberry.type
class DeskQueries(RootQueries):
    """What clients may read across programmes."""

    audit_findings: Connection[AuditFinding] = root_connection(
        models.AuditFinding,
        "Warning signs of the viewer's region (X14). 审计疑点列表",
        READERS,
        BY_AGE,
        (SIGN_FILTER, FINDING_STATE, FOUND_FROM, FOUND_TO, REGION),
        RecordOrder,
    )
    unmaskings: Connection[Unmasking] = root_connection(
        models.Unmasking,
        "Who looked at personal data in the viewer's region, and why (X11). 查看敏感信息记录列表",
        READERS,
        BY_AGE,
        (REGION,),
        RecordOrder,
    )
    access_history: Connection[AccessHistory] = root_connection(
        models.AccessHistory,
        "Who signed in, looked at numbers, took out lists or fetched files in the viewer's region, "
        "and what the viewer did themselves; it is chained (X9). 访问记录列表",
        READERS,
        BY_AGE,
        (ACCESS_ACTION, REGION),
        RecordOrder,
    )
    statistics: list[StatisticType] = resolved_by(load_statistics, COUNTERS)
    export: ExportLinkType = resolved_by(sign_export_link, EXPORTERS)
    my_extract: ExportLinkType = resolved_by(sign_extract_link, LINK_FUNCTIONS, proved=True)
