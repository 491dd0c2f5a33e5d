"""Where every walk begins: two districts, four units, their people and officers.

In Chaoyang a unit has approved interns with three approved months, and two whose internship ended.
In Chengdu an enterprise has rosters that were checked, and classes that came to their end. Nothing
is claimed yet. Somebody of a third district looks on and must see none of it (X10). A guest of
Chengdu, at home in a fourth, has people who are insured in Chengdu: their claims are decided there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models import Account, Person, Role
from tests.factories.crowd import a_crowd, add_approved_reports, add_rows
from tests.factories.hiring_scenario import (
    MIGRANT_GROUP,
    HiringScenario,
    a_cell_row,
    build_figures,
)
from tests.factories.internship_scenario import ACCOUNT_DRAFT
from tests.factories.kept_database import KeptDatabase, Stage
from tests.factories.mentoring_scenario import MentoringScenario
from tests.factories.rows import CHENGDU_DISTRICT, NANGUAN_DISTRICT
from tests.factories.stranger import PASSWORD
from tests.factories.training_claim_scenario import TrainingClaimScenario
from tests.factories.world import World, a_world, add_officials

MONTHS = [date(2024, month, 1) for month in (8, 9, 10)]

JILIN = {
    "unit": ("unit",),
    "officer": ("officer", "colleague", "clerk"),
    "finance": ("till", "cashier"),
    "province": ("province", "deputy"),
}
SICHUAN = {
    "unit": ("hirer",),
    "officer": ("reviewer", "second"),
    "finance": ("finance", "payer"),
    "province": ("sichuan", "chengdu"),
}
KEEPER, PERSON = "boss", "myself"
"""The first unit's legal person, and somebody on file; both sign in by a password."""

GUARDED = "neighbour"
"""An officer who signs in by a password and, now and then, by a code as well."""

STRANGERS = ("other", "neighbour", "rival")
"""A unit and an officer of a third district, and another unit of Chengdu."""

OFFICERS = ("officer", "reviewer", "host", "neighbour")
"""One of each district; the host is where the guest is at home."""

GUEST_DISTRICT = "510105"


@dataclass(frozen=True)
class Opening:
    """The saved stage, and who there is."""

    stage: Stage
    accounts: Mapping[str, Account]


async def save_opening(kept: KeptDatabase, files: Path) -> Opening:
    """Build it once, and save it."""
    async with a_world(await kept.load(kept.pristine)) as world:
        await add_officials(world)
        await _open_jilin(world, files)
        await _open_sichuan(world)
        await world.add_unit("other", NANGUAN_DISTRICT)
        hashed = await world.service.passwords.hash_password(PASSWORD)
        await world.add_account(
            GUARDED, Role.DISTRICT_OFFICER, NANGUAN_DISTRICT, password_hash=hashed
        )
        rival = await world.add_unit("rival", CHENGDU_DISTRICT)
        await _let_in_a_guest(world)
        await HiringScenario(world).add_people(51, 52, employer=rival)
        await _let_sign_in(world, hashed)
    return Opening(await kept.save(), dict(world.accounts))


async def _open_jilin(world: World, files: Path) -> None:
    await world.add_unit("unit")
    await world.add_account("clerk", Role.DISTRICT_OFFICER)
    for name in ("till", "cashier"):
        await world.add_account(name, Role.FINANCE)
    await world.add_account("supplier", Role.DATA_SUPPLIER, "220000")
    chain = await MentoringScenario(world, files).set_up()
    await chain.confirm_parameters()
    interns = await a_crowd(chain, 4)
    await add_approved_reports(world, interns, MONTHS)
    await chain.add_retained_interns(11, 12)
    for number in (13, 14, 15):
        await world.add_person(number)
    await chain.add_bank_account()


async def _open_sichuan(world: World) -> None:
    scene = await TrainingClaimScenario(world, "hirer").set_up()
    await world.add_account("payer", Role.FINANCE, CHENGDU_DISTRICT)
    for name in ("sichuan", "chengdu"):
        await world.add_account(name, Role.PROVINCE_ADMINISTRATOR, "510000")
    await scene.hired.add_people(31, 32, 33, 34)
    await scene.hired.check_roster(a_cell_row(31), a_cell_row(32))
    await scene.hired.check_roster(a_cell_row(33), a_cell_row(34, MIGRANT_GROUP))
    await scene.seed_class(21, 22, number=1, course=1, opens_on=date(2025, 2, 24))
    await scene.seed_class(23, 24, number=2, course=2)
    other = {"accountName": "hirer有限公司", "number": "6222020200112233453", "isDefault": False}
    await scene.hired.run_step("addBankAccount", ACCOUNT_DRAFT | other, "bankAccount")


async def _let_in_a_guest(world: World) -> None:
    """Add an enterprise of another district, with people who are insured in Chengdu (X21).

    The district has figures of its own: nothing but the place of insurance bars a claim there.
    """
    await world.add_account("host", Role.DISTRICT_OFFICER, GUEST_DISTRICT)
    await add_rows(world, [*build_figures(confirmed=True, region=GUEST_DISTRICT)])
    guest = await HiringScenario(world, "guest").add_unit(GUEST_DISTRICT)
    await guest.add_people(41, 42, place=CHENGDU_DISTRICT)
    await guest.check_roster(a_cell_row(41), a_cell_row(42))


async def _let_sign_in(world: World, hashed: str) -> None:
    """Add a legal person and a person, whose passwords are known."""
    unit_id = world.accounts["unit"].unit_id
    await world.add_account(KEEPER, Role.LEGAL_PERSON, unit_id=unit_id, password_hash=hashed)
    await world.add_person(16)
    (person,) = [row for row in await world.load_rows(Person) if row.name == "见习生13"]
    own = {"person_id": person.id, "password_hash": hashed}
    await world.add_account(PERSON, Role.PERSON, person.region, **own)
