"""Which migrations are released, and so never edited: the digests of their files (ADR 0048).

`python -m migrations.released 0.2.0` enters what no release has yet as released with 0.2.0.
"""

import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from alembic.script import ScriptDirectory

VERSIONS = Path(__file__).with_name("versions")
RELEASE_NAME = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
DIGESTS = Path(__file__).with_name("released.toml")


@dataclass(frozen=True, slots=True)
class Release:
    """A release: at which revision it is, and the files that came with it."""

    revision: str
    files: Mapping[str, str]


def releases() -> dict[str, Release]:
    """Read all releases, oldest first."""
    told = tomllib.loads(DIGESTS.read_text(encoding="utf-8"))
    return {name: Release(**release) for name, release in told.items()}


def digests() -> dict[str, str]:
    """Take the digest of each file that is there, by its path below `versions`."""
    files = sorted(path for path in VERSIONS.rglob("*") if path.suffix in {".py", ".sql"})
    return {
        path.relative_to(VERSIONS).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def entry(name: str) -> str:
    """Write a release's entry: the newest revision, and all files that no release has yet."""
    known = {file for release in releases().values() for file in release.files}
    head = ScriptDirectory(str(VERSIONS.parent), version_locations=[str(VERSIONS)])
    lines = [f'"{file}" = "{digest}"' for file, digest in digests().items() if file not in known]
    return "\n".join(
        [
            f'\n["{name}"]',
            f'revision = "{head.get_current_head()}"',
            f'\n["{name}".files]',
            *lines,
            "",
        ]
    )


def main(arguments: Sequence[str]) -> int:
    """Enter a release, once."""
    match arguments:
        case [name] if RELEASE_NAME.fullmatch(name) and name not in releases():
            with DIGESTS.open("a", encoding="utf-8") as file:
                file.write(entry(name))
            return 0
        case [name] if RELEASE_NAME.fullmatch(name):
            sys.stderr.write(f"{name} is released; a mistake in it is mended by the next one.\n")
            return 1
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
