"""What officers are told in figures: what stands of the claims of their district (invariant 1)."""

from collections import defaultdict
from decimal import Decimal

from tests.stateful.invariants import RESERVING
from tests.stateful.runner import Runner
from tests.stateful.violation import Violation

READERS = ("colleague", "second")
"""An officer of each district where claims are filed."""

STANDING = {
    *("SUBMITTED", "APPROVED", "IN_PUBLICITY", "PUBLICITY_PASSED", "PUBLICITY_FAILED"),
    *("DISBURSED", "CLOSED"),
}
"""Claims in these states ask for something: no drafts, returned, withdrawn or refused ones."""

FIGURES = "{ statistics(by: [KIND]) { kind figures { standing } } }"


async def check_figures(runner: Runner) -> list[Violation]:
    """Compare the sums that stand by the statistics with those of the lines, kind by kind."""
    return [found for who in READERS for found in await _compare_sums(runner, who)]


async def _compare_sums(runner: Runner, who: str) -> list[Violation]:
    district, sums = runner.world.accounts[who].region, defaultdict[str, Decimal](Decimal)
    for line in runner.ledger.list_rows("claim_line"):
        stands = line["claim_status"] in STANDING and line["state"] in RESERVING
        if stands and line["region"] == district:
            sums[line["claim_kind"]] += Decimal(str(line["amount"]))
    found = (await runner.world.ask(FIGURES, who)).only
    told = {each["kind"]: Decimal(each["figures"]["standing"]) for each in found}
    return [
        Violation(1, f"the statistics tell another sum than stands: {kind}", who)
        for kind in sorted({*told, *sums})
        if told.get(kind, 0) != sums.get(kind, 0)
    ]
