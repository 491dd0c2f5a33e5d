"""At which post interns worked when: kept once somebody moves to another (J40)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import Intern, PostAssignment
from resolvers.kernel.transaction import Transaction
from rules.internship.change_request import find_post_in_month


async def load_assignments(
    tx: Transaction, interns: Sequence[Intern]
) -> Mapping[UUID, Sequence[PostAssignment]]:
    """Read where interns of one unit were when, oldest first; nothing of who never moved."""
    found: defaultdict[UUID, list[PostAssignment]] = defaultdict(list)
    statement = select(PostAssignment).where(
        PostAssignment.unit_id.in_({intern.unit_id for intern in interns}),
        PostAssignment.intern_id.in_([intern.id for intern in interns]),
    )
    for row in await tx.all(statement.order_by(PostAssignment.since)):
        found[row.intern_id].append(row)
    return found


async def load_posts_in_month(
    tx: Transaction, interns: Sequence[Intern], month: date
) -> Mapping[UUID, UUID]:
    """Return at which post each intern worked in a month (J40)."""
    known = await load_assignments(tx, interns)
    return {
        intern.id: find_post_in_month(
            [(row.since, row.post_id) for row in known.get(intern.id, ())],
            month,
            intern.starts_on,
            intern.post_id,
        )
        for intern in interns
    }


async def record_move(tx: Transaction, intern: Intern, came_from: UUID, on: date) -> None:
    """Write that an intern works at their present post from a day on (J40)."""
    known = await load_assignments(tx, [intern])
    own = known.get(intern.id, ())
    if not own and on == intern.starts_on:
        return  # never anywhere else
    if not own:
        tx.session.add(_build_assignment(intern, came_from, intern.starts_on))
    same_day = [row for row in own if row.since == on]
    if same_day:
        same_day[0].post_id = intern.post_id
    else:
        tx.session.add(_build_assignment(intern, intern.post_id, on))
    await tx.session.flush()


def _build_assignment(intern: Intern, post_id: UUID, since: date) -> PostAssignment:
    return PostAssignment(
        unit_id=intern.unit_id,
        id=uuid7(),
        region=intern.region,
        intern_id=intern.id,
        post_id=post_id,
        since=since,
    )
