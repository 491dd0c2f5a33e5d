"""Parameters that come with a later migration than the first ones (X6)."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import insert

from migrations.policies import unbound
from rules.kernel.seed import SeedParameter, build_seed_parameters

NAMESPACE = UUID("6a697579-6500-5000-8000-000000000002")
"""That of revision 0002, which writes all parameters into a new installation, these included."""

DECIDED_AT = datetime(2026, 1, 1, tzinfo=UTC)

PARAMETER = sa.table(
    "parameter",
    sa.column("id", sa.Uuid()),
    *map(sa.column, ("key", "region", "category", "value", "unit", "source", "status")),
    sa.column("effective_from", sa.Date()),
    sa.column("effective_to", sa.Date()),
    sa.column("confirmed", sa.Boolean()),
    sa.column("decided_at", sa.DateTime(timezone=True)),
)


def plant(*keys: str) -> None:
    """Write the parameters of some keys as approved, where they are not there yet."""
    with unbound("parameter"):
        rows = [_row(seed) for seed in _of(keys)]
        op.execute(insert(PARAMETER).values(rows).on_conflict_do_nothing(index_elements=["id"]))


def uproot(*keys: str) -> None:
    """Delete them again; it fails if anything else stands on them."""
    ours = [_id(seed) for seed in _of(keys)]
    with unbound("parameter"):
        op.execute(PARAMETER.delete().where(PARAMETER.c.id.in_(ours)))


def _of(keys: Iterable[str]) -> list[SeedParameter]:
    return [seed for seed in build_seed_parameters() if seed.key in keys]


def _row(seed: SeedParameter) -> dict[str, object]:
    return {"id": _id(seed), **asdict(seed), "status": "APPROVED", "decided_at": DECIDED_AT}


def _id(seed: SeedParameter) -> UUID:
    named = (seed.key, seed.region, seed.category or "", seed.effective_from.isoformat())
    return uuid5(NAMESPACE, "/".join(named))
