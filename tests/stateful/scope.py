"""What strangers of all records see of them: nothing, by list, by count, by id (invariant 8).

And officers see the claims that their district decides: those for hires at their place, once they
are submitted, all others where their unit is (X21).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.stateful.ledger import Row, to_global_id
from tests.stateful.runner import Runner
from tests.stateful.stage import OFFICERS, STRANGERS
from tests.stateful.violation import Violation

LISTS = (
    *("claims", "claimLines", "declarations", "posts", "interns", "monthlyReports", "reductions"),
    *("clawbacks", "changeRequests", "trainingClasses", "completions", "rosters", "bankAccounts"),
    *("payments", "objections", "disbursementBatches"),
)
MOST_CLAIMS = 50
TABLES = ("claim", "claim_line", "payment", "intern", "monthly_report", "trainee", "clawback")


async def check_scope(runner: Runner, turn: int | None = None) -> list[Violation]:
    """Ask as each of them, or as those whose turn it is."""
    strangers, officers = (
        who if turn is None else [who[turn % len(who)]] for who in (STRANGERS, OFFICERS)
    )
    seen = [found for who in strangers for found in await _ask_as(runner, who)]
    return seen + [found for who in officers for found in await _compare_claims(runner, who)]


async def _compare_claims(runner: Runner, who: str) -> list[Violation]:
    """Compare the newest claims that an officer sees with those that their district decides."""
    district, ledger = runner.world.accounts[who].region, runner.ledger
    homes = {row["id"]: row["region"] for row in ledger.list_rows("unit")}
    newest = ledger.list_rows("claim")[-MOST_CLAIMS:]
    ids = {to_global_id("claim", row): _choose_district(row, homes) for row in newest}
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    nodes = (await runner.world.ask(document, who, ids=[*ids])).only if ids else []
    seen = {node["id"] for node in nodes if node}
    theirs = {id for id, decides in ids.items() if decides == district}
    told = [(id, "sees") for id in seen - theirs] + [(id, "misses") for id in theirs - seen]
    return [Violation(8, f"{who} {verb} {id.partition('-')[0]}") for id, verb in told]


def _choose_district(row: Row, homes: Mapping[str, str]) -> str:
    placed = row["kind"] in {"HIRING", "SERVICE"} and row["submitted_at"] is not None
    return str(row["place"] if placed else homes[row["unit_id"]])


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
