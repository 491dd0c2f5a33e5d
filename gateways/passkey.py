"""Passkeys (WebAuthn): what a browser is asked, and whether what it answers holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

MAX_CREDENTIAL_LENGTH = 16_384
"""What a browser sends is a few hundred characters; an attestation is a few thousand."""
_GARBAGE = (WebAuthnException, ValueError, KeyError, TypeError)


class PasskeyRefused(Exception):
    """What a browser sent is no passkey of ours, or not an answer to what it was asked."""


class CreatedPasskey(NamedTuple):
    """A passkey as it is kept: its id, its public key, and how often it says it was used."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Assertion(NamedTuple):
    """Which passkey says that it is there, and whose it says that it is."""

    credential_id: bytes
    user_handle: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkeys:
    """For which domain passkeys are, and on which pages (`origins`) they are used."""

    domain: str
    origins: tuple[str, ...]
    name: str = "就业 Jiuye"

    def build_creation_options(
        self, challenge: bytes, user: bytes, account: str, known: Sequence[bytes]
    ) -> str:
        """Return what `navigator.credentials.create` takes, as JSON; `known` are not made anew."""
        options = generate_registration_options(
            rp_id=self.domain,
            rp_name=self.name,
            user_name=account,
            user_id=user,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_describe(known),
        )
        return options_to_json(options)

    def verify_creation(self, credential: str, challenge: bytes) -> CreatedPasskey:
        """Verify a new passkey, made for us by somebody who unlocked it; PasskeyRefused if not."""
        try:
            _refuse_long(credential)
            made = verify_registration_response(
                credential=parse_registration_credential_json(credential),
                expected_challenge=challenge,
                expected_rp_id=self.domain,
                expected_origin=[*self.origins],
                require_user_verification=True,
            )
        except _GARBAGE as error:
            raise PasskeyRefused(type(error).__name__) from error
        return CreatedPasskey(made.credential_id, made.credential_public_key, made.sign_count)

    def build_request_options(self, challenge: bytes, known: Sequence[bytes] = ()) -> str:
        """Return what `navigator.credentials.get` takes, as JSON; without `known` any of ours."""
        options = generate_authentication_options(
            rp_id=self.domain,
            challenge=challenge,
            allow_credentials=_describe(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def read_assertion(self, credential: str) -> Assertion:
        """Read which passkey it is, before its key is known; PasskeyRefused for garbage."""
        try:
            _refuse_long(credential)
            said = parse_authentication_credential_json(credential)
        except _GARBAGE as error:
            raise PasskeyRefused(type(error).__name__) from error
        return Assertion(said.raw_id, said.response.user_handle or b"")

    def verify_assertion(
        self, credential: str, challenge: bytes, public_key: bytes, sign_count: int
    ) -> int:
        """Verify that a passkey was unlocked for a challenge, and return its new count of uses.

        Raises PasskeyRefused; so it does where the count says that there is a copy.
        """
        try:
            verified = verify_authentication_response(
                credential=parse_authentication_credential_json(credential),
                expected_challenge=challenge,
                expected_rp_id=self.domain,
                expected_origin=[*self.origins],
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except _GARBAGE as error:
            raise PasskeyRefused(type(error).__name__) from error
        return verified.new_sign_count


def build_passkeys(domain: str, origins: str) -> Passkeys | None:
    """Read for which domain and pages passkeys are; None where there are to be none.

    Raises ValueError for a page that is not of the domain, or that others could read.
    """
    if not domain:
        return None
    pages = tuple(each.strip() for each in origins.split(",") if each.strip())
    for page in pages:
        url = urlsplit(page)
        host = url.hostname or ""
        safe = url.scheme == "https" or (url.scheme == "http" and host == "localhost")
        if not safe or url.path or not (host == domain or host.endswith(f".{domain}")):
            raise ValueError("origins are https://HOST of the domain itself or below it")
    if not pages:
        raise ValueError("PASSKEY_ORIGINS names no page")
    return Passkeys(domain=domain, origins=pages)


def _describe(known: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in known]


def _refuse_long(credential: str) -> None:
    if len(credential) > MAX_CREDENTIAL_LENGTH:
        raise ValueError("too long")
