"""J16: what was claimed in a person's name, seen by them, and nothing beside it."""

from typing import Any

from models import ClaimLine, Role
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.story import story
from tests.factories.stranger import ask_with_token, register_proved_person
from tests.factories.world import World, build_global_id

MONTHS = ("2024-08", "2024-09", "2024-10")
LINES = """{ viewer { person { claimLines { totalCount edges { node {
  kind month year unitName amount state claimStatus } } } } } }"""
WHOLE = """{ viewer { person { claimLines { edges { node { id amount claim { amount }
  intern { name } reports { amount } history { totalCount } possibleActions { action }
  explanation { formula } } } } } } }"""


async def claimed(chain: InternshipScenario, *numbers: int) -> Any:
    """Let the unit draft a claim for interns of three months each."""
    for number in numbers:
        intern = await chain.approve_intern(number)
        for month in MONTHS:
            await chain.approve_reports(month, intern)
    account = await chain.add_bank_account()
    input = {"month": "2024-10", "bankAccountId": account["id"]}
    then = "... on LivingAllowanceClaim { lines { id } }"
    shape = f"... on ClaimPayload {{ claim {{ id version status {then} }} }}"
    return (await chain.world.mutate("createLivingAllowanceClaim", input, "unit", shape))["claim"]


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def mine(world: World, token: str) -> list[Any]:
    lines = (await ask_with_token(world, token, LINES)).only["person"]["claimLines"]
    assert lines["totalCount"] == len(lines["edges"])
    return [edge["node"] for edge in lines["edges"]]


async def test_j16_a_person_sees_what_is_claimed_in_their_name_and_no_draft(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    claim = await claimed(chain, 1, 2)
    token = await register_proved_person(world)
    assert await mine(world, token) == []
    sent = await chain.run_step("submitClaim", to_decision(claim), "unit", "claim")
    (line,) = await mine(world, token)
    assert line == {
        "kind": "LIVING_ALLOWANCE",
        "month": "2024-10",
        "year": None,
        "unitName": "unit有限公司",
        "amount": "5880.00",
        "state": "OPEN",
        "claimStatus": "SUBMITTED",
    }
    returned = await chain.run_step(
        "returnClaim", to_decision(sent) | {"reason": "更正"}, "officer", "claim"
    )
    assert [line["claimStatus"] for line in await mine(world, token)] == ["RETURNED"]
    await chain.run_step("withdrawClaim", to_decision(returned), "unit", "claim")
    assert [line["claimStatus"] for line in await mine(world, token)] == ["WITHDRAWN"]


async def test_x10_a_person_sees_neither_claim_nor_unit_nor_anybody_else_s_line(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    claim = await claimed(chain, 1, 2)
    await chain.run_step("submitClaim", to_decision(claim), "unit", "claim")
    token = await register_proved_person(world)
    answer = (await ask_with_token(world, token, WHOLE)).only["person"]["claimLines"]["edges"]
    (node,) = [edge["node"] for edge in answer]
    assert node | {"id": "", "explanation": None} == {
        "id": "",
        "amount": "5880.00",
        "claim": None,
        "intern": None,
        "reports": [],
        "history": {"totalCount": 0},
        "possibleActions": [{"action": "CONFIRM_RECEIPT"}],
        "explanation": None,
    }
    rows = await world.load_rows(ClaimLine)
    assert len(rows) == 2
    ids = [build_global_id("ClaimLine", row.unit_id, row.id) for row in rows]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } claims { totalCount } }"
    found = (await ask_with_token(world, token, query, ids=[*ids, claim["id"]])).data
    assert [row and row["id"] for row in found["nodes"]].count(None) == 2
    assert node["id"] in [row and row["id"] for row in found["nodes"]]
    assert found["claims"] == {"totalCount": 0}


async def test_j16_a_person_who_looks_at_another_sees_none_of_their_lines(
    chain: InternshipScenario,
) -> None:
    world = chain.world
    claim = await claimed(chain, 1, 2)
    await chain.run_step("submitClaim", to_decision(claim), "unit", "claim")
    other = await world.add_person(9)
    await world.add_account("other", Role.PERSON, person_id=other.id)
    person = next(row.person_id for row in await world.load_rows(ClaimLine))
    query = "query ($id: ID!) { node(id: $id) { ... on Person { claimLines { totalCount } } } }"
    asked = {"id": build_global_id("Person", person)}
    assert (await world.ask(query, "other", **asked)).only is None
    assert (await world.ask(query, "officer", **asked)).only == {"claimLines": {"totalCount": 1}}
