"""Passkeys 通行密钥: added, listed, removed; by them one signs in (J3, ADR 0090)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe
from uuid import UUID

from sqlalchemy import delete, select
from uuid_utils.compat import uuid7

from gateways.passkey import PasskeyRefused, Passkeys
from loaders.actor import Actor
from models import Account, DatabaseRole, Passkey, SecondFactor, SignInWay, locate_sealed
from resolvers.accounts.passkey_check import AskedPasskey, take_assertion
from resolvers.accounts.second_factor import lock_own_account
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
    has_second_factor,
    list_passkey_ids,
    remove_factor,
)
from resolvers.accounts.sign_in_try import issue_device_token
from resolvers.kernel.context import Context, Info
from resolvers.kernel.database_role import run_as
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.history import build_audit_entry
from resolvers.kernel.public_access import count_try_of_address, transaction_as
from resolvers.kernel.rate_limit import FACTOR_LIMIT, PASSKEY_LIMIT, limit_tries
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts.second_factor import SECRET_BYTES
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.value import Text

CREATION_PURPOSE, REQUEST_PURPOSE = "add passkey", "use passkey"
ASKED_LIFE = timedelta(minutes=5)
"""For so long somebody may take to find their device."""
MAX_PASSKEYS = 20


@dataclass(kw_only=True)
class NewPasskey:
    """What `beginPasskey` answered, what the browser made of it, and what one calls the device."""

    ticket: str
    credential: str
    name: Text


@dataclass(kw_only=True)
class PasskeyRemoval:
    """Which of one's passkeys is removed, by its id."""

    passkey: str


@dataclass(kw_only=True)
class PasskeyAnswer:
    """What `startPasskeySignIn` answered, and what the browser made of it."""

    ticket: str
    credential: str


@dataclass(frozen=True, slots=True)
class AskedBrowser:
    """What to hand to the browser, and what to send back with its answer."""

    options: str
    ticket: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPasskey:
    """A passkey of one's own, as its holder knows it."""

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


async def begin_passkey(context: Context) -> AskedBrowser:
    """Tell what to hand to the browser, so that it makes a passkey (J3). 添加通行密钥."""
    service, own = context.service, context.viewer.account_id
    passkeys = _require_passkeys(service)
    account = await load_account_to_prove(service, Actor(account=own), Account.id == own)
    if account is None:
        raise build_refusal(Reason.SESSION_ENDED)
    async with transaction_as(service, Actor(account=account.id)) as session:
        known = await list_passkey_ids(session, account.id)
    text, until = _sign_ticket(service, CREATION_PURPOSE, str(account.id))
    options = passkeys.build_creation_options(
        derive_passkey_challenge(text), account.id.bytes, account.username, known
    )
    return AskedBrowser(options, text, until)


@run_as(DatabaseRole.SIGN_IN)
@demand_fresh_proof
@limit_tries(FACTOR_LIMIT)
async def add_passkey(tx: Transaction, input: NewPasskey) -> Account:
    """Add a passkey to one's account: by it one signs in, or completes a sign-in (J3). 通行密钥.

    One's other sessions end. With the first one, recovery codes are answered, here and nowhere
    else, unless the account has codes already.
    """
    service, account = tx.service, await lock_own_account(tx)
    asked = _read_ticket(service, CREATION_PURPOSE, input.ticket, str(account.id), "ticket")
    try:
        made = _require_passkeys(service).verify_creation(input.credential, asked.challenge)
    except PasskeyRefused as no:
        raise build_refusal(Reason.PASSKEY_REFUSED, "credential") from no
    known = await list_passkey_ids(tx.session, account.id)
    if len(known) >= MAX_PASSKEYS:
        raise build_refusal(Reason.TOO_MANY_PASSKEYS, most=MAX_PASSKEYS)
    tx.session.add(
        Passkey(
            id=uuid7(),
            account_id=account.id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=input.name,
            added_at=tx.now,
            asked_at=asked.asked_at,
        )
    )
    await tx.session.flush()
    await _make_recovery_codes(tx, account)
    tx.touch(account)
    tx.session.add(build_audit_entry(tx, account, "ADD_PASSKEY", {"name": ["", input.name]}))
    await end_sessions(tx, account.id, keep=tx.viewer.session_id)
    return account


@run_as(DatabaseRole.SIGN_IN)
@demand_fresh_proof
@limit_tries(FACTOR_LIMIT)
async def remove_passkey(tx: Transaction, input: PasskeyRemoval) -> Account:
    """Remove one of one's passkeys; one's other sessions end (J3). 删除通行密钥.

    With the last factor this session ends too: its token would go on saying that there is one.
    """
    account = await lock_own_account(tx)
    own = delete(Passkey).where(Passkey.account_id == account.id)
    found = own.where(Passkey.id == _parse_id(input.passkey)).returning(Passkey.name)
    name = (await tx.session.scalars(found)).first()
    if name is None:
        raise build_refusal(Reason.NOT_FOUND, "passkey")
    factor = await find_factor(tx.session, account.id, lock=True)
    left = await list_passkey_ids(tx.session, account.id)
    if factor is not None and factor.codes_only and not left:
        await remove_factor(tx.session, account.id)
    tx.touch(account)
    tx.session.add(build_audit_entry(tx, account, "REMOVE_PASSKEY", {"name": [name, ""]}))
    secured = await has_second_factor(tx.session, account.id)
    await end_sessions(tx, account.id, keep=tx.viewer.session_id if secured else None)
    return account


async def start_passkey_sign_in(context: Context) -> AskedBrowser:
    """Tell what to hand to the browser, so that it asks for a passkey (J3). 通行密钥登录."""
    passkeys = _require_passkeys(context.service)
    text, until = _sign_ticket(context.service, REQUEST_PURPOSE)
    return AskedBrowser(passkeys.build_request_options(derive_passkey_challenge(text)), text, until)


async def complete_passkey_sign_in(context: Context, input: PasskeyAnswer) -> Session:
    """Sign in by a passkey that somebody unlocked: no password, no code (J3). 通行密钥登录."""
    service = context.service
    await count_try_of_address(context, PASSKEY_LIMIT)
    asked = _read_ticket(service, REQUEST_PURPOSE, input.ticket, "", "input", "ticket")
    account = await _find_account(service, input.credential)
    refused = build_refusal(Reason.PASSKEY_REFUSED, "input", "credential")
    if account is None or not account.active:
        raise refused
    own, way = Actor(account=account.id), SignInWay.PASSKEY
    async with transaction_as(service, own, DatabaseRole.SIGN_IN) as session:
        if not await lock_if_unchanged(session, account):
            raise refused
        taken = await take_assertion(session, service, account.id, input.credential, asked)
        opened = await open_session(session, context, account, way) if taken else None
        if opened is None:
            record_sign_in(session, context, account, way, succeeded=False)
    if opened is None:
        raise refused
    return replace(opened, device_token=await issue_device_token(service, account.username, None))


def read_asked_passkey(service: Service, ticket: str, *path: str) -> AskedPasskey:
    """Read what `startPasskeySignIn` asked; refused where it was changed or has lapsed."""
    return _read_ticket(service, REQUEST_PURPOSE, ticket, "", *path)


async def list_own_passkeys(info: Info) -> list[KnownPasskey]:
    """List one's own passkeys, oldest first (J3). 通行密钥."""
    own = select(Passkey).where(Passkey.account_id == info.context.viewer.account_id)
    if info.context.viewer.account_id is None:
        return []
    rows = await info.context.loaders.snapshot.load_rows(own.order_by(Passkey.id))
    return [
        KnownPasskey(id=str(row.id), name=row.name, added_at=row.added_at, used_at=row.used_at)
        for (row,) in rows
    ]


async def _find_account(service: Service, credential: str) -> Account | None:
    """Find whose passkey it says that it is: whoever lies fails at the signature."""
    try:
        handle = _require_passkeys(service).read_assertion(credential).user_handle
        account_id = UUID(bytes=handle)
    except (PasskeyRefused, ValueError):
        return None
    return await load_account_to_prove(service, Actor(account=account_id), Account.id == account_id)


def _require_passkeys(service: Service) -> Passkeys:
    if service.passkeys is None:
        raise build_refusal(Reason.PASSKEYS_OFF)
    return service.passkeys


def _sign_ticket(service: Service, purpose: str, about: str = "") -> tuple[str, datetime]:
    """Write what is asked, as a signed text of which the challenge is a digest: nothing is kept."""
    now = service.now()
    until = now + ASKED_LIFE
    said = (about, now.isoformat(), token_urlsafe(24))
    return service.files.links.sign_link(purpose, said, until), until


def _read_ticket(service: Service, purpose: str, text: str, about: str, *path: str) -> AskedPasskey:
    signed = service.files.links.read_link(purpose, text, service.now())
    if signed is None or not signed.holds or signed.parts[0] != about:
        raise build_refusal(Reason.CHALLENGE_LAPSED, *path)
    asked_at = datetime.fromisoformat(signed.parts[1])
    return AskedPasskey(derive_passkey_challenge(text), asked_at)


async def _make_recovery_codes(tx: Transaction, account: Account) -> None:
    """Let an account have recovery codes, if it has none by an authenticator (J3)."""
    factor = await find_factor(tx.session, account.id)
    if factor is not None and factor.confirmed_at is not None:
        return
    await remove_factor(tx.session, account.id)
    id = uuid7()
    place = locate_sealed(SecondFactor.secret_sealed, id)
    tx.session.add(
        SecondFactor(
            id=id,
            account_id=account.id,
            secret_sealed=tx.service.seal.seal_text(place, token_hex(SECRET_BYTES)),
            codes_only=True,
            begun_at=tx.now,
            confirmed_at=tx.now,
        )
    )
    await tx.session.flush()


def _parse_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
