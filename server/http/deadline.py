"""How long an operation may take, and that nobody works for a client that went away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from weakref import WeakSet

from graphql import GraphQLError
from starlette.types import Receive
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from server.http.limits import RETRY_AFTER_SECONDS


@dataclass
class ClientConnection:
    """Tell whether the client of an HTTP request hung up."""

    receive: Receive
    gone: bool = False


# Set by the endpoint for the current request.
CURRENT_CLIENT: ContextVar[ClientConnection | None] = ContextVar("client", default=None)
# Tasks in the middle of a mutation; a client that goes away does not stop them.
MUTATION_TASKS: "WeakSet[asyncio.Task[object]]" = WeakSet()


class Deadline(SchemaExtension):
    """Cancel an operation after a number of seconds; list it before what opens transactions."""

    def __init__(self, seconds: float, patience: float = 0.05) -> None:
        self.seconds = seconds
        self.patience = patience

    async def on_execute(self) -> AsyncIterator[None]:
        """Hold queries and mutations to the deadline; subscriptions have none."""
        kind = self.execution_context.operation_type
        if kind is OperationType.SUBSCRIPTION:
            yield
            return
        watched = (
            _shield_mutation() if kind is OperationType.MUTATION else self._watch_for_hang_up()
        )
        try:
            async with asyncio.timeout(self.seconds) as limit, watched:
                yield
        except TimeoutError:
            # Whatever else ran out of time within the operation is no deadline.
            if not limit.expired():
                raise
            raise GraphQLError(
                f"The operation took longer than {self.seconds:g} seconds and was stopped. "
                f"操作超过{self.seconds:g}秒，已停止。",
                extensions={"code": "DEADLINE", "retryAfter": RETRY_AFTER_SECONDS},
            ) from None

    @asynccontextmanager
    async def _watch_for_hang_up(self) -> AsyncIterator[None]:
        """Cancel the current task when its client hangs up; watch only what is not quick."""
        client, task = CURRENT_CLIENT.get(), asyncio.current_task()
        if client is None or task is None:
            yield
            return
        watchers: list[asyncio.Task[None]] = []

        def watch() -> None:
            watchers.append(loop.create_task(_cancel_on_hang_up(client, task)))

        loop = asyncio.get_running_loop()
        timer = loop.call_later(self.patience, watch)
        try:
            yield
        finally:
            timer.cancel()
            for watcher in watchers:
                watcher.cancel()


@asynccontextmanager
async def _shield_mutation() -> AsyncIterator[None]:
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
