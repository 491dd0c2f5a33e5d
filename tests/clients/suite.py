"""The suites: programs that try the service and end with the line `name=result`."""

import asyncio
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphql import build_schema

from demonstration.data.account import PASSWORD
from server.cli.client_setup import Client, print_client_setup
from tests.clients.node_packages import (
    ROOT,
    copy_folder,
    install_packages,
    list_paths,
    require_chromium,
    require_program,
)
from tools.sdl import SNAPSHOT

HERE = Path(__file__).parent
EXAMPLES = ROOT / "examples"
SUITE_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Suite:
    """A program, told by JIUYE_URL and JIUYE_PASSWORD where the service is and how to sign in.

    JIUYE_SCHEMA is the path of the schema.
    """

    tries: str
    """What it tries, for the page."""
    packages: Sequence[str]
    """What it tries it with: packages of its lock file."""
    command: Sequence[str]
    source: Path = HERE / "node"
    printed: Mapping[str, Client] = field(default_factory=dict)
    """Files that `jiuye schema client` prints beforehand, and for which client each."""
    program: str = ""
    """What has to be installed for it, where it has no lock file of npm."""
    in_browser: bool = False
    """Whether it needs Chromium, and is told by CHROMIUM where that is."""


@dataclass(frozen=True)
class Outcome:
    """What a suite said, and whether all is well."""

    name: str
    result: str
    passed: bool


SUITES: Mapping[str, Suite] = {
    "http_audit": Suite(
        tries="GraphQL over HTTP: the audits of `graphql-http`, without and with a token",
        packages=("graphql-http",),
        command=("node", "http_audit.mjs"),
    ),
    "ws": Suite(
        tries="GraphQL over WebSocket: `graphql-transport-ws` frame by frame, and by its client",
        packages=("graphql-ws",),
        command=("node", "ws.mjs"),
    ),
    "apollo_urql": Suite(
        tries="Apollo Client and urql, set up by what `jiuye schema client` prints",
        packages=("@apollo/client", "@urql/core", "@urql/exchange-graphcache"),
        command=("node", "apollo_urql.mjs"),
        printed={"apollo-setup.mjs": Client.APOLLO, "urql-setup.mjs": Client.URQL},
    ),
    "relay": Suite(
        tries="`examples/relay`: compiled by relay-compiler, typed, its queries answered",
        packages=("relay-compiler", "react-relay", "typescript"),
        command=("npm", "run", "--silent", "check"),
        source=EXAMPLES / "relay",
    ),
    "codegen": Suite(
        tries="`examples/web`: strict types by codegen, built, used by an officer and a unit",
        packages=("typescript", "@graphql-codegen/client-preset", "react", "urql"),
        command=("npm", "run", "--silent", "check"),
        source=EXAMPLES / "web",
        in_browser=True,
    ),
    "gql": Suite(
        tries="gql and sgqlc in Python: the schema fetched, refusals, codes, a subscription",
        packages=("gql", "sgqlc"),
        command=("python", "check.py"),
        source=HERE / "gql",
        program="gql-cli",
    ),
    "ariadne": Suite(
        tries="`examples/python`: a client by ariadne-codegen, typed, that reports a unit's month",
        packages=("ariadne-codegen", "mypy"),
        command=("python", "check.py"),
        source=EXAMPLES / "python",
        program="ariadne-codegen",
    ),
    "graphiql": Suite(
        tries="GraphiQL as it is served: keyboard, tokens, subscriptions, a phone, the dark",
        packages=("playwright-core",),
        command=("node", "check.mjs"),
        source=HERE / "graphiql",
        in_browser=True,
    ),
}
"""By their names in the last line."""


async def run_suite(name: str, suite: Suite, url: str) -> Outcome:
    """Run a suite against a service; its output goes on to whoever looks.

    Raises Unavailable where this machine can't run it.
    """
    folder = _prepare_folder(suite)
    print_setups(folder, suite.printed)
    environ = os.environ | {
        "PATH": list_paths(),
        "JIUYE_URL": url,
        "JIUYE_PASSWORD": PASSWORD,
        "JIUYE_SCHEMA": str(SNAPSHOT),
    }
    if suite.in_browser:
        environ["CHROMIUM"] = require_chromium()
    process = await asyncio.create_subprocess_exec(
        *suite.command, cwd=folder, env=environ, stdout=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(SUITE_SECONDS):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    print(told.decode(errors="replace"), end="", flush=True)
    return read_outcome(name, told.decode(errors="replace"), process.returncode == 0)


def _prepare_folder(suite: Suite) -> Path:
    """Copy a suite's folder and install what its lock file names; Python's is installed already."""
    if (suite.source / "package-lock.json").exists():
        return install_packages(suite.source)
    require_program(suite.program)
    return copy_folder(suite.source)


def print_setups(folder: Path, printed: Mapping[str, Client]) -> None:
    """Print what clients have to know of the schema, as `jiuye schema client` does."""
    schema = build_schema(SNAPSHOT.read_text(encoding="utf-8"))
    for name, client in printed.items():
        (folder / name).write_text(print_client_setup(client, schema), encoding="utf-8")


def read_outcome(name: str, told: str, ended_well: bool) -> Outcome:
    """Read the last line of what a suite told; one that ends without it has failed."""
    found = re.search(rf"^{name}=(\S+)\s*\Z", told, re.MULTILINE)
    if found is None:
        return Outcome(name, "failed", passed=False)
    return Outcome(name, found[1], ended_well)
