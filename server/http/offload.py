"""Hands requests to the offload process: what may cost much never runs on this event loop.

That process is the same application, at a low priority of the processor (ADR 0108). It answers
whoever is not signed in, bodies that are large, and documents that have not paid for their reading
here (`document_uses.py`). Where it is away, requests are answered here as if there were none.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send
from strawberry.http import GraphQLRequestData

from gateways.fair_line import Crowded, FairLine
from server.http.client_address import get_client_address
from server.http.document_uses import DocumentUses
from server.http.graphql_request import BadRequest
from server.http.limits import RETRY_AFTER_SECONDS, Limits
from server.http.offload_message import (
    SENT_MEMBERS,
    BadMessage,
    describe_scope,
    encode_message,
    parse_headers,
    read_message,
)

PLACES = 8
"""So many requests are handed over at once, of those who are signed in and of strangers each."""
LONGEST_LINE = 100
"""So many wait, those that are answered included; who is one too many is told to come again."""
WATCH_AFTER_SECONDS = 0.05
"""What is answered sooner is not watched for a client that goes away."""
SPREAD_SECONDS = 4
"""Who is told to come again comes within so many seconds, not all at once."""
READ_HERE = Limits(body_bytes=32 * 1024, json_values=1_000, json_depth=32)
"""What of the JSON of a request costs this event loop less than a millisecond."""
METRICS_PATH = "/metrics"
METRICS_SECONDS = 2
PROVED_KEY = "document_proved"
"""Set in the state of a request whose document was found to be valid."""


_LOST = BadRequest(
    503,
    "UNAVAILABLE",
    "The service can't answer at the moment: try again. 系统暂时无法办理，请重试。",
    {"retryAfter": RETRY_AFTER_SECONDS},
)


Answer = tuple[Mapping[str, Any], bytes]


@dataclass
class Offload:
    """The way to the offload process: who stands in line for it, and which documents need not."""

    path: Path
    """Of the socket that the process listens on."""
    find_account: Callable[[Scope], str | None]
    """Finds who is signed in; nobody where a token is worth nothing, either."""
    answer_seconds: float
    """So long an answer is waited for: longer than the process takes to say that it is late."""
    is_trusted: Callable[[str], bool] = lambda _: False
    """Tells the documents of manifests, which are known to be few."""
    uses: DocumentUses = field(default_factory=DocumentUses)
    signed_in: FairLine = field(default_factory=lambda: FairLine(PLACES, LONGEST_LINE))
    strangers: FairLine = field(default_factory=lambda: FairLine(PLACES, LONGEST_LINE))

    def takes_unread(self, scope: Scope, body: bytes) -> bool:
        """Return whether a request is handed over before its body is parsed."""
        return len(body) > READ_HERE.body_bytes or self.find_account(scope) is None

    def takes_document(self, request: GraphQLRequestData) -> bool:
        """Return whether a request's document is read elsewhere."""
        text = request.query or ""
        return not self.uses.is_admitted(text) and not self.is_trusted(text)

    async def answer(
        self,
        scope: Scope,
        body: bytes,
        receive: Receive,
        send: Send,
        request: GraphQLRequestData | None = None,
    ) -> bool:
        """Have a request answered; return False where the process does not listen.

        Raises BadRequest where too many wait, or no answer came.
        """
        account = self.find_account(scope)
        line, who = (
            (self.strangers, get_client_address(HTTPConnection(scope)))
            if account is None
            else (self.signed_in, account)
        )
        try:
            async with line.hold_place(who):
                answer = await self._ask(scope, body, receive)
        except Crowded:
            raise _build_crowded() from None
        if answer is None:
            return False
        head, content = answer
        if request is not None and request.query and head["proved"]:
            self.uses.count_use(request.query)
        await _send_answer(head, content, send)
        return True

    async def fetch_metrics(self) -> str:
        """Fetch the figures of the process, as text; nothing where it is away."""
        head = dict.fromkeys(SENT_MEMBERS) | {
            "method": "GET",
            "path": METRICS_PATH,
            "root_path": "",
            "http_version": "1.1",
            "query_string": "",
            "headers": [],
        }
        try:
            async with asyncio.timeout(METRICS_SECONDS):
                reader, writer = await asyncio.open_unix_connection(str(self.path))
                try:
                    writer.writelines(encode_message(head, b""))
                    answer, text = await read_message(reader)
                finally:
                    writer.close()
        except (OSError, asyncio.IncompleteReadError, BadMessage, TimeoutError):
            return ""
        return text.decode() if answer["status"] == HTTPStatus.OK else ""

    async def _ask(self, scope: Scope, body: bytes, receive: Receive) -> Answer | None:
        """Send a request, and return its answer; None where the process does not listen."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.path))
        except OSError:
            return None
        try:
            writer.writelines(encode_message(describe_scope(scope), body))
            return await self._await_answer(reader, writer, receive)
        finally:
            writer.close()

    async def _await_answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receive: Receive
    ) -> Answer:
        """Wait for the answer; a client that goes away ends the connection, as it did its own."""
        watching: list[asyncio.Task[None]] = []
        loop = asyncio.get_running_loop()

        def watch() -> None:
            watching.append(loop.create_task(_close_on_hang_up(receive, writer)))

        timer = loop.call_later(WATCH_AFTER_SECONDS, watch)
        try:
            async with asyncio.timeout(self.answer_seconds):
                return await read_message(reader)
        except (OSError, asyncio.IncompleteReadError, BadMessage, TimeoutError) as gone:
            raise _LOST from gone
        finally:
            timer.cancel()
            for watcher in watching:
                watcher.cancel()


def _build_crowded() -> BadRequest:
    """Say when to come again: not all at the same moment, or they would all come at once again."""
    seconds = Crowded.seconds + secrets.randbelow(SPREAD_SECONDS + 1)
    return BadRequest(
        429,
        "TOO_BUSY",
        f"Too many ask at once: come again in {seconds} seconds. 请求过多，请在{seconds}秒后重试。",
        {"retryAfter": seconds},
    )


async def _close_on_hang_up(receive: Receive, writer: asyncio.StreamWriter) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    writer.close()


async def _send_answer(head: Mapping[str, Any], content: bytes, send: Send) -> None:
    headers = parse_headers(head["headers"])
    await send({"type": "http.response.start", "status": head["status"], "headers": headers})
    await send({"type": "http.response.body", "body": content})
