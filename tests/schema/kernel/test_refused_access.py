"""ASVS 16.3.2, 16.3.3: refused access is logged by kind, holds nothing of a person, is bounded."""

import json
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from models import Role
from resolvers.kernel import refused_access
from resolvers.kernel.minute_bound import ENTRIES_PER_MINUTE, MinuteBound
from resolvers.kernel.refusal_log import RefusalLog
from resolvers.kernel.refused_access import RefusedAccessLog
from rules.kernel.refusal import Reason
from server.http import masking, strict_http
from tests.factories.rows import an_id_number
from tests.factories.world import World


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> RefusedAccessLog:
    """Begin a minute anew: other tests were refused much in this one."""
    monkeypatch.setattr(refused_access.REFUSED_ACCESS, "bound", MinuteBound())
    return refused_access.REFUSED_ACCESS


def list_refused(logs: Any) -> list[dict[str, Any]]:
    return [each for each in logs if each["event"] == "access refused"]


async def test_what_is_refused_by_function_and_scope_is_logged_without_a_number(
    world: World, entries: RefusedAccessLog
) -> None:
    account = await world.add_account("cashier", Role.FINANCE)
    with capture_logs() as logs:
        given = {"idNumber": an_id_number(1), "name": "见习生1"}
        looked = await world.mutate("lookUpPerson", given, "cashier")
        assert looked["__typename"] == "Forbidden"
        gone = {"id": "Unit-0", "fields": ["CONTACT_MOBILE"], "reason": "核实"}
        hidden = await world.mutate("unmask", gone, "officer")
        assert hidden["reason"] == "NOT_FOUND"
        assert (await world.client.get("/files/nothing")).status_code == 404
        await world.ask("{ export(list: CLAIMS, format: CSV) { url } }", "cashier")
    found = list_refused(logs)
    told = [(each["kind"], each["reason"], each["what"]) for each in found]
    assert ("FUNCTION", "FORBIDDEN", "lookUpPerson") in told
    assert ("SCOPE", "NOT_FOUND", "unmask") in told
    assert ("SCOPE", "NOT_FOUND", "file") in told
    assert found[0]["account"] == str(account.id)
    assert an_id_number(1) not in json.dumps(found)
    assert "见习生1" not in json.dumps(found, ensure_ascii=False)


def test_who_has_much_refused_fills_no_disk_and_what_was_left_out_is_told() -> None:
    now = [1000.0]
    log = RefusedAccessLog(MinuteBound(clock=lambda: now[0]))
    with capture_logs() as logs:
        for _ in range(ENTRIES_PER_MINUTE * 3):
            log.record(Reason.TOO_MANY_TRIES, "signIn")
        log.record(Reason.NOT_FOUND, "node", UUID(int=1))
        log.record(Reason.WRONG_STATUS, "approveClaim")
        now[0] += 61
        log.record(Reason.TOO_MANY_TRIES, "signIn")
    found = list_refused(logs)
    assert len(found) == ENTRIES_PER_MINUTE + 2
    assert found[-1]["left_out"] == ENTRIES_PER_MINUTE * 2
    assert {each["kind"] for each in found} == {"LIMIT", "SCOPE"}


async def test_whoever_sends_what_is_no_request_fills_no_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (masking, strict_http):
        monkeypatch.setattr(module, "refusals", RefusalLog("jiuye.test"))
    with capture_logs() as logs:
        for _ in range(ENTRIES_PER_MINUTE + 5):
            await world.client.post("/graphql", content=b"{")
            await world.ask("{ nothing }")
    told = [each["event"] for each in logs]
    assert told.count("request refused") == told.count("refused") == ENTRIES_PER_MINUTE


async def test_what_strangers_send_leaves_out_no_line_of_a_client_nor_of_another_code(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masking, "refusals", RefusalLog("jiuye.test"))
    with capture_logs() as logs:
        for _ in range(ENTRIES_PER_MINUTE + 5):
            await world.ask("{ nothing }")
        await world.ask("{ nothing }", "officer")
        await world.ask("{")
    told = [(each["code"], each["signed_in"]) for each in logs if each["event"] == "refused"]
    of_strangers = ("GRAPHQL_VALIDATION_FAILED", False)
    assert told == [
        *[of_strangers] * ENTRIES_PER_MINUTE,
        ("GRAPHQL_VALIDATION_FAILED", True),
        ("GRAPHQL_PARSE_FAILED", False),
    ]


def test_the_next_line_tells_how_many_were_left_out() -> None:
    now = [1000.0]
    log = RefusalLog("jiuye.test", bound=MinuteBound(clock=lambda: now[0]))
    with capture_logs() as logs:
        for _ in range(ENTRIES_PER_MINUTE + 3):
            log.write("refused", code="X")
        now[0] += 61
        log.write("refused", code="X")
    assert len(logs) == ENTRIES_PER_MINUTE + 1
    assert logs[-1]["left_out"] == 3
