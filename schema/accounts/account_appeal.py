from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import OLDEST
from resolvers.accounts.appeal_evidence import sign_evidence_url
from resolvers.accounts.appeal_settlement import APPEAL_STATE_COLUMNS, list_appeal_actions
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from schema.kernel.binding import column, derived, many, one
from schema.kernel.connection import Connection
from schema.kernel.history import OfficeHistory, office_history
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.accounts.account import Account
    from schema.units.unit import Unit


@record_type("A file that proves what an appeal says; officers of its region see it (J2). 申诉证据")
class AppealEvidence(Node):
    """A file that proves what an appeal says."""

    table = models.AppealEvidence

    name: str = column("Its name, as it was given. 文件名")
    type: models.FileType = column("What it is by its content. 文件格式")
    size: int = column("How many bytes it has. 大小（字节）")
    sha256: str = column("The SHA-256 of its bytes, in hexadecimal. 校验值")
    attached_at: datetime = column("When it was added. 提交时间")
    url: str = derived(
        sign_evidence_url,
        ("id",),
        "Where to fetch it, for some minutes: a path of this service, or an address of its store. "
        "下载链接",
        served=True,
    )


@record_type("Trouble with an account; the officers of its region see it (J2). 账号申诉")
class AccountAppeal(Node):
    """Trouble with an account, a unit's or a person's own."""

    table = models.AccountAppeal

    credit_code: str | None = column(
        "Of which unit; none where a person appeals about their own account. 统一社会信用代码"
    )
    id_number_masked: str | None = column(
        "Of which person, masked (X11), until it is cleared; their name is the contact's. "
        "公民身份号码"
    )
    trouble: models.AppealKind = column("What is wrong. 申诉类型")
    text: str = column("What is wrong, in words. 申诉内容")
    contact_name_masked: str = column("Whom to ask, masked (X11). 联系人")
    contact_mobile_masked: str = column("Their mobile, masked (X11). 联系电话")
    region: RegionCode = column("Who settles it. 行政区划")
    region_name: str = derived(
        get_region_name, ("region",), "Who settles it, in words. 行政区划名称"
    )
    status: models.AppealStatus = column("Where it stands. 申诉状态")
    reason: str | None = column("Why it was refused. 不予受理原因")
    proposed_by_name: str | None = column("Who proposed to give an account back. 提出人")
    proposed_at: datetime | None = column("When that was proposed. 提出恢复时间")
    opens_on: Day | None = column(
        "From which day on another officer may give it back; until then it may be stopped (X18). "
        "可办理日期"
    )
    settled_by_name: str | None = column("Who settled it. 处理人")
    settled_at: datetime | None = column("When it was settled. 处理时间")
    recovered_at: datetime | None = column("When the holder set a new password. 找回时间")
    cleared_at: datetime | None = column(
        "When its words, whom to ask, whose number and its evidence were deleted for their age. "
        "清除时间"
    )
    version: int = column("Its version; a change must name it (X12). 版本")
    created_at: datetime = column("When it was lodged. 提出时间")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] | None = one(
        models.AccountAppeal.unit, "The unit, if one of that code is registered. 单位"
    )
    account: Annotated["Account", strawberry.lazy("schema.accounts.account")] | None = one(
        models.AccountAppeal.account, "The account that is to be, or was, given back. 恢复的账号"
    )
    person_account: Annotated["Account", strawberry.lazy("schema.accounts.account")] | None = one(
        models.AccountAppeal.person_account,
        "The person's own account, if somebody of this name and number has one. 个人账号",
    )
    evidence: list[AppealEvidence] = many(
        models.AppealEvidence.appeal,
        "What was sent to prove it, oldest first, as many as `attachments.max_count` says. "
        "申诉证据",
        OLDEST,
    )
    history: Connection[OfficeHistory] = office_history(models.AccountAppeal)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "AccountAppeal",
        list_appeal_actions,
        APPEAL_STATE_COLUMNS,
        "What the viewer may do next, and why not (X4). 可办操作",
        served=True,
    )
