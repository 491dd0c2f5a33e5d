"""What clients may listen to."""

import strawberry

from resolvers.accounts.sign_in_ticket import sign_in_ticket
from resolvers.rosters.roster import roster_progress
from schema.accounts.account_payload import AwaitedSessionResult, awaited_payload
from schema.kernel.mutation import stream
from schema.rosters.roster import RosterProgressResult, progress_payload


@strawberry.type(description="What clients may listen to, over a WebSocket. 订阅")
class Subscription:
    """What clients may listen to."""

    sign_in_ticket: AwaitedSessionResult = stream(sign_in_ticket, awaited_payload)
    roster_progress: RosterProgressResult = stream(roster_progress, progress_payload)
