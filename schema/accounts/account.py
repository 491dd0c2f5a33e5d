from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import Filter, Operator
from rules.accounts.account import is_own_session, list_possible_actions
from rules.accounts.grant import list_default_functions, list_favourites, list_grantable_functions
from rules.kernel.function import Function
from rules.kernel.value import Day, RegionCode
from schema.kernel.binding import column, derived, one, page
from schema.kernel.connection import Connection
from schema.kernel.history import History, OfficeHistory, history, office_history
from schema.kernel.listing import BY_AGE, RecordOrder
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.accounts.grant import FunctionGrant
    from schema.units.unit import Unit


@record_type("Somebody who may sign in (J3). 账号")
class Account(Node):
    """Somebody who may sign in."""

    table = models.Account

    username: str = column("Under which name. 账号名")
    name: str = column("Who it is. 姓名")
    role: models.Role = column("As what. 角色")
    region: RegionCode = column("Where. 行政区划")
    active: bool = column("Whether it may sign in. 是否启用")
    agreement: str | None = column("Which version of the agreement was accepted (J1). 协议版本")
    agreed_at: datetime | None = column("When it was accepted. 同意时间")
    confirmation_on: Day | None = column(
        "When the first of two officers read the holder's card; it counts that day. 核实提出日期"
    )
    version: int = column("Its version; a change must name it (X12). 版本")
    created_at: datetime = column("When it was opened. 创建时间")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] | None = one(
        models.Account.unit, "For which unit it acts. 所属单位"
    )
    history: Connection[History] = history(models.Account)
    office_history: Connection[OfficeHistory] = office_history(
        models.Account,
        "What happened to an account that acts for no unit, newest first (X9). 操作记录",
    )
    grants: Connection[Annotated["FunctionGrant", strawberry.lazy("schema.accounts.grant")]] = page(
        models.FunctionGrant.account,
        "What was granted to it, newest first (S1). 功能授权",
        BY_AGE,
        (
            Filter(
                name="revoked",
                type=bool,
                column="revoked",
                operator=Operator.IS,
                description="If revoked. 是否已取消",
            ),
        ),
        RecordOrder,
    )
    with_role: list[Function] = derived(
        list_default_functions, ("role",), "What it may do without a grant (S1). 角色自带功能"
    )
    grantable: list[Function] = derived(
        list_grantable_functions, ("role",), "What may be granted to it (S1). 可授予功能"
    )
    favourites: list[Function] = derived(
        list_favourites, ("id", "favourites"), "What one keeps at hand oneself (S2). 常用功能"
    )
    pending_change: models.AccountChange | None = column(
        "What an administrator proposed, and another one has to confirm (X28). 待确认变更"
    )
    pending_by_name: str | None = column("Who proposed it. 变更提出人")
    pending_at: datetime | None = column("When. 变更提出时间")
    pending_reason: str | None = column("Why. 变更原因")
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "Account",
        list_possible_actions,
        ("id", "unit_id", "role", "region", "active", "pending_change", "pending_by"),
        "What the viewer may do next (X4). 可办操作",
    )


@record_type("A sign-in that lives on until it ends; its owner sees it, nobody else. 登录会话")
class SignInSession(Node):
    """A sign-in that lives on until it ends."""

    table = models.SignInSession

    way: models.SignInWay = column("How it began. 登录方式")
    user_agent: str | None = column("In which client, as it calls itself, shortened. 客户端")
    started_at: datetime = column("When it began. 登录时间")
    seen_at: datetime | None = column("When it was last refreshed. 最近使用时间")
    expires_at: datetime = column("When it ends by itself. 到期时间")
    ended_at: datetime | None = column("When it was ended. 结束时间")
    replaced: bool = column(
        "Whether it ended for a newer one, the account having too many (J3). 是否被新登录替换"
    )
    own: bool = derived(is_own_session, ("id",), "Whether it is the one that asks. 是否当前会话")


@record_type("Somebody signed in to one's account, or tried to. 登录记录")
class SignIn(Node):
    """Somebody signed in, or tried to."""

    table = models.SignIn

    at: datetime = column("When. 时间")
    way: models.SignInWay = column("How. 登录方式")
    succeeded: bool = column("Whether they got in. 是否成功")
    user_agent: str | None = column("In which client, as it calls itself, shortened. 客户端")
