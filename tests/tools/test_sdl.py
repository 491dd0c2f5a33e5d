"""The printed schema that clients and reviewers read is the schema that is served."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, print_schema, validate_schema

from schema.api.assembly import assemble_schema
from server.http.app import ServedSchema
from tools import sdl


def test_the_snapshot_is_current() -> None:
    assert sdl.main(["--check"]) == 0


def test_a_snapshot_that_is_not_current_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sdl, "SNAPSHOT", tmp_path / "schema.graphql")
    assert sdl.main(["--check"]) == 1
    assert "make sdl" in capsys.readouterr().err
    assert sdl.main([]) == 0
    assert sdl.main(["--check"]) == 0


def test_what_is_printed_is_what_is_served_and_valid() -> None:
    served = assemble_schema(ServedSchema)
    assert sorted(f"{served.as_str()}\n".splitlines()) == sorted(sdl.print_sdl().splitlines())
    printed = build_schema(sdl.print_sdl())
    assert validate_schema(printed) == []
    assert set(printed.type_map) == set(served._schema.type_map)
    assert "type Subscription" in print_schema(printed)


def test_a_field_stays_where_it_was_published_and_a_new_one_stands_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = sdl.print_sdl()
    mutation = text[text.index("type Mutation") :]
    names = re.findall(r"^  (\w+)\(", mutation[: mutation.index("\n}")], flags=re.MULTILINE)
    published = tmp_path / "schema.graphql"
    published.write_text(f"type Mutation {{ {names[2]}: Int {names[1]}: Int }}", encoding="utf-8")
    monkeypatch.setattr(sdl, "SNAPSHOT", published)
    again = sdl.print_sdl()
    places = [again.index(f"\n  {name}(", again.index("type Mutation")) for name in names[:4]]
    assert places[2] < places[1] < places[0] < places[3]
