"""Measures the mutation: each request submits another draft; every round finds all drafts again."""

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from benchmarks import load, operation
from benchmarks.database import DATABASE, HOME, Say, drafts_again
from benchmarks.measure import CLIENTS, Bench, Plan
from benchmarks.operation import Body, Desk, Draft
from benchmarks.servers import Server, ServerFailed, post
from server.database.postgres_roles import connect_as_superuser

Row = dict[str, Any]
MOST = 12_000
SUBMITTED = "SELECT count(*) FROM monthly_report WHERE status = 'SUBMITTED'"
HISTORY = "SELECT count(*) FROM history"
NAME = "mutation"


def measure(
    bench: Bench, servers: dict[str, tuple[Server, str]], desk: Desk, plan: Plan, say: Say
) -> None:
    """Measure the mutation on this service and on the hand-written endpoint."""
    token = cache(desk.operator)
    drafts = list(islice(operation.drafts(), MOST))
    scripts = {
        name: load.script_of_many(
            HOME / f"{NAME}-{name.partition(',')[0]}.lua", _bodies(path, drafts, token)
        )
        for name, (_, path) in servers.items()
    }
    _agree(bench, servers, drafts[0], token(drafts[0].unit))
    for nth in range(plan.rounds):
        for clients in CLIENTS[:2]:
            for name, (server, path) in servers.items():
                asyncio.run(drafts_again(bench.cluster))
                _taken(bench, name, (server, path), scripts[name], clients, plan.seconds)
        rates = [f"{n} {bench.runs[n, 0, 8][-1].sample.rate:.0f}/s" for n in servers]
        say(f"  round {nth + 1}, 8 clients: {', '.join(rates)}")
    asyncio.run(drafts_again(bench.cluster))


def _taken(
    bench: Bench,
    name: str,
    served: tuple[Server, str],
    scripted: tuple[Path, str],
    clients: int,
    seconds: float,
) -> None:
    server, path = served
    script, listed = scripted
    taken = bench.taken(server, server.url(path), script, clients, seconds, listed)
    done, remembered = asyncio.run(_counted(bench))
    sent = taken.sample.requests
    if not sent <= done <= min(MOST, sent + clients) or done != remembered:
        raise ServerFailed(f"{name}: {sent} requests submitted {done}, remembered {remembered}")
    bench.runs[name, 0, clients].append(taken)


def _bodies(path: str, drafts: list[Draft], token: Callable[[int], str]) -> Iterator[Body]:
    for draft in drafts:
        yield Body(body_of(path, draft), token(draft.unit))


def body_of(path: str, draft: Draft) -> bytes:
    """Spell the request for a draft."""
    if path == "/graphql":
        return operation.graphql(operation.SUBMIT, id=draft.id, version=1)
    return orjson.dumps({"id": draft.id, "version": 1})


def _agree(bench: Bench, servers: dict[str, tuple[Server, str]], draft: Draft, token: str) -> None:
    """Demand that both answer the same report and leave the same rows behind."""
    found: list[list[Row]] = []
    for server, path in servers.values():
        asyncio.run(drafts_again(bench.cluster))
        answer = orjson.loads(post(server.url(path), body_of(path, draft), token))
        payload = answer["data"]["submitMonthlyReports"]
        report = payload["monthlyReports"][0] if "monthlyReports" in payload else payload
        found.append([report, *asyncio.run(_read_rows(bench))])
    if any(each != found[0] for each in found):
        raise ServerFailed(
            f"the mutation and its peer do different work: {_find_differing_fields(found)}"
        )


def _find_differing_fields(found: list[list[Row]]) -> list[str]:
    """Name the fields of the rows in which an answer differs from the first one."""
    return sorted(
        {
            field
            for each in found[1:]
            for row, same in zip(found[0], each, strict=False)
            for field in row.keys() | same.keys()
            if row.get(field) != same.get(field)
        }
    )


async def _counted(bench: Bench) -> tuple[int, int]:
    connection = await connect_as_superuser(bench.cluster, DATABASE)
    try:
        return await connection.fetchval(SUBMITTED), await connection.fetchval(HISTORY)
    finally:
        await connection.close()


async def _read_rows(bench: Bench) -> list[Row]:
    """Read what a mutation wrote, but for ids, times and what is made of them."""
    connection = await connect_as_superuser(bench.cluster, DATABASE)
    try:
        rows = await connection.fetch(
            "SELECT to_jsonb(r) - '{submitted_at,updated_at}'::text[] FROM monthly_report r "
            "WHERE status = 'SUBMITTED' UNION ALL SELECT to_jsonb(h) - '{id,at,hash}'::text[] FROM "
            "history h"
        )
        return [orjson.loads(row[0]) for row in rows]
    finally:
        await connection.close()
