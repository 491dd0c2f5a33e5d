"""Which version this checkout is: pyproject.toml says so, whatever was installed once."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def read_version() -> str:
    """Read the version."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return str(project["version"])
