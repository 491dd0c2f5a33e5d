"""Who asks, and what they may do."""

from datetime import datetime

import strawberry
from sqlalchemy import select

import models
from loaders.key import format_viewer_id
from resolvers.accounts.favourite import list_services, load_favourites
from resolvers.accounts.passkey import list_own_passkeys
from resolvers.accounts.recovery_stop import list_pending_recoveries
from resolvers.accounts.second_factor import load_known_factor
from resolvers.accounts.session import Session
from resolvers.accounts.session_viewer import load_session_viewer
from resolvers.accounts.sign_in_challenge import SignInChallenge
from resolvers.files.storage import load_storage_use
from resolvers.kernel.context import Info
from resolvers.kernel.service import Service
from rules.kernel.function import ANYONE, Entrance, Function
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from rules.kernel.viewer import Language, Viewer
from schema.accounts.account import Account, SignIn, SignInSession
from schema.accounts.grant import OfferedFunction, ServiceType
from schema.files.storage import StorageUse
from schema.kernel.binding import column, derived, own_row, resolved_by, root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_AGE, RecordOrder
from schema.kernel.mutation import build_result_union
from schema.kernel.node import Node
from schema.units.person import Person
from schema.units.unit import Unit


async def load_own_person(info: Info) -> models.Person | None:
    """Find the viewer's own record as a person; before proof, what they entered (X18). 本人."""
    viewer, loaders = info.context.viewer, info.context.loaders
    if viewer.person_id is not None:
        row: models.Person | None = await loaders.get_row_batch(models.Person).load(
            (viewer.person_id,)
        )
        return row
    if viewer.role is not models.Role.PERSON:
        return None
    filed = select(models.Person).where(models.Person.filed_by == viewer.account_id)
    rows = await loaders.snapshot.load_rows(filed)
    return rows[0][0] if rows else None


def _list_functions(viewer: Viewer) -> list[Function]:
    held = viewer.functions
    return [function for function in Function if function in held]


def _tell_entrance(viewer: Viewer, service: Service) -> Entrance:
    return service.entrance


def _name_region(viewer: Viewer) -> str | None:
    return get_region_name(viewer.region) if viewer.region else None


@strawberry.type(
    description="An account that is to be given to whoever appealed, unless the holder stops it "
    "(J2, X18). 待恢复账号"
)
class PendingRecovery:
    """An account that is to be given to whoever appealed."""

    id: strawberry.ID = column("By it, it is stopped. 编号")
    version: int = column("Its version; stopping must name it (X12). 版本")
    account_name: str = column("Which account. 账号名")
    proposed_at: datetime | None = column("When an officer proposed it. 提出时间")
    opens_on: Day | None = column("From which day on it may be done. 可办理日期")
    region_name: str = column("Which office. 受理地区")


@strawberry.type(description="A second factor that an account has (J3). 二次验证")
class KnownFactor:
    """A second factor that an account has."""

    confirmed_at: datetime = column("Since when. 启用时间")
    recovery_codes_left: int = column("How many recovery codes were not used. 剩余恢复码数")


@strawberry.type(description="A passkey of one's own (J3). 通行密钥")
class KnownPasskey:
    """A passkey of one's own."""

    id: str = column("By it, it is removed. 编号")
    name: str = column("What one calls the device. 名称")
    added_at: datetime = column("Since when. 添加时间")
    used_at: datetime | None = column("When one signed in by it last. 最近使用时间")


@strawberry.type(name="Viewer", description="Who asks, and what they may do. 当前用户")
class ViewerType(Node):
    """Who asks."""

    id: strawberry.ID = derived(
        format_viewer_id,
        (),
        "The global id; another one at the counter for each unit (X17). 全局标识",
    )
    name: str = column("The account's name. 姓名")
    role: models.Role | None = column("The account's role; none before sign-in. 角色")
    region: RegionCode | None = column("The account's region. 行政区划")
    region_name: str | None = derived(
        _name_region, (), "Give the viewer's region in words. 行政区划名称.", ANYONE
    )
    language: Language = column("In which language messages are written. 语言")
    functions: list[Function] = derived(
        _list_functions, (), "List what the viewer may do (S1). 可用功能.", ANYONE
    )
    entrance: Entrance = derived(
        _tell_entrance,
        (),
        "Tell at which entrance one is; what is not offered here, is at the other one (S30). 入口.",
        ANYONE,
        served=True,
    )
    services: list[ServiceType] = resolved_by(list_services, ANYONE)
    favourites: list[OfferedFunction] = resolved_by(load_favourites, ANYONE)
    at_counter: bool = column("Whether an officer files at the counter (X17). 是否柜台代办")
    unverified: bool = column(
        "Whether one's unit is yet to be verified, and so writes drafts only (X18). 是否尚未核实"
    )
    factor_missing: bool = column(
        "Whether one has to add a second factor before anything else (J3). 是否须启用二次验证"
    )
    password_given: bool = column(
        "Whether one has to set a password of one's own before anything else, with "
        "`changePassword` (X28). 是否须修改初始密码"
    )
    holder_missing: bool = column(
        "Whether one has to tell whose the account is before one decides (X2). 是否须登记持有人号码"
    )
    proof_lapsed: bool = column(
        "Whether one has to prove again who one is, with `proveAgain`, before one pays, unmasks or "
        "grants (J3). 是否须再次验证"
    )
    second_factor: KnownFactor | None = resolved_by(load_known_factor, ANYONE)
    passkeys: list[KnownPasskey] = resolved_by(list_own_passkeys, ANYONE)
    pending_recoveries: list[PendingRecovery] = resolved_by(list_pending_recoveries, ANYONE)
    unit: Unit | None = own_row(
        models.Unit,
        lambda viewer: viewer.unit_id,
        "Find the unit for which the viewer acts. 所属单位.",
        ANYONE,
    )
    storage: StorageUse | None = resolved_by(load_storage_use, ANYONE)
    person: Person | None = resolved_by(load_own_person, ANYONE)
    account: Account | None = own_row(
        models.Account,
        lambda viewer: viewer.account_id,
        "Find the viewer's own account. 本人账号.",
        ANYONE,
    )
    sessions: Connection[SignInSession] = root_connection(
        models.SignInSession,
        "One's own sessions, newest first (J3). 登录会话",
        ANYONE,
        BY_AGE,
        (),
        RecordOrder,
    )
    sign_ins: Connection[SignIn] = root_connection(
        models.SignIn,
        "Who signed in to one's account, or tried to (J3). 登录记录",
        ANYONE,
        BY_AGE,
        (),
        RecordOrder,
    )

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """Recognise who asks, so that resolvers return it as it is."""
        return isinstance(value, Viewer)


@strawberry.type(description="What whoever opens an account should know (J1, J2). 注册须知")
class AccountRules:
    """What whoever opens an account should know."""

    agreement_version: str = column("The agreement's version, to be accepted (J1). 协议版本")
    hotline: str = column("Whom to call (J2). 咨询电话")
    password_length: int = column("How many characters a password has at least. 密码最短长度")
    password_kinds: int = column(
        "Of how many kinds they are: small letters, capitals, digits, other signs. 密码字符类别数"
    )


@strawberry.type(description="What a client keeps of a sign-in. 登录会话")
class SessionPayload:
    """What a client keeps of a sign-in."""

    access_token: str = column("Send it as `Authorization: Bearer ...`. 访问令牌")
    expires_at: datetime = column("When the access token ends. 到期时间")
    refresh_token: str = column("Exchange it for a new session before long. 刷新令牌")
    device_token: str | None = column(
        "Keep it on the device, and send it with the next `signIn`: there others' tries don't lock "
        "the account. 设备令牌"
    )
    viewer: ViewerType | None = resolved_by(load_session_viewer, ANYONE)


@strawberry.type(
    description="The password was right, and a code is asked for: send both to `completeSignIn` "
    "(J3). 二次验证要求"
)
class SignInChallengePayload:
    """A code is asked for before a session is opened."""

    challenge: str = column("Send it with the code. 登录凭据")
    expires_at: datetime = column("Until when. 到期时间")
    passkey_options: str | None = column(
        "JSON for `navigator.credentials.get`, where the account has passkeys: instead of a code. "
        "通行密钥请求参数"
    )


def build_sign_in_payload(
    opened: Session | SignInChallenge,
) -> SessionPayload | SignInChallengePayload:
    """Hand a session to the client, or what it is asked before."""
    if isinstance(opened, SignInChallenge):
        return SignInChallengePayload(
            challenge=opened.challenge,
            expires_at=opened.expires_at,
            passkey_options=opened.passkey_options,
        )
    return build_session_payload(opened)


def build_session_payload(session: Session) -> SessionPayload:
    """Hand a session to the client."""
    return SessionPayload(
        access_token=session.access_token,
        expires_at=session.expires_at,
        refresh_token=session.refresh_token,
        device_token=session.device_token,
    )


@strawberry.type(description="Whether a session was ended. 退出结果")
class SignOutPayload:
    """Whether a session was ended."""

    ended: bool = column("Whether there was one to end. 是否已退出")


def build_sign_out_payload(ended: bool) -> SignOutPayload:
    """Return whether a session was ended."""
    return SignOutPayload(ended=ended)


SessionResult = build_result_union(SessionPayload, "SessionResult")
SignInResult = build_result_union(SessionPayload | SignInChallengePayload, "SignInResult")
SignOutResult = build_result_union(SignOutPayload, "SignOutResult")
