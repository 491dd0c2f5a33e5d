"""What clients may listen to."""

import strawberry

from resolvers.accounts.sign_in_ticket import watch_sign_in_ticket
from resolvers.rosters.roster import watch_roster_progress
from schema.accounts.account_payload import AwaitedSessionResult, build_awaited_payload
from schema.kernel.mutation import subscription
from schema.rosters.roster import RosterProgressResult, build_progress_payload


@strawberry.type(description="What clients may listen to, over a WebSocket. 订阅")
class Subscription:
    """What clients may listen to."""

    sign_in_ticket: AwaitedSessionResult = subscription(watch_sign_in_ticket, build_awaited_payload)
    roster_progress: RosterProgressResult = subscription(
        watch_roster_progress, build_progress_payload
    )
