"""X11: no personal number leaves by an answer or a log, whatever goes wrong."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
import structlog

from server.telemetry.log import configure_logging
from server.telemetry.redaction import PERSONAL_NUMBER_PATTERN
from tests.factories.database import Database
from tests.factories.internship_scenario import ACCOUNT_DRAFT, STAFF_DRAFT, InternshipScenario
from tests.factories.rows import an_id_number
from tests.factories.stranger import repeats_number
from tests.factories.world import World, a_world, add_officials

NUMBER = an_id_number(1)
MOBILE, CARD = STAFF_DRAFT[0]["mobile"], str(ACCOUNT_DRAFT["number"])
SECRETS = (NUMBER, MOBILE, CARD)
LOOK_UP = """mutation ($input: PersonLookUpInput!) { lookUpPerson(input: $input) {
  __typename ... on Problem { message cure }
  ... on PersonPayload { person { idNumberMasked } } } }"""


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        await made.add_person(1)
        yield made


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log everything there is."""
    before, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    configure_logging("DEBUG", stream=stream)
    yield stream
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    structlog.reset_defaults()


def clean(text: str) -> None:
    """Demand that no number came as far as the redaction, the last line."""
    for secret in (*SECRETS, "[redacted]"):
        assert secret not in text
    assert not PERSONAL_NUMBER_PATTERN.search(text)


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (f'{{ units(name: "{NUMBER}") {{ nope }} }}', {}),
        (f'{{ units(first: "{NUMBER}") {{ totalCount }} }}', {}),
        (f"{{ units(first: {CARD}) {{ totalCount }} }}", {}),
        (f'{{ interns(status: "{NUMBER}") {{ totalCount }} }}', {}),
        (f"{{ interns(status: A{NUMBER}) {{ totalCount }} }}", {}),
        (f'{{ node(id: "{NUMBER}") {{ id }} }}', {}),
        (f'{{ units(after: "{NUMBER}") {{ totalCount }} }}', {}),
        (f'{{ regions(parent: "{NUMBER}") {{ code }} }}', {}),
        (f"{{ a{NUMBER} }} # {MOBILE}", {}),
        (f"query A{NUMBER} {{ viewer {{ name }} }}", {}),
        (f'{{ viewer {{ name "{NUMBER}', {}),
        (LOOK_UP, {"input": {"idNumber": int(NUMBER), "name": MOBILE}}),
        (LOOK_UP, {"input": {"idNumber": f"{NUMBER}x", "name": MOBILE}}),
        (LOOK_UP, {"input": {"idNumber": NUMBER, NUMBER: NUMBER, "name": [CARD]}}),
        (LOOK_UP, {"input": NUMBER}),
        (LOOK_UP, {NUMBER: NUMBER}),
        (LOOK_UP, {"input": {"idNumber": NUMBER, "name": "某人"}}),
        (LOOK_UP.replace("$input)", f'{{idNumber: "{NUMBER}", name: {MOBILE}}})'), {}),
    ],
)
async def test_a_request_that_fails_repeats_no_number(
    world: World, log: io.StringIO, document: str, variables: dict[str, Any]
) -> None:
    answer = await world.ask(document, "unit", **variables)
    written = log.getvalue()
    assert '"event":"operation"' in written
    for secret in SECRETS:
        assert secret not in json.dumps(answer.body, ensure_ascii=False)
        assert secret not in written


@pytest.mark.own_database
@pytest.mark.parametrize("table", ["person", "intern", "declaration", "bank_account", "rate_limit"])
async def test_a_fault_of_the_database_tells_no_number(
    world: World, log: io.StringIO, database: Database, table: str
) -> None:
    """Parameters of statements are never part of an error's text."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    owner = await asyncpg.connect(database.owner_url.replace("+asyncpg", ""))
    await owner.execute(f"ALTER TABLE {table} RENAME TO gone")
    await owner.close()
    tries = (
        ("addIntern", chain.build_terms(1)),
        ("lookUpPerson", {"idNumber": NUMBER, "name": "见习生1"}),
        ("addBankAccount", ACCOUNT_DRAFT),
    )
    told = ""
    for name, given in tries:
        shape = {"addIntern": "InternDraftInput", "lookUpPerson": "PersonLookUpInput"}
        document = f"""mutation ($input: {shape.get(name, "BankAccountDraftInput")}!) {{
          {name}(input: $input) {{ __typename }} }}"""
        answer = await world.ask(document, "unit", input=given)
        told += json.dumps(answer.body, ensure_ascii=False)
    assert "INTERNAL" in told
    assert table not in told.replace("bankAccount", "")
    clean(told)
    clean(log.getvalue())


async def test_the_chain_from_end_to_end_shows_and_logs_numbers_masked_only(
    world: World, log: io.StringIO
) -> None:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    await chain.add_bank_account()
    found = (await world.ask(LOOK_UP, "unit", input={"idNumber": NUMBER, "name": "见习生1"})).only
    assert "*" in found["person"]["idNumberMasked"]
    shown = """{ units { edges { node { contactMobileMasked
      declarations { staff { mobileMasked } history { ...H } }
      bankAccounts { numberMasked history { ...H } } } } } }
      fragment H on HistoryConnection { edges { node { changes { before after } } } }"""
    for who in ("unit", "officer", "province"):
        clean(json.dumps((await world.ask(shown, who)).data, ensure_ascii=False))
    clean(log.getvalue())


def test_x11_an_answers_random_ids_are_no_numbers_and_a_number_in_an_id_s_place_is() -> None:
    chance = "Account-01a22cdc080c75a7912345678901234a"
    assert not repeats_number({"viewer": {"account": {"id": chance}}})
    for told in (NUMBER, f"Account-{NUMBER}", f"{chance} {NUMBER}"):
        assert repeats_number({"viewer": {"account": {"id": told}}})
