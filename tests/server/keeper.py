"""A process of its own that keeps a cluster, and how the tests speak with it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.database.postgres_process import list_process_ids

ROOT = Path(__file__).parents[2]
SECONDS = 120


@dataclass
class Keeper:
    """One process that keeps (or adopts) the cluster in `home`."""

    home: Path
    uid: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "tests.server.database_keeper", str(self.home)]
        command += [str(self.uid)] if self.uid is not None else []
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def answer(self) -> dict[str, Any]:
        if not self.facts:
            assert self.process.stdout is not None
            self.facts = json.loads(self.process.stdout.readline())
        return self.facts

    def dsn(self, role: str = "service") -> str:
        return str(self.answer()[role]).replace("+asyncpg", "")

    def kill(self) -> None:
        self.process.kill()
        self.finish()

    def finish(self) -> None:
        self.process.communicate(timeout=SECONDS)


def kill_everything(keeper: Keeper) -> None:
    """Kill the service and every process of its database, as a power cut would."""
    own = list_process_ids(keeper.home / "data")
    keeper.process.kill()
    for pid in own:
        with suppress(ProcessLookupError):  # its postmaster's death may have ended it already
            os.kill(pid, signal.SIGKILL)
    keeper.finish()
