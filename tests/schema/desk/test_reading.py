"""What is read of a region follows from functions, on every way to it (X10, section 5)."""

from typing import Any

from sqlalchemy import update

from models import DatabaseRole, FunctionGrant, Role
from resolvers.kernel.public_access import transaction_as
from rules.kernel.function import Function
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import World
from tests.schema.desk.test_export import link
from tests.schema.payment.test_objection import listed, lodged, settle
from tests.schema.payment.test_publicity import (  # noqa: F401 - a fixture
    approved,
    chain,
    claim_of,
    lines_of,
    named,
    publish,
    settled,
    told,
)

COUNTS = """{ claims { totalCount } claimLines { totalCount } interns { totalCount }
  monthlyReports { totalCount } persons { totalCount } declarations { totalCount }
  objections { totalCount } units { totalCount } }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"
LINES = """query ($id: ID!) { node(id: $id) { ... on LivingAllowanceClaim {
  lines { id version } } } }"""


async def count(world: World, who: str) -> dict[str, int]:
    """Count what the lists hold, but for what is empty."""
    found = (await world.ask(COUNTS, who)).data
    return {name: each["totalCount"] for name, each in found.items() if each["totalCount"]}


async def test_x10_who_settles_objections_sees_what_is_published_and_no_more(
    chain: InternshipScenario,  # noqa: F811
) -> None:
    world = chain.world
    settling = [Function.SETTLE_OBJECTIONS]
    await world.add_account("settler", Role.DISTRICT_OFFICER, granted=settling)
    claim = await approved(chain)
    assert await count(world, "settler") == {"units": 1}
    assert (await world.ask(NODE, "settler", id=claim["id"])).only is None
    lines = lines_of(await publish(chain, named(*claim["lines"])))
    await lodged(world)
    seen = {"units": 1, "claims": 1, "claimLines": 2, "persons": 2, "objections": 1}
    assert await count(world, "settler") == seen
    assert (await world.ask(NODE, "settler", id=claim["id"])).only == {"id": claim["id"]}
    (row,) = await listed(world, "settler")
    assert {each["reason"] for each in row["possibleActions"]} == {None}
    assert (await settle(world, row, "settler", upheld=True))["objection"]["status"] == "APPROVED"
    failed = await settled(chain, "fail", named(*lines))
    assert claim_of(failed)["status"] == "PUBLICITY_FAILED"


async def test_x10_what_somebody_names_is_found_only_where_their_functions_let_them_see_it(
    chain: InternshipScenario,  # noqa: F811
) -> None:
    """What a decision reads for itself is more, and its answer tells nothing of it."""
    world, publishing = chain.world, [Function.PUBLISH_CLAIMS]
    await world.add_account("publisher", Role.DISTRICT_OFFICER, granted=publishing)
    claim = await chain.submit_claim("2024-10")
    lines = (await world.ask(LINES, "officer", id=claim["id"])).only["lines"]
    assert told(await publish(chain, named(*lines))) == [["WRONG_STATUS"]] * 2
    hidden = await publish(chain, named(*lines), "publisher")
    assert (told(hidden), lines_of(hidden)) == ([["NOT_FOUND"]] * 2, [None] * 2)


async def test_x10_finance_lists_counts_finds_and_exports_what_is_approved(
    chain: InternshipScenario,  # noqa: F811
) -> None:
    """A link opens what its viewer sees as it is fetched: a function that is lost closes it."""
    world = chain.world
    finance = await world.add_account("finance", Role.FINANCE)
    claim = await chain.submit_claim("2024-10")
    assert await count(world, "finance") == {"units": 1}
    url = (await link(world, "finance", "CLAIMS")).only["url"]
    assert await fetch_rows(world, url) == []
    assert (await decide_claim(world, claim))["__typename"] == "ClaimPayload"
    seen = {"units": 1, "claims": 1, "claimLines": 2, "persons": 2}
    assert await count(world, "finance") == seen
    assert len(await fetch_rows(world, url)) == 1
    role = DatabaseRole.ADMINISTRATION
    async with transaction_as(world.service, NATIONWIDE_ACTOR, role) as changing:
        own = FunctionGrant.account_id == finance.id
        paying = FunctionGrant.function == Function.DISBURSE_CLAIMS
        ended = update(FunctionGrant).where(own, paying)
        await changing.execute(ended.values(revoked=True, revoked_at=world.clock()))
    assert await fetch_rows(world, url) == []


async def fetch_rows(world: World, url: str) -> list[str]:
    """Fetch a file, and give what stands below its headings."""
    return (await world.client.get(url)).text.splitlines()[1:]


async def decide_claim(world: World, claim: Any) -> Any:
    return await world.mutate("approveClaim", to_decision(claim), "officer")
