from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from resolvers.internship import standing
from resolvers.kernel.possible_actions import list_report_actions
from rules.kernel.explanation import describe_report_amount
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Money, RegionCode, YearMonth
from rules.kernel.workflow import bar_participants
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.kernel.binding import column, derived, one
from schema.kernel.connection import Connection
from schema.kernel.explanation import Explanation
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.node import record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.internship.intern import Intern
    from schema.internship.post import Post
    from schema.units.unit import Unit


@record_type("What an intern was paid in a month, and what is payable. 月报")
class MonthlyReport(Reviewed):
    """What an intern was paid in a month."""

    table = models.MonthlyReport

    month: YearMonth = column("Which month. 月份")
    region: RegionCode = column("The unit's region. 行政区划")
    days_attended: int = column("How many days the intern attended. 出勤天数")
    wage_paid: Money = column("What the unit paid, in yuan. 实发工资（元）")
    insurance_paid: Money = column("What the unit paid for insurance, in yuan. 缴纳保险（元）")
    remarks: str | None = column("Remarks. 备注")
    payable_subsidy: Money | None = column(
        "What is payable for it, in yuan; empty below the floor, and where it is void "
        "(J27, J39). 应发补贴金额（元）"
    )
    explanation: Explanation = derived(
        describe_report_amount,
        ("assessment", "status"),
        "How that came about, or why it is empty (X5). 金额说明",
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.MonthlyReport.unit, "The unit that reports. 单位"
    )
    intern: Annotated["Intern", strawberry.lazy("schema.internship.intern")] = one(
        models.MonthlyReport.intern, "Whom it is about. 见习人员"
    )
    post: Annotated["Post", strawberry.lazy("schema.internship.post")] = one(
        models.MonthlyReport.post, "Where the intern worked in that month (J40). 岗位"
    )
    attachments: list[Attachment] = attachments(models.MonthlyReport)
    required_documents: list[RequiredDocument] = required_documents()
    history: Connection[History] = history(models.MonthlyReport)
    changes: list[FieldChangeType] = changes(models.MonthlyReport)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.MONTHLY_REPORT,
        bar_participants(RecordKind.MONTHLY_REPORT, list_report_actions),
        (
            *("status", "submitted_by", "held_by", "clawed_back", standing.DECLARED_OF_INTERN),
            *(standing.INTERN_STATUS, "barred_reviewers"),
        ),
        "What the viewer may do next, and why not (X4, J38). 可办操作",
        served=True,
        policed=True,
    )


MonthlyReportsPayload, MonthlyReportsResult, MonthlyReportMutations = present_record_kind(
    RecordKind.MONTHLY_REPORT, MonthlyReport
)
