"""A private PostgreSQL for one data directory: starts in a moment, dies with its service.

It listens on a Unix socket only. Local connections are trusted, which is safe because the
socket's directory is 0700: only PostgreSQL's own account (and root) can reach it.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from io import BufferedWriter
from pathlib import Path

from server.database.postgres_binaries import (
    PostgresUnavailable,
    choose_account,
    ensure_readable_programs,
    find_programs,
    make_private,
    may_enter,
)
from server.database.postgres_process import (
    give_to_account,
    is_working_in,
    list_process_ids,
    spawn_process,
)

SOCKET_PORT = 5432  # names the socket's file; nothing listens on the network
MAX_SOCKET_PATH_BYTES = 107  # sockaddr_un.sun_path, less its closing zero
START_SECONDS = 60.0
STOP_SECONDS = 30.0
RETRY_SECONDS = 20.0  # more than what a killed predecessor needs to let go of its shared memory
RETRYABLE_MESSAGES = ("shared memory block", "lock file")
ROOT_CLUSTERS_DIRECTORY = Path("/var/lib/jiuye")
VOLATILE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster:
    """One PostgreSQL cluster in `home`, started by this process or adopted from another one.

    `durable=False` trades safety for speed (tests); `settings` are PostgreSQL's own.
    """

    def __init__(
        self, home: Path, settings: Mapping[str, str] | None = None, *, durable: bool = True
    ) -> None:
        if not sys.platform.startswith("linux"):
            raise PostgresUnavailable(
                "The embedded PostgreSQL needs Linux. Set DATABASE_URL to a running database."
            )
        self.durable = durable
        self.settings = {} if durable else dict(VOLATILE_SETTINGS)
        self.settings |= settings or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: BufferedWriter | None = None
        self.home = home.absolute()
        self.account = choose_account(self.home)
        self._make_directories()

    def _make_directories(self) -> None:
        """Make the directories, where PostgreSQL's account can reach them."""
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        self.home.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        if os.geteuid() == 0 and not may_enter(self.home.parent, self.account):
            self.home = ROOT_CLUSTERS_DIRECTORY / name
            ROOT_CLUSTERS_DIRECTORY.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.data, self.log = self.home / "data", self.home / "log"
        self.socket_directory = self.home / "socket"
        if (
            len(os.fsencode(self.socket_directory / f".s.PGSQL.{SOCKET_PORT}"))
            > MAX_SOCKET_PATH_BYTES
        ):
            self.socket_directory = Path(tempfile.gettempdir()) / f"jiuye-{name}"
        for directory in (self.home, self.socket_directory):
            make_private(directory, self.account)

    def start(self) -> bool:
        """Start PostgreSQL and return True, or adopt the one that runs here and return False.

        Raises PostgresUnavailable where it does not come up.
        """
        if threading.current_thread() is not threading.main_thread():
            raise PostgresUnavailable(
                "Start PostgreSQL from the main thread: it ends with the thread that started it."
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._take_lock():
            if self._find_postmaster() is not None:
                return False
            self._wait_or_fail(deadline, "another process is starting it and does not get on")
        try:
            self.programs = ensure_readable_programs(find_programs(), self.account)
            self._end_leftovers(deadline)
            if not (self.data / "PG_VERSION").exists():
                self._initialise_data()
            self._launch_postmaster(deadline)
        except BaseException:
            self.stop(immediately=True)
            raise
        return True

    def _take_lock(self) -> bool:
        """Hold the lock for as long as this process runs the cluster; the kernel frees it."""
        lock = (self.home / "lock").open("ab")
        try:
            give_to_account(lock, self.account)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True

    def _wait_or_fail(self, deadline: float, why: str) -> None:
        if time.monotonic() > deadline:
            raise PostgresUnavailable(f"PostgreSQL in {self.home} does not start: {why}.")
        time.sleep(0.01)

    def _find_postmaster(self) -> int | None:
        """Return the postmaster's process id once it accepts connections."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            if lines[7].strip() == "ready" and is_working_in(self.data, int(lines[0])):
                return int(lines[0])
        return None

    def _end_leftovers(self, deadline: float) -> None:
        """Wait for the processes of a killed service to go; whoever held them is dead."""
        asked: set[int] = set()
        while left := list_process_ids(self.data):
            for pid in left - asked:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
            asked |= left
            self._wait_or_fail(deadline, f"processes {sorted(left)} of an earlier run do not end")
        # Nobody lives here, so the process id in this file may be anyone's by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise_data(self) -> None:
        """Make the cluster beside its place and move it there, so that a half never counts."""
        shutil.rmtree(self.data, ignore_errors=True)
        for half in self.home.glob("new-*"):
            shutil.rmtree(half)
        half = Path(tempfile.mkdtemp(prefix="new-", dir=self.home))
        os.chown(half, self.account.uid, self.account.gid)
        command = [self.programs / "initdb", "--pgdata", half, "--username", "postgres"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"]
        command += ["--auth-local=trust", "--auth-host=reject"]
        command += [] if self.durable else ["--no-sync"]
        made = spawn_process([str(word) for word in command], self.account, subprocess.PIPE)
        said, _ = made.communicate()
        if made.returncode != 0:
            raise PostgresUnavailable(f"initdb failed:\n{said.decode(errors='replace')[-2000:]}")
        half.rename(self.data)

    def _launch_postmaster(self, deadline: float) -> None:
        """Start the postmaster; once more if it ends at once, as it may after a kill."""
        retry_until = time.monotonic() + RETRY_SECONDS
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        for name, value in self._build_options().items():
            command += ["-c", f"{name}={value}"]
        while self._find_postmaster() is None:
            if self._process is None:
                with self.log.open("wb") as log:
                    give_to_account(log, self.account)
                    self._process = spawn_process(command, self.account, log)
            elif self._process.poll() is not None:
                self._process = None
                held = any(words in self._read_log_tail() for words in RETRYABLE_MESSAGES)
                if not held or time.monotonic() > retry_until:
                    raise PostgresUnavailable(
                        f"PostgreSQL does not start:\n{self._read_log_tail()}"
                    )
            self._wait_or_fail(deadline, self._read_log_tail())

    def _build_options(self) -> dict[str, str]:
        return {
            "listen_addresses": "",
            "port": str(SOCKET_PORT),
            "unix_socket_directories": f'"{self.socket_directory}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Compiling a query takes longer than most of them run.
            "jit": "off",
            **self.settings,
        }

    def _read_log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-2000:].strip()

    def stop(self, *, immediately: bool = False) -> None:
        """Stop PostgreSQL if this process started it: a clean shutdown, or an immediate one."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if immediately else signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(STOP_SECONDS)
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None
