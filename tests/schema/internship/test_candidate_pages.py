"""What is made up for a unit comes in pages that make up the released list (J25, J29)."""

import pytest

from tests.factories.crowd import a_crowd
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.paging import read_pages
from tests.factories.story import story
from tests.factories.world import World

MONTH = "2024-09"
ITEMS = {
    "internsToReport": ("internToReportConnection", "intern { id name } report { id month }"),
    "livingAllowanceCandidates": (
        "livingAllowanceCandidateConnection",
        """intern { id } amount reason message reports { id }
      months { amount report { id } shortfalls { reason } }""",
    ),
}


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    interns = await a_crowd(made, 5)
    await made.save_reports(MONTH, *interns[:3])
    await made.add_intern(9)
    return made


@pytest.mark.parametrize("released", ITEMS)
async def test_the_pages_make_up_the_list_forward_and_backward(
    chain: InternshipScenario, released: str
) -> None:
    head, item = ITEMS[released]
    whole = (await chain.world.ask(f'{{ {released}(month: "{MONTH}") {{ {item} }} }}', "unit")).only
    assert len(whole) == 5
    shape = f"""nodes {{ {item} }} totalCount pageInfo {{ hasNextPage endCursor
      hasPreviousPage startCursor }}"""
    pages = f"""query ($size: Int!, $after: String, $orderBy: RecordOrder) {{
      {head}(month: "{MONTH}", first: $size, after: $after, orderBy: $orderBy) {{ {shape} }} }}"""
    assert await read_pages(chain.world, "unit", pages) == whole
    assert await read_pages(chain.world, "unit", pages, orderBy="OLDEST") == whole[::-1]
    last = f'{{ {head}(month: "{MONTH}", last: 2) {{ {shape} }} }}'
    page = (await chain.world.ask(last, "unit")).only
    assert page["nodes"] == whole[-2:]
    assert (page["pageInfo"]["hasPreviousPage"], page["totalCount"]) == (True, 5)


@pytest.mark.parametrize("head", [head for head, _ in ITEMS.values()])
async def test_a_month_that_can_t_be_read_is_told_and_officers_have_no_such_list(
    chain: InternshipScenario, head: str
) -> None:
    for month, who, reason in (("2024-13", "unit", "MONTH_MALFORMED"), (MONTH, "officer", None)):
        ask = f'{{ {head}(month: "{month}") {{ totalCount }} }}'
        answer = await chain.world.ask(ask, who)
        (error,) = answer.errors
        assert answer.body["data"] == {head: None}
        assert error["extensions"].get("reason") == reason or error["extensions"]["code"]
