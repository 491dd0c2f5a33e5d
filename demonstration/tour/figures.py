"""The tour's figures: what became of the money, counted from the rows themselves (X10)."""

from decimal import Decimal

from demonstration.tour.sichuan_scenario import SichuanScenario
from demonstration.tour.subsidy_document import STATISTICS_QUERY


def check_figures(chengdu: SichuanScenario) -> None:
    """Report the district's figures by kind and state, and see that they add up."""
    asked: dict[str, object] = {
        "by": ["REGION", "KIND", "STATE"],
        "level": "DISTRICT",
        "filter": None,
    }
    cells = chengdu.officer.ask(STATISTICS_QUERY, asked)["statistics"]
    for cell in cells:
        own = cell["figures"]
        chengdu.session.report_step(
            f"  {cell['regionName']} {cell['kind']} {cell['state']}: "
            f"{own['lines']} lines, {own['persons']} persons, {own['amount']} yuan"
        )
    asked["by"] = []
    (everything,) = chengdu.officer.ask(STATISTICS_QUERY, asked)["statistics"]
    total = sum((Decimal(cell["figures"]["amount"]) for cell in cells), Decimal(0))
    chengdu.session.expect_equal(
        "the sum of the figures", total, Decimal(everything["figures"]["amount"])
    )
    lines = everything["figures"]["lines"]
    chengdu.session.report_step(
        f"Figures 统计 add up: {lines} lines, {total} yuan claimed in the district"
    )
