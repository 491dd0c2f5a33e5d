"""The tour's figures: what became of the money, counted from the rows themselves (X10)."""

from decimal import Decimal

from demonstration.tour.chengdu import Chengdu
from demonstration.tour.subsidy_document import STATISTICS


def figures(chengdu: Chengdu) -> None:
    """Tell the district's figures by kind and state, and see that they add up."""
    asked: dict[str, object] = {
        "by": ["REGION", "KIND", "STATE"],
        "level": "DISTRICT",
        "filter": None,
    }
    cells = chengdu.officer.ask(STATISTICS, asked)["statistics"]
    for cell in cells:
        own = cell["figures"]
        chengdu.party.tell(
            f"  {cell['regionName']} {cell['kind']} {cell['state']}: "
            f"{own['lines']} lines, {own['persons']} persons, {own['amount']} yuan"
        )
    asked["by"] = []
    (everything,) = chengdu.officer.ask(STATISTICS, asked)["statistics"]
    total = sum((Decimal(cell["figures"]["amount"]) for cell in cells), Decimal(0))
    chengdu.party.expect("the sum of the figures", total, Decimal(everything["figures"]["amount"]))
    lines = everything["figures"]["lines"]
    chengdu.party.tell(f"Figures 统计 add up: {lines} lines, {total} yuan claimed in the district")
