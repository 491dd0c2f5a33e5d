import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from server.http.endpoint import Endpoint
from server.http.strict_http import StrictHttp
from tests.server.graphql_probe import (
    EVENTS,
    GATE,
    NEVER,
    Connection,
    ask,
    code,
    make_app,
    make_context,
    make_schema,
    until,
)

SOON = 0.5
"""A deadline that is waited out, and leaves an operation time enough to begin."""


@pytest.fixture(autouse=True)
def _fresh() -> None:
    EVENTS.clear()
    GATE.clear()


def post_scope() -> dict[str, object]:
    headers = [(b"content-type", b"application/json"), (b"host", b"probe")]
    return {"type": "http", "method": "POST", "scheme": "http", "headers": headers}


async def send_query(query: str) -> Connection:
    connection = Connection(make_app(), post_scope())
    body = json.dumps({"query": query}).encode()
    await connection.inbox.put({"type": "http.request", "body": body, "more_body": False})
    return connection


@pytest.mark.parametrize("query", ["{ sleep(seconds: 60) }", "mutation { write(seconds: 60) }"])
async def test_an_operation_past_its_deadline_is_stopped_and_answered_504(query: str) -> None:
    response = await ask(query, app=make_app(make_schema(seconds=SOON)))
    assert response.status_code == 504
    assert code(response) == "DEADLINE"
    assert "data" not in response.json()
    assert EVENTS[-1].endswith("stopped")


@pytest.mark.parametrize("ends", [True, False])
async def test_what_a_request_past_its_deadline_has_done_is_told(*, ends: bool) -> None:
    """By 504 its client, or a proxy, would send again what was done."""
    endpoint = Endpoint(make_schema(seconds=SOON if ends else NEVER), make_context)
    endpoint.deadline_seconds = NEVER if ends else SOON
    app = Starlette(routes=[Mount("/graphql", StrictHttp(view=endpoint))])
    response = await ask("mutation { a: write b: write(seconds: 60) c: write }", app=app)
    said = response.json()
    assert (response.status_code, said["data"], code(response)) == (200, None, "DEADLINE")
    assert said["errors"][0]["extensions"]["done"] == ["a"]
    assert "retry-after" not in response.headers


async def test_siblings_of_a_stopped_field_are_stopped_too() -> None:
    query = "{ a: sleep(seconds: 60) b: sleep(seconds: 60) }"
    await ask(query, app=make_app(make_schema(seconds=SOON)))
    await until(lambda: EVENTS.count("query stopped") == 2)


async def test_a_query_whose_client_hangs_up_is_stopped() -> None:
    connection = await send_query("{ sleep(seconds: 600) }")
    await until(lambda: EVENTS == ["query starts"])
    await connection.inbox.put({"type": "http.disconnect"})
    await until(connection.task.done)
    assert EVENTS == ["query starts", "query stopped"]
    assert connection.task.exception() is None


async def test_a_mutation_whose_client_hangs_up_is_finished() -> None:
    connection = await send_query("mutation { hold }")
    await until(lambda: EVENTS == ["mutation starts"])
    await connection.inbox.put({"type": "http.disconnect"})
    await asyncio.sleep(0.2)  # whoever looked for hang-ups would have seen this one
    GATE.set()
    await until(connection.task.done)
    assert EVENTS == ["mutation starts", "mutation done"]


async def test_an_operation_stopped_by_the_server_stays_cancelled() -> None:
    connection = await send_query("{ sleep(seconds: 600) }")
    await until(lambda: EVENTS == ["query starts"])
    connection.task.cancel()
    await until(connection.task.done)
    assert connection.task.cancelled()
