"""Grants of functions, and functions as services, as clients see them (S1-S3)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from resolvers.accounts.grant import FunctionGrants
from rules.accounts.grant import find_function, get_function_name, list_possible_actions
from rules.kernel.function import Function
from rules.kernel.function_name import ServiceKind
from rules.kernel.value import Day, RegionCode
from schema.kernel.binding import column, derived, one
from schema.kernel.connection import Connection
from schema.kernel.history import OfficeHistory, office_history
from schema.kernel.mutation import build_result_union
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.accounts.account import Account

strawberry.input(
    FunctionGrants,
    name="FunctionGrantsInput",
    description="Which accounts may do what, from when to when (S1). 授权内容",
)


@record_type("A function that was granted to an account (S1). 功能授权")
class FunctionGrant(Node):
    """A function that was granted to an account."""

    table = models.FunctionGrant

    function: Function | None = derived(
        find_function, ("function",), "What was granted; none if it is no more. 功能"
    )
    function_name: str = derived(
        get_function_name, ("function",), "What it is called, in the client's language. 功能名称"
    )
    account: Annotated["Account", strawberry.lazy("schema.accounts.account")] = one(
        models.FunctionGrant.account, "To whom. 被授权账号"
    )
    role: models.Role = column("To an account of this role. 角色")
    region: RegionCode = column("Where the account is. 行政区划")
    valid_from: Day = column("From this day on. 生效日期")
    valid_to: Day | None = column("Up to this day; open if there is none. 截止日期")
    reason: str | None = column("Why it was granted. 授权原因")
    granted_by_name: str = column("Who granted it. 授权人")
    granted_at: datetime = column("When. 授权时间")
    revoked: bool = column("Whether it was revoked. 是否已取消")
    revoked_by_name: str | None = column("Who revoked it. 取消人")
    revoked_at: datetime | None = column("When it was revoked. 取消时间")
    revoked_because: str | None = column("Why it was revoked. 取消原因")
    version: int = column("Its version; a change must name it (X12). 版本")
    history: Connection[OfficeHistory] = office_history(models.FunctionGrant)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "FunctionGrant",
        list_possible_actions,
        ("account_id", "role", "region", "revoked"),
        "What the viewer may do next (X4). 可办操作",
    )


@strawberry.type(description="A function that the viewer may use (S2). 可用功能")
class OfferedFunction:
    """A function that the viewer may use."""

    function: Function = column("Which. 功能")
    kind: ServiceKind = column("Whom it serves. 服务分类")
    name: str = column("What it is called, in the client's language. 名称")
    chinese_name: str = column("What it is called in Chinese. 中文名称")
    english_name: str = column("What it is called in English. 英文名称")
    description: str = column("What it is good for, in the client's language. 说明")


@strawberry.type(name="Service", description="Functions that serve somebody (S3). 服务")
class ServiceType:
    """Functions that serve somebody."""

    kind: ServiceKind = column("Whom they serve. 服务分类")
    name: str = column("The same in words. 名称")
    functions: list[OfferedFunction] = column("What the viewer may do of it. 功能")


@strawberry.type(description="The grants as they are now, account by account. 功能授权")
class FunctionGrantsPayload:
    """The grants as they are now."""

    grants: list[FunctionGrant] = column("The grants. 功能授权")


FunctionGrantsResult = build_result_union(FunctionGrantsPayload, "FunctionGrantsResult")
