"""Which statements the service waits for, one after another: each goes to the database and back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from loaders.actor_connection import ActorConnection

DIRECT = ("fetch", "execute", "executemany")
"""By what the driver is asked without SQLAlchemy."""

_NOTED: ContextVar[list[str] | None] = ContextVar("noted", default=None)


class _Watch:
    """Stands between service and driver for as long as anybody notes."""

    def __init__(self) -> None:
        self.readers = 0
        self.stack = ExitStack()

    def open(self) -> None:
        """Begin to watch, unless somebody else did."""
        self.readers += 1
        if self.readers == 1:
            for name in DIRECT:
                self.stack.enter_context(patch.object(ActorConnection, name, _note_calls(name)))
            event.listen(Engine, "before_cursor_execute", _note_statement)
            self.stack.callback(event.remove, Engine, "before_cursor_execute", _note_statement)

    def close(self) -> None:
        """End, if nobody else notes."""
        self.readers -= 1
        if self.readers == 0:
            self.stack.close()


_WATCH = _Watch()


@contextmanager
def record_round_trips() -> Iterator[list[str]]:
    """Note the statements of this task, those of the driver as well, BEGIN and COMMIT among them.

    Others may do so at the same time.
    """
    noted: list[str] = []
    _WATCH.open()
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)
        _WATCH.close()


def _note(statement: str) -> None:
    noted = _NOTED.get()
    if noted is not None:
        noted.append(statement)


def _note_statement(connection: object, cursor: object, statement: str, *rest: object) -> None:
    _note(statement)


def _note_calls(name: str) -> Any:
    original = getattr(ActorConnection, name)

    async def run(self: ActorConnection, query: str, *args: Any, **options: Any) -> Any:
        _note(query)
        return await original(self, query, *args, **options)

    return run
