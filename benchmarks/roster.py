"""How long the check of a roster takes, and what it costs: `python -m benchmarks.roster [ROWS…]`.

A real service and a real worker on a PostgreSQL of their own; the file goes in over HTTP (S10).
"""

import asyncio
import json
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks import process, servers
from benchmarks.database import HOME, postmaster
from benchmarks.roster_people import ACCOUNT, KEY, REGION, UNIT, file_of, put_on_file
from gateways.access_token import TokenClaims, TokenIssuer
from models import Role
from server.database.migrate import upgrade
from server.database.postgres import Cluster
from server.database.postgres_roles import DatabaseUrls, connect_as_superuser, prepare_database

DATABASE = "jiuye_rosters"
ASK = "query ($id: ID!) { node(id: $id) { ... on Roster { state total checked passed failed } } }"
ANNOUNCE = """mutation ($input: FileDraftInput!) { requestRosterUpload(input: $input) {
  ... on UploadPayload { upload { id url } } } }"""
CREATE = """mutation ($input: RosterDraftInput!) { createRoster(input: $input) {
  ... on RosterPayload { roster { id } } ... on Problem { message } } }"""
FAILED = """mutation ($input: RosterChoiceInput!) { requestFailedRows(input: $input) {
  ... on FailedRowsPayload { url } } }"""
COUNT = "{ rosters { totalCount } }"
ENDED = {"CHECKED", "REJECTED"}
Say = Callable[[str], None]


async def filled(cluster: Cluster, rows: int) -> DatabaseUrls:
    """Make the database: a unit, its operator, and everybody on file."""
    where = await prepare_database(cluster, DATABASE)
    await upgrade(where.owner, lambda _: None)
    keeper = await connect_as_superuser(cluster, DATABASE)
    try:
        await keeper.execute("SET synchronous_commit = off")
        await put_on_file(keeper, rows)
        await keeper.execute("VACUUM (ANALYZE)")
        await keeper.execute("CHECKPOINT")
    finally:
        await keeper.close()
    return where


def asked(server: servers.Server, document: str, token: str, **variables: object) -> dict[str, Any]:
    """Ask the service."""
    body = json.dumps({"query": document, "variables": variables}).encode()
    answer = json.loads(servers.post(server.url("/graphql"), body, token))
    (value,) = answer["data"].values()
    found: dict[str, Any] = value
    return found


def sent_in(server: servers.Server, token: str, content: bytes) -> str:
    """Send a roster in; give its id."""
    draft = {"name": "roster.xlsx", "size": len(content)}
    upload = asked(server, ANNOUNCE, token, input=draft)["upload"]
    request = urllib.request.Request(server.url(upload["url"]), content, method="PUT")  # noqa: S310
    urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - our own address
    given = {"kind": "HIRING", "place": REGION, "uploadId": upload["id"]}
    id_: str = asked(server, CREATE, token, input=given)["roster"]["id"]
    return id_


class Measured:
    """Seconds and CPU seconds of what is done, process by process, told when it is done."""

    def __init__(self, say: Say, **pids: int) -> None:
        self.say = say
        self.pids = pids
        self.first = {name: process.resident_megabytes(pid) for name, pid in pids.items()}

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Measure what is done within."""
        begun, used = time.perf_counter(), self._used()
        yield
        seconds = time.perf_counter() - begun
        spent = {name: now - used[name] for name, now in self._used().items()}
        cpu = ", ".join(f"{name} {of_it:.1f}" for name, of_it in spent.items())
        self.say(f"  {what}: {seconds:.1f} s; {sum(spent.values()):.1f} CPU seconds ({cpu})")

    def grown(self, name: str) -> None:
        """Tell how much memory a process has had at most, and had at first."""
        first, peak = self.first[name], process.peak_megabytes(self.pids[name])
        self.say(f"  {name}: {first:.0f} MB before, {peak:.0f} at most, {peak - first:+.0f}")

    def _used(self) -> dict[str, float]:
        return {name: process.cpu_seconds(pid) for name, pid in self.pids.items()}


@contextmanager
def slowest(say: Say, server: servers.Server, token: str) -> Iterator[None]:
    """Ask again and again meanwhile, and tell how long the slowest answer took."""
    over, took = threading.Event(), list[float]()

    def ask() -> None:
        while not over.wait(0.05):
            begun = time.perf_counter()
            asked(server, COUNT, token)
            took.append(time.perf_counter() - begun)

    thread = threading.Thread(target=ask)
    thread.start()
    yield
    over.set()
    thread.join()
    took.sort()
    say(f"  meanwhile asked {len(took)} times: median {took[len(took) // 2] * 1000:.0f} ms,")
    say(f"  99 of 100 within {took[len(took) * 99 // 100] * 1000:.0f}, all {took[-1] * 1000:.0f}")


def measure(say: Say, server: servers.Server, pids: dict[str, int], token: str, rows: int) -> None:
    """Have a roster checked and its failed rows fetched, and say what it took and cost."""
    content = file_of(rows)
    measured = Measured(say, service=server.pid, **pids)
    with measured.of(f"{rows} rows, {len(content) / 1e6:.1f} MB, from the first byte"):
        id_ = sent_in(server, token, content)
        while (now := asked(server, ASK, token, id=id_))["state"] not in ENDED:
            time.sleep(0.1)
    say(f"  {now}")
    measured.grown("service")
    with measured.of("failed rows fetched"), slowest(say, server, token):
        url = asked(server, FAILED, token, input={"id": id_})["url"]
        with urllib.request.urlopen(server.url(url), timeout=300) as answer:  # noqa: S310
            size = sum(len(piece) for piece in iter(lambda: answer.read(1 << 16), b""))
    say(f"  {size / 1e6:.1f} MB")
    measured.grown("service")
    measured.grown("worker")


def main(rows: list[int]) -> None:
    """Measure rosters of some sizes, each with processes of its own."""
    home = HOME.absolute() / "roster"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    cluster = Cluster(home / "postgres", {"max_connections": "100", "shared_buffers": "256MB"})
    cluster.start()
    try:
        where = asyncio.run(filled(cluster, max(rows)))
        url = where.service
        variables = {**servers.environment(url, KEY), "JIUYE_HOME": str(home)}
        claims = TokenClaims(
            account=ACCOUNT,
            session=uuid4(),
            name="经办人",
            role=Role.UNIT_OPERATOR,
            region=REGION,
            unit=UNIT,
            person=None,
            verified=True,
        )
        token = TokenIssuer(KEY, timedelta(hours=1)).issue_access_token(claims, datetime.now(UTC))
        for count in rows:
            _measure(variables, token, count, postmaster(cluster))
    finally:
        cluster.stop(immediately=True)
        shutil.rmtree(home, ignore_errors=True)


def _measure(variables: dict[str, str], token: str, rows: int, postgres: int) -> None:
    server = servers.service("rosters", variables, compiled=True)
    command = [sys.executable, "-m", "server.runtime.worker"]
    worker = subprocess.Popen(command, env={**_path(), **variables})  # noqa: S603
    try:
        time.sleep(3)  # both have started and are idle
        asked(server, COUNT, token)
        pids = {"worker": worker.pid, "postgres": postgres}
        measure(lambda text: print(text, flush=True), server, pids, token, rows)
    finally:
        worker.terminate()
        worker.wait()
        server.stop()


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path.cwd())}


if __name__ == "__main__":
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[10_000, 100_000])
    main(parser.parse_args().rows)
