"""`jiuye schema check` tells what changed, and which known documents it concerns."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse
from typer.testing import CliRunner

from gateways.usage_book import Usage
from resolvers.kernel.schema_usage import save_usage
from server.cli.main import app
from server.cli.schema_change import Effect, find_users, list_changes, list_document_uses
from server.http.document_coordinates import list_coordinates
from tests.factories.database import Database
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.world import a_world
from tools.sdl import SNAPSHOT

OLD = """
  enum Kind { A B @deprecated(reason: "Use A.") C }
  input Search { name: String kind: Kind within: Search }
  type Claim { id: ID! amount: Int! old: Old @deprecated(reason: "Use amount.") }
  type Old { x: Int }
  type Query {
    claims(search: Search, kind: Kind): [Claim!]!
    gone: Int
    gone2: Int @deprecated(reason: "Nobody asks.")
    odd(limit: Int): Int
  }"""
NEW = """
  enum Kind { A D }
  input Search { name: String! kind: Kind within: Search until: String }
  type Claim { id: ID! amount: Int }
  type Query { claims(search: Search, kind: Kind): [Claim!]! odd: Int new: Int }"""
SCHEMA = SNAPSHOT.read_text(encoding="utf-8")
DOCUMENTS = {
    "desk list": "query ($s: Search) { claims(search: $s) { amount } }",
    "desk kinds": "{ claims(kind: C) { id } }",
    "phone odd": "{ odd(limit: 3) gone2 }",
    "phone new": "{ odd nobody }",
}


def test_changes_are_told_by_what_they_do_and_whether_they_were_announced() -> None:
    found = {
        (each.effect, each.coordinate, each.announced)
        for each in list_changes(build_schema(OLD), build_schema(NEW))
    }
    breaking = {
        ("Kind.B", True),
        ("Kind.C", False),
        ("Search.name", False),
        ("Claim.amount", False),
        ("Claim.old", True),
        ("Old", True),
        ("Query.gone", False),
        ("Query.gone2", True),
        ("Query.odd(limit:)", False),
    }
    assert {found[1:] for found in found if found[0] is Effect.BREAKING} == breaking
    assert {at for effect, at, _ in found if effect is Effect.DANGEROUS} == {
        "Kind.D",
        "Search.until",
    }
    assert {at for effect, at, _ in found if effect is Effect.SAFE} == {"Query.new"}


def test_a_change_names_the_documents_that_use_it() -> None:
    used = list_document_uses(build_schema(OLD), DOCUMENTS)
    users = {
        each.coordinate: list(find_users(each, used))
        for each in list_changes(build_schema(OLD), build_schema(NEW))
    }
    assert {at: by for at, by in users.items() if by} == {
        "Search.name": ["desk list"],
        "Claim.amount": ["desk list"],
        "Kind.C": ["desk kinds"],
        "Query.odd(limit:)": ["phone odd"],
        "Query.gone2": ["phone odd"],
    }


def test_coordinates_are_those_of_fields_arguments_inputs_and_values() -> None:
    text = """query ($s: Search) { a: claims(search: {name: "x", kind: A}, kind: C) { ...F }
      b: claims(search: $s) { id @include(if: true) } } fragment F on Claim { __typename id }"""
    assert list_coordinates(build_schema(OLD), parse(text)) == {
        *("Query.claims", "Query.claims(search:)", "Query.claims(kind:)"),
        *("Search", "Search.name", "Search.kind", "Search.within", "Kind", "Kind.A", "Kind.C"),
        *("Claim", "Claim.id"),
    }


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIUYE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRUSTED_DOCUMENTS", str(tmp_path))
    (tmp_path / "desk.json").write_text(json.dumps({"hotline": "{ viewer { name nickname } }"}))
    return tmp_path / "old.graphql"


def put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def check(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["schema", "check", *words])
    return done.exit_code, done.output


def test_the_command_fails_where_clients_break_unwarned(released: Path) -> None:
    released.write_text(SCHEMA)
    assert check(str(released)) == (
        0,
        "0 breaking, 0 dangerous, 0 safe; 0 breaking without a deprecation before.\n",
    )
    released.write_text(SCHEMA + "extend type Viewer { nickname: String }")
    code, told = check(str(released))
    assert code == 1
    assert "breaking: Field Viewer.nickname was removed. Used by: desk hotline." in told
    warned = 'extend type Viewer { nickname: String @deprecated(reason: "Use name.") }'
    released.write_text(SCHEMA + warned)
    code, told = check(str(released), "--json")
    changes: list[Any] = json.loads(told)
    assert (code, [each["announced"] for each in changes]) == (0, [True])


async def test_what_programs_use_is_listed_and_names_them_where_it_changes(
    database: Database, released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY}
    for name, value in {**database.to_environment(), **keys}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)

    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, app, ["schema", *words])
        return done.exit_code, done.output

    assert await run("usage") == (0, "Nothing of it was used.\n")
    today = datetime.now(UTC).date()
    gone = Usage(today, "desk", "2.0", "Viewer.nickname")
    async with a_world(database) as world:
        await save_usage(world.service, {gone: 7, Usage(today, "", "", "Viewer.name"): 1})
    assert await run("usage") == (
        0,
        f"Viewer.name: (no name), 1 times, last on {today}\n"
        f"Viewer.nickname: desk 2.0, 7 times, last on {today}\n",
    )
    assert await run("usage", "--deprecated") == (0, "Nothing of it was used.\n")
    _, told = await run("usage", "--json")
    usage = released.with_name("usage.txt")
    put(usage, told)
    put(released, f"{SCHEMA}extend type Viewer {{ nickname: String }}")
    _, told = await run("check", str(released), "--usage", str(usage))
    assert "Used by: desk 2.0, desk hotline." in told
    put(usage, "{}]")
    code, told = await run("check", str(released), "--usage", str(usage))
    assert (code, "is not what" in told) == (1, True)


@pytest.mark.parametrize("given", ["type {", "type Query { a: Nobody }", b"\xff"])
def test_what_is_no_schema_is_told_by_its_file(released: Path, given: str | bytes) -> None:
    released.write_bytes(given if isinstance(given, bytes) else given.encode())
    code, told = check(str(released))
    assert (code, "old.graphql is no schema" in told) == (1, True)
