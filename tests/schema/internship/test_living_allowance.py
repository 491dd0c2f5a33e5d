"""The living allowance: whom a unit may claim for, and no report twice (J29-J33)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import parse_global_id
from models import Claim, ClaimedReport, MonthlyReport, Unit
from tests.factories.crowd import a_crowd, add_approved_reports
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import JILIN_CITY_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.story import story
from tests.factories.world import World

CLAIM = """... on ClaimPayload { claim { id version status amount bankAccount { id }
  ... on LivingAllowanceClaim { month }
  lines { id version state amount intern { id }
    reports { amount held report { id month } } } } }"""
CANDIDATES = """query ($month: YearMonth!) { livingAllowanceCandidates(month: $month) {
  intern { id } amount reason message reports { month payableSubsidy }
  months { amount report { month status } shortfalls { reason message }
    claim { id ... on LivingAllowanceClaim { month } } } } }"""
FILED = """query ($since: Date, $until: Date) {
  claims(since: $since, until: $until) { edges { node { id } } } }"""
LISTED = """query ($from: YearMonth, $to: YearMonth) {
  claims(from: $from, to: $to) { edges { node { id } } } }"""
SUMMER = ("2024-08", "2024-09", "2024-10")


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def reported(
    chain: InternshipScenario, intern: Any, *months: str, **figures: Any
) -> list[Any]:
    return [(await chain.approve_reports(month, intern, **figures))[0] for month in months]


async def draft(chain: InternshipScenario, month: str, **changes: Any) -> Any:
    accounts = (
        await chain.world.ask("{ bankAccounts { edges { node { id } } } }", chain.unit)
    ).only
    found = accounts["edges"]
    account = found[0]["node"] if found else await chain.add_bank_account()
    input = {"month": month, "bankAccountId": account["id"]} | changes
    return await chain.world.mutate("createLivingAllowanceClaim", input, chain.unit, CLAIM)


async def candidate(chain: InternshipScenario, month: str) -> Any:
    (found,) = (await chain.world.ask(CANDIDATES, chain.unit, month=month)).only
    return found


async def test_j29_two_months_are_too_few_and_the_third_unlocks_them_all(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER[:2])
    early = await candidate(chain, "2025-01")
    assert (early["reason"], early["amount"], early["reports"]) == ("TOO_FEW_MONTHS", "0.00", [])
    refused = await draft(chain, "2025-01", internIds=[intern["id"]])
    assert [(f["reason"], f["path"]) for f in refused["faults"]] == [
        ("TOO_FEW_MONTHS", ["input", "internIds", "0"])
    ]
    everyone = await draft(chain, "2025-01")
    assert (everyone["reason"], everyone["path"]) == ("TOO_FEW_MONTHS", ["input"])
    assert everyone["message"].startswith("2 approved months")
    await reported(chain, intern, SUMMER[2])
    sooner = await candidate(chain, "2024-09")
    assert [r["month"] for r in sooner["reports"]] == ["2024-08", "2024-09"]
    assert len((await draft(chain, "2024-09"))["claim"]["lines"]) == 1
    unlocked = await candidate(chain, "2025-01")
    assert (unlocked["amount"], len(unlocked["reports"])) == ("5880.00", 3)


async def test_j29_where_nobody_can_be_claimed_for_different_reasons_nothing_is_payable(
    chain: InternshipScenario,
) -> None:
    assert (await draft(chain, "2025-01"))["reason"] == "NOTHING_PAYABLE"
    first, second = await chain.approve_intern(1), await chain.approve_intern(2)
    await reported(chain, first, *SUMMER)
    claim = (await draft(chain, "2024-10"))["claim"]
    await chain.world.mutate("submitClaim", to_decision(claim), "unit", CLAIM)
    await reported(chain, second, *SUMMER[:2])
    assert (await draft(chain, "2025-01"))["reason"] == "NOTHING_PAYABLE"


async def starts_later(chain: InternshipScenario, intern: Any, day: str) -> Any:
    """Revoke an intern, change the term to start later, and approve it again."""
    why = to_decision(intern) | {"reason": "见习开始日期有误"}
    row = await chain.run_step("revokeIntern", why, "officer", "intern")
    terms = chain.build_terms(1, startsOn=day)
    kept = {name: terms[name] for name in terms if name not in {"idNumber", "name"}}
    row = await chain.run_step("changeIntern", to_decision(row) | kept, "unit", "intern")
    row = await chain.run_step("submitIntern", to_decision(row), "unit", "intern")
    return await chain.run_step("approveIntern", to_decision(row), "officer", "intern")


async def test_j29_months_outside_the_term_as_it_stands_neither_count_nor_are_paid(
    chain: InternshipScenario,
) -> None:
    """J24, J29, J30: reports approved before a term was shortened are no part of it any more."""
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER)
    await starts_later(chain, intern, "2024-09-02")
    assert (await candidate(chain, "2025-01"))["reason"] == "TOO_FEW_MONTHS"
    assert (await draft(chain, "2025-01"))["message"].startswith("2 approved months")
    await reported(chain, intern, "2024-11")
    found = await candidate(chain, "2025-01")
    assert [r["month"] for r in found["reports"]] == ["2024-09", "2024-10", "2024-11"]
    claim = (await draft(chain, "2025-01"))["claim"]
    assert claim["amount"] == found["amount"] == "6120.00"


async def test_j30_a_claim_on_months_that_left_the_term_is_neither_submitted_nor_approved(
    chain: InternshipScenario,
) -> None:
    """J29, J30, X20: not as a draft, and not once it was submitted."""
    world, intern = chain.world, await chain.approve_intern(1)
    await chain.confirm_parameters()
    await reported(chain, intern, *SUMMER, "2024-11")
    sent = (await draft(chain, "2024-11"))["claim"]
    sent = (await world.mutate("submitClaim", to_decision(sent), "unit", CLAIM))["claim"]
    assert sent["amount"] == "8000.00"
    await starts_later(chain, intern, "2024-09-02")
    changed = [("AMOUNT_CHANGED", ["input", "lines", "0"])]
    refused = await world.mutate("approveClaim", to_decision(sent), "officer", CLAIM)
    assert [(f["reason"], f["path"]) for f in refused["faults"]] == changed
    why = to_decision(sent) | {"reason": "见习期已变更"}
    back = (await world.mutate("returnClaim", why, "officer", CLAIM))["claim"]
    refused = await world.mutate("submitClaim", to_decision(back), "unit", CLAIM)
    assert [(f["reason"], f["path"]) for f in refused["faults"]] == changed
    anew = to_decision(back) | {"month": "2024-11", "bankAccountId": back["bankAccount"]["id"]}
    anew = (await world.mutate("changeLivingAllowanceClaim", anew, "unit", CLAIM))["claim"]
    assert anew["amount"] == "6120.00"
    sent = (await world.mutate("submitClaim", to_decision(anew), "unit", CLAIM))["claim"]
    done = (await world.mutate("approveClaim", to_decision(sent), "officer", CLAIM))["claim"]
    assert (done["status"], done["amount"]) == ("APPROVED", "6120.00")


async def test_j29_a_month_below_the_floor_counts_as_attended_but_is_not_paid(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, "2024-08", wage="3000.00")
    await reported(chain, intern, "2024-09", "2024-10")
    found = await candidate(chain, "2024-10")
    assert (found["amount"], [r["month"] for r in found["reports"]]) == (
        "4000.00",
        ["2024-09", "2024-10"],
    )


async def test_j29_a_month_of_too_few_days_does_not_count(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, "2024-08", daysAttended=14)
    await reported(chain, intern, "2024-09", "2024-10")
    assert (await candidate(chain, "2024-10"))["reason"] == "TOO_FEW_MONTHS"


async def test_j29_a_report_that_is_not_approved_does_not_count(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER[:2])
    await chain.save_reports(SUMMER[2], intern)
    assert (await candidate(chain, "2024-10"))["reason"] == "TOO_FEW_MONTHS"


async def test_j30_a_month_without_parameters_is_refused_in_words(
    chain: InternshipScenario,
) -> None:
    await chain.approve_intern(1)
    answer = await chain.world.ask(CANDIDATES, "unit", month="2019-12")
    assert answer.errors[0]["extensions"]["reason"] == "PARAMETER_MISSING"
    assert (await draft(chain, "2019-12"))["reason"] == "PARAMETER_MISSING"


async def test_j30_a_unit_claims_for_some_or_for_all(chain: InternshipScenario) -> None:
    first, second = await chain.approve_intern(1), await chain.approve_intern(2)
    for intern in (first, second):
        await reported(chain, intern, *SUMMER)
    some = (await draft(chain, "2024-10", internIds=[second["id"]]))["claim"]
    assert [line["intern"]["id"] for line in some["lines"]] == [second["id"]]
    everyone = (await draft(chain, "2024-10"))["claim"]
    assert (len(everyone["lines"]), everyone["amount"]) == (2, "11760.00")
    twice = await draft(chain, "2024-10", internIds=[first["id"], first["id"]])
    assert twice["faults"][0]["reason"] == "LISTED_TWICE"
    assert (await draft(chain, "2024-10", internIds=[]))["faults"][0]["reason"] == "LIST_EMPTY"


async def test_j30_of_two_drafts_on_the_same_reports_only_the_first_can_be_submitted(
    chain: InternshipScenario,
) -> None:
    world, intern = chain.world, await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER)
    first, second = [(await draft(chain, "2024-10"))["claim"] for _ in range(2)]
    done = await world.mutate("submitClaim", to_decision(first), "unit", CLAIM)
    assert [r["held"] for r in done["claim"]["lines"][0]["reports"]] == [True] * 3
    refused = await world.mutate("submitClaim", to_decision(second), "unit", CLAIM)
    assert [(f["reason"], f["path"]) for f in refused["faults"]] == [
        ("NOTHING_PAYABLE", ["input", "lines", "0"])
    ]
    assert (await candidate(chain, "2025-02"))["reason"] == "NOTHING_PAYABLE"
    later = await reported(chain, intern, "2024-11")
    assert len(later) == 1
    assert [r["month"] for r in (await candidate(chain, "2025-02"))["reports"]] == ["2024-11"]


@pytest.mark.parametrize("how", ["withdrawClaim", "changeLivingAllowanceClaim"])
async def test_j30_giving_up_a_draft_frees_nothing_that_another_claim_holds(
    chain: InternshipScenario, how: str
) -> None:
    world, intern = chain.world, await chain.approve_intern(1)
    reports = await reported(chain, intern, *SUMMER)
    holding, idle = [(await draft(chain, "2024-10"))["claim"] for _ in range(2)]
    await world.mutate("submitClaim", to_decision(holding), "unit", CLAIM)
    input: dict[str, Any] = to_decision(idle)
    if how == "changeLivingAllowanceClaim":
        input |= {"month": "2024-10", "bankAccountId": idle["bankAccount"]["id"]}
    await world.mutate(how, input, "unit", CLAIM)
    held = {report.held_by for report in await world.load_rows(MonthlyReport)}
    assert len(held) == 1
    assert None not in held
    revoke = {"records": [to_decision(report) for report in reports], "reason": "更正"}
    refused = await world.mutate("revokeMonthlyReports", revoke, "officer")
    assert {fault["reason"] for fault in refused["faults"]} == {"REPORT_HELD"}


async def test_j30_a_change_keeps_those_whom_the_claim_is_for_unless_it_names_others(
    chain: InternshipScenario,
) -> None:
    """Another month alone takes nobody in; null takes in all who can be claimed for."""
    world = chain.world
    first, second = [await chain.approve_intern(n) for n in (1, 2)]
    for intern in (first, second):
        await reported(chain, intern, *SUMMER)
    made = (await draft(chain, "2024-10", internIds=[second["id"]]))["claim"]
    door = "changeLivingAllowanceClaim"
    refused = await world.mutate(door, to_decision(made), "unit", CLAIM)
    assert refused["reason"] == "NOTHING_CHANGED"
    later = to_decision(made) | {"month": "2024-11"}
    kept = (await world.mutate(door, later, "unit", CLAIM))["claim"]
    assert (kept["month"], kept["bankAccount"]) == ("2024-11", made["bankAccount"])
    assert [line["intern"]["id"] for line in kept["lines"]] == [second["id"]]
    everyone = to_decision(kept) | {"internIds": None}
    whole = (await world.mutate(door, everyone, "unit", CLAIM))["claim"]
    assert whole["month"] == "2024-11"
    assert {line["intern"]["id"] for line in whole["lines"]} == {first["id"], second["id"]}


async def test_j31_claims_are_filtered_by_month(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER)
    ids = {
        month: (await draft(chain, month))["claim"]["id"]
        for month in ("2024-10", "2024-11", "2024-12")
    }
    for first, last, months in (
        ("2024-11", "2024-11", ["2024-11"]),
        ("2024-11", None, ["2024-12", "2024-11"]),
        (None, "2024-10", ["2024-10"]),
    ):
        between: dict[str, Any] = {"from": first, "to": last}
        answer = await chain.world.ask(LISTED, "unit", **between)
        found = [edge["node"]["id"] for edge in answer.only["edges"]]
        assert found == [ids[month] for month in months]


async def test_j31_claims_are_filtered_by_the_day_they_were_filed_on_in_shanghai(
    chain: InternshipScenario,
) -> None:
    """The last day counts to its end, and begins eight hours before that of Greenwich."""
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER)
    ids = [(await draft(chain, "2024-10"))["claim"]["id"] for _ in range(3)]
    instants = ("2025-01-01T15:59:59Z", "2025-01-01T16:00:00Z", "2025-01-02T15:59:59Z")
    async with AsyncSession(chain.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        for id, instant in zip(ids, instants, strict=True):
            key = parse_global_id(id)
            assert key is not None
            at = datetime.fromisoformat(instant)
            changed = update(Claim).where(Claim.id == key.parts[1]).values(created_at=at)
            await session.execute(changed)
    for since, until, found in (
        ("2025-01-02", "2025-01-02", ids[1:]),
        ("2025-01-02", None, ids[1:]),
        (None, "2025-01-01", ids[:1]),
        ("2025-01-03", None, []),
        ("2025-01-01", "2025-01-02", ids),
    ):
        answer = await chain.world.ask(FILED, "unit", since=since, until=until)
        assert [edge["node"]["id"] for edge in answer.only["edges"]] == found[::-1]
    wrong = await chain.world.ask(FILED, "unit", since="2025-02-30")
    assert wrong.errors[0]["extensions"]["reason"] == "NOT_A_DATE"


def told(candidate: Any) -> dict[str, tuple[str | None, list[str]]]:
    """Tell of each month what could be claimed for it, and what stands in the way."""
    return {
        month["report"]["month"]: (month["amount"], [s["reason"] for s in month["shortfalls"]])
        for month in candidate["months"]
    }


async def test_j30_a_candidate_tells_every_month_and_all_that_stands_in_its_way(
    chain: InternshipScenario,
) -> None:
    """J27, J29: not approved, below the floor, too few days, after the claim month, held."""
    intern = await chain.approve_intern(1)
    await reported(chain, intern, "2024-08")
    await reported(chain, intern, "2024-09", wage="3000.00", daysAttended=14)
    await reported(chain, intern, "2024-11")
    await chain.save_reports("2024-10", intern)
    await chain.save_reports("2024-12", intern)
    early = await candidate(chain, "2024-11")
    assert early["reason"] == "TOO_FEW_MONTHS"
    assert told(early) == {
        "2024-08": (None, ["TOO_FEW_MONTHS"]),
        "2024-09": (None, ["WAGE_BELOW_FLOOR", "TOO_FEW_DAYS"]),
        "2024-10": (None, ["REPORT_NOT_APPROVED"]),
        "2024-11": (None, ["TOO_FEW_MONTHS"]),
        "2024-12": (None, ["REPORT_NOT_APPROVED", "MONTH_AFTER_CLAIM"]),
    }
    await reported(chain, intern, "2025-01")
    assert told(await candidate(chain, "2025-01"))["2024-08"] == ("1880.00", [])
    claim = (await draft(chain, "2025-01"))["claim"]
    await chain.world.mutate("submitClaim", to_decision(claim), "unit", CLAIM)
    found = await candidate(chain, "2025-01")
    assert told(found)["2024-08"] == (None, ["REPORT_CLAIMED"])
    month = found["months"][0]
    assert month["claim"] == {"id": claim["id"], "month": "2025-01"}
    assert "2025-01" in month["shortfalls"][0]["message"]


async def test_j29_a_month_outside_the_term_says_so_of_itself(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER)
    await starts_later(chain, intern, "2024-09-02")
    assert told(await candidate(chain, "2024-10"))["2024-08"] == (None, ["MONTH_NOT_RUN"])


async def test_j27_what_a_partial_month_pays_follows_the_parameters(
    chain: InternshipScenario,
) -> None:
    """A month with enough days is paid whole, and rounded as one says; else it is empty (J27)."""
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER, daysAttended=12)
    assert (await candidate(chain, "2024-10"))["reason"] == "TOO_FEW_MONTHS"
    for key, value, category in (
        ("internship.min_days", "12", None),
        ("money.rounding", "DOWN 1", None),
        ("internship.allowance_ratio", "0.4999", "GRADUATE"),
    ):
        parameter: dict[str, Any] = {"key": key, "region": "220000", "value": value}
        parameter["category"] = category
        parameter |= {"effectiveFrom": "2024-01-01", "source": "省厅", "confirmed": True}
        row = await chain.run_step("proposeParameter", parameter, "province", "parameter")
        await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    found = await candidate(chain, "2024-10")
    assert {amount for amount, _ in told(found).values()} == {"939.00", "1059.00"}
    assert found["amount"] == "2937.00"


async def test_j32_the_account_is_the_units_own(chain: InternshipScenario) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER)
    await chain.world.add_unit("rival")
    foreign = await InternshipScenario(chain.world, "rival").add_bank_account(
        accountName="rival有限公司"
    )
    result = await draft(chain, "2024-10", bankAccountId=foreign["id"])
    assert (result["reason"], result["path"]) == ("NOT_FOUND", ["input", "bankAccountId"])


async def test_j33_a_claim_is_saved_then_submitted_and_not_for_a_future_month(
    chain: InternshipScenario,
) -> None:
    intern = await chain.approve_intern(1)
    await reported(chain, intern, *SUMMER)
    future = await draft(chain, "2025-04")
    assert future["faults"][0]["reason"] == "MONTH_IN_FUTURE"
    claim = (await draft(chain, "2024-10"))["claim"]
    assert claim["status"] == "DRAFT"
    sent = await chain.world.mutate("submitClaim", to_decision(claim), "unit", CLAIM)
    assert (sent["claim"]["status"], sent["claim"]["month"]) == ("SUBMITTED", "2024-10")
    again = await chain.world.mutate("submitClaim", to_decision(sent["claim"]), "unit", CLAIM)
    assert again["reason"] == "WRONG_STATUS"


async def test_a_claim_of_fifty_interns_and_six_months_is_the_sum_of_its_rows(
    chain: InternshipScenario,
) -> None:
    """J30: sums are exact decimals; amounts are texts with two decimals."""
    interns = await a_crowd(chain, 50)
    months = [date(2024, month, 1) for month in range(8, 13)] + [date(2025, 1, 1)]
    await add_approved_reports(chain.world, interns, months)
    claim = (await draft(chain, "2025-01"))["claim"]
    assert claim["amount"] == "612000.00"
    rows = await chain.world.load_rows(ClaimedReport)
    assert len(rows) == 300
    assert sum(row.amount for row in rows) == Decimal(claim["amount"])
    assert sum(Decimal(line["amount"]) for line in claim["lines"]) == Decimal(claim["amount"])
    assert {line["amount"] for line in claim["lines"]} == {"12240.00"}


async def test_months_reported_before_a_unit_moved_keep_their_region(world: World) -> None:
    """X21: the region is fixed at submission; 吉林市 pays 1760 and 1920 where 长春 pays more."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, intern)
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Unit).values(region=JILIN_CITY_DISTRICT))
    assert {report.region for report in await world.load_rows(MonthlyReport)} == {
        JILIN_CITY_DISTRICT
    }
    query = '{ livingAllowanceCandidates(month: "2024-10") { amount } }'
    assert (await world.ask(query, "unit")).only == [{"amount": "5880.00"}]
