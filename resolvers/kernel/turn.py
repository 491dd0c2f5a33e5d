"""Whose work is next: units take turns, however much each of them has waiting.

Of each table that is a queue the unit is served whose rows were served longest ago. So who sends
in 120,000 rows makes nobody wait for more than the piece that is being worked on.
"""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from loaders.advisory_lock import AdvisoryLock
from models.kernel.base import UnitOwned
from resolvers.kernel.transaction import Transaction

Queued = TypeVar("Queued", bound=UnitOwned)


async def lock_turn(tx: Transaction, table: type[UnitOwned]) -> None:
    """Let nobody else choose from a queue until the transaction ends: two would choose alike."""
    await AdvisoryLock.TURN.lock(tx.session, table.__tablename__)


def select_by_turn(
    table: type[Queued],
    served_at: InstrumentedAttribute[datetime | None],
    *waits: ColumnElement[bool],
) -> Select[Queued]:
    """Select what waits, those of the unit first that was served longest ago or never.

    `served_at` is the column of the table that says when a row was last worked on. Each unit's turn
    is looked up once, however many of its rows wait.
    """
    before = aliased(table)
    last = (
        select(func.max(getattr(before, served_at.key)))
        .where(before.unit_id == table.unit_id)
        .scalar_subquery()
    )
    turns = (
        select(table.unit_id, last.label("last")).where(*waits).group_by(table.unit_id).subquery()
    )
    return (
        select(table)
        .join(turns, turns.c.unit_id == table.unit_id)
        .where(*waits)
        .order_by(turns.c.last.nulls_first())
    )
