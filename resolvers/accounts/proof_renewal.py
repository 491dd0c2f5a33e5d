"""Proving again who one is, in a session that goes on 再次验证 (J3, ADR 0084)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from strawberry import UNSET

from loaders.actor import Actor
from models import Account, DatabaseRole, SignInSession, SignInWay
from resolvers.accounts.client_certificate import find_bound_certificate
from resolvers.accounts.passkey import PasskeyAnswer, read_asked_passkey
from resolvers.accounts.passkey_check import take_assertion
from resolvers.accounts.provider_sign_in import ProviderReturn, find_account_proved_again
from resolvers.accounts.second_factor import take_code
from resolvers.accounts.session import (
    issue_access,
    load_account_to_prove,
    lock_if_unchanged,
    record_sign_in,
)
from resolvers.accounts.sign_in_challenge import find_factor, list_passkey_ids
from resolvers.kernel.context import Context
from resolvers.kernel.public_access import count_try_of_address, transaction_as
from resolvers.kernel.rate_limit import PROOF_LIMIT, PROVIDER_LIMIT, count_try, forget_tries
from rules.kernel.refusal import Fault, Reason, Refusal, build_refusal, prefix_fault_paths


@dataclass(kw_only=True)
class PasswordProof:
    """One's password and, where the account has a second factor, its code or a recovery code."""

    present: str
    code: str | None = None


@dataclass(kw_only=True)
class Proof:
    """By what one proves who one is: a password, a passkey, or what a provider answered."""

    password: PasswordProof | None = UNSET
    provider: ProviderReturn | None = UNSET
    passkey: PasskeyAnswer | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewedProof:
    """The access token that says so, when it ends, and until when the proof is fresh enough."""

    access_token: str
    expires_at: datetime
    proved_until: datetime | None


async def prove_again(context: Context, input: Proof) -> RenewedProof:
    """Prove again who one is; the session goes on, with another access token (J3). 再次验证.

    Asked for before payment, payee accounts, unmasking, grants and parameters, where `PROVE_AGAIN`
    was the answer.
    """
    service, account = context.service, await _load_own_account(context)
    await count_try(service, PROOF_LIMIT, str(account.id), asker=str(account.id))
    if input.provider:
        await count_try_of_address(context, PROVIDER_LIMIT)
    with prefix_fault_paths("input"):
        found = await _find_proof_fault(context, account, input)
        own = Actor(account=account.id)
        async with transaction_as(service, own, DatabaseRole.SIGN_IN) as session:
            row = await _lock_own_session(session, context, account)
            if found is None and input.password:
                found = await _find_code_fault(context, session, account, input.password)
            if input.passkey:
                found = await _find_passkey_fault(context, session, account, input.passkey)
            proved = found is None
            way = SignInWay.PROOF
            record_sign_in(session, context, account, way, succeeded=proved)
            if proved:
                row.proved_at = service.now()
            await session.flush()
            whose = service, account, context.certificate
            bound = await find_bound_certificate(session, *whose)
            access = await issue_access(
                session, service, account, row.id, row.proved_at, bound=bound
            )
        if found is not None:
            raise Refusal(found)
    await forget_tries(service, PROOF_LIMIT, str(account.id))
    until = service.now() + service.proof_life if service.proof_life else None
    return RenewedProof(access_token=access.token, expires_at=access.expires_at, proved_until=until)


async def _load_own_account(context: Context) -> Account:
    own = context.viewer.account_id
    account = await load_account_to_prove(context.service, Actor(account=own), Account.id == own)
    if account is None:
        raise build_refusal(Reason.SESSION_ENDED)
    return account


async def _find_proof_fault(context: Context, account: Account, given: Proof) -> Fault | None:
    """Return what is wrong with a password, or with whom a provider says that it is."""
    if given.password:
        present, who = given.password.present, str(account.id)
        matches = await context.service.passwords.is_match(account.password_hash, present, who)
        return None if matches else Fault(Reason.PASSWORD_WRONG, ("password", "present"))
    if given.provider:
        with prefix_fault_paths("provider"):
            proved = await find_account_proved_again(context, given.provider)
        own = proved is not None and proved.id == account.id
        return None if own else Fault(Reason.PROOF_OF_ANOTHER, ("provider", "code"))
    return None


async def _find_passkey_fault(
    context: Context, session: AsyncSession, account: Account, given: PasskeyAnswer
) -> Fault | None:
    asked = read_asked_passkey(context.service, given.ticket, "passkey", "ticket")
    whose = context.service, account.id
    taken = await take_assertion(session, *whose, given.credential, asked)
    return None if taken else Fault(Reason.PASSKEY_REFUSED, ("passkey", "credential"))


async def _lock_own_session(
    session: AsyncSession, context: Context, account: Account
) -> SignInSession:
    """Hold the session that asks, and its account; what has ended is proved no more."""
    id, now = context.viewer.session_id, context.service.now()
    alive = await lock_if_unchanged(session, account)
    row = await session.get(SignInSession, id, with_for_update=True) if id else None
    if not alive or row is None or row.ended_at is not None or row.expires_at <= now:
        raise build_refusal(Reason.SESSION_ENDED)
    return row


async def _find_code_fault(
    context: Context, session: AsyncSession, account: Account, given: PasswordProof
) -> Fault | None:
    """Return what is wrong with the code of an account's second factor; a right one is used up."""
    factor = await find_factor(session, account.id, lock=True)
    at = ("password", "code")
    if factor is None or factor.confirmed_at is None:
        # Who has passkeys and no codes proves by a passkey: a password alone is one factor of two.
        has_passkeys = bool(await list_passkey_ids(session, account.id))
        return Fault(Reason.CODE_REQUIRED, at) if has_passkeys else None
    if given.code is None:
        return Fault(Reason.CODE_REQUIRED, at)
    return None if take_code(context.service, factor, given.code) else Fault(Reason.CODE_WRONG, at)
