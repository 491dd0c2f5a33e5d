"""Everything of 0.1.0: tables, what points at what, seeds, and whose rows are whose.

The statements are in `r0001/`, by area, for reading. They are frozen with this file: what they
take from models and rules is what those said when 0.1.0 was released (ADR 0048).

Revision: r0001
Follows: nothing
"""

from operator import methodcaller
from pathlib import Path

from alembic import context, op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

SCRIPTS = Path(__file__).with_name("r0001")
TABLES = (
    "kernel",
    "accounts",
    "units",
    "policy",
    "facts",
    "files",
    "internship",
    "rosters",
    "training",
    "claims",
    "payment",
    "desk",
)
SEEDS = ("regions", "parameters", "calendar")
ORDER = (*TABLES, *SEEDS, "foreign_keys", "policies")
"""Rows before what binds them: nobody is an actor yet."""

ROLE = ':"service_role"'
"""What stands for the role that the service connects as, as psql would read it."""


def upgrade() -> None:
    """Run the scripts, each in one go; they fail or hold together."""
    role = '"{}"'.format(context.config.attributes["service_role"].replace('"', '""'))
    op.execute("SET LOCAL client_min_messages = warning")  # the driver's transaction begins here
    connection = op.get_bind().connection
    for name in ORDER:
        script = (SCRIPTS / f"{name}.sql").read_text(encoding="utf-8").replace(ROLE, role)
        connection.run_async(methodcaller("execute", script))
