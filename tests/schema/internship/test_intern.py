import asyncio
from datetime import date
from pathlib import Path
from typing import Any

from models import Education, FactKind, History, Intern, UnemploymentRegistration
from tests.factories.fact import load_fact_file, write_csv_lines
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import a_post, an_id, an_id_number
from tests.factories.world import World, build_global_id

DECLARATION_FIRST = [("DECLARATION_NOT_APPROVED", "input")]


async def ready(world: World, unit: str = "unit") -> InternshipScenario:
    """Bring a unit to where it may add interns."""
    chain = InternshipScenario(world, unit)
    await chain.approve_declaration()
    await chain.add_post()
    return chain


def change_of(chain: InternshipScenario, row: Any, **changes: Any) -> dict[str, Any]:
    terms = chain.build_terms(1, **changes)
    return to_decision(row) | {k: v for k, v in terms.items() if k not in {"idNumber", "name"}}


async def step(chain: InternshipScenario, action: str, row: Any, as_: str, **more: Any) -> Any:
    return await chain.run_step(f"{action}Intern", to_decision(row) | more, as_, "intern")


async def test_j14_only_a_unit_with_an_approved_declaration_adds_and_submits_interns(
    world: World,
) -> None:
    chain = InternshipScenario(world)
    declaration = await chain.approve_declaration()
    await chain.add_post()
    row = await chain.add_intern(1)
    reason = {"reason": "复核"}
    await chain.run_step(
        "revokeDeclaration", to_decision(declaration) | reason, "officer", "declaration"
    )
    terms = chain.build_terms(1)
    assert await assert_refused(world, "addIntern", terms, "unit") == DECLARATION_FIRST
    assert (
        await assert_refused(world, "submitIntern", to_decision(row), "unit") == DECLARATION_FIRST
    )
    assert (
        await assert_refused(world, "changeIntern", change_of(chain, row), "unit")
        == DECLARATION_FIRST
    )


async def test_j15_an_intern_takes_a_person_on_file_under_their_own_name(world: World) -> None:
    chain = await ready(world)
    unknown = [("PERSON_NOT_ON_FILE", "input.idNumber")]
    assert await assert_refused(world, "addIntern", chain.build_terms(1), "unit") == unknown
    await world.add_person(1)
    other = chain.build_terms(1, name="别人")
    assert await assert_refused(world, "addIntern", other, "unit") == unknown
    added = await chain.run_step(
        "addIntern", chain.build_terms(1, name=" 见习生１"), "unit", "intern"
    )
    query = (
        "query ($id: ID!) { node(id: $id) { ... on Intern { name idNumberMasked person { id } } } }"
    )
    shown = (await world.ask(query, "unit", id=added["id"])).only
    assert shown["name"] == "见习生1"
    assert an_id_number(1)[2:17] not in shown["idNumberMasked"]
    assert shown["person"] is None


async def test_j15_the_post_is_one_of_the_units_own_and_approved(world: World) -> None:
    other = await world.add_unit("other")
    theirs = a_post(other)
    await world.add_rows(theirs)
    chain = await ready(world)
    await world.add_person(1)
    own = world.accounts["unit"].unit_id
    assert own is not None
    for id_ in (
        build_global_id("Post", other.id, theirs.id),
        build_global_id("Post", own, theirs.id),
        build_global_id("Intern", own, an_id("x")),
        "岗位",
    ):
        asked = chain.build_terms(1, postId=id_)
        assert await assert_refused(world, "addIntern", asked, "unit") == [
            ("NOT_FOUND", "input.postId")
        ]
    await chain.run_step(
        "revokePost", to_decision(chain.post) | {"reason": "复核"}, "officer", "post"
    )
    assert await assert_refused(world, "addIntern", chain.build_terms(1), "unit") == [
        ("POST_NOT_APPROVED", "input.postId")
    ]


async def test_j15_an_intern_whose_post_was_revoked_meanwhile_goes_no_further(
    world: World,
) -> None:
    chain = await ready(world)
    row = await chain.add_intern(1)
    row = await step(chain, "submit", row, "unit")
    await chain.run_step(
        "revokePost", to_decision(chain.post) | {"reason": "复核"}, "officer", "post"
    )
    assert await assert_refused(world, "approveIntern", to_decision(row), "officer") == [
        ("POST_NOT_APPROVED", "input")
    ]


async def test_j10_a_closed_post_keeps_its_interns_and_takes_nobody_new(world: World) -> None:
    """J10, J14: item J29."""
    chain = await ready(world)
    running = await chain.approve_intern(1)
    draft = await chain.add_intern(2)
    await world.add_person(3)
    closed = await chain.run_step("closePost", to_decision(chain.post), "unit", "post")
    no = [("POST_CLOSED", "input.postId")]
    assert await assert_refused(world, "addIntern", chain.build_terms(3), "unit") == no
    draft = await step(chain, "change", draft, "unit", **change_of(chain, draft))
    draft = await step(chain, "submit", draft, "unit")
    await step(chain, "approve", draft, "officer")
    assert len(await chain.save_reports("2024-09", running)) == 1
    moved = await chain.add_post(name="另一岗位")
    chain.post = closed
    other = await chain.approve_intern(4, postId=moved["id"])
    wanted = {"intern": change_of(chain, other) | {"takesEffectOn": "2024-10-01"}}
    asked = {"change": wanted, "motive": "转岗"}
    no = [("POST_CLOSED", "input.change.intern.postId")]
    assert await assert_refused(world, "requestChange", asked, "unit") == no


async def test_j15_all_faults_of_the_terms_are_told_at_once(world: World) -> None:
    chain = await ready(world)
    await world.add_person(1, born=date(1990, 1, 1))
    number = an_id_number(1, date(1990, 1, 1))
    bad = chain.build_terms(
        1,
        idNumber=number,
        category="UNEMPLOYED_YOUTH",
        agreedOn="2025-03-11",
        startsOn="2025-03-10",
        endsOn="2025-03-09",
    )
    assert await assert_refused(world, "addIntern", bad, "unit") == [
        ("DATE_IN_FUTURE", "input.agreedOn"),
        ("AGREED_AFTER_START", "input.agreedOn"),
        ("DATES_REVERSED", "input.endsOn"),
        ("AGE_OUTSIDE", "input.category"),
        ("NOT_REGISTERED_UNEMPLOYED", "input.category"),
    ]


async def test_j15_what_cannot_be_read_is_told_at_once(world: World) -> None:
    chain = await ready(world)
    bad = chain.build_terms(
        1, idNumber="220104030504001", name="", agreedOn="2024-7-1", startsOn="2024-02-30"
    )
    assert await assert_refused(world, "addIntern", bad, "unit") == [
        ("NOT_A_DATE", "input.agreedOn"),
        ("NOT_A_DATE", "input.startsOn"),
        ("ID_NUMBER_15_DIGITS", "input.idNumber"),
        ("TEXT_EMPTY", "input.name"),
    ]


async def test_j17_a_graduates_contributions_are_looked_up(world: World) -> None:
    chain = await ready(world)
    person = await world.add_person(1)
    await world.add_contribution(person, date(2024, 8, 1))
    await chain.run_step("addIntern", chain.build_terms(1), "unit", "intern")
    await world.add_contribution(person, date(2024, 7, 1))
    assert await assert_refused(world, "addIntern", chain.build_terms(1), "unit") == [
        ("INSURED", "input.category")
    ]


async def test_j17_a_youths_registration_is_looked_up(world: World) -> None:
    chain = await ready(world)
    person = await world.add_person(1, education=Education.JUNIOR_MIDDLE, graduated_on=None)
    youth = chain.build_terms(1, category="UNEMPLOYED_YOUTH")
    assert await assert_refused(world, "addIntern", youth, "unit") == [
        ("NOT_REGISTERED_UNEMPLOYED", "input.category")
    ]
    await world.add_unemployment(person, date(2024, 7, 15))
    await chain.run_step("addIntern", youth, "unit", "intern")
    assert len(await world.load_rows(UnemploymentRegistration)) == 1


async def test_j17_an_id_of_the_wrong_age_is_refused_with_age_and_bounds(world: World) -> None:
    chain = await ready(world)
    born = date(2000, 7, 15)
    person = await world.add_person(1, born=born)
    await world.add_unemployment(person, date(2024, 1, 1))
    youth = chain.build_terms(1, idNumber=an_id_number(1, born), category="UNEMPLOYED_YOUTH")
    await chain.run_step("addIntern", youth, "unit", "intern")
    later = youth | {"agreedOn": "2025-03-01", "startsOn": "2025-03-01", "endsOn": "2025-05-31"}
    await chain.run_step("addIntern", later, "unit", "intern")
    world.clock.set_day(date(2025, 7, 15))
    birthday = later | {"agreedOn": "2025-07-15", "startsOn": "2025-07-15", "endsOn": "2025-07-31"}
    assert await assert_refused(world, "addIntern", birthday, "unit") == [
        ("AGE_OUTSIDE", "input.category")
    ]
    result = await try_mutation(world, "addIntern", birthday, "unit")
    assert "25" in result["message"]
    assert "16-24" in result["message"]


async def test_j15_an_agreement_of_long_ago_is_refused_for_its_date_alone(world: World) -> None:
    chain = await ready(world)
    await world.add_person(1)
    old = chain.build_terms(1, agreedOn="1900-01-01")
    assert await assert_refused(world, "addIntern", old, "unit") == [
        ("DATE_TOO_EARLY", "input.agreedOn")
    ]


async def test_j15_dates_of_the_last_year_of_all_are_judged_and_not_unreadable(
    world: World,
) -> None:
    chain = await ready(world)
    await world.add_person(1)
    last = dict.fromkeys(("agreedOn", "startsOn", "endsOn"), "9999-12-30")
    assert ("DATE_IN_FUTURE", "input.agreedOn") in await assert_refused(
        world, "addIntern", chain.build_terms(1, **last), "unit"
    )


async def test_j17_conditions_are_judged_again_at_submission_and_at_review(world: World) -> None:
    chain = await ready(world)
    person = await world.add_person(1)
    row = await chain.run_step("addIntern", chain.build_terms(1), "unit", "intern")
    row = await step(chain, "submit", row, "unit")
    await world.add_contribution(person, date(2024, 7, 1))
    result = await try_mutation(world, "approveIntern", to_decision(row), "officer")
    assert [reason for reason, _ in list_refusal_reasons(result)] == ["INSURED"]
    row = await step(chain, "return", row, "officer", reason="有缴费记录")
    result = await try_mutation(world, "submitIntern", to_decision(row), "unit")
    assert [reason for reason, _ in list_refusal_reasons(result)] == ["INSURED"]


async def test_j18_interns_are_returned_corrected_and_approved_or_refused_for_good(
    world: World,
) -> None:
    chain = await ready(world)
    row = await step(chain, "submit", await chain.add_intern(1), "unit")
    row = await step(chain, "return", row, "officer", reason="日期有误")
    row = await step(chain, "change", row, "unit", **change_of(chain, row, endsOn="2025-01-31"))
    row = await step(chain, "submit", row, "unit")
    await step(chain, "approve", row, "officer")
    other = await step(chain, "submit", await chain.add_intern(2), "unit")
    other = await step(chain, "refuse", other, "officer", reason="材料不实")
    result = await try_mutation(world, "submitIntern", to_decision(other), "unit")
    assert list_refusal_reasons(result) == [("WRONG_STATUS", "input")]
    assert "state refused" in result["message"]


async def test_j23_a_term_longer_than_twelve_months_is_refused_with_the_figure(
    world: World,
) -> None:
    chain = await ready(world)
    await world.add_person(1)
    long = chain.build_terms(1, endsOn="2025-08-01")
    assert await assert_refused(world, "addIntern", long, "unit") == [
        ("TERM_TOO_LONG", "input.endsOn")
    ]
    assert "12" in (await try_mutation(world, "addIntern", long, "unit"))["message"]


async def test_j23_a_person_is_an_intern_of_a_unit_once_until_withdrawn_or_refused(
    world: World,
) -> None:
    chain = await ready(world)
    first = await step(chain, "submit", await chain.add_intern(1), "unit")
    second = await chain.run_step("addIntern", chain.build_terms(1), "unit", "intern")
    result = await try_mutation(world, "submitIntern", to_decision(second), "unit")
    assert [reason for reason, _ in list_refusal_reasons(result)] == ["INTERN_ALREADY_HERE"]
    await step(chain, "withdraw", first, "unit")
    await step(chain, "submit", second, "unit")
    assert sorted(row.status for row in await world.load_rows(Intern)) == ["SUBMITTED", "WITHDRAWN"]


async def test_j5_interns_of_another_unit_are_neither_listed_nor_found(world: World) -> None:
    await world.add_unit("other")
    theirs = await ready(world, "other")
    row = await theirs.add_intern(1)
    chain = await ready(world)
    mine = [(await chain.add_intern(n))["id"] for n in (2, 3, 4)]
    answer = await world.ask("{ interns { edges { node { id } } totalCount } }", "unit")
    assert [edge["node"]["id"] for edge in answer.only["edges"]] == mine[::-1]
    assert answer.only["totalCount"] == 3
    asked = change_of(chain, row)
    assert await assert_refused(world, "changeIntern", asked, "unit") == [("NOT_FOUND", "input.id")]
    assert await assert_refused(world, "withdrawIntern", to_decision(row), "unit") == [
        ("NOT_FOUND", "input.id")
    ]


SCHOOLING = """query ($id: ID!) { node(id: $id) { ... on Intern { schooling { outcome source reason
  stated { education graduatedOn } recorded { education graduatedOn } } } } }"""


async def test_j17_the_official_record_beats_the_persons_own_statement(
    world: World, tmp_path: Path
) -> None:
    """Told before or after the person said otherwise; the reviewer sees both, the unit neither."""
    chain = await ready(world)
    row = await chain.add_intern(1)
    asked = (await world.ask(SCHOOLING, "officer", id=row["id"])).only["schooling"]
    assert (asked["outcome"], asked["reason"]) == ("UNKNOWN", "SCHOOLING_UNPROVEN")
    number = an_id_number(1, date(2003, 5, 4))
    path = write_csv_lines(
        tmp_path / "persons.csv",
        "公民身份号码,姓名,学历,毕业日期",
        f"{number},见习生1,本科,2020-06-30",
    )
    await load_fact_file(world.service, path, FactKind.PERSON, source="教育局")
    asked = (await world.ask(SCHOOLING, "officer", id=row["id"])).only["schooling"]
    assert (asked["outcome"], asked["source"]) == ("FAIL", "教育局")
    assert asked["stated"]["graduatedOn"] == "2024-06-30"
    assert asked["recorded"]["graduatedOn"] == "2020-06-30"
    assert await assert_refused(world, "submitIntern", to_decision(row), "unit") == [
        ("NOT_A_GRADUATE", "input.category")
    ]
    theirs = await world.ask(SCHOOLING, "unit", id=row["id"])
    assert theirs.errors


async def test_x12_nobody_is_added_to_a_post_that_is_being_closed(world: World) -> None:
    """J10, X12: whoever comes after the close is refused, whoever comes before stays."""
    chain = await ready(world)
    people = range(1, 9)
    for number in people:
        await world.add_person(number)
    asked = [try_mutation(world, "addIntern", chain.build_terms(n), "unit") for n in people]
    closing = try_mutation(world, "closePost", to_decision(chain.post), "unit")
    results = await asyncio.gather(*asked[:4], closing, *asked[4:])
    assert results[4]["__typename"] == "PostPayload", results[4]
    refused = [r for n, r in enumerate(results) if n != 4 and r["__typename"] != "InternPayload"]
    assert [list_refusal_reasons(r) for r in refused] == [
        [("POST_CLOSED", "input.postId")] for _ in refused
    ]
    assert len(await world.load_rows(Intern)) == len(people) - len(refused)
    entries = sorted(await world.load_rows(History), key=lambda entry: entry.sequence)
    steps = [entry.action for entry in entries if entry.record in {"Post", "Intern"}]
    assert steps[-1] == "CLOSE"
