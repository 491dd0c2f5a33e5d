"""How long an operation may take, and that nobody works for a client that went away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from weakref import WeakSet

from graphql import GraphQLError
from starlette.types import Receive
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from resolvers.kernel.context import Context
from server.http.limits import RETRY_AFTER_SECONDS
from server.http.patience import INSIST_SECONDS

PATIENCE_SECONDS = 0.05
"""What takes no longer is looked after by nobody."""


@dataclass
class ClientConnection:
    """Tell whether the client of an HTTP request hung up."""

    receive: Receive
    gone: bool = False


# Set by the endpoint for the current request.
CURRENT_CLIENT: ContextVar[ClientConnection | None] = ContextVar("client", default=None)
# Tasks in the middle of a mutation; a client that goes away does not stop them.
MUTATION_TASKS: "WeakSet[asyncio.Task[object]]" = WeakSet()


class OperationGuard:
    """Stops an operation that takes too long, or whose client hung up.

    Nobody looks after what is quick: until `patience` is over it costs one timer.
    """

    __slots__ = (
        "_client",
        "_ends_at",
        "_insists",
        "_limit",
        "_patience",
        "_stops",
        "_task",
        "_timer",
        "_watcher",
    )

    def __init__(
        self,
        ends_at: float,
        client: ClientConnection | None,
        patience: float,
        *,
        insists: bool = False,
    ) -> None:
        self._ends_at, self._client, self._patience = ends_at, client, patience
        self._insists, self._stops = insists, 0
        self._limit = asyncio.timeout(None)
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to wait."""
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task(loop)
        await self._limit.__aenter__()
        self._timer = loop.call_at(
            min(loop.time() + self._patience, self._ends_at), self._look_after
        )
        return self

    def _look_after(self) -> None:
        """Set the deadline, and listen whether the client hangs up."""
        self._limit.reschedule(self._ends_at)
        if self._insists:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._ends_at + INSIST_SECONDS, self._stop_again)
        if self._client is not None and self._task is not None:
            watching = _cancel_on_hang_up(self._client, self._task)
            self._watcher = asyncio.get_running_loop().create_task(watching)

    def _stop_again(self) -> None:
        """Stop what cleans up for too long after the deadline."""
        if self._task is not None:
            self._stops += 1
            self._task.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(INSIST_SECONDS, self._stop_again)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the wait; raise TimeoutError where the deadline has passed."""
        self._timer.cancel()
        if self._task is not None:
            for _ in range(self._stops):
                self._task.uncancel()
        if self._watcher is not None:
            self._watcher.cancel()
        await self._limit.__aexit__(kind, error, trace)

    @property
    def has_expired(self) -> bool:
        """Return whether the deadline has passed: what else ran out of time is none."""
        return self._limit.expired()


class Deadline(SchemaExtension):
    """Cancel an operation after a number of seconds; list it before what opens transactions."""

    def __init__(self, seconds: float, patience: float = PATIENCE_SECONDS) -> None:
        self.seconds = seconds
        self.patience = patience

    async def on_execute(self) -> AsyncIterator[None]:
        """Hold queries and mutations to the deadline; subscriptions have none."""
        kind = self.execution_context.operation_type
        if kind is OperationType.SUBSCRIPTION:
            yield
            return
        is_mutation = kind is OperationType.MUTATION
        guard = OperationGuard(
            self._find_end(), None if is_mutation else CURRENT_CLIENT.get(), self.patience
        )
        try:
            with _shield_mutation() if is_mutation else nullcontext():
                async with guard:
                    yield
        except TimeoutError:
            if not guard.has_expired:
                raise
            raise GraphQLError(
                f"The operation took longer than {self.seconds:g} seconds and was stopped. "
                f"操作超过{self.seconds:g}秒，已停止。",
                extensions={"code": "DEADLINE", "retryAfter": RETRY_AFTER_SECONDS},
            ) from None

    def _find_end(self) -> float:
        """Return until when it may take; what was begun already goes on."""
        context = self.execution_context.context
        if isinstance(context, Context) and context.begun is not None:
            return context.begun.ends_at
        return asyncio.get_running_loop().time() + self.seconds


@contextmanager
def _shield_mutation() -> Iterator[None]:
    """Mark the current task as one that its client's absence must not stop."""
    task = asyncio.current_task()
    if task is not None:
        MUTATION_TASKS.add(task)
    try:
        yield
    finally:
        if task is not None:
            MUTATION_TASKS.discard(task)


async def _cancel_on_hang_up(client: ClientConnection, task: "asyncio.Task[object]") -> None:
    while (await client.receive())["type"] != "http.disconnect":
        pass
    client.gone = True
    task.cancel()
