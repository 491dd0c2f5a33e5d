"""Masked ID numbers show the first two and the last character (X11, ADR 0056).

Revision: r0012
Follows: r0011
"""

from collections.abc import Mapping

from migrations.execution import everywhere, repeat

revision = "r0012"
down_revision = "r0011"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

MASKS = {
    "person": ("id", "id_number_masked"),
    "intern": ("unit_id, id", "id_number_masked"),
    "trainee": ("unit_id, id", "id_number_masked"),
    "roster_row": ("unit_id, id", "id_number_masked"),
    "publicity_line": ("unit_id, id", "id_number_masked"),
    "account_appeal": ("id", "id_number_masked"),
    "unit": ("id", "representative_id_masked"),
}
"""Each table that keeps one, its key and the column."""

CONTRACTS: Mapping[str, str] = {
    f"{table}.{column}": "beside a birth date it left nine numbers: X11 wants fewer digits"
    for table, (_, column) in MASKS.items()
}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

SHORTEN = r"""
UPDATE {table} SET {column} = left({column}, 2) || repeat('*', 15) || right({column}, 1)
WHERE ({key}) IN (
    SELECT {key} FROM {table} WHERE {column} ~ '^\d{{4}}\*{{12}}\d[\dX]$' LIMIT 5000)
"""


def upgrade() -> None:
    """Shorten the masks that are on file; nobody gets back what was hidden."""
    with everywhere():
        for table, (key, column) in MASKS.items():
            repeat(SHORTEN.format(table=table, key=key, column=column))
