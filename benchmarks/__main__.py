"""`make bench`: prepare, start, compare, measure, write docs/performance.md."""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks import (
    database,
    machine,
    mutation,
    note,
    peer,
    scale,
    servers,
    small_read,
    statements,
    target,
)
from benchmarks.figures import Figures
from benchmarks.load import WrkMissing, require
from benchmarks.measure import QUICK, Bench, Plan
from benchmarks.operation import Desk
from benchmarks.servers import Server, ServerFailed
from benchmarks.target import SIZES, Target
from server.cli.progress import Progress
from server.database.postgres_binaries import PostgresUnavailable

STEPS = 9
BUSY = 0.5
PARTS = ("flagship", "mutation", "reads")


def read_arguments() -> tuple[Plan, frozenset[str]]:
    """Read how long to measure, and which parts."""
    parser = ArgumentParser(prog="make bench", description="Measure the service and its peers.")
    parser.add_argument("--quick", action="store_true", help="two short rounds")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="one part, without writing the note"
    )
    given = parser.parse_args()
    usual = QUICK if given.quick else Plan()
    plan = Plan(given.rounds or usual.rounds, given.seconds or usual.seconds, usual.warm_up)
    return plan, frozenset(given.only or PARTS)


def main() -> None:
    """Run everything; end with the line of figures."""
    (plan, parts), progress = read_arguments(), Progress(STEPS, sys.stdout)
    try:
        require()
        with ExitStack() as stack:
            figures = run(plan, parts, progress, stack)
    except (WrkMissing, ServerFailed, PostgresUnavailable) as fault:
        sys.exit(f"\n{fault}")
    print(figures.line())


def run(plan: Plan, parts: frozenset[str], progress: Progress, stack: ExitStack) -> Figures:
    """Do step after step; the note is written of all parts alone."""
    database.HOME.mkdir(parents=True, exist_ok=True)
    if machine.loaded() > BUSY:
        progress.write_line(
            f"The machine is busy (load {machine.loaded():.1f}): figures will be rough."
        )
    cluster = database.cluster()
    with progress.run_step("Preparing the database"):
        stack.callback(cluster.stop)
        if not cluster.start():
            raise ServerFailed("another run of make bench is under way")
        where = asyncio.run(database.filled(cluster, progress.write_line))
        statements.quiet(cluster)
    with progress.run_step("Installing PostGraphile"):
        installed = "flagship" in parts and peer.installed(progress.write_line)
    key = scale.KEY
    desk, variables = Desk(key), servers.environment(where.service, key)
    with progress.run_step("Starting the servers"):
        served = {
            target.COMPILED: _keep_server(
                servers.service("compiled", variables, compiled=True), stack
            ),
            target.BATCHED: _keep_server(servers.handwritten("batched", variables), stack),
        }
    bench = Bench(cluster, database.postmaster(cluster))
    targets: Sequence[Target] = ()
    if "flagship" in parts:
        started = Run(bench, served, variables, stack)
        targets = _measure_flagship(started, desk, plan, progress, installed=installed)
    if "mutation" in parts:
        with progress.run_step("Measuring the mutation"):
            paths = {target.COMPILED: "/graphql", target.BATCHED: "/submit"}
            asked = {name: (server, paths[name]) for name, server in served.items()}
            mutation.measure(bench, asked, desk, plan, progress.write_line)
    if "reads" in parts:
        with progress.run_step("Measuring small reads"):
            small_read.measure(bench, served, desk, plan, progress.write_line)
    figures = Figures(bench.runs, bench.peaks)
    if parts == frozenset(PARTS):
        with progress.run_step("Writing docs/performance.md"):
            described = asyncio.run(machine.described(cluster))
            described |= peer.versions() if installed else {}
            facts = {t.name: _facts(bench, t) for t in targets}
            note.write(figures, [t.name for t in targets], described, facts, plan)
    return figures


def _keep_server(server: Server, stack: ExitStack) -> Server:
    """End a server when the run ends, however it ends."""
    stack.callback(server.stop)
    return server


@dataclass(frozen=True, slots=True)
class Run:
    """What the flagship is measured with: everything that is started stands until the end."""

    bench: Bench
    served: Mapping[str, Server]
    variables: dict[str, str]
    stack: ExitStack


def _measure_flagship(
    run: Run, desk: Desk, plan: Plan, progress: Progress, *, installed: bool
) -> Sequence[Target]:
    """Start the other peers, compare their answers, and measure the flagship query on all."""
    with progress.run_step("Starting the other peers"):
        targets = _targets(run, desk, installed=installed)
    with progress.run_step("Comparing their answers"):
        counted = target.compare(targets)
        progress.write_line(
            "  " + ", ".join(f"{n:,} {name}" for name, n in counted[SIZES[0]].items())
        )
    with progress.run_step("Measuring the flagship query"):
        run.bench.warmed(targets, plan)
        run.bench.flagship(targets, plan, progress.write_line)
    return targets


def _targets(run: Run, desk: Desk, *, installed: bool) -> Sequence[Target]:
    """Start the peers that the flagship alone has, and say how each is asked."""
    token, served = desk.officer(), run.served
    reference = _keep_server(servers.service("reference", run.variables, compiled=False), run.stack)
    single = _keep_server(servers.handwritten("single", run.variables), run.stack)
    found = [
        target.of_service(target.COMPILED, served[target.COMPILED], token),
        target.of_service(target.REFERENCE, reference, token),
        target.of_handwritten(target.BATCHED, served[target.BATCHED], "/batched", token),
        target.of_handwritten(target.SINGLE, single, "/single", token),
    ]
    if installed:
        sockets = run.bench.cluster.socket_directory
        found.append(
            target.of_postgraphile(
                _keep_server(peer.postgraphile(sockets, database.DATABASE), run.stack)
            )
        )
    return found


def _facts(bench: Bench, asked: Target) -> dict[str, str]:
    counted = statements.per_request(bench.cluster, lambda: asked.ask(SIZES[0]))
    return {
        "statements of a request, BEGIN and COMMIT included": f"{counted:g}",
        "bytes of the answer": f"{asked.answer_bytes[SIZES[0]]:,}",
        "peak memory, MB": f"{bench.peaks[asked.name]:.0f}",
    }


if __name__ == "__main__":
    main()
