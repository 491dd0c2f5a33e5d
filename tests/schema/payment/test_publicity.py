"""Lines are shown to the public before they are paid, and disputed (S17, S18, X7)."""

import asyncio
from datetime import date
from typing import Any

import pytest

from models import Claim, ClaimedReport, History, MonthlyReport, PublicityLine, Role
from resolvers.kernel.chain_verification import verify_chains
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.office import decide_parameter
from tests.factories.rows import NANGUAN_DISTRICT
from tests.factories.story import story
from tests.factories.world import World

MONTHS = ("2024-08", "2024-09", "2024-10")
CLAIM = """... on ClaimPayload { claim { id version status amount
  lines { id version state amount possibleActions { action allowed reason } } } }"""
LINES = """... on LinesPayload { outcomes { line { id version state reason
  publicities { id outcome lastDay publicity { id title } }
  claim { id version status amount possibleActions { action allowed reason } } }
  faults { reason path message cure } } }"""
WHY = {"reason": "材料不符"}
FIRST, LAST = "2025-03-10", "2025-03-14"
OVER = date(2025, 3, 15)


@story
async def chain(world: World) -> InternshipScenario:
    """A unit with two interns of three months each."""
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    interns = [await made.approve_intern(number) for number in (1, 2)]
    for month in MONTHS:
        await made.approve_reports(month, *interns)
    await made.confirm_parameters()
    return made


async def moved(
    chain: InternshipScenario, mutation: str, row: Any, as_: str = "officer", **more: Any
) -> Any:
    result = await chain.world.mutate(mutation, to_decision(row) | more, as_, CLAIM)
    assert result["__typename"] == "ClaimPayload", result
    return result["claim"]


async def approved(chain: InternshipScenario) -> Any:
    return await moved(chain, "approveClaim", await chain.submit_claim("2024-10"))


async def publish(
    chain: InternshipScenario, which: Any, as_: str = "officer", **changes: Any
) -> Any:
    draft = {
        "kind": "LIVING_ALLOWANCE",
        "title": "2025年第一批见习补贴公示",
        "firstDay": FIRST,
        "lastDay": LAST,
        "which": which,
    }
    key = changes.pop("key", None)
    return await chain.world.mutate("publishLines", draft | changes, as_, LINES, key)


def named(*lines: Any) -> dict[str, Any]:
    return {"records": list(map(to_decision, lines))}


async def settled(
    chain: InternshipScenario, verb: str, which: Any, as_: str = "officer", **more: Any
) -> Any:
    reason = WHY if verb == "fail" else {}
    return await chain.world.mutate(
        f"{verb}Publicity", {"which": which} | reason | more, as_, LINES
    )


def told(result: Any) -> list[list[str]]:
    assert result["__typename"] == "LinesPayload", result
    return [[fault["reason"] for fault in each["faults"]] for each in result["outcomes"]]


def states(result: Any) -> list[str]:
    return [each["line"]["state"] for each in result["outcomes"]]


def claim_of(result: Any) -> Any:
    return result["outcomes"][-1]["line"]["claim"]


def lines_of(result: Any) -> list[Any]:
    return [each["line"] for each in result["outcomes"]]


async def published(chain: InternshipScenario) -> list[Any]:
    claim = await approved(chain)
    result = await publish(chain, named(*claim["lines"]))
    assert told(result) == [[], []]
    return lines_of(result)


async def test_s17_lines_of_an_approved_claim_are_published_and_the_claim_is_in_publicity(
    chain: InternshipScenario,
) -> None:
    claim = await approved(chain)
    assert claim["status"] == "APPROVED"
    result = await publish(chain, named(*claim["lines"]))
    assert told(result) == [[], []]
    assert states(result) == ["IN_PUBLICITY", "IN_PUBLICITY"]
    assert claim_of(result)["status"] == "IN_PUBLICITY"
    rows = await chain.world.load_rows(PublicityLine)
    assert [(row.number, row.name_masked, row.amount) for row in rows] == [
        (1, "见*", 5880),
        (2, "见*", 5880),
    ]
    assert all(row.id_number_masked.count("*") == 15 for row in rows)
    steps = [
        row.action for row in await chain.world.load_rows(History) if row.record == "ClaimLine"
    ]
    assert steps.count("PUBLISH") == 2


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"lastDay": "2025-03-13"}, [("WORKING_DAYS_TOO_FEW", "lastDay")]),
        ({"firstDay": "2025-03-09"}, [("PUBLICITY_IN_PAST", "firstDay")]),
        ({"lastDay": "2025-03-09"}, [("DATES_REVERSED", "lastDay")]),
        ({"firstDay": "2026-03-09", "lastDay": "2026-03-20"}, []),
        ({"firstDay": "2027-03-09", "lastDay": "2027-03-20"}, [("PUBLICITY_TOO_FAR", "firstDay")]),
    ],
)
async def test_s17_x7_first_and_last_day_are_checked_before_anything_is_published(
    chain: InternshipScenario, changes: dict[str, Any], faults: list[Any]
) -> None:
    claim = await approved(chain)
    result = await publish(chain, named(*claim["lines"]), **changes)
    found = [(each["reason"], each["path"][-1]) for each in result.get("faults", [])]
    assert found == faults
    assert bool(await chain.world.load_rows(PublicityLine)) == (not faults)


async def test_x7_a_year_without_a_calendar_is_an_error_until_an_administrator_enters_it(
    chain: InternshipScenario,
) -> None:
    claim = await approved(chain)
    chain.world.clock.set_day(date(2027, 1, 4))
    window = {"firstDay": "2027-01-04", "lastDay": "2027-01-08"}
    result = await publish(chain, named(*claim["lines"]), **window)
    assert (result["__typename"], result["reason"]) == ("Refusal", "CALENDAR_MISSING")
    days = [{"day": "2027-01-01", "working": False, "name": "元旦"}]
    year = {"year": 2027, "edition": 0, "days": days, "source": "国办发明电〔2026〕1号"}
    then = "... on CalendarYearPayload { calendarYear { region year edition days { name } } }"
    entered = await chain.world.mutate("enterCalendarYear", year, "province", then)
    assert entered["calendarYear"] == {
        "region": "220000",
        "year": 2027,
        "edition": 1,
        "days": [{"name": "元旦"}],
    }
    stale = await chain.world.mutate("enterCalendarYear", year, "deputy", then)
    assert (stale["__typename"], stale["current"]) == ("StaleVersion", 1)
    longer = [*days, {"day": "2027-01-06", "working": False, "name": "地方节日"}]
    again = year | {"edition": 1, "days": longer}
    assert "calendarYear" in await chain.world.mutate("enterCalendarYear", again, "deputy", then)
    result = await publish(chain, named(*claim["lines"]), **window)
    assert [fault["reason"] for fault in result["faults"]] == ["WORKING_DAYS_TOO_FEW"]
    window["lastDay"] = "2027-01-11"
    assert told(await publish(chain, named(*claim["lines"]), **window)) == [[], []]


async def test_x9_who_entered_a_year_stands_in_the_history_of_their_office(world: World) -> None:
    days = [{"day": "2028-01-01", "working": False, "name": "元旦"}]
    year = {"year": 2028, "edition": 0, "days": days, "source": "国务院办公厅"}
    then = """... on CalendarYearPayload { calendarYear { edition history { edges { node {
      title action accountName region } } } } }"""
    for edition, who in enumerate(("province", "deputy")):
        entered = await world.mutate("enterCalendarYear", year | {"edition": edition}, who, then)
        (step,) = [edge["node"] for edge in entered["calendarYear"]["history"]["edges"]]
        assert step == {
            "title": "2028",
            "action": "CREATE",
            "accountName": f"{who} account",
            "region": "220000",
        }
    assert (await verify_chains(world.service.reads, {})).broken == []


async def test_x12_of_many_who_enter_the_same_edition_of_a_year_one_wins(world: World) -> None:
    days = [{"day": "2028-01-01", "working": False, "name": "元旦"}]
    year = {"year": 2028, "edition": 0, "days": days, "source": "国务院办公厅"}
    attempts = (world.mutate("enterCalendarYear", year, "province") for _ in range(8))
    results = await asyncio.gather(*attempts)
    won = [r for r in results if r["__typename"] == "CalendarYearPayload"]
    assert len(won) == 1
    others = {r.get("reason", "STALE_VERSION") for r in results if r not in won}
    assert others == {"STALE_VERSION"}


async def test_s18_a_line_passes_only_after_its_last_day_has_ended(
    chain: InternshipScenario,
) -> None:
    lines = await published(chain)
    for day in (date(2025, 3, 10), date(2025, 3, 14)):
        chain.world.clock.set_day(day)
        assert told(await settled(chain, "pass", named(*lines))) == [["PUBLICITY_RUNNING"]] * 2
    chain.world.clock.set_day(OVER)
    result = await settled(chain, "pass", named(lines[0]))
    assert (states(result), claim_of(result)["status"]) == (["PAYABLE"], "IN_PUBLICITY")
    result = await settled(chain, "pass", named(lines[1]))
    assert (states(result), claim_of(result)["status"]) == (["PAYABLE"], "PUBLICITY_PASSED")
    assert claim_of(result)["amount"] == "11760.00"


async def test_s18_a_line_fails_at_any_time_and_frees_what_it_held(
    chain: InternshipScenario,
) -> None:
    lines = await published(chain)
    result = await settled(chain, "fail", named(lines[0]))
    assert states(result) == ["PUBLICITY_FAILED"]
    line = result["outcomes"][0]["line"]
    assert (line["reason"], line["publicities"][0]["outcome"]) == ("材料不符", "FAILED")
    assert claim_of(result)["amount"] == "5880.00"
    assert sum(row.held for row in await chain.world.load_rows(ClaimedReport)) == 3
    assert sum(r.held_by is not None for r in await chain.world.load_rows(MonthlyReport)) == 3
    chain.world.clock.set_day(OVER)
    passed = await settled(chain, "pass", named(lines[1]))
    assert claim_of(passed)["status"] == "PUBLICITY_PASSED"
    again = await settled(chain, "fail", named(lines_of(passed)[0]))
    assert told(again) == [["WRONG_STATUS"]]


async def test_x1_a_claim_that_failed_is_returned_corrected_and_repeats_publicity(
    chain: InternshipScenario,
) -> None:
    lines = await published(chain)
    failed = claim_of(await settled(chain, "fail", named(*lines), ofTheirOwn=False))
    assert failed["status"] == "PUBLICITY_FAILED"
    claim = await moved(chain, "returnClaim", failed, **WHY)
    account = await chain.add_bank_account(number="6222020200112233438", isDefault=False)
    draft = {"month": "2024-10", "bankAccountId": account["id"]}
    claim = await moved(chain, "changeLivingAllowanceClaim", claim, "unit", **draft)
    claim = await moved(chain, "submitClaim", claim, "unit")
    claim = await moved(chain, "approveClaim", claim)
    again = [line for line in claim["lines"] if line["state"] == "OPEN"]
    result = await publish(chain, named(*again))
    assert (told(result), claim_of(result)["status"]) == ([[], []], "IN_PUBLICITY")
    kept = await chain.world.load_rows(PublicityLine)
    assert sorted(row.outcome for row in kept) == ["FAILED", "FAILED", "PENDING", "PENDING"]
    chain.world.clock.set_day(OVER)
    result = await settled(chain, "pass", {"claimIds": [claim["id"]]})
    assert claim_of(result)["status"] == "PUBLICITY_PASSED"


async def test_x15_s36_a_claim_closes_when_its_last_line_fails_after_the_others_were_paid(
    chain: InternshipScenario,
) -> None:
    await chain.world.add_account("finance", Role.FINANCE)
    first, last = await published(chain)
    chain.world.clock.set_day(OVER)
    paid = lines_of(await settled(chain, "pass", named(first)))
    done = {"lineIds": [paid[0]["id"]], "paidOn": "2025-03-14", "bankReference": "支票 0042"}
    await chain.world.mutate("markDisbursed", done, "finance")
    claim = claim_of(await settled(chain, "fail", named(last)))
    assert claim["status"] == "DISBURSED"
    steps = [r.action for r in await chain.world.load_rows(History) if r.record == "Claim"]
    assert steps[-2:] == ["PASS_PUBLICITY", "DISBURSE"]


async def test_x9_review_publicity_and_payment_keep_their_own_person_and_time(
    chain: InternshipScenario,
) -> None:
    await chain.world.add_account("finance", Role.FINANCE)
    reviewed = await moved(chain, "approveClaim", await chain.submit_claim("2024-10"), "colleague")
    (claim,) = await chain.world.load_rows(Claim)
    by, at = claim.reviewed_by, claim.reviewed_at
    assert by == chain.world.accounts["colleague"].id
    published = lines_of(await publish(chain, named(*reviewed["lines"])))
    chain.world.clock.set_day(OVER)
    passed = lines_of(await settled(chain, "pass", named(*published)))
    done = {"paidOn": "2025-03-14", "bankReference": "支票 0042"}
    given: dict[str, Any] = {"lineIds": [line["id"] for line in passed]}
    await chain.world.mutate("markDisbursed", given | done, "finance")
    (claim,) = await chain.world.load_rows(Claim)
    assert (claim.reviewed_by, claim.reviewed_at) == (by, at)
    assert claim.publicity_by == chain.world.accounts["officer"].id
    assert claim.disbursed_by == chain.world.accounts["finance"].id
    assert None not in {claim.publicity_at, claim.disbursed_at}
    steps = [r for r in await chain.world.load_rows(History) if r.record == "Claim"]
    assert [row.action for row in steps][-3:] == ["PUBLISH", "PASS_PUBLICITY", "DISBURSE"]


async def test_x1_a_claim_that_failed_may_be_refused_for_good(chain: InternshipScenario) -> None:
    lines = await published(chain)
    failed = claim_of(await settled(chain, "fail", named(*lines)))
    assert (await moved(chain, "refuseClaim", failed, **WHY))["status"] == "REFUSED"


async def test_x1_a_revoked_claim_repeats_publicity(chain: InternshipScenario) -> None:
    lines = await published(chain)
    chain.world.clock.set_day(OVER)
    passed = claim_of(await settled(chain, "pass", named(*lines)))
    claim = await moved(chain, "revokeClaim", passed, "colleague", **WHY)
    assert {line["state"] for line in claim["lines"]} == {"OPEN"}
    claim = await moved(chain, "submitClaim", claim, "unit")
    claim = await moved(chain, "approveClaim", claim)
    assert {line["state"] for line in claim["lines"]} == {"OPEN"}
    window = {"firstDay": "2025-03-17", "lastDay": "2025-03-21"}
    result = await publish(chain, named(*claim["lines"]), **window)
    assert states(result) == ["IN_PUBLICITY"] * 2
    early = await settled(chain, "pass", {"claimIds": [claim["id"]]})
    assert told(early) == [["PUBLICITY_RUNNING"]] * 2


async def test_s17_each_line_is_told_by_itself_why_it_was_not_published(
    chain: InternshipScenario,
) -> None:
    claim = await approved(chain)
    one, other = claim["lines"]
    stale = to_decision(other) | {"version": 99}
    result = await publish(chain, {"records": [to_decision(one), stale, {"id": "x", "version": 1}]})
    assert told(result) == [[], ["STALE_VERSION"], ["NOT_FOUND"]]
    (fault,) = result["outcomes"][1]["faults"]
    assert fault["path"] == ["input", "which", "records", "1"]
    assert claim_of({"outcomes": result["outcomes"][:1]})["status"] == "IN_PUBLICITY"
    again = await publish(chain, named(lines_of(result)[0], other))
    assert told(again) == [["WRONG_STATUS"], []]
    wrong = await publish(chain, named(lines_of(again)[1]), kind="MENTORING")
    assert told(wrong) == [["KIND_DIFFERS"]]


async def test_s17_a_claim_that_is_not_approved_is_not_published(chain: InternshipScenario) -> None:
    row = await chain.submit_claim("2024-10")
    of = "... on LivingAllowanceClaim { lines { id version } }"
    text = f"query ($id: ID!) {{ node(id: $id) {{ {of} }} }}"
    lines = (await chain.world.ask(text, "officer", id=row["id"])).only["lines"]
    assert told(await publish(chain, named(*lines))) == [["WRONG_STATUS"]] * 2
    assert await chain.world.load_rows(PublicityLine) == []


async def test_s16_s17_a_filter_decides_nothing_blindly(chain: InternshipScenario) -> None:
    await approved(chain)
    where = {"kind": ["LIVING_ALLOWANCE"], "monthFrom": "2024-10", "toMonth": "2024-10"}
    seen = """{ claimLines(state: [OPEN], claimStatus: [APPROVED], kind: [LIVING_ALLOWANCE],
      monthFrom: "2024-10", toMonth: "2024-10", unitName: "unit") { totalCount } }"""
    assert (await chain.world.ask(seen, "officer")).only == {"totalCount": 2}
    result = await publish(chain, {"where": where | {"expected": 3}})
    (fault,) = result["faults"]
    assert (fault["reason"], fault["path"]) == (
        "COUNT_DIFFERS",
        ["input", "which", "where", "expected"],
    )
    result = await publish(chain, {"where": where | {"expected": 2, "unitName": "unit"}})
    assert told(result) == [[], []]
    chain.world.clock.set_day(OVER)
    batch = result["outcomes"][0]["line"]["publicities"][0]["publicity"]["id"]
    result = await settled(chain, "pass", {"publicityId": batch})
    assert states(result) == ["PAYABLE"] * 2


async def test_x12_the_same_request_sent_again_publishes_once(chain: InternshipScenario) -> None:
    claim = await approved(chain)
    which = named(*claim["lines"])
    first = await publish(chain, which, key="publish-once-0001")
    assert await publish(chain, which, key="publish-once-0001") == first
    assert len(await chain.world.load_rows(PublicityLine)) == 2


async def test_x10_an_officer_elsewhere_publishes_and_settles_nothing(
    chain: InternshipScenario,
) -> None:
    await chain.world.add_account("elsewhere", Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    claim = await approved(chain)
    assert told(await publish(chain, named(*claim["lines"]), "elsewhere")) == [["NOT_FOUND"]] * 2
    lines = lines_of(await publish(chain, named(*claim["lines"])))
    assert told(await settled(chain, "fail", named(*lines), "elsewhere")) == [["NOT_FOUND"]] * 2


@pytest.mark.parametrize("many", [2, 40])
async def test_s17_s18_the_statements_stay_few_however_many_the_lines(
    chain: InternshipScenario, many: int
) -> None:
    lines = await published(chain)
    assert len(chain.world.statements) <= 30
    chain.world.clock.set_day(OVER)
    await settled(chain, "pass", named(*lines[:many]))
    assert len(chain.world.statements) <= 30


async def test_x2_where_it_is_decided_somebody_else_records_what_came_of_a_publicity(
    chain: InternshipScenario,
) -> None:
    """Of two officers who published a line each, each settles the other's, and is told so (X4)."""
    world = chain.world
    claim = await approved(chain)
    first, second = claim["lines"]
    await publish(chain, named(first))
    await publish(chain, named(second), "colleague")
    await decide_parameter(world, "publicity.settler_differs", "true")
    world.clock.set_day(OVER)
    found = """query ($id: ID!) { node(id: $id) { ... on LivingAllowanceClaim {
      possibleActions { action reason }
      lines { id version possibleActions { action reason } } } } }"""

    async def read_lines(who: str) -> tuple[Any, list[Any]]:
        node = (await world.ask(found, who, id=claim["id"])).only
        whole = {each["action"]: each["reason"] for each in node["possibleActions"]}
        lines = sorted(node["lines"], key=lambda line: line["id"] != first["id"])
        told = [{each["action"]: each["reason"] for each in x["possibleActions"]} for x in lines]
        return whole["PASS_PUBLICITY"], [*lines, *(each["PASS_PUBLICITY"] for each in told)]

    whole, (own, others, *reasons) = await read_lines("officer")
    assert (whole, reasons) == (None, ["FOUR_EYES", None])
    for verb in ("pass", "fail"):
        assert told(await settled(chain, verb, named(own))) == [["FOUR_EYES"]]
    assert told(await settled(chain, "pass", named(others))) == [[]]
    whole, (own, *_) = await read_lines("officer")
    assert whole == "FOUR_EYES"
    refused = await settled(chain, "pass", {"claimIds": [claim["id"]]})
    assert told(refused) == [["FOUR_EYES"]]
    assert told(await settled(chain, "pass", named(own), "colleague")) == [[]]
