"""A back-dated parameter leaves approved claims as they are, and lists what they lack (X20)."""

from typing import Any

import pytest

from models import Claim, ClaimLine, LineState
from tests.factories.chain import handle
from tests.factories.paid import Paid
from tests.factories.world import World

DIFFERENCES = """query ($id: ID!, $after: ID) {
  parameterDifferences(parameterId: $id, after: $after) {
  examined next differences { line { id state } approved due difference remedy } } }"""


@pytest.fixture
async def chain(world: World) -> Paid:
    return await Paid(world).opened()


async def ratio(chain: Paid, value: str, **more: Any) -> Any:
    draft = {
        "key": "internship.allowance_ratio",
        "region": "220000",
        "category": "GRADUATE",
        "value": value,
        "effectiveFrom": "2024-01-01",
        "source": "新文件",
        "confirmed": True,
    }
    row = await chain.step("proposeParameter", draft | more, "province", "parameter")
    return await chain.step("approveParameter", handle(row), "deputy", "parameter")


async def differences(chain: Paid, parameter: Any, as_: str = "officer", **more: Any) -> Any:
    return (await chain.world.ask(DIFFERENCES, as_, id=parameter["id"], **more)).only


async def test_x20_too_little_is_told_and_what_was_approved_stands(chain: Paid) -> None:
    lines = await chain.payable(2)
    found = await differences(chain, await ratio(chain, "1.5"))
    assert (found["examined"], found["next"]) == (2, None)
    assert [row["line"]["id"] for row in found["differences"]] == [line["id"] for line in lines]
    for row in found["differences"]:
        assert (row["approved"], row["due"]) == ("5880.00", "8820.00")
        assert (row["difference"], row["remedy"]) == ("2940.00", "SUPPLEMENT")
    (claim,) = await chain.world.rows(Claim)
    assert (claim.amount, claim.approved_amount) == (11760, 11760)


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        (LineState.OPEN, "STRIKE"),
        (LineState.PAYABLE, "STRIKE"),
        (LineState.IN_BATCH, "WAIT"),
        (LineState.PAID, "CLAW_BACK"),
        (LineState.STRUCK, None),
        (LineState.CLAWED_BACK, None),
    ],
)
async def test_x20_too_much_is_clawed_back_where_it_is_paid_and_struck_where_it_is_not(
    chain: Paid, state: LineState, remedy: str | None
) -> None:
    await chain.payable(1)
    await chain.put(ClaimLine, state=state)
    found = await differences(chain, await ratio(chain, "0.5"))
    assert [(d["difference"], d["remedy"]) for d in found["differences"]] == (
        [("-2940.00", remedy)] if remedy else []
    )


async def test_x20_what_a_parameter_does_not_reach_is_not_told(chain: Paid) -> None:
    await chain.payable(1)
    later = await ratio(chain, "0.5", effectiveFrom="2025-01-01")
    assert (await differences(chain, later))["differences"] == []
    elsewhere = await ratio(chain, "0.5", region="220200")
    assert (await differences(chain, elsewhere))["examined"] == 0
    other = await ratio(chain, "5", key="internship.max_months", category=None)
    assert (await differences(chain, other))["examined"] == 0


async def test_x20_officers_see_their_own_regions_differences_and_units_none(chain: Paid) -> None:
    await chain.payable(1)
    raised = await ratio(chain, "1.5")
    assert len((await differences(chain, raised, "province"))["differences"]) == 1
    assert len((await differences(chain, raised, "finance"))["differences"]) == 1
    refused = await chain.world.ask(DIFFERENCES, "unit", id=raised["id"])
    assert refused.errors[0]["extensions"]["code"] == "FORBIDDEN"
    assert await differences(chain, {"id": "garbage"}) is None
