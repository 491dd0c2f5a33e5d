"""Which statements the service waits for, one after another: each goes to the database and back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple
from unittest.mock import patch

from sqlalchemy import Engine, event

from loaders.actor_connection import ActorConnection

DIRECT = ("fetch", "execute", "executemany")
"""By what the driver is asked without SQLAlchemy."""


Notice = Callable[[ActorConnection, str], None]


def _ignore(driver: ActorConnection, statement: str) -> None:
    """Take no notice."""


class Watcher(NamedTuple):
    """Who is told of statements before they are sent, and of the driver's once they are done."""

    before: Notice
    after: Notice = _ignore


_NOTED: ContextVar[Watcher | None] = ContextVar("noted", default=None)


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
    with watch_statements(Watcher(lambda driver, statement: noted.append(statement))):
        yield noted


@contextmanager
def watch_statements(watcher: Watcher) -> Iterator[None]:
    """Tell somebody of each statement of this task, and by which connection it is sent."""
    _WATCH.open()
    token = _NOTED.set(watcher)
    try:
        yield
    finally:
        _NOTED.reset(token)
        _WATCH.close()


def _note_statement(connection: Any, cursor: object, statement: str, *rest: object) -> None:
    if watcher := _NOTED.get():
        watcher.before(connection.connection.driver_connection, statement)


def _note_calls(name: str) -> Any:
    original = getattr(ActorConnection, name)

    async def run(self: ActorConnection, query: str, *args: Any, **options: Any) -> Any:
        watcher = _NOTED.get()
        if watcher is None:
            return await original(self, query, *args, **options)
        watcher.before(self, query)
        done = await original(self, query, *args, **options)
        watcher.after(self, query)
        return done

    return run
