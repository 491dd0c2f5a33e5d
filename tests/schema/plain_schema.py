"""The schema without what serves it, once for all tests: it takes half a second to assemble."""

from functools import cache

from strawberry import Schema

from schema.api.assembly import assemble_schema


@cache
def build_plain_schema() -> Schema:
    """Assemble the schema; whoever asks looks at it and changes nothing."""
    return assemble_schema(Schema)
