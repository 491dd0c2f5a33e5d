"""Possible actions that a record's own columns don't decide (X4)."""

from collections.abc import Sequence

from strawberry import Parent

from models import ClaimLine
from resolvers.context import Info
from rules.upkeep import of_line
from rules.workflow import PossibleAction


async def line_actions(line: Parent[ClaimLine], info: Info) -> Sequence[PossibleAction]:
    """List what the viewer may do to the line next; its claim decides too (X4). 可办操作."""
    key = (line.unit_id, line.claim_id)
    claim = await info.context.loaders.one(ClaimLine.claim).load(key)
    if claim is None:  # the person in whose name it is sees the line alone (J16)
        return []
    return of_line(line.state, claim.status, claim.submitted_by, info.context.viewer)
