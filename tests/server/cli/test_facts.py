"""`jiuye facts load` as an operator sees it: what it prints, what it leaves behind (X13)."""

import asyncio
import csv
import json
import os
import re
import sys
import threading
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gateways.csv_file import CsvFile, Record, UnreadableFileError
from loaders.advisory_lock import AdvisoryLock
from models import FactKind
from rules.facts.fact_shape import list_columns
from server.cli.facts import KIND_CHOICES, FactsNotLoaded, LoadRequest, load_file, read_kind
from tests.factories.database import Database
from tests.factories.fact import AS_OF
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.rows import a_credit_code, an_id_number
from tests.factories.world import build_settings

ROOT = Path(__file__).parents[3]
HEADER = "公民身份号码,姓名,缴费月份,统一社会信用代码,缴费基数"
WHO = an_id_number(1)
GOOD = f"{WHO},张三,2024-10,{a_credit_code(1)},4000"
BAD = f"{WHO},张三,2024-13,{a_credit_code(1)},4000"


async def jiuye(
    database: Database, path: Path, *more: str, stdout_alone: bool = False
) -> tuple[int, str]:
    """Run the command in a process of its own."""
    own = {
        **database.to_environment(),
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
        "ENVIRONMENT": "production",
    }
    said = ("--kind", "insurance-contributions", "--source", "社保局", "--as-of", "2025-03-01")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.cli.main", "facts", "load", str(path), *said, *more),
        cwd=ROOT,
        env=os.environ | own,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if stdout_alone else asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def called(database: Database, path: Path, **more: Any) -> str:
    """Load as the command does, in a thread that has no event loop; give what it says."""
    asked = LoadRequest(
        path=path, kind=FactKind.INSURANCE_CONTRIBUTION, source="社保局", as_of=AS_OF
    )
    try:
        done = await asyncio.to_thread(load_file, build_settings(database), replace(asked, **more))
    except FactsNotLoaded as error:
        return f"FactsNotLoaded: {error}"
    return "\n".join(done.describe())


async def count(database: Database) -> int:
    owner = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    async with owner.transaction():
        await owner.execute("SELECT set_config('app.see_low', '000000', true)")
        await owner.execute("SELECT set_config('app.see_high', '999999', true)")
        found: int = await owner.fetchval("SELECT count(*) FROM insurance_contribution")
    await owner.close()
    return found


@pytest.mark.slow
async def test_x13_the_command_loads_a_file_and_tells_it_in_numbers(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n")
    code, out = await jiuye(database, path)
    assert code == 0, out
    assert "1 rows: 1 new, 0 changed, 0 confirmed, 0 as they were" in out
    assert "1 persons were put on file." in out
    assert "Columns left aside: 1" in out
    assert await count(database) == 1
    assert os.listdir(tmp_path) == [path.name]
    assert WHO not in out
    code, out = await jiuye(database, path, "--kind", "horoscopes")
    assert code == 2
    assert "transfer-employment" in out


class SilentFile(CsvFile):
    """A file of which nothing is read until it is let go on."""

    goes_on = threading.Event()

    async def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        await asyncio.to_thread(self.goes_on.wait)
        async for piece in super().pieces():
            yield piece


async def test_x13_a_load_is_held_to_no_time_limit_of_requests(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for another load, reads for long without a statement, and writes for long."""
    path = tmp_path / "facts.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n")
    limits = {"operation_deadline_seconds": 1, "statement_timeout_ms": 200}
    settings = build_settings(database).model_copy(update=limits)
    monkeypatch.setattr("server.database.pools.ANSWER_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("server.cli.facts.open_table", SilentFile)
    asked = LoadRequest(
        path=path, kind=FactKind.INSURANCE_CONTRIBUTION, source="社保局", as_of=AS_OF
    )
    watching = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    try:
        await watching.execute(AdvisoryLock.FACT_LOAD.select_session_lock())
        loading = asyncio.create_task(asyncio.to_thread(load_file, settings, asked))
        for state in ("active", "idle in transaction"):
            await _see_for_longer(watching, loading, state)
            await watching.execute("SELECT pg_advisory_unlock_all()")
        SilentFile.goes_on.set()
        assert (await loading).result.new == 1
    finally:
        SilentFile.goes_on.set()
        await watching.close()


async def _see_for_longer(
    watching: asyncpg.Connection, loading: asyncio.Task[Any], state: str
) -> None:
    """See the load's connection in a state for longer than a request may be."""
    seen = """SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jiuye'
      AND datname = current_database() AND state = $1
      AND clock_timestamp() - state_change > interval '1.5 s'"""
    while not await watching.fetchval(seen, state):
        assert not loading.done(), loading.exception()
        await asyncio.sleep(0.05)


async def test_x13_faults_go_to_a_file_of_their_own_and_no_number_to_the_terminal(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("\n".join([HEADER, GOOD, *[BAD] * 9]) + "\n", encoding="gb18030")
    out = await called(database, path, all_or_nothing=True)
    assert "9 rows with faults: 9 NOT_A_MONTH" in out
    assert "line 3 month: This is not a month." in out
    assert out.count("line ") == 5
    assert out.startswith("FactsNotLoaded")
    assert await count(database) == 0
    told = (tmp_path / "facts.csv.errors.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(told.splitlines()))
    assert [row[:3] for row in rows[1:]] == [[str(n), "month", "NOT_A_MONTH"] for n in range(3, 12)]
    assert all(len(row) == 8 and all(row) for row in rows)
    for text in (out, told):
        assert WHO not in text
        assert "张三" not in text
    out = await called(database, path)
    assert "1 rows: 1 new" in out
    assert "9 rows were refused, the others are loaded." in out
    assert await count(database) == 1


@pytest.mark.slow
async def test_x13_one_bad_row_does_not_refuse_the_others_and_the_exit_code_tells(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("\n".join([HEADER, GOOD, BAD]) + "\n", encoding="utf-8")
    code, out = await jiuye(database, path, "--all-or-nothing")
    assert (code, "Nothing was loaded." in out, await count(database)) == (1, True, 0), out
    code, out = await jiuye(database, path)
    assert (code, "1 rows were refused, the others are loaded" in out) == (3, True), out
    assert "Reading 0.0 MB" in out
    assert re.search(r"Writing … [0-9.]+ s", out)
    assert await count(database) == 1
    code, out = await jiuye(database, path, "--keep-going", "--json", stdout_alone=True)
    told = json.loads(out)
    assert (code, told["rows"], told["same"], told["refused"]) == (0, 1, 1, 1)
    assert (told["faults"], told["errors"]) == ({"NOT_A_MONTH": 1}, f"{path}.errors.csv")


async def test_x13_a_file_of_nothing_but_bad_rows_loads_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("\n".join([HEADER, BAD]) + "\n", encoding="utf-8")
    out = await called(database, path)
    assert out.startswith("FactsNotLoaded: 1 rows with faults: 1 NOT_A_MONTH")
    assert "Nothing was loaded. Correct them" in out


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"", {}, "is empty"),
        (b"\xff\xff\xff", {}, "neither UTF-8 nor GB 18030"),
        (b"a,b\0\n", {}, "neither UTF-8 nor GB 18030"),
        (b'a,"b\nc,d\n', {}, "no CSV from here on"),
        (f'{HEADER}\n{GOOD}\n"'.encode(), {}, "line 3: no CSV from here on"),
        (f"{GOOD}\n".encode(), {}, "COLUMN_MISSING"),
        (f"{HEADER}\n{GOOD}\n".encode(), {"as_of": date(2999, 1, 1)}, "lies in the future"),
        (f"{HEADER}\n{GOOD}\n".encode(), {"region": "999999"}, "no six-digit code"),
        (f"{HEADER}\n{GOOD}\n".encode(), {"source": " "}, "must name a source"),
        (f"{HEADER}\n{BAD}\n".encode(), {"errors": Path("/")}, "Can't write"),
    ],
)
async def test_x13_what_can_not_be_loaded_is_refused_in_words(
    database: Database, tmp_path: Path, content: bytes, more: dict[str, Any], said: str
) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes(content)
    out = await called(database, path, **more)
    assert out.startswith("FactsNotLoaded")
    assert said in out
    assert WHO not in out
    assert await count(database) == 0


def test_x13_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"Can't read none\.csv"):
        CsvFile(tmp_path / "none.csv")


def test_x13_a_row_is_named_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes('\ufeffa,b\r\n"1\r\n1",2\r\n\r\n ,\r\n3,4'.encode())
    file = CsvFile(path)
    found = [(record.line, list(record.cells)) for record in file.iterate_records()]
    assert found == [(1, ["a", "b"]), (2, ["1\r\n1", "2"]), (6, ["3", "4"])]
    assert file.done == file.size == path.stat().st_size


def test_x13_kinds_are_named_in_one_and_in_many() -> None:
    for kind, name in zip(FactKind, KIND_CHOICES.split("|"), strict=True):
        assert read_kind(name) is read_kind(f"{name}s") is read_kind(kind) is kind


def test_x13_the_documentation_names_every_kind_and_column() -> None:
    told = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
    for kind, name in zip(FactKind, KIND_CHOICES.split("|"), strict=True):
        section = told.split(f"### {name} ")[1].split("\n## ")[0].split("\n### ")[0]
        for column in list_columns(kind):
            where = told if column.name in {"id_number", "name", "region", "void"} else section
            assert f"| `{column.name}` | {', '.join(column.known_as)} |" in where, column.name
