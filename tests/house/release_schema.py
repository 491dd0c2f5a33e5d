"""The schema of each release, and which breaking changes were accepted since.

`python -m tests.house.release_schema 0.2.0` keeps the schema as it is now as that release's.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from migrations.released import RELEASE_NAME
from tools.sdl import SNAPSHOT

RELEASES = Path(__file__).with_name("releases")
REASON = "# "


def find_last_release() -> str:
    """Find the newest release whose schema is kept."""
    names = [path.stem for path in RELEASES.glob("*.graphql")]
    return max(names, key=lambda name: [int(part) for part in name.split(".")])


def get_schema_path(release: str) -> Path:
    """Return where a release's schema is kept."""
    return RELEASES / f"{release}.graphql"


def read_accepted(release: str) -> Mapping[str, str]:
    """Read the breaking changes that were accepted since a release, and why each."""
    path = RELEASES / f"{release}.breaking.txt"
    accepted, reason = dict[str, str](), ""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith(REASON):
            reason = line.removeprefix(REASON)
        elif line:
            accepted[line] = reason
    return accepted


def main(arguments: Sequence[str]) -> int:
    """Keep the schema of a release."""
    if len(arguments) != 1 or not re.fullmatch(RELEASE_NAME, arguments[0]):
        sys.stderr.write("Name the release, such as 0.2.0\n")
        return 1
    get_schema_path(arguments[0]).write_bytes(SNAPSHOT.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
