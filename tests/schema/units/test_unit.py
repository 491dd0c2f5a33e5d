import json
from typing import Any

from models import History, Unit
from tests.factories.refusal import assert_refused
from tests.factories.rows import a_post
from tests.factories.world import World, build_global_id

PROFILE = {
    "legalPersonType": "ENTERPRISE",
    "legalRepresentative": "赵法人",
    "industry": "软件业",
    "address": "人民大街2号",
    "employees": 80,
    "contactName": "钱联系",
    "contactMobile": "+86 139-1234-5678",
}
THEN = "... on UnitPayload { unit { version industry contactMobileMasked } }"
EMPTY: dict[str, Any] = {
    "legal_person_type": None,
    "legal_representative": None,
    "industry": None,
    "address": "",
    "employees": None,
    "contact_name": None,
    "contact_mobile_masked": None,
}
DECLARATION = {
    "plannedInterns": 1,
    "monthlyWage": "3000",
    "trainingPlan": "轮岗",
    "accidentInsurance": True,
    "staff": [],
}


async def unit_of(world: World, name: str) -> Unit:
    rows: list[Unit] = await world.load_rows(Unit)
    return next(row for row in rows if row.name == f"{name}有限公司")


async def profile_of(world: World, name: str, version: int = 1) -> dict[str, object]:
    unit = await unit_of(world, name)
    return PROFILE | {"id": build_global_id("Unit", unit.id), "version": version}


async def test_j6_a_declaration_names_all_that_the_profile_lacks_until_it_is_complete(
    world: World,
) -> None:
    await world.add_unit("bare", **EMPTY)
    result = await world.mutate("createDeclaration", DECLARATION, "bare")
    for name in ("legalPersonType", "legalRepresentative", "industry", "address", "employees"):
        assert name in result["message"]
    assert result["message"].count(", ") == 6
    assert await assert_refused(world, "createDeclaration", DECLARATION, "bare") == [
        ("PROFILE_INCOMPLETE", "input")
    ]
    done = await world.mutate("completeUnitProfile", await profile_of(world, "bare"), "bare", THEN)
    assert done["unit"] == {
        "version": 2,
        "industry": "软件业",
        "contactMobileMasked": "139****5678",
    }
    made = await world.mutate("createDeclaration", DECLARATION, "bare")
    assert made["__typename"] == "DeclarationPayload"


async def test_x9_a_changed_profile_is_remembered_and_no_mobile_is(world: World) -> None:
    await world.add_unit("bare", **EMPTY)
    await world.mutate("completeUnitProfile", await profile_of(world, "bare"), "bare")
    again = await profile_of(world, "bare", 2)
    await world.mutate("completeUnitProfile", again | {"contactMobile": "13700001111"}, "bare")
    first, second = sorted(await world.load_rows(History), key=lambda row: str(row.id))
    assert first.changes["industry"] == ["", "软件业"]
    assert first.changes["contact_mobile_sealed"] == "sealed"
    assert second.changes["contact_mobile_index"] == "sealed"
    assert second.changes["contact_mobile_masked"] == ["139****5678", "137****1111"]
    assert "industry" not in second.changes
    for row in (first, second):
        kept = json.dumps(row.changes)
        assert "13912345678" not in kept
        assert "13700001111" not in kept
        assert (row.action, row.account_name) == ("CHANGE", "bare account")


async def test_x12_a_profile_that_somebody_else_changed_is_told_with_its_version(
    world: World,
) -> None:
    await world.mutate("completeUnitProfile", await profile_of(world, "unit"), "unit")
    stale = await profile_of(world, "unit", 1)
    assert await assert_refused(world, "completeUnitProfile", stale, "unit") == [
        ("STALE_VERSION 2", "input.id")
    ]


async def test_j6_all_that_cannot_be_read_in_a_profile_is_told_at_once(world: World) -> None:
    bad = await profile_of(world, "unit") | {
        "contactMobile": "0431-8888888",
        "address": " \u3000 ",
        "industry": "x" * 101,
        "contactName": "a\u202eb",
    }
    assert await assert_refused(world, "completeUnitProfile", bad, "unit") == [
        ("TEXT_TOO_LONG", "input.industry"),
        ("TEXT_EMPTY", "input.address"),
        ("TEXT_UNPRINTABLE", "input.contactName"),
        ("MOBILE_MALFORMED", "input.contactMobile"),
    ]


async def test_j6_an_absurd_number_of_employees_is_refused(world: World) -> None:
    for employees in (-1, 0, 5_000_001):
        bad = await profile_of(world, "unit") | {"employees": employees}
        assert await assert_refused(world, "completeUnitProfile", bad, "unit") == [
            ("NUMBER_OUT_OF_RANGE", "input.employees")
        ]


async def test_j5_another_units_profile_is_no_such_record(world: World) -> None:
    unit, other = await unit_of(world, "unit"), await world.add_unit("other")
    post = a_post(unit)
    await world.add_rows(post)
    mine = build_global_id("Unit", unit.id)
    for id_ in (
        build_global_id("Unit", other.id),
        build_global_id("Post", unit.id, post.id),
        build_global_id("Post", unit.id),
        build_global_id("Unit", unit.id, unit.id),
        mine.lower(),
        mine + "=",
        "",
        "不存在",
    ):
        asked = PROFILE | {"id": id_, "version": 1}
        assert await assert_refused(world, "completeUnitProfile", asked, "unit") == [
            ("NOT_FOUND", "input.id")
        ]


async def test_s1_an_officer_does_not_write_a_units_profile(world: World) -> None:
    asked = await profile_of(world, "unit")
    assert await assert_refused(world, "completeUnitProfile", asked, "officer") == [
        ("FORBIDDEN", "MAINTAIN_UNIT")
    ]
