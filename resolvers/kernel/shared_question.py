"""Questions that many ask at once, and that are asked of the database once for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SharedQuestions(Generic[Answer]):
    """Answers of questions that are being asked; none is kept once it is there."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, asyncio.Task[Answer]] = {}

    async def ask(self, about: Hashable, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask, or wait for whoever asks the same just now; whoever hangs up ends it for nobody."""
        task = self._asked.get(about)
        if task is None:
            task = asyncio.ensure_future(self._run(about, question))
            task.add_done_callback(_take_exception)
            self._asked[about] = task
        return await asyncio.shield(task)

    async def _run(self, about: Hashable, question: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            return await question()
        finally:
            del self._asked[about]


def _take_exception(task: asyncio.Task[Answer]) -> None:
    """Take note of a failure, also where all who asked are gone: asyncio would log it in full."""
    if not task.cancelled():
        task.exception()
