"""The keys of an installation: from the environment, a file, or a command such as a vault's."""

import base64
import binascii
import shlex
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import SecretStr, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from gateways.crypto_profile import KEY_BYTES, CryptoProfile, parse_profiles
from gateways.key_ring import KeyRing, build_key_ring, require_strong_key

KEY_VARIABLES = (
    "JIUYE_SECRET_KEY",
    "JIUYE_ACCEPTED_KEYS",
    "JIUYE_DATA_KEY",
    "JIUYE_INDEX_KEY",
    "JIUYE_HISTORY_KEY",
)
COMMAND_TIMEOUT_SECONDS = 20


class KeySettings(BaseSettings):
    """Keys of 32 random bytes in base64; `jiuye keys new` makes them."""

    crypto_profile: str = "standard"
    """Which algorithms all is sealed, found and signed by: `standard`, or `sm` for 国密 SM2, SM3
    and SM4. Of two, with a comma between them, the first one is used and both open."""
    jiuye_secret_key: SecretStr = SecretStr("")
    """Signs tokens: 32 bytes in base64. Development makes one."""
    jiuye_accepted_keys: SecretStr = SecretStr("")
    """Keys of 32 bytes in base64, with commas between them, whose tokens and links are accepted as
    well: the next JIUYE_SECRET_KEY before it is used, the former one until its tokens expire."""
    jiuye_data_key: SecretStr = SecretStr("")
    """Encrypts personal data: 32 bytes in base64. Development makes one. Of several, with commas
    between them, the first one seals and all of them open, while one follows another."""
    jiuye_index_key: SecretStr = SecretStr("")
    """Finds personal data again by blind index: 32 bytes in base64; of several the first one
    indexes, all find. Empty: derived from the last key of JIUYE_DATA_KEY."""
    jiuye_history_key: SecretStr = SecretStr("")
    """Signs the history: 32 bytes in base64; of several the first one signs, all verify. Empty:
    derived from the last key of JIUYE_DATA_KEY."""
    jiuye_keys_file: Path | None = None
    """A file with lines NAME=value of the keys above that the environment does not give."""
    jiuye_keys_command: str = ""
    """A command that prints such lines, such as a vault's; it is run without a shell at the
    start."""

    @field_validator("crypto_profile")
    @classmethod
    def _check_profile(cls, given: str) -> str:
        try:
            parse_profiles(given)
        except ValueError:
            raise ValueError("must be standard, sm, or both with a comma between them") from None
        return given

    @field_validator("jiuye_secret_key")
    @classmethod
    def _check_key(cls, given: SecretStr) -> SecretStr:
        if given.get_secret_value():
            require_strong_key(decode_key(given))
        return given

    @field_validator(
        "jiuye_accepted_keys", "jiuye_data_key", "jiuye_index_key", "jiuye_history_key"
    )
    @classmethod
    def _check_keys(cls, given: SecretStr) -> SecretStr:
        keys = decode_keys(given)
        if given.get_secret_value() and not keys:
            raise ValueError(f"must be {KEY_BYTES} bytes in base64")
        for key in keys[:1]:  # those before may have been weak, and are to open what they sealed
            require_strong_key(key)
        return given

    @model_validator(mode="after")
    def _check_purposes(self) -> "KeySettings":
        """Refuse one key for two purposes, where it matters: who learns one learns the other."""
        fields = ("jiuye_secret_key", "jiuye_data_key", "jiuye_index_key", "jiuye_history_key")
        given = {name.upper(): set(decode_keys(getattr(self, name))) for name in fields}
        for one, other in combinations(given, 2):
            if given[one] & given[other]:
                raise ValueError(f"{one} and {other} are to be different keys")
        return self

    @property
    def crypto_profiles(self) -> tuple[CryptoProfile, ...]:
        """The profiles: the first one's algorithms are used, the others' still open."""
        return parse_profiles(self.crypto_profile)

    @property
    def secret_key_bytes(self) -> bytes:
        """The 32 bytes that sign tokens."""
        return decode_key(self.jiuye_secret_key)

    @property
    def accepted_key_bytes(self) -> tuple[bytes, ...]:
        """The keys whose tokens are accepted beside that one's."""
        return decode_keys(self.jiuye_accepted_keys)

    @property
    def key_variables(self) -> dict[str, str]:
        """The keys as a child process takes them from its environment."""
        given = {name: getattr(self, name.lower()).get_secret_value() for name in KEY_VARIABLES}
        return given | {"JIUYE_KEYS_FILE": "", "JIUYE_KEYS_COMMAND": ""}

    @property
    def key_ring(self) -> KeyRing:
        """The keys by which personal data are sealed and found, and the history is signed."""
        return build_key_ring(
            decode_keys(self.jiuye_data_key),
            decode_keys(self.jiuye_index_key),
            decode_keys(self.jiuye_history_key),
            self.crypto_profiles,
        )


class KeysUnreadable(ValueError):
    """Say that keys could not be had from where they are kept, without repeating any."""


class KeptKeys(PydanticBaseSettingsSource):
    """Fill in the keys that the environment lacks from JIUYE_KEYS_FILE or JIUYE_KEYS_COMMAND."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Find nothing: this source answers for all keys at once, in `__call__`."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the keys that are kept there; raises KeysUnreadable."""
        file, command = (
            self.current_state.get(name) for name in ("jiuye_keys_file", "jiuye_keys_command")
        )
        kept: dict[str, str] = {}
        if command:
            kept |= _parse_lines(_run_command(str(command)), "JIUYE_KEYS_COMMAND")
        if file:
            kept |= _parse_lines(_read_file(Path(file)), "JIUYE_KEYS_FILE")
        return kept


def decode_key(key: SecretStr) -> bytes:
    """Return a key's 32 bytes; the error names no part of it."""
    try:
        decoded = base64.b64decode(key.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != KEY_BYTES:
        raise ValueError(f"must be {KEY_BYTES} bytes in base64")
    return decoded


def decode_keys(keys: SecretStr) -> tuple[bytes, ...]:
    """Return each key of a list with commas between them."""
    texts = (text.strip() for text in keys.get_secret_value().split(","))
    return tuple(decode_key(SecretStr(text)) for text in texts if text)


def encode_keys(*keys: bytes) -> str:
    """Write keys as the settings take them."""
    return ",".join(base64.b64encode(key).decode() for key in keys)


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is no text"
        raise KeysUnreadable(f"JIUYE_KEYS_FILE: {path} can't be read: {told}") from None


def _run_command(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_TIMEOUT_SECONDS,
            check=True,
        )
        return done.stdout.decode()
    except subprocess.CalledProcessError as error:
        told = f"it ended with {error.returncode}"
    except subprocess.TimeoutExpired:
        told = f"it did not end within {COMMAND_TIMEOUT_SECONDS} seconds"
    except (OSError, ValueError):
        told = "it can't be run, or prints no text"
    raise KeysUnreadable(f"JIUYE_KEYS_COMMAND gives no keys: {told}") from None


def _parse_lines(text: str, source: str) -> dict[str, str]:
    kept: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, _, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if name.strip() not in KEY_VARIABLES:
            names = ", ".join(KEY_VARIABLES)
            raise KeysUnreadable(f"{source}: line {number} gives none of {names}")
        kept[name.strip().lower()] = value.strip().strip("'\"")
    return kept
