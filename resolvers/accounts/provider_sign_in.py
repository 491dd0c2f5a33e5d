"""Signing in through a province's or the nation's own sign-in 统一身份认证登录 (J3, X18)."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, NamedTuple

import strawberry
from sqlalchemy import ColumnElement, select
from uuid_utils.compat import uuid7

from gateways.identity_provider import (
    IdentityProvider,
    IdentityRefused,
    ProviderUnavailable,
    SignInRequest,
)
from gateways.seal import BlindIndexes
from loaders.actor import ALL_REGIONS, Actor
from models import Account, DatabaseRole, Person, Role, SignInWay, Unit
from resolvers.accounts.password_hash import WITH_PASSWORD_HASH
from resolvers.accounts.person_proof import PersonProof, give_record
from resolvers.accounts.person_registration import add_person
from resolvers.accounts.registration import (
    add_account,
    get_agreement_version,
    refuse_duplicates,
)
from resolvers.accounts.session import Session, open_or_challenge, open_session
from resolvers.accounts.sign_in_challenge import SignInChallenge
from resolvers.kernel.context import Context, Info
from resolvers.kernel.mutation import open_transaction
from resolvers.kernel.public_access import (
    count_try_of_address,
    load_hotline,
    load_public_policy,
    transaction_as,
)
from resolvers.kernel.rate_limit import PROVIDER_LIMIT
from resolvers.kernel.refusal_log import RefusalLog
from resolvers.kernel.transaction import Transaction
from rules.accounts.account import find_agreement_faults, find_role_region_faults
from rules.accounts.provider_claims import (
    ProvenSubject,
    SignInSubject,
    is_asked_anew,
    read_known_at,
    read_person_claims,
    read_unit_claims,
)
from rules.kernel.refusal import (
    Fault,
    Reason,
    Refusal,
    build_refusal,
    fault,
    prefix_fault_paths,
    refuse_if,
)
from rules.kernel.value import RegionCode
from rules.kernel.viewer import Language, Viewer

LINK_PURPOSE = "provider sign-in"
SIGN_IN_LIFE = timedelta(minutes=10)
"""For so long somebody may take to sign in at the provider."""

refusals = RefusalLog("jiuye.sign_in", "warning")
outages = RefusalLog("jiuye.sign_in", "error")


@dataclass(kw_only=True)
class ProviderSignIn:
    """Where somebody wants to sign in, as whom, and where the provider is to send them back.

    A person without an account gets one if they accept the agreement, in the region they state.
    `again` is for who is signed in and proves anew who they are: the provider asks for it anew.
    """

    provider: str
    subject: SignInSubject
    redirect_uri: str
    agreement_version: str | None = None
    region: RegionCode | None = None
    again: bool = False


@dataclass(kw_only=True)
class ProviderReturn:
    """What the client kept, and what came back in the address to which it was sent back."""

    secret: str
    state: str
    code: str


@dataclass(frozen=True, slots=True)
class StartedSignIn:
    """Where to send somebody, and what to keep until they are back."""

    url: str
    secret: str
    expires_at: datetime


@strawberry.type(description="Another way to sign in that this installation has. 统一身份认证入口")
class SignInProvider:
    """Another way to sign in that this installation has."""

    id: str = strawberry.field(description="What `startProviderSignIn` takes. 标识")
    name: str = strawberry.field(description="What to write on the button. 名称")


class _Started(NamedTuple):
    """What a client's secret says: what was asked for."""

    provider: str
    subject: str
    agreement_version: str
    region: str
    again_at: str
    request: SignInRequest


def list_sign_in_providers(info: Info) -> Sequence[SignInProvider]:
    """List the ways to sign in beside account and password (J3). 统一身份认证入口."""
    chinese = info.context.viewer.language is Language.ZH
    known = (each.settings for each in info.context.service.providers.values())
    return [
        SignInProvider(id=each.id, name=each.label_zh if chinese else each.label_en)
        for each in known
    ]


async def start_provider_sign_in(context: Context, input: ProviderSignIn) -> StartedSignIn:
    """Tell where to send somebody who signs in elsewhere, once (J3). 发起统一身份认证.

    Keep the secret where only the page that asks can read it; it is worth nothing to others.
    """
    await count_try_of_address(context, PROVIDER_LIMIT)
    with prefix_fault_paths("input"):
        return await _start_sign_in(context, input)


async def complete_provider_sign_in(
    context: Context, input: ProviderReturn
) -> Session | SignInChallenge:
    """Sign in as whom the provider says that it is (J3, X18). 完成统一身份认证.

    A person whom it proves is given their record, and whoever else claimed it is cut off. Who is
    signed in to an account that claims the number gets the record there, who has none a new one.
    """
    await count_try_of_address(context, PROVIDER_LIMIT)
    with prefix_fault_paths("input"):
        started, provider, claims = await _identify(context, input)
        known_at = read_known_at(claims.get("auth_time"), context.service.now())
        if started.subject == SignInSubject.UNIT:
            unit = replace(_read_unit(provider, claims), known_at=known_at)
            return await _sign_in_unit(context, provider, unit)
        person = replace(_read_person(context, provider, claims), known_at=known_at)
        return await _sign_in_person(context, started, person)


async def find_account_proved_again(context: Context, input: ProviderReturn) -> Account | None:
    """Find whose account it is whom a provider has asked anew who they are, if there is one.

    Tries are to be counted before. Refused where the provider was not told to ask anew, or does
    not say that it did (`max_age`, OIDC Core 3.1.2.1).
    """
    started, provider, claims = await _identify(context, input)
    asked_at, known_at = started.again_at, claims.get("auth_time")
    if not asked_at or not is_asked_anew(known_at, int(asked_at)):
        raise build_refusal(Reason.PROVIDER_SIGN_IN_LAPSED, "secret")
    if started.subject == SignInSubject.UNIT:
        return await _find_account_of_unit(context, _read_unit(provider, claims))
    proven = _read_person(context, provider, claims)
    indexes = context.service.seal.compute_indexes("id_number", proven.number)
    return await _find_account_of_person(context, indexes)


async def _identify(
    context: Context, input: ProviderReturn
) -> tuple[_Started, IdentityProvider, Mapping[str, Any]]:
    """Ask the provider who came back, and return what was asked for and what it says."""
    started = _read_secret(context, input)
    provider = context.service.providers.get(started.provider)
    if provider is None:
        raise build_refusal(Reason.PROVIDER_UNKNOWN, "secret")
    return started, provider, await _exchange_code(provider, started, input.code)


async def _start_sign_in(context: Context, input: ProviderSignIn) -> StartedSignIn:
    service = context.service
    provider = service.providers.get(input.provider)
    if provider is None:
        raise build_refusal(Reason.PROVIDER_UNKNOWN, "provider")
    if input.redirect_uri not in provider.settings.redirect_uris:
        raise build_refusal(Reason.REDIRECT_NOT_AGREED, "redirectUri")
    if input.agreement_version is not None:
        refuse_if(await _find_opening_faults(context, input.agreement_version, input.region))
    request = SignInRequest(
        input.redirect_uri, token_urlsafe(24), token_urlsafe(24), token_urlsafe(48)
    )
    try:
        url = await provider.build_sign_in_url(request, again=input.again)
    except ProviderUnavailable as away:
        raise _build_away_refusal(input.provider, away) from away
    again_at = str(int(service.now().timestamp())) if input.again else ""
    opening = input.agreement_version or "", input.region or ""
    said = (input.provider, input.subject, *opening, again_at)
    expires_at = service.now() + SIGN_IN_LIFE
    secret = service.files.links.sign_link(LINK_PURPOSE, (*said, *request), expires_at)
    return StartedSignIn(url, secret, expires_at)


async def _find_opening_faults(context: Context, version: str, region: str | None) -> list[Fault]:
    """Judge what a new account takes: the agreement as it stands, and a district (J1)."""
    service = context.service
    if region is None:
        return [fault(Reason.REGION_NOT_A_DISTRICT, "region")]
    current = get_agreement_version(service, await load_public_policy(service), region)
    return [
        *find_agreement_faults(version, current, ("agreementVersion",)),
        *find_role_region_faults(Role.PERSON, region, ("region",)),
    ]


def _read_secret(context: Context, input: ProviderReturn) -> _Started:
    """Read what was asked for; what was changed, has lapsed or came back elsewhere is worthless."""
    service = context.service
    signed = service.files.links.read_link(LINK_PURPOSE, input.secret, service.now())
    if signed is not None and signed.holds:
        *said, redirect_uri, state, nonce, verifier = signed.parts
        asked = SignInRequest(redirect_uri, state, nonce, verifier)
        if hmac.compare_digest(asked.state.encode(), input.state.encode(errors="replace")):
            # Before proofs were asked for again, four parts stood in front.
            provider, subject, agreement, region, *again = said
            return _Started(provider, subject, agreement, region, "".join(again), asked)
    raise build_refusal(Reason.PROVIDER_SIGN_IN_LAPSED, "secret")


async def _exchange_code(
    provider: IdentityProvider, started: _Started, code: str
) -> Mapping[str, Any]:
    try:
        return await provider.exchange_code(started.request, code)
    except IdentityRefused as no:
        refusals.write("provider refused", provider=started.provider, why=str(no))
        raise build_refusal(Reason.PROVIDER_REFUSED, "code") from no
    except ProviderUnavailable as away:
        raise _build_away_refusal(started.provider, away) from away


def _build_away_refusal(provider: str, away: ProviderUnavailable) -> Refusal:
    outages.write("provider is away", provider=provider, why=str(away))
    return build_refusal(Reason.PROVIDER_AWAY)


def _read_person(
    context: Context, provider: IdentityProvider, claims: Mapping[str, Any]
) -> ProvenSubject:
    names = provider.settings
    return _require(
        read_person_claims(
            claims,
            names.id_number_claim,
            names.name_claim,
            context.service.today(),
            ("code",),
        )
    )


def _read_unit(provider: IdentityProvider, claims: Mapping[str, Any]) -> ProvenSubject:
    code_claim = provider.settings.credit_code_claim
    return _require(read_unit_claims(claims, code_claim, ("code",)))


def _require(found: ProvenSubject | Fault) -> ProvenSubject:
    if isinstance(found, Fault):
        raise Refusal(found)
    return found


async def _sign_in_unit(
    context: Context, provider: IdentityProvider, proven: ProvenSubject
) -> Session | SignInChallenge:
    """Open a session of a unit's legal person; a unit that has no account registers first (J1).

    Its credit code was proved: the unit is verified, if no officer has done so (ADR 0061).
    """
    account = await _find_account_of_unit(context, proven)
    if account is None:
        raise build_refusal(Reason.UNIT_NOT_REGISTERED, "code")
    if account.active:
        async with open_transaction(Context(context.service, _build_viewer(account))) as tx:
            row = await tx.session.get_one(Unit, account.unit_id, with_for_update=True)
            if row.verified_at is None:
                basis = provider.settings.label_zh
                tx.change(row, {"verified_at": tx.now}, "VERIFY", reason=basis)
    return await _open_own_session(context, account, proven)


async def _sign_in_person(
    context: Context, started: _Started, proven: ProvenSubject
) -> Session | SignInChallenge:
    """Open a session of the account that has the person's record, or give the record to one."""
    indexes = context.service.seal.compute_indexes("id_number", proven.number)
    account = await _find_account_of_person(context, indexes)
    if account is not None:
        return await _open_own_session(context, account, proven)
    claimant = await _find_claimant(context, indexes)
    if claimant is not None:
        speaker = _build_viewer(claimant)
        async with open_transaction(
            Context(context.service, speaker), role=DatabaseRole.SIGN_IN
        ) as tx:
            return await _give_to_claimant(tx, context, claimant, indexes, proven)
    if not started.agreement_version:
        raise build_refusal(Reason.ACCOUNT_NOT_OPENED)
    return await _open_account(context, started, indexes, proven)


async def _find_account_of_unit(context: Context, proven: ProvenSubject) -> Account | None:
    unit = select(Unit.id).where(Unit.credit_code == proven.number).scalar_subquery()
    return await _find_account(context, Account.unit_id == unit, Account.role == Role.LEGAL_PERSON)


async def _find_account_of_person(context: Context, indexes: BlindIndexes) -> Account | None:
    person = select(Person.id).where(Person.id_number_index.in_(indexes))
    return await _find_account(context, Account.person_id.in_(person))


async def _find_account(context: Context, *found_by: ColumnElement[bool]) -> Account | None:
    """Find whose record or unit it is, wherever that is: the provider proved it."""
    anywhere = Actor(see=ALL_REGIONS)
    async with transaction_as(context.service, anywhere, DatabaseRole.SIGN_IN) as session:
        found = select(Account).where(*found_by).options(WITH_PASSWORD_HASH)
        return (await session.scalars(found)).first()


async def _open_own_session(
    context: Context, account: Account, proven: ProvenSubject
) -> Session | SignInChallenge:
    """Open a session of an account, or ask for its second factor; refused where it is closed."""
    way = SignInWay.PROVIDER
    opened = await open_or_challenge(context, account, way, known_at=proven.known_at)
    if opened is not None:
        return opened
    call = await load_hotline(context.service, account.region)
    raise build_refusal(Reason.ACCOUNT_CLOSED, hotline=call)


async def _find_claimant(context: Context, indexes: BlindIndexes) -> Account | None:
    """Find the account that is signed in, if it claims the number and has no record yet."""
    viewer = context.viewer
    if viewer.role is not Role.PERSON or viewer.account_id is None:
        return None
    own = Account.id == viewer.account_id, Account.claimed_index.in_(indexes)
    async with transaction_as(
        context.service, Actor(account=viewer.account_id), DatabaseRole.SIGN_IN
    ) as session:
        unproven = select(Account).where(*own, Account.person_id.is_(None), Account.active)
        return (await session.scalars(unproven)).first()


async def _give_to_claimant(
    tx: Transaction,
    context: Context,
    claimant: Account,
    indexes: BlindIndexes,
    proven: ProvenSubject,
) -> Session:
    account = await tx.session.get_one(Account, claimant.id, with_for_update=True)
    proof = PersonProof(number_indexes=indexes, name=proven.name)
    await give_record(tx, account, proof, "CONFIRM_PERSON")
    way = SignInWay.PROVIDER
    return await open_session(tx.session, context, account, way, proven.known_at)


async def _open_account(
    context: Context, started: _Started, indexes: BlindIndexes, proven: ProvenSubject
) -> Session:
    """Open an account for a person who was proved, with a password that nobody knows."""
    service = context.service
    secret = token_urlsafe(48)
    hashed = await service.passwords.hash_password(secret, context.address)
    viewer = Viewer(account_id=uuid7(), name=proven.name, role=Role.PERSON, region=started.region)
    lost = fault(Reason.PROVIDER_SIGN_IN_LAPSED, "secret")
    with refuse_duplicates(lost, "uq_person_id_number_index", "uq_account_person_id"):
        async with open_transaction(Context(service, viewer), role=DatabaseRole.SIGN_IN) as tx:
            await _enter_person(tx, indexes, proven.number)
            username = f"{started.provider}-{uuid7().hex[-12:]}"
            account = await add_account(
                tx, username, started.agreement_version, hashed, proven.number
            )
            return await _give_to_claimant(tx, context, account, indexes, proven)


async def _enter_person(tx: Transaction, indexes: BlindIndexes, number: str) -> None:
    """Enter the person unless they are on file (J16)."""
    await tx.set_lookup_number(indexes)
    known = await tx.first(select(Person).where(Person.id_number_index.in_(indexes)))
    if known is None:
        await add_person(tx, number)


def _build_viewer(account: Account) -> Viewer:
    return Viewer(
        account_id=account.id,
        name=account.name,
        role=account.role,
        region=account.region,
        unit_id=account.unit_id,
    )
