"""J3: certificates are added, listed and ended by command, and sessions end with them."""

import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import update

from loaders.actor import Actor
from models import ClientCertificate, DatabaseRole, OfficeHistory, Role
from resolvers.kernel.public_access import transaction_as
from server.http.app import Application
from server.http.certificate_header import CertificateContract
from tests.factories.client_certificate import HEADER, PROXY_SECRET, make_certificate
from tests.factories.database import Database
from tests.factories.world import World, a_world
from tests.server.cli.conftest import RunCommand


async def lapse(world: World, name: str) -> None:
    """Let an account's certificates have ended long ago."""
    own = Actor(account=world.accounts[name].id)
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        await session.execute(update(ClientCertificate).values(valid_to=date(2020, 1, 1)))


async def test_j3_a_certificate_is_added_by_command_signs_in_and_is_ended(
    database: Database, tmp_path: Path, run_command: RunCommand
) -> None:
    run = partial(run_command, "certificate")

    made = make_certificate("supplier", ends=datetime(2031, 5, 6, tzinfo=UTC))
    file, other = tmp_path / "supplier.pem", tmp_path / "none.pem"
    file.write_bytes(made.pem)
    other.write_text("nothing")
    async with a_world(database) as world:
        assert isinstance(world.app, Application)
        world.app.certificates = CertificateContract(HEADER, PROXY_SECRET)
        await world.add_account("supplier", Role.DATA_SUPPLIER)
        added = ("add", "supplier", str(file), "--name", "社保系统")
        for wrong, said_of_it in (
            (("add", "nobody", str(file), "--name", "x"), "no such account"),
            (("add", "supplier", str(other), "--name", "x"), "no certificate"),
            ((*added, "--functions", "REVIEW_CLAIMS"), "may not hold"),
            ((*added, "--functions", "KEEP_ACCOUNT"), "No program may hold"),
            ((*added, "--until", "2020-01-01"), "has ended"),
        ):
            code, said = await run(*wrong)
            assert (code, said_of_it in said) == (1, True), said
        code, said = await run(*added, "--functions", "LOAD_FACTS", "--json")
        told = json.loads(said)
        assert (code, told["valid_to"], told["ended"]) == (0, "2031-05-06", False)
        code, said = await run(*added)
        assert (code, "was added before" in said) == (1, True)
        headers = {HEADER: made.header, "jiuye-proxy": PROXY_SECRET}
        form = {"grant_type": "client_credentials"}
        given = await world.client.post("/oauth/token", data=form, headers=headers)
        assert given.json()["scope"] == "LOAD_FACTS"
        code, said = await run("list", "--json")
        (listed,) = json.loads(said)
        assert (listed["account"], listed["used_at"] is not None) == ("supplier", True)
        code, said = await run("end", "supplier", told["id"])
        assert (code, "ended" in said) == (0, True)
        ended = await world.client.post("/oauth/token", data=form, headers=headers)
        assert ended.status_code == 401
        code, said = await run("end", "supplier", "x")
        assert (code, "no such certificate" in said) == (1, True)
        code, said = await run(*added, "--functions", "LOAD_FACTS")
        assert code == 0, said
        again = await world.client.post("/oauth/token", data=form, headers=headers)
        assert again.status_code == 200
        await world.add_account("other", Role.DATA_SUPPLIER)
        for functions, expected in ((("--functions", "LOAD_FACTS"), 1), ((), 0), ((), 1)):
            code, said = await run("add", "other", *added[2:], *functions)
            assert (code, "was added before" in said) == (expected, bool(expected)), said
        code, said = await run("list", "supplier")
        assert (code, "2 certificates" in said) == (0, True)
        steps = [row.action for row in await world.load_rows(OfficeHistory)]
        assert (steps.count("ADD_CERTIFICATE"), steps.count("END_CERTIFICATE")) == (3, 1)


async def test_j3_a_certificate_that_lapsed_is_told_as_such_and_may_be_added_again(
    database: Database, tmp_path: Path, run_command: RunCommand
) -> None:
    """For whomever: what signs nobody in any more bars nobody either."""
    run = partial(run_command, "certificate")
    file = tmp_path / "supplier.pem"
    file.write_bytes(make_certificate("supplier", ends=datetime(2031, 5, 6, tzinfo=UTC)).pem)
    named = (str(file), "--name", "x", "--functions", "LOAD_FACTS")
    async with a_world(database) as world:
        for name in ("supplier", "other"):
            await world.add_account(name, Role.DATA_SUPPLIER)
        for first, then in (("supplier", "supplier"), ("supplier", "other")):
            code, said = await run("add", first, *named)
            assert code == 0, said
            code, said = await run("add", then, *named)
            assert (code, "was added before" in said) == (1, True)
            await lapse(world, first)
            code, said = await run("list", first)
            assert "lapsed on 2020-01-01" in said
            code, said = await run("list", first, "--json")
            told = json.loads(said)[-1]
            assert (told["lapsed"], told["ended"]) == (True, False)
            code, said = await run("add", then, *named)
            assert code == 0, said
            code, said = await run("list", first, "--json")
            assert told["id"] in [each["id"] for each in json.loads(said) if each["ended"]]
            await lapse(world, then)
        steps = [row.action for row in await world.load_rows(OfficeHistory)]
        assert (steps.count("ADD_CERTIFICATE"), steps.count("END_CERTIFICATE")) == (4, 3)
