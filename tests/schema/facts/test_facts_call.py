"""Facts that the authorities' systems send: as files load, by account and region (X10, X13)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.seal import Seal
from loaders.advisory_lock import AdvisoryLock
from models import FactLoad, InsuranceContribution, Person, Role
from tests.factories.keys import RING
from tests.factories.refusal import assert_refused
from tests.factories.rows import CHENGDU_DISTRICT, a_credit_code, an_id_number
from tests.factories.world import World

WHO, OTHER = an_id_number(1), an_id_number(2)
CODE = a_credit_code(1)
LOADED = "... on FactLoadPayload { factLoad { kind source asOf region latest loaded } }"
CALL = {
    "kind": "INSURANCE_CONTRIBUTION",
    "source": "长春市社会保险事业管理局",
    "asOf": "2025-03-01",
    "region": "220100",
    "columns": ["公民身份号码", "姓名", "缴费月份", "统一社会信用代码"],
    "rows": [[WHO, "见习生1", "2024-10", CODE], [OTHER, "李四", "2024-11", ""]],
}


@pytest.fixture(autouse=True)
async def supplier(world: World) -> None:
    await world.add_account("supplier", Role.DATA_SUPPLIER, "220100")


async def sent(world: World, key: str | None = None, **more: Any) -> Any:
    return await world.mutate("loadFacts", CALL | more, "supplier", LOADED, key)


async def test_x13_a_system_sends_facts_and_they_are_on_file_with_source_and_date(
    world: World,
) -> None:
    await world.add_person(1)
    found = await sent(world)
    assert found["factLoad"] == {
        "kind": "INSURANCE_CONTRIBUTION",
        "source": CALL["source"],
        "asOf": "2025-03-01",
        "region": "220100",
        "latest": "2024-11-01",
        "loaded": 2,
    }
    rows = await world.load_rows(InsuranceContribution)
    assert {(row.source, str(row.as_of)) for row in rows} == {(CALL["source"], "2025-03-01")}
    assert len(await world.load_rows(Person)) == 2
    (note,) = await world.load_rows(FactLoad)
    assert note.account_id == world.accounts["supplier"].id


async def test_x12_the_same_call_again_changes_nothing_with_a_key_or_without(world: World) -> None:
    first = await sent(world, "a-key-of-its-own")
    before = await world.load_rows(InsuranceContribution)
    assert await sent(world, "a-key-of-its-own") == first
    assert (await sent(world))["factLoad"]["loaded"] == 2
    after = await world.load_rows(InsuranceContribution)
    assert {row.id for row in before} == {row.id for row in after}
    assert len(await world.load_rows(FactLoad)) == 1


async def test_x13_one_renamed_person_is_answered_and_all_others_are_loaded(
    world: World,
) -> None:
    await world.add_person(1)
    rows = [
        [OTHER, "李四", "2024-10", CODE],
        [WHO, "另一人", "2024-10", CODE],
        [WHO, "见习生1", "2024-13", CODE],
        [OTHER, "李四", "2024-11", CODE],
    ]
    wanted = "... on FactLoadPayload { factLoad { loaded refused faults { row column reason } } }"
    call, key = CALL | {"rows": rows}, "a-key-of-its-own"
    answers = [
        (await world.mutate("loadFacts", call, "supplier", wanted, key))["factLoad"]
        for key in (key, key, None)
    ]
    assert answers[0] == {
        "loaded": 2,
        "refused": 2,
        "faults": [
            {"row": 1, "column": "name", "reason": "NAME_DIFFERS"},
            {"row": 2, "column": "month", "reason": "NOT_A_MONTH"},
        ],
    }
    assert answers == [answers[0]] * 3
    assert len(await world.load_rows(InsuranceContribution)) == 2


async def test_x13_all_faults_of_a_call_are_told_by_row_and_column_where_no_row_is_sound(
    world: World,
) -> None:
    await world.add_person(1)
    rows = [
        [WHO, "", "2024-10", CODE[:-1] + "?"],
        [WHO[:-1] + "?", "见习生1", "2024-13", CODE],
        [WHO, "另一人", "2024-11", CODE],
        ["2.20104E+17", "", "2024-11", CODE],
        [OTHER, "", "2024-11", CODE],
        [WHO],
    ]
    assert sorted(await assert_refused(world, "loadFacts", CALL | {"rows": rows}, "supplier")) == [
        ("CELLS_DIFFER", "input.rows.5"),
        ("CELL_IS_NUMBER", "input.rows.3.id_number"),
        ("CREDIT_CODE_MALFORMED", "input.rows.0.employer_credit_code"),
        ("ID_NUMBER_MALFORMED", "input.rows.1.id_number"),
        ("NAME_DIFFERS", "input.rows.2.name"),
        ("NOT_A_MONTH", "input.rows.1.month"),
        ("PERSON_UNNAMED", "input.rows.4.name"),
    ]


async def test_x13_a_call_without_a_column_or_with_too_many_rows_is_refused_as_a_whole(
    world: World,
) -> None:
    faults = [("COLUMN_MISSING", "input.columns.month")]
    lacking = {"columns": ["公民身份号码", "统一社会信用代码"], "rows": [[WHO, CODE]]}
    assert await assert_refused(world, "loadFacts", CALL | lacking, "supplier") == faults
    none: dict[str, Any] = {"rows": [], "asOf": "2025-03-11", "region": CHENGDU_DISTRICT}
    assert await assert_refused(world, "loadFacts", CALL | none, "supplier") == [
        ("LIST_EMPTY", "input.rows"),
        ("REGION_OUTSIDE", "input.region"),
        ("DATE_IN_FUTURE", "input.asOf"),
    ]


async def test_x10_a_supplier_tells_of_nobody_beyond_its_region_on_file_or_not(
    world: World,
) -> None:
    """Whether somebody is on file elsewhere, no supplier learns."""
    await world.add_person(3, region=CHENGDU_DISTRICT)
    there = an_id_number(3, region=CHENGDU_DISTRICT)
    columns = [*CALL["columns"], "行政区划"]
    rows = [
        [there, "见习生3", "2024-10", CODE, ""],
        [OTHER, "李四", "2024-10", CODE, CHENGDU_DISTRICT],
    ]
    call = CALL | {"columns": columns, "rows": rows}
    assert await assert_refused(world, "loadFacts", call, "supplier") == [
        ("PERSON_OUTSIDE", "input.rows.0.id_number"),
        ("PERSON_OUTSIDE", "input.rows.1.id_number"),
    ]


async def test_x11_who_is_on_file_elsewhere_by_a_former_index_is_not_put_on_file_again(
    world: World,
) -> None:
    """The constraint knows one index of a number, and a new key has just been put first."""
    await world.add_person(3, region=CHENGDU_DISTRICT)
    there = an_id_number(3, region=CHENGDU_DISTRICT)
    ring = replace(RING, index=(b"n" * 32, *RING.index))
    world.app.state.service = replace(world.service, seal=Seal(ring))
    call = CALL | {
        "columns": [*CALL["columns"], "行政区划"],
        "rows": [
            [there, "见习生3", "2024-10", CODE, "220104"],
            [OTHER, "李四", "2024-10", CODE, "220104"],
        ],
    }
    wanted = "... on FactLoadPayload { factLoad { loaded faults { row reason } } }"
    assert (await world.mutate("loadFacts", call, "supplier", wanted))["factLoad"] == {
        "loaded": 1,
        "faults": [{"row": 0, "reason": "PERSON_OUTSIDE"}],
    }
    assert len(await world.load_rows(Person)) == 2


async def test_x10_a_supplier_sees_no_records_and_nobody_else_supplies(world: World) -> None:
    await world.add_person(1)
    answer = await world.ask("{ persons(first: 1) { edges { node { name } } } }", "supplier")
    assert answer.only == {"edges": []}
    for who in ("unit", "officer", "province"):
        assert await assert_refused(world, "loadFacts", CALL, who) == [("FORBIDDEN", "LOAD_FACTS")]


async def test_x13_of_calls_at_once_each_is_loaded_or_told_to_come_again(world: World) -> None:
    calls = [[[WHO, "见习生1", f"2024-{month:02}", CODE]] for month in range(1, 9)]
    results = await asyncio.gather(*(sent(world, rows=rows) for rows in calls))
    done = [result for result in results if result["__typename"] == "FactLoadPayload"]
    assert {r["reason"] for r in results if r not in done} <= {"LOAD_UNDER_WAY"}
    assert len(await world.load_rows(InsuranceContribution)) == len(done) >= 1
    assert len(await world.load_rows(Person)) == 1


async def test_x13_while_a_file_is_loaded_a_call_is_told_to_come_again(world: World) -> None:
    async with AsyncSession(world.administration) as session, session.begin():
        await AdvisoryLock.FACT_LOAD.lock(session)
        found = await assert_refused(world, "loadFacts", CALL, "supplier")
    assert found == [("LOAD_UNDER_WAY", "input")]
