"""Checkpoints of the history: what is forged, written anew, cut off or gone is found (X9)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateways.checkpoint_receiver import CheckpointReceiver
from gateways.checkpoint_store import CheckpointSigner, CheckpointStore
from gateways.key_ring import list_history_keys
from gateways.signature import list_signing_keys
from gateways.time_stamp import TimeStamper, read_certificates
from models import History
from resolvers.kernel.checkpoint import CheckpointPlan, HistoryBroken, make_checkpoint
from rules.kernel.chain import FIRST_PREVIOUS_HASH, UNIT_CHAIN, HistoryKey, compute_hash
from server.cli import main
from server.cli.verify import format_report, verify_installation
from server.settings.settings import Settings
from tests.factories.database import Database, as_superuser
from tests.factories.failures import AllFailures
from tests.factories.internship_scenario import POST_DRAFT, InternshipScenario
from tests.factories.keys import KEY, RING, SECRET_KEY
from tests.factories.time_stamp_authority import run_authority
from tests.factories.world import World, a_world, add_officials, build_settings

AGES = 10_000_000
"""Minutes between two checkpoints that no test calls overdue, whatever its clock says."""
INSIDE = {"swapped", "moved"}
"""What leaves the ends of chains as they are: whoever follows them all finds it, the worker not."""
HOUR = timedelta(hours=1)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await add_officials(made)
        for name in ("unit", "other"):
            await made.add_unit(name)
            scenario = InternshipScenario(made, name)
            await scenario.approve_declaration()
            await scenario.add_post()
        yield made


@pytest.fixture
def plan(tmp_path: Path) -> CheckpointPlan:
    return CheckpointPlan(
        store=CheckpointStore(tmp_path / "kept"),
        signer=CheckpointSigner(list_signing_keys(RING)),
        every=HOUR,
        keep=timedelta(days=1),
    )


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    made = {"checkpoint_directory": tmp_path / "kept", "checkpoint_minutes": AGES}
    return build_settings(database).model_copy(update=made)


async def read_verdict(settings: Settings) -> list[str]:
    return format_report(await verify_installation(settings, None))


async def meddle(database: Database, *statements: str) -> None:
    """Do what no policy keeps the database's superuser from doing."""
    async with as_superuser(database) as superuser:
        await superuser.execute("SET session_replication_role = replica")
        for statement in statements:
            await superuser.execute(statement)


async def load_chain(world: World, name: str = "unit") -> list[History]:
    rows = await world.load_rows(History)
    own = world.accounts[name].unit_id
    return sorted((r for r in rows if r.unit_id == own), key=lambda row: row.sequence)


def compute_anew(chain: Sequence[History], key: HistoryKey | None) -> list[str]:
    """Write a chain anew in somebody else's name, as whoever has the key could."""
    before, found = FIRST_PREVIOUS_HASH, []
    for row in chain:
        entry = {name: getattr(row, name) for name in UNIT_CHAIN.columns}
        before = compute_hash(before, entry | {"account_name": "别人"}, key=key)
        found.append(
            f"UPDATE history SET account_name = '别人', hash = '\\x{before.hex()}' "
            f"WHERE id = '{row.id}'"
        )
    return found


async def test_x9_a_checkpoint_is_made_when_it_is_due_and_says_how_far_the_history_is(
    world: World, plan: CheckpointPlan, settings: Settings
) -> None:
    assert await make_checkpoint(world.service, plan)
    assert not await make_checkpoint(world.service, plan)
    world.clock.now += HOUR
    await world.mutate("addPost", POST_DRAFT | {"name": "又一岗位"}, "unit")
    assert await make_checkpoint(world.service, plan)
    first, second = (each.checkpoint for each in plan.store.read_trail().checkpoints)
    assert second.entries == first.entries + 1
    assert second.chains == first.chains
    found = await read_verdict(settings)
    assert len(found) == 1
    assert found[0].endswith("unbroken")


async def test_x9_whatever_is_done_to_the_history_is_found_without_being_told_where_to_look(
    world: World, database: Database, plan: CheckpointPlan, settings: Settings
) -> None:
    await make_checkpoint(world.service, plan)
    unit, other = world.accounts["unit"].unit_id, world.accounts["other"].unit_id
    chain = await load_chain(world)
    last = len(chain)
    key = list_history_keys(RING)[0]
    gone = [f"DELETE FROM {table} WHERE unit_id = '{unit}'" for table in ("history", "post")]
    damages: dict[str, tuple[list[str], str]] = {
        "cut": (
            [f"DELETE FROM history WHERE unit_id = '{unit}' AND sequence > 2"],
            f"unit {unit}: entry {last} and what follows up to it is cut off",
        ),
        "removed": (
            [*gone, f"DELETE FROM unit WHERE id = '{unit}'"],
            f"unit {unit}: entry {last} and what follows up to it is cut off",
        ),
        "recomputed": (compute_anew(chain, None), f"unit {unit}: entry 1 is not what it was"),
        "recomputed by who has the key": (
            compute_anew(chain, key),
            f"unit {unit}: entry {last} was written anew",
        ),
        "swapped": (
            [
                f"UPDATE history SET sequence = -1 WHERE unit_id = '{other}' AND sequence = 2",
                f"UPDATE history SET sequence = 2 WHERE unit_id = '{other}' AND sequence = 3",
                f"UPDATE history SET sequence = 3 WHERE unit_id = '{other}' AND sequence = -1",
            ],
            f"unit {other}: entry 2 is not what it was",
        ),
        "moved": (
            ["UPDATE history SET at_home = NULL, region = '510104' WHERE sequence = 2"],
            "entry 2 is not what it was",
        ),
        "forged": (
            [
                "INSERT INTO history (unit_id, id, region, at_home, sequence, hash, record, "
                "record_id, action, changes, at, account_id, account_name, role) "
                "SELECT unit_id, gen_random_uuid(), region, at_home, sequence + 1, hash, record, "
                "record_id, action, changes, at, account_id, account_name, role FROM history "
                f"WHERE unit_id = '{unit}' AND sequence = {last}"
            ],
            f"unit {unit}: entry {last + 1} bears no mark",
        ),
    }
    with AllFailures() as failures:
        for name, (statements, words) in damages.items():
            async with as_superuser(database) as keeper:
                kept = await keeper.fetch("SELECT * FROM history")
                units = await keeper.fetch("SELECT * FROM unit")
                posts = await keeper.fetch("SELECT * FROM post")
            await meddle(database, *statements)
            with failures.at(name):
                found = await read_verdict(settings)
                assert any(words in line for line in found), found
                if name not in INSIDE:
                    with pytest.raises(HistoryBroken):
                        await make_checkpoint(world.service, replace(plan, every=timedelta(0)))
            await put_back(database, history=kept, unit=units, post=posts)
    assert (await read_verdict(settings))[-1].endswith("unbroken")


async def put_back(database: Database, **tables: Sequence[Any]) -> None:
    async with as_superuser(database) as superuser:
        await superuser.execute("SET session_replication_role = replica")
        for name, rows in tables.items():
            await superuser.execute(f"DELETE FROM {name}")
            await superuser.copy_records_to_table(
                name, records=[tuple(row) for row in rows], columns=[*rows[0].keys()]
            )


async def test_x9_checkpoints_that_are_gone_or_another_s_are_told(
    world: World, plan: CheckpointPlan, settings: Settings, tmp_path: Path
) -> None:
    assert "there is no checkpoint in CHECKPOINT_DIRECTORY" in (await read_verdict(settings))[0]
    for _ in range(2):
        assert await make_checkpoint(world.service, plan)
        world.clock.now += HOUR
    copy = tmp_path / "copy.json"
    copy.write_bytes((tmp_path / "kept" / "checkpoint-00000002.json").read_bytes())
    assert (await verify_installation(settings, None, copy=copy)).holds
    overdue = settings.model_copy(update={"checkpoint_minutes": 1})
    assert "checkpoint 2 is the last one" in (await read_verdict(overdue))[0]
    (tmp_path / "kept" / "checkpoint-00000002.json").unlink()
    faults = (await verify_installation(settings, None, copy=copy)).faults
    assert any("checkpoint 2, of which there is a copy, is gone" in each for each in faults)


async def test_x9_of_many_workers_at_once_one_makes_the_checkpoint(
    world: World, plan: CheckpointPlan, settings: Settings
) -> None:
    adds = [world.mutate("addPost", POST_DRAFT | {"name": f"岗{n}"}, "unit") for n in range(4)]
    made = asyncio.gather(*(make_checkpoint(world.service, plan) for _ in range(3)))
    await asyncio.gather(*adds)
    assert sum(await made) == 1
    world.clock.now += HOUR
    assert await make_checkpoint(world.service, plan)
    assert (await read_verdict(settings))[-1].endswith("unbroken")


async def test_x9_a_checkpoint_is_stamped_and_is_made_also_when_nobody_answers(
    world: World, plan: CheckpointPlan, settings: Settings, tmp_path: Path
) -> None:
    with run_authority(tmp_path) as authority:
        stamper = TimeStamper(authority.url, read_certificates(authority.roots))
        receiver = CheckpointReceiver(authority.url, "token")  # takes anything, answers in vain
        assert await make_checkpoint(world.service, replace(plan, stamper=stamper))
    world.clock.now += HOUR
    assert await make_checkpoint(world.service, replace(plan, stamper=stamper, receiver=receiver))
    first, second = plan.store.read_trail().checkpoints
    assert first.time_stamp is not None
    assert second.time_stamp is None
    roots = {"time_stamp_url": authority.url, "time_stamp_roots": authority.roots}
    stamped = settings.model_copy(update=roots)
    assert (await read_verdict(stamped))[-1].endswith("unbroken")
    forged = replace(first, time_stamp=b"another")
    (tmp_path / "kept" / "checkpoint-00000001.json").write_bytes(forged.to_json())
    assert "the time stamp of checkpoint 1 is not its own" in (await read_verdict(stamped))[0]


async def test_x9_the_command_finds_the_checkpoints_by_the_settings(
    world: World,
    database: Database,
    plan: CheckpointPlan,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await make_checkpoint(world.service, plan)
    environ = database.to_environment() | {
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
        "DEMO": "false",
        "CHECKPOINT_DIRECTORY": str(tmp_path / "kept"),
        "CHECKPOINT_MINUTES": str(AGES),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)

    async def run() -> Any:
        return await asyncio.to_thread(CliRunner().invoke, main.app, ["history", "verify"])

    assert (await run()).exit_code == 0
    await meddle(database, "DELETE FROM history WHERE sequence = 4")
    done = await run()
    assert (done.exit_code, done.output.count("cut off")) == (1, 2)
