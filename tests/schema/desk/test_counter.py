"""X17: an officer files at the counter for a unit, which owns what is filed; S15: and finds it."""

from typing import Any

import pytest

from models import Claim, Declaration, DeclarationStaff, History, Intern, Role
from resolvers.kernel.chain_verification import verify_chains
from tests.factories.files import a_pdf
from tests.factories.filing import (
    ATTACHED_SELECTION,
    DETACHED_SELECTION,
    UPLOAD_SELECTION,
    send_file,
)
from tests.factories.internship_scenario import (
    DECLARATION_DRAFT,
    POST_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.rows import NANGUAN_DISTRICT
from tests.factories.story import story
from tests.factories.world import World, build_global_id

DRAFTED = "... on DeclarationPayload { declaration { id version status } }"
HANDLED = """{ handled(first: 100) { totalCount edges { node {
  kind action atCounter accountName role unit { name }
  record { __typename } changes { field after } } } } }"""


class AtCounter(InternshipScenario):
    """The chain, walked by an officer at the counter instead of by the unit."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "clerk")
        self.behalf = behalf(world, "unit")

    async def run_step(self, mutation: str, input: Any, as_: str, kind: str) -> Any:
        payload = f"{kind[0].upper()}{kind[1:]}Payload"
        then = f"... on {payload} {{ {kind} {{ id version }} }}"
        result = await self.do(mutation, input, as_, then)
        assert result["__typename"] == payload, result
        return result[kind]

    async def _run_report_step(self, mutation: str, input: Any, as_: str) -> list[Any]:
        then = "... on MonthlyReportsPayload { monthlyReports { id version payableSubsidy } }"
        result = await self.do(mutation, input, as_, then)
        assert result["__typename"] == "MonthlyReportsPayload", result
        found: list[Any] = result["monthlyReports"]
        return found

    async def do(self, mutation: str, input: Any, as_: str = "clerk", then: str = "") -> Any:
        whom = self.behalf if as_ == "clerk" else None
        return await self.world.mutate(mutation, input, as_, then, behalf=whom)


@story
async def world(world: World) -> World:
    await world.add_account("clerk", Role.DISTRICT_OFFICER)
    await world.add_unit("far", NANGUAN_DISTRICT)
    return world


@pytest.fixture
async def chain(world: World) -> AtCounter:
    return AtCounter(world)


def behalf(world: World, unit: str) -> str:
    unit_id = world.accounts[unit].unit_id
    assert unit_id is not None
    return build_global_id("Unit", unit_id)


async def test_x17_the_whole_chain_is_filed_at_the_counter_and_the_unit_owns_it(
    chain: AtCounter,
) -> None:
    world = chain.world
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, intern)
    claim = await chain.submit_claim("2024-10")
    (row,) = await world.load_rows(Claim)
    clerk, unit = world.accounts["clerk"], world.accounts["unit"]
    assert (row.unit_id, row.submitted_by) == (unit.unit_id, clerk.id)
    own = "query ($id: ID!) { node(id: $id) { ... on LivingAllowanceClaim { status } } }"
    assert (await world.ask(own, "unit", id=claim["id"])).only == {"status": "SUBMITTED"}
    steps = [row for row in await world.load_rows(History) if row.account_id == clerk.id]
    assert {(step.unit_id, step.role) for step in steps} == {(unit.unit_id, clerk.role)}
    assert all(step.changes["counter"] == ["", clerk.region] for step in steps)
    assert not (await verify_chains(world.service.reads, {})).broken


async def test_x2_what_one_account_filed_no_other_account_of_the_same_person_decides_on(
    chain: AtCounter,
) -> None:
    world, own = chain.world, [chain.world.accounts["clerk"].id]
    await world.add_account("clerk again", Role.DISTRICT_OFFICER, same_holder=own)
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "clerk", "declaration")
    lost = await world.mutate("approveDeclaration", to_decision(row), "clerk again")
    assert lost["reason"] == "FOUR_EYES"
    desk = """query ($id: ID!) { node(id: $id) { ... on Declaration {
      possibleActions { action allowed reason } } } }"""
    for who, reason in (("clerk again", "FOUR_EYES"), ("officer", None)):
        found = (await world.ask(desk, who, id=row["id"])).only["possibleActions"]
        assert {a["reason"] for a in found if a["action"] == "APPROVE"} == {reason}
    await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")


async def test_x2_whoever_filed_at_the_counter_counts_as_submitter_and_does_not_review(
    chain: AtCounter,
) -> None:
    world = chain.world
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "clerk", "declaration")
    lost = await world.mutate("approveDeclaration", to_decision(row), "clerk")
    assert lost["reason"] == "FOUR_EYES"
    desk = """query ($id: ID!) { node(id: $id) { ... on Declaration {
      possibleActions { action allowed reason } } } }"""
    at_desk = (await world.ask(desk, "clerk", id=row["id"])).only["possibleActions"]
    assert {a["reason"] for a in at_desk if a["action"] == "APPROVE"} == {"FOUR_EYES"}
    counter = (await world.ask(desk, "clerk", behalf=chain.behalf, id=row["id"])).only
    actions = {a["action"]: a["allowed"] for a in counter["possibleActions"]}
    assert actions["WITHDRAW"]
    assert "APPROVE" not in actions
    await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")


POSSIBLE = """query ($id: ID!) { node(id: $id) { ... on Declaration {
  possibleActions { action allowed reason } } } }"""


async def assert_clerk_barred(world: World, row: Any) -> None:
    """Refuse the clerk alone, as was told before, and let another officer decide (X2, X4)."""
    lost = await world.mutate("approveDeclaration", to_decision(row), "clerk")
    assert lost["reason"] == "FOUR_EYES"
    told = (await world.ask(POSSIBLE, "clerk", id=row["id"])).only["possibleActions"]
    reasons = {a["action"]: a["reason"] for a in told}
    assert (reasons["APPROVE"], reasons["RETURN"]) == ("FOUR_EYES", "FOUR_EYES")
    won = await world.mutate("approveDeclaration", to_decision(row), "officer", DRAFTED)
    assert won["declaration"]["status"] == "APPROVED"


async def test_x2_who_drafted_at_the_counter_does_not_review_what_the_unit_submits(
    chain: AtCounter,
) -> None:
    """The last submitter is somebody else; the history tells who wrote it."""
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", "declaration")
    await assert_clerk_barred(chain.world, row)


async def test_x2_who_filed_does_not_review_what_came_back_and_was_submitted_unchanged(
    chain: AtCounter,
) -> None:
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "clerk", "declaration")
    back = to_decision(row) | {"reason": "补充材料"}
    row = await chain.run_step("returnDeclaration", back, "officer", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "unit", "declaration")
    await assert_clerk_barred(chain.world, row)


async def test_x17_at_the_counter_one_does_what_the_applicant_may_and_nothing_else(
    chain: AtCounter,
) -> None:
    world = chain.world
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "clerk", "declaration")
    barred = await chain.do("approveDeclaration", to_decision(row))
    assert (barred["__typename"], barred["missing"]) == ("Forbidden", ["REVIEW_DECLARATIONS"])
    barred = await chain.do("changePassword", {"present": "x", "password": "y"})
    assert barred["missing"] == ["KEEP_ACCOUNT"]
    units = "{ viewer { atCounter region unit { name } } units { edges { node { name } } } }"
    told = (await world.ask(units, "clerk", behalf=chain.behalf)).data
    assert told["viewer"]["atCounter"] is True
    assert told["viewer"]["unit"] == {"name": "unit有限公司"}
    assert [edge["node"]["name"] for edge in told["units"]["edges"]] == ["unit有限公司"]
    told = (await world.ask(units, "clerk")).data
    assert (told["viewer"]["atCounter"], told["viewer"]["unit"]) == (False, None)


async def test_x17_drafts_lose_lines_staff_and_files_at_the_counter_as_at_the_unit(
    chain: AtCounter,
) -> None:
    """Only an owner deletes: at the counter the transaction speaks for the owner."""
    world = chain.world
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    other = DECLARATION_DRAFT | {
        "staff": [{"name": "李新", "duty": "带教", "mobile": "13800005679"}]
    }
    row = await chain.run_step(
        "changeDeclaration", other | to_decision(row), "clerk", "declaration"
    )
    assert [member.name for member in await world.load_rows(DeclarationStaff)] == ["李新"]
    announced = {"recordKind": "DECLARATION", "name": "材料.pdf", "size": len(a_pdf())}
    upload = (await chain.do("requestUpload", announced, then=UPLOAD_SELECTION))["upload"]
    assert (await send_file(world, upload["url"], a_pdf())).status_code in {200, 204}
    given = {"recordId": row["id"], "uploadIds": [upload["id"]], "kind": "OTHER"}
    (file,) = (await chain.do("attach", given, then=ATTACHED_SELECTION))["attachments"]
    gone = await chain.do("detach", {"attachmentId": file["id"]}, then=DETACHED_SELECTION)
    assert gone["__typename"] == "DetachmentPayload", gone


async def test_x17_lines_of_a_drafted_claim_are_made_anew_at_the_counter(
    chain: AtCounter,
) -> None:
    await chain.approve_declaration()
    await chain.add_post()
    interns = [await chain.approve_intern(number) for number in (1, 2)]
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, *interns)
    account = await chain.add_bank_account()
    draft = {"month": "2024-10", "bankAccountId": account["id"]}
    row = await chain.run_step("createLivingAllowanceClaim", draft, "clerk", "claim")
    fewer = draft | to_decision(row) | {"internIds": [interns[0]["id"]]}
    then = "... on ClaimPayload { claim { lines { intern { id } } } }"
    changed = await chain.do("changeLivingAllowanceClaim", fewer, then=then)
    assert changed["claim"]["lines"] == [{"intern": {"id": interns[0]["id"]}}]


async def test_x17_what_a_unit_is_given_is_given_at_the_counter_too(chain: AtCounter) -> None:
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    ask = '{ internsToReport(month: "2024-09") { intern { id } } }'
    found = (await chain.world.ask(ask, "clerk", behalf=chain.behalf)).only
    assert found == [{"intern": {"id": intern["id"]}}]
    assert (await chain.world.ask(ask, "clerk")).errors


@pytest.mark.parametrize("whom", ["far", "unknown", "garbage", "account"])
async def test_x17_a_unit_outside_the_region_is_answered_as_one_that_there_is_not(
    world: World, whom: str
) -> None:
    ids = {
        "far": behalf(world, "far"),
        "unknown": build_global_id("Unit", world.accounts["unit"].id),
        "garbage": "garbage",
        "account": build_global_id("Account", world.accounts["unit"].id),
    }
    result = await world.mutate("createDeclaration", DECLARATION_DRAFT, "clerk", behalf=ids[whom])
    assert (result["__typename"], result["reason"]) == ("Refusal", "NOT_FOUND")
    told = (await world.ask("{ units { totalCount } }", "clerk", behalf=ids[whom])).only
    assert told == {"totalCount": 0}
    assert await world.load_rows(Declaration) == []


@pytest.mark.parametrize("who", ["plain", "unit", "city", "finance"])
async def test_s1_the_counter_takes_its_function(world: World, who: str) -> None:
    await world.add_account("plain", Role.DISTRICT_OFFICER, granted=())
    await world.add_account("finance", Role.FINANCE)
    whom = behalf(world, "unit")
    result = await world.mutate("createDeclaration", DECLARATION_DRAFT, who, behalf=whom)
    assert (result["__typename"], result["missing"]) == ("Forbidden", ["COUNTER_FILING"])
    grantable = "district administrator of 吉林省长春市朝阳区" in result["cure"]
    assert grantable == (who == "plain")
    assert await world.load_rows(Declaration) == []


async def test_x12_a_key_at_the_counter_stands_for_one_unit(world: World) -> None:
    await world.add_unit("other")
    key, then = "counter-key-1", DRAFTED
    first, again = [
        await world.mutate(
            "createDeclaration", DECLARATION_DRAFT, "clerk", then, key, behalf=behalf(world, "unit")
        )
        for _ in range(2)
    ]
    assert first == again
    elsewhere = await world.mutate(
        "createDeclaration", DECLARATION_DRAFT, "clerk", then, key, behalf=behalf(world, "other")
    )
    assert elsewhere["reason"] == "IDEMPOTENCY_KEY_REUSED"
    assert len(await world.load_rows(Declaration)) == 1


async def test_x17_another_units_records_are_out_of_reach_at_the_counter(world: World) -> None:
    await world.add_unit("other")
    theirs, ours = InternshipScenario(world, "other"), AtCounter(world)
    row = await theirs.run_step("createDeclaration", DECLARATION_DRAFT, "other", "declaration")
    result = await ours.do("submitDeclaration", to_decision(row))
    assert result["reason"] == "NOT_FOUND"


async def test_s15_who_handled_a_business_finds_it_newest_first(chain: AtCounter) -> None:
    world = chain.world
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "clerk", "declaration")
    await chain.run_step("approveDeclaration", to_decision(row), "officer", "declaration")
    found = (await world.ask(HANDLED, "clerk")).only
    assert found["totalCount"] == 2
    entries = [edge["node"] for edge in found["edges"]]
    assert [entry["action"] for entry in entries] == ["SUBMIT", "CREATE"]
    assert entries[0] == {
        "kind": "DECLARATION",
        "action": "SUBMIT",
        "atCounter": True,
        "accountName": "clerk account",
        "role": "DISTRICT_OFFICER",
        "unit": {"name": "unit有限公司"},
        "record": {"__typename": "Declaration"},
        "changes": [{"field": "counter", "after": "220104"}],
    }
    found = (await world.ask(HANDLED, "officer")).only
    assert [e["node"]["action"] for e in found["edges"]] == ["APPROVE"]
    assert not found["edges"][0]["node"]["atCounter"]
    assert (await world.ask(HANDLED, "unit")).only == {"totalCount": 0, "edges": []}
    assert (await world.ask(HANDLED, "colleague")).only["totalCount"] == 0


async def test_s15_an_agencys_operator_finds_what_they_handled_and_not_what_others_did(
    world: World,
) -> None:
    unit = world.accounts["unit"].unit_id
    await world.add_account("agent", Role.AGENCY_OPERATOR, unit_id=unit)
    account = {"bank": "工行", "branch": "朝阳支行", "accountName": "unit有限公司"}
    number = {"number": "6222020200112233446", "isDefault": True}
    await world.mutate("addBankAccount", account | number, "agent")
    ask = "{ handled { edges { node { kind action } } } }"
    (edge,) = (await world.ask(ask, "agent")).only["edges"]
    assert edge["node"] == {"kind": "BANK_ACCOUNT", "action": "CREATE"}
    assert (await world.ask(ask, "unit")).only == {"edges": []}


async def test_x9_what_changed_since_a_decision_does_not_tell_of_the_counter(
    chain: AtCounter,
) -> None:
    row = await chain.run_step("createDeclaration", DECLARATION_DRAFT, "clerk", "declaration")
    row = await chain.run_step("submitDeclaration", to_decision(row), "clerk", "declaration")
    back = {"reason": "补正"} | to_decision(row)
    row = await chain.run_step("returnDeclaration", back, "officer", "declaration")
    changed = DECLARATION_DRAFT | {"plannedInterns": 11} | to_decision(row)
    await chain.run_step("changeDeclaration", changed, "clerk", "declaration")
    ask = "query ($id: ID!) { node(id: $id) { ... on Declaration { changes { field } } } }"
    told = (await chain.world.ask(ask, "officer", id=row["id"])).only
    assert told == {"changes": [{"field": "planned_interns"}]}


async def test_x17_a_post_and_an_intern_are_the_units_own(chain: AtCounter) -> None:
    await chain.approve_declaration()
    await chain.add_post()
    await chain.add_intern(1)
    (intern,) = await chain.world.load_rows(Intern)
    assert intern.unit_id == chain.world.accounts["unit"].unit_id
    taken = await chain.world.mutate("addPost", POST_DRAFT, "unit")
    assert taken["reason"] == "NAME_TAKEN"
