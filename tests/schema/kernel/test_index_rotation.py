"""X11: one index key follows another while all is served: whoever is on file is found meanwhile."""

import asyncio
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from gateways.crypto_profile import CryptoProfile
from gateways.key_ring import derive_key
from gateways.seal import Seal
from models import Account, BankAccount, DatabaseRole, FactKind, OfficialMobile, Person, Role
from resolvers.accounts.person_registration import add_person
from resolvers.kernel import resealing
from resolvers.kernel.context import Context
from resolvers.kernel.mutation import open_transaction
from resolvers.kernel.resealing import reseal_everything
from resolvers.kernel.sealed_number import NumberEntered
from resolvers.kernel.service import Service
from rules.kernel.refusal import Reason, Refusal
from rules.kernel.viewer import Viewer
from tests.factories.fact import load_fact_file, write_csv_lines
from tests.factories.hiring_scenario import HiringScenario, a_cell_row
from tests.factories.internship_scenario import ACCOUNT_DRAFT, InternshipScenario
from tests.factories.keys import RING, SECRET_KEY
from tests.factories.refusal import assert_refused
from tests.factories.rows import CHAOYANG_DISTRICT, a_credit_code, an_id_number
from tests.factories.stranger import a_person_registration, mutate_as_stranger
from tests.factories.world import World

FORMER = RING.index[0]
NEXT = derive_key(b64decode(SECRET_KEY), b"index")
STEPS = {"next is known": (FORMER, NEXT), "next indexes": (NEXT, FORMER)}
FOUND = "... on PersonPayload { person { name } }"
LOADED = "... on FactLoadPayload { factLoad { loaded } }"


def index_by(service: Service, *keys: bytes) -> Service:
    """Return the service as it runs with other index keys."""
    return replace(service, seal=Seal(replace(RING, index=keys)))


def run_with(world: World, service: Service) -> None:
    world.service = world.app.state.service = service


async def look_up(world: World, number: int = 1) -> str:
    asked = {"idNumber": an_id_number(number), "name": f"见习生{number}"}
    told: str = (await world.mutate("lookUpPerson", asked, "unit", FOUND))["__typename"]
    return told


async def index_anew(world: World) -> tuple[int, int]:
    return await reseal_everything(world.service, lambda _: None)


def list_indexes(rows: Sequence[Any]) -> set[bytes]:
    return {row.id_number_index for row in rows}


@pytest.mark.parametrize("step", STEPS)
async def test_x11_a_person_is_found_by_either_index_and_put_on_file_once(
    world: World, step: str
) -> None:
    for number, key in ((1, FORMER), (2, NEXT)):
        run_with(world, index_by(world.service, key))
        await world.add_person(number)
    run_with(world, index_by(world.service, *STEPS[step]))
    assert [await look_up(world, number) for number in (1, 2)] == ["PersonPayload"] * 2
    await world.add_account("supplier", Role.DATA_SUPPLIER, "220100")
    rows = [[an_id_number(n), f"见习生{n}", "2024-10", a_credit_code(1)] for n in (1, 2, 3)]
    call = {
        "kind": "INSURANCE_CONTRIBUTION",
        "source": "长春市社会保险事业管理局",
        "asOf": "2025-03-01",
        "region": "220100",
        "columns": ["公民身份号码", "姓名", "缴费月份", "统一社会信用代码"],
        "rows": rows,
    }
    loaded = await world.mutate("loadFacts", call, "supplier", LOADED)
    assert loaded["factLoad"] == {"loaded": 3}
    assert len(await world.load_rows(Person)) == 3


async def test_x11_whoever_opened_an_account_before_is_confirmed_meanwhile_and_after(
    world: World,
) -> None:
    """The claimed number is kept sealed, or nobody could index it anew."""
    for number in (1, 2):
        told = await mutate_as_stranger(world, "registerPerson", a_person_registration(number))
        assert told["__typename"] == "SessionPayload"

    async def confirm(number: int) -> str:
        given = a_person_registration(number)
        card = {name: given[name] for name in ("account", "idNumber", "name", "mobile")}
        confirmed: str = (await world.mutate("confirmPerson", card, "officer"))["__typename"]
        return confirmed

    run_with(world, index_by(world.service, NEXT, FORMER))
    assert await confirm(1) == "AccountPayload"
    await index_anew(world)
    run_with(world, index_by(world.service, NEXT))
    assert await confirm(2) == "AccountPayload"
    people = [row for row in await world.load_rows(Account) if row.role is Role.PERSON]
    assert all(row.person_id is not None for row in people)


async def test_x11_a_pass_indexes_all_anew_page_by_page_and_can_be_taken_up_anywhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PAGE_SIZE", 2)
    for number in range(1, 6):
        await world.add_person(number)
    before = list_indexes(await world.load_rows(Person))
    run_with(world, index_by(world.service, NEXT, FORMER))
    work = resealing.ResealingPass()
    while not await work.reseal_next(world.service):
        pass
    part = list_indexes(await world.load_rows(Person))
    assert 0 < len(before & part) < 5
    assert [await look_up(world, number) for number in range(1, 6)] == ["PersonPayload"] * 5
    resealed, broken = await index_anew(world)  # another worker begins, and goes on from there
    assert (resealed > 0, broken) == (True, 0)
    assert await index_anew(world) == (0, 0)
    assert not before & list_indexes(await world.load_rows(Person))
    run_with(world, index_by(world.service, NEXT))
    assert [await look_up(world, number) for number in range(1, 6)] == ["PersonPayload"] * 5


async def test_x11_x18_an_official_mobile_is_not_loaded_while_index_keys_change(
    world: World, tmp_path: Path
) -> None:
    """One that is told to be void would be another row by the next key, and stay in use."""
    await world.add_person(1)

    async def load(day: int, void: str) -> None:
        row = f"{an_id_number(1)},13912345678,{void}"
        path = write_csv_lines(tmp_path / "mobiles.csv", "id_number,mobile,void", row)
        kind = FactKind.OFFICIAL_MOBILE
        await load_fact_file(world.service, path, kind, as_of=date(2025, 3, day))

    await load(1, "no")
    run_with(world, index_by(world.service, NEXT, FORMER))
    with pytest.raises(Refusal) as refused:
        await load(2, "yes")
    assert refused.value.fault.reason is Reason.INDEX_KEYS_CHANGING
    await index_anew(world)
    run_with(world, index_by(world.service, NEXT))
    await load(2, "yes")
    (kept,) = await world.load_rows(OfficialMobile)
    assert kept.void


async def test_x12_of_two_who_enter_a_person_at_once_by_different_keys_one_does(
    world: World,
) -> None:
    """While processes are restarted one after another, some index by the next key already."""

    async def enter(keys: Sequence[bytes], number: int) -> bool:
        viewer = Viewer(account_id=uuid7(), name="新人", role=Role.PERSON, region=CHAOYANG_DISTRICT)
        context = Context(index_by(world.service, *keys), viewer)
        try:
            async with open_transaction(context, role=DatabaseRole.SIGN_IN) as tx:
                await add_person(tx, an_id_number(number))
        except NumberEntered:
            return False
        return True

    tries = [enter(keys, number) for number in range(1, 6) for keys in STEPS.values()]
    assert sorted(await asyncio.gather(*tries)) == [False] * 5 + [True] * 5
    assert len(await world.load_rows(Person)) == 5


async def test_x11_who_is_on_file_twice_keeps_the_former_index_and_raises_the_alarm(
    world: World,
) -> None:
    await world.add_person(1)
    await world.add_person(2)
    run_with(world, index_by(world.service, NEXT, FORMER))
    twin = await world.add_person(3, id_number_index=index_of(world, 1))
    resealed, broken = await index_anew(world)
    assert (resealed, broken) == (1, 1)
    rows = {row.id: row.id_number_index for row in await world.load_rows(Person)}
    assert rows[twin.id] == index_of(world, 1)
    assert index_of(world, 2) in rows.values()


def index_of(world: World, number: int) -> bytes:
    return world.service.seal.compute_index("id_number", an_id_number(number))


async def test_x11_a_roster_names_whom_another_key_indexed(world: World) -> None:
    hired = await HiringScenario(world).set_up()
    await hired.add_people(1)
    await hired.add_people(2)
    run_with(world, index_by(world.service, NEXT, FORMER))
    roster = await hired.check_roster(a_cell_row(1), a_cell_row(2), a_cell_row(2))
    assert (roster["passed"], roster["failed"]) == (2, 1)


async def test_j32_a_unit_s_account_is_not_entered_again_by_another_key(world: World) -> None:
    await InternshipScenario(world).add_bank_account()
    run_with(world, index_by(world.service, NEXT, FORMER))
    again = await assert_refused(world, "addBankAccount", ACCOUNT_DRAFT, "unit")
    assert again == [("ACCOUNT_EXISTS", "input.number")]
    assert len(await world.load_rows(BankAccount)) == 1


@pytest.mark.parametrize("former", CryptoProfile)
async def test_x12_a_key_sent_again_does_it_once_though_the_profile_changed(
    world: World, former: CryptoProfile
) -> None:
    (present,) = {*CryptoProfile} - {former}
    before, both = (
        replace(world.service, seal=Seal(replace(RING, profiles=profiles)))
        for profiles in ([former], [present, former])
    )
    for service in (before, both):
        run_with(world, service)
        told = await world.mutate("addBankAccount", ACCOUNT_DRAFT, "unit", key="once-for-all")
        assert told["__typename"] == "BankAccountPayload"
    assert len(await world.load_rows(BankAccount)) == 1
