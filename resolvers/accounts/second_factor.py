"""A second factor beside the password: added, used at sign-in, removed 二次验证 (J3, ADR 0076)."""

from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from loaders.actor import Actor
from models import Account, DatabaseRole, SecondFactor, locate_sealed
from resolvers.accounts.passkey_check import AskedPasskey, take_assertion
from resolvers.accounts.password_hash import load_password_hash
from resolvers.accounts.session import (
    Session,
    end_sessions,
    load_account_to_prove,
    lock_if_unchanged,
    open_session,
    record_sign_in,
)
from resolvers.accounts.sign_in_challenge import (
    derive_passkey_challenge,
    find_factor,
    is_for,
    list_passkey_ids,
    read_challenge,
    remove_factor,
)
from resolvers.accounts.sign_in_try import (
    count_code_try,
    forgive_sign_in_tries,
    issue_device_token,
)
from resolvers.kernel.context import Context, Info
from resolvers.kernel.database_role import run_as
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.history import build_audit_entry
from resolvers.kernel.place import wait_to_hash
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.rate_limit import FACTOR_LIMIT, PASSWORD_LIMIT, limit_tries
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts import second_factor as rules
from rules.accounts.account_appeal import format_code, parse_code
from rules.kernel.refusal import Reason, build_refusal

ISSUER = "就业"
"""As an authenticator lists the account; without a blank, which some of them show as a plus."""


@dataclass(kw_only=True)
class TotpBegin:
    """One's present password: a session that somebody left open binds no authenticator."""

    present: str


@dataclass(kw_only=True)
class TotpCode:
    """What the authenticator shows now, or a recovery code."""

    code: str


@dataclass(kw_only=True)
class SignInCompletion:
    """What `signIn` answered, and a code or recovery code, or what a passkey answered."""

    challenge: str
    code: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFactor:
    """Since when an account has a second factor, and how many recovery codes are left."""

    confirmed_at: datetime
    recovery_codes_left: int


@run_as(DatabaseRole.SIGN_IN)
@demand_fresh_proof
@limit_tries(PASSWORD_LIMIT)
@wait_to_hash
async def begin_totp(tx: Transaction, input: TotpBegin) -> Account:
    """Make a secret for an authenticator; it counts once it is confirmed (J3). 绑定验证器.

    Until then what the account has goes on: passkeys, and the recovery codes that stand in.
    """
    account = await lock_own_account(tx)
    hashed = await load_password_hash(tx.session, account)
    if not await tx.service.passwords.is_match(hashed, input.present):
        raise build_refusal(Reason.PASSWORD_WRONG, "present")
    factor = await find_factor(tx.session, account.id, lock=True)
    if factor is not None and factor.confirmed_at is not None and not factor.codes_only:
        raise build_refusal(Reason.FACTOR_IN_USE)
    if factor is not None and factor.codes_only:
        factor.secret_sealed = _seal_secret(tx.service, factor.id, token_hex(rules.SECRET_BYTES))
        factor.counter, factor.begun_at = None, tx.now
    else:
        await remove_factor(tx.session, account.id)
        id = uuid7()
        sealed = _seal_secret(tx.service, id, token_hex(rules.SECRET_BYTES))
        tx.session.add(
            SecondFactor(id=id, account_id=account.id, secret_sealed=sealed, begun_at=tx.now)
        )
    await tx.session.flush()
    return account


@run_as(DatabaseRole.SIGN_IN)
@demand_fresh_proof
@limit_tries(FACTOR_LIMIT)
async def confirm_totp(tx: Transaction, input: TotpCode) -> Account:
    """Confirm an authenticator by its code; from now on each sign-in asks for one. 启用二次验证.

    One's other sessions end. The recovery codes are answered here and nowhere else.
    """
    account = await lock_own_account(tx)
    factor = await find_factor(tx.session, account.id, lock=True)
    if factor is None or (factor.codes_only and not _is_begun(factor)):
        raise build_refusal(Reason.FACTOR_MISSING)
    if not _is_begun(factor):
        raise build_refusal(Reason.FACTOR_IN_USE)
    code = rules.parse_totp_code(input.code)
    if code is None or not _take_shown_code(tx.service, factor, code):
        raise build_refusal(Reason.CODE_WRONG, "code")
    if factor.codes_only:
        _replace_recovery_codes(tx.service, factor)
    factor.codes_only, factor.confirmed_at = False, tx.now
    await tx.session.flush()
    tx.touch(account)
    tx.session.add(build_audit_entry(tx, account, "ADD_FACTOR", {}))
    await end_sessions(tx, account.id, keep=tx.viewer.session_id)
    return account


@run_as(DatabaseRole.SIGN_IN)
@limit_tries(FACTOR_LIMIT)
async def remove_totp(tx: Transaction, input: TotpCode) -> Account:
    """Remove one's authenticator by a code of it; all of one's sessions end. 停用二次验证."""
    account = await lock_own_account(tx)
    factor = await find_factor(tx.session, account.id, lock=True)
    if factor is None or factor.confirmed_at is None or factor.codes_only:
        raise build_refusal(Reason.FACTOR_MISSING)
    if not take_code(tx.service, factor, input.code):
        raise build_refusal(Reason.CODE_WRONG, "code")
    if await list_passkey_ids(tx.session, account.id):
        factor.codes_only = True  # its recovery codes stand in for passkeys too
        await tx.session.flush()
    else:
        await remove_factor(tx.session, account.id)
    tx.touch(account)
    tx.session.add(build_audit_entry(tx, account, "REMOVE_FACTOR", {}))
    await end_sessions(tx, account.id)
    return account


async def complete_sign_in(context: Context, input: SignInCompletion) -> Session:
    """Complete a sign-in by a code, which is good once; tries are limited (J3). 完成登录."""
    service = context.service
    challenge = read_challenge(service, input.challenge)
    own = Actor(account=challenge.account_id)
    account = await load_account_to_prove(service, own, Account.id == challenge.account_id)
    lapsed = build_refusal(Reason.CHALLENGE_LAPSED, "input", "challenge")
    if account is None or not is_for(service, challenge, account):
        raise lapsed
    name = account.username
    tried = await count_code_try(context, name, challenge.device_token)
    async with transaction_as(service, own, DatabaseRole.SIGN_IN) as session:
        if not await lock_if_unchanged(session, account):
            raise lapsed
        # Of two who come with one code the second waits, and finds it taken.
        factor = await find_factor(session, account.id, lock=True)
        taken = False
        if input.credential is not None:
            asked = AskedPasskey(derive_passkey_challenge(input.challenge), challenge.asked_at)
            taken = await take_assertion(session, service, account.id, input.credential, asked)
        elif factor is None or factor.confirmed_at is None:
            at = build_refusal(Reason.CODE_REQUIRED, "input", "code")
            raise at if await list_passkey_ids(session, account.id) else lapsed
        else:
            taken = input.code is not None and take_code(service, factor, input.code)
        opened = await open_session(session, context, account, challenge.way) if taken else None
        if opened is None:
            record_sign_in(session, context, account, challenge.way, succeeded=False)
    if opened is None:
        wrong = Reason.CODE_WRONG if input.credential is None else Reason.PASSKEY_REFUSED
        raise build_refusal(wrong, "input", "code" if input.credential is None else "credential")
    await forgive_sign_in_tries(service, tried)
    return replace(opened, device_token=await issue_device_token(service, name, tried.device))


async def reveal_totp_secret(info: Info) -> str | None:
    """Give the secret to type into an authenticator, until it is confirmed. 密钥."""
    secret = await _load_unconfirmed_secret(info)
    return b32encode(secret).decode() if secret else None


async def reveal_totp_uri(info: Info) -> str | None:
    """Give the address to show as a QR code to an authenticator, until confirmed. 二维码内容."""
    secret, viewer = await _load_unconfirmed_secret(info), info.context.viewer
    if secret is None:
        return None
    named = select(Account.username).where(Account.id == viewer.account_id)
    ((username,),) = await info.context.loaders.snapshot.load_rows(named)
    return rules.build_totp_uri(secret, username, ISSUER)


async def reveal_recovery_codes(info: Info) -> list[str]:
    """Give the codes that stand in for an authenticator, each once: to be written down. 恢复码."""
    factor = await _load_own_factor(info)
    return [] if factor is None else [*_derive_recovery_codes(info.context.service, factor)]


async def reveal_new_recovery_codes(info: Info, account: Account) -> list[str]:
    """Give the recovery codes that came with a first passkey just now; else none. 恢复码."""
    factor = await _load_own_factor(info)
    new = factor is not None and factor.codes_only and factor.begun_at == account.updated_at
    return [*_derive_recovery_codes(info.context.service, factor)] if factor and new else []


async def load_known_factor(info: Info) -> KnownFactor | None:
    """Tell since when one has a second factor, and how many recovery codes are left. 二次验证."""
    factor = await _load_own_factor(info)
    if factor is None or factor.confirmed_at is None:
        return None
    left = rules.RECOVERY_CODES - len(factor.used_codes)
    return KnownFactor(confirmed_at=factor.confirmed_at, recovery_codes_left=left)


async def _load_own_factor(info: Info) -> SecondFactor | None:
    account_id = info.context.viewer.account_id
    if account_id is None:
        return None
    own = select(SecondFactor).where(SecondFactor.account_id == account_id)
    rows = await info.context.loaders.snapshot.load_rows(own)
    return rows[0][0] if rows else None


async def _load_unconfirmed_secret(info: Info) -> bytes | None:
    factor = await _load_own_factor(info)
    if factor is None or not _is_begun(factor):
        return None
    return _open_secret(info.context.service, factor)


async def lock_own_account(tx: Transaction) -> Account:
    """Hold the account of whoever asks, and whatever it signs in with."""
    own = select(Account).where(Account.id == tx.viewer.account_id).with_for_update()
    row = await tx.first(own)
    if row is None:
        raise build_refusal(Reason.SESSION_ENDED)
    return row


def take_code(service: Service, factor: SecondFactor, typed: str) -> bool:
    """Take a code of a factor that is held, if it is right and was never taken; it is used up."""
    code = rules.parse_totp_code(typed)
    if code is not None and not factor.codes_only:
        return _take_shown_code(service, factor, code)
    recovery = parse_code(typed, rules.RECOVERY_CODE_LENGTH)
    if recovery is None or factor.confirmed_at is None:
        return False
    codes = _derive_recovery_codes(service, factor)
    found = rules.find_recovery_code(codes, recovery, factor.used_codes)
    if found is None:
        return False
    factor.used_codes = [*factor.used_codes, found]
    return True


def _take_shown_code(service: Service, factor: SecondFactor, code: str) -> bool:
    secret = _open_secret(service, factor)
    step = rules.find_step(secret, code, service.now(), factor.counter)
    factor.counter = factor.counter if step is None else step
    return step is not None


def _is_begun(factor: SecondFactor) -> bool:
    """Return whether an authenticator waits to be confirmed, alone or beside recovery codes."""
    if factor.confirmed_at is None:
        return True
    return factor.codes_only and factor.begun_at > factor.confirmed_at


def _replace_recovery_codes(service: Service, factor: SecondFactor) -> None:
    """Give a factor ten codes that nobody used: they follow from its id, as its seal does."""
    secret, factor.id, factor.used_codes = _open_secret(service, factor).hex(), uuid7(), []
    factor.secret_sealed = _seal_secret(service, factor.id, secret)


def _seal_secret(service: Service, id: UUID, secret: str) -> bytes:
    return service.seal.seal_text(locate_sealed(SecondFactor.secret_sealed, id), secret)


def _open_secret(service: Service, factor: SecondFactor) -> bytes:
    place = locate_sealed(SecondFactor.secret_sealed, factor.id)
    return bytes.fromhex(service.seal.open_sealed(place, factor.secret_sealed))


def _derive_recovery_codes(service: Service, factor: SecondFactor) -> Sequence[str]:
    """Return the codes of a factor; they are kept nowhere."""
    seal, length = service.seal, rules.RECOVERY_CODE_LENGTH
    return [
        format_code(seal.compute_mark("recovery code", f"{factor.id}.{n}"), length)
        for n in range(rules.RECOVERY_CODES)
    ]
