"""What clients may read of accounts, grants, and what somebody handled themselves (S1, S15)."""

from datetime import datetime

import strawberry

import models
from loaders.filter import Filter, Operator
from resolvers.accounts.sign_in_ticket import load_sign_in_request
from rules.kernel import value
from rules.kernel.function import Entrance, Function
from schema.accounts.account import Account
from schema.accounts.grant import FunctionGrant
from schema.kernel.binding import column, resolved_by, root_connection
from schema.kernel.connection import Connection
from schema.kernel.history import History
from schema.kernel.listing import (
    ACTIVE,
    BY_AGE,
    BY_NAME,
    FIRST_STEP,
    HAPPENED_FROM,
    HAPPENED_TO,
    LAST_STEP,
    NAME,
    REGION,
    SUBJECT,
    NamedOrder,
    RecordOrder,
    filter_by_values,
)
from schema.kernel.permission import READERS, RootQueries

_ROLE = filter_by_values("role", models.Role, "Of one of these roles. 角色")
_FUNCTION = filter_by_values("function", Function, "Of one of these functions. 功能")
_REVOKED = Filter(
    name="revoked",
    type=bool,
    column="revoked",
    operator=Operator.IS,
    description="Whether it was revoked. 是否已取消",
)
_GRANTED_BY = Filter(
    name="granted_by",
    type=str,
    column="granted_by_name",
    operator=Operator.CONTAINS,
    description="A part of who granted it. 授权人包含",
)
_ENDS_FROM = Filter(
    name="ends_from",
    type=value.Day,
    column="valid_to",
    operator=Operator.AT_LEAST,
    description="Ends on this day or later. 截止日期起",
)
_ENDS_TO = Filter(
    name="ends_to",
    type=value.Day,
    column="valid_to",
    operator=Operator.AT_MOST,
    description="Ends on this day or before. 截止日期止",
)


@strawberry.type(
    description="What asks to be signed in by a QR code; show it before it is approved (J4). "
    "扫码登录请求"
)
class SignInRequest:
    """What asks to be signed in by a QR code."""

    requested_at: datetime = column("When it asked. 申请时间")
    expires_at: datetime = column("Until when it may be approved. 到期时间")
    address: str = column("From which network, without the last part of the address. 网络地址")
    same_address: bool = column("Whether from the same address as whoever looks. 是否同一地址")
    entrance: Entrance = column("At which entrance (S30). 入口")
    user_agent: str | None = column("In which client, as it calls itself, shortened. 客户端")


@strawberry.type
class AccountsQueries(RootQueries):
    """What clients may read of accounts and grants."""

    sign_in_request: SignInRequest | None = resolved_by(
        load_sign_in_request, frozenset({Function.KEEP_ACCOUNT})
    )

    accounts: Connection[Account] = root_connection(
        models.Account,
        "Accounts of the viewer's region, or of their unit; else one's own (S1). 账号列表",
        READERS,
        BY_NAME,
        (_ROLE, ACTIVE, NAME, REGION),
        NamedOrder,
    )
    function_grants: Connection[FunctionGrant] = root_connection(
        models.FunctionGrant,
        "Grants of functions in the viewer's region; else one's own (S1). 功能授权列表",
        READERS,
        BY_AGE,
        (_FUNCTION, _ROLE, _REVOKED, _GRANTED_BY, _ENDS_FROM, _ENDS_TO, REGION),
        RecordOrder,
    )
    handled: Connection[History] = root_connection(
        models.History,
        "What the viewer handled themselves, newest first (S15). 自己经办过的业务",
        READERS,
        (LAST_STEP, FIRST_STEP),
        (SUBJECT, HAPPENED_FROM, HAPPENED_TO),
        RecordOrder,
        mine=True,
    )
