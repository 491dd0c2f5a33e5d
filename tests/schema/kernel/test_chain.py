"""The internship chain, told through the schema from declaration to claim (J6-J33)."""

from typing import Any

from tests.factories.internship_scenario import InternshipScenario
from tests.factories.world import World

FLAGSHIP = """
query ($from: YearMonth, $to: YearMonth) {
  claims(first: 20) { edges { node {
    id status amount unit { id name creditCode }
    lines { id amount intern { id name idNumberMasked category post { id name }
      monthlyReports(from: $from, to: $to) { id month wagePaid payableSubsidy status } } } } } } }
"""


async def test_a_unit_goes_from_declaration_to_an_approved_claim(world: World) -> None:
    """J6-J33: the chain as a unit and its officers live it, across the wage change of 2024-10."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    intern = await chain.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10"):
        await chain.approve_reports(month, intern, wage="3400.00")
    await chain.confirm_parameters()
    claim = await chain.submit_claim("2024-10")
    approved = await world.mutate(
        "approveClaim", claim, "officer", "... on ClaimPayload { claim { status amount } }"
    )
    assert approved["claim"] == {"status": "APPROVED", "amount": "5880.00"}, approved
    answer = await world.ask(FLAGSHIP, "unit", **{"from": "2024-09", "to": "2024-10"})
    node = answer.only["edges"][0]["node"]
    assert node["amount"] == "5880.00"
    reports: list[Any] = node["lines"][0]["intern"]["monthlyReports"]
    assert [(r["month"], r["payableSubsidy"]) for r in reports] == [
        ("2024-09", "1880.00"),
        ("2024-10", "2120.00"),
    ]
