"""GraphiQL is taken only as its digests say, and builds go on without it (`.ci/fetch-graphiql`)."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.written_page import ROOT

SCRIPT = ROOT / ".ci" / "fetch-graphiql"
PACKAGES = {
    "react-18.3.1": ("umd/react.production.min.js", "LICENSE"),
    "react-dom-18.3.1": ("umd/react-dom.production.min.js",),
    "graphiql-4.1.2": ("graphiql.min.js", "graphiql.min.css", "LICENSE"),
}
TEXT = "/* fetched */\n//# sourceMappingURL=elsewhere.map\n"


@dataclass
class Fetching:
    """The script beside digests of small packages, and a program that stands in for npm."""

    folder: Path

    @property
    def target(self) -> Path:
        return self.folder / "static" / "graphiql"

    def run(self, *options: str, npm: bool = True) -> subprocess.CompletedProcess[str]:
        path = os.environ["PATH"] if not npm else f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", self.folder / "fetch-graphiql", self.target, *options],
            env={"PATH": path, "PACKAGES": str(self.folder / "packages")},
            capture_output=True,
            text=True,
            check=False,
        )


def write_package(folder: Path, name: str, members: tuple[str, ...]) -> Path:
    for member in members:
        file = folder / name / "package" / member
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEXT)
    packed = folder / f"{name}.tgz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(folder / name / "package", "package")
    return packed


@pytest.fixture
def fetching(tmp_path: Path) -> Fetching:
    shutil.copy(SCRIPT, tmp_path)
    (tmp_path / "packages").mkdir()
    (tmp_path / "bin").mkdir()
    npm = tmp_path / "bin" / "npm"
    npm.write_text('#!/bin/bash\ncp "$PACKAGES"/*.tgz .\n')
    npm.chmod(0o755)
    packed = [
        write_package(tmp_path / "packages", name, members) for name, members in PACKAGES.items()
    ]
    (tmp_path / "graphiql.sha512").write_text(
        "".join(f"{hashlib.sha512(p.read_bytes()).hexdigest()}  {p.name}\n" for p in packed)
    )
    return Fetching(tmp_path)


def test_what_is_as_its_digests_say_is_taken_with_licences_and_without_foreign_addresses(
    fetching: Fetching,
) -> None:
    done = fetching.run()
    assert done.returncode == 0, done.stderr
    names = {file.name for file in fetching.target.iterdir()}
    assert {"graphiql.js", "graphiql.js.gz", "graphiql.css", "react.js", "react-dom.js"} <= names
    assert {"LICENSE.graphiql", "LICENSE.react"} <= names
    assert "sourceMappingURL" not in (fetching.target / "graphiql.js").read_text()
    again = fetching.run(npm=False)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_what_is_not_as_its_digests_say_is_not_taken(fetching: Fetching) -> None:
    (fetching.folder / "packages" / "graphiql-4.1.2.tgz").write_bytes(b"something else")
    refused = fetching.run("--again")
    assert refused.returncode == 1
    assert "not what its digests say" in refused.stderr
    assert not fetching.target.exists()


def test_where_npm_can_t_fetch_a_build_says_so_once_and_goes_on(fetching: Fetching) -> None:
    npm = fetching.folder / "bin" / "npm"
    npm.write_text("#!/bin/bash\necho 'npm error code ECONNREFUSED' >&2\nexit 1\n")
    told, silent, asked_again = (fetching.run(*options) for options in ((), (), ("--again",)))
    assert told.returncode == 0
    assert "npm says ECONNREFUSED" in told.stderr
    assert "Browsers get the small page" in told.stderr
    assert (silent.returncode, silent.stderr) == (0, "")
    assert asked_again.returncode == 1


def test_a_certificate_that_can_t_be_verified_is_told_with_what_to_set(fetching: Fetching) -> None:
    npm = fetching.folder / "bin" / "npm"
    npm.write_text("#!/bin/bash\necho 'npm error code SELF_SIGNED_CERT_IN_CHAIN' >&2\nexit 1\n")
    told = fetching.run()
    assert told.returncode == 0
    assert "npm says SELF_SIGNED_CERT_IN_CHAIN" in told.stderr
    assert "NODE_EXTRA_CA_CERTS=FILE" in told.stderr
