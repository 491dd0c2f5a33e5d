"""X11: what a former key sealed, or nothing bound to its row, is sealed anew while all runs."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs
from typer.testing import CliRunner

from gateways.crypto_profile import CryptoProfile
from gateways.file_seal import FileSeal
from gateways.key_ring import KeyRing, build_key_ring, compute_key_id, derive_key
from gateways.object_store import ObjectStore
from gateways.seal import Seal, name_seal
from loaders.actor import set_rls_context
from models import (
    Account,
    AccountAppeal,
    Base,
    ChangeableKind,
    ChangeRequest,
    Objection,
    Person,
    Role,
    SealedPlace,
    Status,
    locate_sealed,
)
from resolvers.kernel import resealing
from resolvers.kernel.resealing import ResealingPass, count_seals, reseal_everything
from resolvers.kernel.service import Service
from server.cli.main import app
from tests.factories.database import Database
from tests.factories.keys import KEY, PROFILES, RING, SEAL, SECRET_KEY
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NATIONWIDE_ACTOR,
    a_declaration,
    a_publicity,
    an_account,
    an_appeal,
    an_id,
    an_id_number,
    an_objection,
)
from tests.factories.world import World, a_world, add_officials

OLD, NEW = b64decode(KEY), b64decode(SECRET_KEY)
MOBILE = "13812345678"


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await add_officials(made)
        yield made


def build_ring(*keys: bytes, profiles: Sequence[CryptoProfile] = ()) -> KeyRing:
    """Build a ring of other data keys; its index key stays, and what is bound to no row opens."""
    named = dict.fromkeys(profiles or (*PROFILES, CryptoProfile.STANDARD))
    return build_key_ring(keys, RING.index, profiles=[*named])


def with_keys(world: World, *keys: bytes, profiles: Sequence[CryptoProfile] = ()) -> Service:
    """Return the service as it runs with other data keys."""
    return replace(world.service, seal=Seal(build_ring(*keys, profiles=profiles)))


async def write(world: World, row: Any, **values: object) -> None:
    table: type[Base] = type(row)
    async with AsyncSession(world.service.writes) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        of_row = [key == getattr(row, key.name) for key in table.__table__.primary_key]
        await session.execute(update(table).where(*of_row).values(**values))


def seal_unbound(text: str, field: str) -> bytes:
    """Seal as it was done before seals were bound to their row."""
    cipher = AESGCM(derive_key(OLD, b"jiuye seal"))
    return b"\x01" + bytes(12) + cipher.encrypt(bytes(12), text.encode(), field.encode())


def read_number(service: Service, row: Person) -> str | None:
    place = locate_sealed(Person.id_number_sealed, row.id)
    return service.seal.try_open(place, row.id_number_sealed)


async def rotate(service: Service) -> tuple[int, int]:
    return await reseal_everything(service, lambda _: None)


async def test_whatever_old_keys_and_no_rows_bound_is_sealed_with_the_first_key(
    world: World,
) -> None:
    one, other = await world.add_person(1), await world.add_person(2)
    await write(world, one, id_number_sealed=seal_unbound(an_id_number(1), "id_number"))
    unit = await world.add_unit("unit")
    notice = a_publicity(world.accounts["officer"], CHAOYANG_DISTRICT)
    await world.add_rows(notice)
    await world.add_rows(an_appeal(unit), an_objection(notice))
    both = with_keys(world, NEW, OLD)
    assert await rotate(both) == (6, 0)
    new = with_keys(world, NEW)
    people = {row.id: row for row in await world.load_rows(Person)}
    assert read_number(new, people[one.id]) is not None
    assert read_number(new, people[other.id]) is not None
    assert people[one.id].version == one.version
    (appeal,) = await world.load_rows(AccountAppeal)
    (objection,) = await world.load_rows(Objection)
    for column, row in (
        (AccountAppeal.contact_name_sealed, appeal),
        (Objection.contact_mobile_sealed, objection),
    ):
        assert new.seal.try_open(locate_sealed(column, row.id), getattr(row, column.key))
    assert await rotate(both) == (0, 0)
    told = await count_seals(both)
    assert told["person.id_number_sealed"] == {name_seal(new.seal.prefix): 2}


async def test_whose_an_account_is_is_sealed_and_indexed_anew_by_the_role_that_may(
    world: World,
) -> None:
    """The service's own role writes no account; the pass is to take the one that does."""
    id_, number = an_id("account", "held"), an_id_number(1)
    place = locate_sealed(Account.holder_sealed, id_)
    held: dict[str, Any] = {
        "holder_sealed": SEAL.seal_text(place, number),
        "holder_index": SEAL.compute_index("id_number", number),
    }
    await world.add_rows(an_account(1, Role.DISTRICT_OFFICER, id=id_, username="held", **held))
    ring = replace(build_ring(NEW, OLD), index=(NEW, *RING.index))
    assert await rotate(replace(world.service, seal=Seal(ring))) == (1, 0)
    after = Seal(replace(build_ring(NEW), index=(NEW,)))
    (row,) = [each for each in await world.load_rows(Account) if each.id == id_]
    assert after.try_open(place, row.holder_sealed) == number
    assert row.holder_index == after.compute_index("id_number", number)


async def test_what_is_sealed_within_a_requests_values_is_sealed_anew_too(world: World) -> None:
    unit = await world.add_unit("unit")
    declaration = a_declaration(unit)
    sealed = b64encode(seal_unbound(MOBILE, "mobile")).decode()
    values = {"staff": [{"name": "周接任", "duty": "AAAA", "mobile": sealed}], "employees": 12}
    request = ChangeRequest(
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
    assert await rotate(with_keys(world, NEW, OLD)) == (1, 0)
    (kept,) = await world.load_rows(ChangeRequest)
    (member,) = kept.values["staff"]
    assert (member["name"], member["duty"], kept.values["employees"]) == ("周接任", "AAAA", 12)
    place = SealedPlace("change_request", "values", kept.id, "mobile", kept.unit_id)
    assert with_keys(world, NEW).seal.try_open(place, b64decode(member["mobile"])) == MOBILE


async def test_what_does_not_open_stays_as_it_is_and_raises_the_alarm(world: World) -> None:
    one, other = await world.add_person(1), await world.add_person(2)
    await write(world, one, id_number_sealed=other.id_number_sealed)
    with capture_logs() as logged:
        assert await rotate(with_keys(world, NEW, OLD)) == (1, 1)
    (line,) = [line for line in logged if line["event"] == "seal broken"]
    assert line["row"] == str(one.id)
    people = {row.id: row for row in await world.load_rows(Person)}
    assert people[one.id].id_number_sealed == other.id_number_sealed


async def test_a_pass_goes_page_by_page_is_taken_up_anywhere_and_ends_for_the_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PAGE_SIZE", 1)
    for number in range(3):
        await world.add_person(number)
    both, work = with_keys(world, NEW, OLD), ResealingPass()
    assert await work.reseal_next(both) == 1
    again = ResealingPass()  # the worker was killed, and another one begins
    assert [await again.reseal_next(both) for _ in range(4)] == [1, 1, 0, 0]
    (person, *_) = await world.load_rows(Person)
    place = locate_sealed(Person.id_number_sealed, person.id)
    lagging = with_keys(world, OLD).seal.seal_text(place, an_id_number(1))
    await write(world, person, id_number_sealed=lagging)
    assert await again.reseal_next(both) == 0
    world.clock.set_day(world.service.today() + timedelta(days=1))
    assert await again.reseal_next(both) == 1


async def test_x12_two_who_seal_anew_at_once_do_it_once(world: World) -> None:
    for number in range(20):
        await world.add_person(number)
    both = with_keys(world, NEW, OLD)
    await asyncio.gather(rotate(both), rotate(both))
    for person in await world.load_rows(Person):
        assert read_number(with_keys(world, NEW), person)


async def test_files_in_clear_and_of_a_former_key_are_sealed_anew(
    world: World, tmp_path: Path
) -> None:
    store = ObjectStore(tmp_path, FileSeal(build_ring(NEW, OLD)))
    former = await ObjectStore(tmp_path, FileSeal(build_ring(OLD))).put_file(BytesIO(b"a"))
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / "clear").write_bytes(b"an ID number in clear")
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "x").write_bytes(b"on its way")
    both = with_keys(world, NEW, OLD)
    both = replace(both, files=replace(both.files, store=store))
    assert await ResealingPass().reseal_next(both) == 2
    assert await ResealingPass().reseal_next(both) == 0
    alone = ObjectStore(tmp_path, FileSeal(build_ring(NEW)))
    for key, content in ((former, b"a"), ("ab/clear", b"an ID number in clear")):
        assert b"".join([piece async for piece in await alone.open_file(key)]) == content
    assert b"number" not in (tmp_path / "ab" / "clear").read_bytes()


@pytest.mark.parametrize(
    ("former", "present"),
    [
        (CryptoProfile.STANDARD, CryptoProfile.SM),
        (CryptoProfile.SM, CryptoProfile.STANDARD),
    ],
)
async def test_x11_values_and_files_are_moved_to_another_profile(
    world: World, tmp_path: Path, former: CryptoProfile, present: CryptoProfile
) -> None:
    def serve(*profiles: CryptoProfile) -> Service:
        service = with_keys(world, OLD, profiles=profiles)
        store = ObjectStore(tmp_path, FileSeal(build_ring(OLD, profiles=profiles)))
        return replace(service, files=replace(service.files, store=store))

    before, both, after = serve(former), serve(present, former), serve(present)
    person = await world.add_person(1)
    place = locate_sealed(Person.id_number_sealed, person.id)
    await write(world, person, id_number_sealed=before.seal.seal_text(place, an_id_number(1)))
    key = await before.files.store.put_file(BytesIO(b"a"))
    assert (await count_seals(both))["person.id_number_sealed"] == {
        name_seal(before.seal.prefix): 1
    }
    assert await rotate(both) == (2, 0)
    assert await rotate(both) == (0, 0)
    (row,) = await world.load_rows(Person)
    assert read_number(after, row) == an_id_number(1)
    assert read_number(before, row) is None
    assert b"".join([piece async for piece in await after.files.store.open_file(key)]) == b"a"


async def test_the_commands_count_and_seal_anew(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.add_person(1)
    keys = {"JIUYE_DATA_KEY": f"{b64encode(NEW).decode()},{KEY}", "DEMO": "false"}
    keys |= {"JIUYE_SECRET_KEY": b64encode(derive_key(OLD, b"tokens")).decode()}
    for name, value in (keys | database.to_environment()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)

    async def run(*command: str) -> Any:
        done = await asyncio.to_thread(CliRunner().invoke, app, ["keys", *command, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    told = await run("status")
    assert told["profiles"] == [each.lower() for each in PROFILES]
    assert (told["left"], told["keys"]["data"]) == (
        1,
        [compute_key_id(NEW).hex(), compute_key_id(OLD).hex()],
    )
    assert await run("rotate") == {"resealed": 1, "broken": 0}
    assert (await run("status"))["left"] == 0
