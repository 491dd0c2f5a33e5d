"""What clients may listen to."""

import strawberry

from resolvers.sign_in_ticket import sign_in_ticket
from schema.account_payload import AwaitedSessionResult, awaited_payload
from schema.mutation import stream


@strawberry.type(description="What clients may listen to, over a WebSocket. 订阅")
class Subscription:
    """What clients may listen to."""

    sign_in_ticket: AwaitedSessionResult = stream(sign_in_ticket, awaited_payload)
