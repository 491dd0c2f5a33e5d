"""Keys for development: made on the first run, kept beside the data, never for production."""

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from gateways.crypto_profile import KEY_BYTES

KEY_NAMES = ("jiuye_secret_key", "jiuye_data_key")


def get_keys_path(home: Path) -> Path:
    """Return where the development keys of a data directory are kept."""
    return home / "dev-keys.json"


def make_home_directory(home: Path) -> None:
    """Make the data directory; others may pass through (PostgreSQL's account), not look."""
    home.mkdir(mode=0o711, parents=True, exist_ok=True)


class KeysDamaged(RuntimeError):
    """Say that the file of the development keys holds no keys, and what cures it."""


def ensure_development_keys(home: Path) -> dict[str, str]:
    """Return the data directory's development keys, made if there are none yet.

    Starters wait for each other, and a file that was never finished is written anew.
    Raises KeysDamaged where it holds something else.
    """
    path = get_keys_path(home)
    make_home_directory(home)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = file.read()
        if kept:
            return _parse_keys(kept, path)
        made = {
            name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in KEY_NAMES
        }
        json.dump(made, file, indent=2)
    return made


def _parse_keys(text: str, path: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(text)
        return {name: str(kept[name]) for name in KEY_NAMES}
    except (ValueError, KeyError, TypeError):
        raise KeysDamaged(
            f"JIUYE_HOME: {path} holds no development keys. Put back the file that was there; "
            "without it, remove the whole directory to begin anew."
        ) from None


class DevelopmentKeys(PydanticBaseSettingsSource):
    """Fill in the keys that neither the caller nor the environment has, in development."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Find nothing: this source answers for the two keys only, in `__call__`."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the missing keys."""
        known = self.current_state
        missing = [name for name in KEY_NAMES if not known.get(name)]
        if not missing or known.get("environment", "development") != "development":
            return {}
        made = ensure_development_keys(Path(known.get("jiuye_home", ".jiuye")))
        return {name: made[name] for name in missing}
