"""Many at once: one winner, clear conflicts, and no report held twice (J24, J30, X12)."""

import asyncio
from typing import Any

from models import Claim, ClaimedReport, ClaimLine, MonthlyReport, Status
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.sample import few_or_many
from tests.factories.story import story
from tests.factories.world import World

MONTHS = ("2024-08", "2024-09", "2024-10")
CLAIM = "... on ClaimPayload { claim { id version status lines { id version } } }"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def drafts(chain: InternshipScenario, count: int) -> list[Any]:
    """Report three months of an intern, and draft that many claims on them."""
    intern = await chain.approve_intern(1)
    for month in MONTHS:
        await chain.approve_reports(month, intern)
    account = await chain.add_bank_account()
    input = {"month": "2024-10", "bankAccountId": account["id"]}
    do = chain.world.mutate
    made = [do("createLivingAllowanceClaim", input, "unit", CLAIM) for _ in range(count)]
    return [result["claim"] for result in await asyncio.gather(*made)]


async def one_winner(*attempts: Any) -> list[Any]:
    """Await attempts of which exactly one succeeds, and give what the others were told."""
    results = await asyncio.gather(*attempts)
    won = [result for result in results if result["__typename"].endswith("Payload")]
    assert len(won) == 1, results
    return [result for result in results if result is not won[0]]


async def held_as_written(world: World) -> int:
    """Check that both tables agree on who holds what, and count the reports that are held."""
    lines = {line.id: line.claim_id for line in await world.load_rows(ClaimLine)}
    claims = {claim.id: claim.status for claim in await world.load_rows(Claim)}
    rows = [row for row in await world.load_rows(ClaimedReport) if row.held]
    holding = {row.report_id: row.line_id for row in rows}
    assert len(holding) == len(rows), "a report is held twice"
    named = {r.id: r.held_by for r in await world.load_rows(MonthlyReport) if r.held_by is not None}
    assert named == holding
    idle = (Status.DRAFT, Status.WITHDRAWN, Status.REFUSED)
    assert all(claims[lines[line]] not in idle for line in holding.values())
    return len(holding)


@few_or_many
async def test_j24_of_many_who_save_the_same_month_one_wins(
    chain: InternshipScenario, writers: int
) -> None:
    intern = await chain.approve_intern(1)
    figures = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    input = {"month": "2024-08", "rows": [figures | {"internId": intern["id"]}]}
    save = [chain.world.mutate("saveMonthlyReports", input, "unit") for _ in range(writers)]
    for lost in await one_winner(*save):
        (fault,) = lost["faults"]
        assert (fault["reason"], fault["path"][-1]) == ("REPORT_EXISTS", "internId")
    assert len(await chain.world.load_rows(MonthlyReport)) == 1


@few_or_many
async def test_j24_months_saved_at_once_in_opposite_orders_do_not_block_each_other(
    chain: InternshipScenario, writers: int
) -> None:
    interns = [await chain.approve_intern(number) for number in range(1, 6)]
    figures = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    rows = [figures | {"internId": intern["id"]} for intern in interns]
    inputs = [{"month": "2024-08", "rows": rows[:: (-1) ** n]} for n in range(writers)]
    do = chain.world.mutate
    await one_winner(*(do("saveMonthlyReports", input, "unit") for input in inputs))
    assert len(await chain.world.load_rows(MonthlyReport)) == 5


@few_or_many
async def test_j30_of_many_claims_on_the_same_reports_exactly_one_holds_them(
    chain: InternshipScenario, writers: int
) -> None:
    claims = await drafts(chain, writers)
    do = chain.world.mutate
    losers = await one_winner(*(do("submitClaim", to_decision(c), "unit", CLAIM) for c in claims))
    told = [(fault["reason"], fault["path"][1:]) for lost in losers for fault in lost["faults"]]
    assert told == [("NOTHING_PAYABLE", ["lines", "0"])] * (writers - 1)
    assert await held_as_written(chain.world) == 3


async def test_j30_submitting_withdrawing_and_changing_at_once_leaves_at_most_one_holder(
    chain: InternshipScenario,
) -> None:
    claims = await drafts(chain, 15)
    do, attempts = chain.world.mutate, []
    account = (await chain.world.ask("{ bankAccounts { edges { node { id } } } }", "unit")).only
    change = {"month": "2024-10", "bankAccountId": account["edges"][0]["node"]["id"]}
    for n, claim in enumerate(claims):
        handled = to_decision(claim)
        attempts.append(do("submitClaim", handled, "unit"))
        if n % 3 == 0:
            attempts.append(do("withdrawClaim", handled, "unit"))
        if n % 3 == 1:
            attempts.append(do("changeLivingAllowanceClaim", handled | change, "unit"))
    results = await asyncio.gather(*attempts)
    told = {result["__typename"] for result in results}
    assert told <= {"ClaimPayload", "Invalid", "Refusal", "StaleVersion"}
    assert await held_as_written(chain.world) in {0, 3}


async def test_x12_withdrawing_and_approving_at_once_has_one_winner(
    chain: InternshipScenario,
) -> None:
    (claim,) = await drafts(chain, 1)
    do = chain.world.mutate
    sent = to_decision((await do("submitClaim", to_decision(claim), "unit", CLAIM))["claim"])
    await chain.confirm_parameters()
    (lost,) = await one_winner(
        do("withdrawClaim", sent, "unit"), do("approveClaim", sent, "officer")
    )
    assert (lost["__typename"], lost["current"]) == ("StaleVersion", sent["version"] + 1)
    (row,) = await chain.world.load_rows(Claim)
    assert await held_as_written(chain.world) == (3 if row.status is Status.APPROVED else 0)


async def test_x12_many_reviewers_at_once_have_one_winner(chain: InternshipScenario) -> None:
    (claim,) = await drafts(chain, 1)
    do = chain.world.mutate
    sent = to_decision((await do("submitClaim", to_decision(claim), "unit", CLAIM))["claim"])
    await chain.confirm_parameters()
    told = sent | {"reason": "不符合条件"}
    attempts = [do("approveClaim", sent, name) for name in ("officer", "colleague") * 4]
    attempts += [do("refuseClaim", told, name) for name in ("officer", "colleague") * 4]
    losers = await one_winner(*attempts)
    assert {lost["__typename"] for lost in losers} == {"StaleVersion"}
    await held_as_written(chain.world)


async def test_x15_striking_and_approving_at_once_has_one_winner(chain: InternshipScenario) -> None:
    (claim,) = await drafts(chain, 1)
    do = chain.world.mutate
    sent = (await do("submitClaim", to_decision(claim), "unit", CLAIM))["claim"]
    await chain.confirm_parameters()
    strike = to_decision(sent["lines"][0]) | {"reason": "考勤不符"}
    (lost,) = await one_winner(
        do("strikeClaimLine", strike, "colleague"), do("approveClaim", to_decision(sent), "officer")
    )
    assert lost["__typename"] in {"StaleVersion", "Refusal"}
    (row,) = await chain.world.load_rows(Claim)
    approved = row.status is Status.APPROVED
    assert (await held_as_written(chain.world), row.amount) == ((3, 5880) if approved else (0, 0))


async def test_j38_revoking_a_report_and_submitting_its_claim_at_once_has_one_winner(
    chain: InternshipScenario,
) -> None:
    (claim,) = await drafts(chain, 1)
    report = (await chain.world.load_rows(MonthlyReport))[0]
    listed = await chain.world.ask(
        "{ monthlyReports { edges { node { id version } } } }", "officer"
    )
    one = to_decision(listed.only["edges"][0]["node"])
    do = chain.world.mutate
    (lost,) = await one_winner(
        do("revokeMonthlyReports", {"records": [one], "reason": "更正"}, "officer"),
        do("submitClaim", to_decision(claim), "unit"),
    )
    (fault,) = lost["faults"]
    assert fault["reason"] in {"REPORT_HELD", "TOO_FEW_MONTHS"}
    assert await held_as_written(chain.world) in {0, 3}
    assert report.held_by is None
