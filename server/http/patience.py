"""A request is answered in time, whatever hangs: nobody waits for what cleans up after it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

INSIST_SECONDS = 0.5
"""So long what was stopped may take to clean up before it is stopped again."""


class OverdueError(Exception):
    """It took too long and was stopped."""


class TimeLimit:
    """Stops a task at its time, again and again until it has ended, or the limit is lifted."""

    def __init__(self, seconds: float) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("there is no task to stop")
        self._task, self._loop = task, asyncio.get_running_loop()
        self._before = task.cancelling()
        self._times = 0
        self._timer = self._loop.call_later(seconds, self._stop)

    def _stop(self) -> None:
        self._times += 1
        self._task.cancel()
        self._timer = self._loop.call_later(INSIST_SECONDS, self._stop)

    def lift(self) -> None:
        """Let the task go on for as long as it likes."""
        self._timer.cancel()

    def take_back(self) -> bool:
        """Take the stops back; tell whether nobody else stopped the task."""
        for _ in range(self._times):
            self._task.uncancel()
        return self._times > 0 and self._task.cancelling() <= self._before


@contextmanager
def end_in_time(seconds: float) -> Iterator[TimeLimit]:
    """Stop what runs after so many seconds, unless the limit is lifted before.

    `asyncio.timeout` stops it once: then a clean-up that waits for a database which says nothing
    would go on for ever. Raises OverdueError.
    """
    limit = TimeLimit(seconds)
    try:
        yield limit
    except asyncio.CancelledError:
        if limit.take_back():
            raise OverdueError from None
        raise
    finally:
        limit.lift()
