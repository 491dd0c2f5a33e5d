"""gql and sgqlc: queries, mutations, subscriptions, and the codes of errors."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport, HTTPXTransport
from gql.transport.websockets import WebsocketsTransport
from sgqlc.endpoint.http import HTTPEndpoint

URL = os.environ["JIUYE_URL"]
SCHEMA = os.environ["JIUYE_SCHEMA"]
WORTHLESS = {"Authorization": "Bearer x.y.z"}
SIGN_IN = """mutation ($input: CredentialsInput!) { signIn(input: $input) {
  ... on SessionPayload { accessToken } } }"""
INTERNS = "query ($first: Int) { interns(first: $first) { totalCount edges { node { id name } } } }"
REFUSED = """mutation { approvePost(input: {id: "Post-x", version: 1}) {
  ... on Problem { message cure } } }"""
TICKET = "mutation { requestSignInTicket { ... on SignInTicketPayload { secret } } }"
AWAIT = """subscription ($input: TicketSecretInput!) { signInTicket(input: $input) {
  ... on AwaitedSessionPayload { session { accessToken } expiresAt } } }"""


def sign_in(account: str) -> dict[str, str]:
    """Sign in, and return the header of whoever did."""
    given = {"account": account, "password": os.environ["JIUYE_PASSWORD"]}
    asked = GraphQLRequest(SIGN_IN, variable_values={"input": given})
    with open_client() as session:
        return {"Authorization": f"Bearer {session.execute(asked)['signIn']['accessToken']}"}


@contextmanager
def open_client(headers: dict[str, str] | None = None, **options: Any) -> Iterator[Any]:
    """Open a client of gql over HTTP."""
    transport = HTTPXTransport(url=URL, headers=headers)
    with Client(transport=transport, **options) as session:
        yield session


@asynccontextmanager
async def open_async_client(transport: Any, **options: Any) -> AsyncIterator[Any]:
    """Open a client of gql that waits for nothing."""
    async with Client(transport=transport, **options) as session:
        yield session


def check_introspected_query() -> None:
    """gql asks for the schema, and checks the document before it is sent."""
    with open_client(HEADERS, fetch_schema_from_transport=True) as session:
        found = session.execute(GraphQLRequest(INTERNS, variable_values={"first": 2}))
    assert len(found["interns"]["edges"]) == 2


def check_query_of_the_schema_as_text() -> None:
    """gql checks the document by schema.graphql."""
    with (
        open(SCHEMA, encoding="utf-8") as file,
        open_client(HEADERS, schema=file.read()) as session,
    ):
        assert session.execute(GraphQLRequest("{ viewer { name } }"))["viewer"]["name"]


def check_refusal() -> None:
    """gql hands a typed refusal on."""
    with open_client(HEADERS) as session:
        assert session.execute(GraphQLRequest(REFUSED))["approvePost"]["message"]


def check_code_of_worthless_token() -> None:
    """gql raises an error that has the code."""
    told: list[Any] | None = None
    with open_client(WORTHLESS) as session:
        try:
            session.execute(GraphQLRequest("{ viewer { name } }"))
        except TransportQueryError as error:
            told = error.errors
    assert told is not None
    assert told[0]["extensions"]["code"] == "UNAUTHENTICATED"


def check_subscription() -> None:
    """gql hears a subscription over a WebSocket."""
    with open_client() as session:
        secret = session.execute(GraphQLRequest(TICKET))["requestSignInTicket"]["secret"]
    asyncio.run(_hear_first(secret))


async def _hear_first(secret: str) -> None:
    socket = WebsocketsTransport(
        url=URL.replace("http", "ws", 1),
        init_payload=HEADERS,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    asked = GraphQLRequest(AWAIT, variable_values={"input": {"secret": secret}})
    async with open_async_client(socket) as session:
        async for event in session.subscribe(asked):
            assert event["signInTicket"]["session"] is None
            break


def check_queries_at_once() -> None:
    """gql sends several at once over HTTP."""

    async def ask_all() -> list[Any]:
        async with open_async_client(HTTPXAsyncTransport(url=URL, headers=HEADERS)) as session:
            asked = GraphQLRequest(INTERNS, variable_values={"first": 1})
            return await asyncio.gather(*(session.execute(asked) for _ in range(5)))

    assert len({json.dumps(each) for each in asyncio.run(ask_all())}) == 1


def check_sgqlc_query() -> None:
    """sgqlc asks with variables."""
    found = HTTPEndpoint(URL, HEADERS)(INTERNS, {"first": 2})
    assert len(found["data"]["interns"]["edges"]) == 2


def check_sgqlc_error() -> None:
    """sgqlc hands on that a token is worth nothing."""
    found = HTTPEndpoint(URL, WORTHLESS)("{ viewer { name } }")
    assert found["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


CHECKS: tuple[Callable[[], None], ...] = (
    check_introspected_query,
    check_query_of_the_schema_as_text,
    check_refusal,
    check_code_of_worthless_token,
    check_subscription,
    check_queries_at_once,
    check_sgqlc_query,
    check_sgqlc_error,
)
HEADERS = sign_in("unit")


def main() -> int:
    """Run all checks, and tell which failed."""
    logging.disable()
    failed = 0
    for check in CHECKS:
        try:
            check()
        except Exception as error:  # noqa: BLE001 - whatever a client raises is told
            print(f"FAILED gql: {check.__doc__}: {error!r}"[:500])
            failed += 1
    print("gql=ok" if not failed else f"gql={len(CHECKS) - failed}/{len(CHECKS)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
