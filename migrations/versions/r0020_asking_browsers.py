"""What asks to be signed in by a QR code, and the number that it shows (J4).

Revision: r0020
Follows: r0019
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0020"
down_revision = "r0019"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

NEW_COLUMNS = (
    "ALTER TABLE sign_in_ticket ADD COLUMN number VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE sign_in_ticket ADD COLUMN asked_from VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE sign_in_ticket ADD COLUMN asked_index BYTEA",
    "ALTER TABLE sign_in_ticket ADD COLUMN entrance VARCHAR DEFAULT 'BOTH' NOT NULL",
    "ALTER TABLE sign_in_ticket ADD COLUMN user_agent VARCHAR",
    "ALTER TABLE sign_in_ticket ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE",
    'GRANT UPDATE (ended_at) ON sign_in_ticket TO :"service_role"',
)


def upgrade() -> None:
    """Add the columns; a ticket that was asked for before can't be approved any more."""
    for statement in NEW_COLUMNS:
        execute(statement)
