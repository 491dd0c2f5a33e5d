"""What nobody took up goes once it is old; what a record stands on, or may yet, stays."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.object_store import MARK_KEY
from loaders.actor import Actor, build_actor, set_rls_context
from loaders.key import parse_global_id
from models import Attachment, Role, Upload
from resolvers.files.file_sweep import StrangeFilesError, SweepCounts, sweep_unused_files
from rules.kernel.viewer import Viewer
from tests.factories.database import Database, as_superuser
from tests.factories.files import a_pdf
from tests.factories.filing import announce_file, attach_files, send_file, upload_file
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.world import World, a_world
from tests.schema.files.test_attachment import drafted

NOTHING = SweepCounts(0, 0)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """A unit at the present time: files are as old as they are."""
    async with a_world(database) as made:
        made.clock.now = datetime.now(UTC)
        await made.add_unit("unit")
        yield made


def kept(database: Database) -> list[Path]:
    found = (path for path in (database.home / "attachments").rglob("*") if path.is_file())
    return [path for path in found if path.name != MARK_KEY]


def strew(database: Database, count: int) -> None:
    """Put objects into the store that no row stands on."""
    folder = database.home / "attachments" / "ab"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"stray{number}").write_bytes(b"stray")


async def in_two_days(world: World) -> SweepCounts:
    world.clock.now += timedelta(days=2)
    return await sweep_unused_files(world.service)


async def test_nothing_is_swept_where_there_is_nothing(world: World) -> None:
    assert await sweep_unused_files(world.service) == NOTHING


async def test_an_upload_that_was_never_attached_goes_with_its_bytes(
    world: World, database: Database
) -> None:
    await upload_file(world)
    await announce_file(world, a_pdf())
    assert await sweep_unused_files(world.service) == NOTHING
    world.clock.now += timedelta(hours=23)
    assert await sweep_unused_files(world.service) == NOTHING
    assert await in_two_days(world) == SweepCounts(2, 1)
    assert (await world.load_rows(Upload), kept(database)) == ([], [])


async def test_what_is_attached_stays_however_old(world: World, database: Database) -> None:
    await attach_files(world, (await drafted(world))["id"])
    assert await in_two_days(world) == SweepCounts(1, 0)
    assert await in_two_days(world) == NOTHING
    assert len(kept(database)) == 1
    assert len(await world.load_rows(Attachment)) == 1


async def test_what_was_taken_off_goes_once_it_is_old(world: World, database: Database) -> None:
    (file,) = await attach_files(world, (await drafted(world))["id"])
    await world.mutate("detach", {"attachmentId": file["id"]}, "unit")
    assert await sweep_unused_files(world.service) == NOTHING
    assert len(kept(database)) == 1
    assert await in_two_days(world) == SweepCounts(1, 1)
    assert kept(database) == []


async def test_an_object_without_a_row_goes_once_it_is_old(
    world: World, database: Database
) -> None:
    await attach_files(world, (await drafted(world))["id"])
    stray = database.home / "attachments" / "ab" / "stray"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"stray")
    assert await sweep_unused_files(world.service) == NOTHING
    assert await in_two_days(world) == SweepCounts(1, 1)
    assert not stray.exists()
    assert len(kept(database)) == 1


async def test_files_of_another_database_are_not_deleted_unless_somebody_says_so(
    world: World, database: Database
) -> None:
    """A worker on an empty database deleted all attachments of a store that nobody had marked."""
    await attach_files(world, (await drafted(world))["id"])
    strew(database, 12)
    with pytest.raises(StrangeFilesError, match="--strange-files"):
        await in_two_days(world)
    assert len(kept(database)) == 13
    assert await sweep_unused_files(world.service, strange=True) == SweepCounts(0, 12)
    assert len(kept(database)) == 1


async def test_what_the_database_let_go_of_goes_however_much_it_is(
    world: World, database: Database
) -> None:
    """Retention stopped for good where most files of a store had had their time."""
    await attach_files(world, (await drafted(world))["id"])
    await sweep_unused_files(world.service)
    strew(database, 12)
    assert await in_two_days(world) == SweepCounts(1, 12)
    assert len(kept(database)) == 1


async def test_a_store_is_its_installation_s_however_few_files_lie_in_it(
    world: World, database: Database
) -> None:
    await sweep_unused_files(world.service)
    await forget(database, "DELETE FROM installation")
    strew(database, 1)
    for _ in range(2):
        with pytest.raises(StrangeFilesError, match="another database's"):
            await in_two_days(world)
    assert len(kept(database)) == 1
    assert await sweep_unused_files(world.service, strange=True) == SweepCounts(0, 1)
    assert await sweep_unused_files(world.service) == NOTHING


async def test_a_database_that_was_restored_deletes_no_files_until_somebody_says_so(
    world: World, database: Database
) -> None:
    for _ in range(3):
        await sweep_unused_files(world.service)
    await forget(database, "UPDATE installation SET sweeps = 2")
    strew(database, 1)
    for _ in range(3):
        with pytest.raises(StrangeFilesError, match="restored"):
            await in_two_days(world)
    assert await sweep_unused_files(world.service, strange=True) == SweepCounts(0, 1)
    assert await sweep_unused_files(world.service) == NOTHING


async def test_sweeps_at_once_all_know_their_own_store(world: World, database: Database) -> None:
    await sweep_unused_files(world.service)
    strew(database, 12)
    world.clock.now += timedelta(days=2)
    await asyncio.gather(*(sweep_unused_files(world.service) for _ in range(5)))
    assert kept(database) == []
    assert await sweep_unused_files(world.service) == NOTHING


async def forget(database: Database, said: str) -> None:
    """Have the database as it was before."""
    async with as_superuser(database) as connection:
        await connection.execute(said)


async def test_an_upload_that_is_swept_is_gone_for_whoever_comes_late(world: World) -> None:
    row, upload = await drafted(world), await announce_file(world, a_pdf())
    late = upload["url"]
    now = world.clock.now
    await in_two_days(world)
    world.clock.now = now
    assert (await send_file(world, late, a_pdf())).status_code == 404
    asked = {"recordId": row["id"], "uploadIds": [upload["id"]], "kind": "OTHER"}
    result = await world.mutate("attach", asked, "unit")
    assert [fault["reason"] for fault in result["faults"]] == ["NOT_FOUND"]


async def test_x12_sweeping_and_attaching_at_once_never_leaves_a_record_without_its_bytes(
    world: World, database: Database
) -> None:
    row = await drafted(world)
    uploads = [await upload_file(world) for _ in range(12)]
    world.clock.now += timedelta(days=2)
    asks = [{"recordId": row["id"], "uploadIds": [id_], "kind": "OTHER"} for id_ in uploads]
    attaching = [world.mutate("attach", asked, "unit") for asked in asks]
    sweeping = [sweep_unused_files(world.service) for _ in range(3)]
    results = await asyncio.gather(*attaching[:6], *sweeping, *attaching[6:])
    won = sum(isinstance(r, dict) and r["__typename"] == "AttachmentsPayload" for r in results)
    files = await world.load_rows(Attachment)
    assert len(files) == won
    there = {path.relative_to(database.home / "attachments").as_posix() for path in kept(database)}
    assert {file.object_key for file in files} <= there


async def test_x10_only_the_sweep_sees_everybody_s_uploads(world: World) -> None:
    key = parse_global_id(await upload_file(world))
    assert key is not None
    (id_,) = key.parts
    account = world.accounts["unit"]
    province = Viewer(role=Role.PROVINCE_ADMINISTRATOR, region="220000", account_id=UUID(int=1))
    seen = {
        "owner": Actor(account=account.id),
        "link": Actor(knows=str(id_)),
        "sweep": Actor(sweeps=datetime.now(UTC) + timedelta(hours=1)),
        "unit": Actor(unit=account.unit_id),
        "province": build_actor(province),
        "nobody": Actor(),
    }
    found = set()
    for who, actor in seen.items():
        async with AsyncSession(world.administration) as session:
            await set_rls_context(session, actor)
            if (await session.scalars(select(Upload))).first() is not None:
                found.add(who)
    assert found == {"owner", "link", "sweep"}


def swept(database: Database, **environ: str) -> tuple[int, str]:
    """Run `jiuye sweep` in a process of its own."""
    own = {
        **database.to_environment(),
        "JIUYE_HOME": str(database.home),
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
    }
    command = [sys.executable, "-m", "server.cli.main", "sweep"]
    done = subprocess.run(
        command, env=os.environ | own | environ, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
async def test_the_command_sweeps_once_and_says_what_went(world: World, database: Database) -> None:
    world.clock.now -= timedelta(days=2)
    await announce_file(world, a_pdf())
    code, said = await asyncio.to_thread(swept, database)
    assert code == 0
    assert "1 uploads" in said.splitlines()[0]
    assert "archive law" in said
    assert await world.load_rows(Upload) == []


@pytest.mark.slow
async def test_the_command_says_when_the_store_does_not_answer(database: Database) -> None:
    gone = {"S3_BUCKET": "files", "S3_ENDPOINT": "http://127.0.0.1:9", "S3_REGION": "x"}
    keys = {"S3_ACCESS_KEY_ID": "minister", "S3_SECRET_ACCESS_KEY": "unspoken"}
    code, said = await asyncio.to_thread(swept, database, **gone, **keys)
    assert code == 1
    assert said.strip().startswith("The file store does not answer")
    assert "unspoken" not in said
