import json

import pytest

from tests.server.graphql_probe import CONTEXTS, EVENTS, GATE, SECRET, Connection, make_app, until

INIT = '{"type":"connection_init","payload":{"token":"t"}}'


async def socket(protocol: str = "graphql-transport-ws") -> Connection:
    scope: dict[str, object] = {"type": "websocket", "scheme": "ws", "subprotocols": [protocol]}
    connection = Connection(make_app(), {**scope, "headers": [(b"host", b"probe")]})
    await connection.inbox.put({"type": "websocket.connect"})
    assert (await connection.next())["type"] == "websocket.accept"
    return connection


async def say(connection: Connection, text: str) -> None:
    await connection.inbox.put({"type": "websocket.receive", "text": text})


async def hear(connection: Connection) -> dict[str, object]:
    message = await connection.next()
    assert isinstance(message.get("text"), str), message
    heard: dict[str, object] = json.loads(message["text"])
    return heard


async def opened() -> Connection:
    connection = await socket()
    await say(connection, INIT)
    assert await hear(connection) == {"type": "connection_ack"}
    return connection


async def subscribe(connection: Connection, query: str, name: str = "1") -> None:
    message = {"type": "subscribe", "id": name, "payload": {"query": query}}
    await say(connection, json.dumps(message))


async def close(connection: Connection) -> None:
    await connection.inbox.put({"type": "websocket.disconnect", "code": 1001})
    await until(connection.task.done)


async def test_a_subscription_streams_text_frames() -> None:
    connection = await opened()
    await subscribe(connection, "subscription { count }")
    heard = [await hear(connection) for _ in range(3)]
    assert [message["type"] for message in heard] == ["next", "next", "complete"]
    await close(connection)


async def test_the_legacy_protocol_is_refused() -> None:
    connection = await socket("graphql-ws")
    message = await connection.next()
    assert (message["type"], message["code"]) == ("websocket.close", 4406)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "null",
        "[]",
        "7",
        '"x"',
        "{}",
        '{"type":7}',
        '{"type":["x"]}',
        '{"type":"nope"}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","id":[],"payload":{"query":"{echo}"}}',
        '{"type":"subscribe","id":"1","payload":null}',
        '{"type":"subscribe","id":"1","payload":{"query":1}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{echo}","variables":[]}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{echo}","operationName":{}}}',
        '{"type":"complete","id":{}}',
        "[" * 100_000,
        '{"type":"ping","payload":' + "9" * 5_000 + "}",
        "\ud800",
    ],
)
async def test_a_malformed_frame_closes_with_4400(text: str) -> None:
    connection = await opened()
    await say(connection, text)
    message = await connection.next()
    assert (message["type"], message["code"]) == ("websocket.close", 4400)
    await until(connection.task.done)
    assert connection.task.exception() is None


async def test_a_binary_frame_closes_with_4400() -> None:
    connection = await opened()
    await connection.inbox.put({"type": "websocket.receive", "bytes": b"{}", "text": None})
    assert (await connection.next())["code"] == 4400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f'{{ echo "{SECRET}', "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { echo } query B { echo }", "OPERATION_NAME_REQUIRED"),
        ("fragment F on Query { echo }", "OPERATION_UNKNOWN"),
        ("{ viewer { " + "name " * 4_001 + "} }", "LIMIT_EXCEEDED"),
    ],
)
async def test_a_faulty_document_answers_error_and_leaves_the_socket_open(
    query: str, code: str
) -> None:
    connection = await opened()
    await subscribe(connection, query)
    message = await hear(connection)
    assert message["type"] == "error"
    assert f'"code": "{code}"' in json.dumps(message)
    assert SECRET not in json.dumps(message)
    await subscribe(connection, "{ echo }", "2")
    assert (await hear(connection))["payload"] == {"data": {"echo": 0}}
    await close(connection)


async def test_a_fault_over_a_socket_is_masked() -> None:
    connection = await opened()
    await subscribe(connection, "{ fault }")
    assert "secret_table" not in json.dumps(await hear(connection))
    await close(connection)


async def test_each_operation_of_a_socket_has_a_context_of_its_own() -> None:
    CONTEXTS.clear()
    connection = await opened()
    for name in ("1", "2"):
        await subscribe(connection, "{ echo }", name)
        assert [(await hear(connection))["type"] for _ in range(2)] == ["next", "complete"]
    assert len({id(context) for context in CONTEXTS}) == 4  # the socket's and its token's too
    await close(connection)


async def test_closing_a_socket_stops_queries_and_lets_mutations_finish() -> None:
    EVENTS.clear()
    GATE.clear()
    connection = await opened()
    await subscribe(connection, "{ sleep(seconds: 600) }", "1")
    await subscribe(connection, "mutation { hold }", "2")
    await until(lambda: len(EVENTS) == 2)
    await connection.inbox.put({"type": "websocket.disconnect", "code": 1001})
    await until(lambda: len(EVENTS) > 2)
    GATE.set()
    await until(lambda: len(EVENTS) > 3 and connection.task.done())
    assert EVENTS[2:] == ["query stopped", "mutation done"]
