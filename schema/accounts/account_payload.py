"""What mutations of accounts answer."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

import models
from resolvers.accounts import account_appeal as appeals
from resolvers.accounts.administration import reveal_given_password
from resolvers.accounts.appeal_evidence import AnnouncedEvidence
from resolvers.accounts.appeal_settlement import derive_reset_code
from resolvers.accounts.passkey import AskedBrowser
from resolvers.accounts.proof_renewal import RenewedProof
from resolvers.accounts.provider_sign_in import StartedSignIn
from resolvers.accounts.second_factor import (
    reveal_new_recovery_codes,
    reveal_recovery_codes,
    reveal_totp_secret,
    reveal_totp_uri,
)
from resolvers.accounts.session_viewer import load_session_viewer
from resolvers.accounts.sign_in_ticket import RequestedTicket, TicketResult
from resolvers.accounts.sms_code import SentCode
from resolvers.kernel.context import Info
from rules.accounts.account_appeal import ACCESS_RESTORED_STATUSES
from rules.kernel.function import ANYONE
from schema.accounts.account import Account, SignInSession
from schema.accounts.account_appeal import AccountAppeal
from schema.accounts.viewer import SessionPayload, ViewerType, build_session_payload
from schema.kernel.binding import column, resolved_by
from schema.kernel.mutation import build_result_union


@strawberry.type(description="The account as it is now. 账号")
class AccountPayload:
    """The account as it is now."""

    account: Account = column("The account. 账号")


async def reveal_password(payload: Parent["OfficialAccountPayload"], info: Info) -> str | None:
    """Give the password to hand to the holder, where one was given just now. 初始密码.

    It is told here and nowhere else; the same request sent again tells the same.
    """
    account: Any = payload.account  # the row behind the type
    return reveal_given_password(info.context, account)


@strawberry.type(description="An official's account as it is now (X28). 工作人员账号")
class OfficialAccountPayload:
    """An official's account as it is now."""

    account: Account = column("The account. 账号")
    password: str | None = resolved_by(reveal_password, ANYONE)


@strawberry.type(description="The session as it is now. 登录会话")
class SignInSessionPayload:
    """The session as it is now."""

    session: SignInSession = column("The session. 登录会话")


@strawberry.type(
    description="An authenticator that is to be confirmed by its code (J3). 绑定验证器"
)
class BegunTotpPayload:
    """An authenticator that is to be confirmed."""

    account: Account = column("The account. 账号")
    secret: str | None = resolved_by(reveal_totp_secret, ANYONE)
    uri: str | None = resolved_by(reveal_totp_uri, ANYONE)


@strawberry.type(description="An account that has a second factor from now on (J3). 启用二次验证")
class ConfirmedTotpPayload:
    """An account that has a second factor from now on."""

    account: Account = column("The account. 账号")
    recovery_codes: list[str] = resolved_by(reveal_recovery_codes, ANYONE)


@strawberry.type(description="What to hand to the browser for a passkey (J3). 通行密钥请求")
class AskedBrowserPayload:
    """What to hand to the browser for a passkey."""

    options: str = column("JSON for `navigator.credentials`, create or get. 请求参数")
    ticket: str = column("Send it back with the browser's answer. 凭据")
    expires_at: datetime = column("Until when. 到期时间")


async def reveal_codes_of_first_passkey(
    payload: Parent["AddedPasskeyPayload"], info: Info
) -> list[str]:
    """Give the recovery codes that came with a first passkey, to be written down. 恢复码."""
    account: Any = payload.account  # the row behind the type
    return await reveal_new_recovery_codes(info, account)


@strawberry.type(description="An account that has one more passkey (J3). 添加通行密钥")
class AddedPasskeyPayload:
    """An account that has one more passkey."""

    account: Account = column("The account. 账号")
    recovery_codes: list[str] = resolved_by(reveal_codes_of_first_passkey, ANYONE)


@strawberry.type(description="An account that has one passkey less (J3). 删除通行密钥")
class RemovedPasskeyPayload:
    """An account that has one passkey less."""

    account: Account = column("The account. 账号")
    removed_id: strawberry.ID = column("Which passkey is gone. 已删除通行密钥的标识")


@strawberry.type(description="A session whose holder proved again who they are (J3). 再次验证结果")
class RenewedProofPayload:
    """A session whose holder proved again who they are."""

    access_token: str = column("Send it from now on, instead of the one before. 访问令牌")
    expires_at: datetime = column("When the access token ends. 到期时间")
    proved_until: datetime | None = column(
        "Until when the proof is fresh enough; none where it always is. 验证有效期至"
    )
    viewer: ViewerType | None = resolved_by(load_session_viewer, ANYONE)


@strawberry.type(description="Where to send somebody who signs in elsewhere (J3). 统一身份认证跳转")
class StartedSignInPayload:
    """Where to send somebody who signs in elsewhere."""

    url: str = column("Send the browser there. 认证地址")
    secret: str = column("Keep it; the session is given out for it and the code. 领取凭据")
    expires_at: datetime = column("Until when to be back. 到期时间")


@strawberry.type(description="A ticket to show as a QR code, and its secret (J4). 扫码登录")
class SignInTicketPayload:
    """A ticket, and its secret."""

    ticket: str = column("Show it as a QR code; a mobile app approves it. 二维码内容")
    number: str = column("Show it beside the code: who approves enters it. 核对数字")
    secret: str = column("Keep it; the session is given out for it. 领取凭据")
    expires_at: datetime = column("Until when it is good. 到期时间")


@strawberry.type(description="The session of a ticket, once it was approved (J4). 扫码登录结果")
class AwaitedSessionPayload:
    """The session of a ticket."""

    session: SessionPayload | None = column("The session; none until the approval. 登录会话")
    expires_at: datetime = column("Until when the ticket is good. 到期时间")


@strawberry.type(description="How a code is used that was sent, if there was where to. 短信验证码")
class SentCodePayload:
    """How a code is used that was sent."""

    ticket: str = column("Send it with the code. 验证码凭据")
    expires_at: datetime = column("Until when the code is good. 到期时间")


@strawberry.type(description="How an appeal is found again (J2). 申诉回执")
class LodgedAppealPayload:
    """How an appeal is found again."""

    number: str = column("Write it down: by it alone the appeal is found. 申诉编号")
    region_name: str = column("Who settles it. 受理地区")
    hotline: str = column("Whom to call. 咨询电话")


@strawberry.type(description="How an appeal stands (J2). 申诉进度")
class AppealStandingPayload:
    """How an appeal stands."""

    trouble: models.AppealKind = column("What was said to be wrong. 申诉类型")
    status: models.AppealStatus = column("Where it stands. 申诉状态")
    evidence_count: int = column("How many files of evidence there are. 证据数量")
    lodged_at: datetime = column("When it was lodged. 提出时间")
    settled_at: datetime | None = column("When it was settled. 处理时间")
    refusal_reason: str | None = column("Why it was refused. 不予受理原因")
    recover_until: datetime | None = column(
        "Until when the officer's code lets one set a new password. 找回期限"
    )
    region_name: str = column("Who settles it. 受理地区")
    hotline: str = column("Whom to call. 咨询电话")


@strawberry.type(description="Where to send a file of evidence (J2). 申诉证据上传")
class EvidenceUploadPayload:
    """Where to send a file of evidence."""

    upload_id: strawberry.ID = column("By it the file is added to the appeal. 上传编号")
    url: str | None = column(
        "Where to PUT the bytes, without further headers: a path of this service, or an address of "
        "its store. 上传地址"
    )
    expires_at: datetime = column("Until when they may be sent. 截止时间")


@strawberry.type(description="The appeal as it is now. 账号申诉")
class AccountAppealPayload:
    """The appeal as it is now."""

    appeal: AccountAppeal = column("The appeal. 账号申诉")


async def reveal_reset_code(payload: Parent["GivenBackPayload"], info: Info) -> str | None:
    """Give the code to hand to the holder in person: with the number it opens the account. 重置码.

    It is told here and nowhere else; the same request sent again tells the same.
    """
    appeal: Any = payload.appeal  # the row behind the type
    given = appeal.status in ACCESS_RESTORED_STATUSES and appeal.recovered_at is None
    return derive_reset_code(info.context.service, appeal) if given else None


@strawberry.type(description="An appeal by which an account was given back (J2). 账号恢复结果")
class GivenBackPayload:
    """An appeal by which an account was given back."""

    appeal: AccountAppeal = column("The appeal. 账号申诉")
    reset_code: str | None = resolved_by(reveal_reset_code, ANYONE)


def build_started_payload(found: StartedSignIn) -> StartedSignInPayload:
    """Hand the address to the client."""
    return StartedSignInPayload(url=found.url, secret=found.secret, expires_at=found.expires_at)


def build_renewed_payload(found: RenewedProof) -> RenewedProofPayload:
    """Hand the new access token to the client."""
    return RenewedProofPayload(
        access_token=found.access_token,
        expires_at=found.expires_at,
        proved_until=found.proved_until,
    )


def build_asked_payload(asked: AskedBrowser) -> AskedBrowserPayload:
    """Hand to the client what the browser is asked."""
    return AskedBrowserPayload(
        options=asked.options, ticket=asked.ticket, expires_at=asked.expires_at
    )


def build_ticket_payload(found: RequestedTicket) -> SignInTicketPayload:
    """Hand a ticket to the browser."""
    return SignInTicketPayload(
        ticket=found.ticket,
        number=found.number,
        secret=found.secret,
        expires_at=found.expires_at,
    )


def build_awaited_payload(found: TicketResult) -> AwaitedSessionPayload:
    """Hand a ticket's session to the browser, if there is one by now."""
    session = build_session_payload(found.session) if found.session else None
    return AwaitedSessionPayload(session=session, expires_at=found.expires_at)


def build_sent_code_payload(sent: SentCode) -> SentCodePayload:
    """Hand the ticket of a code to whoever asked for it."""
    return SentCodePayload(ticket=sent.ticket, expires_at=sent.expires_at)


def build_lodged_payload(found: appeals.LodgedAppeal) -> LodgedAppealPayload:
    """Hand an appeal's number to whoever lodged it."""
    return LodgedAppealPayload(
        number=found.number, region_name=found.region_name, hotline=found.hotline
    )


def build_evidence_upload_payload(found: AnnouncedEvidence) -> EvidenceUploadPayload:
    """Return where to send a file of evidence."""
    return EvidenceUploadPayload(
        upload_id=strawberry.ID(found.upload_id), url=found.url, expires_at=found.expires_at
    )


def build_standing_payload(found: appeals.AppealStanding) -> AppealStandingPayload:
    """Return how an appeal stands."""
    return AppealStandingPayload(
        trouble=found.trouble,
        status=found.status,
        evidence_count=found.evidence_count,
        lodged_at=found.lodged_at,
        settled_at=found.settled_at,
        refusal_reason=found.reason,
        recover_until=found.recover_until,
        region_name=found.region_name,
        hotline=found.hotline,
    )


AccountResult = build_result_union(AccountPayload, "AccountResult")
OfficialAccountResult = build_result_union(OfficialAccountPayload, "OfficialAccountResult")
AskedBrowserResult = build_result_union(AskedBrowserPayload, "AskedBrowserResult")
AddedPasskeyResult = build_result_union(AddedPasskeyPayload, "AddedPasskeyResult")
RemovedPasskeyResult = build_result_union(RemovedPasskeyPayload, "RemovedPasskeyResult")
BegunTotpResult = build_result_union(BegunTotpPayload, "BegunTotpResult")
ConfirmedTotpResult = build_result_union(ConfirmedTotpPayload, "ConfirmedTotpResult")
RenewedProofResult = build_result_union(RenewedProofPayload, "RenewedProofResult")
SignInSessionResult = build_result_union(SignInSessionPayload, "SignInSessionResult")
StartedSignInResult = build_result_union(StartedSignInPayload, "StartedSignInResult")
SignInTicketResult = build_result_union(SignInTicketPayload, "SignInTicketResult")
AwaitedSessionResult = build_result_union(AwaitedSessionPayload, "AwaitedSessionResult")
SentCodeResult = build_result_union(SentCodePayload, "SentCodeResult")
LodgedAppealResult = build_result_union(LodgedAppealPayload, "LodgedAppealResult")
EvidenceUploadResult = build_result_union(EvidenceUploadPayload, "EvidenceUploadResult")
AppealStandingResult = build_result_union(AppealStandingPayload, "AppealStandingResult")
AccountAppealResult = build_result_union(AccountAppealPayload, "AccountAppealResult")
GivenBackResult = build_result_union(GivenBackPayload, "GivenBackResult")
