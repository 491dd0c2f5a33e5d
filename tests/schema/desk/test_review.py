"""Officers review many at once; each record has an outcome of its own (X1, X2, X12; ADR 0023)."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Base, Claim, History, Intern, MonthlyReport, Status
from rules.kernel.action import Action, Verdict
from rules.kernel.record_kind import Party, RecordKind, get_record_kind
from rules.kernel.workflow import TRANSITIONS
from tests.factories.crowd import a_crowd, add_rows
from tests.factories.failures import AllFailures
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import NATIONWIDE_ACTOR, a_report
from tests.factories.story import story
from tests.factories.world import NOW, World, build_global_id

OUTCOMES = """... on ReviewPayload { outcomes {
  record { id version status reason } faults { reason path message cure } } }"""
KEY = "0192-one-and-the-same"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def review(
    world: World, kinds: str, verdict: str, rows: Sequence[Any], as_: str = "officer", **more: Any
) -> Any:
    key = more.pop("key", None)
    input = {"verdict": verdict, "records": list(rows)} | more
    return await world.mutate(f"review{kinds}", input, as_, OUTCOMES, key)


async def set_to(world: World, row: Base, **values: Any) -> None:
    """Change a row behind the service's back."""
    table = type(row)
    key = zip(
        table.__table__.primary_key, table.__mapper__.primary_key_from_instance(row), strict=True
    )
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(table).where(*(c == v for c, v in key)).values(**values))


def told(result: Any) -> list[list[tuple[str, str]]]:
    """List each outcome's faults and their places."""
    assert result["__typename"] == "ReviewPayload", result
    return [
        [(fault["reason"], ".".join(fault["path"])) for fault in outcome["faults"]]
        for outcome in result["outcomes"]
    ]


def states(result: Any) -> list[str | None]:
    return [outcome["record"] and outcome["record"]["status"] for outcome in result["outcomes"]]


async def sent(chain: InternshipScenario, size: int) -> list[dict[str, Any]]:
    """Put submitted reports of as many interns on file."""
    interns = await a_crowd(chain, size)
    unit = chain.world.accounts["unit"].id
    more: dict[str, Any] = {"status": Status.SUBMITTED, "submitted_by": unit, "submitted_at": NOW}
    rows = [a_report(intern["row"], date(2024, 9, 1), **more) for intern in interns]
    await add_rows(chain.world, rows)
    return [
        {"id": build_global_id("MonthlyReport", row.unit_id, row.id), "version": 1} for row in rows
    ]


async def test_x1_what_may_move_is_moved_and_each_other_row_says_why_not(
    chain: InternshipScenario,
) -> None:
    good, draft, stale, own, other = await sent(chain, 5)
    world = chain.world
    rows = {
        build_global_id("MonthlyReport", r.unit_id, r.id): r
        for r in await world.load_rows(MonthlyReport)
    }
    await set_to(world, rows[draft["id"]], status=Status.DRAFT, submitted_by=None)
    await set_to(world, rows[own["id"]], submitted_by=world.accounts["officer"].id)
    unknown = {"id": chain.post["id"], "version": 1}
    chosen = [good, draft, stale | {"version": 7}, own, unknown, other]
    result = await review(world, "MonthlyReports", "APPROVE", chosen)
    assert told(result) == [
        [],
        [("WRONG_STATUS", "input.records.1")],
        [("STALE_VERSION", "input.records.2")],
        [("FOUR_EYES", "input.records.3")],
        [("NOT_FOUND", "input.records.4")],
        [],
    ]
    assert states(result) == ["APPROVED", "DRAFT", "SUBMITTED", "SUBMITTED", None, "APPROVED"]
    assert "1" in result["outcomes"][2]["faults"][0]["message"]
    moved = [h.record_id for h in await world.load_rows(History) if h.action == "APPROVE"]
    assert {rows[good["id"]].id, rows[other["id"]].id} <= set(moved)
    assert not {rows[row["id"]].id for row in (draft, stale, own)} & set(moved)


async def test_x1_a_reason_is_given_for_all_or_for_one_and_is_not_left_out(
    chain: InternshipScenario,
) -> None:
    first, second = await sent(chain, 2)
    result = await review(
        chain.world, "MonthlyReports", "RETURN", [first, second | {"reason": "b"}]
    )
    (fault,) = result["faults"]
    assert (fault["reason"], fault["path"]) == (
        "REASON_MISSING",
        ["input", "records", "0", "reason"],
    )
    chosen = [first, second | {"reason": "工资有误"}]
    result = await review(chain.world, "MonthlyReports", "RETURN", chosen, reason="考勤不符")
    reasons = [outcome["record"]["reason"] for outcome in result["outcomes"]]
    assert (states(result), reasons) == (["RETURNED"] * 2, ["考勤不符", "工资有误"])


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], [("LIST_EMPTY", "input.records")]),
        ([0, 1, 0], [("LISTED_TWICE", "input.records.2")]),
        ([0] * 1001, [("LIST_TOO_LONG", "input.records")]),
    ],
)
async def test_x12_a_choice_is_neither_empty_nor_too_long_and_names_nothing_twice(
    chain: InternshipScenario, numbers: list[int], expected: list[tuple[str, str]]
) -> None:
    rows = await sent(chain, 2)
    result = await review(chain.world, "MonthlyReports", "APPROVE", [rows[n] for n in numbers])
    faults = [(fault["reason"], ".".join(fault["path"])) for fault in result["faults"]]
    assert faults[: len(expected)] == expected
    assert {row.status for row in await chain.world.load_rows(MonthlyReport)} == {Status.SUBMITTED}


async def test_x1_what_is_not_in_the_table_is_refused_row_by_row_with_what_would_be_possible(
    chain: InternshipScenario,
) -> None:
    """Reports are returned, never refused."""
    rows = await sent(chain, 2)
    result = await review(chain.world, "MonthlyReports", "REFUSE", rows, reason="不符")
    assert told(result) == [[("WRONG_STATUS", f"input.records.{n}")] for n in range(2)]
    assert "return" in result["outcomes"][0]["faults"][0]["cure"]


async def test_j38_reports_that_a_line_holds_stay_and_the_others_are_revoked(
    chain: InternshipScenario,
) -> None:
    interns = [await chain.approve_intern(number) for number in (1, 2)]
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, interns[0])
    free = await chain.approve_reports("2024-08", interns[1])
    await chain.submit_claim("2024-10", internIds=[interns[0]["id"]])
    rows = await chain.world.load_rows(MonthlyReport)
    chosen = [
        {"id": build_global_id("MonthlyReport", row.unit_id, row.id), "version": row.version}
        for row in sorted(rows, key=lambda row: row.held_by is None)
    ]
    result = await review(chain.world, "MonthlyReports", "REVOKE", chosen, reason="更正")
    assert told(result) == [[("REPORT_HELD", f"input.records.{n}")] for n in range(3)] + [[]]
    assert states(result)[-1] == "RETURNED"
    assert chosen[-1]["id"] == free[0]["id"]


async def test_j17_an_intern_whose_conditions_fail_is_told_and_the_others_are_approved(
    chain: InternshipScenario,
) -> None:
    """A rule that stops at the first intern is asked again, until it is known whom it refuses."""
    world, sent_ = chain.world, []
    for number in range(1, 6):
        row = await chain.add_intern(number)
        sent_.append(await chain.run_step("submitIntern", to_decision(row), "unit", "intern"))
    for number in (2, 5):
        (found,) = [row for row in await world.load_rows(Intern) if row.name == f"见习生{number}"]
        person = await world.add_person(100 + number)  # another, so that the row's own is at hand
        person.id = found.person_id
        await world.add_contribution(person, date(2024, 7, 1))
    result = await review(world, "Interns", "APPROVE", list(map(to_decision, sent_)))
    reasons = [[reason for reason, _ in faults] for faults in told(result)]
    assert reasons == [[], ["INSURED"], [], [], ["INSURED"]]
    assert [f[0][1].split(".")[2] for f in told(result) if f] == ["1", "4"]
    wanted = ["APPROVED", "SUBMITTED", "APPROVED", "APPROVED", "SUBMITTED"]
    assert states(result) == wanted
    kept = {row.name: row for row in await world.load_rows(Intern)}
    assert [kept[f"见习生{n}"].status for n in range(1, 6)] == wanted
    assert [kept[f"见习生{n}"].version for n in range(1, 6)] == [3, 2, 3, 3, 2]
    steps = [
        h for h in await world.load_rows(History) if (h.record, h.action) == ("Intern", "APPROVE")
    ]
    assert len(steps) == 3


async def test_x6_of_claims_on_unconfirmed_figures_none_is_approved_nor_written(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, intern)
    claim = await chain.submit_claim("2024-10")
    before = (await chain.world.load_rows(Claim))[0]
    result = await review(chain.world, "Claims", "APPROVE", [claim])
    assert told(result) == [[("PARAMETER_UNCONFIRMED", "input.records.0")]]
    after = (await chain.world.load_rows(Claim))[0]
    assert (after.status, after.version) == (before.status, before.version)
    await chain.confirm_parameters()
    assert states(await review(chain.world, "Claims", "APPROVE", [claim])) == ["APPROVED"]


async def test_x12_sent_again_under_its_key_it_answers_the_same_for_each_row(
    chain: InternshipScenario,
) -> None:
    good, stale = await sent(chain, 2)
    chosen = [good, stale | {"version": 3}, {"id": "unknown", "version": 1}]
    first = await review(chain.world, "MonthlyReports", "APPROVE", chosen, key=KEY)
    again = await review(chain.world, "MonthlyReports", "APPROVE", chosen, key=KEY)
    assert first == again
    assert [bool(faults) for faults in told(again)] == [False, True, True]
    steps = [h for h in await chain.world.load_rows(History) if h.record == "MonthlyReport"]
    assert len(steps) == 1
    other = await review(chain.world, "MonthlyReports", "APPROVE", chosen[:2], key=KEY)
    assert other["reason"] == "IDEMPOTENCY_KEY_REUSED"


async def test_x12_of_32_reviewers_at_once_each_report_has_one_winner(
    chain: InternshipScenario,
) -> None:
    rows = await sent(chain, 6)
    attempts = []
    for n in range(32):
        chosen = rows[n % 6 :] + rows[: n % 6]
        verdict, why = (("APPROVE", {}), ("RETURN", {"reason": "更正"}))[n % 2]
        who = ("officer", "colleague")[n // 2 % 2]
        attempts.append(review(chain.world, "MonthlyReports", verdict, chosen, who, **why))
    results = await asyncio.gather(*attempts)
    moved = [
        outcome["record"]["id"]
        for result in results
        for outcome in result["outcomes"]
        if not outcome["faults"]
    ]
    assert sorted(moved) == sorted(row["id"] for row in rows)
    lost = {fault[0][0] for result in results for fault in told(result) if fault}
    assert lost == {"STALE_VERSION"}
    kept = await chain.world.load_rows(MonthlyReport)
    assert {row.version for row in kept} == {2}
    decided = [h for h in await chain.world.load_rows(History) if h.action in {"APPROVE", "RETURN"}]
    assert len([h for h in decided if h.record == "MonthlyReport"]) == 6


async def test_x10_reports_of_another_district_are_not_there(chain: InternshipScenario) -> None:
    rows = await sent(chain, 2)
    world = chain.world
    elsewhere = await world.add_account("elsewhere", world.accounts["officer"].role, "220102")
    assert elsewhere.region == "220102"
    result = await review(world, "MonthlyReports", "APPROVE", rows, "elsewhere")
    assert told(result) == [[("NOT_FOUND", f"input.records.{n}")] for n in range(2)]
    assert states(result) == [None, None]


async def test_s1_who_lacks_the_function_decides_on_nothing(chain: InternshipScenario) -> None:
    rows = await sent(chain, 1)
    for who in ("unit", "city", "province"):
        result = await review(chain.world, "MonthlyReports", "APPROVE", rows, who)
        assert (result["__typename"], result["missing"]) == ("Forbidden", ["REVIEW_REPORTS"])


def test_x1_many_at_once_ask_the_rule_that_one_alone_asks() -> None:
    """Every verdict of the table has a mutation of its own, whose rule the review asks too.

    Objections are settled one by one, by a mutation of their own (X7).
    """
    with AllFailures() as failures:
        for kind in [kind for kind in RecordKind if kind is not RecordKind.OBJECTION]:
            with failures.at(kind):
                ways = {
                    way.action
                    for way in TRANSITIONS
                    if way.concerns(kind) and way.party is Party.REVIEWER and way.function is None
                }
                assert ways
                assert {Action(verdict) for verdict in Verdict} >= ways
                assert ways <= get_record_kind(kind).transitions.keys()
