"""Many walks one after another, each from the same opening, and what they found."""

import asyncio
import io
import logging
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from multiprocessing import get_context
from typing import NamedTuple

import uvloop

from gateways.identity_provider import IdentityProvider
from resolvers.kernel.chain_verification import verify_chains
from server.cli.reconcile import reconcile_database
from server.runtime.garbage_collection import freeze_gc
from server.telemetry.log import configure_logging
from tests.factories.database import TestCluster, as_superuser, run_cluster
from tests.factories.identity_provider import PROVIDER, StandIn, run_provider
from tests.factories.kept_database import KeptDatabase, keep_database
from tests.factories.round_trips import record_round_trips
from tests.factories.telephone import use_telephone
from tests.factories.world import a_world
from tests.stateful.coverage import list_mutations
from tests.stateful.figures import check_figures
from tests.stateful.known import is_known
from tests.stateful.ledger import Reader
from tests.stateful.runner import Runner, Sight
from tests.stateful.scope import check_scope
from tests.stateful.sequence import save_sequence
from tests.stateful.shrink import shrink_steps
from tests.stateful.stage import Opening, save_opening
from tests.stateful.step import Step
from tests.stateful.violation import Violation
from tests.stateful.walk import THEMES, Walk, replay

EPISODE_STEPS = 200
"""After so many steps the world is as at first: a sequence to be shrunk is never longer."""

AUDIT_EVERY = 25
"""Steps between two runs of `jiuye reconcile` and `jiuye history verify` over all there is."""

MONEY_TABLES = ("payment", "clawback", "disbursement_batch", "amount_difference")
"""Whenever one of these was written, `jiuye reconcile` runs."""


@dataclass(frozen=True)
class Finding:
    """A violation, the seed and step at which it was found, and the episode up to there."""

    seed: int
    step: int
    steps: Sequence[Step]
    done: frozenset[int]
    violation: Violation

    def __str__(self) -> str:
        """Tell where it was found."""
        return f"{self.violation.key} (seed {self.seed}, step {self.step}) {self.violation.detail}"


@dataclass
class Tally:
    """What a campaign came to."""

    steps: int = 0
    seeds: int = 0
    found: dict[str, "Finding"] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)
    round_trips: dict[str, int] = field(default_factory=dict)
    traces: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    """What was sent and answered, by seed and by the first step of each episode."""

    def add(self, part: "Tally") -> None:
        """Add what another process came to."""
        self.steps += part.steps
        self.done += part.done
        self.refused += part.refused
        self.traces |= part.traces
        self.note_round_trips(part.round_trips)
        for key, finding in part.found.items():
            self.found.setdefault(key, finding)
            self.counts[key] = self.counts.get(key, 0) + part.counts[key]

    def note_round_trips(self, counted: Mapping[str, int]) -> None:
        """Keep of each mutation the most statements that it waited for, one after another."""
        for name, number in counted.items():
            self.round_trips[name] = max(self.round_trips.get(name, 0), number)

    @property
    def digest(self) -> str:
        """Sum up all that was sent and answered: a seed walks the same way each time."""
        lines = [line for _, trace in sorted(self.traces.items()) for line in trace]
        return sha256("\n".join(lines).encode()).hexdigest()[:12]

    def note(self, seed: int, step: int, walk: Walk, violation: Violation) -> None:
        """Note a violation, and where the first of its kind was found."""
        self.counts[violation.key] = self.counts.get(violation.key, 0) + 1
        if violation.key not in self.found:
            steps, done = tuple(walk.steps), frozenset(walk.succeeded)
            self.found[violation.key] = Finding(seed, step, steps, done, violation)


@dataclass
class Ground:
    """Where walks take place."""

    kept: KeptDatabase
    opening: Opening
    provider: StandIn
    ways_in: Mapping[str, IdentityProvider]

    @asynccontextmanager
    async def open_runner(self) -> AsyncIterator[Runner]:
        """Put the world back to its opening, and stand ready."""
        database = await self.kept.load(self.opening.stage)
        async with a_world(database) as world, as_superuser(database) as connection:
            world.accounts.update(self.opening.accounts)
            reader = Reader(connection)
            telephone = use_telephone(world)
            world.service = replace(world.service, providers=self.ways_in)
            world.app.state.service = world.service
            opening = await reader.read()
            runner = Runner(world, reader, opening, telephone=telephone, provider=self.provider)
            runner.name_new(0, None)
            with record_round_trips():  # to begin to watch costs more than a request
                yield runner

    async def find_violation(self, steps: Sequence[Step], key: str) -> bool:
        """Replay steps from the opening; tell whether they break what is asked for."""
        last = steps[-1]
        quick = [replace(step, promise=None) for step in steps[:-1]]
        async with self.open_runner() as runner:
            async for found in replay(runner, [*quick, last]):
                if key in {violation.key for violation in found}:
                    return True
            return key in {violation.key for violation in await audit(runner)}

    async def shrink(self, finding: Finding) -> Sequence[Step]:
        """Find the shortest sequence that breaks the same."""
        key = finding.violation.key
        return await shrink_steps(self.find_violation, finding.steps, key, finding.done)


async def audit(runner: Runner, turn: int | None = None) -> list[Violation]:
    """Hold all accounts against each other, and follow all chains, as the commands do.

    Who sees what is the dearest of all: so a stranger and an officer are asked in turn.
    """
    chains = await verify_chains(runner.world.service.reads, {})
    off = await hold_books(runner)
    off += [Violation(5, f"verify: {broken.damage}") for broken in chains.broken]
    off += await check_figures(runner)
    return off + await check_scope(runner, turn)


async def hold_books(runner: Runner) -> list[Violation]:
    """Hold all accounts against each other, as `jiuye reconcile` does."""
    books = await reconcile_database(runner.world.service.reads)
    off = [
        Violation(1, f"reconcile: {row.record} {row.difference}", row.key) for row in books.found
    ]
    ledgers = [each for each in books.ledgers if each.difference]
    off += [Violation(1, f"reconcile: ledger of {each.kind}", each.region) for each in ledgers]
    return off


def moves_money(sight: Sight) -> bool:
    """Tell whether a step wrote anything of what was paid, is being paid, or comes back."""
    before, after = sight.before.tables, sight.after.tables
    return any(before[name] is not after[name] for name in MONEY_TABLES)


async def walk_seed(ground: Ground, seed: int, steps: int, tally: Tally) -> None:
    """Walk so many steps, in episodes."""
    for episode in range(0, steps, EPISODE_STEPS):
        await _walk_episode(ground, seed, episode, steps, tally)
    tally.seeds += 1


async def _walk_episode(ground: Ground, seed: int, episode: int, steps: int, tally: Tally) -> None:
    """Walk the steps from one on, until the world is put back; nothing before has a say in it."""
    lot = random.Random(f"{seed}/{episode}")  # noqa: S311 - nothing is to be kept secret
    async with ground.open_runner() as runner:
        walk = Walk(runner, lot, *lot.choice(THEMES))
        async for n, found in take_steps(walk, min(EPISODE_STEPS, steps - episode)):
            for violation in found:
                tally.note(seed, episode + n, walk, violation)
            tally.steps += 1
        tally.done += walk.done
        tally.refused += walk.refused
        tally.traces[seed, episode] = walk.trace
        tally.note_round_trips(runner.round_trips)


async def take_steps(walk: Walk, steps: int) -> AsyncIterator[tuple[int, list[Violation]]]:
    """Take the steps of an episode; yield the number of each, and all that it breaks."""
    for n in range(1, steps + 1):
        sight, found = await walk.take_step()
        turn, due = divmod(n, AUDIT_EVERY)
        if not due or n == steps:
            found += await audit(walk.runner, None if n == steps else turn)
        elif moves_money(sight):
            found += await hold_books(walk.runner)
        yield n, found


@dataclass(frozen=True)
class Share:
    """The episodes of some seeds that one of several processes walks."""

    seeds: range
    steps: int
    place: int = 0
    of: int = 1

    def list_episodes(self) -> list[tuple[int, int]]:
        """List them by seed and first step."""
        every = [(seed, n) for seed in self.seeds for n in range(0, self.steps, EPISODE_STEPS)]
        return every[self.place :: self.of]


def walk_share(share: Share) -> Tally:
    """Walk a share in a process and a cluster of its own."""
    logging.disable(logging.CRITICAL)

    async def walk() -> Tally:
        tally = Tally()
        async with open_ground() as ground:
            freeze_gc()
            for seed, episode in share.list_episodes():
                await _walk_episode(ground, seed, episode, share.steps, tally)
        return tally

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        return loop.run(walk())


def tell_round_trips(tally: Tally) -> list[str]:
    """Tell how many mutations waited for how many statements at most, and which for the most."""
    done = {name: number for name, number in tally.round_trips.items() if tally.done[name]}
    found = sorted(Counter(done.values()).items())
    worst = sorted(done, key=lambda name: -done[name])[:10]
    return [
        f"round trips: {', '.join(f'{number}: {many}' for number, many in found)}",
        f"most round trips: {', '.join(f'{name} {done[name]}' for name in worst)}",
    ]


def tell_coverage(tally: Tally) -> list[str]:
    """Tell which mutations were sent how often, and how often with success; and which never."""
    sent = tally.done + tally.refused
    every = list_mutations()
    told = [f"{name} {tally.done[name]}/{sent[name]}" for name in every if sent[name]]
    done, never = [n for n in every if tally.done[n]], [n for n in every if not sent[n]]
    vain = [name for name in every if sent[name] and not tally.done[name]]
    return [
        f"done/sent: {', '.join(told)}",
        f"always refused: {', '.join(vain) or '-'}",
        f"never sent: {', '.join(never) or '-'}",
        f"mutations={len(every)} done={len(done)} refused={len(vain)} never={len(never)}",
    ]


@asynccontextmanager
async def open_ground() -> AsyncIterator[Ground]:
    """Start a cluster that plans each statement once for a connection, and build the opening."""
    configure_logging(stream=io.StringIO())
    settings = {"plan_cache_mode": "force_generic_plan", "jit": "off"}
    async with run_cluster(**settings) as cluster, build_ground(cluster) as ground:
        yield ground


@asynccontextmanager
async def build_ground(cluster: TestCluster) -> AsyncIterator[Ground]:
    """Build the opening on a cluster, and serve a provider of identity beside it."""
    async with keep_database(cluster) as kept, run_provider() as (provider, way_in):
        opening = await save_opening(kept, cluster.home)
        yield Ground(kept, opening, provider, {PROVIDER: way_in})


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What of a campaign is told, shrunk and kept."""

    shrink: bool = True
    keep: bool = False
    known: bool = False
    only: str = ""
    trace: bool = False


class Outcome(NamedTuple):
    """What a campaign came to, in figures."""

    steps: int
    walked: str
    broken: int


def run_campaign(seeds: range, steps: int, jobs: int, telling: Telling) -> Outcome:
    """Walk each seed; print what broke, shortest first, and one line at the end."""
    began, tally = time.monotonic(), Tally(seeds=len(seeds))
    shares = [Share(seeds, steps, place, jobs) for place in range(jobs)]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as processes:
        for part in processes.map(walk_share, shares):
            tally.add(part)
    spent = time.monotonic() - began
    broken = [key for key in tally.found if not is_known(key)]
    told = [
        key for key in (tally.found if telling.known else broken) if re.search(telling.only, key)
    ]
    for key in told:
        print(f"{tally.found[key]} [{tally.counts[key]}x]", flush=True)
    if telling.shrink and set(told) & set(broken):
        asyncio.run(_tell_shortest([tally.found[key] for key in told if key in broken], telling))
    print(*tell_coverage(tally), *tell_round_trips(tally), sep="\n")
    known = len(tally.found) - len(broken)
    print(f"{spent:.0f} s, {tally.steps / spent:.1f} steps/s with {jobs} processes; known={known}")
    if telling.trace:
        print(*(line for _, lines in sorted(tally.traces.items()) for line in lines), sep="\n")
    print(f"steps={tally.steps} seeds={tally.seeds} walked={tally.digest} broken={len(broken)}")
    return Outcome(tally.steps, tally.digest, len(broken))


async def _tell_shortest(findings: Sequence[Finding], telling: Telling) -> None:
    """Print the shortest sequence of each, and keep it if asked."""
    async with open_ground() as ground:
        for finding in findings:
            shortest = await ground.shrink(finding)
            print(
                finding.violation.key, *(f"    {step}" for step in shortest), sep="\n", flush=True
            )
            if telling.keep:
                print(f"    kept: {save_sequence(finding.violation.key, shortest)}", flush=True)
