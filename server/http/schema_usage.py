"""Which fields are used by which program: counted beside each operation, written now and then."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import structlog
from cachetools import LRUCache
from graphql import DocumentNode, GraphQLSchema
from sqlalchemy.exc import SQLAlchemyError
from strawberry.extensions import SchemaExtension

from gateways.usage_book import Usage, UsedDocument
from resolvers.kernel.background import attempt
from resolvers.kernel.context import Context
from resolvers.kernel.schema_usage import save_usage
from resolvers.kernel.service import Service
from server.http.document_coordinates import list_coordinates
from server.telemetry.client_label import CLIENT_LABELS

MOST_KEPT = 1_000
"""So many texts are kept whose coordinates are known already."""

log = structlog.stdlib.get_logger("jiuye.usage")


class UsageRecorder(SchemaExtension):
    """Counts the document of each operation that was executed, by the program that sent it."""

    def on_operation(self) -> Iterator[None]:
        """Count it once it has run."""
        yield
        running = self.execution_context
        context, document = running.context, running.graphql_document
        if not isinstance(context, Context) or document is None or not running.query:
            return
        if running.pre_execution_errors:
            return
        label, day = CLIENT_LABELS.choose_label(context), context.service.today()
        used = UsedDocument(day, label.name, label.version, running.query)
        is_stranger = context.viewer.account_id is None
        context.service.usage.count_document(used, document, is_stranger=is_stranger)


@asynccontextmanager
async def keep_usage(
    service: Service, schema: GraphQLSchema, seconds: float
) -> AsyncIterator[None]:
    """Write down what is counted every so many seconds, and at the end; nothing where it is 0."""
    if not seconds:
        yield
        return
    ended = asyncio.Event()
    service.usage.is_open = True
    writing = asyncio.create_task(UsageWriter(service, schema).write_often(seconds, ended))
    try:
        yield
    finally:
        service.usage.is_open = False
        ended.set()
        await writing


class UsageWriter:
    """Finds what was used in the documents that were counted, and writes it down."""

    def __init__(self, service: Service, schema: GraphQLSchema) -> None:
        self._service, self._schema = service, schema
        self._known: LRUCache[str, frozenset[str]] = LRUCache(MOST_KEPT)

    async def write_often(self, seconds: float, ended: asyncio.Event) -> None:
        """Write every so many seconds, and once more at the end; what is under way is done first.

        One that is cut off may have been written or not: it would be lost, or counted twice.
        """
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await ended.wait()
                    break
            await self.write()
        await self.write()

    async def write(self) -> None:
        """Write what was counted; what could not be written waits, and it is told why."""
        for each in self._service.usage.take_documents():
            # Each by itself: requests come first, and the fault of one ends no other.
            _tell_fault(await attempt(self._read_document(*each)))
        _tell_fault(await attempt(self._save()))

    async def _read_document(self, used: UsedDocument, document: DocumentNode, count: int) -> None:
        found = self._find_coordinates(used.text, document)
        usages = ((Usage(*used[:3], coordinate), count) for coordinate in found)
        self._service.usage.add_usage(usages)

    async def _save(self) -> None:
        waiting = self._service.usage.take_usage()
        try:
            await save_usage(self._service, waiting)
        except BaseException:
            self._service.usage.add_usage(waiting.items())
            raise

    def _find_coordinates(self, text: str, document: DocumentNode) -> frozenset[str]:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = list_coordinates(self._schema, document)
        return found


def _tell_fault(outcome: Exception | None) -> None:
    if isinstance(outcome, SQLAlchemyError | OSError):
        log.warning("usage waits", error=type(outcome).__name__)
    elif outcome is not None:
        log.error("usage was not written", exc_info=(type(outcome), outcome, outcome.__traceback__))
