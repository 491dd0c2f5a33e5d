"""The schema as clients get it, kept in schema.graphql: `python -m server.sdl [--check]`."""

import sys
from pathlib import Path

import strawberry

from schema.api.assembly import assemble_schema

SNAPSHOT = Path(__file__).parent.parent / "schema.graphql"


def print_sdl() -> str:
    """Print the schema."""
    return assemble_schema(strawberry.Schema).as_str() + "\n"


def main(arguments: list[str]) -> int:
    """Write the snapshot, or check that it is true."""
    if "--check" not in arguments:
        SNAPSHOT.write_text(print_sdl(), encoding="utf-8")
        return 0
    if SNAPSHOT.exists() and SNAPSHOT.read_text(encoding="utf-8") == print_sdl():
        return 0
    sys.stderr.write("schema.graphql is not what the code says. Run: make sdl\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
