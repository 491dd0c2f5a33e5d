"""What strangers of all records see of them: nothing, by list, by count, by id (invariant 8)."""

from collections.abc import Iterator
from typing import Any

from tests.stateful.ledger import to_global_id
from tests.stateful.runner import Runner
from tests.stateful.stage import STRANGERS
from tests.stateful.violation import Violation

LISTS = (
    *("claims", "claimLines", "declarations", "posts", "interns", "monthlyReports", "reductions"),
    *("clawbacks", "changeRequests", "trainingClasses", "completions", "rosters", "bankAccounts"),
    *("payments", "objections", "disbursementBatches"),
)
TABLES = ("claim", "claim_line", "payment", "intern", "monthly_report", "trainee", "clawback")


async def check_scope(runner: Runner) -> list[Violation]:
    """Ask as each of them."""
    return [found for who in STRANGERS for found in await _ask_as(runner, who)]


async def _ask_as(runner: Runner, who: str) -> list[Violation]:
    lists = " ".join(f"{name} {{ totalCount }}" for name in LISTS)
    seen = [*_list_counted((await runner.world.ask(f"{{ {lists} }}", who)).data)]
    ids = [
        to_global_id(table, rows[-1])
        for table in TABLES
        if (rows := runner.ledger.list_rows(table))
    ]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }"
    nodes = (await runner.world.ask(document, who, ids=ids)).only
    seen += [node["__typename"] for node in nodes if node]
    return [Violation(8, f"{who} sees {what}") for what in seen]


def _list_counted(data: dict[str, Any]) -> Iterator[str]:
    return (name for name, found in data.items() if found["totalCount"])
