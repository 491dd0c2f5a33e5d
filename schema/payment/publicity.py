"""What is shown to the public before it is paid, and objections to it (S17, S18, X7)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import NEWEST, OLDEST
from loaders.key import format_work_item_id
from rules.kernel.function import ANYONE
from rules.kernel.record_kind import RecordKind
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, Money, RegionCode
from rules.payment.publicity import list_objection_actions, list_objection_changes
from schema.kernel.binding import column, deprecate_field, derived, identity, many, one, page
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, OfficeHistory, office_history
from schema.kernel.listing import BY_NUMBER, NumberOrder, RecordOrder
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions

if TYPE_CHECKING:
    from schema.claims.claim import ClaimLine


@record_type("Somebody objects to what is published; officers of its region see it (X7). 异议")
class Objection(Reviewed):
    """Somebody objects to what is published."""

    table = models.Objection

    text: str = column("What is objected to. 异议内容")
    contact_name_masked: str = column("Whom to ask, masked (X11). 联系人")
    contact_mobile_masked: str = column("Their mobile, masked (X11). 联系电话")
    cleared_at: datetime | None = column(
        "When its words and whom to ask were deleted for their age. 清除时间"
    )
    region: RegionCode = column("Who settles it. 行政区划")
    work_item_id: strawberry.ID = derived(
        format_work_item_id,
        ("id", "id"),
        "The id of its row in `workQueue`, by which a client takes the row out. 待办事项标识",
    )
    changes: list[FieldChangeType] = derived(
        list_objection_changes, (), "Nothing: an objection stays as it was lodged. 变更内容"
    )
    publicity: Annotated["Publicity", strawberry.lazy("schema.payment.publicity")] = one(
        models.Objection.publicity, "To which publicity. 公示"
    )
    publicity_line: (
        Annotated["PublicityLine", strawberry.lazy("schema.payment.publicity")] | None
    ) = one(models.Objection.line, "To which of its lines, if to one. 公示明细")
    line: Annotated["PublicityLine", strawberry.lazy("schema.payment.publicity")] | None = (
        deprecate_field(
            one(models.Objection.line, "To which of its lines, if to one. 公示明细"),
            "publicityLine",
        )
    )
    history: Connection[OfficeHistory] = office_history(models.Objection)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.OBJECTION,
        list_objection_actions,
        ("status", "submitted_by", "published_by"),
        "What the viewer may do next: approve is to uphold it, refuse to dismiss it (X4). 可办操作",
    )


@record_type("A line as it was published, and what came of it (S17, S18). 公示明细")
class PublicityLine(Node):
    """A line as it was published."""

    table = models.PublicityLine

    number: int = column("Its place in the list. 序号")
    name_masked: str = column("For whom, masked (X11). 姓名")
    id_number_masked: str = column("Their ID number, masked (X11). 公民身份号码")
    unit_name: str = column("Who claimed it. 单位名称")
    course_name: str | None = column("For which course, if for training (S26). 培训项目")
    class_number: str | None = column("In which class. 培训期号")
    amount: Money = column("What it asked then, in yuan. 金额（元）")
    first_day: Day = column("The first day. 公示开始日期")
    last_day: Day = column("The last day. 公示结束日期")
    outcome: models.PublicityOutcome = column("What came of it (S18). 公示结果")
    reason: str | None = column("Why it failed. 不通过原因")
    settled_at: datetime | None = column("Since when the result stands. 结果时间")
    publicity: Annotated["Publicity", strawberry.lazy("schema.payment.publicity")] | None = one(
        models.PublicityLine.publicity, "Among which lines, for those who may see them. 公示"
    )
    line: Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")] | None = one(
        models.PublicityLine.line, "The line, as long as its claim has it. 补贴明细"
    )
    objection_connection: Connection[Objection] = page(
        models.Objection.line, "Objections to it. 异议", (OLDEST, NEWEST), order_type=RecordOrder
    )
    objections: list[Objection] = deprecate_field(
        many(models.Objection.line, "Objections to it. 异议", OLDEST), "objectionConnection"
    )


@record_type("Lines of one kind that a region shows to the public (S17, X7). 公示")
class Publicity(Node):
    """Lines of one kind that a region shows to the public."""

    table = models.Publicity

    region: RegionCode = column("Which region shows them. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    kind_of_claim: models.ClaimKind = column(
        "Of which kind. 补贴类型", "claim_kind", known_as="kind"
    )
    title: str = column("Its title. 公示标题")
    first_day: Day = column("The first day. 公示开始日期")
    last_day: Day = column("The last day; the result comes after it. 公示结束日期")
    shown_until: Day = column("Until when the result is shown. 结果展示截止日期")
    published_by_name: str = column("Who published them. 发布人")
    published_at: datetime = column("When. 发布时间")
    lines: Connection[PublicityLine] = page(
        models.PublicityLine.publicity,
        "The lines as they were published. 公示名单",
        BY_NUMBER,
        order_type=NumberOrder,
    )
    objection_connection: Connection[Objection] = page(
        models.Objection.publicity,
        "Objections to it and to its lines. 异议",
        (OLDEST, NEWEST),
        order_type=RecordOrder,
    )
    objections: list[Objection] = deprecate_field(
        many(models.Objection.publicity, "Objections to it and to its lines. 异议", OLDEST),
        "objectionConnection",
    )


@strawberry.type(description="A published line as everybody sees it, masked (X7, X11). 公示名单")
class PublicLine:
    """A published line as everybody sees it."""

    table = models.PublicLine
    may = ANYONE

    id: strawberry.ID = identity()
    number: int = column("Its place in the list. 序号")
    name_masked: str = column("For whom, masked. 姓名")
    id_number_masked: str = column("Their ID number, masked. 公民身份号码")
    unit_name: str = column("Who claimed it. 单位名称")
    course_name: str | None = column("For which course, if for training (S26). 培训项目")
    class_number: str | None = column("In which class. 培训期号")
    amount: Money = column("What it asks, in yuan. 金额（元）")
    outcome: models.PublicityOutcome = column("What came of it. 公示结果")


@strawberry.type(description="What is published, as everybody sees it (X7). 公示公告")
class PublicNotice:
    """What is published, as everybody sees it."""

    table = models.PublicNotice
    may = ANYONE

    id: strawberry.ID = identity()
    region: RegionCode = column("Which region publishes it. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    kind_of_claim: models.ClaimKind = column(
        "Of which kind. 补贴类型", "claim_kind", known_as="kind"
    )
    title: str = column("Its title. 公示标题")
    first_day: Day = column("The first day on which one may object. 公示开始日期")
    last_day: Day = column("The last day on which one may object. 公示结束日期")
    shown_until: Day = column("Until when it is shown. 展示截止日期")
    published_at: datetime = column("When it was published. 发布时间")
    lines: Connection[PublicLine] = page(
        models.PublicLine.notice,
        "Line by line. 公示名单",
        BY_NUMBER,
        order_type=NumberOrder,
    )
