from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from resolvers.internship import standing
from rules.internship.board import describe_failure, is_stale
from rules.internship.standing import find_post_fault
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Money, RegionCode
from rules.kernel.workflow import bar_participants, make_actions_rule
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.kernel.binding import column, deprecate_field, derived, many, one, page
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.listing import (
    BOARD_STATE,
    BY_AGE,
    BY_NAME,
    BY_REVIEW,
    CATEGORY,
    INTERN_NAME,
    INTERN_ORDERS,
    NAME,
    STATUS,
    InternOrder,
    NamedOrder,
    RecordOrder,
    ReviewedOrder,
)
from schema.kernel.node import record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.internship.board import Applicant, BoardPush
    from schema.internship.change_request import ChangeRequest
    from schema.internship.intern import Intern
    from schema.units.unit import Unit


@record_type("A place at which a unit takes interns (J10). 岗位")
class Post(Reviewed):
    """A place at which a unit takes interns."""

    table = models.Post

    name: str = column("Its name, unique in the unit (J11). 岗位名称")
    region: RegionCode = column("The unit's region. 行政区划")
    headcount: int = column("How many interns it takes. 招收人数")
    monthly_wage: Money = column("What it pays a month, in yuan. 月工资（元）")
    workplace: str = column("Where the work is. 工作地点")
    duties: str = column("What the work is. 岗位职责")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Post.unit, "The unit that offers it. 单位"
    )
    interns: Connection[Annotated["Intern", strawberry.lazy("schema.internship.intern")]] = page(
        models.Intern.post,
        "Its interns. 见习人员",
        INTERN_ORDERS,
        (STATUS, INTERN_NAME, CATEGORY),
        InternOrder,
    )
    withheld: bool = column(
        "Whether it is kept off the board, as the unit's declaration is not in force. 是否暂停推送"
    )
    board_state: models.BoardState | None = column(
        "Where it stands with the national job board; none until approved (J12). 就业在线状态"
    )
    board_failure: models.BoardFailure | None = column(
        "What keeps the board from having it (J12). 推送失败原因代码"
    )
    board_message: str | None = derived(
        describe_failure, ("board_failure",), "The same in words, and who mends it. 推送失败说明"
    )
    board_changed_at: datetime | None = column("Since when it stands so. 就业在线状态时间")
    board_version: int | None = column("The version that the board has. 就业在线版本")
    board_pushes: Connection[Annotated["BoardPush", strawberry.lazy("schema.internship.board")]] = (
        page(
            models.BoardPush.post,
            "What the board learns of it, change by change (J12). 推送记录",
            BY_AGE,
            (BOARD_STATE,),
            RecordOrder,
        )
    )
    applicants: Connection[Annotated["Applicant", strawberry.lazy("schema.internship.board")]] = (
        page(
            models.Applicant.post,
            "Whom the board sent for it, as it last told (J13). 就业在线推送人员信息",
            BY_NAME,
            (NAME,),
            NamedOrder,
        )
    )
    applicants_as_of: datetime | None = column(
        "When the board was last asked with success (J13). 推送人员数据时间"
    )
    applicants_stale: bool = derived(
        is_stale,
        ("applicants_as_of", "applicants_failure", "applicants_due_at"),
        "Whether the applicants may be out of date, as when the board is down (J13). 数据是否过期",
    )
    applicants_failure: models.BoardFailure | None = column(
        "What went wrong when the board was last asked. 获取失败原因代码"
    )
    attachments: list[Attachment] = attachments(models.Post)
    required_documents: list[RequiredDocument] = required_documents()
    change_request_connection: Connection[
        Annotated["ChangeRequest", strawberry.lazy("schema.internship.change_request")]
    ] = page(
        models.ChangeRequest.post,
        "Requests to change it, of which one at most is open. 变更申请",
        BY_REVIEW,
        (STATUS,),
        ReviewedOrder,
    )
    change_requests: list[
        Annotated["ChangeRequest", strawberry.lazy("schema.internship.change_request")]
    ] = deprecate_field(
        many(models.ChangeRequest.post, "Requests to change it, newest first. 变更申请"),
        "changeRequestConnection",
    )
    history: Connection[History] = history(models.Post)
    changes: list[FieldChangeType] = changes(models.Post)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.POST,
        bar_participants(RecordKind.POST, make_actions_rule(RecordKind.POST, find_post_fault)),
        ("status", "submitted_by", standing.DECLARED, standing.CHANGING, "barred_reviewers"),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


PostPayload, PostResult, PostMutations = present_record_kind(RecordKind.POST, Post)
