"""Codes of an authenticator 二次验证: which one is right, and that each is taken once (J3)."""

import re
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from models import Role
from rules.kernel.text import read_text

SECRET_BYTES = 20
"""As RFC 4226 recommends; all authenticators take as many."""

_DIGITS, _STEP_SECONDS, _STEPS_AROUND = 6, 30, (0, -1, 1)
"""What every authenticator reckons by unless it is told (RFC 6238)."""

CODE_PATTERN = re.compile(rf"[0-9]{{{_DIGITS}}}", re.ASCII)
MAX_TYPED_LENGTH = 64
RECOVERY_CODES, RECOVERY_CODE_LENGTH = 10, 12


def parse_totp_code(text: str) -> str | None:
    """Read six digits however they were typed; None for anything else."""
    typed = "".join(read_text(text).split()) if len(text) <= MAX_TYPED_LENGTH else ""
    return typed if CODE_PATTERN.fullmatch(typed) else None


def find_step(secret: bytes, code: str, now: datetime, last: int | None) -> int | None:
    """Return the step of time to which a code belongs: this one, or one before or after it.

    A step that is not after the last one that was taken gives none: a code is good once.
    """
    present = int(now.timestamp()) // _STEP_SECONDS
    reckoned = HOTP(secret, _DIGITS, SHA1())  # noqa: S303 - what RFC 6238 and authenticators use
    steps = (present + around for around in _STEPS_AROUND)
    fresh = (step for step in steps if last is None or step > last)
    return next(
        (step for step in fresh if compare_digest(reckoned.generate(step), code.encode())), None
    )


def find_recovery_code(codes: Sequence[str], code: str, used: Sequence[int]) -> int | None:
    """Return which recovery code it is, if nobody used it before."""
    found = (n for n, each in enumerate(codes) if compare_digest(each, code))
    return next((n for n in found if n not in used), None)


def build_totp_uri(secret: bytes, account: str, issuer: str) -> str:
    """Return the address that a QR code hands to an authenticator (otpauth)."""
    reckoned = TOTP(secret, _DIGITS, SHA1(), _STEP_SECONDS)  # noqa: S303 - as above
    return reckoned.get_provisioning_uri(account, issuer)


def parse_roles(text: str) -> frozenset[Role]:
    """Read roles divided by commas; raises ValueError for what is none."""
    return frozenset(Role(name.strip().upper()) for name in text.split(",") if name.strip())
