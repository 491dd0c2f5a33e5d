"""S10, S13, X21: claims for hires are seen and decided where the hired are insured."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import parse_global_id
from models import (
    AttachedTo,
    Claim,
    ClaimLine,
    ConsultedRecord,
    History,
    Payment,
    PublicityLine,
    Qualification,
    Role,
    Status,
    Unit,
    Unmasking,
)
from resolvers.kernel.chain_verification import verify_chains
from rules.kernel.function import Function
from server.cli.reconcile import reconcile_database
from tests.factories.crowd import add_rows
from tests.factories.hiring_scenario import HiringScenario, a_cell_row, build_figures
from tests.factories.internship_scenario import ACCOUNT_DRAFT, to_decision
from tests.factories.payment_scenario import (
    ANSWER_SELECTION,
    BATCH_SELECTION,
    EXPORT_SELECTION,
    build_failed_row,
    build_paid_row,
    list_payments,
)
from tests.factories.rows import CHENGDU_DISTRICT, NATIONWIDE_ACTOR, an_attachment
from tests.factories.story import story
from tests.factories.world import World, build_global_id

HERE, THERE = CHENGDU_DISTRICT, "510105"
"""Two districts of one city: here is the place of most claims, there the home of a unit."""

READERS = {
    "reviewer": (Role.DISTRICT_OFFICER, HERE),
    "officer there": (Role.DISTRICT_OFFICER, THERE),
    "finance": (Role.FINANCE, HERE),
    "finance there": (Role.FINANCE, THERE),
    "auditor": (Role.AUDITOR, HERE),
    "auditor there": (Role.AUDITOR, THERE),
    "city here": (Role.CITY_ADMINISTRATOR, "510100"),
    "other city": (Role.CITY_ADMINISTRATOR, "510300"),
    "province here": (Role.PROVINCE_ADMINISTRATOR, "510000"),
    "other province": (Role.PROVINCE_ADMINISTRATOR, "220000"),
}
TREE = {"city here", "province here"}
SEES_HERE = {"reviewer", "auditor"} | TREE
SEES_THERE = {"officer there", "auditor there"} | TREE
"""Who sees what is submitted; finance sees what is approved, too (section 5)."""

OWN_ACCOUNT = ACCOUNT_DRAFT | {"accountName": "away有限公司"}
CLAIM = """query ($id: ID!) { node(id: $id) { ... on HiringClaim {
  id version status region place unit { id name creditCode } bankAccount { id accountName }
  lines { id version state rosterRow { id line person { name } } }
  attachments { id name }
  history(first: 50) { edges { node { action accountName } } }
  possibleActions { action allowed } } } }"""
LISTS = """{ claims { totalCount edges { node { id } } }
  claimLines { totalCount edges { node { claim { id } } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename } }"
QUEUE = "{ workQueue { edges { node { region unit { name } record { id } } } } }"
LINE = "... on ClaimLinePayload { line { id version state } }"
CLAWBACK = "... on ClawbackPayload { clawback { id version status } }"
SHOWN = "... on UnmaskingPayload { unmasking { id } values { field value } }"
PUBLISHED = "... on LinesPayload { outcomes { line { id version state } faults { reason } } }"


@story
async def placed(world: World) -> HiringScenario:
    """Have a unit from there, with two people insured here and two insured there."""
    await HiringScenario(world).set_up()
    away = await HiringScenario(world, "away").add_unit(THERE)
    await add_rows(world, [*build_figures(True, THERE)])
    for name, (role, region) in READERS.items():
        if name != "reviewer":
            await world.add_account(name, role, region)
    await away.add_people(1, 2, place=HERE)
    await away.add_people(3, 4, place=THERE)
    return away


async def draft(scenario: HiringScenario, *numbers: int, place: str = HERE) -> Any:
    roster = await scenario.check_roster(*map(a_cell_row, numbers), place=place)
    made = await scenario.try_draft_claim(roster)
    assert made["__typename"] == "ClaimPayload", made
    return made["claim"]


async def submit(scenario: HiringScenario, claim: Any, **more: Any) -> Any:
    sent = await scenario.try_transition("submit", claim, **more)
    assert sent["__typename"] == "ClaimPayload", sent
    return sent["claim"]


async def move(scenario: HiringScenario, verb: str, claim: Any, who: str, **more: Any) -> Any:
    moved = await scenario.try_transition(verb, claim, who, **more)
    assert moved["__typename"] == "ClaimPayload", moved
    return moved["claim"]


async def list_readers(world: World, claim: Any) -> set[str]:
    """Ask by id and by both lists who of all sees a claim; each must agree with the others."""
    seen = set()
    for who in READERS:
        node = (await world.ask(NODE, who, id=claim["id"])).only is not None
        lists = (await world.ask(LISTS, who)).data
        claims = {edge["node"]["id"] for edge in lists["claims"]["edges"]}
        lines = {edge["node"]["claim"]["id"] for edge in lists["claimLines"]["edges"]}
        assert lists["claims"]["totalCount"] == len(lists["claims"]["edges"]), who
        assert {node, claim["id"] in claims, claim["id"] in lines} == {node}, who
        seen |= {who} if node else set()
    return seen


async def read(world: World, claim: Any, who: str) -> Any:
    return (await world.ask(CLAIM, who, id=claim["id"])).only


async def test_x4_of_what_deciders_only_consult_they_are_offered_nothing(
    placed: HiringScenario,
) -> None:
    """X21: the unit's own officers are; who decides on its claim reads its qualification."""
    world = placed.world
    claim = await submit(placed, await draft(placed, 1, 2))
    rows = await world.load_rows(Qualification)
    row = next(q for q in rows if q.unit_id == placed.row.id and q.status is Status.APPROVED)
    id = build_global_id("Qualification", row.unit_id, row.id)
    query = """query ($id: ID!, $claim: ID!) {
      node(id: $id) { ... on Qualification { id possibleActions { action } } }
      decided: node(id: $claim) { ... on HiringClaim { possibleActions { action allowed } } } }"""
    for who, offered in (("officer there", True), ("reviewer", False), ("city here", False)):
        told = (await world.ask(query, who, id=id, claim=claim["id"])).data
        assert told["node"]["id"] == id, who
        assert bool(told["node"]["possibleActions"]) is offered, who
        allowed = [a["action"] for a in (told["decided"] or {}).get("possibleActions", ())]
        assert ("APPROVE" in allowed) is (who == "reviewer")


async def test_s10_x21_a_claim_is_seen_where_its_people_are_insured_once_it_is_submitted(
    placed: HiringScenario,
) -> None:
    """X10: a draft is its own region's; the same for a unit from here with people there."""
    world, hirer = placed.world, await HiringScenario(placed.world, "near").add_unit(HERE)
    await hirer.add_people(5, place=THERE)
    for scenario, people, place, before, after in (
        (placed, (1, 2), HERE, SEES_THERE, SEES_HERE),
        (hirer, (5,), THERE, SEES_HERE, SEES_THERE),
    ):
        claim = await draft(scenario, *people, place=place)
        assert await list_readers(world, claim) == before
        claim = await submit(scenario, claim)
        assert await list_readers(world, claim) == after
        told = await read(world, claim, scenario.unit)
        assert (told["region"], told["place"]) == (place, place)
        for who in ("reviewer", "officer there"):
            queued = (await world.ask(QUEUE, who)).only["edges"]
            found = [(e["node"]["region"], e["node"]["unit"]["name"]) for e in queued]
            assert ((place, f"{scenario.unit}有限公司") in found) == (who in after)


async def test_x21_deciders_read_what_they_decide_on_and_nothing_more_of_the_unit(
    placed: HiringScenario,
) -> None:
    world = placed.world
    other = await placed.run_step(
        "addBankAccount", OWN_ACCOUNT | {"number": "3500012345678"}, "bankAccount"
    )
    made = await draft(placed, 1, 2)
    (row,) = [r for r in await world.load_rows(Claim) if r.id == parse_claim(made)]
    await world.add_rows(an_attachment(row, AttachedTo.CLAIM))
    claim = await submit(placed, made)
    told = await read(world, claim, "reviewer")
    assert told["unit"]["creditCode"] == placed.row.credit_code
    assert told["bankAccount"]["id"] == placed.account["id"]
    assert [line["rosterRow"]["person"]["name"] for line in told["lines"]] == ["见习生1", "见习生2"]
    assert [line["rosterRow"]["line"] for line in told["lines"]] == [2, 3]
    assert [file["name"] for file in told["attachments"]] == ["材料1.pdf"]
    steps = [edge["node"]["action"] for edge in told["history"]["edges"]]
    assert sorted(steps) == ["CREATE", "SUBMIT"]
    (file,) = told["attachments"]
    assert (await world.ask(NODE, "officer there", id=file["id"])).only is None
    proofs = [row for row in await world.load_rows(Qualification) if row.unit_id == placed.row.id]
    assert len(proofs) == 2
    for row in proofs:
        id = build_global_id("Qualification", row.unit_id, row.id)
        for who in ("reviewer", "officer there"):
            assert (await world.ask(NODE, who, id=id)).only is not None
        assert (await world.ask(NODE, "other city", id=id)).only is None
    assert (await world.ask(NODE, "reviewer", id=other["id"])).only is None
    entries = [row for row in await world.load_rows(History) if row.unit_id == placed.row.id]
    assert {row.record for row in entries} >= {"BankAccount", "Roster", "Claim"}
    for entry in entries:
        id = build_global_id("History", entry.unit_id, entry.id)
        found = (await world.ask(NODE, "reviewer", id=id)).only
        assert (found is not None) == (entry.record == "Claim"), entry.record
    for who in ("other province", "other city"):
        assert (await world.ask(NODE, who, id=told["unit"]["id"])).only is None


def parse_claim(claim: Any) -> Any:
    key = parse_global_id(claim["id"])
    assert key is not None
    return key.parts[1]


async def test_x21_a_claim_is_decided_paid_and_clawed_back_where_its_people_are_insured(
    placed: HiringScenario,
) -> None:
    """X8, X9: all of its life is there, and the unit's one chain goes on."""
    world = placed.world
    claim = await submit(placed, await draft(placed, 1))
    for verb in ("approve", "return"):
        more = {"reason": "不属本区"} if verb == "return" else {}
        refused = await placed.try_transition(verb, claim, "officer there", **more)
        assert (refused["__typename"], refused["reason"]) == ("Refusal", "NOT_FOUND")
    seen = await read(world, claim, "reviewer")
    allowed = {a["action"] for a in seen["possibleActions"] if a["allowed"]}
    assert {"APPROVE", "RETURN", "REFUSE"} <= allowed
    claim = await move(placed, "approve", claim, "reviewer")
    (line,) = claim["lines"]
    lost = await world.mutate("makeBatch", {"lineIds": [line["id"]]}, "finance there")
    assert (lost["__typename"], lost["faults"][0]["reason"]) == ("Invalid", "NOT_FOUND")
    batch = await pay(world, line, build_failed_row)
    assert batch["number"].startswith(HERE)
    draft_ = OWN_ACCOUNT | {"number": "3500012345678"}
    account = await placed.run_step("addBankAccount", draft_, "bankAccount")
    assert (await world.ask(NODE, "reviewer", id=account["id"])).only is None
    line = await get_line(world, claim)
    named = to_decision(line) | {"bankAccountId": account["id"]}
    line = (await world.mutate("nameLineAccount", named, "away", LINE))["line"]
    assert (await world.ask(NODE, "reviewer", id=account["id"])).only is not None
    line = (await world.mutate("confirmLineAccount", to_decision(line), "reviewer", LINE))["line"]
    await pay(world, line, build_paid_row)
    assert {row.region for row in await world.load_rows(Payment)} == {HERE}
    line = await get_line(world, claim)
    asked = {"lineId": line["id"], "version": line["version"], "amount": "100", "reason": "多付"}
    lost = await world.mutate("proposeClawback", asked, "officer there", CLAWBACK)
    assert lost["reason"] == "NOT_FOUND"
    proposed = (await world.mutate("proposeClawback", asked, "reviewer", CLAWBACK))["clawback"]
    agreed = await world.mutate("confirmClawback", to_decision(proposed), "second", CLAWBACK)
    assert agreed["clawback"]["status"] == "APPROVED"
    third = OWN_ACCOUNT | {"number": "6543210"}
    home = await placed.run_step("addBankAccount", third, "bankAccount")
    assert home["version"] == 1
    engine = world.service.writes
    found = await verify_chains(engine, {})
    assert found.broken == []
    assert (await reconcile_database(engine)).holds


async def pay(world: World, line: Any, answer: Any) -> Any:
    made = await world.mutate("makeBatch", {"lineIds": [line["id"]]}, "finance", BATCH_SELECTION)
    batch = made["batch"]
    given = {"batchId": batch["id"], "version": batch["version"], "format": "CSV"}
    sent = await world.mutate("exportBatch", given, "finance", EXPORT_SELECTION)
    assert sent["__typename"] == "BatchExportPayload", sent
    rows = [answer(list_payments(batch)[0])]
    told = {"batchId": batch["id"], "rows": rows}
    done = await world.mutate("importBankAnswer", told, "finance", ANSWER_SELECTION)
    assert done["answer"]["faultCount"] == 0, done
    return batch


async def get_line(world: World, claim: Any) -> Any:
    (line,) = (await read(world, claim, "away"))["lines"]
    return line


async def test_x21_a_returned_claim_goes_to_the_other_place_when_it_is_submitted_for_that(
    placed: HiringScenario,
) -> None:
    world = placed.world
    claim = await submit(placed, await draft(placed, 1))
    other = await submit(placed, await draft(placed, 2))
    claim = await move(placed, "return", claim, "reviewer", reason="参保地不符")
    roster = await placed.check_roster(a_cell_row(3), place=THERE)
    change = {"rosterIds": [roster["id"]], "bankAccountId": placed.account["id"]}
    changed = await world.mutate(
        "changeHiringClaim",
        to_decision(claim) | change,
        "away",
        "... on ClaimPayload { claim { id version } }",
    )
    assert await list_readers(world, claim) == SEES_HERE
    claim = await submit(placed, changed["claim"])
    assert await list_readers(world, claim) == SEES_THERE
    assert await list_readers(world, other) == SEES_HERE
    kept = await world.load_rows(ConsultedRecord)
    ids = {row.record_id for row in kept}
    assert {row.region for row in kept} == {HERE}
    assert parse_claim(other) in ids
    assert parse_claim(claim) not in ids
    claim = await move(placed, "approve", claim, "officer there")
    assert claim["lines"][0]["state"] == "PAYABLE"
    told = await read(world, claim, "officer there")
    steps = [edge["node"]["action"] for edge in told["history"]["edges"]]
    assert {"CREATE", "SUBMIT", "APPROVE"} <= {*steps}


async def test_x21_a_unit_that_moves_takes_no_decided_claim_along(placed: HiringScenario) -> None:
    world = placed.world
    decided = await submit(placed, await draft(placed, 1))
    decided = await move(placed, "approve", decided, "reviewer")
    same = await submit(placed, await draft(placed, 3, place=THERE))
    left = await draft(placed, 2)
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        moved = update(Unit).where(Unit.id == placed.row.id).values(region="510302")
        await session.execute(moved)
        rows = await session.execute(select(Claim.id, Claim.region))
        regions: dict[Any, str] = {row.id: row.region for row in rows}
        of_lines = select(ClaimLine.claim_id, ClaimLine.region)
        lines = {row.claim_id: row.region for row in await session.execute(of_lines)}
        assert lines == regions
    assert regions[parse_claim(decided)] == HERE
    assert regions[parse_claim(same)] == THERE
    assert regions[parse_claim(left)] == "510302"
    assert await list_readers(world, decided) == SEES_HERE | {"finance"}
    assert await list_readers(world, left) == {"other city", "province here"}


async def test_x17_an_officer_files_for_a_unit_of_the_own_region_what_another_place_decides(
    placed: HiringScenario,
) -> None:
    """X2: who filed does not review, were they an officer of the place as well."""
    world = placed.world
    clerk = await world.add_account("clerk", Role.DISTRICT_OFFICER, THERE)
    assert clerk.region == THERE
    made = await draft(placed, 1)
    desk = build_global_id("Unit", placed.row.id)
    sent = await world.mutate(
        "submitClaim",
        to_decision(made),
        "clerk",
        "... on ClaimPayload { claim { id version } }",
        behalf=desk,
    )
    assert await list_readers(world, sent["claim"]) == SEES_HERE
    lost = await world.mutate("submitClaim", to_decision(made), "reviewer", behalf=desk)
    assert lost["__typename"] != "ClaimPayload"


async def test_s13_x7_placements_are_published_and_objected_to_at_the_place(
    placed: HiringScenario,
) -> None:
    world = placed.world
    employer = await placed.add_employer()
    await placed.add_people(6, employer=employer)
    cells = a_cell_row(6, "登记失业人员", "2025-08-31", employer.credit_code, "employer有限公司")
    roster = await placed.check_roster(cells, kind="SERVICE", beneficiary="UNIT")
    claim = await placed.submit_claim(roster, kind="Service")
    assert await list_readers(world, claim) == SEES_HERE
    claim = await move(placed, "approve", claim, "reviewer")
    (line,) = claim["lines"]
    given = {
        "kind": "SERVICE",
        "title": "就业创业服务补助公示",
        "firstDay": "2025-03-10",
        "lastDay": "2025-03-17",
        "which": {"records": [to_decision(line)]},
    }
    lost = await world.mutate("publishLines", given, "officer there", PUBLISHED)
    assert [f["reason"] for f in lost["outcomes"][0]["faults"]] == ["NOT_FOUND"]
    shown = await world.mutate("publishLines", given, "reviewer", PUBLISHED)
    assert shown["outcomes"][0]["faults"] == []
    assert {row.region for row in await world.load_rows(PublicityLine)} == {HERE}
    notices = "query ($r: RegionCode) { publicNotices(region: $r) { totalCount } }"
    for region, count in ((HERE, 1), (THERE, 0), ("510100", 1)):
        assert (await world.ask(notices, None, r=region)).only["totalCount"] == count
    counted = (
        """{ statistics(by: [KIND, REGION], level: DISTRICT) { kind region figures { claims } } }"""
    )
    for who, regions in (("city here", {HERE}), ("officer there", set())):
        answer = await world.ask(counted, who)
        assert {cell["region"] for cell in answer.only} == regions


async def test_s16_x21_lines_found_by_a_units_name_are_those_decided_on_by_it(
    placed: HiringScenario,
) -> None:
    """X10: whoever publishes or pays for a unit of elsewhere consults nothing of that unit."""
    world = placed.world
    publishing = [Function.PUBLISH_CLAIMS]
    await world.add_account("publisher", Role.DISTRICT_OFFICER, HERE, granted=publishing)
    employer = await placed.add_employer()
    await placed.add_people(6, employer=employer)
    cells = a_cell_row(6, "登记失业人员", "2025-08-31", employer.credit_code, "employer有限公司")
    roster = await placed.check_roster(cells, kind="SERVICE", beneficiary="UNIT")
    claim = await placed.submit_claim(roster, kind="Service")
    await move(placed, "approve", claim, "reviewer")
    found = (
        "query ($name: String) { claimLines(unitName: $name) { totalCount nodes { unitName } } }"
    )
    for who in ("publisher", "reviewer", "finance", "auditor", "city here"):
        for name, names in (("ＡＷＡＹ 公司", ["away有限公司"]), ("公司 far", [])):
            lines = (await world.ask(found, who, name=name)).only
            assert [each["unitName"] for each in lines["nodes"]] == names, who
            assert lines["totalCount"] == len(names), who
    given = {
        "kind": "SERVICE",
        "title": "就业创业服务补助公示",
        "firstDay": "2025-03-10",
        "lastDay": "2025-03-17",
    }
    for name, count in (("far", 0), ("ＡＷＡＹ 公司", 1)):
        which = {"where": {"unitName": name, "expected": count}}
        shown = await world.mutate("publishLines", given | {"which": which}, "publisher", PUBLISHED)
        told = [each["faults"] for each in shown.get("outcomes", [])]
        assert told == [[]] * count, shown


async def test_s16_j7_lines_are_found_by_the_name_that_stands_on_them(
    placed: HiringScenario,
) -> None:
    """A former name finds the unit, but means no more lines to be decided on."""
    world = placed.world
    claim = await submit(placed, await draft(placed, 1))
    await move(placed, "approve", claim, "reviewer")
    former = [{"name": "旧名有限公司", "until": "2024-05-01"}]
    await world.update_where(Unit, Unit.id == placed.row.id, {"former_names": former})
    found = "query ($name: String) { claimLines(unitName: $name) { totalCount } }"
    for name, count in (("旧名", 0), ("away", 1)):
        assert (await world.ask(found, "reviewer", name=name)).only["totalCount"] == count


async def test_x11_deciders_look_at_a_number_and_it_is_put_down_where_they_are(
    placed: HiringScenario,
) -> None:
    world = placed.world
    await submit(placed, await draft(placed, 1))
    asked = {"id": placed.account["id"], "fields": ["CARD_NUMBER"], "reason": "核对账号"}
    for who in ("reviewer", "officer there"):
        shown = await world.mutate("unmask", asked, who, SHOWN)
        assert shown["__typename"] == "UnmaskingPayload", shown
    assert {row.region for row in await world.load_rows(Unmasking)} == {HERE, THERE}
    steps = [row for row in await world.load_rows(History) if row.action == "UNMASK"]
    assert {(row.region, row.at_home) for row in steps} == {(HERE, None), (THERE, True)}
    assert (await verify_chains(world.service.writes, {})).broken == []
