"""Messages that the service sends, kept instead of sent."""

from dataclasses import replace

from gateways.sms import SmsFailed, SmsMessage, SmsSender
from tests.factories.world import World


class Telephone:
    """Keeps what was sent; or fails, as a gateway does that is not there."""

    def __init__(self) -> None:
        self.messages: list[SmsMessage] = []
        self.fails = False

    async def send(self, message: SmsMessage) -> None:
        if self.fails:
            raise SmsFailed
        self.messages.append(message)


def use_telephone(world: World) -> Telephone:
    """Have a world's service send its messages there."""
    made = Telephone()
    world.service = world.app.state.service = replace(world.service, sms=SmsSender(made))
    return made
