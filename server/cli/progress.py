"""Lines that say what is being done while it is done, and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

COUNT_SECONDS = 5.0


class Progress:
    """Number the steps of a start: `[1/4] Starting PostgreSQL … 0.3 s`."""

    def __init__(self, steps: int, out: TextIO) -> None:
        self.steps = steps
        self._done = 0
        self._open = False
        self._out = out

    @contextmanager
    def run_step(self, title: str) -> Iterator[None]:
        """Print the title, do the work, print how long it took."""
        self._done += 1
        begun = time.monotonic()
        self._write_text(f"[{self._done}/{self.steps}] {title} …")
        self._open = True
        try:
            yield
        except BaseException:
            self._close_line("")
            raise
        took = f"{time.monotonic() - begun:.1f} s"
        self._close_line(f" {took}" if self._open else f"      {took}")

    def write_line(self, line: str) -> None:
        """Write a line of its own, also while a step is under way."""
        self._close_line("")
        self._write_text(f"{line}\n")

    def _close_line(self, words: str) -> None:
        if self._open or words:
            self._write_text(f"{words}\n")
        self._open = False

    def _write_text(self, words: str) -> None:
        self._out.write(words)
        self._out.flush()


class StepLog:
    """Steps whose number nobody knows beforehand, each with how long it took: `Writing … 0.3 s`."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._begun: float | None = None
        self._told = time.monotonic()

    def begin(self, title: str) -> None:
        """Say what is done from now on; what was done before has ended."""
        self.end()
        self._begun = time.monotonic()
        self._out.write(f"{title} …")
        self._out.flush()

    def end(self) -> None:
        """Say how long the last step took."""
        if self._begun is not None:
            self._out.write(f" {time.monotonic() - self._begun:.1f} s\n")
            self._out.flush()
        self._begun = None

    def count(self, done: int, what: str) -> None:
        """Say how much is done, every few seconds."""
        if time.monotonic() - self._told >= COUNT_SECONDS:
            self._told = time.monotonic()
            self._out.write(f"  {done:,} {what} so far\n")
            self._out.flush()
