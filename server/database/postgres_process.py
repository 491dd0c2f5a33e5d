"""How PostgreSQL's processes are started and recognised."""

import contextlib
import ctypes
import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import IO

from server.database.postgres_binaries import SystemAccount

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def spawn_process(
    command: list[str], account: SystemAccount, output: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a program of PostgreSQL's as its account, in a session of its own.

    Call it from the main thread: the program ends with the thread that started it.
    """
    as_root = os.geteuid() == 0
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        start_new_session=True,
        preexec_fn=partial(exit_with_parent, os.getpid(), signal.SIGINT),
        user=account.uid if as_root else None,
        group=account.gid if as_root else None,
        extra_groups=[] if as_root else None,
    )


def exit_with_parent(parent: int, how: signal.Signals) -> None:
    """Have the kernel send a signal when the parent dies, however it dies.

    SIGINT is PostgreSQL's fast shutdown. A Python program wants SIGTERM: while it still imports, a
    KeyboardInterrupt may be lost in a callback, and the signal comes only once.
    """
    _LIBC.prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:
        os._exit(1)


def is_working_in(data: Path, pid: int) -> bool:
    """Return whether a process works in the data directory, as all of PostgreSQL's do."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    return False


def list_process_ids(data: Path) -> set[int]:
    """Return the ids of all processes that work in the data directory."""
    pids = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return {pid for pid in pids if is_working_in(data, pid)}


def give_to_account(file: IO[bytes], account: SystemAccount) -> None:
    """Hand a file that root made to the account, so that it can start without root later."""
    if os.geteuid() == 0:
        os.chown(file.fileno(), account.uid, account.gid)
