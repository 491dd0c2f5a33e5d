"""Introspection: apart from the event loop, walked once, and bounded in time and in place."""

import threading
from typing import Any

import pytest
from graphql import ExecutionResult, get_introspection_query

from executor.introspection import IntrospectionDesk
from gateways.fair_line import FairLine
from tests.worst.probe import Probe, Request

QUERY = get_introspection_query()


@pytest.fixture
def probe() -> Probe:
    return Probe()


async def test_the_schema_is_walked_once_and_in_a_thread_of_its_own(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    walk = IntrospectionDesk._walk

    def note_walk(desk: IntrospectionDesk, asked: Any) -> bytes | ExecutionResult:
        threads.append(threading.get_ident())
        return walk(desk, asked)

    monkeypatch.setattr(IntrospectionDesk, "_walk", note_walk)
    first, second = [await probe.ask_same(QUERY) for _ in range(2)]
    assert b'"queryType":{"name":"Query"' in first.body
    assert first.body == second.body
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


async def test_one_more_than_can_wait_is_told_to_come_again(probe: Probe) -> None:
    probe.desk.line = FairLine(places=1, longest=0)
    answer = await probe.ask_same(QUERY)
    assert b'"TOO_BUSY"' in answer.body
    assert answer.status == 429


async def test_a_walk_ends_when_its_time_is_over(probe: Probe) -> None:
    probe.desk.seconds = 0
    answer = await probe.ask_same(QUERY)
    assert b'"DEADLINE"' in answer.body
    assert b'"data"' not in answer.body


async def test_a_walk_rests_so_that_the_event_loop_has_its_turn(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests = list[float]()
    monkeypatch.setattr("executor.introspection.time.sleep", rests.append)
    assert (await probe.ask_same(QUERY)).status == 200
    assert rests


async def test_what_is_asked_besides_needs_another_request(probe: Probe) -> None:
    for query in (
        "{ __schema { queryType { name } } viewer { name } }",
        '{ ...F viewer { name } } fragment F on Query { __type(name: "Post") { name } }',
    ):
        answer = await probe.ask_same(query)
        assert b'"INTROSPECTION_ALONE"' in answer.body
        assert answer.status == 400


async def test_strangers_are_told_to_sign_in() -> None:
    probe = Probe("signed_in")
    for query in (QUERY, '{ ... on Query { __type(name: "Post") { name } } }'):
        refused = await probe.measure(Request(query))
        assert refused.status == 400
        assert b'"INTROSPECTION_OFF"' in refused.body
        assert (await probe.measure(Request(query, signed_in=True))).status == 200


async def test_nobody_is_answered_where_introspection_is_off() -> None:
    answer = await Probe("nobody").measure(Request(QUERY, signed_in=True))
    assert b'"INTROSPECTION_OFF"' in answer.body
