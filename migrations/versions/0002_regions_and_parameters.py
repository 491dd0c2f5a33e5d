"""The regions of GB/T 2260 and the parameters that an installation starts with.

Revision: 0002
Follows: 0001
"""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.policies import unbound
from rules.kernel.region import REGIONS
from rules.kernel.seed import SeedParameter, build_seed_parameters

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAMESPACE = UUID("6a697579-6500-5000-8000-000000000002")
DECIDED_AT = datetime(2026, 1, 1, tzinfo=UTC)

REGION = sa.table("region", *map(sa.column, ("code", "name", "level", "parent")))
PARAMETER = sa.table(
    "parameter",
    sa.column("id", sa.Uuid()),
    *map(sa.column, ("key", "region", "category", "value", "unit", "source", "status")),
    sa.column("effective_from", sa.Date()),
    sa.column("effective_to", sa.Date()),
    sa.column("confirmed", sa.Boolean()),
    sa.column("decided_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Insert the regions, those above first, and the parameters as approved (X6)."""
    with unbound("region", "parameter"):
        op.bulk_insert(REGION, [asdict(region) for region in REGIONS.values()])
        op.bulk_insert(PARAMETER, [_parameter(seed) for seed in build_seed_parameters()])


def downgrade() -> None:
    """Delete them again; it fails if anything else stands on them."""
    ours = [_id(seed) for seed in build_seed_parameters()]
    with unbound("region", "parameter"):
        op.execute(PARAMETER.delete().where(PARAMETER.c.id.in_(ours)))
        op.execute(REGION.delete())


def _parameter(seed: SeedParameter) -> dict[str, object]:
    return {
        "id": _id(seed),
        **asdict(seed),
        "status": "APPROVED",
        "decided_at": DECIDED_AT,
    }


def _id(seed: SeedParameter) -> UUID:
    named = (seed.key, seed.region, seed.category or "", seed.effective_from.isoformat())
    return uuid5(NAMESPACE, "/".join(named))
