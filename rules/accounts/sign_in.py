"""How often signing in may be tried, and which devices are known (J3).

Whoever signed in on a device is not locked out by what others try: their device has a count of its
own. All else is counted by account and address together, by address, by network and by account.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DEVICE_LIFE = timedelta(days=180)
"""For so long a device is known after a sign-in on it."""

DEVICE_TOKEN_PATTERN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,11})\.([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLimits:
    """How many tries may fail: of one who asks, in five minutes; and of all together."""

    of_one: int = 10
    by_address: int = 60
    by_network: int = 300
    of_account: int = 200
    devices_per_day: int = 20
    codes_of_account: int = 20


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """What a client keeps of a device on which somebody signed in."""

    device: str
    issued: int
    mark: str

    @property
    def text(self) -> str:
        """Return it as the client keeps it."""
        return f"{self.device}.{self.issued}.{self.mark}"


def parse_device_token(text: str | None, now: datetime) -> DeviceToken | None:
    """Read a device token that is not too old; whether it is one of ours is asked elsewhere."""
    found = DEVICE_TOKEN_PATTERN.fullmatch(text or "")
    if found is None:
        return None
    token = DeviceToken(found[1], int(found[2]), found[3])
    issued = datetime.fromtimestamp(token.issued, UTC)
    return token if now - DEVICE_LIFE <= issued <= now else None
