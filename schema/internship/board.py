"""A post's standing on the national job board as clients see it (J12, J13)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import Parent

import models
from resolvers.internship.applicant import load_applicant_actions, open_mobile
from resolvers.kernel.context import Info
from rules.internship.board import describe_failure, list_push_actions
from rules.kernel.function import ANYONE
from rules.kernel.value import RegionCode
from schema.kernel.answer import build_answer
from schema.kernel.binding import column, derived, one, resolved_by
from schema.kernel.mutation import build_result_union
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.internship.post import Post


@record_type("One change of a post that the national job board learns of (J12). 就业在线岗位推送")
class BoardPush(Node):
    """One change of a post that the board learns of."""

    table = models.BoardPush

    region: RegionCode = column("The unit's region. 行政区划")
    post_version: int = column("Which version of the post it tells. 岗位版本")
    announcement: models.Announcement = column("What the board is told. 推送内容")
    state: models.BoardState = column("Where it stands. 推送状态")
    attempts: int = column("How often it was tried. 尝试次数")
    due_at: datetime = column("When it is tried next, or was due last. 下次推送时间")
    attempted_at: datetime | None = column("When it was tried last. 最近推送时间")
    failure: models.BoardFailure | None = column("What went wrong the last time. 失败原因代码")
    message: str | None = derived(
        describe_failure, ("failure",), "The same in words, and who mends it. 失败说明"
    )
    version: int = column("Its version; a change must name it (X12). 版本")
    created_at: datetime = column("When the post changed. 变更时间")
    post: Annotated["Post", strawberry.lazy("schema.internship.post")] = one(
        models.BoardPush.post, "The post. 岗位"
    )
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "BoardPush",
        list_push_actions,
        ("state",),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


@record_type("A job seeker whom the national job board sent for a post (J13). 就业在线推送人员")
class Applicant(Node):
    """A job seeker whom the board sent for a post."""

    table = models.Applicant

    reference: str = column("The board's own number of the application. 平台申请编号")
    name: str = column("Their name. 姓名")
    mobile_masked: str = column("Their mobile, masked (X11). 手机号码")
    education: str | None = column("Their schooling, in the board's words. 学历")
    applied_at: datetime = column("When they applied. 申请时间")
    as_of: datetime = column("When the board last told of them. 数据时间")
    post: Annotated["Post", strawberry.lazy("schema.internship.post")] = one(
        models.Applicant.post, "The post. 岗位"
    )
    possible_actions: list[PossibleAction] = resolved_by(load_applicant_actions, READERS)


async def reveal_mobile(payload: Parent["ApplicantCallPayload"], info: Info) -> str | None:
    """Show their number, to call them (J13, X11). 手机号码."""
    row: Any = payload.applicant  # the row behind the type
    return await open_mobile(info.context, row)


@strawberry.type(description="Whom the unit wants to call, and under which number (J13). 联系人员")
class ApplicantCallPayload:
    """Whom the unit wants to call, and under which number."""

    applicant: Applicant = column("The applicant. 推送人员")
    mobile: str | None = resolved_by(reveal_mobile, ANYONE)


ApplicantCallResult: Any = build_result_union(ApplicantCallPayload, "ApplicantCallResult")


BoardPushPayload, BoardPushResult = build_answer(
    "BoardPush",
    "board_push",
    BoardPush,
    "The push to the job board as it is now. 岗位推送",
    "The push. 岗位推送",
)
