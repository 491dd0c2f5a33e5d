"""X11: `jiuye keys verify` opens what is sealed, and names what does not open by its place."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from gateways.key_ring import derive_key
from gateways.seal import Seal, name_seal
from loaders.actor import set_rls_context
from models import ChangeableKind, ChangeRequest, Person, Role, SealedPlace, Status, locate_sealed
from resolvers.kernel import seal_verification
from resolvers.kernel.seal_verification import SealReport, verify_seals
from server.cli.main import app
from tests.factories.database import Database
from tests.factories.keys import KEY, RING, SEAL, SECRET_KEY
from tests.factories.rows import NATIONWIDE_ACTOR, a_declaration, an_id, an_id_number
from tests.factories.world import World, a_world

MOBILE = "13812345678"
PRESENT = name_seal(SEAL.prefix)
BOUND = SealedPlace("change_request", "values", an_id("change", 1), "mobile")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        for number in range(3):
            await made.add_person(number)
        yield made


async def exchange_numbers(world: World) -> Person:
    """Put one person's sealed number into another's row."""
    rows: list[Person] = sorted(await world.load_rows(Person), key=lambda row: row.id)
    one, other, *_ = rows
    async with AsyncSession(world.service.writes) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        own = update(Person).where(Person.id == one.id)
        await session.execute(own.values(id_number_sealed=other.id_number_sealed))
    return one


def locate(row: Person) -> SealedPlace:
    return locate_sealed(Person.id_number_sealed, row.id)


async def verify(world: World, share: float = 1) -> SealReport:
    return await verify_seals(world.service, share, lambda _: None)


async def test_x11_all_values_are_opened_page_by_page_and_counted_by_their_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_verification, "PAGE_SIZE", 2)
    found = await verify(world)
    assert found.opened["person.id_number_sealed"] == {PRESENT: 3}
    assert (found.failed, found.broken) == ({}, [])


async def test_x11_what_does_not_open_is_named_by_its_place_and_not_told(world: World) -> None:
    row = await exchange_numbers(world)
    found = await verify(world)
    assert found.opened["person.id_number_sealed"] == {PRESENT: 2}
    assert found.failed == {"person.id_number_sealed": {PRESENT: 1}}
    assert found.broken == [f"person.id_number_sealed {row.id}"]


async def test_x11_what_is_sealed_within_values_is_opened_and_words_are_left_alone(
    world: World,
) -> None:
    unit = await world.add_unit("unit")
    declaration = a_declaration(unit)
    place = replace(BOUND, owner=unit.id)
    sealed = b64encode(SEAL.seal_text(place, MOBILE)).decode()
    moved = b64encode(SEAL.seal_text(place, MOBILE)[:-1] + b"x").decode()
    values = {"staff": [{"name": "AAAA", "mobile": sealed}, {"name": "周", "mobile": moved}]}
    request = ChangeRequest(
        id=BOUND.id,
        unit_id=unit.id,
        region=unit.region,
        record=ChangeableKind.DECLARATION,
        record_id=declaration.id,
        status=Status.DRAFT,
        base_version=1,
        base={},
        values=values,
        changes={},
        motive="变更",
    )
    await world.add_rows(declaration)
    await world.add_rows(request)
    found = await verify(world)
    assert found.opened["change_request.values"] == {PRESENT: 1}
    assert found.failed["change_request.values"] == {PRESENT: 1}


async def test_x11_files_are_read_to_their_ends(world: World) -> None:
    store = world.service.files.store
    good, bad = [await store.put_file(BytesIO(b"a" * 200_000)) for _ in range(2)]
    lies = world.home / "attachments" / bad
    lies.write_bytes(lies.read_bytes()[:-1])
    found = await verify(world)
    assert found.opened["files"] == {PRESENT: 1}
    assert found.broken == [f"files {bad}"]
    assert good not in str(found)


async def test_x11_indexes_are_compared_with_what_was_opened(world: World) -> None:
    one, other, _ = await world.load_rows(Person)
    next_key = derive_key(b64decode(SECRET_KEY), b"index")
    seal = Seal(replace(RING, index=(next_key, *RING.index)))
    moved = seal.compute_index("id_number", SEAL.open_sealed(locate(one), one.id_number_sealed))
    await world.update_where(Person, Person.id == one.id, {"id_number_index": moved})
    await world.update_where(Person, Person.id == other.id, {"id_number_index": bytes(32)})
    world.service = replace(world.service, seal=seal)
    found = await verify(world)
    counted = {"present": 1, "former": 1, "lost": 1}
    assert found.indexed["person.id_number_index"] == counted
    assert found.broken == [f"person.id_number_index {other.id}"]


async def test_x11_a_claim_whose_number_was_not_kept_is_counted(world: World) -> None:
    await world.add_account("claimant", Role.PERSON, claimed_index=bytes(32))
    found = await verify(world)
    assert found.indexed["account.claimed_index"] == {"unsealed": 1}


async def test_x11_a_share_is_drawn_by_chance(world: World) -> None:
    assert (await verify(world, 0)).total == 0


async def test_x11_the_command_ends_with_1_where_something_did_not_open_and_prints_no_value(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"JIUYE_DATA_KEY": KEY, "JIUYE_SECRET_KEY": SECRET_KEY, "DEMO": "false"}
    for name, value in (keys | database.to_environment()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JIUYE_HOME", str(database.home))
    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)

    async def run(*options: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, app, ["keys", "verify", *options])

    whole = await run("--json")
    assert (whole.exit_code, json.loads(whole.stdout)["broken"]) == (0, [])
    row = await exchange_numbers(world)
    told = await run()
    assert told.exit_code == 1
    assert f"person.id_number_sealed {row.id} does not open" in told.stdout
    assert not [n for n in range(3) if an_id_number(n) in told.output]
