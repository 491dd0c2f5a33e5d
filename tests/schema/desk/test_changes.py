"""What changed since a record was decided on, field by field, for who decides again (X9)."""

from datetime import date
from typing import Any

from models import Person
from tests.factories.crowd import a_crowd
from tests.factories.internship_scenario import (
    DECLARATION_DRAFT,
    POST_DRAFT,
    STAFF_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.story import story
from tests.factories.world import World

ASKED = """query ($id: ID!) { node(id: $id) { ... on Reviewed {
  changes { field fieldName before after } } } }"""
IN_WORDS = """query ($id: ID!) { node(id: $id) { ... on Intern {
  changes { field beforeLabel afterLabel afterRecord { ... on Post { name } } }
  history(first: 1) { nodes { changes { field beforeLabel afterLabel
    beforeRecord { ... on Post { name } } afterRecord { ... on Post { name } } } } } } } }"""
NAMED = "query ($id: ID!) { node(id: $id) { ... on Post { name } } }"
REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version } }"


async def changed(world: World, row: Any, language: str = "en", as_: str = "officer") -> Any:
    answer = await world.ask(ASKED, as_, language, id=row["id"])
    return [tuple(change.values()) for change in answer.only["changes"]]


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def test_x9_a_declaration_that_comes_back_shows_what_was_corrected(world: World) -> None:
    chain, kind = InternshipScenario(world), "declaration"
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "unit", kind)
    draft = to_decision(row) | DECLARATION_DRAFT | {"plannedInterns": 11}
    row = await chain.run_step("changeDeclaration", draft, "unit", kind)
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", kind)
    assert await changed(world, row) == []
    row = await chain.run_step(
        "returnDeclaration", to_decision(row) | {"reason": "补充"}, "officer", kind
    )
    more = [*STAFF_DRAFT, {"name": "周专职", "duty": "考勤", "mobile": "13700001111"}]
    change = to_decision(row) | DECLARATION_DRAFT | {"plannedInterns": 12, "staff": more}
    row = await chain.run_step("changeDeclaration", change, "unit", kind)
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", kind)
    (interns, staff) = await changed(world, row)
    assert interns == ("planned_interns", "planned interns", "11", "12")
    assert (staff[0], staff[1]) == ("staff", "dedicated staff")
    assert "周专职" in staff[3]
    assert "13700001111" not in staff[3]
    assert (await changed(world, row, "zh"))[0][1] == "计划见习人数"
    row = await chain.run_step("approveDeclaration", to_decision(row), "officer", kind)
    assert await changed(world, row) == []


async def test_x9_reports_saved_in_bulk_show_figures_and_amount_each_for_itself(
    chain: InternshipScenario,
) -> None:
    world, interns = chain.world, await a_crowd(chain, 3)
    rows = await chain.save_reports("2024-09", *interns, wagePaid="2000.00")
    sent = {"records": list(map(to_decision, rows))}
    rows = (await world.mutate("submitMonthlyReports", sent, "unit", REPORTS))["monthlyReports"]
    back = {"verdict": "RETURN", "reason": "工资有误", "records": list(map(to_decision, rows))}
    await world.mutate("reviewMonthlyReports", back, "officer")
    wages = ("3400.00", "3008.00", "2000.00")
    figures = {"daysAttended": 22, "insurancePaid": "200.00"}
    again = [
        figures | {"internId": intern["id"], "wagePaid": wage, "version": row["version"] + 1}
        for intern, row, wage in zip(interns, rows, wages, strict=True)
    ]
    saved = await world.mutate(
        "saveMonthlyReports", {"month": "2024-09", "rows": again}, "unit", REPORTS
    )
    found = [await changed(world, row) for row in saved["monthlyReports"]]
    for wage, changes in zip(wages[:2], found[:2], strict=True):
        assert changes == [
            ("wage_paid", "wage paid in yuan", "2000.00", wage),
            ("payable_subsidy", "payable subsidy in yuan", "", "1880.00"),
        ]
    assert found[2] == []


async def test_x9_another_post_is_named_by_its_id_which_can_be_looked_up(
    chain: InternshipScenario,
) -> None:
    world, first = chain.world, chain.post
    intern = await chain.approve_intern(1)
    back = to_decision(intern) | {"reason": "岗位有误"}
    row = await chain.run_step("revokeIntern", back, "officer", "intern")
    second = await chain.add_post(name="运维")
    terms = chain.build_terms(1)
    moved = {name: terms[name] for name in terms if name not in {"idNumber", "name"}}
    row = await chain.run_step("changeIntern", to_decision(row) | moved, "unit", "intern")
    ((field, name, before, after),) = await changed(world, row, "zh")
    assert (field, name, before, after) == ("post_id", "岗位", first["id"], second["id"])
    assert (await world.ask(NAMED, "officer", id=before)).only == {"name": POST_DRAFT["name"]}


async def test_x9_changed_values_are_told_in_words_and_records_by_themselves(
    chain: InternshipScenario,
) -> None:
    intern, first = await chain.approve_intern(1), POST_DRAFT["name"]
    back = to_decision(intern) | {"reason": "有误"}
    row = await chain.run_step("revokeIntern", back, "officer", "intern")
    second = await chain.add_post(name="运维")
    (person,) = await chain.world.load_rows(Person)
    await chain.world.add_unemployment(person, date(2024, 1, 1))
    moved = to_decision(row) | {"postId": second["id"], "category": "UNEMPLOYED_YOUTH"}
    await chain.run_step("changeIntern", moved, "unit", "intern")
    words = {
        "zh": ("离校未就业高校毕业生", "失业青年"),
        "en": ("Graduate", "Unemployed youth"),
    }
    for language, (before, after) in words.items():
        told = (await chain.world.ask(IN_WORDS, "unit", language, id=intern["id"])).only
        category = {"field": "category", "beforeLabel": before, "afterLabel": after}
        moves = {"field": "post_id", "beforeLabel": None, "afterLabel": None}
        assert told["changes"] == [
            moves | {"afterRecord": {"name": "运维"}},
            category | {"afterRecord": None},
        ]
        assert told["history"]["nodes"][0]["changes"] == [
            moves | {"beforeRecord": {"name": first}, "afterRecord": {"name": "运维"}},
            category | {"beforeRecord": None, "afterRecord": None},
        ]


async def test_x9_a_struck_line_shows_on_the_claim_that_was_returned(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    other = await chain.approve_intern(2)
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, intern, other)
    row = await chain.submit_claim("2024-10")
    back = row | {"reason": "减少人数"}
    row = await chain.run_step("returnClaim", back, "officer", "claim")
    account = (await chain.world.ask("{ bankAccounts { edges { node { id } } } }", "unit")).only
    change = to_decision(row) | {"month": "2024-10", "internIds": [intern["id"]]}
    change |= {"bankAccountId": account["edges"][0]["node"]["id"]}
    row = await chain.run_step("changeLivingAllowanceClaim", change, "unit", "claim")
    ((field, name, before, after),) = await changed(chain.world, row)
    assert (field, name) == ("amount", "amount in yuan")
    assert float(before) == 2 * float(after)
