"""The benchmark's peer names relations by their foreign keys: a changed key would end it."""

import re
from pathlib import Path

from models import Base

QUERY = Path("benchmarks/postgraphile/flagship.graphql").read_text(encoding="utf-8")
RELATION = re.compile(r": [a-z]\w*?By(\w+?)(?:List)?[ (]")


def _spell_columns(name: str) -> frozenset[str]:
    return frozenset(re.sub(r"(?<!^)(?=[A-Z])", "_", word).lower() for word in name.split("And"))


def test_each_relation_that_the_peer_is_asked_for_has_its_foreign_key() -> None:
    keys = {
        frozenset(column.name for column in key.columns)
        for table in Base.metadata.tables.values()
        for key in table.foreign_key_constraints
    }
    asked = {name: _spell_columns(name) for name in RELATION.findall(QUERY)}
    assert len(asked) >= 4
    assert [name for name, columns in asked.items() if columns not in keys] == []
