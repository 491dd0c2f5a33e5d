"""`jiuye reconcile`: what it prints, and that it ends with 1 where the books don't agree (X8)."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from typer.testing import CliRunner

from models import DisbursementBatch
from server.cli import main
from tests.factories.database import Database
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.payment_scenario import PaymentScenario
from tests.factories.world import World, a_world, add_officials

ENVIRONMENT = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY, "DEMO": "false"}


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        yield made


async def test_x8_the_command_prints_the_books_and_ends_with_1_where_they_differ(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (ENVIRONMENT | database.to_environment()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)

    async def run(*options: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, main.app, ["reconcile", *options])

    empty = await run()
    assert (empty.exit_code, empty.stdout) == (0, "0.00 yuan approved: reconciled\n")
    chain = await PaymentScenario(world).set_up()
    await chain.try_make_batch(*await chain.add_payable_lines(2))
    done = await run()
    assert done.exit_code == 0
    assert "220104 LIVING_ALLOWANCE: approved 11760.00 = awaiting 0.00" in done.output
    assert "in batch 11760.00" in done.output
    await chain.update_all(DisbursementBatch, payment_count=1)
    (batch,) = await world.load_rows(DisbursementBatch)
    done = await run()
    assert done.exit_code == 1
    assert f"disbursement_batch {batch.id}: payments don't come to" in done.output
    assert done.stdout.endswith("1 differences, 0.00 unaccounted for\n")
    assert re.search(r"Adding up what was approved … [0-9.]+ s\n", done.stderr)
    done = await run("--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["holds"]) == (1, False)
    (ledger,) = told["ledgers"]
    assert (ledger["approved"], ledger["places"]["in batch"]) == ("11760.00", "11760.00")
    assert (ledger["standing"], ledger["unaccounted"]) == ("11760.00", "0.00")
    wrong = {"record": "disbursement_batch", "key": str(batch.id), "difference": "BATCH"}
    assert told["differences"] == [wrong]
