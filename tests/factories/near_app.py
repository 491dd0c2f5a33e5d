"""Requests to an application in the same process, without what a client does about a network."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message

ADDRESS = ("127.0.0.1", 123)
"""From where they come: the same as httpx' own transport for tests."""

_HOST = "jiuye.test"


async def post_json(
    app: ASGIApp, path: str, body: object, headers: Mapping[str, str]
) -> tuple[int, Any]:
    """Send a body, and give the status and the body of the answer.

    What the application raises is raised here. A client of httpx does the same in twice the time.
    """
    sent = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    told = {
        "host": _HOST,
        "user-agent": "tests",
        "content-type": "application/json",
        "content-length": str(len(sent)),
        **headers,
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "headers": [(name.encode("ascii"), value.encode("utf-8")) for name, value in told.items()],
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "server": (_HOST, None),
        "client": ADDRESS,
        "root_path": "",
    }
    status = 0
    parts: list[bytes] = []
    waiting: list[Message] = [{"type": "http.request", "body": sent, "more_body": False}]

    answered = asyncio.Event()

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await answered.wait()  # nobody hangs up before that
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            return
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            answered.set()

    await app(scope, receive, send)
    return status, json.loads(b"".join(parts))
