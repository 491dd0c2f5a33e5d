import asyncio
from typing import Any

from models import Declaration, DeclarationStaff, History, Role, Status
from tests.factories.internship_scenario import (
    DECLARATION_DRAFT,
    STAFF_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import NANGUAN_DISTRICT
from tests.factories.world import World

KIND = "declaration"


async def drafted(world: World, unit: str = "unit") -> Any:
    return await InternshipScenario(world, unit).run_step(
        "createDeclaration", DECLARATION_DRAFT, unit, KIND
    )


async def step(world: World, action: str, row: Any, as_: str, **more: Any) -> Any:
    return await InternshipScenario(world).run_step(
        f"{action}Declaration", to_decision(row) | more, as_, KIND
    )


async def test_j9_a_returned_declaration_tells_why_is_corrected_and_submitted_again(
    world: World,
) -> None:
    row = await step(world, "submit", await drafted(world), "unit")
    row = await step(world, "return", row, "officer", reason="培养计划\n太短")
    query = "{ declarations { edges { node { status reason staff { name mobileMasked } } } } }"
    (edge,) = (await world.ask(query, "unit")).only["edges"]
    assert edge["node"]["status"] == "RETURNED"
    assert edge["node"]["reason"] == "培养计划\n太短"
    better = DECLARATION_DRAFT | {
        "trainingPlan": "六个月",
        "staff": [STAFF_DRAFT[0] | {"name": "李专职"}],
    }
    row = await step(world, "change", row, "unit", **better)
    row = await step(world, "submit", row, "unit")
    await step(world, "approve", row, "colleague")
    (edge,) = (await world.ask(query, "unit")).only["edges"]
    assert edge["node"]["status"] == "APPROVED"
    assert edge["node"]["reason"] is None
    assert edge["node"]["staff"] == [{"name": "李专职", "mobileMasked": "138****5678"}]


async def test_s15_a_declaration_that_was_handled_is_called_by_its_unit(world: World) -> None:
    row = await step(world, "submit", await drafted(world), "unit")
    await step(world, "approve", row, "officer")
    (edge,) = (await world.ask("{ handled { edges { node { title action } } } }", "officer")).only[
        "edges"
    ]
    assert edge["node"] == {"title": "unit有限公司", "action": "APPROVE"}


async def test_j7_a_unit_has_one_declaration_and_a_withdrawn_one_frees_it(world: World) -> None:
    row = await drafted(world)
    assert await assert_refused(world, "createDeclaration", DECLARATION_DRAFT, "unit") == [
        ("DECLARATION_EXISTS", "input")
    ]
    row = await step(world, "submit", row, "unit")
    assert (await try_mutation(world, "createDeclaration", DECLARATION_DRAFT, "unit"))["reason"]
    await step(world, "withdraw", row, "unit")
    await InternshipScenario(world).approve_declaration()
    assert list_refusal_reasons(
        await try_mutation(world, "createDeclaration", DECLARATION_DRAFT, "unit")
    )
    statuses = [row.status for row in await world.load_rows(Declaration)]
    assert sorted(statuses) == [Status.APPROVED, Status.WITHDRAWN]


async def test_j7_of_32_who_declare_at_once_one_succeeds(world: World) -> None:
    results = await asyncio.gather(
        *(try_mutation(world, "createDeclaration", DECLARATION_DRAFT, "unit") for _ in range(32))
    )
    lost = [result for result in results if result["__typename"] != "DeclarationPayload"]
    assert [list_refusal_reasons(result) for result in lost] == [
        [("DECLARATION_EXISTS", "input")]
    ] * 31
    for table in (Declaration, DeclarationStaff, History):
        assert len(await world.load_rows(table)) == 1


async def test_j8_a_declaration_without_staff_can_be_saved_but_not_submitted(world: World) -> None:
    empty = DECLARATION_DRAFT | {"staff": []}
    row = await InternshipScenario(world).run_step("createDeclaration", empty, "unit", KIND)
    assert await assert_refused(world, "submitDeclaration", to_decision(row), "unit") == [
        ("STAFF_MISSING", "input.staff")
    ]


async def test_j8_the_staff_are_replaced_as_a_whole_and_remembered(world: World) -> None:
    row = await drafted(world)
    two = [STAFF_DRAFT[0], {"name": "周专职", "duty": "考勤", "mobile": "13700001111"}]
    row = await step(world, "change", row, "unit", **(DECLARATION_DRAFT | {"staff": two}))
    await step(world, "change", row, "unit", **(DECLARATION_DRAFT | {"staff": two}))
    assert sorted(s.name for s in await world.load_rows(DeclarationStaff)) == ["周专职", "孙专职"]
    entries = [h for h in await world.load_rows(History) if h.action == "CHANGE_STAFF"]
    assert [entry.changes["staff"] for entry in entries] == [
        [
            "孙专职, 带教管理, 138****5678",
            "孙专职, 带教管理, 138****5678; 周专职, 考勤, 137****1111",
        ]
    ]


async def test_j8_figures_beyond_reason_are_told_at_once(world: World) -> None:
    bad = DECLARATION_DRAFT | {
        "plannedInterns": 0,
        "monthlyWage": "1000000.01",
        "staff": STAFF_DRAFT * 201,
    }
    assert await assert_refused(world, "createDeclaration", bad, "unit") == [
        ("NUMBER_OUT_OF_RANGE", "input.plannedInterns"),
        ("AMOUNT_ABSURD", "input.monthlyWage"),
        ("LIST_TOO_LONG", "input.staff"),
    ]


async def test_j8_what_cannot_be_read_is_told_at_once_with_its_place(world: World) -> None:
    staff = [STAFF_DRAFT[0], {"name": "", "duty": "带教", "mobile": "12345"}]
    for wage in ("-1", "1e3", "3,100", "", "NaN", "3100.005", "99999999999"):
        bad = DECLARATION_DRAFT | {"monthlyWage": wage, "staff": staff}
        assert await assert_refused(world, "createDeclaration", bad, "unit") == [
            ("NOT_AN_AMOUNT", "input.monthlyWage"),
            ("TEXT_EMPTY", "input.staff.1.name"),
            ("MOBILE_MALFORMED", "input.staff.1.mobile"),
        ]


async def test_x12_of_two_officers_who_approve_at_once_one_wins(world: World) -> None:
    row = to_decision(await step(world, "submit", await drafted(world), "unit"))
    both = ("officer", "colleague") * 4
    results = await asyncio.gather(
        *(try_mutation(world, "approveDeclaration", row, who) for who in both)
    )
    lost = [result for result in results if result["__typename"] != "DeclarationPayload"]
    assert [list_refusal_reasons(result) for result in lost] == [
        [("STALE_VERSION 3", "input.id")]
    ] * 7
    assert [h.action for h in await world.load_rows(History)].count("APPROVE") == 1


async def test_x12_approval_and_withdrawal_at_once_have_one_winner(world: World) -> None:
    row = to_decision(await step(world, "submit", await drafted(world), "unit"))
    results = await asyncio.gather(
        try_mutation(world, "approveDeclaration", row, "officer"),
        try_mutation(world, "withdrawDeclaration", row, "unit"),
    )
    assert sorted(result["__typename"] for result in results) == [
        "DeclarationPayload",
        "StaleVersion",
    ]


async def test_x12_a_returned_declaration_changed_by_someone_else_is_stale(world: World) -> None:
    row = await step(world, "submit", await drafted(world), "unit")
    row = await step(world, "return", row, "officer", reason="补充")
    await step(world, "change", row, "unit", **DECLARATION_DRAFT)
    change = to_decision(row) | DECLARATION_DRAFT
    assert await assert_refused(world, "changeDeclaration", change, "unit") == [
        ("STALE_VERSION 4", "input.id")
    ]


async def test_x1_a_reviewer_gives_a_reason_that_says_something(world: World) -> None:
    row = await step(world, "submit", await drafted(world), "unit")
    for blank in ("", " \n\t ", "\u200b"):
        assert await assert_refused(
            world, "returnDeclaration", to_decision(row) | {"reason": blank}, "officer"
        ) == [("TEXT_EMPTY", "input.reason")]


async def test_x10_officers_of_another_district_do_not_find_the_declaration(world: World) -> None:
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    row = await step(world, "submit", await drafted(world), "unit")
    assert await assert_refused(world, "approveDeclaration", to_decision(row), "elsewhere") == [
        ("NOT_FOUND", "input.id")
    ]


async def test_j5_a_unit_lists_its_own_declarations_newest_first(world: World) -> None:
    await world.add_unit("other")
    await drafted(world, "other")
    first = await drafted(world)
    await step(world, "withdraw", first, "unit")
    second = await drafted(world)
    answer = await world.ask("{ declarations { edges { node { id } } totalCount } }", "unit")
    assert [edge["node"]["id"] for edge in answer.only["edges"]] == [second["id"], first["id"]]
    assert answer.only["totalCount"] == 2
