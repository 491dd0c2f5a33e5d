"""Which programs use what of the schema, counted by all processes, for whoever runs the service."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Insert, insert

from gateways.usage_book import Usage
from models import SchemaUsage
from resolvers.kernel.background import open_system_transaction
from resolvers.kernel.service import Service

ROWS_AT_ONCE = 1_000


class ClientUsage(NamedTuple):
    """How often a version of a program used a coordinate, and on which day last."""

    coordinate: str
    client: str
    version: str
    times: int
    last_day: date


async def save_usage(service: Service, used: Mapping[Usage, int]) -> None:
    """Add to what all processes counted: in one order, so that none waits for another in a ring."""
    rows = iter(sorted(used.items()))
    async with open_system_transaction(service) as tx:
        while piece := list(islice(rows, ROWS_AT_ONCE)):
            await tx.session.execute(_build_addition(piece, service.now()))


def _build_addition(piece: Sequence[tuple[Usage, int]], now: datetime) -> Insert:
    values = [{**usage._asdict(), "count": count, "counted_at": now} for usage, count in piece]
    fresh = insert(SchemaUsage).values(values)
    return fresh.on_conflict_do_update(
        index_elements=["day", "client", "version", "coordinate"],
        set_={
            "count": SchemaUsage.count + fresh.excluded.count,
            "counted_at": fresh.excluded.counted_at,
        },
    )


async def load_usage(service: Service, since: date) -> list[ClientUsage]:
    """Load what was used from a day on, by coordinate and program."""
    by = (SchemaUsage.coordinate, SchemaUsage.client, SchemaUsage.version)
    total, last = func.sum(SchemaUsage.count), func.max(SchemaUsage.day)
    asked = select(*by, total, last).where(SchemaUsage.day >= since).group_by(*by).order_by(*by)
    async with open_system_transaction(service) as tx:
        return [
            ClientUsage(coordinate, client, version, int(count), day)
            for coordinate, client, version, count, day in await tx.session.execute(asked)
        ]
