"""Possible actions that a record's own columns don't decide (X4)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from strawberry import Parent

from loaders.filter import NEWEST, OLDEST
from models import ClaimLine, LineState, Objection, PublicityLine, PublicityOutcome, Status
from resolvers.context import Info
from resolvers.service import Service
from rules import claim, publicity, upkeep
from rules.publicity import Filed, Running
from rules.viewer import Viewer
from rules.workflow import PossibleAction


def claim_actions(
    status: Status,
    submitted_by: UUID | None,
    amount: Decimal,
    public_until: date | None,
    *,
    viewer: Viewer,
    service: Service,
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a claim today (X4)."""
    columns = (status, submitted_by, amount, public_until)
    return claim.possible_actions(*columns, service.today(), viewer=viewer)


async def line_actions(line: Parent[ClaimLine], info: Info) -> Sequence[PossibleAction]:
    """List what the viewer may do to the line next; its claim decides too (X4). 可办操作."""
    context = info.context
    key = (line.unit_id, line.claim_id)
    found = await context.loaders.one(ClaimLine.claim).load(key)
    if found is None:  # the person in whose name it is sees the line alone (J16)
        return []
    viewer, by = context.viewer, found.submitted_by
    filed = Filed(line.claim_kind, line.state, found.status, by)
    running = await _running(line, info) if line.state is LineState.IN_PUBLICITY else None
    return [
        *upkeep.of_line(line.state, found.status, by, viewer),
        *publicity.of_line(filed, running, context.service.today(), viewer),
    ]


async def _running(line: ClaimLine, info: Info) -> Running | None:
    """Read the publicity of a line that has no result yet, and what is objected to it."""
    loaders = info.context.loaders
    rows = await loaders.many(PublicityLine.line, NEWEST).load((line.unit_id, line.id))
    row = next((row for row in rows if row.outcome is PublicityOutcome.PENDING), None)
    if row is None:
        return None
    objections = await loaders.many(Objection.publicity, OLDEST).load((row.publicity_id,))
    about = (each for each in objections if each.publicity_line_id in {None, row.id})
    return Running.disputed(row.last_day, Counter(each.status for each in about))
