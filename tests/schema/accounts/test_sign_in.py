"""Signing in, staying signed in, signing out; and tokens that are worth nothing."""

import asyncio
import io
import json
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog
from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from gateways.fair_line import FairLine
from gateways.heavy_work import HeavyWork
from gateways.password import LONGEST_LINE, PasswordHashing
from models import RateLimit, Role, SignInSession
from resolvers.kernel.rate_limit import Limit, add_tries
from server.database.pools import build_engine
from server.telemetry.log import configure_logging
from tests.factories.database import Database
from tests.factories.story import story
from tests.factories.world import TIMEOUT_SECONDS, HttpAnswer, World, build_settings

PASSWORD = "correct horse battery staple"
SHAPE = """{ __typename ... on SessionPayload { accessToken refreshToken expiresAt }
  ... on Problem { message } ... on Refusal { reason path } }"""
SIGN_IN = f"mutation ($input: CredentialsInput!) {{ signIn(input: $input) {SHAPE} }}"
REFRESH = f"mutation ($input: RefreshInput!) {{ refreshSession(input: $input) {SHAPE} }}"
SIGN_OUT = "mutation { signOut { ... on SignOutPayload { ended } } }"
VIEWER = "{ viewer { name role } }"


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    await world.add_account("gone", Role.DISTRICT_OFFICER, password_hash=hashed, active=False)
    return world


async def sign_in(world: World, account: str = "amy", password: str = PASSWORD) -> Any:
    given = {"account": account, "password": password}
    return (await world.ask(SIGN_IN, input=given)).only


async def refresh(world: World, token: str) -> Any:
    return (await world.ask(REFRESH, input={"refreshToken": token})).only


async def with_token(world: World, document: str, token: str) -> HttpAnswer:
    headers = {"authorization": f"Bearer {token}"}
    response = await world.client.post("/graphql", json={"query": document}, headers=headers)
    return HttpAnswer(response.status_code, response.json())


async def test_the_right_password_opens_a_session(world: World) -> None:
    """J3: by password, and the token then says who asks."""
    session = await sign_in(world)
    assert session["expiresAt"].startswith("2025-03-10T04:10:00")
    answer = await with_token(world, VIEWER, session["accessToken"])
    assert answer.only == {"name": "amy account", "role": "DISTRICT_OFFICER"}


async def test_whatever_is_wrong_with_credentials_has_one_answer(world: World) -> None:
    """J3, X10: neither an account's existence nor its being closed shows."""
    wrong = [
        ("amy", "wrong"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("", ""),
        ("AMY", PASSWORD),
    ]
    answers = [await sign_in(world, *pair) for pair in wrong]
    assert answers[0]["reason"] == "SIGN_IN_FAILED"
    assert answers == [answers[0]] * len(wrong)
    assert await world.load_rows(SignInSession) == []


@pytest.mark.parametrize("name", ["a\\u0000b", "\\u0000", "' OR 1=1 --", "%", "x" * 9000])
async def test_an_odd_account_name_is_nobody(world: World, name: str) -> None:
    text = f'mutation {{ signIn(input: {{account: "{name}", password: "{name}"}}) {SHAPE} }}'
    assert (await world.ask(text)).only["reason"] == "SIGN_IN_FAILED"


async def test_an_account_whose_hash_cannot_be_read_stays_closed(world: World) -> None:
    assert (await sign_in(world, "officer", "x"))["reason"] == "SIGN_IN_FAILED"


@pytest.mark.parametrize("typed", [" amy ", "\u3000amy\u200b", "ａｍｙ"])
async def test_an_account_is_found_as_it_was_registered_whatever_stands_around_it(
    world: World, typed: str
) -> None:
    assert "accessToken" in str(await sign_in(world, typed))


async def test_an_access_token_that_has_expired_ends_in_401(world: World) -> None:
    token = (await sign_in(world))["accessToken"]
    world.clock.now += timedelta(minutes=9, seconds=59)
    assert (await with_token(world, VIEWER, token)).status == 200
    world.clock.now += timedelta(seconds=1)
    answer = await with_token(world, VIEWER, token)
    assert answer.status == 401
    assert answer.errors[0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "data" not in answer.body


def _part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_token_that_we_did_not_write_ends_in_401(world: World) -> None:
    token = (await sign_in(world))["accessToken"]
    head, body, signature = token.split(".")
    said = json.loads(_decoded(body))
    raised = _part(said | {"role": "PROVINCE_ADMINISTRATOR", "region": "000000"})
    deep = urlsafe_b64encode(b"[" * 20_000).decode()
    forged = [
        f"{head}.{raised}.{signature}",
        f"{_part({'alg': 'none'})}.{body}.",
        f"{_part({'alg': 'none'})}.{body}.{signature}",
        f"{_part({'alg': 'HS512'})}.{body}.{signature}",
        f"{_part({'alg': 'HS256', 'crit': ['exp']})}.{body}.{signature}",
        f"{head}.{body}.{signature[:-2]}",
        f"{head}.{body}",
        f"{deep}.{body}.{signature}",
        f"{head}.{deep}.{signature}",
        "garbage",
        "...",
        "",
        "{}",
    ]
    for text in forged:
        answer = await with_token(world, VIEWER, text)
        assert (answer.status, answer.errors[0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    for header in ("Basic YTpi", "Bearer", token, f"Token {token}"):
        body_ = {"query": VIEWER}
        sent = {"authorization": header}
        response = await world.client.post("/graphql", json=body_, headers=sent)
        assert response.status_code == 401


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_a_refresh_token_is_exchanged_for_the_next(world: World) -> None:
    first = await sign_in(world)
    world.clock.now += timedelta(minutes=20)
    second = await refresh(world, first["refreshToken"])
    assert second["refreshToken"] != first["refreshToken"]
    assert (await with_token(world, VIEWER, second["accessToken"])).status == 200


async def test_the_same_refresh_token_sent_again_gets_the_same_answer(world: World) -> None:
    first = await sign_in(world)
    second = await refresh(world, first["refreshToken"])
    assert await refresh(world, first["refreshToken"]) == second
    third = await refresh(world, second["refreshToken"])
    assert third["__typename"] == "SessionPayload"


async def test_j3_a_spent_token_that_is_sent_again_late_ends_the_session(world: World) -> None:
    """Whoever took the token sends it when the holder has long moved on, or the other way round."""
    first = await sign_in(world)
    second = await refresh(world, first["refreshToken"])
    world.clock.now += timedelta(minutes=2)
    assert (await refresh(world, first["refreshToken"]))["reason"] == "SESSION_ENDED"
    assert (await refresh(world, second["refreshToken"]))["reason"] == "SESSION_ENDED"


async def test_j3_a_thief_and_the_holder_who_take_turns_are_noticed(world: World) -> None:
    """Both send each token, one right after the other, and always get the same one."""
    holder = thief = (await sign_in(world))["refreshToken"]
    answers = []
    for _ in range(2):
        holder = await refresh(world, holder)
        thief = await refresh(world, thief)
        answers += [holder, thief]
        holder, thief = (each.get("refreshToken") for each in (holder, thief))
        world.clock.now += timedelta(minutes=9)
    assert [each["__typename"] for each in answers] == [*["SessionPayload"] * 3, "Refusal"]
    assert (await refresh(world, holder))["reason"] == "SESSION_ENDED"


async def test_a_spent_token_after_its_successor_was_used_ends_the_session(world: World) -> None:
    first = await sign_in(world)
    second = await refresh(world, first["refreshToken"])
    third = await refresh(world, second["refreshToken"])
    assert (await refresh(world, first["refreshToken"]))["reason"] == "SESSION_ENDED"
    assert (await refresh(world, third["refreshToken"]))["reason"] == "SESSION_ENDED"
    assert (await refresh(world, second["refreshToken"]))["reason"] == "SESSION_ENDED"


async def test_a_session_that_was_signed_out_is_not_refreshed(world: World) -> None:
    session = await sign_in(world)
    assert (await with_token(world, SIGN_OUT, session["accessToken"])).only == {"ended": True}
    assert (await with_token(world, SIGN_OUT, session["accessToken"])).only == {"ended": False}
    assert (await refresh(world, session["refreshToken"]))["reason"] == "SESSION_ENDED"
    assert (await world.ask(SIGN_OUT)).only == {"ended": False}


async def test_an_old_session_and_a_closed_account_are_not_refreshed(world: World) -> None:
    session = await sign_in(world)
    world.clock.now += timedelta(days=14)
    assert (await refresh(world, session["refreshToken"]))["reason"] == "SESSION_ENDED"


async def test_j3_a_session_that_is_used_ends_no_later(world: World) -> None:
    world.app.state.service = replace(world.service, idle_life=None)
    session = await sign_in(world)
    world.clock.now += timedelta(days=13)
    session = await refresh(world, session["refreshToken"])
    world.clock.now += timedelta(days=1)
    assert (await refresh(world, session["refreshToken"]))["reason"] == "SESSION_ENDED"


@pytest.mark.parametrize(
    "token", ["", ".", "garbage", "00000000-0000-4000-8000-000000000000.secret", "\ud7ff.\u6c49"]
)
async def test_a_refresh_token_that_names_no_session_is_refused(world: World, token: str) -> None:
    answer = await refresh(world, token)
    assert (answer["reason"], answer["path"]) == ("SESSION_ENDED", ["input", "refreshToken"])


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    before, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    configure_logging("DEBUG", stream=stream)
    yield stream
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


async def test_neither_password_nor_token_is_ever_logged(world: World, log: io.StringIO) -> None:
    """X11: in no log, whatever goes wrong."""
    session = await sign_in(world)
    await sign_in(world, password=f"{PASSWORD} wrong")
    second = await refresh(world, session["refreshToken"])
    await with_token(world, VIEWER, f"{session['accessToken']}x")
    literal = f'mutation {{ signIn(input: {{account: "amy", password: "{PASSWORD}"}} x) }}'
    await world.ask(literal)
    await world.ask(SIGN_IN, input={"account": 1, "password": {PASSWORD: PASSWORD}})
    written = log.getvalue()
    assert "operation" in written
    for secret in (PASSWORD, session["accessToken"], second["refreshToken"]):
        assert secret not in written
    assert session["refreshToken"] not in written
    assert session["refreshToken"].partition(".")[2] not in written


async def sign_in_from(world: World, address: str, account: str = "amy") -> httpx.Response:
    transport = httpx.ASGITransport(world.app, client=(address, 1))
    given = {"query": SIGN_IN, "variables": {"input": {"account": account, "password": PASSWORD}}}
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        return await client.post("/graphql", json=given)


async def test_a_flood_from_one_address_is_told_to_come_again_and_bars_nobody_else(
    world: World,
) -> None:
    """J3: one too many is refused before anything is counted or read; another address gets in."""
    with ExitStack() as crowd:
        for _ in range(LONGEST_LINE):
            crowd.enter_context(world.service.passwords.line.stand("203.0.113.9"))
        refused = await sign_in_from(world, "203.0.113.9")
        tried = await world.load_rows(RateLimit)
        admitted = await sign_in_from(world, "203.0.113.10")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "2"
    (error,) = refused.json()["errors"]
    assert "data" not in refused.json()
    assert error["extensions"]["code"] == "TOO_BUSY"
    assert error["extensions"]["reason"] == "TOO_MANY_TRIES"
    assert error["extensions"]["cure"]
    assert tried == []
    assert "accessToken" in admitted.text


async def test_a_sign_in_succeeds_among_200_at_once(world: World) -> None:
    answers = await asyncio.gather(
        *(sign_in_from(world, "203.0.113.9", f"nobody {n}") for n in range(200)),
        sign_in_from(world, "203.0.113.10"),
    )
    assert "accessToken" in answers[-1].text
    assert {answer.status_code for answer in answers} <= {200, 429}
    assert sum(answer.status_code == 429 for answer in answers) >= 100
    assert len(world.service.passwords.line) == 0


@asynccontextmanager
async def few_connections(world: World, database: Database) -> AsyncIterator[AsyncEngine]:
    """Let the service have few connections for mutations, and wait for them as users do."""
    few = build_engine(database.url, 3, build_settings(database))
    world.service = world.app.state.service = replace(world.service, writes=few)
    try:
        yield few
    finally:
        await few.dispose()


async def test_who_waits_to_be_counted_takes_no_connection_from_others(
    world: World, database: Database
) -> None:
    """J3: a flood of one address comes to one row; others write while it waits for that."""
    flooding = "203.0.113.9"
    mark = world.service.seal.compute_mark("address", flooding).hex()
    limit = Limit("sign-in-2-address", 10**6, timedelta(days=1))
    for line in (world.service.passwords.line, world.service.places[HeavyWork.TRIES]):
        line.patience_seconds = TIMEOUT_SECONDS
    async with few_connections(world, database) as few, AsyncSession(few) as held:
        await add_tries(world.service, held, limit, mark, 1)
        answers = asyncio.as_completed(
            [sign_in_from(world, flooding, f"nobody {n}") for n in range(200)]
        )
        turned_away = {(await next(answers)).status_code for _ in range(200 - LONGEST_LINE)}
        written = await world.mutate("setFavourites", {"functions": []}, "amy")
        await held.rollback()
        waited = {(await answer).status_code for answer in answers}
    assert written["__typename"] == "AccountPayload"
    assert (turned_away, waited) == ({429}, {200})


async def test_j3_a_hash_by_weaker_figures_is_made_anew_at_sign_in_and_by_nobody_else(
    world: World,
) -> None:
    before = await world.load_password_hash("amy")
    stronger = PasswordHashing(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    world.app.state.service = replace(world.service, passwords=stronger)
    await sign_in(world, password="wrong")
    assert await world.load_password_hash("amy") == before
    assert (await sign_in(world))["__typename"] == "SessionPayload"
    after = await world.load_password_hash("amy")
    assert "t=2" in after
    assert (await sign_in(world))["__typename"] == "SessionPayload"
    assert await world.load_password_hash("amy") == after


async def test_j3_of_two_who_make_a_hash_anew_at_once_both_sign_in(world: World) -> None:
    both = asyncio.Barrier(2)

    class Together(PasswordHashing):
        async def hash_password(self, password: str, who: str = "") -> str:
            hashed = await super().hash_password(password, who)
            await both.wait()
            return hashed

    stronger = Together(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    stronger.line = FairLine(2, LONGEST_LINE)
    world.app.state.service = replace(world.service, passwords=stronger)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        opened = await asyncio.gather(sign_in(world), sign_in(world))
    assert [each["__typename"] for each in opened] == ["SessionPayload"] * 2
