from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import OLDEST
from resolvers.claims.other_benefit import load_benefits_of_intern
from resolvers.internship import standing
from resolvers.internship.intern import load_schooling
from rules.internship.standing import find_intern_fault
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Day, RegionCode
from rules.kernel.workflow import bar_participants, make_actions_rule
from schema.claims.other_benefit import INTERN_REVIEWERS, OtherBenefit
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.internship.schooling import SchoolingFinding
from schema.kernel.answer import answer_records
from schema.kernel.binding import column, deprecate_field, many, one, page, resolved_by
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.listing import (
    BY_REVIEW,
    MONTH_FROM,
    MONTH_TO,
    OLDEST_MONTH,
    STATUS,
    ReviewedOrder,
)
from schema.kernel.node import record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.internship.change_request import ChangeRequest
    from schema.internship.monthly_report import MonthlyReport
    from schema.internship.post import Post
    from schema.internship.reduction import PostAssignment, Reduction
    from schema.units.person import Person
    from schema.units.unit import Unit


@record_type("A person who does an internship in a unit (J14). 见习人员")
class Intern(Reviewed):
    """A person who does an internship."""

    table = models.Intern

    business_number: str | None = column(
        "Its number, given when it was submitted first; to be said on the telephone (X26). 受理编号"
    )
    name: str = column("Their name. 姓名")
    id_number_masked: str = column("Their ID number, masked (X11). 公民身份号码")
    region: RegionCode = column("The unit's region. 行政区划")
    category: models.InternCategory = column("Which group they belong to (J17). 人员类型")
    agreed_on: Day = column("When the internship agreement was signed (J17). 协议签订日期")
    starts_on: Day = column("The first day. 见习开始日期")
    ends_on: Day = column("The planned last day. 计划结束日期")
    ended_on: Day | None = column("The last day, once it has ended. 实际结束日期")
    end_reason: models.EndReason | None = column("Why it ended (J19). 减员原因")
    destination: models.Destination | None = column("Where they went (J20). 就业去向")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Intern.unit, "The unit that hosts them. 单位"
    )
    post: Annotated["Post", strawberry.lazy("schema.internship.post")] = one(
        models.Intern.post, "Where they work. 岗位"
    )
    person: Annotated["Person", strawberry.lazy("schema.units.person")] | None = one(
        models.Intern.person, "The person on file, for those who may see it. 人员"
    )
    monthly_reports: list[
        Annotated["MonthlyReport", strawberry.lazy("schema.internship.monthly_report")]
    ] = many(
        models.MonthlyReport.intern,
        "Month by month, at most twelve that count (J23, J24, J26). 月报",
        OLDEST_MONTH,
        (MONTH_FROM, MONTH_TO),
    )
    attachments: list[Attachment] = attachments(models.Intern)
    required_documents: list[RequiredDocument] = required_documents()
    reductions: list[Annotated["Reduction", strawberry.lazy("schema.internship.reduction")]] = many(
        models.Reduction.intern,
        "Applications to end it, newest first, of which one at most is open (J19). 减员申请",
    )
    post_assignments: list[
        Annotated["PostAssignment", strawberry.lazy("schema.internship.reduction")]
    ] = many(
        models.PostAssignment.intern,
        "Where they worked when, if they moved; each move is approved (J40). 岗位安排",
        OLDEST,
    )
    change_request_connection: Connection[
        Annotated["ChangeRequest", strawberry.lazy("schema.internship.change_request")]
    ] = page(
        models.ChangeRequest.intern,
        "Requests to change it, of which one at most is open. 变更申请",
        BY_REVIEW,
        (STATUS,),
        ReviewedOrder,
    )
    change_requests: list[
        Annotated["ChangeRequest", strawberry.lazy("schema.internship.change_request")]
    ] = deprecate_field(
        many(models.ChangeRequest.intern, "Requests to change it, newest first. 变更申请"),
        "changeRequestConnection",
    )
    other_benefits: list[OtherBenefit] = resolved_by(load_benefits_of_intern, INTERN_REVIEWERS)
    schooling: SchoolingFinding | None = resolved_by(load_schooling, INTERN_REVIEWERS)
    history: Connection[History] = history(models.Intern)
    changes: list[FieldChangeType] = changes(models.Intern)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.INTERN,
        bar_participants(
            RecordKind.INTERN, make_actions_rule(RecordKind.INTERN, find_intern_fault)
        ),
        (
            *("status", "submitted_by", "ended_on", standing.DECLARED, standing.POST_APPROVED),
            *(standing.TIES, standing.FIRST_START, "barred_reviewers"),
        ),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


InternPayload, InternResult, InternMutations = present_record_kind(RecordKind.INTERN, Intern)
InternsPayload, InternsResult = answer_records(Intern, "interns", "见习人员", "interns")
