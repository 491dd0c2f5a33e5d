"""Python names that are data: histories, kept answers and global ids name a model's class."""

import models
import schema.api.mutations  # noqa: F401 - enters the types that have global ids
from loaders.key import NODE_TYPES
from models import Claim


def test_x9_a_table_is_kept_under_the_name_that_clients_know() -> None:
    """History and kept answers name the class, so a class is called like its GraphQL type."""
    strangers = {name for name, known in NODE_TYPES.items() if known.table.__name__ != name}
    assert strangers == {name for name, known in NODE_TYPES.items() if known.table is Claim}


def test_x12_a_kept_answer_finds_its_table_by_name() -> None:
    for known in NODE_TYPES.values():
        assert getattr(models, known.table.__name__) is known.table
