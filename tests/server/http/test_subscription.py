"""J4: a session delivered over a WebSocket by a real process, at a door as strict as HTTP's."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from gateways.notification_listener import APPLICATION_NAME
from loaders.actor import Actor
from models import Role, SignInTicket
from server.database.postgres_roles import connect_as_superuser as as_superuser
from tests.factories.database import Database, TestCluster
from tests.factories.stranger import PASSWORD
from tests.factories.world import World, a_world, add_officials
from tests.server.serving import PROTOCOL, SECONDS, Served, Socket, serving

AWAIT = """subscription ($input: TicketSecretInput!) { signInTicket(input: $input) { __typename
  ... on AwaitedSessionPayload { session { accessToken } expiresAt }
  ... on Problem { message cure } ... on Refusal { reason path } } }"""
SIGN_IN = """mutation ($input: CredentialsInput!) { signIn(input: $input) {
  ... on SessionPayload { accessToken } } }"""
REQUEST = "mutation { requestSignInTicket { ... on SignInTicketPayload { ticket number secret } } }"
APPROVE = """mutation ($input: TicketApprovalInput!) { approveSignInTicket(input: $input) {
  __typename } }"""
REDEEM = """mutation ($input: TicketSecretInput!) { redeemSignInTicket(input: $input) {
  ... on AwaitedSessionPayload { session { accessToken } } ... on Refusal { reason } } }"""
LISTENING = f"FROM pg_stat_activity WHERE application_name = '{APPLICATION_NAME}'"


@pytest.fixture(scope="module")
async def database(cluster: TestCluster) -> AsyncIterator[Database]:
    async with cluster.clone_database() as cloned:
        yield cloned


@pytest.fixture(scope="module")
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await add_officials(made)
        hashed = await made.service.passwords.hash_password(PASSWORD)
        await made.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
        yield made


@pytest.fixture(scope="module")
async def served(
    world: World, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("served")
    async with serving(database, home, ALLOWED_ORIGINS="capacitor://localhost") as running:
        yield running


@pytest.fixture
async def superuser(cluster: TestCluster, database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await as_superuser(cluster.cluster, database.name)
    yield connection
    await connection.close()


async def app_of(served: Served) -> str:
    given = {"account": "amy", "password": PASSWORD}
    return str((await served.ask(SIGN_IN, input=given))["accessToken"])


async def approve_ticket(served: Served, ticket: Any) -> None:
    given = {"ticket": ticket["ticket"], "number": ticket["number"]}
    done = await served.ask(APPROVE, await app_of(served), input=given)
    assert done["__typename"] == "AccountPayload", done


async def awaiting(socket: Socket, secret: str, name: str = "1") -> Any:
    """Subscribe to a ticket, and give what is said first."""
    await socket.subscribe(AWAIT, name, input={"secret": secret})
    return value_of(await socket.hear(), name)


def value_of(message: Any, name: str = "1") -> Any:
    assert (message["type"], message["id"]) == ("next", name), message
    assert "errors" not in message["payload"]
    return message["payload"]["data"]["signInTicket"]


async def test_j4_a_waiting_browser_receives_the_session_when_the_app_approves(
    served: Served,
) -> None:
    ticket = await served.ask(REQUEST)
    async with served.socket() as socket:
        waiting = await awaiting(socket, ticket["secret"])
        assert (waiting["__typename"], waiting["session"]) == ("AwaitedSessionPayload", None)
        await approve_ticket(served, ticket)
        session = value_of(await socket.hear())["session"]
        assert await socket.hear() == {"type": "complete", "id": "1"}
    viewer = await served.ask("{ viewer { name } }", session["accessToken"])
    assert viewer == {"name": "amy account"}
    again = await served.ask(REDEEM, input={"secret": ticket["secret"]})
    assert again == {"reason": "TICKET_USED"}


async def test_j4_a_ticket_that_was_approved_before_is_delivered_at_once(served: Served) -> None:
    ticket = await served.ask(REQUEST)
    await approve_ticket(served, ticket)
    async with served.socket() as socket:
        assert (await awaiting(socket, ticket["secret"]))["session"]["accessToken"]


async def test_j4_of_two_who_wait_one_gets_the_session_and_the_other_is_told(
    served: Served,
) -> None:
    ticket = await served.ask(REQUEST)
    async with served.socket() as one, served.socket() as other:
        for socket in (one, other):
            await awaiting(socket, ticket["secret"])
        await approve_ticket(served, ticket)
        heard = [value_of(await socket.hear()) for socket in (one, other)]
    assert sorted(value["__typename"] for value in heard) == ["AwaitedSessionPayload", "Refusal"]
    (told,) = [value for value in heard if value["__typename"] == "Refusal"]
    assert told["reason"] == "TICKET_USED"


async def test_j4_unknown_used_and_expired_tickets_are_refused_by_name(
    served: Served, world: World
) -> None:
    used = await served.ask(REQUEST)
    await approve_ticket(served, used)
    await served.ask(REDEEM, input={"secret": used["secret"]})
    old, past = "A" * 43, datetime.now(UTC) - timedelta(minutes=5)
    digest = sha256(old.encode()).digest()
    row = SignInTicket(ticket_hash=b"t", secret_hash=digest, requested_at=past, expires_at=past)
    await world.add_rows(row, actor=Actor(knows=digest.hex()))
    async with served.socket() as socket:
        for secret, reason in (
            ("nobody's", "TICKET_UNKNOWN"),
            (used["ticket"], "TICKET_UNKNOWN"),
            (used["secret"], "TICKET_USED"),
            (old, "TICKET_EXPIRED"),
        ):
            told = await awaiting(socket, secret, reason)
            assert (told["reason"], told["path"]) == (reason, ["input", "secret"])
            assert await socket.hear() == {"type": "complete", "id": reason}


async def test_j4_however_many_wait_the_process_listens_on_one_connection(
    served: Served, superuser: asyncpg.Connection
) -> None:
    tickets = [await served.ask(REQUEST) for _ in range(12)]
    async with served.socket() as one, served.socket() as other:
        for n, ticket in enumerate(tickets):
            await awaiting((one, other)[n % 2], ticket["secret"], str(n))
        assert await superuser.fetchval(f"SELECT count(*) {LISTENING}") == 1
        for n, ticket in enumerate(tickets):
            await approve_ticket(served, ticket)
            assert value_of(await (one, other)[n % 2].hear(), str(n))["session"]
            assert (await (one, other)[n % 2].hear())["type"] == "complete"


async def test_j4_a_ring_that_was_missed_is_made_good(
    served: Served, superuser: asyncpg.Connection
) -> None:
    """The connection that listens is killed; the approval comes before there is another."""
    ticket = await served.ask(REQUEST)
    async with served.socket() as socket:
        await awaiting(socket, ticket["secret"])
        assert await superuser.fetchval(f"SELECT pg_terminate_backend(pid) {LISTENING}") is True
        await approve_ticket(served, ticket)
        assert value_of(await socket.hear())["session"]["accessToken"]


async def test_queries_and_mutations_are_left_to_http(served: Served) -> None:
    async with served.socket() as socket:
        for document in ("{ viewer { name } }", REQUEST):
            await socket.subscribe(document)
            message = await socket.hear()
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"]["code"] == "OPERATION_NOT_ALLOWED"


async def test_a_subscription_by_http_is_told_where_to_go(served: Served) -> None:
    body = {"query": AWAIT, "variables": {"input": {"secret": "x"}}}
    answer = await served.client.post("/graphql", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "OPERATION_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("subscription { nope }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { signInTicket(input: {secret: "S3CRET"', "GRAPHQL_PARSE_FAILED"),
        ("subscription { signInTicket(input: {secret: 7}) { __typename } }", None),
        ("subscription { " + "__typename " * 4_001 + "}", "LIMIT_EXCEEDED"),
        (
            'subscription { signInTicket(input: {secret: "x"}) { '
            + " ".join(f"a{n}: __typename" for n in range(80))
            + " } }",
            "LIMIT_EXCEEDED",
        ),
    ],
)
async def test_documents_keep_the_limits_and_the_masks_of_http(
    served: Served, document: str, code: str | None
) -> None:
    async with served.socket() as socket:
        await socket.subscribe(document)
        message = await socket.hear()
        assert message["type"] == "error"
        (error,) = message["payload"]
        assert code is None or error["extensions"]["code"] == code
        assert "S3CRET" not in json.dumps(message)
        await socket.subscribe(AWAIT, "2", input={"secret": "still open"})
        assert value_of(await socket.hear(), "2")["reason"] == "TICKET_UNKNOWN"


@pytest.mark.parametrize("frame", ["{", "null", '{"type":"nope"}', '{"type":"subscribe"}', b"{}"])
async def test_a_malformed_frame_closes_with_4400(served: Served, frame: str | bytes) -> None:
    async with served.socket() as socket:
        await socket.connection.send(frame)
        assert await socket.closed() == 4400


async def test_a_frame_beyond_the_limit_closes_with_1009(served: Served) -> None:
    """Its head is enough: with the whole of it under way, a reset may overtake the answer."""
    text, masked, length, key = b"\x81", b"\xff", (2 * 1024 * 1024 + 1).to_bytes(8, "big"), b"mask"
    async with served.socket() as socket:
        socket.connection.transport.write(text + masked + length + key)
        assert await socket.closed() == 1009


async def test_a_subscription_before_the_beginning_is_refused(served: Served) -> None:
    async with served.connected(PROTOCOL) as socket:
        await socket.subscribe(AWAIT, input={"secret": "x"})
        assert await socket.closed() == 4401


async def test_the_legacy_protocol_is_not_spoken(served: Served) -> None:
    legacy = Subprotocol("graphql-ws")
    async with served.connected(legacy) as socket:
        assert await socket.closed() == 4406


async def test_a_page_of_another_origin_gets_no_socket(served: Served) -> None:
    """It would need no preflight; one of our own host gets one, and one of ALLOWED_ORIGINS."""
    with pytest.raises(InvalidStatus) as refused:
        async with served.socket(origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403
    for known in (f"http://127.0.0.1:{served.port}", "capacitor://localhost"):
        async with served.socket(origin=known):
            pass


async def test_a_token_that_is_worth_nothing_opens_no_socket(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with served.socket(additional_headers={"authorization": "Bearer forged"}):
            pass
    assert refused.value.response.status_code == 401
    async with served.connected(PROTOCOL) as socket:
        stated = {"headers": {"Authorization": "Bearer forged"}}
        await socket.say({"type": "connection_init", "payload": stated})
        assert await socket.closed() == 4401
    token = await app_of(served)
    for known in ({"Authorization": f"Bearer {token}"}, {"authToken": token}):
        async with served.socket(known) as socket:
            assert (await awaiting(socket, "x"))["reason"] == "TICKET_UNKNOWN"


async def test_a_socket_takes_a_new_token_of_its_account_by_a_ping(
    served: Served, world: World
) -> None:
    token = await app_of(served)
    async with served.socket({"authorization": f"Bearer {token}"}) as socket:
        await socket.say({"type": "ping", "payload": {"authorization": await app_of(served)}})
        assert await socket.hear() == {"type": "pong"}
        await socket.say({"type": "ping", "payload": {"what": "ever"}})
        assert await socket.hear() == {"type": "pong"}
        assert (await awaiting(socket, "x"))["reason"] == "TICKET_UNKNOWN"
        await socket.say({"type": "ping", "payload": {"authorization": "Bearer forged"}})
        assert await socket.closed() == 4401
    async with served.socket() as socket:
        await socket.say({"type": "ping", "payload": {"authorization": f"Bearer {token}"}})
        assert await socket.closed() == 4403


async def test_one_socket_carries_only_so_many_subscriptions(served: Served) -> None:
    tickets = [await served.ask(REQUEST) for _ in range(9)]
    async with served.socket() as socket:
        for n, ticket in enumerate(tickets[:-1]):
            await awaiting(socket, ticket["secret"], str(n))
        await socket.subscribe(AWAIT, "9", input={"secret": tickets[-1]["secret"]})
        assert (await socket.hear())["type"] == "error"


@pytest.mark.slow
async def test_x11_neither_addresses_nor_secrets_get_into_the_log(
    world: World, database: Database, tmp_path: Path
) -> None:
    async with serving(database, tmp_path) as quiet:
        ticket = await quiet.ask(REQUEST)
        async with quiet.socket(user_agent_header="Tell/1") as socket:
            await awaiting(socket, ticket["secret"])
            await approve_ticket(quiet, ticket)
            token = value_of(await socket.hear())["session"]["accessToken"]
            await socket.connection.send("{")
            await socket.closed()
    assert '"type":"subscription"' in quiet.log
    for said in ("127.0.0.1", ticket["secret"], ticket["ticket"], token, PASSWORD, "Tell/1"):
        assert said not in quiet.log


@pytest.mark.slow
async def test_a_service_that_stops_lets_go_of_those_who_wait(
    world: World, database: Database, tmp_path: Path
) -> None:
    async with serving(database, tmp_path) as stopping:
        ticket = await stopping.ask(REQUEST)
        async with stopping.socket() as socket:
            await awaiting(socket, ticket["secret"])
            stopping.process.terminate()
            assert await socket.closed() in {1001, 1012}
            async with asyncio.timeout(SECONDS):
                assert await stopping.process.wait() == 0
