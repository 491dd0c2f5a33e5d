"""An authenticator, as people carry it on their telephones: what it shows, and how it is bound."""

from base64 import b32decode
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.factories.stranger import PASSWORD, ask_with_token
from tests.factories.world import REFUSAL_SELECTION, World

BEGIN = f"""mutation ($input: TotpBeginInput!) {{ beginTotp(input: $input) {{ __typename
  ... on BegunTotpPayload {{ secret uri account {{ username }} }} {REFUSAL_SELECTION} }} }}"""
CONFIRM = f"""mutation ($input: TotpCodeInput!) {{ confirmTotp(input: $input) {{ __typename
  ... on ConfirmedTotpPayload {{ recoveryCodes }} {REFUSAL_SELECTION} }} }}"""
SESSION_SELECTION = "... on SessionPayload { accessToken refreshToken deviceToken }"
CHALLENGE_SELECTION = f"... on SignInChallengePayload {{ challenge expiresAt }} {SESSION_SELECTION}"


@dataclass(frozen=True)
class Authenticator:
    """Shows codes of a secret, by the world's clock."""

    world: World
    secret: str
    recovery_codes: tuple[str, ...] = ()

    def show(self, seconds: int = 0) -> str:
        """Return what it shows now, or some seconds later."""
        reckoned = TOTP(b32decode(self.secret), 6, SHA1(), 30)  # noqa: S303 - RFC 6238
        return reckoned.generate(int(self.world.clock.now.timestamp()) + seconds).decode()

    def show_wrong(self) -> str:
        """Return six digits that it shows neither now nor right before or after."""
        shown = {self.show(seconds) for seconds in (-30, 0, 30)}
        return next(code for code in map("{:06}".format, range(4)) if code not in shown)


async def begin_totp(world: World, token: str, present: str = PASSWORD) -> Any:
    return (await ask_with_token(world, token, BEGIN, input={"present": present})).only


async def confirm_totp(world: World, token: str, code: str) -> Any:
    return (await ask_with_token(world, token, CONFIRM, input={"code": code})).only


async def bind_authenticator(world: World, token: str) -> Authenticator:
    """Bind an authenticator to the account that a token is of; the code that confirms is used."""
    begun = await begin_totp(world, token)
    shows = Authenticator(world, begun["secret"])
    done = await confirm_totp(world, token, shows.show())
    assert done["__typename"] == "ConfirmedTotpPayload", done
    return Authenticator(world, begun["secret"], tuple(done["recoveryCodes"]))
