"""The mentoring subsidy: a year's retained persons, each once, on what is on file (J34-J37)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Claim, ClaimLine, Destination, Education, EndReason, Role, Unit
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.mentoring_scenario import OTHER_EMPLOYER_CODE, MentoringScenario
from tests.factories.paging import read_pages
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.rows import JILIN_CITY_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.story import story
from tests.factories.world import World

CLAIM = """... on ClaimPayload { claim { id version status amount kind bankAccount { id }
  ... on MentoringClaim { year } parameters { key }
  lines { id version state amount intern { id name } reports { id } explanation { formula confirmed
    findings { control outcome evidence reason asOf source } } } } }"""
YEAR = """query ($year: Int!) { mentoringCandidates(year: $year) {
  year ended retained formula shortfalls { reason message } parameters { key value }
  candidates { intern { id name } retained amount shortfalls { reason message }
    findings { control outcome evidence reason message cure parameter source asOf } } } }"""
LINE = "... on ClaimLinePayload { line { id state claim { id version amount } } }"
LISTED = "query ($year: Int) { claims(year: $year) { edges { node { id } } } }"
ELSE = Destination.EMPLOYED_ELSEWHERE


@story
async def chain(world: World, tmp_path: Path) -> MentoringScenario:
    return await MentoringScenario(world, tmp_path).set_up()


async def year_of(chain: InternshipScenario, year: int = 2024, as_: str | None = None) -> Any:
    return (await chain.world.ask(YEAR, as_ or chain.unit, year=year)).only


async def draft(chain: InternshipScenario, year: int = 2024, **changes: Any) -> Any:
    listed = "{ bankAccounts { edges { node { id } } } }"
    accounts = (await chain.world.ask(listed, chain.unit)).only["edges"]
    name = f"{chain.unit}有限公司"
    account = accounts[0]["node"] if accounts else await chain.add_bank_account(accountName=name)
    input = {"year": year, "bankAccountId": account["id"]} | changes
    return await chain.world.mutate("createMentoringClaim", input, chain.unit, CLAIM)


async def move(
    chain: InternshipScenario, mutation: str, row: Any, as_: str = "officer", **more: Any
) -> Any:
    result = await chain.world.mutate(mutation, to_decision(row) | more, as_, CLAIM)
    return result.get("claim", result)


async def submitted(chain: InternshipScenario, year: int = 2024, **changes: Any) -> Any:
    result = await draft(chain, year, **changes)
    return await move(chain, "submitClaim", result["claim"], chain.unit)


async def held(world: World) -> int:
    return sum(line.held for line in await world.load_rows(ClaimLine))


def outcomes(findings: list[Any]) -> dict[str, str]:
    return {finding["control"]: finding["outcome"] for finding in findings}


async def test_j34_a_year_is_told_person_by_person_and_claimed_to_approval(
    chain: MentoringScenario,
) -> None:
    """J32, J33, J35, J37: two of three retained, 2000 yuan for each of the two."""
    first, second = await chain.add_retained_interns(1, 2)
    await chain.add_ended_intern(3, destination=ELSE)
    year = await year_of(chain)
    assert (year["ended"], year["retained"], year["shortfalls"]) == (3, 2, [])
    assert year["formula"] == [
        "retention in 2024 = retained ÷ ended = 2 ÷ 3 = 0.6666, at least 0.5"
    ]
    by_name = {each["intern"]["name"]: each for each in year["candidates"]}
    assert {name: (c["retained"], c["amount"]) for name, c in by_name.items()} == {
        "见习生1": (True, "2000.00"),
        "见习生2": (True, "2000.00"),
        "见习生3": (False, None),
    }
    assert list(by_name) == ["见习生3", "见习生2", "见习生1"], "newest first (J5)"
    one = {finding["control"]: finding for finding in by_name["见习生1"]["findings"]}
    assert {finding["outcome"] for finding in one.values()} == {"PASS"}
    contract = one["LABOUR_CONTRACT"]
    assert contract["evidence"] == "labour contract with this unit from 2025-01-01, to 2025-12-31"
    assert (contract["source"], contract["asOf"]) == ("社保局", "2025-03-01")
    assert by_name["见习生3"]["shortfalls"][0]["reason"] == "NOT_RETAINED"
    claim = (await draft(chain))["claim"]
    assert (claim["status"], claim["year"], claim["amount"]) == ("DRAFT", 2024, "4000.00")
    assert {line["intern"]["id"] for line in claim["lines"]} == {first["id"], second["id"]}
    assert await held(chain.world) == 0
    sent = await move(chain, "submitClaim", claim, "unit")
    assert (sent["status"], await held(chain.world)) == ("SUBMITTED", 2)
    done = await move(chain, "approveClaim", sent)
    assert (done["status"], done["amount"]) == ("APPROVED", "4000.00")
    explained = done["lines"][0]["explanation"]
    assert explained["formula"][1] == "mentoring subsidy = 2000 yuan / person × 1 = 2000.00 yuan"
    assert set(outcomes(explained["findings"]).values()) == {"PASS"}
    used = {parameter["key"] for parameter in done["parameters"]}
    assert used >= {"mentoring.amount", "mentoring.retention_ratio", "mentoring.denominator"}


async def test_j34_a_contract_one_day_short_is_neither_retained_nor_paid(
    chain: MentoringScenario,
) -> None:
    """J37: the ratio falls with it, so that the other one is not paid either."""
    await chain.add_retained_interns(1)
    await chain.add_ended_intern(2, destination=ELSE)
    short = await chain.add_ended_intern(3)
    await chain.load_contracts(3, ends="2025-12-30")
    await chain.load_contributions(3)
    year = await year_of(chain)
    (found,) = [c for c in year["candidates"] if c["intern"]["id"] == short["id"]]
    assert outcomes(found["findings"]) == {
        "RETAINED_HERE": "PASS",
        "LABOUR_CONTRACT": "FAIL",
        "SOCIAL_INSURANCE": "PASS",
        "MONTHLY_REPORTS": "PASS",
    }
    (why,) = [f for f in found["findings"] if f["outcome"] == "FAIL"]
    assert why["reason"] == "CONTRACT_TOO_SHORT"
    assert "2025-12-31" in why["message"]
    assert why["parameter"] == "mentoring.contract_months"
    assert (year["retained"], [s["reason"] for s in year["shortfalls"]]) == (
        1,
        ["RETENTION_TOO_LOW"],
    )
    assert (await draft(chain))["reason"] == "RETENTION_TOO_LOW"
    await chain.load_contracts(3, ends="2025-12-31", as_of=date(2025, 3, 2))
    assert (await draft(chain))["claim"]["amount"] == "4000.00"


async def test_j34_insurance_paid_by_another_unit_does_not_count(chain: MentoringScenario) -> None:
    await chain.add_retained_interns(1)
    other = await chain.add_ended_intern(2)
    await chain.load_contracts(2)
    await chain.load_contributions(2, code=OTHER_EMPLOYER_CODE)
    (found,) = [c for c in (await year_of(chain))["candidates"] if c["intern"]["id"] == other["id"]]
    assert outcomes(found["findings"])["SOCIAL_INSURANCE"] == "FAIL"
    assert found["shortfalls"][0]["reason"] == "INSURANCE_MISSING"
    assert OTHER_EMPLOYER_CODE not in str(found)
    result = await draft(chain, internIds=[other["id"]])
    assert list_refusal_reasons(result) == [("INSURANCE_MISSING", "input.internIds.0")]
    assert (await draft(chain))["claim"]["amount"] == "2000.00"


async def test_j34_a_contract_with_another_unit_does_not_count(chain: MentoringScenario) -> None:
    await chain.add_ended_intern(1)
    await chain.load_contracts(1, code=OTHER_EMPLOYER_CODE)
    await chain.load_contributions(1)
    year = await year_of(chain)
    assert outcomes(year["candidates"][0]["findings"])["LABOUR_CONTRACT"] == "FAIL"
    assert (year["retained"], year["shortfalls"][0]["reason"]) == (0, "RETENTION_TOO_LOW")


async def test_x3_what_nobody_has_told_yet_is_unknown_and_never_passes(
    chain: MentoringScenario,
) -> None:
    await chain.add_ended_intern(1)
    year = await year_of(chain)
    (found,) = year["candidates"]
    assert outcomes(found["findings"]) == {
        "RETAINED_HERE": "PASS",
        "LABOUR_CONTRACT": "UNKNOWN",
        "SOCIAL_INSURANCE": "UNKNOWN",
        "MONTHLY_REPORTS": "PASS",
    }
    assert (found["retained"], found["amount"], year["retained"]) == (False, None, 0)
    assert all(f["cure"] for f in found["findings"] if f["outcome"] == "UNKNOWN")
    await chain.load_contracts(1)
    await chain.load_contributions(1)
    assert (await year_of(chain))["retained"] == 1


async def test_j37_whom_the_unit_never_filed_counts_as_ended(chain: MentoringScenario) -> None:
    """Else a unit that files its retained ones only would always retain all of them."""
    await chain.add_retained_interns(1)
    for number in (2, 3):
        await chain.add_ended_intern(number, None, None, None)
    year = await year_of(chain)
    assert (year["ended"], year["retained"]) == (3, 1)
    reasons = [s["reason"] for c in year["candidates"] for s in c["shortfalls"]]
    assert reasons.count("END_NOT_FILED") == 2
    assert (await draft(chain))["reason"] == "RETENTION_TOO_LOW"


async def test_j37_who_could_not_complete_does_not_count_unless_the_parameter_says_so(
    chain: MentoringScenario,
) -> None:
    await chain.add_retained_interns(1)
    for number in (2, 3):
        await chain.add_ended_intern(number, EndReason.COULD_NOT_COMPLETE, None)
    year = await year_of(chain)
    assert (year["ended"], year["retained"]) == (1, 1)
    parameter = {
        "key": "mentoring.denominator",
        "region": "220000",
        "value": "ALL_ENDED",
        "effectiveFrom": "2024-01-01",
        "source": "省厅",
        "confirmed": True,
    }
    row = await chain.run_step("proposeParameter", parameter, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    assert (await year_of(chain))["ended"] == 3
    assert (await draft(chain))["reason"] == "RETENTION_TOO_LOW"


async def test_j34_every_month_of_a_retained_person_is_reported_and_approved(
    chain: MentoringScenario,
) -> None:
    await chain.add_retained_interns(1, 2)
    listed = """{ monthlyReports(first: 50, from: "2024-10", to: "2024-10") {
      edges { node { id version intern { id } } } } }"""
    one = (await chain.world.ask(listed, "officer")).only["edges"][0]["node"]
    records = {"records": [to_decision(one)], "reason": "更正"}
    await chain.world.mutate("revokeMonthlyReports", records, "officer")
    year = await year_of(chain)
    (found,) = [c for c in year["candidates"] if c["intern"]["id"] == one["intern"]["id"]]
    assert (found["retained"], found["amount"]) == (True, None)
    assert [s["reason"] for s in found["shortfalls"]] == ["REPORTS_NOT_APPROVED"]
    assert "2024-10" in found["shortfalls"][0]["message"]
    assert (await draft(chain))["claim"]["amount"] == "2000.00"


async def test_j37_the_year_s_persons_come_in_pages(chain: MentoringScenario) -> None:
    await chain.add_retained_interns(1, 2, 3)
    item = "intern { id name } retained amount"
    listed = f"""query ($year: Int!) {{ mentoringCandidates(year: $year) {{
      candidates {{ {item} }} }} }}"""
    whole = (await chain.world.ask(listed, chain.unit, year=2024)).only["candidates"]
    pages = f"""query ($year: Int!, $size: Int!, $after: String, $orderBy: RecordOrder) {{
      mentoringCandidates(year: $year) {{
        candidateConnection(first: $size, after: $after, orderBy: $orderBy) {{
          nodes {{ {item} }} totalCount pageInfo {{ hasNextPage endCursor }} }} }} }}"""
    newest = await read_pages(chain.world, chain.unit, pages, year=2024)
    oldest = await read_pages(chain.world, chain.unit, pages, year=2024, orderBy="OLDEST")
    assert newest == oldest[::-1]
    assert sorted(newest, key=str) == sorted(whole, key=str)
    assert len(whole) == 3


async def test_j34_a_declaration_that_is_not_approved_bars_the_claim(world: World) -> None:
    chain = InternshipScenario(world)
    account = await chain.add_bank_account()
    input = {"year": 2024, "bankAccountId": account["id"]}
    assert await assert_refused(world, "createMentoringClaim", input, "unit") == [
        ("DECLARATION_NOT_APPROVED", "input")
    ]
    answer = await world.ask(YEAR, "unit", year=2024)
    assert answer.errors[0]["extensions"]["reason"] == "DECLARATION_NOT_APPROVED"


async def test_j35_nobody_is_claimed_twice_in_one_year(chain: MentoringScenario) -> None:
    world = chain.world
    (first,) = await chain.add_retained_interns(1)
    one, other = [(await draft(chain))["claim"] for _ in range(2)]
    await move(chain, "submitClaim", one, "unit")
    result = await world.mutate("submitClaim", to_decision(other), "unit", CLAIM)
    assert list_refusal_reasons(result) == [("ALREADY_MENTORED", "input.lines.0")]
    assert await held(world) == 1
    (found,) = (await year_of(chain))["candidates"]
    assert (found["retained"], found["amount"]) == (True, None)
    assert [s["reason"] for s in found["shortfalls"]] == ["ALREADY_MENTORED"]
    assert (await draft(chain))["reason"] == "ALREADY_MENTORED"
    again = await draft(chain, internIds=[first["id"]])
    assert list_refusal_reasons(again) == [("ALREADY_MENTORED", "input.internIds.0")]


async def test_j35_a_person_retained_in_two_units_and_years_is_paid_for_once(
    chain: MentoringScenario, tmp_path: Path
) -> None:
    """X14: the second unit learns that there is a conflict, and not with whom."""
    world = chain.world
    for number in (1, 2):
        await world.add_person(number, education=Education.TECHNICAL_SCHOOL)
    vocational: dict[str, Any] = {"category": "SECONDARY_VOCATIONAL"}
    await chain.add_ended_intern(1, **vocational)
    await chain.load_contracts(1)
    await chain.load_contributions(1)
    await world.add_unit("rival")
    rival = await MentoringScenario(world, tmp_path, "rival").set_up()
    later: dict[str, Any] = {"agreedOn": "2025-01-01", "startsOn": "2025-01-02"}
    later |= vocational | {"endsOn": "2025-02-28", "ended_on": date(2025, 2, 27)}
    for number in (1, 2):
        await rival.add_ended_intern(number, **later)
    await rival.load_contracts(1, 2, starts="2025-02-28", ends="2026-02-27")
    await rival.load_contributions(1, 2, months=("2025-03",))
    ours = (await draft(chain))["claim"]
    theirs = (await draft(rival, 2025))["claim"]
    assert (ours["amount"], theirs["amount"]) == ("2000.00", "4000.00")
    assert (await move(chain, "submitClaim", ours, "unit"))["status"] == "SUBMITTED"
    result = await world.mutate("submitClaim", to_decision(theirs), "rival", CLAIM)
    place = [line["intern"]["name"] for line in theirs["lines"]].index("见习生1")
    assert list_refusal_reasons(result) == [("ALREADY_MENTORED", f"input.lines.{place}")]
    assert "unit有限公司" not in str(result)
    await move(chain, "withdrawClaim", (await year_claim(chain)), "unit")
    assert (await move(rival, "submitClaim", theirs, "rival"))["status"] == "SUBMITTED"


async def test_j35_a_returned_claim_takes_in_nobody_whom_another_unit_holds(
    chain: MentoringScenario, tmp_path: Path
) -> None:
    world = chain.world
    for number in (1, 2):
        await world.add_person(number, education=Education.TECHNICAL_SCHOOL)
    vocational: dict[str, Any] = {"category": "SECONDARY_VOCATIONAL"}
    await world.add_unit("rival")
    rival = await MentoringScenario(world, tmp_path, "rival").set_up()
    await chain.add_ended_intern(1, **vocational)
    await chain.load_contracts(1)
    await chain.load_contributions(1)
    later: dict[str, Any] = {"agreedOn": "2025-01-01", "startsOn": "2025-01-02"}
    later |= vocational | {"endsOn": "2025-02-28", "ended_on": date(2025, 2, 27)}
    interns = [await rival.add_ended_intern(number, **later) for number in (1, 2)]
    await rival.load_contracts(1, 2, starts="2025-02-28", ends="2026-02-27")
    await rival.load_contributions(1, 2, months=("2025-03",))
    await submitted(chain)
    theirs = await submitted(rival, 2025, internIds=[interns[1]["id"]])
    back = await move(chain, "returnClaim", theirs, **{"reason": "补充人员"})
    everybody = {"internIds": None, "bankAccountId": back["bankAccount"]["id"]}
    result = await world.mutate(
        "changeMentoringClaim", to_decision(back) | everybody, "rival", CLAIM
    )
    assert [(f["reason"], f["path"][:2]) for f in result["faults"]] == [
        ("ALREADY_MENTORED", ["input", "lines"])
    ]
    assert await held(world) == 2


async def year_claim(chain: InternshipScenario) -> Any:
    listed = "{ claims { edges { node { id version } } } }"
    return (await chain.world.ask(listed, chain.unit)).only["edges"][0]["node"]


async def test_j36_claims_are_filtered_by_year_and_made_for_years_that_have_begun(
    chain: MentoringScenario,
) -> None:
    await chain.add_retained_interns(1)
    await chain.add_ended_intern(2, ended_on=date(2025, 2, 27), endsOn="2025-02-28")
    await chain.load_contracts(2, starts="2025-02-28", ends="2026-02-27")
    await chain.load_contributions(2, months=("2025-03",))
    ids = {year: (await draft(chain, year))["claim"]["id"] for year in (2024, 2025)}
    for year, id in ids.items():
        found = (await chain.world.ask(LISTED, "unit", year=year)).only["edges"]
        assert [edge["node"]["id"] for edge in found] == [id]
    assert len((await chain.world.ask(LISTED, "unit")).only["edges"]) == 2
    assert list_refusal_reasons(await draft(chain, 2026)) == [("NUMBER_OUT_OF_RANGE", "input.year")]
    assert (await draft(chain, 2023))["reason"] == "NOBODY_ENDED"
    answer = await chain.world.ask(YEAR, "unit", year=2026)
    assert answer.errors[0]["extensions"]["reason"] == "NUMBER_OUT_OF_RANGE"


async def test_j34_facts_are_judged_again_at_submission(chain: MentoringScenario) -> None:
    await chain.add_retained_interns(1, 2)
    claim = (await draft(chain))["claim"]
    await chain.load_contracts(2, void="是", as_of=date(2025, 3, 5))
    result = await chain.world.mutate("submitClaim", to_decision(claim), "unit", CLAIM)
    place = [line["intern"]["name"] for line in claim["lines"]].index("见习生2")
    assert list_refusal_reasons(result) == [("CONTRACT_MISSING", f"input.lines.{place}")]
    assert await held(chain.world) == 0


async def test_j34_facts_are_judged_again_at_review_and_the_line_struck(
    chain: MentoringScenario,
) -> None:
    """X3, X15: UNKNOWN or FAIL at review; the reviewer strikes the line, and the rest passes."""
    world = chain.world
    await chain.add_retained_interns(1, 2)
    claim = await submitted(chain)
    await chain.load_contributions(1, void="是", as_of=date(2025, 3, 5))
    place = [line["intern"]["name"] for line in claim["lines"]].index("见习生1")
    barred = await world.mutate("approveClaim", to_decision(claim), "officer", CLAIM)
    assert list_refusal_reasons(barred) == [("INSURANCE_MISSING", f"input.lines.{place}")]
    struck = to_decision(claim["lines"][place]) | {"reason": "未参保"}
    line = (await world.mutate("strikeClaimLine", struck, "officer", LINE))["line"]
    assert (line["claim"]["amount"], await held(world)) == ("2000.00", 1)
    done = await move(chain, "approveClaim", line["claim"])
    assert (done["status"], done["amount"]) == ("APPROVED", "2000.00")


async def test_j37_a_ratio_that_falls_after_submission_stops_the_approval(
    chain: MentoringScenario,
) -> None:
    await chain.add_retained_interns(1)
    claim = await submitted(chain)
    for number in (2, 3):
        await chain.add_ended_intern(number, EndReason.TERM_COMPLETED, None)
    barred = await chain.world.mutate("approveClaim", to_decision(claim), "officer", CLAIM)
    assert list_refusal_reasons(barred) == [("RETENTION_TOO_LOW", "input")]


@pytest.mark.parametrize(
    ("mutation", "who", "status", "left", "why_not"),
    [
        ("withdrawClaim", "unit", "WITHDRAWN", 0, None),
        ("refuseClaim", "officer", "REFUSED", 0, "LINE_BARRED"),
        ("returnClaim", "officer", "RETURNED", 1, "ALREADY_MENTORED"),
    ],
)
async def test_x15_withdrawal_frees_the_person_return_does_not_and_refusal_bars_them(
    chain: MentoringScenario, mutation: str, who: str, status: str, left: int, why_not: str | None
) -> None:
    await chain.add_retained_interns(1)
    claim = await submitted(chain)
    why = {"reason": "材料不符"} if who == "officer" else {}
    moved = await move(chain, mutation, claim, who, **why)
    assert (moved["status"], await held(chain.world)) == (status, left)
    anew = await draft(chain)
    assert anew.get("reason") == why_not


async def test_x15_a_returned_claim_is_changed_and_keeps_hold_of_its_persons(
    chain: MentoringScenario,
) -> None:
    (first, _) = await chain.add_retained_interns(1, 2)
    claim = await submitted(chain)
    back = await move(chain, "returnClaim", claim, **{"reason": "更正"})
    change = {"year": 2024, "bankAccountId": back["bankAccount"]["id"]}
    changed = await move(
        chain, "changeMentoringClaim", back, "unit", **change, internIds=[first["id"]]
    )
    assert (changed["amount"], await held(chain.world)) == ("2000.00", 1)
    again = await move(chain, "changeMentoringClaim", changed, "unit", year=2024)
    assert (again["amount"], await held(chain.world)) == ("2000.00", 1), "the same year"
    sent = await move(chain, "submitClaim", again, "unit")
    assert (await move(chain, "approveClaim", sent))["amount"] == "2000.00"


async def test_j33_a_claim_is_changed_only_as_what_it_is(chain: MentoringScenario) -> None:
    """A mentoring claim is no living allowance, whatever its id is handed to."""
    world = chain.world
    await chain.add_retained_interns(1)
    claim = (await draft(chain))["claim"]
    other = to_decision(claim) | {"month": "2024-12", "bankAccountId": claim["bankAccount"]["id"]}
    assert await assert_refused(world, "changeLivingAllowanceClaim", other, "unit") == [
        ("NOT_FOUND", "input.id")
    ]
    foreign = await draft(chain, internIds=["garbage", claim["id"]])
    assert list_refusal_reasons(foreign) == [
        ("NOT_FOUND", "input.internIds.0"),
        ("NOT_FOUND", "input.internIds.1"),
    ]
    assert len(await world.load_rows(Claim)) == 1


async def test_x21_the_region_of_a_claim_is_the_declarations_at_submission(
    chain: MentoringScenario,
) -> None:
    """吉林市 pays 1500 where 长春 pays 2000: a unit that moves after submission keeps the 2000."""
    parameter = {
        "key": "mentoring.amount",
        "region": "220200",
        "value": "1500",
        "effectiveFrom": "2020-01-01",
        "source": "吉林市",
        "confirmed": True,
    }
    row = await chain.run_step("proposeParameter", parameter, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    await chain.add_retained_interns(1)
    claim = await submitted(chain)
    await chain.world.add_account("mover", Role.DISTRICT_OFFICER, JILIN_CITY_DISTRICT)
    async with AsyncSession(chain.world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Unit).values(region=JILIN_CITY_DISTRICT))
    assert (await year_of(chain))["candidates"][0]["retained"] is True
    done = await move(chain, "approveClaim", claim, "mover")
    assert (done["status"], done["amount"]) == ("APPROVED", "2000.00")


async def test_x10_an_officer_is_given_no_candidates_and_a_stranger_nothing(
    chain: MentoringScenario,
) -> None:
    for who in ("officer", "province"):
        answer = await chain.world.ask(YEAR, who, year=2024)
        assert answer.errors[0]["extensions"]["code"] == "FORBIDDEN"
