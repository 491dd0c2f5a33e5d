"""`make bench`: prepare, start, compare, measure, write docs/performance.md."""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks import database, machine, mutation, note, peer, scale, servers, statements, target
from benchmarks.figures import Figures
from benchmarks.load import WrkMissing, require
from benchmarks.measure import QUICK, Bench, Plan
from benchmarks.operation import Desk
from benchmarks.servers import Server, ServerFailed
from benchmarks.target import SIZES, Target
from server.cli.progress import Progress
from server.database.postgres import Cluster
from server.database.postgres_binaries import PostgresUnavailable

STEPS = 7
BUSY = 0.5


def asked() -> Plan:
    """Read how long to measure."""
    parser = ArgumentParser(prog="make bench", description="Measure the service and its peers.")
    parser.add_argument("--quick", action="store_true", help="two short rounds")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    given = parser.parse_args()
    usual = QUICK if given.quick else Plan()
    return Plan(given.rounds or usual.rounds, given.seconds or usual.seconds, usual.warm_up)


def main() -> None:
    """Run everything; end with the line of figures."""
    plan, progress = asked(), Progress(STEPS, sys.stdout)
    try:
        require()
        with ExitStack() as stack:
            figures = run(plan, progress, stack)
    except (WrkMissing, ServerFailed, PostgresUnavailable) as fault:
        sys.exit(f"\n{fault}")
    print(figures.line())


def run(plan: Plan, progress: Progress, stack: ExitStack) -> Figures:
    """Do step after step."""
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
        installed = peer.installed(progress.write_line)
    key = scale.KEY
    desk, variables = Desk(key), servers.environment(where.service, key)
    with progress.run_step("Starting the servers"):
        targets = _targets(cluster, variables, desk, installed, stack)
    with progress.run_step("Comparing their answers"):
        counted = target.compare(targets)
        progress.write_line(
            "  " + ", ".join(f"{n:,} {name}" for name, n in counted[SIZES[0]].items())
        )
    bench = _measured(cluster, targets, desk, plan, progress)
    with progress.run_step("Writing docs/performance.md"):
        figures = Figures(bench.runs, bench.peaks)
        described = asyncio.run(machine.described(cluster))
        described |= peer.versions() if installed else {}
        facts = {t.name: _facts(cluster, bench, t) for t in targets}
        note.write(figures, [t.name for t in targets], described, facts, plan)
    return figures


def _measured(
    cluster: Cluster, targets: Sequence[Target], desk: Desk, plan: Plan, progress: Progress
) -> Bench:
    bench = Bench(cluster, database.postmaster(cluster))
    with progress.run_step("Measuring the flagship query"):
        bench.warmed(targets, plan)
        bench.flagship(targets, plan, progress.write_line)
    with progress.run_step("Measuring the mutation"):
        paths = {target.COMPILED: "/graphql", target.BATCHED: "/submit"}
        served = {t.name: (t.server, paths[t.name]) for t in targets if t.name in paths}
        mutation.measure(bench, served, desk, plan, progress.write_line)
    return bench


def _targets(
    cluster: Cluster, variables: dict[str, str], desk: Desk, installed: bool, stack: ExitStack
) -> Sequence[Target]:
    """Start every server; each is ended when the run ends, however it ends."""

    def kept(server: Server) -> Server:
        stack.callback(server.stop)
        return server

    token = desk.officer()
    compiled = kept(servers.service("compiled", variables, compiled=True))
    reference = kept(servers.service("reference", variables, compiled=False))
    batched = kept(servers.handwritten("batched", variables))
    single = kept(servers.handwritten("single", variables))
    found = [
        target.of_service(target.COMPILED, compiled, token),
        target.of_service(target.REFERENCE, reference, token),
        target.of_handwritten(target.BATCHED, batched, "/batched", token),
        target.of_handwritten(target.SINGLE, single, "/single", token),
    ]
    if installed:
        bare = kept(peer.postgraphile(cluster.socket_directory, database.DATABASE))
        found.append(target.of_postgraphile(bare))
    return found


def _facts(cluster: Cluster, bench: Bench, asked: Target) -> dict[str, str]:
    counted = statements.per_request(cluster, lambda: asked.ask(SIZES[0]))
    return {
        "statements of a request, BEGIN and COMMIT included": f"{counted:g}",
        "bytes of the answer": f"{asked.answer_bytes[SIZES[0]]:,}",
        "peak memory, MB": f"{bench.peaks[asked.name]:.0f}",
    }


if __name__ == "__main__":
    main()
