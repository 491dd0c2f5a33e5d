"""How one mutant is tried: a fork of a process that has everything imported and collected.

mutmut starts pytest anew for each mutant, which takes longer than the tests of a rule, and runs
all tests that ever call the changed function. Here the fork server keeps its collection, and
each mutant gets a limited number of tests, those that are most about its function. What a module
computes where it is imported, or caches while tests are collected, a mutant can't change.
"""

import asyncio
import gc
import importlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

from _pytest.config import _prepareconfig
from _pytest.main import Session
from mutmut.configuration import config
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd
from mutmut.utils.format_utils import mangled_name_from_mutant_name
from mutmut.workers.isolation import ForkServerRunner

from tools.mutant_tests import choose_tests, sort_by_file

CLUSTER_HOME = "MUTANTS_CLUSTER_HOME"


class CollectedRunner(PytestRunner):
    """Collects the tests once; each fork of this process runs some of that collection."""

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, Any] = {}
        if CLUSTER_HOME in os.environ:
            borrow_cluster(Path(os.environ[CLUSTER_HOME]))

    def warm_up(self) -> None:
        """Collect, and keep the session open."""
        arguments = ["--rootdir=.", "-s", "--tb=no", *self._pytest_add_cli_args]
        with change_cwd("mutants"):
            made = _prepareconfig([*arguments, *self._pytest_add_cli_args_test_selection])
            made._do_configure()
            session = Session.from_config(made)
            made.hook.pytest_sessionstart(session=session)
            made.hook.pytest_collection(session=session)
        self._items = {item.nodeid: item for item in session.items}
        gc.collect()
        gc.freeze()

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """Run tests until one fails, and return 1 then; 0 where none does."""
        if not self._items:
            return super().run_tests(mutant_name=mutant_name, tests=tests)
        chosen = [self._items[test] for test in tests]
        with change_cwd("mutants"):
            for item, following in zip(chosen, [*chosen[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if item.session.testsfailed:
                    return 1
        return 0


class CappedRunner(ForkServerRunner):
    """Tries one mutant at a time, each with at most `max_tests` tests."""

    def __init__(self, max_tests: int) -> None:
        super().__init__(1, CollectedRunner, {})
        self.max_tests = max_tests

    def submit(
        self, mutant_name: str, tests: list[str], cpu_time_limit: int, estimated_time: float
    ) -> None:
        """Hand on a mutant with the tests that are most about it."""
        mangled = mangled_name_from_mutant_name(mutant_name)
        chosen = choose_tests(mangled, tests, self._breadth, self.max_tests)
        durations = state().duration_by_test
        chosen = sort_by_file(chosen, durations)
        seconds = sum(durations[test] for test in chosen)
        limit = (seconds + config().timeout_constant) * config().timeout_multiplier
        super().submit(mutant_name, chosen, ceil(limit * 2), seconds)

    def run_clean_tests(self, tests: Iterable[str]) -> int:
        """Return success: the tests ran without a change when their calls were recorded."""
        return 0

    @cached_property
    def _breadth(self) -> Counter[str]:
        """How many functions each test calls."""
        return Counter(
            test for tests in state().tests_by_mangled_function_name.values() for test in tests
        )


@contextmanager
def run_shared_cluster(*, wanted: bool) -> Iterator[None]:
    """Run one PostgreSQL for all mutants, in a process of its own."""
    if not wanted:
        yield
        return
    command = [sys.executable, "-m", "tools.mutant_runner"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as keeper:
        os.environ[CLUSTER_HOME] = keeper.stdout.readline().strip() if keeper.stdout else ""
        try:
            yield
        finally:
            keeper.communicate()


async def keep_cluster() -> None:
    """Run the tests' cluster until standard input closes, and print where it lives."""
    database: Any = importlib.import_module("tests.factories.database")
    async with database.run_cluster() as running:
        print(running.home, flush=True)
        await asyncio.to_thread(sys.stdin.read)


def borrow_cluster(home: Path) -> None:
    """Let tests use the cluster that runs in `home` instead of starting one."""
    database: Any = importlib.import_module("tests.factories.database")

    @asynccontextmanager
    async def borrow() -> AsyncIterator[object]:
        cluster = database.Cluster(home / "postgres", database.CLUSTER_SETTINGS, durable=False)
        keeper = await database.connect_as_superuser(cluster)
        template = database.build_urls(cluster, database.TEMPLATE)
        left = await keeper.fetch(r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'")
        for (name,) in left:
            await keeper.execute(f"DROP DATABASE {name} WITH (FORCE)")
        try:
            yield database.TestCluster(cluster, keeper, template, home)
        finally:
            await keeper.close()

    database.run_cluster = borrow


if __name__ == "__main__":
    asyncio.run(keep_cluster())
