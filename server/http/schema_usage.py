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
    writer = UsageWriter(service, schema)
    service.usage.is_open = True
    writing = asyncio.create_task(writer.write_often(seconds))
    try:
        yield
    finally:
        service.usage.is_open = False
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        await writer.write()


class UsageWriter:
    """Finds what was used in the documents that were counted, and writes it down."""

    def __init__(self, service: Service, schema: GraphQLSchema) -> None:
        self._service, self._schema = service, schema
        self._known: LRUCache[str, frozenset[str]] = LRUCache(MOST_KEPT)

    async def write_often(self, seconds: float) -> None:
        """Write every so many seconds, until it is cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.write()

    async def write(self) -> None:
        """Write what was counted; while the database is away it waits."""
        book = self._service.usage
        for used, document, count in book.take_documents():
            found = self._find_coordinates(used.text, document)
            book.add_usage((Usage(*used[:3], coordinate), count) for coordinate in found)
            await asyncio.sleep(0)  # requests come first
        waiting = book.take_usage()
        try:
            await save_usage(self._service, waiting)
        except (SQLAlchemyError, OSError) as away:
            book.add_usage(waiting.items())
            log.warning("usage waits", error=type(away).__name__)

    def _find_coordinates(self, text: str, document: DocumentNode) -> frozenset[str]:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = list_coordinates(self._schema, document)
        return found
