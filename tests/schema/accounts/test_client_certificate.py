"""J3: certificates from the TLS proxy: programs sign in by them, officers beside a password."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor
from models import ClientCertificate, DatabaseRole, Role, SignIn, SignInSession
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.rate_limit import CLIENT_LIMIT
from server.cli.certificate import end_certificate
from server.http.app import Application
from server.http.certificate_header import CertificateContract
from tests.factories.client_certificate import HEADER, PROXY_SECRET, make_certificate
from tests.factories.database import Database
from tests.factories.rows import an_id
from tests.factories.story import story
from tests.factories.stranger import PASSWORD
from tests.factories.waiting import wait_until_waited_for
from tests.factories.world import REFUSAL_SELECTION, HttpAnswer, World, build_settings

SUPPLIER, OFFICER, OTHER = map(make_certificate, ("supplier", "amy", "somebody"))
GRANT = {"grant_type": "client_credentials"}
VIEWER = "{ viewer { name functions factorMissing } }"
SIGN_IN = f"""mutation ($input: CredentialsInput!) {{ signIn(input: $input) {{ __typename
  ... on SessionPayload {{ accessToken refreshToken }} {REFUSAL_SELECTION} }} }}"""
REFRESH = f"""mutation ($input: RefreshInput!) {{ refreshSession(input: $input) {{ __typename
  ... on SessionPayload {{ accessToken refreshToken }} {REFUSAL_SELECTION} }} }}"""
PROVE = f"""mutation ($input: ProofInput!) {{ proveAgain(input: $input) {{ __typename
  ... on RenewedProofPayload {{ accessToken }} {REFUSAL_SELECTION} }} }}"""


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    for name, role in (("supplier", Role.DATA_SUPPLIER), ("amy", Role.DISTRICT_OFFICER)):
        await world.add_account(name, role, password_hash=hashed)
    await world.add_account("clerk", Role.DISTRICT_OFFICER, password_hash=hashed)
    await add(world, "supplier", SUPPLIER.der, ["LOAD_FACTS", "UNMASK_PERSONAL_DATA"])
    await add(world, "amy", OFFICER.der, None)
    return world


async def add(world: World, name: str, der: bytes, functions: list[str] | None) -> None:
    row = ClientCertificate(
        id=an_id("certificate", name),
        account_id=world.accounts[name].id,
        fingerprint=sha256(der).digest(),
        name="证书",
        functions=functions,
        added_at=world.clock.now,
        valid_to=date(2030, 1, 1),
    )
    own = Actor(account=row.account_id)
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        session.add(row)


async def change(world: World, name: str, **values: Any) -> None:
    own = Actor(account=world.accounts[name].id)
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        which = ClientCertificate.id == an_id("certificate", name)
        await session.execute(update(ClientCertificate).where(which).values(**values))


@pytest.fixture(autouse=True)
def take_certificates(world: World) -> None:
    """Take certificates from a proxy, and demand them of officers."""
    assert isinstance(world.app, Application)
    world.app.certificates = CertificateContract(HEADER, PROXY_SECRET)
    demanded = frozenset({Role.DISTRICT_OFFICER})
    changed = replace(world.service, certificate_roles=demanded, second_factor_roles=demanded)
    world.service = world.app.state.service = changed


def through_proxy(value: str = SUPPLIER.header) -> dict[str, str]:
    return {HEADER: value, "jiuye-proxy": PROXY_SECRET}


async def ask_token(world: World, headers: Mapping[str, str], **form: str) -> httpx.Response:
    return await world.client.post("/oauth/token", data=GRANT | form, headers=dict(headers))


async def ask(
    world: World, document: str, headers: Mapping[str, str], **variables: object
) -> HttpAnswer:
    body = {"query": document, "variables": variables}
    answer = await world.client.post("/graphql", json=body, headers=dict(headers))
    return HttpAnswer(answer.status_code, answer.json())


async def sign_in(world: World, headers: Mapping[str, str], account: str = "amy") -> Any:
    given = {"account": account, "password": PASSWORD}
    return (await ask(world, SIGN_IN, headers, input=given)).only


@pytest.mark.parametrize("value", [SUPPLIER.header, SUPPLIER.escaped])
async def test_j3_a_program_gets_a_token_by_its_certificate_alone(world: World, value: str) -> None:
    answer = await ask_token(world, through_proxy(value))
    assert (answer.status_code, answer.json()["scope"]) == (200, "LOAD_FACTS")
    bearer = {"authorization": f"Bearer {answer.json()['access_token']}"}
    told = (await ask(world, VIEWER, through_proxy() | bearer)).only
    assert {*told["functions"]} == {"READ_RECORDS", "LOAD_FACTS"}
    for elsewhere in (bearer, through_proxy(OTHER.header) | bearer):  # RFC 8705: it is bound to it
        assert (await ask(world, VIEWER, elsewhere)).status == 401


async def test_j3_a_certificate_is_taken_from_the_proxy_alone(world: World) -> None:
    for said in ({}, {"jiuye-proxy": "x"}):
        forged = {HEADER: SUPPLIER.header, **said}
        for answer in (
            await ask_token(world, forged),
            await world.client.post("/graphql", json={"query": "{ __typename }"}, headers=forged),
            await world.client.get("/", headers=forged),
        ):
            assert answer.status_code == 403
            (error,) = answer.json()["errors"]
            assert error["extensions"]["reason"] == "CERTIFICATE_NOT_OF_PROXY"
    unread = await ask_token(world, through_proxy("nothing"))
    assert unread.status_code == 400
    assert (await ask_token(world, {"jiuye-proxy": PROXY_SECRET})).status_code == 401


async def test_j3_a_proxy_that_hands_on_two_certificates_is_refused(world: World) -> None:
    twice = [(HEADER, SUPPLIER.header), (HEADER, OTHER.header), ("jiuye-proxy", PROXY_SECRET)]
    answer = await world.client.post("/oauth/token", data=GRANT, headers=twice)
    assert answer.status_code == 400


async def test_j3_without_the_setting_nobodys_header_is_looked_at(world: World) -> None:
    assert isinstance(world.app, Application)
    world.app.certificates = None
    assert (await ask_token(world, through_proxy())).json() == {"error": "invalid_client"}
    assert (await ask(world, "{ __typename }", {HEADER: "x"})).status == 200


async def test_j3_a_certificate_is_good_for_its_program_while_it_lasts(world: World) -> None:
    named = {"client_id": str(an_id("certificate", "supplier"))}
    assert (await ask_token(world, through_proxy(), **named)).status_code == 200
    others = {"client_id": str(an_id("certificate", "amy"))}
    assert (await ask_token(world, through_proxy(), **others)).status_code == 401
    assert (await ask_token(world, through_proxy(OFFICER.header))).status_code == 401
    assert (await ask_token(world, through_proxy(OTHER.header))).status_code == 401
    await change(world, "supplier", valid_to=date(2025, 3, 9))
    assert (await ask_token(world, through_proxy())).status_code == 401
    await change(world, "supplier", valid_to=date(2025, 3, 10))
    assert (await ask_token(world, through_proxy())).status_code == 200
    await change(world, "supplier", ended_at=world.clock.now)
    assert (await ask_token(world, through_proxy())).status_code == 401


async def test_j3_unknown_certificates_are_held_back_and_keep_no_program_out(
    world: World,
) -> None:
    for _ in range(CLIENT_LIMIT.tries):
        assert (await ask_token(world, through_proxy(OTHER.header))).status_code == 401
    assert (await ask_token(world, through_proxy(OTHER.header))).status_code == 429
    assert (await ask_token(world, through_proxy())).status_code == 200


async def test_j3_an_officer_signs_in_with_password_and_certificate_and_neither_alone(
    world: World,
) -> None:
    refused = {"__typename": "Refusal", "reason": "CERTIFICATE_REQUIRED"}
    for headers in ({}, through_proxy(OTHER.header), through_proxy(SUPPLIER.header)):
        found = await sign_in(world, headers)
        assert {key: found[key] for key in refused} == refused
    assert (await sign_in(world, through_proxy(OFFICER.header), "clerk"))["reason"] == (
        "CERTIFICATE_REQUIRED"
    )
    tries = await world.load_rows(SignIn)
    assert [each.succeeded for each in tries if each.account_id == world.accounts["amy"].id] == (
        [False] * 3
    )
    session = await sign_in(world, through_proxy(OFFICER.header))
    bearer = {"authorization": f"Bearer {session['accessToken']}"}
    told = (await ask(world, VIEWER, through_proxy(OFFICER.header) | bearer)).only
    assert (told["factorMissing"], "REVIEW_CLAIMS" in told["functions"]) == (False, True)
    assert (await ask(world, VIEWER, bearer)).status == 401


async def test_j3_a_session_goes_on_and_is_proved_again_with_its_certificate_alone(
    world: World,
) -> None:
    session = await sign_in(world, through_proxy(OFFICER.header))
    given = {"refreshToken": session["refreshToken"]}
    stolen = (await ask(world, REFRESH, {}, input=given)).only
    assert stolen["reason"] == "CERTIFICATE_REQUIRED"
    moved = (await ask(world, REFRESH, through_proxy(OFFICER.header), input=given)).only
    bearer = {"authorization": f"Bearer {moved['accessToken']}"}
    proof = {"password": {"present": PASSWORD}}
    headers = through_proxy(OFFICER.header) | bearer
    proved = (await ask(world, PROVE, headers, input=proof)).only
    again = {"authorization": f"Bearer {proved['accessToken']}"}
    assert (await ask(world, VIEWER, through_proxy(OFFICER.header) | again)).status == 200
    assert (await ask(world, VIEWER, again)).status == 401
    world.clock.now += timedelta(days=3650)
    ended = (await ask(world, REFRESH, through_proxy(OFFICER.header), input=given)).only
    assert ended["reason"] == "SESSION_ENDED"


async def lock_certificate_of_who_waits(session: AsyncSession, waiting: asyncio.Task[Any]) -> None:
    """Lock the certificate, as who moves a session on, once somebody waits for the session."""
    await wait_until_waited_for(session, waiting)
    await session.execute(select(ClientCertificate.id).with_for_update(nowait=True))


async def test_j3_who_signs_in_locks_sessions_before_the_certificate(world: World) -> None:
    world.service = world.app.state.service = replace(world.service, sessions_per_account=1)
    await sign_in(world, through_proxy(OFFICER.header))
    own = Actor(account=world.accounts["amy"].id)
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        await session.execute(select(SignInSession.id).with_for_update())
        waiting = asyncio.create_task(sign_in(world, through_proxy(OFFICER.header)))
        await lock_certificate_of_who_waits(session, waiting)
    assert (await waiting)["__typename"] == "SessionPayload"


async def test_j3_who_ends_a_certificate_locks_sessions_before_it(
    world: World, database: Database
) -> None:
    opened = await sign_in(world, through_proxy(OFFICER.header))
    own = Actor(account=world.accounts["amy"].id)
    named = "amy", str(an_id("certificate", "amy"))
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        await session.execute(select(SignInSession.id).with_for_update())
        waiting = asyncio.create_task(end_certificate(build_settings(database), *named))
        await lock_certificate_of_who_waits(session, waiting)
    assert (await waiting).ended
    given = {"refreshToken": opened["refreshToken"]}
    refused = (await ask(world, REFRESH, through_proxy(OFFICER.header), input=given)).only
    assert refused["reason"] == "SESSION_ENDED"
