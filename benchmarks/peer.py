"""PostGraphile 5 as a peer: installed by npm beside the measured database, served bare."""

import shutil
import subprocess
from pathlib import Path

from benchmarks.database import HOME, Say
from benchmarks.servers import Server, ServerFailed, started

SOURCE = Path(__file__).parent / "postgraphile"
FOLDER = HOME / "postgraphile"
QUERY = (SOURCE / "flagship.graphql").read_text(encoding="utf-8")
INSTALL_SECONDS = 600


def installed(say: Say) -> bool:
    """Install what the lock file names, once; without npm there is no such peer."""
    npm = shutil.which("npm")
    if npm is None:
        say("  npm is missing: measured without PostGraphile")
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (SOURCE / "package-lock.json").read_bytes()
    known = FOLDER / "installed"
    for source in SOURCE.iterdir():
        shutil.copy(source, FOLDER / source.name)
    if known.exists() and known.read_bytes() == lock:
        return True
    command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(  # noqa: S603 - installing the peer is its purpose
        command, cwd=FOLDER, capture_output=True, timeout=INSTALL_SECONDS, check=False
    )
    if done.returncode != 0 or not _node().exists():
        raise ServerFailed(f"npm ci failed:\n{done.stderr.decode(errors='replace')[-2000:]}")
    known.write_bytes(lock)
    return True


def postgraphile(socket_directory: Path, database: str) -> Server:
    """Start it as the superuser, whom row-level security does not bind."""
    where = f"postgresql:///{database}?host={socket_directory}&user=postgres"
    variables = {"DATABASE_URL": where, "NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    serve = [str(_node().absolute()), "serve.mjs"]
    return started("postgraphile", serve, variables, FOLDER)


def versions() -> dict[str, str]:
    """Give the versions of Node and of PostGraphile."""
    said = subprocess.run(  # noqa: S603 - our own copy of Node
        [str(_node()), "--version"], capture_output=True, text=True, check=True
    )
    found = (SOURCE / "package.json").read_text(encoding="utf-8").partition('"postgraphile": "')
    return {"Node": said.stdout.strip().lstrip("v"), "PostGraphile": found[2].partition('"')[0]}


def _node() -> Path:
    return FOLDER / "node_modules/node/bin/node"
