"""Lines that say what is being done while it is done, and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


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
