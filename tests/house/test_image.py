"""What goes into the image is what the service is made of: all that it imports, and no more."""

import ast
from collections.abc import Iterator

from tools.written_page import ROOT

ROOMS = {each.name for each in ROOT.iterdir() if (each / "__init__.py").is_file()}
ENTRY = "server"
RUN_BY_NAME = {"migrations"}
"""What Alembic finds by its folder."""


def list_imported_rooms(room: str) -> Iterator[str]:
    """Give the rooms that a room's modules import."""
    for file in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.ImportFrom(module=str(name), level=0):
                    yield name.partition(".")[0]
                case ast.Import(names=names):
                    yield from (each.name.partition(".")[0] for each in names)


def find_rooms_of_service() -> set[str]:
    found, left = set[str](), {ENTRY, *RUN_BY_NAME}
    while left:
        room = left.pop()
        found.add(room)
        left |= {each for each in list_imported_rooms(room) if each in ROOMS} - found
    return found


def test_the_image_has_all_rooms_that_the_service_imports_and_no_others() -> None:
    """The container would not start without one of them; tests and tools stay outside."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert let_in & ROOMS == find_rooms_of_service()
    assert not {"tests", "tools"} & let_in
