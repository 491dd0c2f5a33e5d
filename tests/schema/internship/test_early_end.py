"""What an early end does to reports, to claims, and to what was paid (J38, J39)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import Key
from models import (
    SYSTEM_ACCOUNT,
    Claim,
    ClaimedReport,
    ClaimLine,
    Clawback,
    History,
    LineState,
    MonthlyReport,
    Status,
)
from resolvers.claims.claim_closing import close_settled_claims
from resolvers.kernel.background import JobContext
from resolvers.kernel.chain_verification import verify_chains
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.refusal import assert_refused
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.story import story
from tests.factories.world import World

MONTHS = ("2024-08", "2024-09", "2024-10", "2024-11")
OWED = {"2024-08": 1880, "2024-09": 1880, "2024-10": 2120, "2024-11": 2120}
"""What a graduate's months come to in Chaoyang: the minimum wage rose in 2024-10."""
AFFECTED = "... on ReductionPayload { reduction { id version affectedReports { month status } } }"
CLAWBACKS = """{ clawbacks { edges { node { id version status amount cause
  explanation { formula amount } line { id state } reduction { endedOn }
  possibleActions { action allowed reason } } } } }"""
WHY = {"reason": "核实有误"}


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def reported(chain: InternshipScenario, *months: str, **figures: Any) -> Any:
    intern = await chain.approve_intern(1)
    for month in months or MONTHS:
        await chain.approve_reports(month, intern, **figures)
    return intern


async def claimed(chain: InternshipScenario, month: str = "2024-11") -> dict[str, Any]:
    await chain.confirm_parameters()
    return await chain.submit_claim(month)


async def stand(
    chain: InternshipScenario, line: LineState, claim: Status = Status.APPROVED
) -> None:
    """Take all lines and claims on: to publicity, to a batch, to be paid."""
    async with AsyncSession(chain.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(ClaimLine).values(state=line))
        await session.execute(update(Claim).values(status=claim))


async def paid(chain: InternshipScenario) -> None:
    await claimed(chain)
    await stand(chain, LineState.PAID, Status.DISBURSED)


async def reports(chain: InternshipScenario) -> dict[str, Status]:
    rows = await chain.world.load_rows(MonthlyReport)
    return {f"{row.month:%Y-%m}": row.status for row in rows}


async def held(chain: InternshipScenario) -> set[str]:
    rows = await chain.world.load_rows(MonthlyReport)
    claimed = {row.report_id for row in await chain.world.load_rows(ClaimedReport) if row.held}
    assert {row.id for row in rows if row.held_by} == claimed
    return {f"{row.month:%Y-%m}" for row in rows if row.held_by}


async def proposal(chain: InternshipScenario, as_: str = "officer") -> Any:
    (edge,) = (await chain.world.ask(CLAWBACKS, as_)).only["edges"]
    return edge["node"]


async def the_line(chain: InternshipScenario) -> Any:
    (row,) = await chain.world.load_rows(ClaimLine)
    return row


async def test_j39_a_reduction_names_the_months_that_it_takes_away(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    draft = {
        "internId": intern["id"],
        "endedOn": "2024-09-10",
        "endReason": {"employed": {"destination": "RETAINED"}},
    }
    row = (await chain.world.mutate("addReduction", draft, "unit", AFFECTED))["reduction"]
    named = [report["month"] for report in row["affectedReports"]]
    assert named == ["2024-09", "2024-10", "2024-11"]
    sent = await chain.run_step("submitReduction", to_decision(row), "unit", "reduction")
    result = await chain.world.mutate("approveReduction", to_decision(sent), "officer", AFFECTED)
    assert result["reduction"]["affectedReports"] == [
        {"month": "2024-09", "status": "RETURNED"},
        {"month": "2024-10", "status": "VOIDED"},
        {"month": "2024-11", "status": "VOIDED"},
    ]
    asked = """{ monthlyReports { edges { node { month payableSubsidy reason
      explanation { amount shortfalls { reason } } } } } }"""
    nodes = [edge["node"] for edge in (await chain.world.ask(asked, "unit")).only["edges"]]
    told = {node["month"]: node for node in nodes}
    for month, why in (("2024-09", "REPORT_RETURNED"), ("2024-10", "REPORT_VOIDED")):
        assert told[month]["payableSubsidy"] is told[month]["explanation"]["amount"] is None
        assert why in [each["reason"] for each in told[month]["explanation"]["shortfalls"]]
    assert "最多出勤10天" in told["2024-09"]["reason"]
    assert "没有应发补贴金额" in told["2024-09"]["reason"]


async def test_j39_reports_after_the_end_are_void_and_the_last_month_is_judged_anew(
    chain: InternshipScenario,
) -> None:
    """X9: who approved them stays on record beside who ended the internship."""
    intern = await reported(chain, daysAttended=20)
    approved = {row.id: row.reviewed_by for row in await chain.world.load_rows(MonthlyReport)}
    ended = await chain.submit_reduction(intern, "2024-10-19")
    await chain.run_step("approveReduction", to_decision(ended), "colleague", "reduction")
    assert await reports(chain) == {
        "2024-08": Status.APPROVED,
        "2024-09": Status.APPROVED,
        "2024-10": Status.RETURNED,
        "2024-11": Status.VOIDED,
    }
    rows = await chain.world.load_rows(MonthlyReport)
    assert {row.id: row.reviewed_by for row in rows} == approved
    steps = [each for each in await chain.world.load_rows(History) if each.action == "VOID"]
    assert {each.account_id for each in steps} == {chain.world.accounts["colleague"].id}
    assert chain.world.accounts["colleague"].id not in approved.values()


async def test_j39_a_last_month_that_still_fits_stands(chain: InternshipScenario) -> None:
    intern = await reported(chain, daysAttended=20)
    await chain.approve_reduction(intern, "2024-10-20")
    assert (await reports(chain))["2024-10"] is Status.APPROVED


async def test_j39_the_last_month_is_corrected_and_goes_through_review_again(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await chain.approve_reduction(intern, "2024-10-15")
    row = next(r for r in await chain.world.load_rows(MonthlyReport) if r.status is Status.RETURNED)
    listed = "{ monthlyReports(status: [RETURNED]) { edges { node { id version } } } }"
    ((edge),) = (await chain.world.ask(listed, "unit")).only["edges"]
    records = {"records": [to_decision(edge["node"])]}
    assert await assert_refused(chain.world, "submitMonthlyReports", records, "unit") == [
        ("DAYS_OUTSIDE_MONTH", "input.records.0.daysAttended")
    ]
    figures = {"daysAttended": 15, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    figures |= {"internId": intern["id"], "version": row.version}
    saved = await chain.world.mutate(
        "saveMonthlyReports", {"month": "2024-10", "rows": [figures]}, "unit"
    )
    assert saved["__typename"] == "MonthlyReportsPayload"


async def test_x15_a_claim_under_review_closes_as_an_end_strikes_its_last_line(
    chain: InternshipScenario,
) -> None:
    """J39, X15: nothing of it can be decided on or paid; it leaves the queue, void."""
    intern = await reported(chain)
    sent = await claimed(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    (claim,), struck = await chain.world.load_rows(Claim), await the_line(chain)
    assert (claim.status, claim.amount) == (Status.VOIDED, 0)
    assert (struck.state, struck.claim_status) == (LineState.STRUCK, Status.VOIDED)
    assert claim.reviewed_by is None
    steps = [h for h in await chain.world.load_rows(History) if h.record_id == claim.id]
    assert (steps[-1].action, steps[-1].from_status) == ("CLOSE", Status.SUBMITTED)
    queue = "{ workQueue { edges { node { __typename } } } }"
    waiting = (await chain.world.ask(queue, "colleague")).only["edges"]
    assert [edge["node"]["__typename"] for edge in waiting] == []
    asked = "query ($id: ID!) { node(id: $id) { ... on Claim { possibleActions { allowed } } } }"
    for who in ("unit", "colleague"):
        told = (await chain.world.ask(asked, who, id=sent["id"])).only["possibleActions"]
        assert not any(each["allowed"] for each in told)


@pytest.mark.parametrize(
    ("line", "status", "target"),
    [
        (LineState.STRUCK, Status.SUBMITTED, Status.VOIDED),
        (LineState.PAID, Status.PUBLICITY_PASSED, Status.DISBURSED),
        (LineState.PAYABLE, Status.PUBLICITY_PASSED, Status.PUBLICITY_PASSED),
        (LineState.OPEN, Status.SUBMITTED, Status.SUBMITTED),
    ],
)
async def test_x15_a_claim_whose_lines_came_to_rest_before_it_followed_them_is_taken_on(
    chain: InternshipScenario, line: LineState, status: Status, target: Status
) -> None:
    """X9: by the worker, once, with a step in its history; others stay where they are."""
    await reported(chain)
    await claimed(chain)
    await stand(chain, line, status)
    work = JobContext(service=chain.world.service)
    moved = int(status is not target)
    assert [await close_settled_claims(work), await close_settled_claims(work)] == [moved, 0]
    (claim,) = await chain.world.load_rows(Claim)
    assert claim.status is target
    entries = await chain.world.load_rows(History)
    steps = [each for each in entries if each.account_id == SYSTEM_ACCOUNT]
    assert [(each.from_status, each.to_status) for each in steps] == [(status, target)] * moved
    found = await verify_chains(chain.world.service.reads, {})
    assert found.broken == []


@pytest.mark.parametrize("line", [LineState.OPEN, LineState.IN_PUBLICITY, LineState.PAYABLE])
async def test_j39_unpaid_lines_are_struck_and_the_claims_amount_follows(
    chain: InternshipScenario, line: LineState
) -> None:
    intern = await reported(chain)
    await claimed(chain)
    await stand(chain, line)
    assert await held(chain) == set(MONTHS)
    await chain.approve_reduction(intern, "2024-10-31")
    struck, (claim,) = await the_line(chain), await chain.world.load_rows(Claim)
    assert (struck.state, claim.amount) == (LineState.STRUCK, 0)
    assert "2024-10-31" in (struck.reason or "")
    assert await held(chain) == set()
    assert await chain.world.load_rows(Clawback) == []
    again = await chain.world.ask(
        '{ livingAllowanceCandidates(month: "2024-12") { amount reports { month } } }', "unit"
    )
    (candidate,) = again.only
    assert [r["month"] for r in candidate["reports"]] == list(MONTHS[:3])


async def test_j39_a_line_that_the_bank_has_stops_the_reduction_until_it_answers(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await claimed(chain)
    await stand(chain, LineState.IN_BATCH)
    row = await chain.submit_reduction(intern, "2024-10-31")
    assert await assert_refused(chain.world, "approveReduction", to_decision(row), "officer") == [
        ("LINE_IN_BATCH", "input")
    ]
    await stand(chain, LineState.PAID)
    await chain.run_step("approveReduction", to_decision(row), "officer", "reduction")


async def test_j39_of_a_paid_line_a_clawback_is_proposed_for_what_is_too_much(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await paid(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    found = await proposal(chain)
    assert (found["status"], found["amount"]) == ("SUBMITTED", "2120.00")
    assert found["explanation"]["formula"] == ["clawback = 2120.00 (2024-11) = 2120.00 yuan"]
    assert (found["line"]["state"], found["reduction"]["endedOn"]) == ("PAID", "2024-10-31")
    assert await held(chain) == set(MONTHS)
    assert (await reports(chain))["2024-11"] is Status.VOIDED


async def clawed_back_in_part(chain: InternshipScenario, amount: str = "10.00") -> None:
    """Have a part of what the only line was paid clawed back."""
    line = await the_line(chain)
    key = Key("ClaimLine", (line.unit_id, line.id)).format_global_id()
    asked = {"lineId": key, "version": line.version, "amount": amount, "reason": "金额有误"}
    then = "... on ClawbackPayload { clawback { id version } }"
    made = await chain.world.mutate("proposeClawback", asked, "officer", then)
    await chain.world.mutate("confirmClawback", to_decision(made["clawback"]), "colleague")
    assert (await the_line(chain)).state is LineState.CLAWED_BACK


async def test_j39_of_a_line_clawed_back_in_part_no_more_is_proposed_than_is_left_of_the_months(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await paid(chain)
    await clawed_back_in_part(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    rows = sorted(await chain.world.load_rows(Clawback), key=lambda row: row.id)
    assert [(f"{row.amount}", row.status) for row in rows] == [
        ("10.00", Status.APPROVED),
        ("2110.00", Status.SUBMITTED),
    ]


async def test_j39_what_an_officer_proposed_beyond_the_months_that_go_stands(
    chain: InternshipScenario,
) -> None:
    """X2: it has grounds of its own; the months that go are a part of it."""
    intern = await reported(chain)
    await paid(chain)
    line = await the_line(chain)
    key = Key("ClaimLine", (line.unit_id, line.id)).format_global_id()
    asked = {"lineId": key, "version": line.version, "amount": "5000.00", "reason": "虚报"}
    then = "... on ClawbackPayload { clawback { id version } }"
    made = await chain.world.mutate("proposeClawback", asked, "colleague", then)
    await chain.approve_reduction(intern, "2024-10-31")
    (row,) = await chain.world.load_rows(Clawback)
    assert (f"{row.amount}", row.status) == ("5000.00", Status.SUBMITTED)
    confirmed = to_decision(made["clawback"])
    await chain.run_step("confirmClawback", confirmed, "officer", "clawback")
    assert (await reports(chain))["2024-11"] is Status.VOIDED


async def test_j39_what_an_officer_proposed_below_the_months_that_go_gives_way(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await paid(chain)
    line = await the_line(chain)
    key = Key("ClaimLine", (line.unit_id, line.id)).format_global_id()
    asked = {"lineId": key, "version": line.version, "amount": "10.00", "reason": "金额有误"}
    await chain.world.mutate("proposeClawback", asked, "colleague")
    await chain.approve_reduction(intern, "2024-10-31")
    rows = sorted(await chain.world.load_rows(Clawback), key=lambda row: row.id)
    assert [(f"{row.amount}", row.status) for row in rows] == [
        ("10.00", Status.VOIDED),
        ("2120.00", Status.SUBMITTED),
    ]


async def propose_by_hand(chain: InternshipScenario, amount: str) -> dict[str, Any]:
    """Have an officer propose to claw back a part of the only line, for reasons of their own."""
    line = await the_line(chain)
    key = Key("ClaimLine", (line.unit_id, line.id)).format_global_id()
    asked = {"lineId": key, "version": line.version, "amount": amount, "reason": "虚报"}
    then = "... on ClawbackPayload { clawback { id version } }"
    made = await chain.world.mutate("proposeClawback", asked, "colleague", then)
    return to_decision(made["clawback"])


async def list_proposals(chain: InternshipScenario) -> list[tuple[str, Status]]:
    rows = sorted(await chain.world.load_rows(Clawback), key=lambda row: row.id)
    return [(f"{row.amount}", row.status) for row in rows]


@pytest.mark.parametrize("is_bulk", [False, True])
async def test_j39_what_an_end_takes_back_is_proposed_once_an_officers_larger_one_is_rejected(
    chain: InternshipScenario, is_bulk: bool
) -> None:
    """X2: whoever rejected it proposes it, and another officer confirms it."""
    intern = await reported(chain)
    await paid(chain)
    larger = await propose_by_hand(chain, "5000.00")
    await chain.approve_reduction(intern, "2024-10-31")
    assert await list_proposals(chain) == [("5000.00", Status.SUBMITTED)]
    if is_bulk:
        review = {"verdict": "REFUSE", "records": [larger | WHY]}
        await chain.world.mutate("reviewClawbacks", review, "officer")
    else:
        await chain.run_step("rejectClawback", larger | WHY, "officer", "clawback")
    assert await list_proposals(chain) == [
        ("5000.00", Status.REFUSED),
        ("2120.00", Status.SUBMITTED),
    ]
    (found,) = [
        edge["node"]
        for edge in (await chain.world.ask(CLAWBACKS, "colleague")).only["edges"]
        if edge["node"]["status"] == "SUBMITTED"
    ]
    assert found["reduction"] == {"endedOn": "2024-10-31"}
    assert "2024-10-31" in found["cause"]
    await chain.run_step("confirmClawback", to_decision(found), "colleague", "clawback")
    assert (await the_line(chain)).state is LineState.CLAWED_BACK


async def test_j39_what_an_end_takes_back_and_an_officer_rejected_is_not_proposed_by_itself(
    chain: InternshipScenario,
) -> None:
    """Nor where another proposal for the line is rejected afterwards."""
    intern = await reported(chain)
    await paid(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    own = to_decision(await proposal(chain)) | WHY
    await chain.run_step("rejectClawback", own, "colleague", "clawback")
    later = await propose_by_hand(chain, "3000.00") | WHY
    await chain.run_step("rejectClawback", later, "officer", "clawback")
    assert await list_proposals(chain) == [
        ("2120.00", Status.REFUSED),
        ("3000.00", Status.REFUSED),
    ]


async def test_j30_nothing_is_proposed_for_an_end_that_was_revoked(
    chain: InternshipScenario,
) -> None:
    """J39: the months are paid for again when an officer's proposal is rejected."""
    intern = await reported(chain)
    await paid(chain)
    larger = await propose_by_hand(chain, "5000.00")
    row = await chain.approve_reduction(intern, "2024-10-31")
    await chain.world.mutate("revokeReduction", to_decision(row) | WHY, "colleague")
    await chain.run_step("rejectClawback", larger | WHY, "officer", "clawback")
    assert await list_proposals(chain) == [("5000.00", Status.REFUSED)]


async def test_j30_a_month_paid_and_clawed_back_in_part_counts_again_once_the_end_is_revoked(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await paid(chain)
    await clawed_back_in_part(chain)
    row = await chain.approve_reduction(intern, "2024-10-31")
    given = to_decision(row) | {"reason": "误报"}
    await chain.world.mutate("revokeReduction", given, "colleague")
    assert set((await reports(chain)).values()) == {Status.APPROVED}
    figures = {"daysAttended": 20, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    again = {"month": "2024-11", "rows": [figures | {"internId": intern["id"]}]}
    refused = await assert_refused(chain.world, "saveMonthlyReports", again, "unit")
    assert [reason for reason, _ in refused] == ["REPORT_EXISTS"], refused
    (_, proposed) = sorted(await chain.world.load_rows(Clawback), key=lambda row: row.id)
    assert proposed.status is Status.VOIDED


async def test_j29_who_ends_with_too_few_months_gives_all_of_it_back(
    chain: InternshipScenario,
) -> None:
    """J29, J39: of four months that were paid two are left, and it takes three."""
    intern = await reported(chain)
    await paid(chain)
    await chain.approve_reduction(intern, "2024-09-30")
    assert (await proposal(chain))["amount"] == f"{sum(OWED.values())}.00"


async def test_x2_who_proposed_a_clawback_does_not_confirm_it(chain: InternshipScenario) -> None:
    intern = await reported(chain)
    await paid(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    found = await proposal(chain)
    assert {item["reason"] for item in found["possibleActions"]} == {"FOUR_EYES"}
    assert await assert_refused(chain.world, "confirmClawback", to_decision(found), "officer") == [
        ("FOUR_EYES", "input")
    ]
    theirs = await proposal(chain, "colleague")
    assert {item["action"]: item["allowed"] for item in theirs["possibleActions"]} == {
        "APPROVE": True,
        "REFUSE": True,
    }
    await chain.run_step("confirmClawback", to_decision(found), "colleague", "clawback")
    assert (await the_line(chain)).state is LineState.CLAWED_BACK
    assert await held(chain) == set(MONTHS)


async def test_x1_a_rejected_clawback_leaves_the_line_paid(chain: InternshipScenario) -> None:
    intern = await reported(chain)
    await paid(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    no = to_decision(await proposal(chain)) | WHY
    await chain.run_step("rejectClawback", no, "colleague", "clawback")
    assert (await the_line(chain)).state is LineState.PAID


async def test_x12_of_many_who_confirm_a_clawback_at_once_one_wins(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await paid(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    found = to_decision(await proposal(chain))
    do = chain.world.mutate
    attempts = [do("confirmClawback", found, "colleague") for _ in range(16)]
    attempts += [do("rejectClawback", found | WHY, "colleague") for _ in range(16)]
    results = await asyncio.gather(*attempts)
    told = [result["__typename"] for result in results]
    assert told.count("ClawbackPayload") == 1
    assert set(told) == {"ClawbackPayload", "StaleVersion"}


async def test_x12_of_many_who_approve_a_reduction_at_once_one_wins(
    chain: InternshipScenario,
) -> None:
    """J39: what follows happens once."""
    intern = await reported(chain)
    await paid(chain)
    row = to_decision(await chain.submit_reduction(intern, "2024-10-31"))
    do = chain.world.mutate
    attempts = [do("approveReduction", row, name) for name in ("officer", "colleague") * 16]
    results = await asyncio.gather(*attempts)
    told = [result["__typename"] for result in results]
    assert told.count("ReductionPayload") == 1
    assert set(told) == {"ReductionPayload", "StaleVersion"}
    assert len(await chain.world.load_rows(Clawback)) == 1


async def test_x12_an_end_and_a_claim_at_once_never_leave_a_void_month_claimed(
    chain: InternshipScenario,
) -> None:
    """J39, J30: whoever comes first, what is held in the end is approved."""
    intern = await reported(chain)
    await chain.confirm_parameters()
    draft = await chain.draft_claim("2024-11")
    row = to_decision(await chain.submit_reduction(intern, "2024-10-31"))
    do = chain.world.mutate
    ended, sent = await asyncio.gather(
        do("approveReduction", row, "officer"), do("submitClaim", to_decision(draft), "unit")
    )
    assert ended["__typename"] == "ReductionPayload"
    standing = await reports(chain)
    assert all(standing[month] is Status.APPROVED for month in await held(chain))
    struck = (await the_line(chain)).state is LineState.STRUCK
    assert struck is (sent["__typename"] == "ClaimPayload")


async def test_x12_a_month_saved_while_the_internship_ends_is_void_or_refused(
    chain: InternshipScenario,
) -> None:
    """J24, J39."""
    intern = await reported(chain, *MONTHS[:3])
    row = to_decision(await chain.submit_reduction(intern, "2024-10-31"))
    figures = {"daysAttended": 20, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    late = {"month": "2024-11", "rows": [figures | {"internId": intern["id"]}]}
    do = chain.world.mutate
    ended, _ = await asyncio.gather(
        do("approveReduction", row, "officer"), do("saveMonthlyReports", late, "unit")
    )
    assert ended["__typename"] == "ReductionPayload"
    assert (await reports(chain)).get("2024-11", Status.VOIDED) is Status.VOIDED


async def revoke(chain: InternshipScenario, month: str) -> Any:
    listed = """query ($m: YearMonth!) {
      monthlyReports(from: $m, to: $m) { edges { node { id version } } } }"""
    ((edge),) = (await chain.world.ask(listed, "officer", m=month)).only["edges"]
    records = {"records": [to_decision(edge["node"])]} | WHY
    return await chain.world.mutate("revokeMonthlyReports", records, "officer")


async def test_j38_what_is_paid_is_corrected_once_it_is_clawed_back(
    chain: InternshipScenario,
) -> None:
    """J38: before that it is held; afterwards it is corrected, and held still (X15)."""
    intern = await reported(chain)
    await paid(chain)
    (fault,) = (await revoke(chain, "2024-09"))["faults"]
    assert fault["reason"] == "REPORT_HELD"
    assert "claw it back first" in fault["cure"]
    assert "Unpaid: strike its line" in fault["cure"]
    await chain.approve_reduction(intern, "2024-10-31")
    assert (await revoke(chain, "2024-09"))["faults"][0]["reason"] == "REPORT_HELD"
    await chain.run_step(
        "confirmClawback", to_decision(await proposal(chain)), "colleague", "clawback"
    )
    assert (await revoke(chain, "2024-09"))["__typename"] == "MonthlyReportsPayload"
    row = next(r for r in await chain.world.load_rows(MonthlyReport) if r.status is Status.RETURNED)
    figures = {"daysAttended": 20, "wagePaid": "3500.00", "insurancePaid": "1.00"}
    figures |= {"internId": intern["id"], "version": row.version}
    await chain.world.mutate("saveMonthlyReports", {"month": "2024-09", "rows": [figures]}, "unit")
    assert await held(chain) == set(MONTHS)
    candidates = '{ livingAllowanceCandidates(month: "2025-01") { amount reports { month } } }'
    (candidate,) = (await chain.world.ask(candidates, "unit")).only
    assert candidate["reports"] == []


async def test_j38_what_is_unpaid_is_corrected_once_its_unit_takes_it_out_of_a_returned_claim(
    chain: InternshipScenario,
) -> None:
    """J38: returned, the claim holds it still (X15); changed to leave the intern out, no more."""
    first, second = await chain.approve_intern(1), await chain.approve_intern(2)
    for month in MONTHS[:3]:
        await chain.approve_reports(month, first, second)
    sent = await chain.submit_claim("2024-10")
    back = await chain.run_step("returnClaim", sent | WHY, "officer", "claim")
    assert len(await held(chain)) == 3
    (edge,) = (await chain.world.ask("{ bankAccounts { edges { node { id } } } }", "unit")).only[
        "edges"
    ]
    change = {"month": "2024-10", "bankAccountId": edge["node"]["id"], "internIds": [second["id"]]}
    await chain.run_step("changeLivingAllowanceClaim", to_decision(back) | change, "unit", "claim")
    rows = await chain.world.load_rows(MonthlyReport)
    assert sorted(r.held_by is None for r in rows) == [False] * 3 + [True] * 3
    listed = "{ interns { edges { node { id monthlyReports { id version } } } } }"
    edges = (await chain.world.ask(listed, "officer")).only["edges"]
    nodes = {edge["node"]["id"]: edge["node"]["monthlyReports"] for edge in edges}
    for intern, answer in ((first, "MonthlyReportsPayload"), (second, "Invalid")):
        records = {"records": list(map(to_decision, nodes[intern["id"]]))} | WHY
        result = await chain.world.mutate("revokeMonthlyReports", records, "officer")
        assert result["__typename"] == answer


async def test_x1_a_revoked_reduction_takes_its_proposal_back_and_what_is_paid_counts_again(
    chain: InternshipScenario,
) -> None:
    """J30: the paid month is approved again, so that nobody reports and claims it anew."""
    intern = await reported(chain)
    await paid(chain)
    row = await chain.approve_reduction(intern, "2024-10-31")
    await chain.run_step("revokeReduction", to_decision(row) | WHY, "colleague", "reduction")
    assert (await proposal(chain))["status"] == "VOIDED"
    assert (await reports(chain))["2024-11"] is Status.APPROVED
    figures = {"daysAttended": 20, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    again = {"month": "2024-11", "rows": [figures | {"internId": intern["id"]}]}
    assert await assert_refused(chain.world, "saveMonthlyReports", again, "unit") == [
        ("REPORT_EXISTS", "input.rows.0.internId")
    ]


async def test_j24_a_void_month_is_reported_anew_when_the_internship_goes_on(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    row = await chain.approve_reduction(intern, "2024-10-31")
    await chain.run_step("revokeReduction", to_decision(row) | WHY, "colleague", "reduction")
    await chain.save_reports("2024-11", intern)
    rows = await chain.world.load_rows(MonthlyReport)
    assert sorted(r.status for r in rows if r.month.month == 11) == ["DRAFT", "VOIDED"]


async def test_x10_clawbacks_are_seen_by_the_unit_and_decided_by_officers(
    chain: InternshipScenario,
) -> None:
    intern = await reported(chain)
    await paid(chain)
    await chain.approve_reduction(intern, "2024-10-31")
    theirs = await proposal(chain, "unit")
    assert theirs["possibleActions"] == []
    result = await chain.world.mutate("confirmClawback", to_decision(theirs), "unit")
    assert result["__typename"] == "Forbidden"
