"""What is revoked is gone, in every process of the service and for what runs already (ADR 0053)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from gateways.notification_listener import APPLICATION_NAME
from models import Role
from rules.kernel.function import Function
from server.database.postgres_roles import connect_as_superuser as as_superuser
from tests.factories.database import Database, TestCluster
from tests.factories.stranger import PASSWORD
from tests.factories.world import World, a_world, add_officials
from tests.server.serving import PROTOCOL, Served, Socket, serving

SIGN_IN = """mutation ($input: CredentialsInput!) { signIn(input: $input) {
  ... on SessionPayload { accessToken refreshToken } } }"""
SIGN_OUT = "mutation { signOut { ... on SignOutPayload { ended } } }"
CHANGE_PASSWORD = """mutation ($input: PasswordChangeInput!) { changePassword(input: $input) {
  __typename } }"""
CHANGE_OPERATOR = """mutation ($input: OperatorChangeInput!) { changeOperator(input: $input) {
  __typename } }"""
ACCOUNTS = "{ accounts(first: 20) { edges { node { id version name } } } }"
FAVOURITES = """mutation { setFavourites(input: {functions: []}) { __typename } }"""
REQUEST = "mutation { requestSignInTicket { ... on SignInTicketPayload { ticket secret } } }"
AWAIT = """subscription ($input: TicketSecretInput!) { signInTicket(input: $input) { __typename
  ... on AwaitedSessionPayload { expiresAt } } }"""
LISTENING = f"FROM pg_stat_activity WHERE application_name = '{APPLICATION_NAME}'"


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
async def database(cluster: TestCluster) -> AsyncIterator[Database]:
    async with cluster.clone_database() as cloned:
        yield cloned


@pytest.fixture(scope="module")
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        hashed = await made.service.passwords.hash_password(PASSWORD)
        unit = made.accounts["unit"].unit_id
        for name in ("amy", "ben", "cleo"):
            await made.add_account(name, Role.DISTRICT_OFFICER, password_hash=hashed)
        for name, role in (("boss", Role.LEGAL_PERSON), ("hand", Role.UNIT_OPERATOR)):
            await made.add_account(name, role, unit_id=unit, password_hash=hashed)
        await made.add_account(
            "dora",
            Role.DISTRICT_OFFICER,
            password_hash=hashed,
            granted=[Function.EXPORT_LISTS],
        )
        yield made


@pytest.fixture(scope="module")
async def served(
    world: World, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with serving(database, tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
async def other(
    world: World, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """Another process of the same service."""
    async with serving(database, tmp_path_factory.mktemp("other")) as running:
        yield running


@pytest.fixture
async def superuser(cluster: TestCluster, database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await as_superuser(cluster.cluster, database.name)
    yield connection
    await connection.close()


async def sign_in(served: Served, name: str, password: str = PASSWORD) -> Any:
    return await served.ask(SIGN_IN, input={"account": name, "password": password})


async def status(served: Served, token: str, document: str = "{ viewer { name } }") -> int:
    headers = {"authorization": f"Bearer {token}"}
    body = {"query": document}
    return (await served.client.post("/graphql", json=body, headers=headers)).status_code


@asynccontextmanager
async def watching(served: Served, token: str) -> AsyncIterator[Socket]:
    """Hold a subscription that runs by a token: it tells when the process has heard."""
    ticket = await served.ask(REQUEST)
    async with served.socket({"authorization": f"Bearer {token}"}) as socket:
        await socket.subscribe(AWAIT, input={"secret": ticket["secret"]})
        assert (await socket.hear())["type"] == "next"
        yield socket


async def ended(socket: Socket) -> None:
    told = await socket.hear()
    assert (told["type"], told["id"]) == ("error", "1"), told
    assert told["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await socket.closed() == 4401


async def assert_token_refused(served: Served, token: str) -> None:
    """Reads, mutations and sockets are refused alike, and so is going on where one was."""
    assert await status(served, token) == 401
    assert await status(served, token, FAVOURITES) == 401
    async with served.connected(PROTOCOL) as socket:
        stated = {"authorization": f"Bearer {token}"}
        await socket.say({"type": "connection_init", "payload": stated})
        assert await socket.closed() == 4401


async def test_who_signed_out_reads_writes_and_watches_nothing_in_any_process(
    served: Served, other: Served
) -> None:
    token = (await sign_in(served, "amy"))["accessToken"]
    async with (
        watching(served, token) as here,
        watching(other, token) as there,
        other.socket({"authorization": f"Bearer {token}"}) as idle,
    ):
        assert (await served.ask(SIGN_OUT, token))["ended"] is True
        await ended(here)
        await ended(there)
        assert await idle.closed() == 4401
    for each in (served, other):
        await assert_token_refused(each, token)


async def test_a_changed_password_ends_the_other_sessions_and_not_the_own(
    served: Served, other: Served
) -> None:
    own, forgotten = [(await sign_in(served, "ben"))["accessToken"] for _ in range(2)]
    async with watching(served, forgotten) as here, watching(other, forgotten) as there:
        new = {"present": PASSWORD, "password": "another horse, another staple 7"}
        done = await served.ask(CHANGE_PASSWORD, own, input=new)
        assert done["__typename"] == "AccountPayload", done
        await ended(here)
        await ended(there)
    for each in (served, other):
        await assert_token_refused(each, forgotten)
        assert await status(each, own) == 200


async def test_a_closed_account_is_closed_for_the_token_that_is_out(
    served: Served, other: Served
) -> None:
    boss = (await sign_in(served, "boss"))["accessToken"]
    token = (await sign_in(served, "hand"))["accessToken"]
    edges = (await served.ask(ACCOUNTS, boss))["edges"]
    (hand,) = [e["node"] for e in edges if e["node"]["name"] == "hand account"]
    async with watching(other, token) as there:
        closing = {"id": hand["id"], "version": hand["version"], "active": False}
        done = await served.ask(CHANGE_OPERATOR, boss, input=closing)
        assert done["__typename"] == "AccountPayload", done
        await ended(there)
    await assert_token_refused(other, token)


async def test_a_revoked_grant_ends_what_runs_and_a_new_one_ends_nothing(
    served: Served, superuser: asyncpg.Connection
) -> None:
    """Revoked by whoever it may be: the database tells it, not the service."""
    token = (await sign_in(served, "dora"))["accessToken"]
    assert await status(served, token, "{ viewer { name } }") == 200
    async with watching(served, token) as here:
        await superuser.execute(
            """UPDATE function_grant SET revoked = true, revoked_at = now()
            WHERE account_id = (SELECT id FROM account WHERE username = 'dora')"""
        )
        await ended(here)
    functions = await served.ask("{ viewer { functions } }", token)
    assert "EXPORT_LISTS" not in functions["functions"]


async def test_what_was_revoked_while_nobody_listened_is_read_anew(
    served: Served, superuser: asyncpg.Connection
) -> None:
    token = (await sign_in(served, "cleo"))["accessToken"]
    async with watching(served, token) as here:
        await superuser.execute(f"SELECT pg_terminate_backend(pid) {LISTENING}")
        await superuser.execute(
            """UPDATE sign_in_session SET ended_at = now() WHERE ended_at IS NULL
            AND account_id = (SELECT id FROM account WHERE username = 'cleo')"""
        )
        await ended(here)
    await assert_token_refused(served, token)
