from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from resolvers.internship import standing
from resolvers.internship.affected_report import load_affected_reports
from rules.internship.standing import find_reduction_fault
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Day, RegionCode
from rules.kernel.workflow import bar_participants, make_actions_rule
from schema.kernel.binding import column, deprecate_field, one, resolved_by
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.internship.intern import Intern
    from schema.internship.monthly_report import MonthlyReport
    from schema.internship.post import Post
    from schema.units.unit import Unit


@record_type("An application to end an internship (J19-J23). 减员申请")
class Reduction(Reviewed):
    """An application to end an internship."""

    table = models.Reduction

    region: RegionCode = column("The unit's region. 行政区划")
    internship_ended_on: Day = column("The internship's last day. 结束日期", "ended_on")
    internship_end_reason: models.EndReason = column("Why it ended (J19). 减员原因", "end_reason")
    ended_on: Day = deprecate_field(
        column("The internship's last day. 结束日期"), "internshipEndedOn"
    )
    end_reason: models.EndReason = deprecate_field(
        column("Why it ended (J19). 减员原因"), "internshipEndReason"
    )
    destination: models.Destination | None = column("Where the intern went (J20). 就业去向")
    incompletion_cause: str | None = column(
        "Why it could not be completed (J22). 无法完成见习原因", "cause"
    )
    cause: str | None = deprecate_field(
        column("Why it could not be completed (J22). 无法完成见习原因"), "incompletionCause"
    )
    note: str | None = column("How they are employed by other means (J21). 其他方式就业说明")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Reduction.unit, "The unit that applies. 单位"
    )
    intern: Annotated["Intern", strawberry.lazy("schema.internship.intern")] = one(
        models.Reduction.intern, "Whose internship ends. 见习人员"
    )
    affected_reports: list[
        Annotated["MonthlyReport", strawberry.lazy("schema.internship.monthly_report")]
    ] = resolved_by(load_affected_reports, READERS)
    history: Connection[History] = history(models.Reduction)
    changes: list[FieldChangeType] = changes(models.Reduction)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.REDUCTION,
        bar_participants(
            RecordKind.REDUCTION, make_actions_rule(RecordKind.REDUCTION, find_reduction_fault)
        ),
        (
            *("status", "submitted_by", standing.INTERN_STATUS, standing.INTERN_ENDED),
            *(standing.DECLARED, standing.END_CLAIMED, "barred_reviewers"),
        ),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


@record_type("From when on an intern works at a post, where that ever changed (J40). 岗位安排")
class PostAssignment(Node):
    """From when on an intern works at a post."""

    table = models.PostAssignment

    since: Day = column("The first day there. 开始日期")
    post: Annotated["Post", strawberry.lazy("schema.internship.post")] = one(
        models.PostAssignment.post, "The post. 岗位"
    )


ReductionPayload, ReductionResult, ReductionMutations = present_record_kind(
    RecordKind.REDUCTION, Reduction
)
