"""Hiring and placement, from a roster's rows to approval (S4-S14, S16, S31, S32, X3)."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import (
    ClaimLine,
    InsuranceContribution,
    Person,
    RosterRow,
)
from tests.factories.hiring_scenario import (
    CARD_NUMBER,
    LATEST_MONTH,
    MIGRANT_GROUP,
    UNEMPLOYED_GROUP,
    HiringScenario,
    a_cell_row,
)
from tests.factories.rows import CHAOYANG_DISTRICT, NATIONWIDE_ACTOR
from tests.factories.sample import MANY
from tests.factories.story import story
from tests.factories.world import World
from tests.schema.kernel.test_once_only import one_winner

ROWS = """query ($id: ID!) { node(id: $id) { ... on Roster { rows { edges { node {
  line passed findings { control outcome reason cure figure { key region } } } } } } } }"""
VERDICTS = """query ($id: ID!) { claimVerdicts(claimId: $id) {
  line { id } application review disbursement now changed findings { control outcome } } }"""
LINES = """query ($id: ID!) { node(id: $id) {
  ... on HiringClaim { place amount lines { ...line } }
  ... on ServiceClaim { place beneficiary amount lines { ...line } } } }
  fragment line on ClaimLine { state amount employerCode employerName group hiredOn
    contractStartsOn contractEndsOn rosterRow { line }
    explanation { findings { control outcome } formula parameters { key region } } }"""


@story
async def hired(world: World) -> HiringScenario:
    return await HiringScenario(world).set_up()


async def left(world: World, number: int) -> None:
    """Let the source take back a person's last month: they are insured no more."""
    person = select(Person.id).where(Person.name == f"见习生{number}").scalar_subquery()
    gone = InsuranceContribution.person_id == person, InsuranceContribution.month == LATEST_MONTH
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(InsuranceContribution).where(*gone).values(void=True))


async def set_incomplete(world: World) -> None:
    """Leave everybody on file by what authorities told alone."""
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        await session.execute(update(Person).values(completed_at=None))


def faults(result: Any) -> list[tuple[str, ...]]:
    assert result["__typename"] == "Invalid", result
    return [(f["reason"], *f["path"][1:]) for f in result["faults"]]


async def test_s4_hires_are_claimed_from_a_roster_and_approved(hired: HiringScenario) -> None:
    """S10, S11, X3: each row meets the controls of its group, and all of them are told."""
    await hired.add_people(1, 2, 3)
    await hired.add_people(4, last=date(2025, 1, 1))
    roster = await hired.check_roster(
        a_cell_row(1),
        a_cell_row(2, MIGRANT_GROUP),
        a_cell_row(3, ends="2025-08-30"),
        a_cell_row(4, ends="2025-08-30"),
    )
    assert (roster["passed"], roster["failed"]) == (2, 2)
    found = (await hired.world.ask(ROWS, hired.unit, id=roster["id"])).only["rows"]["edges"]
    by_line = {edge["node"]["line"]: edge["node"] for edge in found}
    asked = {n: [f["control"] for f in row["findings"]] for n, row in by_line.items()}
    assert asked[2] == [
        "ENTERPRISE_SIZE",
        "INSURED_NOW",
        "INSURANCE_PLACE",
        "CONTRACT_TERM",
        "REGISTERED_UNEMPLOYED",
        "PROGRAMME_PERIOD",
    ]
    assert asked[3][4:6] == ["TRANSFER_EMPLOYMENT", "NOT_INSURED_BEFORE"]
    failed = [f for f in by_line[5]["findings"] if f["outcome"] != "PASS"]
    assert [f["reason"] for f in failed] == ["NOT_INSURED_NOW", "CONTRACT_TOO_SHORT"]
    assert failed[1]["figure"] == {"key": "hiring.contract_months", "region": "510000"}
    assert all(f["cure"] for f in failed)

    claim = await hired.submit_claim(roster)
    assert (claim["amount"], claim["status"]) == ("2000.00", "SUBMITTED")
    assert [line["group"] for line in claim["lines"]] == ["REGISTERED_UNEMPLOYED", "MIGRANT_WORKER"]
    assert {line["hiredOn"] for line in claim["lines"]} == {"2024-09-01"}
    approved = (await hired.try_transition("approve", claim, "reviewer"))["claim"]
    assert approved["status"] == "APPROVED"
    for line in approved["lines"]:
        assert line["state"] == "PAYABLE"
        ran = [(j["occasion"], j["outcome"], j["changed"]) for j in line["judgements"]]
        assert ran == [("APPLICATION", "PASS", []), ("REVIEW", "PASS", [])]
    told = (await hired.world.ask(LINES, "reviewer", id=claim["id"])).only
    assert told["place"] == "510104"
    assert told["lines"][0]["employerCode"] == hired.row.credit_code
    assert told["lines"][0]["explanation"]["formula"] == [
        "hiring subsidy = 1000 yuan / person × 1 = 1000.00 yuan"
    ]
    nobody = await hired.try_draft_claim(roster)
    assert (nobody["__typename"], nobody["reason"]) == ("Refusal", "ROWS_CLAIMED")


async def test_s15_what_was_handled_is_called_by_unit_kind_and_place_in_words(
    hired: HiringScenario,
) -> None:
    await hired.add_people(1)
    claim = await hired.submit_claim(await hired.check_roster(a_cell_row(1)))
    await hired.try_transition("approve", claim, "reviewer")
    ask = "{ handled(kind: [CLAIM, CLAIM_LINE]) { edges { node { title action } } } }"
    handled = (await hired.world.ask(ask, "reviewer")).only["edges"]
    assert [edge["node"] for edge in handled] == [
        {"title": "hirer有限公司 一次性吸纳就业补贴 四川省成都市锦江区", "action": "APPROVE"},
        {"title": "hirer有限公司 一次性吸纳就业补贴", "action": "MAKE_PAYABLE"},
    ]


async def test_x10_a_unit_exports_its_hires_with_their_names(hired: HiringScenario) -> None:
    """The person is on file elsewhere: the name is that of the roster."""
    await hired.add_people(1)
    await hired.submit_claim(await hired.check_roster(a_cell_row(1)))
    ask = "{ export(list: CLAIM_LINES, format: CSV) { url } }"
    url = (await hired.world.ask(ask, hired.unit)).only["url"]
    text = (await hired.world.client.get(url)).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["姓名"], row["补贴类型"]) == ("见习生1", "一次性吸纳就业补贴")
    assert "****" in row["公民身份号码"]


async def test_s16_a_change_of_verdict_is_shown_and_bars_approval_until_the_line_is_struck(
    hired: HiringScenario,
) -> None:
    """X3: the controls run again at review; who left since the application is not paid for."""
    await hired.add_people(1, 2)
    claim = await hired.submit_claim(await hired.check_roster(a_cell_row(1), a_cell_row(2)))
    await left(hired.world, 2)
    barred = await hired.try_transition("approve", claim, "reviewer")
    assert faults(barred) == [("NOT_INSURED_NOW", "lines", "1")]
    shown = (await hired.world.ask(VERDICTS, "reviewer", id=claim["id"])).only
    told = [(v["application"], v["review"], v["now"], v["changed"]) for v in shown]
    assert told == [("PASS", None, "PASS", []), ("PASS", None, "FAIL", ["INSURED_NOW"])]
    kept = await hired.world.mutate(
        "runControls",
        {"id": claim["id"], "version": claim["version"]},
        "reviewer",
        "... on ClaimPayload { claim { id version lines { judgements { outcome changed } } } }",
    )
    ran = [line["judgements"][-1] for line in kept["claim"]["lines"]]
    assert [j["outcome"] for j in ran] == ["PASS", "FAIL"]
    assert [j["changed"] for j in ran] == [[], ["INSURED_NOW"]]
    strike = {"id": claim["lines"][1]["id"], "version": claim["lines"][1]["version"]}
    struck = await hired.world.mutate("strikeClaimLine", strike | {"reason": "已离职"}, "reviewer")
    assert struck["__typename"] == "ClaimLinePayload", struck
    now = (await hired.world.ask(CLAIM_NOW, "reviewer", id=claim["id"])).only
    approved = await hired.try_transition("approve", now, "reviewer")
    assert approved["claim"]["amount"] == "1000.00"


CLAIM_NOW = "query ($id: ID!) { node(id: $id) { ... on HiringClaim { id version } } }"


async def test_s13_placements_are_judged_at_the_employer_and_paid_to_the_person(
    hired: HiringScenario,
) -> None:
    """S12, S14: the row names employer and group; who is paid has an account of their own."""
    employer = await hired.add_employer()
    await hired.add_people(1, 2, employer=employer)
    await hired.add_people(3)
    placed = (employer.credit_code, employer.name, "中国银行", CARD_NUMBER)
    roster = await hired.check_roster(
        a_cell_row(1, UNEMPLOYED_GROUP, "2025-08-31", *placed),
        a_cell_row(2, MIGRANT_GROUP, "2025-08-31", *placed),
        a_cell_row(3, UNEMPLOYED_GROUP, "2025-08-31", *placed),
        kind="SERVICE",
        beneficiary="PERSON",
    )
    assert (roster["passed"], roster["failed"]) == (2, 1)
    (failed,) = [row for row in await hired.world.load_rows(RosterRow) if not row.passed]
    # Known to the agency and not to the employer named: nothing of them is told (X11).
    assert (failed.person_id, failed.findings) == (None, [])
    assert [fault["reason"] for fault in failed.faults] == ["PERSON_NOT_ON_FILE"]
    claim = await hired.submit_claim(roster, kind="Service", paid_themselves=True)
    assert claim["amount"] == "800.00"
    lines = await hired.world.load_rows(ClaimLine)
    assert {line.employer_code for line in lines} == {employer.credit_code}
    assert {line.payee_name for line in lines} == {"见习生1", "见习生2"}
    opened = [hired.world.open_sealed(ClaimLine.payee_number_sealed, l_) for l_ in lines]
    assert opened == [CARD_NUMBER, CARD_NUMBER]
    told = (await hired.world.ask(LINES, hired.unit, id=claim["id"])).only
    assert (told["place"], told["beneficiary"]) == ("510104", "PERSON")
    approved = await hired.try_transition("approve", claim, "reviewer")
    assert approved["claim"]["status"] == "APPROVED"
    assert {line["state"] for line in approved["claim"]["lines"]} == {"OPEN"}


async def test_s14_a_unit_that_is_paid_itself_has_no_payees_on_its_lines(
    hired: HiringScenario,
) -> None:
    employer = await hired.add_employer()
    await hired.add_people(1, employer=employer)
    row = a_cell_row(1, UNEMPLOYED_GROUP, "2025-08-31", employer.credit_code, employer.name)
    roster = await hired.check_roster(row, kind="SERVICE", beneficiary="UNIT")
    await hired.submit_claim(roster, kind="Service")
    (line,) = await hired.world.load_rows(ClaimLine)
    assert (line.payee_name, line.payee_number_sealed) == (None, None)


async def test_x21_the_employers_region_decides_on_a_placement(hired: HiringScenario) -> None:
    """S13: where no programme runs, nobody is placed for money, whoever the agency is."""
    employer = await hired.add_employer(region=CHAOYANG_DISTRICT)
    await hired.add_people(1, employer=employer)
    row = a_cell_row(1, UNEMPLOYED_GROUP, "2025-08-31", employer.credit_code, employer.name)
    given = {"kind": "SERVICE", "beneficiary": "UNIT"}
    assert (await hired.check_roster(row, **given, place=CHAOYANG_DISTRICT))["failed"] == 1
    (row_,) = await hired.world.load_rows(RosterRow)
    why = {f["control"]: f["reason"] for f in row_.findings if f["reason"]}
    assert why["PROGRAMME_PERIOD"] == "NO_PROGRAMME"
    assert why["CONTRACT_TERM"] == "PARAMETER_MISSING"
    assert "INSURANCE_PLACE" not in why


async def test_s10_whoever_an_official_fact_tells_of_passes_without_an_account(
    hired: HiringScenario,
) -> None:
    """J16 is for internships alone: lookUpPerson, which they begin with, still finds nobody."""
    await hired.add_people(1)
    await set_incomplete(hired.world)
    assert (await hired.check_roster(a_cell_row(1)))["passed"] == 1
    number = a_cell_row(1)[1]
    found = await hired.world.mutate(
        "lookUpPerson", {"idNumber": number, "name": "见习生1"}, hired.unit
    )
    assert found["reason"] == "PERSON_NOT_ON_FILE"


async def test_s10_a_place_that_is_not_where_the_contributions_are_fails(
    hired: HiringScenario,
) -> None:
    """S13: of a hire and of a placement alike; nobody picks a place that pays more."""
    employer = await hired.add_employer(region=CHAOYANG_DISTRICT)
    await hired.add_people(1, employer=employer)
    await hired.add_people(2, place=CHAOYANG_DISTRICT)
    placed = (employer.credit_code, employer.name)
    row = a_cell_row(1, UNEMPLOYED_GROUP, "2025-08-31", *placed)
    assert (await hired.check_roster(row, kind="SERVICE", beneficiary="UNIT"))["failed"] == 1
    assert (await hired.check_roster(a_cell_row(2)))["failed"] == 1
    rows = await hired.world.load_rows(RosterRow)
    told = [[(f["control"], f["outcome"]) for f in r.findings if f["reason"]] for r in rows]
    assert told == [[("INSURANCE_PLACE", "FAIL")]] * 2


async def test_x14_what_others_pay_for_a_person_counts_for_nothing(hired: HiringScenario) -> None:
    """S5: insured, but elsewhere; the unit learns only that it is not with itself."""
    elsewhere = await hired.add_employer("elsewhere")
    await hired.add_people(1, employer=elsewhere)
    roster = await hired.check_roster(a_cell_row(1))
    assert roster["failed"] == 1
    (row,) = await hired.world.load_rows(RosterRow)
    assert elsewhere.credit_code not in str(row.findings)


async def test_x6_figures_that_are_not_confirmed_bar_approval(world: World) -> None:
    hired = await HiringScenario(world).set_up(confirmed=False)
    await hired.add_people(1)
    claim = await hired.submit_claim(await hired.check_roster(a_cell_row(1)))
    barred = await hired.try_transition("approve", claim, "reviewer")
    assert barred["reason"] == "PARAMETER_UNCONFIRMED"
    assert "programme.period" in barred["message"]


async def test_s11_rosters_of_one_claim_are_checked_alike_and_of_its_kind(
    hired: HiringScenario,
) -> None:
    await hired.add_people(1, 2)
    here = await hired.check_roster(a_cell_row(1))
    city = await hired.check_roster(a_cell_row(2), place="510100")
    unlike = await hired.try_draft_claim(here, city)
    assert faults(unlike) == [("ROSTERS_DIFFER", "rosterIds", "1")]
    other = await hired.try_draft_claim(here, kind="Service")
    assert faults(other) == [("ROSTERS_DIFFER", "rosterIds", "0")]
    assert faults(await hired.try_draft_claim()) == [("LIST_EMPTY", "rosterIds")]
    twice = await hired.try_draft_claim(here, await hired.check_roster(a_cell_row(1)))
    assert len(twice["claim"]["lines"]) == 1


async def test_s11_a_returned_claim_is_made_anew_and_keeps_whom_it_held(
    hired: HiringScenario,
) -> None:
    await hired.add_people(1, 2)
    first, more = [await hired.check_roster(a_cell_row(n)) for n in (1, 2)]
    claim = await hired.submit_claim(first)
    back = (await hired.try_transition("return", claim, "reviewer", reason="补充人员"))["claim"]
    change = {"id": back["id"], "version": back["version"], "bankAccountId": hired.account["id"]}
    change["rosterIds"] = [first["id"], more["id"]]
    then = "... on ClaimPayload { claim { id version amount } }"
    changed = await hired.world.mutate("changeHiringClaim", change, hired.unit, then)
    assert changed["claim"]["amount"] == "2000.00"
    assert [line.held for line in await hired.world.load_rows(ClaimLine)] == [True, True]


@pytest.mark.slow
async def test_s11_of_many_who_claim_the_same_hire_at_once_one_wins(hired: HiringScenario) -> None:
    """X12, X15: a person is held once for a kind at one employer."""
    await hired.add_people(1)
    roster = await hired.check_roster(a_cell_row(1))
    made = [await hired.try_draft_claim(roster) for _ in range(MANY)]
    losers = await one_winner(*(hired.try_transition("submit", each["claim"]) for each in made))
    told = {fault for lost in losers for fault in faults(lost)}
    assert told == {("ALREADY_SUBSIDISED", "lines", "0")}
    assert [line.held for line in await hired.world.load_rows(ClaimLine)].count(True) == 1


@pytest.mark.slow
async def test_s12_of_many_agencies_that_placed_the_same_person_one_is_paid(
    hired: HiringScenario,
) -> None:
    """X14: each sees its own lines alone, and learns only that there is a conflict."""
    employer = await hired.add_employer()
    await hired.add_people(1, employer=employer)
    agencies = [
        hired,
        *[await HiringScenario(hired.world, f"agency {n}").add_unit() for n in range(5)],
    ]
    claims = []
    row = a_cell_row(1, UNEMPLOYED_GROUP, "2025-08-31", employer.credit_code, employer.name)
    for agency in agencies:
        roster = await agency.check_roster(row, kind="SERVICE", beneficiary="UNIT")
        claims.append((await agency.try_draft_claim(roster, kind="Service"))["claim"])
    pairs = zip(agencies, claims, strict=True)
    losers = await one_winner(*(agency.try_transition("submit", claim) for agency, claim in pairs))
    assert {fault for lost in losers for fault in faults(lost)} == {
        ("ALREADY_SUBSIDISED", "lines", "0")
    }


async def test_s12_without_a_licence_or_size_of_its_own_nobody_passes(world: World) -> None:
    hired = await HiringScenario(world).set_up()
    bare = HiringScenario(world, "bare")
    bare.row = await world.add_unit("bare", "510104")
    await bare.add_people(1)
    roster = await bare.check_roster(a_cell_row(1))
    assert roster["failed"] == 1
    (row,) = await world.load_rows(RosterRow)
    assert [f["reason"] for f in row.findings if f["reason"]] == ["SIZE_NOT_SHOWN"]
    assert hired.row.id != bare.row.id


async def test_s31_a_hire_before_the_programme_fails(hired: HiringScenario) -> None:
    await hired.add_people(1, first=date(2023, 12, 1))
    roster = await hired.check_roster(a_cell_row(1))
    assert roster["failed"] == 1
    (row,) = await hired.world.load_rows(RosterRow)
    reasons = [f["reason"] for f in row.findings if f["reason"]]
    assert "OUTSIDE_PROGRAMME" in reasons or "NO_PROGRAMME" in reasons


async def test_x2_who_runs_the_controls_must_be_able_to_review(hired: HiringScenario) -> None:
    await hired.add_people(1)
    claim = await hired.submit_claim(await hired.check_roster(a_cell_row(1)))
    given = {"id": claim["id"], "version": claim["version"]}
    told = await hired.world.mutate("runControls", given, hired.unit)
    assert told["__typename"] == "Forbidden"
