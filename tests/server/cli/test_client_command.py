"""J3: a program is added by command with a secret that is told once, and revoked."""

import json
from functools import partial

from models import OfficeHistory, Role
from tests.factories.database import Database
from tests.factories.world import a_world
from tests.server.cli.conftest import RunCommand


async def test_j3_a_program_is_added_by_command_gets_a_token_and_is_revoked(
    database: Database, run_command: RunCommand
) -> None:
    run = partial(run_command, "client")

    async with a_world(database) as world:
        await world.add_account("supplier", Role.DATA_SUPPLIER)
        added = ("add", "supplier", "--name", "社保系统", "--functions")
        code, said = await run(*added, "REVIEW_CLAIMS")
        assert (code, "may not hold" in said) == (1, True)
        for never in ("KEEP_ACCOUNT", "UNMASK_PERSONAL_DATA"):
            code, said = await run(*added, f"LOAD_FACTS,{never}")
            assert (code, "No program may hold" in said) == (1, True)
        await world.add_account("amy", Role.DISTRICT_OFFICER)
        for never in ("SETTLE_APPEALS", "COUNTER_FILING"):
            code, said = await run("add", "amy", "--name", "x", "--functions", never)
            assert (code, "No program may hold" in said) == (1, True)
        code, said = await run(*added, "LOAD_FACTS", "--until", "2030-12-31", "--json")
        made = json.loads(said)
        assert (code, made["valid_to"]) == (0, "2030-12-31")
        form = {
            "grant_type": "client_credentials",
            "client_id": made["id"],
            "client_secret": made["secret"],
        }
        given = await world.client.post("/oauth/token", data=form)
        assert given.json()["scope"] == "LOAD_FACTS"
        code, said = await run("list", "--json")
        (listed,) = json.loads(said)
        assert (listed["account"], listed["revoked"]) == ("supplier", False)
        assert listed["used_at"]
        assert listed["secret"] is None
        code, said = await run("list", "supplier")
        assert (code, made["id"] in said, made["secret"] in said) == (0, True, False)
        code, said = await run("revoke", "supplier", made["id"])
        assert (code, "revoked" in said) == (0, True)
        assert (await world.client.post("/oauth/token", data=form)).status_code == 401
        code, said = await run("revoke", "supplier", "x")
        assert (code, "no such program" in said) == (1, True)
        steps = [row.action for row in await world.load_rows(OfficeHistory)]
        assert steps.count("ADD_CLIENT") == steps.count("REVOKE_CLIENT") == 1
