"""Short messages 短信 through a gateway over HTTP, or into a file where none is set up (X23)."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import orjson
import structlog

from models import SmsKind

log = structlog.get_logger()


class SmsFailed(Exception):
    """The gateway was not reached, or did not take the message; never what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsMessage:
    """To which mobile, which of the gateway's texts, and what stands in its gaps."""

    mobile: str
    kind: SmsKind
    values: Mapping[str, str]


class SmsGateway(Protocol):
    """What takes messages."""

    async def send(self, message: SmsMessage) -> None:
        """Hand over a message. Raises SmsFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSmsGateway:
    """A gateway that takes a template's name and its values as JSON."""

    url: str
    token: str
    templates: Mapping[SmsKind, str]
    timeout_seconds: float

    async def send(self, message: SmsMessage) -> None:
        """Post the message; whatever is not 2xx, or not in time, was not taken."""
        body = {
            "mobile": message.mobile,
            "template": self.templates[message.kind],
            "values": {**message.values},
        }
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        try:
            # One deadline over all: httpx would count connecting, sending and each wait by itself.
            async with (
                asyncio.timeout(self.timeout_seconds),
                httpx.AsyncClient(timeout=None) as client,  # noqa: S113
            ):
                answer = await client.post(self.url, content=orjson.dumps(body), headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            raise SmsFailed from error
        if not answer.is_success:
            raise SmsFailed


@dataclass(frozen=True, slots=True)
class SmsOutbox:
    """What stands in for a gateway in development: a file that its owner alone reads."""

    path: Path

    async def send(self, message: SmsMessage) -> None:
        """Add the message to the file, and say where it is."""
        told = {"mobile": message.mobile, "kind": message.kind, "values": {**message.values}}
        line = orjson.dumps(told) + b"\n"
        await asyncio.to_thread(self._add_line, line)
        log.warning("no SMS gateway is set up: the message was written to a file", file=self.path)

    def _add_line(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(number, "ab") as file:
            file.write(line)


class SmsSender:
    """Sends messages beside the request that asked for them, so that it takes as long without."""

    def __init__(self, gateway: SmsGateway | None = None) -> None:
        self._gateway = gateway
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Return whether messages can be sent at all."""
        return self._gateway is not None

    def post(self, message: SmsMessage) -> None:
        """Begin to send a message; whoever waits for it in vain asks for another."""
        if self._gateway is not None:
            task = asyncio.create_task(self._send(self._gateway, message))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def deliver(self, message: SmsMessage) -> None:
        """Send a message, and wait until it was taken. Raises SmsFailed, or OSError."""
        if self._gateway is None:
            raise SmsFailed
        await self._gateway.send(message)

    async def close(self) -> None:
        """Wait for what is being sent."""
        await asyncio.gather(*self._sending)

    async def _send(self, gateway: SmsGateway, message: SmsMessage) -> None:
        try:
            await gateway.send(message)
        except (SmsFailed, OSError):
            log.error("an SMS was not sent")
