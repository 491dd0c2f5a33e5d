"""The page docs/clients-tested.md: what was tried, by which versions, and how it went."""

import json
import re
from collections.abc import Iterator, Mapping

from tests.clients.node_packages import ROOT
from tests.clients.suite import HERE, SUITES, Suite

PAGE = ROOT / "docs" / "clients-tested.md"
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
INTRODUCTION = """\
# Clients that were tried 客户端兼容性

Written by `make clients`. It runs the product on its demonstration, and against it the suites that
the makers of clients publish, and the clients themselves. The versions are those of the lock files
below `tests/clients` and `examples`; a test keeps them true. `make clients-http` and `make
clients-ws` run the first two; `.ci/run` does so too.

| suite | tries | by | result |
|---|---|---|---|
"""


def render_page(results: Mapping[str, str]) -> str:
    """Write the page with the results of suites; one that did not run keeps its last result."""
    before = read_results(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    known = {**before, **{name: told for name, told in results.items() if told != "skipped"}}
    return INTRODUCTION + "".join(
        _format_row(name, suite, known.get(name, "")) for name, suite in SUITES.items()
    )


def _format_row(name: str, suite: Suite, result: str) -> str:
    return f"| `{name}` | {suite.tries} | {', '.join(list_versions(suite))} | {result} |\n"


def read_results(page: str) -> dict[str, str]:
    """Read what stands in the last column."""
    return dict(re.findall(r"^\| `(\w+)` \|.*\| (\S*) \|$", page, re.MULTILINE))


def list_versions(suite: Suite) -> Iterator[str]:
    """List what a suite tries with, each at the version of its lock file."""
    lock = suite.source / "package-lock.json"
    pinned = dict(PINNED.findall((HERE / "requirements.txt").read_text(encoding="utf-8")))
    if lock.exists():
        installed = json.loads(lock.read_text(encoding="utf-8"))["packages"]
        for path, about in installed.items():
            pinned[path.removeprefix("node_modules/")] = about.get("version", "")
    return (f"{name} {pinned[name]}" for name in suite.packages)
