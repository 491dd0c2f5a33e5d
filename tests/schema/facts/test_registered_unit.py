"""X13, X18: the register of units is mirrored, and verifies who says the same of themselves."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models import FactKind, History, RegisteredUnit, RegistrationStanding, Role, Unit
from resolvers.facts.fact_load import LoadResult
from resolvers.units.verification import RegisterPass
from tests.factories.fact import ReportedFaults, load_fact_file, write_csv_lines
from tests.factories.office import decide_parameter
from tests.factories.refusal import list_refusal_reasons
from tests.factories.rows import a_credit_code, an_id_number
from tests.factories.stranger import a_unit_registration, mutate_as_stranger
from tests.factories.world import World

HEADINGS = "统一社会信用代码,名称,法定代表人,法定代表人身份号码,登记状态,行政区划"
NUMBER = 50
CODE, REPRESENTATIVE = a_credit_code(NUMBER), an_id_number(NUMBER)
ENTRY = f"{CODE},新单位50有限公司,赵法人,{REPRESENTATIVE},存续,220104"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "register.csv"


async def load(world: World, file: Path, *rows: str, **more: Any) -> LoadResult:
    path = write_csv_lines(file, HEADINGS, *rows)
    return await load_fact_file(world.service, path, FactKind.REGISTERED_UNIT, **more)


async def register(world: World) -> None:
    done = await mutate_as_stranger(world, "registerUnit", a_unit_registration(NUMBER))
    assert done["__typename"] == "SessionPayload", done


async def verify(world: World) -> int:
    return await RegisterPass().verify_next(world.service)


async def test_x13_the_register_is_mirrored_and_keeps_no_number(world: World, file: Path) -> None:
    assert await load(world, file, ENTRY) == LoadResult(new=1)
    assert await load(world, file, ENTRY) == LoadResult(same=1)
    gone = ENTRY.replace("存续", "注销")
    assert (await load(world, file, gone, as_of=date(2025, 3, 2))).changed == 1
    assert (await load(world, file, ENTRY)).kept == 1  # an older file
    (row,) = await world.load_rows(RegisteredUnit)
    assert (row.name, row.standing) == ("新单位50有限公司", RegistrationStanding.DEREGISTERED)
    assert (row.as_of, row.region, row.void) == (date(2025, 3, 2), "220104", False)
    assert REPRESENTATIVE not in repr(vars(row))
    index = world.service.seal.compute_index("id_number", REPRESENTATIVE)
    assert row.representative_index == index


async def test_x13_rows_of_the_register_that_cannot_be_taken_are_told(
    world: World, file: Path
) -> None:
    told = ReportedFaults()
    await load(
        world,
        file,
        ENTRY,
        ENTRY.replace("赵法人", "钱法人"),
        f"{a_credit_code(51)},,赵法人,1,在不在,",
        f"{a_credit_code(52)},别处有限公司,赵法人,,存续,510104",
        told=told,
        keep_going=True,
        region="220104",
    )
    assert told.reasons == [
        (4, "TEXT_EMPTY", "name"),
        (4, "ID_NUMBER_MALFORMED", "representative_id_number"),
        (4, "NOT_A_STANDING", "standing"),
        (3, "FACT_CONTRADICTED", ""),
    ]
    assert {row.credit_code for row in await world.load_rows(RegisteredUnit)} == {
        CODE,
        a_credit_code(52),
    }


async def test_x18_a_unit_that_the_register_knows_as_it_says_is_verified(
    world: World, file: Path
) -> None:
    await register(world)
    assert await verify(world) == 0
    await load(world, file, ENTRY)
    assert await verify(world) == 1
    assert await verify(world) == 0
    (unit,) = [row for row in await world.load_rows(Unit) if row.credit_code == CODE]
    assert unit.verified_at is not None
    (step,) = [row for row in await world.load_rows(History) if row.action == "VERIFY"]
    assert (step.account_name, step.reason) == (
        "系统 system",
        "与单位登记信息一致（社保局，2025-03-01）",
    )


@pytest.mark.parametrize(
    "entry",
    [
        ENTRY.replace("新单位50", "别的单位"),
        ENTRY.replace("赵法人", "钱法人"),
        ENTRY.replace(REPRESENTATIVE, an_id_number(51)),
        ENTRY.replace(REPRESENTATIVE, ""),
        ENTRY.replace("存续", "吊销"),
        ENTRY.replace(CODE, a_credit_code(51)),
    ],
)
async def test_x18_what_differs_from_the_register_waits_for_an_officer(
    world: World, file: Path, entry: str
) -> None:
    await register(world)
    await load(world, file, entry)
    assert await verify(world) == 0


async def test_x18_where_a_region_wants_an_officer_the_register_verifies_nobody(
    world: World, file: Path
) -> None:
    await register(world)
    await decide_parameter(world, "unit.register_verifies", "false")
    await load(world, file, ENTRY)
    assert await verify(world) == 0


async def test_x10_a_supplier_tells_of_units_of_their_own_region_alone(
    world: World, file: Path
) -> None:
    """Neither of those elsewhere, nor of those on file there."""
    await world.add_account("supplier", Role.DATA_SUPPLIER)
    await load(world, file, f"{ENTRY.removesuffix('220104')}510104", region="510000")
    call = {
        "kind": "REGISTERED_UNIT",
        "source": "市场监督管理局",
        "asOf": "2025-03-01",
        "region": "220104",
        "columns": HEADINGS.split(","),
        "rows": [ENTRY.split(","), f"{a_credit_code(51)},别处公司,钱法人,,存续,510104".split(",")],
    }
    refused = await world.mutate("loadFacts", call, "supplier")
    assert list_refusal_reasons(refused) == [
        ("REGION_OUTSIDE", "input.rows.0.region"),
        ("REGION_OUTSIDE", "input.rows.1.region"),
    ]
