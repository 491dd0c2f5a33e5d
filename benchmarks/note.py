"""Writes docs/performance.md: method, machine, tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from textwrap import fill

from benchmarks.figures import Figures, Goal
from benchmarks.measure import CLIENTS, Plan, Taken
from benchmarks.small_read import POINT_READ, TYPENAME
from benchmarks.target import BATCHED, COMPILED, SIZES

NOTE = Path("docs/performance.md")
METHOD = Path(__file__).with_name("method.md")
MAX_LINE_LENGTH = 100

COLUMNS: Mapping[str, Callable[[Taken], float]] = {
    "requests/s": lambda taken: taken.sample.rate,
    "p50 ms": lambda taken: taken.sample.p50,
    "p99 ms": lambda taken: taken.sample.p99,
    "CPU of server, ms/request": lambda t: t.server_cpu / t.sample.requests * 1000,
    "CPU of database, ms/request": lambda t: t.database_cpu / t.sample.requests * 1000,
}


def write(
    figures: Figures,
    names: Sequence[str],
    machine: Mapping[str, str],
    facts: Mapping[str, Mapping[str, str]],
    plan: Plan,
) -> None:
    """Write the note."""
    parts = [
        "# Performance\n\n`make bench` wrote this; do not edit it.\n",
        _measured(machine, plan),
        "## Goals\n\n" + _table(("figure", "measured", "must", "aim", ""), _goals(figures.goals())),
        *_flagship(figures, names),
        "## More claims, one client\n\n" + _more(figures, names),
        "## Mutation: a monthly report is submitted\n\n" + _mutation(figures),
        "## Small reads, 8 clients\n\n" + _small_reads(figures),
        "## Size\n\n" + _facts(facts),
        METHOD.read_text(encoding="utf-8"),
    ]
    NOTE.parent.mkdir(exist_ok=True)
    NOTE.write_text("\n".join(part.rstrip() + "\n" for part in parts), encoding="utf-8")


def _measured(machine: Mapping[str, str], plan: Plan) -> str:
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    said = ", ".join(f"{name} {value}" for name, value in machine.items())
    took = f"{plan.rounds} rounds of {plan.seconds:g} s for each server and number of clients"
    return fill(f"Measured on {day}, in {took}. {said}.", MAX_LINE_LENGTH)


def _flagship(figures: Figures, names: Sequence[str]) -> Iterable[str]:
    for clients in CLIENTS:
        rows = [(name, *_medians(figures.taken(name, SIZES[0], clients))) for name in names]
        title = f"## Flagship query, {SIZES[0]} claims, {clients} client{'s' * (clients > 1)}"
        yield f"{title}\n\n" + _table(("server", *COLUMNS), rows)


def _mutation(figures: Figures) -> str:
    rows = [
        (f"{name}, {clients} client{'s' * (clients > 1)}", *_medians(taken))
        for clients in CLIENTS
        for name in (COMPILED, BATCHED)
        if (taken := figures.taken(name, 0, clients))
    ]
    return _table(("server", *COLUMNS), rows)


def _small_reads(figures: Figures) -> str:
    names = (*(f"{name}, {POINT_READ}" for name in (COMPILED, BATCHED)), TYPENAME)
    rows = [(name, *_medians(figures.taken(name, 1, 8))) for name in names]
    return _table(("server", *COLUMNS), rows)


def _medians(taken: Sequence[Taken]) -> list[str]:
    return [_number(median(map(read, taken))) if taken else "-" for read in COLUMNS.values()]


def _more(figures: Figures, names: Sequence[str]) -> str:
    rows = []
    for name in names:
        growth = [figures.growth(name, first) for first in SIZES[1:]]
        p50 = [median(t.sample.p50 for t in figures.taken(name, first, 1)) for first in SIZES]
        rows.append((name, *map(_number, p50), *map(_number, growth)))
    titles = [f"p50 ms, {first}" for first in SIZES]
    more = [f"{first} against {SIZES[0]}" for first in SIZES[1:]]
    return _table(("server", *titles, *more), rows)


def _facts(facts: Mapping[str, Mapping[str, str]]) -> str:
    titles = list(next(iter(facts.values())))
    rows = [(name, *(found.get(t, "-") for t in titles)) for name, found in facts.items()]
    return _table(("server", *titles), rows)


def _goals(goals: Iterable[Goal]) -> Iterable[Sequence[str]]:
    for goal in goals:
        bounds = f"{goal.must:g}", f"{goal.aim:g}"
        yield (goal.title, _number(goal.value), *bounds, goal.verdict)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] + ["---:"] * (len(titles) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
