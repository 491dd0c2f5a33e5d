"""The schema as clients get it, kept in schema.graphql: `python -m tools.sdl [--check]`.

A field keeps the place at which it was published, so that a difference shows what changed, and
not where the code that makes it was moved to.
"""

import sys
from pathlib import Path

import strawberry
from graphql import GraphQLSchema, ObjectTypeDefinitionNode, parse

from schema.api.assembly import assemble_schema
from tools.written_page import write_or_check

SNAPSHOT = Path(__file__).parent.parent / "schema.graphql"


def print_sdl() -> str:
    """Print the schema, its fields in the order in which they were published."""
    schema = assemble_schema(strawberry.Schema)
    if SNAPSHOT.exists():
        _keep_field_order(schema._schema, SNAPSHOT.read_text(encoding="utf-8"))
    return schema.as_str() + "\n"


def _keep_field_order(schema: GraphQLSchema, published: str) -> None:
    """Put each object type's fields where they were published; new ones stand behind them."""
    for definition in parse(published, no_location=True).definitions:
        if isinstance(definition, ObjectTypeDefinitionNode):
            current = schema.type_map.get(definition.name.value)
            fields = getattr(current, "fields", {})
            for field in definition.fields or ():
                if field.name.value in fields:
                    fields[field.name.value] = fields.pop(field.name.value)
            known = {field.name.value for field in definition.fields or ()}
            for name in [name for name in fields if name not in known]:
                fields[name] = fields.pop(name)


def main(arguments: list[str]) -> int:
    """Write the snapshot, or check that it is true."""
    return write_or_check(arguments, SNAPSHOT, print_sdl, "sdl")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
