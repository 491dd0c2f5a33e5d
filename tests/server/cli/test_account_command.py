"""J3: accounts that nobody opens for themselves are made by a command, in place of SQL."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from models import Account, FunctionGrant, History, OfficeHistory, Role
from resolvers.kernel.chain_verification import verify_chains
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.viewer import parse_viewer
from rules.kernel.function import GRANTABLE_FUNCTIONS
from server.cli import account, main
from tests.factories.database import Database
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.rows import an_id_number
from tests.factories.stranger import PASSWORD, ask_with_token, mutate_as_stranger, sign_in
from tests.factories.world import World, a_world

CITY = ("--role", "city-administrator", "--holder", "市", "--region")
PROVINCE = ("--role", "PROVINCE_ADMINISTRATOR", "--holder", "省", "--region")
LEGAL = ("--role", "LEGAL_PERSON", "--holder", "赵", "--credit-code", "91220101MA0000001X")
SHOWN = re.compile(r"Password, shown this once 密码仅显示一次: (\S+)")
OFFICER = ("--role", "DISTRICT_OFFICER", "--holder", "高岩", "--region", "220104")
Command = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await made.add_unit("unit")
        yield made


@pytest.fixture
def command(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `jiuye account …` on the test's database, in this process."""
    environ = {
        **database.to_environment(),
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
        "JIUYE_HOME": str(tmp_path),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)

    async def run(*arguments: str, typed: str = "") -> tuple[int, str]:
        done = await asyncio.to_thread(
            CliRunner().invoke, main.app, ["account", *arguments], input=typed
        )
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


async def test_j3_an_officer_is_given_an_account_and_a_password_that_is_shown_once(
    world: World, command: Command
) -> None:
    code, said = await command("create", "officer-9", *OFFICER)
    assert (code, "officer-9: DISTRICT_OFFICER, 吉林省长春市朝阳区" in said) == (0, True)
    found = SHOWN.search(said)
    assert found is not None
    session = await sign_in(world, "officer-9", found[1])
    viewer = (
        await ask_with_token(world, session["accessToken"], "{ viewer { name role region } }")
    ).only
    assert viewer == {"name": "高岩", "role": "DISTRICT_OFFICER", "region": "220104"}


async def test_j3_nothing_is_held_in_the_database_while_somebody_types(
    world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database ended the transaction of whoever thought for a quarter of a minute."""
    came: list[str] = []

    def note_transaction(*given: Any) -> AbstractAsyncContextManager[AsyncSession]:
        came.append("transaction")
        return transaction_as(*given)

    def note_typing() -> str:
        came.append("typing")
        return PASSWORD.strip()

    monkeypatch.setattr(account, "transaction_as", note_transaction)
    monkeypatch.setattr(account, "_read_password", note_typing)
    for given in (("create", "officer-9", *OFFICER), ("change", "officer-9", "--password")):
        code, said = await command(*given, "--password-stdin")
        assert code == 0, said
    assert came == ["typing", "transaction"] * 2


async def test_j3_a_password_comes_from_standard_input_and_is_not_repeated(
    world: World, command: Command
) -> None:
    given = ("--role", "PROVINCE_ADMINISTRATOR", "--holder", "省", "--region", "220000")
    code, said = await command("create", "province-9", *given, "--password-stdin", typed=PASSWORD)
    assert (code, PASSWORD in said, "Password" in said) == (0, False, False)
    assert (await sign_in(world, "province-9"))["__typename"] == "SessionPayload"
    code, said = await command("create", "other-9", *given, "--password-stdin", typed="short\n")
    assert (code, "PASSWORD_TOO_SHORT" in said, "PASSWORD_TOO_SIMPLE" in said) == (1, True, True)


async def test_j3_a_unit_is_given_a_legal_person_and_only_one(
    world: World, command: Command
) -> None:
    (unit,) = [row for row in await world.load_rows(Account) if row.username == "unit"]
    code_of_unit = (await world.ask("{ viewer { unit { creditCode } } }", "unit")).only["unit"]
    given = ("--role", "LEGAL_PERSON", "--holder", "赵法人", "--credit-code")
    credit_code = code_of_unit["creditCode"]
    code, said = await command("create", "unit-legal", *given, credit_code)
    assert (code, "LEGAL_PERSON, unit有限公司" in said) == (0, True), said
    code, said = await command("create", "unit-legal-2", *given, credit_code)
    assert (code, "legal person already" in said) == (1, True)
    (made,) = [row for row in await world.load_rows(Account) if row.username == "unit-legal"]
    assert (made.unit_id, made.region) == (unit.unit_id, unit.region)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "Officer", *OFFICER), "ACCOUNT_NAME_MALFORMED"),
        (("create", "officer", *OFFICER[:-1], "999999"), "NOT_A_REGION"),
        (("create", "officer", *OFFICER[:-2]), "NOT_A_REGION"),
        (("create", "somebody", "--role", "PERSON", "--holder", "x"), "themselves"),
        (("create", "somebody", "--role", "SYSTEM", "--holder", "x"), "has its account already"),
        (("create", "officer", *OFFICER[:-1], "220100"), "REGION_NOT_A_DISTRICT"),
        (("create", "officer", *OFFICER[:-1], "220000"), "REGION_NOT_A_DISTRICT"),
        (("create", "city-9", *CITY, "220104"), "REGION_NOT_A_CITY"),
        (("create", "city-9", *CITY, "220000"), "REGION_NOT_A_CITY"),
        (("create", "province-9", *PROVINCE, "000000"), "REGION_NOT_A_PROVINCE"),
        (("create", "province-9", *PROVINCE, "220100"), "REGION_NOT_A_PROVINCE"),
        (("create", "officer", *OFFICER, "--credit-code", "x"), "Leave out --credit-code"),
        (("create", "legal-9", *LEGAL, "--region", "220104"), "Leave out --region"),
        (("create", "officer", *OFFICER, "--holder", " "), "TEXT_EMPTY"),
        (("change", "unit"), "Nothing is to change. Give --open or --close"),
        (("change", "system", "--password", "--open"), "nobody may sign in"),
        (("show", "nobody-here"), "no such account"),
        (("list", "--role", "PERSON"), "their own"),
        (("list", "--region", "999999"), "NOT_A_REGION"),
        (("create", "nounit", "--role", "UNIT_OPERATOR", "--holder", "x"), "CREDIT_CODE_MALFORMED"),
        (("create", "unit", *OFFICER), "taken"),
        (("change", "nobody-here", "--close"), "no such account"),
    ],
)
async def test_j3_whatever_cannot_be_is_told_and_not_made(
    world: World, command: Command, arguments: tuple[str, ...], words: str
) -> None:
    code, said = await command(*arguments)
    assert (code, words in said) == (1, True), said
    assert "Traceback" not in said
    people = [row for row in await world.load_rows(Account) if row.role is not Role.SYSTEM]
    assert len(people) == 1


async def test_j3_an_account_is_closed_opened_and_given_another_password(
    world: World, command: Command
) -> None:
    await command("create", "officer-9", *OFFICER, "--password-stdin", typed=PASSWORD)
    session = await sign_in(world, "officer-9")
    assert await command("change", "officer-9", "--close") == (0, "officer-9: closed\n")
    assert (await sign_in(world, "officer-9"))["reason"] == "SIGN_IN_FAILED"
    lost = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )
    assert lost["reason"] == "SESSION_ENDED"
    _, said = await command("change", "officer-9", "--open", "--password")
    found = SHOWN.search(said)
    assert found is not None
    assert (await sign_in(world, "officer-9"))["reason"] == "SIGN_IN_FAILED"
    again = await sign_in(world, "officer-9", found[1])
    assert again["__typename"] == "SessionPayload"


async def test_s1_an_account_opened_by_command_holds_all_that_its_role_may_unless_told_otherwise(
    world: World, command: Command
) -> None:
    async def granted(name: str, *more: str) -> set[str]:
        code, said = await command("create", name, *OFFICER, *more)
        assert code == 0, said
        (account,) = [row for row in await world.load_rows(Account) if row.username == name]
        rows = [row for row in await world.load_rows(FunctionGrant) if row.account_id == account.id]
        assert all(row.function in said for row in rows)
        assert {row.granted_by for row in rows} <= {None}
        return {row.function for row in rows}

    assert await granted("officer-1") == GRANTABLE_FUNCTIONS[Role.DISTRICT_OFFICER]
    some = await granted("officer-2", "--grants", "REVIEW_CLAIMS, REVIEW_POSTS")
    assert some == {"REVIEW_CLAIMS", "REVIEW_POSTS"}
    assert await granted("officer-3", "--grants", "none") == set()


@pytest.mark.parametrize(
    ("grants", "words"),
    [("REVIEW", "no function REVIEW"), ("FILE_POSTS", "FUNCTION_NOT_GRANTABLE"), ("", "function")],
)
async def test_s1_what_the_role_may_not_hold_is_not_granted_by_command_either(
    world: World, command: Command, grants: str, words: str
) -> None:
    code, said = await command("create", "officer-1", *OFFICER, "--grants", grants)
    assert (code, words in said) == (1, True), said
    assert "officer-1" not in {row.username for row in await world.load_rows(Account)}


async def test_section_5_an_agencys_operator_is_opened_for_a_registered_unit(
    world: World, command: Command
) -> None:
    found = (await world.ask("{ viewer { unit { creditCode } } }", "unit")).only["unit"]
    given = ("--role", "AGENCY_OPERATOR", "--holder", "卢敏", "--credit-code", found["creditCode"])
    code, said = await command("create", "agent-1", *given)
    assert (code, "FILE_CLAIMS" in said) == (0, True), said


async def test_j3_what_an_account_is_already_leaves_it_and_its_sessions_as_they_are(
    world: World, command: Command
) -> None:
    await command("create", "officer-9", *OFFICER, "--password-stdin", typed=PASSWORD)
    session = await sign_in(world, "officer-9")

    async def version() -> int:
        (found,) = [
            int(row.version)
            for row in await world.load_rows(Account)
            if row.username == "officer-9"
        ]
        return found

    before = await version()
    code, said = await command("change", "officer-9", "--open")
    assert (code, said) == (0, "officer-9: open already; nothing was changed\n")
    assert await version() == before
    kept = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )
    assert kept["__typename"] == "SessionPayload"


async def test_j3_a_machine_reads_accounts_as_json(world: World, command: Command) -> None:
    """Names are read as at the sign-in, in any width; a unit's own are listed where asked for."""
    _, said = await command("create", " officer-9 ", *OFFICER, "--grants", "REVIEW_POSTS", "--json")
    made = json.loads(said)
    assert (await sign_in(world, "officer-9", made["password"]))["__typename"] == "SessionPayload"
    told = {
        "account": "officer-9",
        "role": "DISTRICT_OFFICER",
        "holder": "高岩",
        "region": "220104",
        "unit": None,
        "creditCode": None,
        "open": True,
        "grants": ["REVIEW_POSTS"],
        "changed": True,
        "password": None,
    }
    assert made | {"password": None} == told
    assert json.loads((await command("show", " ｏfficer-9", "--json"))[1]) == told
    assert json.loads((await command("list", "--region", "220100", "--json"))[1]) == [told]
    assert json.loads((await command("list", "--region", "510000", "--json"))[1]) == []
    (unit,) = json.loads((await command("list", "--role", "unit-operator", "--json"))[1])
    assert (unit["account"], bool(unit["creditCode"])) == ("unit", True)
    closed = json.loads((await command("change", "officer-9", "--close", "--json"))[1])
    assert closed == told | {"open": False}
    _, listed = await command("list")
    assert listed == "officer-9\tDISTRICT_OFFICER\tclosed\t高岩\t吉林省长春市朝阳区\n1 accounts\n"


async def test_x9_what_a_command_does_to_an_account_is_told(world: World, command: Command) -> None:
    await command("create", "officer-9", *OFFICER, "--grants", "REVIEW_POSTS")
    await command("change", "officer-9", "--close", "--password")
    told = [
        (row.record, row.action, row.account_name, row.changes)
        for row in sorted(await world.load_rows(OfficeHistory), key=lambda row: row.sequence)
    ]
    who = "命令行 command line"
    assert told == [
        ("Account", "CREATE", who, {}),
        ("FunctionGrant", "CREATE", who, {}),
        ("Account", "CHANGE", who, {"active": ["True", "False"], "password_hash": "sealed"}),
    ]
    await command("change", "unit", "--close")
    (entry,) = await world.load_rows(History)
    assert (entry.record, entry.account_name) == ("Account", who)
    assert entry.changes == {"active": ["True", "False"]}
    assert (await verify_chains(world.service.reads, {})).broken == []


async def test_x2_accounts_of_one_number_know_of_each_other_and_the_older_signs_in_again(
    world: World, command: Command, tmp_path: Path
) -> None:
    """The number is sealed and in no output; tokens of both say that they are one person's."""
    number = an_id_number(5, date(1985, 4, 3))
    (tmp_path / "number").write_text(f"{number.lower()}\n")
    whose = ("--holder-number-file", str(tmp_path / "number"), "--password-stdin")
    assert (await command("create", "officer-8", *OFFICER, *whose, typed=PASSWORD))[0] == 0
    first = await sign_in(world, "officer-8")
    code, said = await command("create", "officer-9", *OFFICER, *whose, typed=PASSWORD)
    assert (code, number in said) == (0, False)
    accounts = {row.username: row for row in await world.load_rows(Account)}
    one, two = accounts["officer-8"], accounts["officer-9"]
    assert (one.same_holder, two.same_holder) == ([two.id], [one.id])
    assert one.holder_sealed
    assert number.encode() not in one.holder_sealed
    assert one.holder_index == two.holder_index
    refreshed = await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": first["refreshToken"]}, ""
    )
    assert refreshed["reason"] == "SESSION_ENDED"
    for name, other in (("officer-8", two), ("officer-9", one)):
        session = await sign_in(world, name)
        viewer = parse_viewer(world.service, f"Bearer {session['accessToken']}", None)
        assert viewer is not None
        assert viewer.is_one_of(other.id)


async def test_x2_accounts_opened_before_are_listed_and_told_whose_they_are(
    world: World, command: Command, tmp_path: Path
) -> None:
    """The account's sessions end, and so do those of the person's others."""
    (tmp_path / "number").write_text(an_id_number(5, date(1985, 4, 3)))
    whose = ("--holder-number-file", str(tmp_path / "number"))
    await command("create", "officer-8", *OFFICER, *whose, "--password-stdin", typed=PASSWORD)
    await command("create", "officer-9", *OFFICER, "--password-stdin", typed=PASSWORD)
    tokens = [(await sign_in(world, name))["refreshToken"] for name in ("officer-8", "officer-9")]
    _, listed = await command("list", "--without-holder")
    assert ("officer-8" in listed, "officer-9" in listed) == (False, True)
    assert (await command("change", "officer-9", *whose))[0] == 0
    accounts = {row.username: row for row in await world.load_rows(Account)}
    one, two = accounts["officer-8"], accounts["officer-9"]
    assert (one.same_holder, two.same_holder) == ([two.id], [one.id])
    for token in tokens:
        refreshed = await mutate_as_stranger(world, "refreshSession", {"refreshToken": token}, "")
        assert refreshed["reason"] == "SESSION_ENDED"
    _, listed = await command("list", "--without-holder")
    assert "officer-9" not in listed
    code, said = await command("change", "officer-9", *whose)
    assert (code, "says already whose it is" in said) == (1, True)


async def test_x2_an_installation_may_demand_whose_an_account_is(
    world: World, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCOUNT_HOLDER_REQUIRED", "true")
    code, said = await command("create", "officer-9", *OFFICER)
    assert (code, "--holder-number-file" in said) == (1, True)
    wrong = tmp_path / "number"
    wrong.write_text("220104198504031234")
    code, said = await command("create", "officer-9", *OFFICER, "--holder-number-file", str(wrong))
    assert (code, "220104198504031234" in said) == (1, False)
    gone = ("--holder-number-file", str(tmp_path / "none"))
    code, said = await command("create", "officer-9", *OFFICER, *gone)
    assert (code, "can't be read" in said) == (1, True)
