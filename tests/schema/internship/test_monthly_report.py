"""Monthly reports as a unit saves them and its officers review them (J24-J28)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import History, Intern, MonthlyReport
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.refusal import assert_refused
from tests.factories.rows import NATIONWIDE_ACTOR, a_declaration, a_person, a_post, an_intern
from tests.factories.story import story
from tests.factories.world import World, build_global_id

NONGAN = "220122"

REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version status payableSubsidy } }"
SHORTFALLS = """... on MonthlyReportsPayload { monthlyReports {
  version payableSubsidy explanation { amount shortfalls { reason message } } } }"""
LISTED = """query ($from: YearMonth, $to: YearMonth) {
  monthlyReports(from: $from, to: $to, orderBy: MONTH) { edges { node { month } } } }"""
TO_REPORT = """query ($month: YearMonth!) {
  internsToReport(month: $month) { intern { id } report { id } } }"""


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


def row(intern: Any, **figures: Any) -> dict[str, Any]:
    usual = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "200.00"}
    return usual | {"internId": intern["id"]} | figures


async def save(chain: InternshipScenario, month: str, *rows: Any, then: str = REPORTS) -> Any:
    input = {"month": month, "rows": list(rows)}
    return await chain.world.mutate("saveMonthlyReports", input, chain.unit, then)


def faults(result: Any) -> list[tuple[str, str]]:
    assert result["__typename"] == "Invalid", result
    return [(fault["reason"], ".".join(fault["path"])) for fault in result["faults"]]


async def test_j24_without_an_approved_declaration_nothing_is_reported(world: World) -> None:
    result = await save(InternshipScenario(world), "2024-08", row({"id": "whoever"}))
    assert faults(result) == [
        ("DECLARATION_NOT_APPROVED", "input"),
        ("NOT_FOUND", "input.rows.0.internId"),
    ]


async def test_j24_an_intern_who_is_not_approved_has_no_report(chain: InternshipScenario) -> None:
    drafted = await chain.add_intern(1)
    result = await save(chain, "2024-08", row(drafted))
    assert faults(result) == [("INTERN_NOT_APPROVED", "input.rows.0.internId")]


async def test_j24_only_months_that_have_begun_and_in_which_it_ran(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    for month, reasons in (
        ("2024-07", ["MONTH_NOT_RUN"]),
        ("2025-08", ["MONTH_IN_FUTURE", "MONTH_NOT_RUN"]),
        ("2025-04", ["MONTH_IN_FUTURE"]),
        ("2999-12", ["MONTH_IN_FUTURE", "MONTH_NOT_RUN"]),
        ("9999-12", ["MONTH_IN_FUTURE", "MONTH_NOT_RUN"]),
        ("2024-08", []),
        ("2025-03", []),
    ):
        result = await save(chain, month, row(intern, daysAttended=10))
        assert [fault["reason"] for fault in result.get("faults", [])] == reasons


async def test_j25_days_of_the_current_month_that_have_not_come_are_not_attended(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    chain.world.clock.set_day(date(2025, 3, 2))
    early = await save(chain, "2025-03", row(intern, daysAttended=15))
    assert faults(early) == [("DAYS_OUTSIDE_MONTH", "input.rows.0.daysAttended")]
    assert "between 0 and 2" in early["faults"][0]["message"]
    chain.world.clock.set_day(date(2025, 3, 15))
    assert await chain.save_reports("2025-03", intern, daysAttended=15)


async def test_j24_a_second_report_of_a_month_is_refused_until_the_first_is_withdrawn(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    (first,) = await chain.save_reports("2024-08", intern)
    again = await save(chain, "2024-08", row(intern))
    assert faults(again) == [("REPORT_EXISTS", "input.rows.0.internId")]
    records = {"records": [to_decision(first)]}
    await chain.world.mutate("withdrawMonthlyReports", records, "unit", REPORTS)
    stale = await save(chain, "2024-08", row(intern, version=1))
    assert faults(stale) == [("NOT_FOUND", "input.rows.0.version")]
    (second,) = await chain.save_reports("2024-08", intern)
    assert second["id"] != first["id"]


async def test_j24_a_report_of_an_intern_revoked_meanwhile_is_not_submitted(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    (report,) = await chain.save_reports("2024-08", intern)
    revoked = await chain.world.mutate(
        "revokeIntern", to_decision(intern) | {"reason": "重审"}, "officer"
    )
    assert revoked["__typename"] == "InternPayload", revoked
    records = {"records": [to_decision(report)]}
    result = await chain.world.mutate("submitMonthlyReports", records, "unit", REPORTS)
    assert faults(result) == [("INTERN_NOT_APPROVED", "input.records.0.internId")]


async def set_intern(world: World, name: str, **values: Any) -> None:
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Intern).where(Intern.name == name).values(**values))


async def test_j24_j25_days_saved_before_the_term_was_shortened_are_not_submitted(
    chain: InternshipScenario,
) -> None:
    first, second = await chain.approve_intern(1), await chain.approve_intern(2)
    rows = await chain.save_reports("2024-09", first, second)
    await set_intern(chain.world, "见习生2", ended_on=date(2024, 9, 10))
    records = {"records": list(map(to_decision, rows))}
    result = await chain.world.mutate("submitMonthlyReports", records, "unit", REPORTS)
    assert faults(result) == [("DAYS_OUTSIDE_MONTH", "input.records.1.daysAttended")]
    assert "10" in result["faults"][0]["message"]
    assert {report.status for report in await chain.world.load_rows(MonthlyReport)} == {"DRAFT"}
    await set_intern(chain.world, "见习生2", ended_on=date(2024, 8, 31))
    result = await chain.world.mutate("submitMonthlyReports", records, "unit", REPORTS)
    assert faults(result) == [("MONTH_NOT_RUN", "input.records.1.internId")]


async def test_j27_an_amount_that_a_parameter_changed_meanwhile_is_told_in_the_history(
    chain: InternshipScenario,
) -> None:
    (report,) = await chain.save_reports(
        "2024-09", await chain.approve_intern(1), wagePaid="3100.00"
    )
    assert report["payableSubsidy"] == "1880.00"
    draft: dict[str, Any] = {"key": "internship.wage_floor_ratio", "category": "GRADUATE"}
    draft |= {"region": "220104", "value": "1.7", "effectiveFrom": "2024-01-01"}
    draft |= {"source": "区文件", "confirmed": True}
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    records = {"records": [to_decision(report)]}
    result = await chain.world.mutate("submitMonthlyReports", records, "unit", REPORTS)
    assert result["monthlyReports"][0]["payableSubsidy"] is None
    told = [h for h in await chain.world.load_rows(History) if h.action == "RECOMPUTE"]
    assert [h.changes for h in told] == [{"payable_subsidy": ["1880.00", ""]}]


async def test_j25_all_faults_of_all_rows_are_told_at_once_and_nothing_is_written(
    chain: InternshipScenario,
) -> None:
    good, short = (
        await chain.approve_intern(1),
        await chain.approve_intern(2, startsOn="2024-09-16"),
    )
    drafted = await chain.add_intern(3)
    result = await save(
        chain,
        "2024-09",
        row(good),
        row(short, daysAttended=16, wagePaid="1000000.01"),
        row(drafted, daysAttended=-1),
        row({"id": "bm9ib2R5"}),
        row(good),
    )
    assert sorted(faults(result)) == sorted(
        [
            ("LISTED_TWICE", "input.rows.4"),
            ("DAYS_OUTSIDE_MONTH", "input.rows.1.daysAttended"),
            ("AMOUNT_ABSURD", "input.rows.1.wagePaid"),
            ("INTERN_NOT_APPROVED", "input.rows.2.internId"),
            ("DAYS_OUTSIDE_MONTH", "input.rows.2.daysAttended"),
            ("NOT_FOUND", "input.rows.3.internId"),
        ]
    )
    assert "15" in result["faults"][1]["message"]
    assert await chain.world.load_rows(MonthlyReport) == []
    assert [h for h in await chain.world.load_rows(History) if h.record == "MonthlyReport"] == []


async def test_j25_an_empty_month_is_refused_and_another_units_intern_does_not_exist(
    chain: InternshipScenario,
) -> None:
    assert faults(await save(chain, "2024-08")) == [("LIST_EMPTY", "input.rows")]
    intern = await chain.approve_intern(1)
    await chain.world.add_unit("rival")
    rival = InternshipScenario(chain.world, "rival")
    await rival.approve_declaration()
    result = await save(rival, "2024-08", row(intern))
    assert faults(result) == [("NOT_FOUND", "input.rows.0.internId")]


async def test_j25_a_unit_is_given_the_months_interns_and_the_reports_there_are(
    chain: InternshipScenario,
) -> None:
    early, late = (
        await chain.approve_intern(1),
        await chain.approve_intern(2, startsOn="2024-10-31"),
    )
    (report,) = await chain.save_reports("2024-09", early)
    september = (await chain.world.ask(TO_REPORT, "unit", month="2024-09")).only
    assert september == [{"intern": {"id": early["id"]}, "report": {"id": report["id"]}}]
    october = (await chain.world.ask(TO_REPORT, "unit", month="2024-10")).only
    assert {found["intern"]["id"] for found in october} == {early["id"], late["id"]}
    assert {found["report"] and found["report"]["id"] for found in october} == {None}


async def test_j5_the_months_interns_and_the_unit_s_reports_come_newest_first(
    chain: InternshipScenario,
) -> None:
    interns = [await chain.approve_intern(number) for number in (1, 2, 3)]
    found = (await chain.world.ask(TO_REPORT, "unit", month="2024-09")).only
    assert [row["intern"]["id"] for row in found] == [row["id"] for row in interns[::-1]]
    reports = await chain.save_reports("2024-09", *interns) + await chain.save_reports(
        "2024-08", *interns
    )
    listed = "{ viewer { unit { monthlyReports { edges { node { id } } } } } }"
    edges = (await chain.world.ask(listed, "unit")).only["unit"]["monthlyReports"]["edges"]
    assert [edge["node"]["id"] for edge in edges] == [row["id"] for row in reports[::-1]]


async def test_j26_reports_are_filtered_by_first_and_last_month(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10", "2024-11"):
        await chain.save_reports(month, intern)
    for first, last, months in (
        ("2024-09", "2024-10", ["2024-09", "2024-10"]),
        ("2024-10", None, ["2024-10", "2024-11"]),
        (None, "2024-08", ["2024-08"]),
        ("2024-10", "2024-09", []),
    ):
        between: dict[str, Any] = {"from": first, "to": last}
        answer = await chain.world.ask(LISTED, "unit", **between)
        assert [edge["node"]["month"] for edge in answer.only["edges"]] == months


WAGES: tuple[tuple[str, str, int, str | None, list[str]], ...] = (
    ("2024-09", "3008.00", 15, "1880.00", []),
    ("2024-09", "3007.99", 15, None, ["WAGE_BELOW_FLOOR"]),
    ("2024-10", "3391.99", 22, None, ["WAGE_BELOW_FLOOR"]),
    ("2024-10", "3392.00", 22, "2120.00", []),
    ("2024-10", "3392.00", 14, None, ["TOO_FEW_DAYS"]),
    ("2024-10", "0.00", 0, None, ["WAGE_BELOW_FLOOR", "TOO_FEW_DAYS"]),
)


async def test_j27_floor_and_days_decide_and_an_empty_amount_says_why(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    version: dict[str, int] = {}
    for month, wage, days, payable, reasons in WAGES:
        known = {"version": version[month]} if month in version else {}
        figures = row(intern, wagePaid=wage, daysAttended=days, **known)
        (report,) = (await save(chain, month, figures, then=SHORTFALLS))["monthlyReports"]
        version[month] = report["version"]
        assert report["payableSubsidy"] == report["explanation"]["amount"] == payable
        assert [why["reason"] for why in report["explanation"]["shortfalls"]] == reasons
        for why in report["explanation"]["shortfalls"]:
            assert (wage if why["reason"] == "WAGE_BELOW_FLOOR" else str(days)) in why["message"]


@pytest.mark.parametrize(("wage", "payable"), [("2848.00", "1780.00"), ("2847.99", None)])
async def test_j27_elsewhere_the_floor_is_that_of_the_units_own_region(
    world: World, wage: str, payable: str | None
) -> None:
    unit, person = await world.add_unit("county", NONGAN), a_person(1)
    post = a_post(unit)
    intern = an_intern(post, person, starts_on=date(2024, 8, 1), ends_on=date(2025, 7, 31))
    await world.add_rows(a_declaration(unit), post, person, intern)
    named = {"id": build_global_id("Intern", intern.unit_id, intern.id)}
    result = await save(InternshipScenario(world, "county"), "2024-10", row(named, wagePaid=wage))
    assert result["monthlyReports"][0]["payableSubsidy"] == payable


async def test_j28_a_returned_report_is_corrected_in_its_version_and_submitted_again(
    chain: InternshipScenario,
) -> None:
    intern, world = await chain.approve_intern(1), chain.world
    (report,) = await chain.save_reports("2024-09", intern, wagePaid="3000.00")
    assert report["payableSubsidy"] is None
    sent = await world.mutate(
        "submitMonthlyReports", {"records": [to_decision(report)]}, "unit", REPORTS
    )
    changed = await save(chain, "2024-09", row(intern, version=2))
    assert faults(changed) == [("WRONG_STATUS", "input.rows.0")]
    records = {"records": list(map(to_decision, sent["monthlyReports"])), "reason": "工资有误"}
    back = await world.mutate("returnMonthlyReports", records, "officer", REPORTS)
    stale = await save(chain, "2024-09", row(intern, version=2))
    assert faults(stale) == [("STALE_VERSION", "input.rows.0.version")]
    assert "3" in stale["faults"][0]["message"]
    version = back["monthlyReports"][0]["version"]
    fixed = await save(chain, "2024-09", row(intern, version=version))
    (found,) = fixed["monthlyReports"]
    assert (found["status"], found["payableSubsidy"]) == ("RETURNED", "1880.00")


async def test_j28_x1_in_bulk_every_record_that_cannot_move_is_named(
    chain: InternshipScenario,
) -> None:
    interns = [await chain.approve_intern(number) for number in (1, 2)]
    drafts = await chain.save_reports("2024-08", *interns)
    records = {"records": list(map(to_decision, drafts))}
    result = await chain.world.mutate("approveMonthlyReports", records, "officer", REPORTS)
    places = ["input.records.0", "input.records.1"]
    assert faults(result) == [("WRONG_STATUS", place) for place in places]
    assert {report.status for report in await chain.world.load_rows(MonthlyReport)} == {"DRAFT"}
    assert len(await chain.world.load_rows(Intern)) == 2


async def test_j25_j28_of_a_month_submitted_at_once_all_faults_of_all_rows_are_told(
    chain: InternshipScenario,
) -> None:
    interns = [await chain.approve_intern(number) for number in range(1, 5)]
    await chain.approve_reports("2024-08", interns[1])
    drafts = await chain.save_reports("2024-09", *interns)
    await set_intern(chain.world, "见习生1", ended_on=date(2024, 9, 10))
    await set_intern(chain.world, "见习生4", ended_on=date(2024, 9, 1))
    (sent,) = [r for r in await chain.world.load_rows(MonthlyReport) if r.month == date(2024, 8, 1)]
    approved = {
        "id": build_global_id("MonthlyReport", sent.unit_id, sent.id),
        "version": sent.version,
    }
    records = {
        "records": [
            to_decision(drafts[0]),
            approved,
            to_decision(drafts[2]),
            to_decision(drafts[3]),
        ]
    }
    result = await chain.world.mutate("submitMonthlyReports", records, "unit", REPORTS)
    assert faults(result) == [
        ("DAYS_OUTSIDE_MONTH", "input.records.0.daysAttended"),
        ("WRONG_STATUS", "input.records.1"),
        ("DAYS_OUTSIDE_MONTH", "input.records.3.daysAttended"),
    ]


async def test_x1_one_record_in_bulk_is_refused_in_the_same_shape_as_many(
    chain: InternshipScenario,
) -> None:
    (draft,) = await chain.save_reports("2024-08", await chain.approve_intern(1))
    approve = "approveMonthlyReports"
    result = await chain.world.mutate(
        approve, {"records": [to_decision(draft)]}, "officer", REPORTS
    )
    assert faults(result) == [("WRONG_STATUS", "input.records.0")]
    assert "state draft" in result["faults"][0]["message"]
    stale = to_decision(draft) | {"version": 7}
    result = await chain.world.mutate(approve, {"records": [stale]}, "officer", REPORTS)
    assert (result["current"], result["path"]) == (1, ["input", "records", "0"])


async def test_x12_in_bulk_every_record_that_there_is_not_is_named(
    chain: InternshipScenario,
) -> None:
    (draft,) = await chain.save_reports("2024-08", await chain.approve_intern(1))
    nobody, garbage = {"id": chain.post["id"], "version": 1}, {"id": "bm9ib2R5", "version": 1}
    for records, places in (([nobody], [0]), ([nobody, to_decision(draft), garbage], [0, 2])):
        asked = {"records": records}
        result = await chain.world.mutate("submitMonthlyReports", asked, "unit", REPORTS)
        assert faults(result) == [("NOT_FOUND", f"input.records.{n}") for n in places]


async def test_x4_a_report_that_stands_is_refused_for_its_state_and_for_its_unit(
    world: World,
) -> None:
    """J24, J25: what was approved says so too where the declaration was revoked since."""
    chain = InternshipScenario(world)
    declaration = await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    (report,) = await chain.approve_reports("2024-08", intern)
    revoked = to_decision(declaration) | {"reason": "有误"}
    await chain.run_step("revokeDeclaration", revoked, "officer", "declaration")
    row = {
        "internId": intern["id"],
        "daysAttended": 20,
        "wagePaid": "1.00",
        "insurancePaid": "1.00",
    }
    for version, said in (
        ({"version": report["version"]}, [("WRONG_STATUS", "input.rows.0")]),
        ({}, [("REPORT_EXISTS", "input.rows.0.internId")]),
    ):
        asked = {"month": "2024-08", "rows": [row | version]}
        assert await assert_refused(world, "saveMonthlyReports", asked, "unit") == [
            ("DECLARATION_NOT_APPROVED", "input"),
            *said,
        ]
