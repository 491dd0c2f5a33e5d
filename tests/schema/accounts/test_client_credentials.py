"""J3: programs get tokens by client credentials (RFC 6749 4.4), within their functions alone."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.heavy_work import HeavyWork
from loaders.actor import Actor
from models import Account, ApiClient, DatabaseRole, Role
from resolvers.accounts import client_credentials
from resolvers.accounts.client_credentials import hash_secret
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.rate_limit import CLIENT_LIMIT
from server.http import oauth
from tests.factories.refusal import list_refusal_reasons
from tests.factories.rows import an_id
from tests.factories.story import story
from tests.factories.stranger import ask_with_token
from tests.factories.world import REFUSAL_SELECTION, World

SECRET, ID = "a secret of many letters", an_id("client", 1)
GRANT = {"grant_type": "client_credentials"}
OWN = GRANT | {"client_id": str(ID), "client_secret": SECRET}
PROVE_AGAIN = f"""mutation {{ proveAgain(input: {{password: {{present: "x"}}}}) {{ __typename
  {REFUSAL_SELECTION} }} }}"""
FUNCTIONS = "{ viewer { name functions proofLapsed } }"


@story
async def world(world: World) -> World:
    supplier = await world.add_account("supplier", Role.DATA_SUPPLIER)
    client = ApiClient(
        id=ID,
        account_id=supplier.id,
        secret_hash=hash_secret(SECRET),
        name="社保系统",
        functions=["LOAD_FACTS", "KEEP_ACCOUNT", "UNMASK_PERSONAL_DATA"],
        added_at=world.clock.now,
    )
    async with transaction_as(world.service, Actor(account=supplier.id), DatabaseRole.SIGN_IN) as s:
        s.add(client)
    return world


async def ask(world: World, form: Mapping[str, str], **headers: str) -> httpx.Response:
    return await world.client.post("/oauth/token", data=dict(form), headers=headers)


async def change(world: World, **values: Any) -> None:
    own = Actor(account=world.accounts["supplier"].id)
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        await session.execute(update(ApiClient).where(ApiClient.id == ID).values(**values))


def basic(name: str = str(ID), secret: str = SECRET) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}


async def test_j3_a_program_gets_a_token_within_its_functions_and_no_refresh(
    world: World,
) -> None:
    answer = await ask(world, OWN)
    said = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert said["token_type"] == "Bearer"
    assert said["expires_in"] == 600
    assert said["scope"] == "LOAD_FACTS"
    assert "refresh_token" not in said
    told = (await ask_with_token(world, said["access_token"], FUNCTIONS)).only
    assert {*told["functions"]} == {"READ_RECORDS", "LOAD_FACTS"}
    assert told["proofLapsed"]


async def test_j3_a_narrower_scope_is_given_and_a_wider_one_refused(world: World) -> None:
    said = (await ask(world, GRANT | {"scope": "LOAD_FACTS"}, **basic())).json()
    told = (await ask_with_token(world, said["access_token"], FUNCTIONS)).only
    assert {*told["functions"]} == {"READ_RECORDS", "LOAD_FACTS"}
    for scope in ("UNMASK_PERSONAL_DATA", "KEEP_ACCOUNT", "LOAD_FACTS nonsense"):
        wider = await ask(world, OWN | {"scope": scope})
        assert (wider.status_code, wider.json()) == (400, {"error": "invalid_scope"})


async def test_j3_a_program_opens_no_session_though_its_row_or_token_names_keep_account(
    world: World,
) -> None:
    given = (await ask(world, OWN)).json()["access_token"]
    claims = world.service.tokens.read_access_token(given, world.clock.now)
    assert claims is not None
    older = claims._replace(scopes=("LOAD_FACTS", "KEEP_ACCOUNT"))
    for token in (given, world.service.tokens.issue_access_token(older, world.clock.now)):
        refused = (await ask_with_token(world, token, PROVE_AGAIN)).only
        assert list_refusal_reasons(refused) == [("FORBIDDEN", "KEEP_ACCOUNT")]


@pytest.mark.parametrize(
    "wrong",
    [{"client_secret": "x"}, {"client_id": str(an_id("client", 2))}, {"client_id": "\u00e9"}],
)
async def test_j3_whoever_lacks_id_or_secret_is_told_invalid_client(
    world: World, wrong: dict[str, str]
) -> None:
    refused = await ask(world, OWN | wrong)
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
    assert refused.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("form", "headers", "error"),
    [
        ({}, {}, "invalid_request"),
        ({"grant_type": "password"}, {}, "unsupported_grant_type"),
        (OWN, basic(), "invalid_request"),
        (GRANT, {"authorization": "Basic !"}, "invalid_request"),
        (GRANT, {"authorization": "Bearer x"}, "invalid_request"),
        (OWN | {"scope": "x" * 9_000}, {}, "invalid_request"),
    ],
)
async def test_j3_what_is_malformed_is_told_by_the_names_of_rfc_6749(
    world: World, form: dict[str, str], headers: dict[str, str], error: str
) -> None:
    refused = await ask(world, form, **headers)
    assert (refused.status_code, refused.json()) == (400, {"error": error})


async def test_j3_a_parameter_twice_or_another_kind_of_body_is_refused(world: World) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    twice = b"grant_type=client_credentials&grant_type=client_credentials"
    for body, headers in ((twice, kind), (b"{}", {"content-type": "application/json"})):
        answer = await world.client.post("/oauth/token", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


async def test_j3_a_program_ends_on_its_day_when_revoked_and_with_its_account(
    world: World,
) -> None:
    await change(world, valid_to=date(2025, 3, 10))
    assert (await ask(world, OWN)).status_code == 200
    world.clock.now += timedelta(days=1)
    assert (await ask(world, OWN)).status_code == 401
    await change(world, valid_to=None)
    assert (await ask(world, OWN)).status_code == 200
    await change(world, revoked_at=world.clock.now)
    assert (await ask(world, OWN)).status_code == 401


async def test_j3_a_program_that_is_revoked_while_it_asks_gets_no_token(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = client_credentials._lock_account

    async def lock_once_revoked(session: AsyncSession, account_id: UUID) -> Account | None:
        await change(world, revoked_at=world.clock.now)
        return await lock(session, account_id)

    monkeypatch.setattr(client_credentials, "_lock_account", lock_once_revoked)
    refused = await ask(world, OWN)
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})


async def test_j3_a_flood_of_wrong_secrets_is_held_back_and_keeps_no_program_out(
    world: World,
) -> None:
    for _ in range(CLIENT_LIMIT.tries):
        assert (await ask(world, OWN | {"client_secret": "x"})).status_code == 401
    held = await ask(world, OWN | {"client_secret": "x"})
    assert (held.status_code, held.json()) == (429, {"error": "temporarily_unavailable"})
    assert 0 < int(held.headers["retry-after"]) <= 601
    assert (await ask(world, OWN)).status_code == 200


async def test_j3_programs_stand_in_a_line_of_their_own(world: World) -> None:
    with ExitStack() as crowd:
        for number in range(60):
            crowd.enter_context(world.service.places[HeavyWork.TOKENS].stand(f"other {number}"))
        held = await ask(world, OWN)
    assert (held.status_code, held.headers["retry-after"]) == (429, "2")
    assert (await ask(world, OWN)).status_code == 200


async def test_j3_a_form_that_does_not_arrive_in_time_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_slowly() -> AsyncIterator[bytes]:
        yield b"grant_type="
        await asyncio.Event().wait()

    monkeypatch.setattr(oauth, "FORM_TIMEOUT_SECONDS", 0.01)
    headers = {"content-type": oauth.FORM}
    late = await world.client.post("/oauth/token", content=send_slowly(), headers=headers)
    assert (late.status_code, late.json()) == (400, {"error": "invalid_request"})


async def test_j3_while_the_database_is_away_a_program_is_told_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(client_credentials, "_lock_account", fail)
    away = await ask(world, OWN)
    assert (away.status_code, away.json()["error"]) == (503, "temporarily_unavailable")
    assert away.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert away.headers["retry-after"]
