"""What officers work through, and what happened to whom: queue and timelines.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

from migrations.policies import secure, unbound
from models import Owner
from rules.kernel.chain import FIRST_PREVIOUS_HASH, compute_hash

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = "status IN ('SUBMITTED', 'RETURNED')"
CLAIM_OPEN = (
    "status IN ('SUBMITTED', 'RETURNED', 'APPROVED', 'IN_PUBLICITY', 'PUBLICITY_PASSED', "
    "'PUBLICITY_FAILED')"
)
QUEUED = {
    "declaration": OPEN,
    "post": OPEN,
    "intern": OPEN,
    "monthly_report": OPEN,
    "claim": CLAIM_OPEN,
    "reduction": OPEN,
    "clawback": OPEN,
    "change_request": OPEN,
}

REPORTS_PERSON = """
    UPDATE monthly_report SET person_id = intern.person_id FROM intern
    WHERE intern.unit_id = monthly_report.unit_id AND intern.id = monthly_report.intern_id
"""
HISTORYS_PERSON = """
    UPDATE history SET person_id = about.person_id FROM {table} AS about
    WHERE about.unit_id = history.unit_id AND about.id = history.record_id
"""
ABOUT_PERSONS = ("intern", "monthly_report", "claim_line")


def upgrade() -> None:
    """Tell of each report and each step whom it is about; index what is open and what happened."""
    op.add_column("monthly_report", sa.Column("person_id", sa.Uuid()))
    op.add_column("history", sa.Column("person_id", sa.Uuid()))
    op.add_column("history", sa.Column("title", sa.String()))
    op.add_column("history", sa.Column("sequence", sa.Integer()))
    op.add_column("history", sa.Column("hash", sa.LargeBinary()))
    with unbound("history", *ABOUT_PERSONS):
        op.execute(REPORTS_PERSON)
        for table in ABOUT_PERSONS:
            op.execute(HISTORYS_PERSON.format(table=table))
        _chain_history()
    op.alter_column("monthly_report", "person_id", nullable=False)
    for column in ("sequence", "hash"):
        op.alter_column("history", column, nullable=False)
    op.create_unique_constraint("uq_history_unit_id_sequence", "history", ["unit_id", "sequence"])
    for table in ("monthly_report", "history"):
        name = f"fk_{table}_person_id"
        op.create_foreign_key(name, table, "person", ["person_id"], ["id"])
    _create_indexes()
    secure("history", Owner.HISTORY, append_only=True)


def _chain_history() -> None:
    """Chain what happened so far, unit by unit, in the order in which it happened (X9)."""
    connection = op.get_bind()
    history = sa.Table("history", sa.MetaData(), autoload_with=connection)
    for (unit_id,) in connection.execute(sa.select(history.c.unit_id).distinct()).all():
        steps = sa.select(history).where(history.c.unit_id == unit_id)
        before = FIRST_PREVIOUS_HASH
        for n, step in enumerate(
            connection.execute(steps.order_by(history.c.at, history.c.id)).mappings().all(), 1
        ):
            before = compute_hash(before, {**step, "sequence": n})
            own = (history.c.unit_id == unit_id, history.c.id == step["id"])
            connection.execute(history.update().where(*own).values(sequence=n, hash=before))


def _create_indexes() -> None:
    op.create_index("ix_history_unit_id_at_id", "history", ["unit_id", "at", "id"])
    op.create_index(
        "ix_history_person_id_at_id",
        "history",
        ["person_id", "at", "id"],
        postgresql_where="person_id IS NOT NULL",
    )
    for table, open_ in QUEUED.items():
        op.create_index(
            f"ix_{table}_queue_by_age",
            table,
            ["submitted_at", "id", "region", "status"],
            postgresql_where=open_,
        )
        op.create_index(
            f"ix_{table}_queue_by_region",
            table,
            ["region", "status", "submitted_at", "id"],
            postgresql_include=["unit_id"],
            postgresql_where=open_,
        )


def downgrade() -> None:
    """Forget it again."""
    secure("history", Owner.UNIT, append_only=True)
    for table in QUEUED:
        op.drop_index(f"ix_{table}_queue_by_region", table)
        op.drop_index(f"ix_{table}_queue_by_age", table)
    op.drop_index("ix_history_unit_id_at_id", "history")
    for table in ("history", "monthly_report"):
        op.drop_column(table, "person_id")
    op.drop_constraint("uq_history_unit_id_sequence", "history")
    for column in ("title", "sequence", "hash"):
        op.drop_column("history", column)
