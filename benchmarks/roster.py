"""How long the check of a roster takes, and what it costs: `python -m benchmarks.roster [ROWS…]`.

A real service and a real worker on a PostgreSQL of their own; the file goes in over HTTP (S10).
"""

import asyncio
import hashlib
import io
import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from stdnum.cn import ric

from benchmarks import process, servers
from benchmarks.database import HOME
from gateways.roster_file import Filled, write
from gateways.seal import Seal
from gateways.token import Claims, Tokens
from models import HireGroup, Role, RosterKind
from resolvers.roster_check import FORMS
from rules.identity import mask_id_number
from rules.roster_form import GROUPS
from server.migrate import upgrade
from server.postgres import Cluster
from server.postgres_roles import Urls, connect, prepare

DATABASE, REGION, KEY = "jiuye_rosters", "510104", hashlib.sha256(b"rosters").digest()
UNIT, ACCOUNT = UUID(int=1), UUID(int=2)
ASK = "query ($id: ID!) { node(id: $id) { ... on Roster { state total checked passed failed } } }"
ANNOUNCE = """mutation ($input: FileDraftInput!) { requestRosterUpload(input: $input) {
  ... on UploadPayload { upload { id url } } } }"""
CREATE = """mutation ($input: RosterDraftInput!) { createRoster(input: $input) {
  ... on RosterPayload { roster { id } } ... on Problem { message } } }"""
FAILED = """mutation ($input: RosterChoiceInput!) { requestFailedRows(input: $input) {
  ... on FailedRowsPayload { url } } }"""
ENDED = {"CHECKED", "REJECTED"}
EVERY_NTH_FAILS = 10


def id_number(n: int) -> str:
    """Give the ID number of the n-th person."""
    born = date(1970, 1, 1) + timedelta(days=n // 900)
    head = f"{REGION}{born:%Y%m%d}{n % 900 + 1:03d}"
    return head + ric.calc_check_digit(f"{head}0")


def file_of(rows: int) -> bytes:
    """Write a roster; every tenth person is called otherwise than on file."""
    form = FORMS[RosterKind.HIRING]
    group = next(name for name, group in GROUPS.items() if group is HireGroup.MIGRANT_WORKER)

    def filled() -> Iterator[Filled]:
        for n in range(rows):
            name = f"别名{n}" if n % EVERY_NTH_FAILS == 0 else f"人员{n}"
            days = {"contract_starts_on": "2022-03-01", "contract_ends_on": "2023-02-28"}
            yield Filled({"name": name, "id_number": id_number(n), "group": group, **days}, {})

    out = io.BytesIO()
    write(out, form.title, form.columns, filled(), rows)
    return out.getvalue()


async def filled(cluster: Cluster, rows: int) -> Urls:
    """Make the database: a unit, its operator, and everybody on file."""
    where = await prepare(cluster, DATABASE)
    await upgrade(where.owner, lambda _: None)
    keeper = await connect(cluster, DATABASE)
    seal, now = Seal(KEY), datetime.now(UTC)
    try:
        await keeper.execute(
            "INSERT INTO unit (id, region, credit_code, name) VALUES ($1, $2, $3, $4)",
            *(UNIT, REGION, "91510104MA6000000X", "成都某某有限公司"),
        )
        await keeper.execute(
            "INSERT INTO account (id, username, password_hash, name, role, region, unit_id, active)"
            " VALUES ($1, 'unit', 'none', '经办人', 'UNIT_OPERATOR', $2, $3, true)",
            *(ACCOUNT, REGION, UNIT),
        )
        await _put_on_file(keeper, seal, rows, now)
        await keeper.execute("ANALYZE")
    finally:
        await keeper.close()
    return where


async def _put_on_file(keeper: asyncpg.Connection, seal: Seal, rows: int, now: datetime) -> None:
    def persons() -> Iterator[tuple[object, ...]]:
        for n in range(rows):
            number = id_number(n)
            sealed, index = seal.seal("id_number", number), seal.index("id_number", number)
            born = date(1970, 1, 1) + timedelta(days=n // 900)
            yield uuid4(), REGION, f"人员{n}", born, sealed, index, mask_id_number(number), now

    columns = "id region name birth_date id_number_sealed id_number_index id_number_masked"
    named = [*columns.split(), "completed_at"]
    await keeper.copy_records_to_table("person", records=persons(), columns=named)


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


def measured(
    say: Callable[[str], None], server: servers.Server, worker: int, token: str, rows: int
) -> None:
    """Have a roster checked, and say what it took and cost."""
    content = file_of(rows)
    before = [process.resident_megabytes(pid) for pid in (worker, server.pid)]
    used = process.cpu_seconds(worker), process.cpu_seconds(server.pid)
    begun = time.perf_counter()
    id_ = sent_in(server, token, content)
    sent = time.perf_counter() - begun
    while (now := asked(server, ASK, token, id=id_))["state"] not in ENDED:
        time.sleep(0.1)
    seconds = time.perf_counter() - begun
    spent = process.cpu_seconds(worker) - used[0]
    say(f"{rows} rows, {len(content) / 1e6:.1f} MB: {now}")
    say(f"  {seconds:.1f} s from the first byte, {sent:.1f} s of them to send it in")
    say(f"  {spent:.1f} CPU seconds of the worker and the child that reads the file")
    begun = time.perf_counter()
    url = asked(server, FAILED, token, input={"id": id_})["url"]
    with urllib.request.urlopen(server.url(url), timeout=120) as answer:  # noqa: S310
        size = sum(len(piece) for piece in iter(lambda: answer.read(1 << 16), b""))
    seconds = time.perf_counter() - begun
    say(f"  failed rows fetched in {seconds:.1f} s, {size / 1e6:.1f} MB")
    for name, pid, first in zip(("worker", "service"), (worker, server.pid), before, strict=True):
        peak = process.peak_megabytes(pid)
        say(f"  {name}: {first:.0f} MB before, {peak:.0f} MB at most, {peak - first:+.0f} MB")


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
        claims = Claims(ACCOUNT, uuid4(), "经办人", Role.UNIT_OPERATOR, REGION, UNIT, None)
        token = Tokens(KEY, timedelta(hours=1)).issue(claims, datetime.now(UTC))
        for count in rows:
            _measure(variables, token, count)
    finally:
        cluster.stop(immediately=True)
        shutil.rmtree(home, ignore_errors=True)


def _measure(variables: dict[str, str], token: str, rows: int) -> None:
    server = servers.service("rosters", variables, compiled=True)
    command = [sys.executable, "-m", "server.worker"]
    worker = subprocess.Popen(command, env={**_path(), **variables})  # noqa: S603
    try:
        time.sleep(3)  # both have started and are idle
        asked(server, "{ rosters { totalCount } }", token)
        measured(lambda text: print(text, flush=True), server, worker.pid, token, rows)
    finally:
        worker.terminate()
        worker.wait()
        server.stop()


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path.cwd())}


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [10_000, 100_000])
