"""Measures small reads by their CPU: one record by its id against hand-written, and a bare field.

A program on a telephone sends little else, and what they cost is what every request costs.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice

import orjson

from benchmarks import load, operation
from benchmarks.database import HOME, Say
from benchmarks.measure import Bench, Plan
from benchmarks.operation import Body, Desk
from benchmarks.servers import Server, ServerFailed, post
from benchmarks.target import BATCHED, COMPILED

CLIENTS = 8
RECORDS = 2_000
POINT_READ, TYPENAME = "one record by its id", "{ __typename }"
PATHS = {COMPILED: "/graphql", BATCHED: "/node"}


def measure(bench: Bench, servers: dict[str, Server], desk: Desk, plan: Plan, say: Say) -> None:
    """Measure a point read on this service and by hand, and a bare field on this service."""
    token = cache(desk.operator)
    drafts = list(islice(operation.drafts(), RECORDS))
    scripts = {
        name: load.script_of_many(
            HOME / f"point-{PATHS[name][1:]}.lua",
            [Body(_spell_point_read(PATHS[name], each.id), token(each.unit)) for each in drafts],
        )
        for name in PATHS
    }
    first = drafts[0]
    answers = [
        orjson.loads(
            post(servers[name].url(path), _spell_point_read(path, first.id), token(first.unit))
        )
        for name, path in PATHS.items()
    ]
    if answers[0] != answers[1]:
        raise ServerFailed("the point read and its peer give different answers")
    bare = load.script_of(
        HOME / "typename.lua", Body(operation.graphql(TYPENAME), token(first.unit))
    )
    for nth in range(plan.rounds):
        for name, path in PATHS.items():
            script, listed = scripts[name]
            url, seconds = servers[name].url(path), plan.seconds
            taken = bench.taken(servers[name], url, script, CLIENTS, seconds, listed)
            bench.runs[f"{name}, {POINT_READ}", 1, CLIENTS].append(taken)
        server = servers[COMPILED]
        taken = bench.taken(server, server.url("/graphql"), bare, CLIENTS, plan.seconds)
        bench.runs[TYPENAME, 1, CLIENTS].append(taken)
        say(f"  round {nth + 1}: {', '.join(_tell_costs(bench))}")


def _spell_point_read(path: str, id_: str) -> bytes:
    if path == "/graphql":
        return operation.graphql(operation.POINT_READ, id=id_)
    return orjson.dumps({"id": id_})


def _tell_costs(bench: Bench) -> Iterator[str]:
    for name in (*(f"{each}, {POINT_READ}" for each in PATHS), TYPENAME):
        yield f"{name} {bench.runs[name, 1, CLIENTS][-1].cpu_per_request:.2f} ms"
