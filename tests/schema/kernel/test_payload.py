"""What a mutation answers is written by code where it is at hand, byte for byte as it is walked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from executor.context import CompiledExecutionContext
from executor.pool import SnapshotPool, open_pool
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.story import story
from tests.factories.world import World

KEY = "0192-an-answer-s-key"
COLUMNS = "id month status version payableSubsidy remarks region submittedAt reason"
SELECTIONS = {
    COLUMNS: True,
    "again: id __typename ... on MonthlyReport { month } ...Part": True,
    "explanation { __typename } status": True,
    "id @include(if: $yes) month @skip(if: $yes)": True,
    "id intern { id name post { name } }": False,
    "id possibleActions { action allowed reason }": False,
    "id attachments { __typename } requiredDocuments { __typename }": False,
}
"""Selections of a report, and whether all that they ask for is at hand."""


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


@pytest.fixture
async def pool(chain: InternshipScenario) -> AsyncIterator[SnapshotPool]:
    url = chain.world.service.writes.url.render_as_string(hide_password=False)
    opened = await open_pool(url, 2, {"timezone": "UTC"})
    yield opened
    await opened.close()


@pytest.fixture
def types_written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note of which types objects were written by code."""
    noted: list[str] = []
    write = CompiledExecutionContext._write_payload

    def note(running: Any, context: Any, type_: Any, *given: Any) -> Any:
        found = write(running, context, type_, *given)
        noted.extend([type_.name] if found is not None else [])
        return found

    monkeypatch.setattr(CompiledExecutionContext, "_write_payload", note)
    return noted


async def ask_both_ways(
    chain: InternshipScenario, pool: SnapshotPool, document: str, **changes: int
) -> Any:
    """Send a request with one key by both paths, and demand one answer."""
    state, before = chain.world.app.state, chain.world.app.state.service
    intern = await chain.approve_intern(1)
    (saved,) = await chain.save_reports("2024-08", intern)
    input = {"records": [to_decision(saved) | changes]}
    answers = []
    for compiled in (None, pool, pool):
        state.service = replace(before, compiled=compiled)
        sent = await chain.world.ask(document, "unit", input=input, key=KEY, yes=True)
        answers.append(sent.body)
    state.service = before
    assert answers[1:] == answers[:1] * 2
    return answers[0]


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_a_payload_is_the_same_by_both_paths(
    chain: InternshipScenario, pool: SnapshotPool, types_written: list[str], selection: str
) -> None:
    document = f"""mutation ($input: DecisionsInput!, $key: String, $yes: Boolean!) {{
      submitMonthlyReports(input: $input, idempotencyKey: $key) {{
        kind: __typename ... on MonthlyReportsPayload {{ monthlyReports {{ {selection} }} }}
        ... on Problem @include(if: $yes) {{ message }} }} }}
      fragment Part on MonthlyReport {{ wagePaid daysAttended }}"""
    if "...Part" not in selection:
        document = document.partition("fragment Part")[0]
    answer = await ask_both_ways(chain, pool, document)
    assert answer["data"]["submitMonthlyReports"]["kind"] == "MonthlyReportsPayload"
    assert ("MonthlyReportsPayload" in types_written) is SELECTIONS[selection]


async def test_a_refusal_is_the_same_by_both_paths(
    chain: InternshipScenario, pool: SnapshotPool, types_written: list[str]
) -> None:
    document = """mutation ($input: DecisionsInput!) {
      submitMonthlyReports(input: $input) { __typename
        ... on StaleVersion { message cure current path } } }"""
    answer = await ask_both_ways(chain, pool, document, version=7)
    assert answer["data"]["submitMonthlyReports"]["current"] == 1
    assert types_written == ["StaleVersion", "StaleVersion"]
