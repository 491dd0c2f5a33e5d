"""Amounts that explain themselves to whoever reads them (X5)."""

from typing import Any

from tests.factories.internship_scenario import InternshipScenario
from tests.factories.story import story
from tests.factories.world import World

MONTHS = ("2024-08", "2024-09", "2024-10")
EXPLANATION = """explanation { formula amount confirmed shortfalls { reason message }
  parameters { key region category value unit effectiveFrom effectiveTo source confirmed } }"""
REPORTS = f"""{{ monthlyReports(orderBy: MONTH) {{ edges {{ node {{
  month payableSubsidy {EXPLANATION} }} }} }} }}"""
CLAIMS = f"""{{ claims {{ edges {{ node {{ amount parameters {{ key value }}
  lines {{ amount {EXPLANATION} reports {{ amount report {{ month }} }} }} }} }} }} }}"""


@story
async def chain(world: World) -> InternshipScenario:
    """A unit with an intern's three months, the first of them below the floor."""
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    intern = await made.approve_intern(1)
    await made.approve_reports("2024-08", intern, wage="3007.99", daysAttended=14)
    for month in (*MONTHS[1:], "2024-11"):
        await made.approve_reports(month, intern)
    return made


async def read(chain: InternshipScenario, document: str, language: str = "en") -> list[Any]:
    answer = await chain.world.ask(document, "unit", language)
    return [edge["node"] for edge in answer.only["edges"]]


async def test_x5_a_report_names_formula_parameters_and_source(chain: InternshipScenario) -> None:
    september, october = (await read(chain, REPORTS))[1:3]
    assert september["explanation"]["formula"] == [
        "wage floor = minimum wage × ratio = 1880 × 1.6 = 3008.00 yuan",
        "payable subsidy = minimum wage × allowance ratio = 1880 × 1.0 = 1880.00 yuan",
    ]
    wage = september["explanation"]["parameters"][0]
    assert (wage["key"], wage["region"], wage["value"]) == ("minimum_wage", "220104", "1880")
    assert (wage["effectiveFrom"], wage["effectiveTo"]) == ("2021-12-01", "2024-09-30")
    assert "2021年12月1日" in wage["source"]
    assert october["explanation"]["parameters"][0]["effectiveFrom"] == "2024-10-01"
    assert october["explanation"]["amount"] == october["payableSubsidy"] == "2120.00"
    assert october["explanation"]["confirmed"] is False


async def test_x5_an_empty_amount_says_all_that_is_short_in_the_readers_language(
    chain: InternshipScenario,
) -> None:
    for language, words in (("en", "below the floor of 3008.00"), ("zh", "低于最低标准3008.00元")):
        august = (await read(chain, REPORTS, language))[0]
        explained = august["explanation"]
        assert explained["amount"] is None
        reasons = [why["reason"] for why in explained["shortfalls"]]
        assert reasons == ["WAGE_BELOW_FLOOR", "TOO_FEW_DAYS"]
        assert words in explained["shortfalls"][0]["message"]
    assert explained["formula"][-1] == "应发补贴金额为空"


async def test_x5_a_line_is_the_sum_of_the_months_it_stands_on(chain: InternshipScenario) -> None:
    await chain.draft_claim("2024-11")
    (claim,) = await read(chain, CLAIMS)
    (line,) = claim["lines"]
    assert line["explanation"]["formula"] == [
        "living allowance = 1880.00 (2024-09) + 2120.00 (2024-10) + 2120.00 (2024-11)"
        " = 6120.00 yuan"
    ]
    assert line["explanation"]["amount"] == line["amount"] == claim["amount"] == "6120.00"
    rows = [(row["report"]["month"], row["amount"]) for row in line["reports"]]
    assert rows == [("2024-09", "1880.00"), ("2024-10", "2120.00"), ("2024-11", "2120.00")]


async def test_x6_a_claim_keeps_every_parameter_that_it_used(chain: InternshipScenario) -> None:
    await chain.draft_claim("2024-11")
    (claim,) = await read(chain, CLAIMS)
    used = {(parameter["key"], parameter["value"]) for parameter in claim["parameters"]}
    assert used == {
        ("minimum_wage", "1880"),
        ("minimum_wage", "2120"),
        ("internship.wage_floor_ratio", "1.6"),
        ("internship.allowance_ratio", "1.0"),
        ("internship.min_days", "15"),
        ("internship.min_months_for_claim", "3"),
        ("money.rounding", "HALF_UP 0.01"),
    }
    line = claim["lines"][0]["explanation"]
    assert {(p["key"], p["value"]) for p in line["parameters"]} == used
