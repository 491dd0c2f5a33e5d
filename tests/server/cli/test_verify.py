"""`jiuye history verify`: the chain as the service writes it, and what breaks it (X9)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from typer.testing import CliRunner

from models import History, Person, Unit
from resolvers.kernel.chain_verification import verify_chains
from server.cli import main
from server.cli.verify import format_report, read_kept_heads, verify_installation
from tests.factories.crowd import a_crowd
from tests.factories.database import Database
from tests.factories.internship_scenario import POST_DRAFT, InternshipScenario, to_decision
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import World, a_world, add_officials, build_settings

ENVIRONMENT = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY, "DEMO": "false"}


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        yield made


@pytest.fixture
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def told(world: World) -> list[str]:
    return format_report(await verify_chains(world.service.reads, {}))


async def meddle(database: Database, *statements: str) -> None:
    """Do what no policy keeps the database's superuser from doing."""
    host = str(database.socket_directory)
    superuser = await asyncpg.connect(host=host, user="postgres", database=database.name)
    for statement in statements:
        await superuser.execute(statement)
    await superuser.close()


async def numbers(world: World) -> Sequence[int]:
    return sorted(row.sequence for row in await world.load_rows(History))


async def test_x9_what_the_service_wrote_is_one_unbroken_chain_for_each_unit(
    chain: InternshipScenario,
) -> None:
    await chain.world.add_unit("other")
    await InternshipScenario(chain.world, "other").approve_declaration()
    await chain.approve_intern(1)
    entries = await chain.world.load_rows(History)
    assert await told(chain.world) == [f"{len(entries)} entries of 2 units: unbroken"]


@pytest.mark.slow
async def test_x9_of_32_writers_at_once_each_has_a_place_of_its_own(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    adds = [world.mutate("addPost", POST_DRAFT | {"name": f"岗位{n}"}, "unit") for n in range(32)]
    (unit,) = await world.load_rows(Unit)
    profile = {
        "legalPersonType": unit.legal_person_type,
        "legalRepresentative": unit.legal_representative,
        "industry": unit.industry,
        "address": unit.address,
        "employees": unit.employees,
        "contactName": "钱联系",
        "contactMobile": "13800005678",
    }
    own = (await world.ask("{ viewer { unit { id version } } }", "unit")).only["unit"]
    adds += [world.mutate("completeUnitProfile", profile | to_decision(own), "unit")]
    results = await asyncio.gather(*adds)
    assert {result["__typename"] for result in results} == {"PostPayload", "UnitPayload"}
    assert unit.version + 1 == (await world.load_rows(Unit))[0].version
    found = await numbers(world)
    assert found == list(range(1, len(found) + 1))
    assert (await told(world))[-1].endswith("unbroken")


async def test_x9_a_review_that_undoes_rows_tells_no_step_of_theirs(
    chain: InternshipScenario,
) -> None:
    world, sent = chain.world, []
    for number in (1, 2, 3):
        row = await chain.add_intern(number)
        sent.append(
            to_decision(await chain.run_step("submitIntern", to_decision(row), "unit", "intern"))
        )
    (second,) = [row for row in await world.load_rows(Person) if row.name == "见习生2"]
    await world.add_contribution(second, date(2024, 7, 1))
    before = await numbers(world)
    review = {"verdict": "APPROVE", "records": sent}
    then = "... on ReviewPayload { outcomes { faults { reason } } }"
    result = await world.mutate("reviewInterns", review, "officer", then)
    assert [bool(outcome["faults"]) for outcome in result["outcomes"]] == [False, True, False]
    assert await numbers(world) == [*before, len(before) + 1, len(before) + 2]
    assert (await told(world))[-1].endswith("unbroken")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE history SET reason = '后补' WHERE sequence = 2", "entry 2 is not what it was"),
        ("UPDATE history SET at = at - interval '1 day' WHERE sequence = 4", "entry 4 is not"),
        ("DELETE FROM history WHERE sequence = 3", "entry 3 is missing"),
        ("UPDATE history SET changes = '{\"a\": 1}' WHERE sequence = 1", "entry 1 is not"),
    ],
)
async def test_x9_what_is_changed_behind_the_service_s_back_is_found(
    chain: InternshipScenario, database: Database, statement: str, expected: str
) -> None:
    await meddle(database, statement)
    first, last = await told(chain.world)
    assert expected in first
    assert last.endswith("1 breaks")


FORGE = """INSERT INTO history (unit_id, id, region, at_home, sequence, hash, record, record_id,
    action, changes, at, account_id, account_name, role, key_id)
SELECT unit_id, gen_random_uuid(), region, at_home, sequence + 1, sha256(hash), record, record_id,
    'APPROVE', changes, at + interval '2 days', account_id, account_name, role, {key}
FROM history ORDER BY sequence DESC LIMIT 1"""


@pytest.mark.parametrize(
    ("key", "expected"),
    [("NULL", "entry 5 bears no mark"), ("key_id", "entry 5 is not"), ("'x'", "JIUYE_HISTORY_KEY")],
)
async def test_x9_an_entry_that_the_service_s_own_role_forges_is_found(
    chain: InternshipScenario, key: str, expected: str
) -> None:
    """It may add to the history, as anybody; the key that marks entries it does not have."""
    async with chain.world.service.writes.begin() as connection:
        await set_rls_context_of(connection)
        await connection.exec_driver_sql(FORGE.format(key=key))
    first, last = await told(chain.world)
    assert expected in first
    assert last.endswith("1 breaks")


async def set_rls_context_of(connection: AsyncConnection) -> None:
    for name, value in NATIONWIDE_ACTOR.to_settings().items():
        await connection.exec_driver_sql(f"SELECT set_config('app.{name}', '{value}', true)")


async def test_x9_a_region_that_changes_with_the_unit_breaks_nothing(
    chain: InternshipScenario, database: Database
) -> None:
    await meddle(database, "UPDATE unit SET region = '220102'")
    assert {row.region for row in await chain.world.load_rows(History)} == {"220102"}
    assert (await told(chain.world))[-1].endswith("unbroken")


async def test_x9_kept_ends_find_a_chain_cut_off_and_are_then_not_replaced(
    chain: InternshipScenario, database: Database, tmp_path: Path
) -> None:
    file, settings = tmp_path / "heads.json", build_settings(database)
    assert not (await verify_installation(settings, file)).broken
    before = file.read_bytes()
    assert [head.sequence for head in read_kept_heads(file).values()] == [4]
    await meddle(database, "DELETE FROM history WHERE sequence = 4")
    assert (await told(chain.world))[-1].endswith("unbroken")
    found = await verify_installation(settings, file)
    assert "cut off" in format_report(found)[0]
    assert file.read_bytes() == before


async def test_x9_a_bulk_save_s_steps_are_chained_too(chain: InternshipScenario) -> None:
    await chain.save_reports("2024-09", *await a_crowd(chain, 40))
    assert (await numbers(chain.world))[-1] == 44
    assert (await told(chain.world))[-1] == "44 entries of 1 units: unbroken"


async def test_x9_the_command_says_what_it_found_and_ends_with_1_where_a_chain_breaks(
    chain: InternshipScenario, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (ENVIRONMENT | database.to_environment()).items():
        monkeypatch.setenv(name, value)
    runner, command = CliRunner(), ["history", "verify", "--keep", str(tmp_path / "heads.json")]

    async def run() -> Any:
        return await asyncio.to_thread(runner.invoke, main.app, command)

    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)
    done = await run()
    assert (done.exit_code, done.output) == (0, "4 entries of 1 units: unbroken\n")
    await meddle(database, "UPDATE history SET account_name = '别人' WHERE sequence = 1")
    done = await run()
    assert done.exit_code == 1
    assert "entry 1 is not what it was" in done.output
    assert chain.post["id"] not in done.output
