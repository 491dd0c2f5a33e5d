"""Reductions 减员申请: who may end an internship, when, and for which reason (J19-J23)."""

import asyncio
from datetime import date
from typing import Any

import pytest

from models import (
    BankAccount,
    ClaimKind,
    Destination,
    EndReason,
    History,
    Intern,
    Reduction,
    Status,
    Unit,
)
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.refusal import assert_nothing_written, assert_refused
from tests.factories.rows import a_claim, a_claim_line
from tests.factories.story import story
from tests.factories.world import World

ENDED = """... on ReductionPayload { reduction { id version status endedOn endReason destination
  cause note intern { endedOn endReason destination version } } }"""
NOTE = "已在本市灵活就业"
WHY = {
    "employed": {"destination": "EMPLOYED_ELSEWHERE"},
    "termCompleted": {"note": NOTE},
    "couldNotComplete": {"cause": "因病", "note": NOTE},
}
SAID = {
    "employed": ("EMPLOYED", "EMPLOYED_ELSEWHERE", None, None),
    "termCompleted": ("TERM_COMPLETED", None, None, NOTE),
    "couldNotComplete": ("COULD_NOT_COMPLETE", None, "因病", NOTE),
}
SENT = "mutation ($i: ReductionDraftInput!) { addReduction(input: $i) { __typename } }"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


def draft(intern: Any, ended_on: str = "2025-02-28", member: str = "employed") -> dict[str, Any]:
    why = {member: WHY[member]}
    return {"internId": intern["id"], "endedOn": ended_on, "endReason": why}


def reasons(row: Any) -> tuple[Any, ...]:
    return (row["endReason"], row["destination"], row["cause"], row["note"])


@pytest.mark.parametrize("member", WHY)
async def test_j20_j21_j22_each_reason_keeps_what_it_takes(
    chain: InternshipScenario, member: str
) -> None:
    """J20, J21, J22."""
    intern = await chain.approve_intern(1)
    result = await chain.world.mutate("addReduction", draft(intern, member=member), "unit", ENDED)
    assert reasons(result["reduction"]) == SAID[member]
    other = next(name for name in WHY if name != member)
    change = to_decision(result["reduction"]) | {
        "endedOn": "2025-01-31",
        "endReason": {other: WHY[other]},
    }
    changed = (await chain.world.mutate("changeReduction", change, "unit", ENDED))["reduction"]
    assert (changed["endedOn"], reasons(changed)) == ("2025-01-31", SAID[other])


async def test_j23_approval_ends_the_internship_on_that_day_and_says_how(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.submit_reduction(
        intern, "2025-02-28", employed={"destination": "SELF_EMPLOYED"}
    )
    assert (await chain.world.load_rows(Intern))[0].ended_on is None
    result = await chain.world.mutate("approveReduction", to_decision(row), "officer", ENDED)
    told = result["reduction"]["intern"]
    assert (told["endedOn"], told["endReason"]) == ("2025-02-28", "EMPLOYED")
    (ended,) = await chain.world.load_rows(Intern)
    assert (ended.ended_on, ended.end_reason, ended.destination) == (
        date(2025, 2, 28),
        EndReason.EMPLOYED,
        Destination.SELF_EMPLOYED,
    )


@pytest.mark.parametrize(
    ("ended_on", "reason"),
    [("2024-07-31", "END_BEFORE_START"), ("2025-08-01", "END_AFTER_TERM")],
)
async def test_j19_the_last_day_lies_within_the_term(
    chain: InternshipScenario, ended_on: str, reason: str
) -> None:
    intern = await chain.approve_intern(1)
    asked = draft(intern, ended_on)
    assert await assert_refused(chain.world, "addReduction", asked, "unit") == [
        (reason, "input.endedOn")
    ]


async def test_j19_only_an_approved_intern_is_reduced(chain: InternshipScenario) -> None:
    drafted = await chain.add_intern(1)
    assert await assert_refused(chain.world, "addReduction", draft(drafted), "unit") == [
        ("WRONG_STATUS", "input")
    ]
    sent = await chain.run_step("submitIntern", to_decision(drafted), "unit", "intern")
    assert await assert_refused(chain.world, "addReduction", draft(sent), "unit") == [
        ("WRONG_STATUS", "input")
    ]


async def test_j19_there_is_one_reduction_at_a_time_and_none_of_who_has_ended(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    first = await chain.draft_reduction(intern, "2025-02-28")
    again = draft(intern, "2025-01-31")
    assert await assert_refused(chain.world, "addReduction", again, "unit") == [
        ("REDUCTION_EXISTS", "input.internId")
    ]
    await chain.run_step("withdrawReduction", to_decision(first), "unit", "reduction")
    await chain.approve_reduction(intern, "2025-01-31")
    assert await assert_refused(chain.world, "addReduction", again, "unit") == [
        ("INTERN_ENDED", "input")
    ]


async def test_j23_a_reduction_is_returned_corrected_and_judged_again(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.submit_reduction(intern, "2025-02-28")
    back = to_decision(row) | {"reason": "日期有误"}
    row = await chain.run_step("returnReduction", back, "officer", "reduction")
    change = to_decision(row) | {
        "endedOn": "2025-01-15",
        "endReason": {"employed": WHY["employed"]},
    }
    row = await chain.run_step("changeReduction", change, "unit", "reduction")
    row = await chain.run_step("submitReduction", to_decision(row), "unit", "reduction")
    await chain.run_step("approveReduction", to_decision(row), "colleague", "reduction")
    assert (await chain.world.load_rows(Intern))[0].ended_on == date(2025, 1, 15)


async def test_j23_a_refused_reduction_leaves_the_internship_as_it_was(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.submit_reduction(intern, "2025-02-28")
    no = to_decision(row) | {"reason": "材料不符"}
    await chain.run_step("refuseReduction", no, "officer", "reduction")
    assert (await chain.world.load_rows(Intern))[0].ended_on is None
    await chain.approve_reduction(intern, "2025-03-31")


async def test_x9_the_history_tells_of_reduction_and_end(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reduction(intern, "2025-02-28")
    entries = await chain.world.load_rows(History)
    (end,) = [e for e in entries if e.action == "END"]
    assert end.record == "Intern"
    assert end.changes == {
        "ended_on": ["", "2025-02-28"],
        "end_reason": ["", "EMPLOYED"],
        "destination": ["", "RETAINED"],
    }
    moves = [(e.action, e.to_status) for e in entries if e.record == "Reduction"]
    assert sorted(moves) == [
        ("APPROVE", "APPROVED"),
        ("CREATE", "DRAFT"),
        ("SUBMIT", "SUBMITTED"),
    ]


async def test_x1_a_revoked_reduction_lets_the_internship_go_on(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.approve_reduction(intern, "2025-02-28")
    why = to_decision(row) | {"reason": "误操作"}
    await chain.run_step("revokeReduction", why, "colleague", "reduction")
    (row_now,) = await chain.world.load_rows(Intern)
    assert (row_now.ended_on, row_now.end_reason, row_now.destination) == (None, None, None)
    (reduction,) = await chain.world.load_rows(Reduction)
    assert (reduction.status, reduction.ended_on) == ("RETURNED", date(2025, 2, 28))


async def test_j19_an_intern_who_has_ended_is_not_revoked(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reduction(intern, "2025-02-28")
    asked = {"id": intern["id"], "version": intern["version"] + 1, "reason": "误操作"}
    assert await assert_refused(chain.world, "revokeIntern", asked, "officer") == [
        ("INTERN_ENDED", "input")
    ]


async def test_j34_a_reduction_that_a_mentoring_claim_stands_on_is_not_revoked(
    chain: InternshipScenario,
) -> None:
    """X15: a submitted line holds the person."""
    intern = await chain.approve_intern(1)
    row = await chain.approve_reduction(intern, "2025-02-28")
    await chain.add_bank_account()
    (unit,), (bank,) = await chain.world.load_rows(Unit), await chain.world.load_rows(BankAccount)
    claim = a_claim(unit, bank, kind=ClaimKind.MENTORING, status=Status.SUBMITTED)
    line = a_claim_line(claim, (await chain.world.load_rows(Intern))[0])
    await chain.world.add_rows(claim, line)
    asked = to_decision(row) | {"reason": "误操作"}
    assert await assert_refused(chain.world, "revokeReduction", asked, "officer") == [
        ("END_CLAIMED", "input")
    ]


async def test_j24_months_after_the_end_cannot_be_reported(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await chain.approve_reduction(intern, "2024-10-20")
    figures = {"daysAttended": 10, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    late = {"month": "2024-11", "rows": [figures | {"internId": intern["id"]}]}
    assert await assert_refused(chain.world, "saveMonthlyReports", late, "unit") == [
        ("MONTH_NOT_RUN", "input.rows.0.internId")
    ]
    last = {"month": "2024-10", "rows": [figures | {"internId": intern["id"], "daysAttended": 21}]}
    assert await assert_refused(chain.world, "saveMonthlyReports", last, "unit") == [
        ("DAYS_OUTSIDE_MONTH", "input.rows.0.daysAttended")
    ]
    await chain.save_reports("2024-10", intern, daysAttended=20)


async def test_j29_who_ends_after_two_months_is_never_claimed_for(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09"):
        await chain.approve_reports(month, intern)
    await chain.approve_reduction(intern, "2024-09-30")
    account = await chain.add_bank_account()
    draft = {"month": "2025-03", "bankAccountId": account["id"], "internIds": [intern["id"]]}
    assert await assert_refused(chain.world, "createLivingAllowanceClaim", draft, "unit") == [
        ("TOO_FEW_MONTHS", "input.internIds.0")
    ]


WRONG: dict[str, Any] = {
    "two reasons": {"employed": WHY["employed"], "termCompleted": WHY["termCompleted"]},
    "all reasons": WHY,
    "no reason": {},
    "a reason that is null": {"employed": None},
    "no note": {"termCompleted": {}},
    "no cause": {"couldNotComplete": {"note": NOTE}},
    "a note that is null": {"couldNotComplete": {"cause": "因病", "note": None}},
    "no destination": {"employed": {}},
    "an unknown destination": {"employed": {"destination": "MARS"}},
    "an unknown reason": {"bored": {"note": NOTE}},
    "not an object": "employed",
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_j19_a_reason_of_another_shape_is_refused_before_anything_is_done(
    chain: InternshipScenario, wrong: str
) -> None:
    intern = await chain.approve_intern(1)
    asked = draft(intern) | {"endReason": WRONG[wrong]}
    async with assert_nothing_written(chain.world):
        answer = await chain.world.ask(SENT, "unit", i=asked)
    assert answer.status == 400, answer.body
    assert answer.errors
    assert NOTE not in str(answer.body)


@pytest.mark.parametrize("note", ["", "   ", "\u200b"])
async def test_j21_an_empty_note_is_refused_by_name(chain: InternshipScenario, note: str) -> None:
    intern = await chain.approve_intern(1)
    asked = draft(intern) | {"endReason": {"couldNotComplete": {"cause": "因病", "note": note}}}
    assert await assert_refused(chain.world, "addReduction", asked, "unit") == [
        ("TEXT_EMPTY", "input.endReason.couldNotComplete.note")
    ]


async def test_s1_neither_side_does_the_others_part_of_a_reduction(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    row = await chain.submit_reduction(intern, "2025-02-28")
    for mutation, who, more in (
        ("approveReduction", "unit", {}),
        ("withdrawReduction", "officer", {}),
        ("revokeReduction", "unit", {"reason": "误"}),
    ):
        result = await chain.world.mutate(mutation, to_decision(row) | more, who)
        assert result["__typename"] == "Forbidden", mutation


async def test_x12_of_many_reductions_of_an_intern_at_once_one_is_drafted(
    chain: InternshipScenario,
) -> None:
    """J19."""
    asked = draft(await chain.approve_intern(1))
    do = chain.world.mutate
    results = await asyncio.gather(*(do("addReduction", asked, "unit") for _ in range(32)))
    won = [result for result in results if result["__typename"] == "ReductionPayload"]
    assert len(won) == 1
    assert {r["reason"] for r in results if r not in won} == {"REDUCTION_EXISTS"}
    assert len(await chain.world.load_rows(Reduction)) == 1
