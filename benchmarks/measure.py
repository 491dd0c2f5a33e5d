"""Measures in rounds: every server in turn, so that what disturbs one disturbs all."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import load
from benchmarks.database import DATABASE, Say
from benchmarks.load import Sample
from benchmarks.process import cpu_seconds, peak_megabytes
from benchmarks.servers import Server, ServerFailed
from benchmarks.target import REFERENCE, SIZES, Target
from server.database.postgres import Cluster
from server.database.postgres_roles import connect_as_superuser

CLIENTS = (1, 8, 32)
DRAIN_SECONDS = 30.0
BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = $1 AND backend_type = 'client backend' AND pid <> pg_backend_pid()
      AND state <> 'idle'"""


@dataclass(frozen=True)
class Plan:
    """How often and how long is measured."""

    rounds: int = 3
    seconds: float = 4.0
    warm_up: float = 4.0


QUICK = Plan(rounds=2, seconds=1.0, warm_up=2.0)


@dataclass(frozen=True)
class Taken:
    """One run of wrk, and the CPU seconds that the server and the database took meanwhile."""

    sample: Sample
    server_cpu: float
    database_cpu: float

    @property
    def cpu_per_request(self) -> float:
        """Give the milliseconds of CPU per request, of server and database together."""
        return (self.server_cpu + self.database_cpu) / self.sample.requests * 1000


Runs = dict[tuple[str, int, int], list[Taken]]
"""What was taken, round by round: by server, number of claims and number of clients."""


@dataclass
class Bench:
    """Loads servers of one database, one at a time."""

    cluster: Cluster
    postmaster: int
    runs: Runs = field(default_factory=lambda: defaultdict(list))
    peaks: dict[str, float] = field(default_factory=dict)

    def warmed(self, targets: Sequence[Target], plan: Plan) -> None:
        """Run each server for a while before anything counts."""
        for target in targets:
            load.run(target.url, target.script(SIZES[0]), 8, plan.warm_up)
        self.drained()

    def flagship(self, targets: Sequence[Target], plan: Plan, say: Say) -> None:
        """Measure the flagship query at all numbers of clients, then for more claims."""
        for nth in range(plan.rounds):
            for clients in CLIENTS:
                self._round(targets, SIZES[0], clients, plan.seconds)
                say(f"  round {nth + 1}, {clients} clients: {self._said(targets, clients)}")
        for target in targets:
            self.peaks[target.name] = peak_megabytes(target.server.pid)
        for nth in range(plan.rounds):
            asked = [t for t in targets if nth == 0 or t.name != REFERENCE]  # it takes long
            for first in SIZES[1:]:
                self._round(asked, first, 1, plan.seconds)
            say(f"  round {nth + 1}, more claims")

    def _round(self, targets: Sequence[Target], first: int, clients: int, seconds: float) -> None:
        for target in targets:
            script = target.script(first)
            taken = self.taken(target.server, target.url, script, clients, seconds)
            each = taken.sample.bytes / taken.sample.requests
            if each < target.answer_bytes[first]:
                raise ServerFailed(f"{target.name} gave {each:.0f} bytes for {first} claims")
            self.runs[target.name, first, clients].append(taken)

    def taken(
        self, server: Server, url: str, script: Path, clients: int, seconds: float, *more: str
    ) -> Taken:
        """Load one server, and wait until all that it began has ended."""
        before = cpu_seconds(server.pid), cpu_seconds(self.postmaster)
        sample = load.run(url, script, clients, seconds, *more)
        if not sample.requests:
            return self.taken(server, url, script, clients, seconds * 3, *more)
        self.drained()
        if sample.errors:
            raise ServerFailed(f"{server.name}: {sample.errors} errors at {clients} clients")
        after = cpu_seconds(server.pid), cpu_seconds(self.postmaster)
        return Taken(sample, after[0] - before[0], after[1] - before[1])

    def drained(self) -> None:
        """Wait until no statement runs any more."""
        asyncio.run(self._drained())

    async def _drained(self) -> None:
        connection = await connect_as_superuser(self.cluster, DATABASE)
        deadline = time.monotonic() + DRAIN_SECONDS
        try:
            quiet = 0
            while quiet < 3:
                quiet = 0 if await connection.fetchval(BUSY, DATABASE) else quiet + 1
                if time.monotonic() > deadline:
                    raise ServerFailed("statements go on running after the load has ended")
                await asyncio.sleep(0.05)
        finally:
            await connection.close()

    def _said(self, targets: Sequence[Target], clients: int) -> str:
        rates = (self.runs[t.name, SIZES[0], clients][-1].sample.rate for t in targets)
        return ", ".join(f"{t.name} {r:.0f}/s" for t, r in zip(targets, rates, strict=True))


def ratios(top: Sequence[Taken], bottom: Sequence[Taken]) -> float:
    """Give the median over rounds of how many times the requests per second one makes."""
    pairs = zip(top, bottom, strict=False)
    return median(a.sample.rate / b.sample.rate for a, b in pairs)
