"""What is shown to the public before it is paid, objections to it, and which days are worked.

Revision: 0015
Follows: 0014
"""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from gateways.holiday_calendar import HOLIDAY_SOURCE, list_known_years
from migrations.parameters import plant, uproot
from migrations.policies import secure, unbound
from models import Owner

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
REGION = sa.String(length=6, collation="C")
MONEY = sa.Numeric(12, 2)
NATION = "000000"
NAMESPACE = UUID("6a697579-6500-5000-8000-000000000015")
ENTERED_AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOWN = ("publicity_id", "first_day", "last_day", "shown_until")
KEY = "publicity.shown_days_after"
OPEN = "status = 'SUBMITTED'"

YEARS = sa.table(
    "calendar_year",
    sa.column("id", sa.Uuid()),
    *map(sa.column, ("region", "year", "edition", "source")),
    sa.column("days", JSONB()),
    sa.column("entered_at", INSTANT),
)


def upgrade() -> None:
    """Create the tables, and enter every year that the installed library knows (X7)."""
    op.add_column("claim", sa.Column("public_until", sa.Date()))
    _create_calendar_year()
    _create_publicity()
    _create_publicity_line()
    _create_objection()
    plant(KEY)


def downgrade() -> None:
    """Take it all back."""
    uproot(KEY)
    for table in ("objection", "publicity_line", "publicity", "calendar_year"):
        op.drop_table(table)
    op.drop_column("claim", "public_until")


def _create_calendar_year() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("days", JSONB(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_by", sa.Uuid()),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_calendar_year_region"),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name="fk_calendar_year_entered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_year"),
        sa.UniqueConstraint(
            "region", "year", "edition", name="uq_calendar_year_region_year_edition"
        ),
    )
    secure("calendar_year", Owner.REGISTER, append_only=True)
    with unbound("calendar_year"):
        op.bulk_insert(YEARS, [_year(year, days) for year, days in list_known_years()])


def _year(year: int, days: list[dict[str, object]]) -> dict[str, object]:
    return {
        "id": uuid5(NAMESPACE, str(year)),
        "region": NATION,
        "year": year,
        "edition": 1,
        "days": days,
        "source": HOLIDAY_SOURCE,
        "entered_at": ENTERED_AT,
    }


def _create_publicity() -> None:
    op.create_table(
        "publicity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
        sa.Column("claim_kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in SHOWN[1:]),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_by_name", sa.String(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "first_day <= last_day AND last_day <= shown_until",
            name=op.f("ck_publicity_days_follow_each_other"),
        ),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_publicity_region"),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name="fk_publicity_published_by"),
        sa.PrimaryKeyConstraint("id", name="pk_publicity"),
        sa.UniqueConstraint(
            "id", *SHOWN[1:], name="uq_publicity_id_first_day_last_day_shown_until"
        ),
    )
    op.create_index("ix_publicity_region_id", "publicity", ["region", "id"])
    op.create_index("ix_publicity_shown_until_id", "publicity", ["shown_until", "id"])
    secure("publicity", Owner.NOTICE, append_only=True)


def _create_publicity_line() -> None:
    table = "publicity_line"
    op.create_table(
        table,
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
        sa.Column("publicity_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in SHOWN[1:]),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid()),
        sa.Column("name_masked", sa.String(), nullable=False),
        sa.Column("id_number_masked", sa.String(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("settled_by", sa.Uuid()),
        sa.Column("settled_at", INSTANT),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name=f"fk_{table}_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            [*SHOWN],
            ["publicity.id", *(f"publicity.{name}" for name in SHOWN[1:])],
            name=f"fk_{table}_publicity_id_first_day_last_day_shown_until",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "line_id"],
            ["claim_line.unit_id", "claim_line.id"],
            name=f"fk_{table}_unit_id_line_id",
            ondelete="SET NULL (line_id)",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "claim_id"],
            ["claim.unit_id", "claim.id"],
            name=f"fk_{table}_unit_id_claim_id",
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name=f"fk_{table}_settled_by"),
        sa.PrimaryKeyConstraint("unit_id", "id", name=f"pk_{table}"),
        sa.UniqueConstraint("publicity_id", "number", name=f"uq_{table}_publicity_id_number"),
    )
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
    op.create_index(f"ix_{table}_unit_id_line_id", table, ["unit_id", "line_id"])
    op.create_index(
        f"uq_{table}_unit_id_line_id_pending",
        table,
        ["unit_id", "line_id"],
        unique=True,
        postgresql_where="outcome = 'PENDING'",
    )
    secure(table, Owner.NOTICE_LINE)


def _create_objection() -> None:
    table = "objection"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("publicity_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid()),
        sa.Column("publicity_line_id", sa.Uuid()),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("contact_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_name_masked", sa.String(), nullable=False),
        sa.Column("contact_mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("contact_mobile_masked", sa.String(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", INSTANT),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")
            for column, target in (
                ("region", "region.code"),
                ("publicity_id", "publicity.id"),
                ("submitted_by", "account.id"),
                ("published_by", "account.id"),
                ("reviewed_by", "account.id"),
            )
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "publicity_line_id"],
            ["publicity_line.unit_id", "publicity_line.id"],
            name=f"fk_{table}_unit_id_publicity_line_id",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("number_hash", name=f"uq_{table}_number_hash"),
    )
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
    op.create_index(f"ix_{table}_publicity_id_id", table, ["publicity_id", "id"])
    op.create_index(
        f"ix_{table}_unit_id_publicity_line_id", table, ["unit_id", "publicity_line_id"]
    )
    op.create_index(
        f"ix_{table}_queue_by_age",
        table,
        ["submitted_at", "id", "region", "status"],
        postgresql_where=OPEN,
    )
    op.create_index(
        f"ix_{table}_queue_by_region",
        table,
        ["region", "status", "submitted_at", "id"],
        postgresql_include=["unit_id"],
        postgresql_where=OPEN,
    )
    secure(table, Owner.APPEAL)
