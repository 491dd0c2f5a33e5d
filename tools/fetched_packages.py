"""What builds fetch for browsers: the packages of `.ci/graphiql.sha512`, which no lock file has."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tools.written_page import ROOT

DIGESTS = ROOT / ".ci" / "graphiql.sha512"
LICENCES = {"graphiql": "MIT", "react": "MIT", "react-dom": "MIT"}
"""As their package.json says; a build puts the texts beside the files."""
_LINE = re.compile(r"(?P<sha512>[0-9a-f]{128})  (?P<name>[a-z-]+)-(?P<version>[0-9.]+)\.tgz")


class FetchedPackage(NamedTuple):
    """A package from npm: its name, version and licence, and the digest that it must have."""

    name: str
    version: str
    licence: str
    sha512: str


def list_fetched_packages() -> Iterator[FetchedPackage]:
    """List what a build fetches by npm, by name."""
    for line in sorted(
        DIGESTS.read_text(encoding="utf-8").splitlines(), key=lambda each: each[128:]
    ):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"{DIGESTS.name} has a line that is no digest of a package")
        name = found["name"]
        yield FetchedPackage(name, found["version"], LICENCES[name], found["sha512"])
