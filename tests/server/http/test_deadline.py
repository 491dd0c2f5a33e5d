import asyncio
import json

import pytest

from tests.server.graphql_probe import (
    EVENTS,
    GATE,
    Connection,
    ask,
    code,
    make_app,
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
