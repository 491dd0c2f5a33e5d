"""What a reviewer does with a claim, and what each step holds or frees (J38, X1-X6, X15, X20)."""

from typing import Any

import pytest

from models import Claim, ClaimedReport, ClaimLine, History, MonthlyReport, Status
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.story import story
from tests.factories.world import World

MONTHS = ("2024-08", "2024-09", "2024-10")
CLAIM = """... on ClaimPayload { claim { id version status amount reason bankAccount { id }
  possibleActions { action allowed reason } parameters { key confirmed }
  lines { id version state amount explanation { confirmed amount } intern { id } } } }"""
LINE = "... on ClaimLinePayload { line { id state reason claim { id version amount } } }"
REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version status } }"
WHY = {"reason": "材料不符"}


@story
async def chain(world: World) -> InternshipScenario:
    """A unit with two interns of three months each, and a draft claim for both of them."""
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    interns = [await made.approve_intern(number) for number in (1, 2)]
    for month in MONTHS:
        await made.approve_reports(month, *interns)
    return made


async def submitted(chain: InternshipScenario, *, confirmed: bool = True) -> Any:
    if confirmed:
        await chain.confirm_parameters()
    draft = await chain.draft_claim("2024-10")
    return await move(chain, "submitClaim", draft, "unit")


async def move(
    chain: InternshipScenario, mutation: str, row: Any, as_: str = "officer", **more: Any
) -> Any:
    result = await chain.world.mutate(mutation, to_decision(row) | more, as_, CLAIM)
    return result.get("claim", result)


async def strike(chain: InternshipScenario, line: Any, as_: str = "officer") -> Any:
    return await chain.world.mutate("strikeClaimLine", to_decision(line) | WHY, as_, LINE)


def lines_told(result: Any) -> list[tuple[str, str]]:
    assert result["__typename"] == "Invalid", result
    return [(fault["reason"], ".".join(fault["path"])) for fault in result["faults"]]


async def held(chain: InternshipScenario) -> int:
    return sum(report.held_by is not None for report in await chain.world.load_rows(MonthlyReport))


async def all_reports(chain: InternshipScenario) -> list[Any]:
    listed = "{ monthlyReports(first: 50) { edges { node { id version intern { id } } } } }"
    answer = (await chain.world.ask(listed, "officer")).only
    return [edge["node"] for edge in answer["edges"]]


async def revoke_reports(chain: InternshipScenario, rows: list[Any]) -> Any:
    records = {"records": list(map(to_decision, rows)), "reason": "更正"}
    return await chain.world.mutate("revokeMonthlyReports", records, "officer", REPORTS)


async def test_x1_a_returned_or_revoked_claim_keeps_its_reports(chain: InternshipScenario) -> None:
    claim = await submitted(chain)
    claim = await move(chain, "returnClaim", claim, **WHY)
    assert (claim["status"], claim["reason"], await held(chain)) == ("RETURNED", "材料不符", 6)
    claim = await move(chain, "submitClaim", claim, "unit")
    claim = await move(chain, "approveClaim", claim)
    assert claim["status"] == "APPROVED"
    claim = await move(chain, "revokeClaim", claim, "colleague", **WHY)
    assert (claim["status"], await held(chain)) == ("RETURNED", 6)
    assert all(row.held for row in await chain.world.load_rows(ClaimedReport))


@pytest.mark.parametrize(
    ("mutation", "who"), [("refuseClaim", "officer"), ("withdrawClaim", "unit")]
)
async def test_x15_a_refused_or_withdrawn_claim_frees_its_reports(
    chain: InternshipScenario, mutation: str, who: str
) -> None:
    claim = await submitted(chain)
    await move(chain, mutation, claim, who, **(WHY if who == "officer" else {}))
    assert await held(chain) == 0
    assert not any(row.held for row in await chain.world.load_rows(ClaimedReport))
    revoked = await revoke_reports(chain, await all_reports(chain))
    assert {report["status"] for report in revoked["monthlyReports"]} == {"RETURNED"}


async def test_j38_a_held_report_is_neither_changed_nor_revoked_until_its_line_is_struck(
    chain: InternshipScenario,
) -> None:
    claim = await submitted(chain)
    reports = await all_reports(chain)
    refused = await revoke_reports(chain, reports)
    assert {fault["reason"] for fault in refused["faults"]} == {"REPORT_HELD"}
    one = await revoke_reports(chain, reports[:1])
    assert lines_told(one) == [("REPORT_HELD", "input.records.0")]
    line = next(ln for ln in claim["lines"] if ln["intern"] == reports[0]["intern"])
    await strike(chain, line)
    freed = [report for report in reports if report["intern"] == line["intern"]]
    assert len((await revoke_reports(chain, freed))["monthlyReports"]) == 3
    assert await held(chain) == 3


async def test_x15_a_struck_line_lowers_the_amount_and_frees_its_reports(
    chain: InternshipScenario,
) -> None:
    claim = await submitted(chain)
    assert claim["amount"] == "11760.00"
    struck = await strike(chain, claim["lines"][0])
    line = struck["line"]
    assert (line["state"], line["reason"], line["claim"]["amount"]) == (
        "STRUCK",
        "材料不符",
        "5880.00",
    )
    assert await held(chain) == 3
    assert (await strike(chain, claim["lines"][0]))["__typename"] == "StaleVersion"
    stale = await move(chain, "approveClaim", claim)
    assert stale["__typename"] == "StaleVersion"
    approved = await move(chain, "approveClaim", line["claim"])
    assert (approved["status"], approved["amount"]) == ("APPROVED", "5880.00")
    late = await strike(chain, approved["lines"][1])
    assert late["reason"] == "WRONG_STATUS"


async def test_x15_a_claim_whose_last_line_is_struck_closes_and_a_new_one_follows_readmission(
    chain: InternshipScenario,
) -> None:
    claim = await submitted(chain)
    for line in claim["lines"]:
        last = (await strike(chain, line))["line"]["claim"]
    assert (last["amount"], await held(chain)) == ("0.00", 0)
    assert [row.status for row in await chain.world.load_rows(Claim)] == [Status.VOIDED]
    for mutation in ("approveClaim", "returnClaim"):
        why = {} if mutation == "approveClaim" else WHY
        assert (await move(chain, mutation, last, **why))["reason"] == "WRONG_STATUS"
    draft = {"month": "2024-10", "bankAccountId": claim["bankAccount"]["id"]}
    barred = await chain.world.mutate("createLivingAllowanceClaim", draft, "unit")
    assert barred["reason"] == "LINE_BARRED"
    for row in await read_struck(chain):
        await chain.world.mutate("readmitClaimLine", row | {"reason": "已核实"}, "officer", LINE)
    then = "... on ClaimPayload { claim { amount } }"
    again = await chain.world.mutate("createLivingAllowanceClaim", draft, "unit", then)
    assert again["claim"]["amount"] == "11760.00"


async def read_struck(chain: InternshipScenario) -> list[Any]:
    listed = "{ claimLines(first: 9) { edges { node { id version } } } }"
    answer = (await chain.world.ask(listed, "officer")).only
    return [to_decision(edge["node"]) for edge in answer["edges"]]


async def test_x4_a_claim_whose_last_line_is_struck_offers_nothing(
    chain: InternshipScenario,
) -> None:
    """X4, X15: what is offered is what then happens."""
    claim = await submitted(chain)
    for line in claim["lines"]:
        last = (await strike(chain, line))["line"]["claim"]
    for who in ("officer", "unit"):
        told = await asked(chain, last, who)
        assert set(told.values()) == {(False, "WRONG_STATUS")}


async def asked(
    chain: InternshipScenario, claim: Any, as_: str
) -> dict[str, tuple[bool, str | None]]:
    """Ask what somebody may do to a claim next."""
    query = """query ($id: ID!) { node(id: $id) { ... on LivingAllowanceClaim {
      possibleActions { action allowed reason } } } }"""
    found = (await chain.world.ask(query, as_, id=claim["id"])).only["possibleActions"]
    return {item["action"]: (item["allowed"], item["reason"]) for item in found}


async def test_x2_the_unit_does_not_review_and_an_officer_does_not_submit(
    chain: InternshipScenario,
) -> None:
    claim = await submitted(chain)
    for mutation, who in (("approveClaim", "unit"), ("withdrawClaim", "officer")):
        assert (await move(chain, mutation, claim, who))["__typename"] == "Forbidden"


async def test_x4_a_claim_tells_each_viewer_what_may_be_done(chain: InternshipScenario) -> None:
    claim = await submitted(chain)
    own = {action["action"]: action["allowed"] for action in claim["possibleActions"]}
    assert own == {"CHANGE": False, "SUBMIT": False, "WITHDRAW": True}
    assert claim["possibleActions"][0]["reason"] == "WRONG_STATUS"
    back = await move(chain, "returnClaim", claim, **WHY)
    theirs = {action["action"]: action["allowed"] for action in back["possibleActions"]}
    deciding = {"APPROVE", "RETURN", "REFUSE", "REVOKE"}
    publishing = {"PUBLISH", "PASS_PUBLICITY", "FAIL_PUBLICITY"}
    assert theirs == dict.fromkeys(deciding | publishing, False)


async def test_x6_on_unconfirmed_figures_a_claim_is_submitted_but_approved_only_once_confirmed(
    chain: InternshipScenario,
) -> None:
    claim = await submitted(chain, confirmed=False)
    assert {line["explanation"]["confirmed"] for line in claim["lines"]} == {False}
    refused = await move(chain, "approveClaim", claim)
    assert refused["reason"] == "PARAMETER_UNCONFIRMED"
    assert "internship.min_days" in refused["message"]
    await chain.confirm_parameters()
    approved = await move(chain, "approveClaim", claim)
    assert approved["status"] == "APPROVED"
    assert {line["explanation"]["confirmed"] for line in approved["lines"]} == {True}
    used = {parameter["key"]: parameter["confirmed"] for parameter in approved["parameters"]}
    assert set(used.values()) == {True}
    assert "internship.min_months_for_claim" in used


async def a_parameter(chain: InternshipScenario, key: str, value: str, **more: Any) -> None:
    draft = {"key": key, "region": "220000", "value": value, "source": "新文件", "confirmed": True}
    draft |= {"effectiveFrom": "2024-01-01"} | more
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")


async def test_x20_a_back_dated_figure_sends_a_claim_back_to_be_computed_again(
    chain: InternshipScenario,
) -> None:
    claim = await submitted(chain)
    await a_parameter(chain, "internship.allowance_ratio", "0.5", category="GRADUATE")
    changed = [("AMOUNT_CHANGED", f"input.lines.{n}") for n in range(2)]
    assert lines_told(await move(chain, "approveClaim", claim)) == changed
    back = await move(chain, "returnClaim", claim, **WHY)
    assert lines_told(await move(chain, "submitClaim", back, "unit")) == changed
    change = {"month": "2024-10", "bankAccountId": back["bankAccount"]["id"]}
    changed = await move(chain, "changeLivingAllowanceClaim", back, "unit", **change)
    assert changed["amount"] == "5880.00"
    sent = await move(chain, "submitClaim", changed, "unit")
    approved = await move(chain, "approveClaim", sent)
    assert (approved["status"], approved["amount"]) == ("APPROVED", "5880.00")
    reports = await chain.world.load_rows(MonthlyReport)
    assert sum(report.payable_subsidy for report in reports) == 5880
    told = [h for h in await chain.world.load_rows(History) if h.action == "RECOMPUTE"]
    assert len(told) == 6


async def test_j29_what_unlocked_a_claim_must_still_hold_at_its_review(
    chain: InternshipScenario,
) -> None:
    third = await chain.approve_intern(3)
    await chain.approve_reports("2024-08", third, wage="3000.00")
    for month in MONTHS[1:]:
        await chain.approve_reports(month, third)
    claim = await submitted(chain)
    reports = await all_reports(chain)
    unpaid = [r for r in reports if r["intern"]["id"] == third["id"]][-1:]
    assert (await revoke_reports(chain, unpaid))["__typename"] == "MonthlyReportsPayload"
    place = [line["intern"]["id"] for line in claim["lines"]].index(third["id"])
    refused = await move(chain, "approveClaim", claim)
    assert lines_told(refused) == [("TOO_FEW_MONTHS", f"input.lines.{place}")]
    assert refused["faults"][0]["message"].startswith("2 approved months")
    struck = await strike(chain, claim["lines"][1 - min(place, 1)])
    again = await move(chain, "approveClaim", struck["line"]["claim"])
    assert lines_told(again) == lines_told(refused), "struck lines keep their places"


async def test_x21_a_month_reported_later_does_not_stand_in_a_claims_way(
    chain: InternshipScenario,
) -> None:
    late = await chain.approve_intern(3)
    await chain.approve_reports("2024-08", late)
    claim = await submitted(chain)
    await chain.approve_reports("2024-09", late)
    assert (await move(chain, "approveClaim", claim))["status"] == "APPROVED"


async def test_what_a_returned_claim_asks_anew_stays_held(chain: InternshipScenario) -> None:
    """X15: a submitted line holds its reports, also while returned and after it was changed."""
    returned = await move(chain, "returnClaim", await submitted(chain), **WHY)
    change = {"month": "2024-10", "bankAccountId": returned["bankAccount"]["id"]}
    await move(chain, "changeLivingAllowanceClaim", returned, "unit", **change)
    lines = {line.id for line in await chain.world.load_rows(ClaimLine)}
    assert {report.held_by for report in await chain.world.load_rows(MonthlyReport)} == lines
