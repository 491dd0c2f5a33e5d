"""X23: short messages go to a gateway over HTTP, or into a file that says so."""

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import orjson
import pytest

from gateways.sms import HttpSmsGateway, SmsFailed, SmsMessage, SmsOutbox, SmsSender
from models import SmsKind

VALUES = {"code": "012345", "minutes": "5"}
MESSAGE = SmsMessage(mobile="13912345678", kind=SmsKind.CODE, values=VALUES)
GATEWAY = HttpSmsGateway(
    url="https://sms.test/send",
    token="secret",
    templates={SmsKind.CODE: "t", SmsKind.RECOVERY_BEGUN: "begun"},
    timeout_seconds=1,
)


def answer_by(monkeypatch: pytest.MonkeyPatch, transport: httpx.MockTransport) -> None:
    """Let clients of HTTP be answered without a network."""
    client = httpx.AsyncClient
    monkeypatch.setattr(
        "gateways.sms.httpx.AsyncClient", lambda **given: client(transport=transport, **given)
    )


async def test_x23_a_gateway_is_given_the_template_and_its_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(202)

    answer_by(monkeypatch, httpx.MockTransport(take))
    await GATEWAY.send(MESSAGE)
    (request,) = asked
    assert request.headers["authorization"] == "Bearer secret"
    assert orjson.loads(request.content) == {
        "mobile": "13912345678",
        "template": "t",
        "values": VALUES,
    }


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_x23_what_a_gateway_does_not_take_was_not_sent(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    answer_by(monkeypatch, httpx.MockTransport(lambda request: httpx.Response(status)))
    with pytest.raises(SmsFailed):
        await GATEWAY.send(MESSAGE)


async def test_x23_a_gateway_that_is_not_reached_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    answer_by(monkeypatch, httpx.MockTransport(refuse))
    with pytest.raises(SmsFailed):
        await GATEWAY.send(MESSAGE)


async def test_x23_a_gateway_that_answers_too_slowly_has_taken_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each wait was short, all of them together were not: the worker held the row meanwhile."""

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=trickle())

    answer_by(monkeypatch, httpx.MockTransport(answer))
    async with asyncio.timeout(30):
        with pytest.raises(SmsFailed):
            await replace(GATEWAY, timeout_seconds=0.1).send(MESSAGE)


async def test_x23_what_stands_in_for_a_gateway_writes_a_file_for_its_owner(tmp_path: Path) -> None:
    outbox = SmsOutbox(tmp_path / "home" / "sms-outbox.jsonl")
    await outbox.send(MESSAGE)
    await outbox.send(MESSAGE)
    line = {"mobile": "13912345678", "kind": "CODE", "values": VALUES}
    assert [orjson.loads(text) for text in outbox.path.read_bytes().splitlines()] == [line] * 2
    assert stat.S_IMODE(outbox.path.stat().st_mode) == 0o600


async def test_x23_without_a_gateway_what_has_to_arrive_was_not_sent() -> None:
    with pytest.raises(SmsFailed):
        await SmsSender().deliver(MESSAGE)
