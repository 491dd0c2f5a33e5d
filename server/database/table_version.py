"""Which revision the tables have, and whether this release can work with it."""

from functools import lru_cache
from pathlib import Path

import migrations

SELECT_REVISION = "SELECT version_num FROM alembic_version"


@lru_cache
def find_needed_revision() -> str:
    """Return the newest revision of this release; they are numbered, and in one line."""
    directory = Path(migrations.__file__).parent / "versions"
    return max(path.name.partition("_")[0] for path in directory.glob("r[0-9]*_*.py"))


def describe_version_fault(found: str | None) -> str | None:
    """Say what is wrong with tables of a revision; None where this release can work with them.

    Those of a later one are good: migrations take nothing away that this release uses (ADR 0048).
    """
    needed = find_needed_revision()
    if found is not None and found >= needed:
        return None
    return (
        f"The tables are of revision {found or 'unknown'}, and {needed} is needed. "
        "Run `jiuye migrate`."
    )
