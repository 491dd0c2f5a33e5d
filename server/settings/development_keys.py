"""Keys for development: made on the first run, kept beside the data, never for production."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

KEY_BYTES = 32
KEY_NAMES = ("jiuye_secret_key", "jiuye_data_key")


def get_keys_path(home: Path) -> Path:
    """Return where the development keys of a data directory are kept."""
    return home / "dev-keys.json"


def make_home_directory(home: Path) -> None:
    """Make the data directory; others may pass through (PostgreSQL's account), not look."""
    home.mkdir(mode=0o711, parents=True, exist_ok=True)


def ensure_development_keys(home: Path) -> dict[str, str]:
    """Return the data directory's development keys, made if there are none yet."""
    path = get_keys_path(home)
    make_home_directory(home)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    made = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in KEY_NAMES}
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=2)
    return made


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
