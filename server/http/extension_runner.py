"""Runs what stands around an operation, and asks each class only once which hooks it has.

Strawberry asks every extension at every stage of every request, and makes its hooks context
managers anew: for a small read that takes longer than the read.
"""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import lru_cache
from inspect import isasyncgenfunction, isgeneratorfunction
from types import TracebackType
from typing import Any, NamedTuple

from strawberry.extensions import SchemaExtension
from strawberry.extensions.context import (
    ExecutingContextManager,
    OperationContextManager,
    ParsingContextManager,
    ValidationContextManager,
)
from strawberry.extensions.runner import SchemaExtensionsRunner


class _Hook(NamedTuple):
    """What an extension does around a stage, and by its place among them whose it is."""

    place: int
    enter: Callable[[SchemaExtension], Any]
    is_async: bool


@lru_cache
def _list_hooks(name: str, kinds: tuple[type[SchemaExtension], ...]) -> Sequence[_Hook]:
    """List the hooks that classes of extensions have for a stage."""
    default = getattr(SchemaExtension, name)
    found = [(n, getattr(kind, name)) for n, kind in enumerate(kinds)]
    return [_build_hook(n, written) for n, written in found if written is not default]


def _build_hook(place: int, written: Callable[..., Any]) -> _Hook:
    if isasyncgenfunction(written):
        return _Hook(place, asynccontextmanager(written), is_async=True)
    if isgeneratorfunction(written):
        return _Hook(place, contextmanager(written), is_async=False)
    raise TypeError(f"{written.__qualname__} is no generator")


class _KnownHooks:
    """Enters the hooks of a stage, the outermost first, and leaves them the other way round."""

    HOOK_NAME: str

    def __init__(self, extensions: list[SchemaExtension]) -> None:
        self.extensions = extensions
        self.entered: list[tuple[Any, bool]] = []

    async def __aenter__(self) -> None:
        try:
            for place, enter, is_async in _list_hooks(
                self.HOOK_NAME, tuple(map(type, self.extensions))
            ):
                hook = enter(self.extensions[place])
                if is_async:
                    await hook.__aenter__()
                else:
                    hook.__enter__()
                self.entered.append((hook, is_async))
        except BaseException as raised:
            await self._leave_with(raised)
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            await self._leave_with(error)
            return
        while self.entered:
            hook, is_async = self.entered.pop()
            try:
                if is_async:
                    await hook.__aexit__(None, None, None)
                else:
                    hook.__exit__(None, None, None)
            except BaseException as raised:
                if not await self._leave_with(raised):
                    raise

    async def _leave_with(self, error: BaseException) -> bool | None:
        """Leave what is still entered with an error, as an exit stack does."""
        stack = AsyncExitStack()
        for hook, is_async in self.entered:
            if is_async:
                stack.push_async_exit(hook)
            else:
                stack.push(hook)
        self.entered = []
        return await stack.__aexit__(type(error), error, error.__traceback__)


class _Operation(_KnownHooks, OperationContextManager):
    """Around an operation as a whole."""


class _Parsing(_KnownHooks, ParsingContextManager):
    """Around the reading of its document."""


class _Validation(_KnownHooks, ValidationContextManager):
    """Around the judging of its document."""


class _Executing(_KnownHooks, ExecutingContextManager):
    """Around its execution."""


class ExtensionRunner(SchemaExtensionsRunner):
    """Runs the extensions of one operation."""

    def operation(self) -> OperationContextManager:
        """Return what stands around the operation."""
        return _Operation(self.extensions)

    def parsing(self) -> ParsingContextManager:
        """Return what stands around the reading of the document."""
        return _Parsing(self.extensions)

    def validation(self) -> ValidationContextManager:
        """Return what stands around the judging of the document."""
        return _Validation(self.extensions)

    def executing(self) -> ExecutingContextManager:
        """Return what stands around the execution."""
        return _Executing(self.extensions)
