"""Struck, upheld and failed persons stay out of changed and new claims, unless readmitted (X15)."""

import asyncio
from typing import Any

from loaders.key import Key
from models import BankAccount, ClaimLine, History, Role
from tests.factories.hiring_scenario import HiringScenario, a_cell_row
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.payment_scenario import PaymentScenario
from tests.factories.world import World
from tests.schema.claims.test_claim_review import move, strike
from tests.schema.hiring.test_hiring import left
from tests.schema.payment.test_objection import lodged, notice, settle
from tests.schema.payment.test_publicity import (  # noqa: F401 - a fixture
    approved,
    chain,
    lines_of,
    named,
    publish,
    settled,
    states,
)

WRITERS = 8
LINE = """... on ClaimLinePayload { line { id version state barred readmissionReason
  possibleActions { action allowed reason } } }"""
FOLLOWS = """... on ClaimLine {
  follows { id state reason publicities { objections { status reason } } } }"""
CLAIM = """... on ClaimPayload { claim { id version status amount lines { id version state barred
  follows { id state reason publicities { objections { status reason } } } } } }"""
WHY = {"reason": "材料不符"}


async def account_id(of: Any) -> str:
    """Name the unit's only account."""
    (row,) = await of.world.load_rows(BankAccount)
    return Key("BankAccount", (row.unit_id, row.id)).format_global_id()


OBJECTIONS = """{ objections { edges { node { id version } } } }"""


async def change(of: Any, claim: Any, **more: Any) -> Any:
    draft = {"id": claim["id"], "version": claim["version"], "month": "2024-10"}
    draft |= {"bankAccountId": await account_id(of)} | more
    result = await of.world.mutate("changeLivingAllowanceClaim", draft, "unit", CLAIM)
    return result.get("claim", result)


async def create(of: Any) -> Any:
    draft = {"month": "2024-10", "bankAccountId": await account_id(of)}
    return await of.world.mutate("createLivingAllowanceClaim", draft, "unit", CLAIM)


async def readmit(of: Any, line: Any, as_: str = "officer", **more: Any) -> Any:
    given = to_decision(line) | {"reason": "经复核，本人确在岗"} | more
    result = await of.world.mutate("readmitClaimLine", given, as_, LINE)
    return result.get("line", result)


async def read_lines(of: Any, as_: str = "officer") -> list[Any]:
    listed = """{ claimLines(first: 50, orderBy: OLDEST) { edges { node { id version state barred
      reason intern { id } possibleActions { action allowed reason } } } } }"""
    answer = (await of.world.ask(listed, as_)).only
    return [edge["node"] for edge in answer["edges"]]


async def struck_and_upheld(of: Any) -> Any:
    """One line struck, one objection upheld and its line failed, the claim returned."""
    draft = await of.draft_claim("2024-10")
    claim = await move(of, "submitClaim", draft, "unit")
    assert (await strike(of, claim["lines"][0]))["__typename"] == "ClaimLinePayload"
    claim = await read_claim(of, claim)
    claim = await move(of, "approveClaim", claim)
    open_ = [line for line in claim["lines"] if line["state"] == "OPEN"]
    published = lines_of(await publish(of, named(*open_)))
    number = (await notice(of.world))["lines"]["edges"][0]["node"]["id"]
    await lodged(of.world, lineId=number)
    (edge,) = (await of.world.ask(OBJECTIONS, "officer")).only["edges"]
    await settle(of.world, edge["node"], upheld=True)
    failed = await settled(of, "fail", named(*published))
    assert states(failed) == ["PUBLICITY_FAILED"]
    claim = await read_claim(of, claim)
    return await move(of, "returnClaim", claim, **WHY)


async def read_claim(of: Any, claim: Any) -> Any:
    asked = "query ($id: ID!) { node(id: $id) { ... on Claim { id version status } } }"
    return (await of.world.ask(asked, "officer", id=claim["id"])).only


async def test_x15_a_claim_changed_with_the_same_people_takes_neither_struck_nor_upheld(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    claim = await struck_and_upheld(chain)
    same = await change(chain, claim)
    assert same["reason"] == "LINE_BARRED", same
    interns = [line["intern"]["id"] for line in await read_lines(chain)]
    both = await change(chain, claim, internIds=interns)
    assert [(f["reason"], f["path"][-2:]) for f in both["faults"]] == [
        ("LINE_BARRED", ["internIds", "0"]),
        ("LINE_BARRED", ["internIds", "1"]),
    ]
    rows = await chain.world.load_rows(ClaimLine)
    assert sorted(row.state.value for row in rows) == ["PUBLICITY_FAILED", "STRUCK"]
    assert all(row.barred for row in rows)
    new = await create(chain)
    assert new["reason"] == "LINE_BARRED", new


async def test_x15_who_is_readmitted_comes_back_and_the_new_line_tells_what_was(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    claim = await struck_and_upheld(chain)
    struck, upheld = await read_lines(chain)
    without = await readmit(chain, upheld, reason=None)
    assert [each["reason"] for each in without["faults"]] == ["REASON_MISSING"]
    back = await readmit(chain, upheld)
    assert (back["state"], back["barred"], back["readmissionReason"]) == (
        "PUBLICITY_FAILED",
        False,
        "经复核，本人确在岗",
    )
    again = await readmit(chain, back)
    assert again["reason"] == "LINE_NOT_SENT_BACK", again
    changed = await change(chain, claim)
    (new,) = [line for line in changed["lines"] if line["state"] == "OPEN"]
    told = {"id": upheld["id"], "state": "PUBLICITY_FAILED", "reason": "材料不符"}
    assert new["follows"] == told | {"publicities": [{"objections": []}]}, "officers see objections"
    asked = f"query ($id: ID!) {{ node(id: $id) {{ {FOLLOWS} }} }}"
    seen = (await chain.world.ask(asked, "officer", id=new["id"])).only
    objections = [{"status": "APPROVED", "reason": "经核实，情况属实"}]
    assert seen["follows"] == told | {"publicities": [{"objections": objections}]}
    assert [line["id"] for line in changed["lines"] if line["state"] == "STRUCK"] == [struck["id"]]
    steps = [row for row in await chain.world.load_rows(History) if row.action == "READMIT"]
    assert [row.changes["readmission_reason"] for row in steps] == [["", "经复核，本人确在岗"]]
    submitted = await move(chain, "submitClaim", changed, "unit")
    assert (submitted["status"], submitted["amount"]) == ("SUBMITTED", "5880.00")


async def test_x15_a_draft_from_before_the_strike_is_not_submitted_after_it(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    first = await chain.draft_claim("2024-10")
    second = (await create(chain))["claim"]
    claim = await move(chain, "submitClaim", first, "unit")
    for line in claim["lines"]:
        await strike(chain, line)
    late = await move(chain, "submitClaim", second, "unit")
    assert {each["reason"] for each in late["faults"]} == {"LINE_BARRED"}


async def test_x15_a_claim_refused_for_good_bars_its_people_and_a_withdrawn_one_does_not(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    claim = await move(chain, "submitClaim", await chain.draft_claim("2024-10"), "unit")
    await move(chain, "withdrawClaim", claim, "unit")
    claim = await move(chain, "submitClaim", (await create(chain))["claim"], "unit")
    claim = await move(chain, "refuseClaim", claim, **WHY)
    assert claim["status"] == "REFUSED"
    again = await create(chain)
    assert again["reason"] == "LINE_BARRED", again


async def test_x15_who_failed_for_how_they_were_published_may_be_claimed_for_again(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    claim = await approved(chain)
    published = lines_of(await publish(chain, named(*claim["lines"])))
    await settled(chain, "fail", named(*published), ofTheirOwn=False)
    claim = await move(chain, "returnClaim", await read_claim(chain, claim), **WHY)
    changed = await change(chain, claim)
    assert [line["state"] for line in changed["lines"]].count("OPEN") == 2


async def test_x15_an_objection_upheld_after_the_line_failed_bars_its_person_too(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    claim = await approved(chain)
    published = lines_of(await publish(chain, named(*claim["lines"])))
    number = (await notice(chain.world))["lines"]["edges"][0]["node"]["id"]
    await lodged(chain.world, lineId=number)
    await settled(chain, "fail", named(*published), ofTheirOwn=False)
    (edge,) = (await chain.world.ask(OBJECTIONS, "officer")).only["edges"]
    await settle(chain.world, edge["node"], upheld=True)
    assert sorted(row.barred for row in await chain.world.load_rows(ClaimLine)) == [False, True]


async def fail_and_claim_again(of: Any, *objected: str) -> tuple[Any, list[Any]]:
    """Fail lines for how they were published; give that claim, and a new one's payable lines."""
    first = await approved(of)
    published = lines_of(await publish(of, named(*first["lines"])))
    if objected:
        number = (await notice(of.world))["lines"]["edges"][0]["node"]["id"]
        await lodged(of.world, lineId=number)
    await settled(of, "fail", named(*published), ofTheirOwn=False)
    await set_publicity_required(of, "false")
    again = await move(of, "submitClaim", (await create(of))["claim"], "unit")
    await move(of, "approveClaim", again)
    return first, [line for line in await read_lines(of) if line["state"] == "PAYABLE"]


async def set_publicity_required(of: Any, value: str) -> None:
    scenario = PaymentScenario(of.world)
    await scenario.set_publicity_required(value=value)
    await of.world.add_account("finance", Role.FINANCE)


async def test_x15_an_objection_upheld_while_the_next_claim_is_payable_keeps_it_from_payment(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    _, payable = await fail_and_claim_again(chain, "objected")
    (edge,) = (await chain.world.ask(OBJECTIONS, "officer")).only["edges"]
    await settle(chain.world, edge["node"], upheld=True)
    assert len(payable) == 2
    batch = await PaymentScenario(chain.world).try_make_batch(*payable)
    assert (batch["paymentCount"], batch["sentBack"]) == (1, 1), batch
    (back,) = [line for line in await read_lines(chain) if line["state"] == "OPEN"]
    assert "不能再次申报" in back["reason"]
    refused = await readmit(chain, back)
    assert [each["reason"] for each in refused["faults"]] == ["LINE_BARRED"], refused
    (upheld,) = [line for line in await read_lines(chain) if line["barred"]]
    await readmit(chain, upheld)
    assert (await readmit(chain, back))["state"] == "PAYABLE"


async def test_x15_a_claim_refused_while_the_next_one_is_payable_keeps_that_from_payment(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    first, payable = await fail_and_claim_again(chain)
    await move(chain, "refuseClaim", await read_claim(chain, first), **WHY)
    ids = [line["id"] for line in payable]
    offline = {"lineIds": ids, "paidOn": "2025-03-10", "bankReference": "ICBC-1"}
    told = await chain.world.mutate("markDisbursed", offline, "finance")
    assert {each["reason"] for each in told["faults"]} == {"LINE_BARRED"}, told
    batch = await PaymentScenario(chain.world).try_make_batch(*payable)
    assert (batch["state"], batch["sentBack"]) == ("CANCELLED", 2), batch


async def test_x15_x2_who_submitted_the_claim_does_not_readmit_and_one_of_many_readmits(
    chain: InternshipScenario,  # noqa: F811 - the fixture
) -> None:
    await struck_and_upheld(chain)
    (line, _) = await read_lines(chain)
    actions = {a["action"]: a["allowed"] for a in line["possibleActions"]}
    assert actions["READMIT"]
    found = await asyncio.gather(*(readmit(chain, line) for _ in range(WRITERS)))
    assert sum("state" in each for each in found) == 1
    assert {each["__typename"] for each in found if "state" not in each} == {"StaleVersion"}


async def test_s11_x15_a_unit_chooses_whom_a_hiring_claim_takes_and_leaves_people_out(
    world: World,
) -> None:
    hirer = await HiringScenario(world).set_up()
    await hirer.add_people(1, 2, 3)
    roster = await hirer.check_roster(*(a_cell_row(n) for n in (1, 2, 3)))

    rows = await list_row_ids(hirer, roster)
    some = await draft(hirer, roster, rowIds=[rows[2], rows[0]])
    assert len(some["lines"]) == 2
    rest = await draft(hirer, roster, leftOutRowIds=[rows[1]])
    assert len(rest["lines"]) == 2
    unknown = await draft(hirer, roster, rowIds=[rows[0], roster["id"]])
    assert [(f["reason"], f["path"][-1]) for f in unknown["faults"]] == [("NOT_FOUND", "1")]


async def test_s11_a_change_that_names_the_same_rosters_takes_nobody_in(world: World) -> None:
    """In any order, and leaving nobody out; whoever is left out of the claim goes."""
    hirer = await HiringScenario(world).set_up()
    await hirer.add_people(1, 2, 3)
    here = await hirer.check_roster(a_cell_row(1), a_cell_row(2))
    there = await hirer.check_roster(a_cell_row(3))
    one, two = await list_row_ids(hirer, here)
    (three,) = await list_row_ids(hirer, there)
    both = [there["id"], here["id"]]

    async def change_rosters(claim: Any, **more: Any) -> Any:
        given = {"rosterIds": both, "leftOutRowIds": []} | more
        return await draft(hirer, here, "change", **to_decision(claim), **given)

    made = await draft(hirer, here, rosterIds=both, rowIds=[one, three])
    kept = await change_rosters(made)
    assert await list_claimed_rows(world) == {one, three}
    gone = await change_rosters(kept, leftOutRowIds=[three, two])
    assert await list_claimed_rows(world) == {one}
    nobody = await change_rosters(gone, leftOutRowIds=[one], rosterIds=[here["id"]])
    assert (nobody["reason"], nobody["path"]) == ("NO_LINES", ["input", "leftOutRowIds"])
    await change_rosters(gone)
    assert await list_claimed_rows(world) == {one, two, three}, "others than the claim has now"


async def list_claimed_rows(world: World) -> set[str]:
    lines = await world.load_rows(ClaimLine)
    return {
        Key("RosterRow", (line.unit_id, line.roster_row_id)).format_global_id()
        for line in lines
        if line.roster_row_id
    }


async def test_x3_what_bars_somebody_who_stays_is_told_of_the_claims_line(world: World) -> None:
    """A change of the account alone names nobody in its input."""
    hirer = await HiringScenario(world).set_up()
    await hirer.add_people(1, 2)
    roster = await hirer.check_roster(a_cell_row(1), a_cell_row(2))
    claim = await draft(hirer, roster)
    await left(world, 2)
    given = to_decision(claim) | {"bankAccountId": hirer.account["id"]}
    result = await world.mutate("changeHiringClaim", given, hirer.unit, CLAIM)
    assert [f["path"] for f in result["faults"]] == [["input", "lines", "1"]]
    by_name = given | {"rowIds": await list_row_ids(hirer, roster)}
    result = await world.mutate("changeHiringClaim", by_name, hirer.unit, CLAIM)
    assert [f["path"] for f in result["faults"]] == [["input", "rowIds", "1"]]


async def test_x15_a_struck_hire_stays_out_until_readmitted(world: World) -> None:
    hirer = await HiringScenario(world).set_up()
    await hirer.add_people(1, 2)
    roster = await hirer.check_roster(a_cell_row(1), a_cell_row(2))
    claim = await hirer.submit_claim(roster)
    struck = await world.mutate(
        "strikeClaimLine", to_decision(claim["lines"][0]) | WHY, "reviewer", LINE
    )
    returned = await hirer.try_transition(
        "return", {"id": claim["id"], "version": claim["version"] + 1}, "reviewer", **WHY
    )
    kept = await draft(hirer, roster, "change", **to_decision(returned["claim"]))
    assert sorted(line["state"] for line in kept["lines"]) == ["OPEN", "STRUCK"]
    back = await world.mutate(
        "readmitClaimLine", to_decision(struck["line"]) | {"reason": "已补交"}, "reviewer", LINE
    )
    assert back["__typename"] == "ClaimLinePayload", back
    everyone = to_decision(kept) | {"rowIds": None}
    both = await draft(hirer, roster, "change", **everyone)
    assert sorted(line["state"] for line in both["lines"]) == ["OPEN", "OPEN", "STRUCK"]


async def draft(hirer: HiringScenario, roster: Any, verb: str = "create", **more: Any) -> Any:
    given = {"rosterIds": [roster["id"]], "bankAccountId": hirer.account["id"]} | more
    result = await hirer.world.mutate(f"{verb}HiringClaim", given, hirer.unit, CLAIM)
    return result.get("claim", result)


async def list_row_ids(hirer: HiringScenario, roster: Any) -> list[str]:
    asked = """query ($id: ID!) { node(id: $id) { ... on Roster {
      rows(first: 9) { edges { node { id } } } } } }"""
    found = (await hirer.world.ask(asked, hirer.unit, id=roster["id"])).only
    return [edge["node"]["id"] for edge in found["rows"]["edges"]]
