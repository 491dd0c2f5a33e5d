"""Whether requests should be sent here, and what lacks where they should not."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from loaders.database_fault import DATABASE_ERRORS, find_sqlstate, open_connection
from resolvers.kernel.shared_question import SharedQuestions
from server.database.connection import to_dsn
from server.database.database_check import REFUSALS
from server.database.table_version import SELECT_REVISION, describe_version_fault
from server.settings.settings import Settings

ANSWER_SECONDS = 0.8
"""A probe waits for a second: then it wants to have been told."""
SILENT_MESSAGE = "The database does not answer."
READ_ONLY_MESSAGE = "The database takes no writes: it is a standby, or read-only."
NO_FILES_MESSAGE = "Files can't be kept: the directory of attachments is missing or read-only."
_ASK = f"""SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool,
    ({SELECT_REVISION})"""


class Readiness:
    """Asks on a connection of its own, so that it is told however many wait for the pools'."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._files = settings.file_store
        self._questions: SharedQuestions[Sequence[str]] = SharedQuestions()

    async def answer(self, request: Request) -> Response:
        """Answer 200, or 503 with what lacks, a line each; many who ask at once share it."""
        lacking = await self._questions.ask("lacking", self.list_lacking)
        if lacking:
            return PlainTextResponse("".join(f"{each}\n" for each in lacking), 503)
        return PlainTextResponse("ready\n")

    async def list_lacking(self) -> Sequence[str]:
        """Say what lacks, in a second at most."""
        files = [] if _can_keep_files(self._files) else [NO_FILES_MESSAGE]
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return [*await self._ask_database(), *files]
        except DATABASE_ERRORS as error:
            why = REFUSALS.get(find_sqlstate(error))
            told = f"The database can't be used: {why}" if why else SILENT_MESSAGE
            return [told, *files]

    async def _ask_database(self) -> Sequence[str]:
        dsn = to_dsn(self._settings.service_url)
        connection = await open_connection(dsn, server_settings={"application_name": "jiuye"})
        try:
            read_only, revision = await connection.fetchrow(_ASK)
        except asyncpg.InsufficientPrivilegeError:
            read_only, revision = False, None
        finally:
            connection.terminate()
        fault = describe_version_fault(revision)
        return [*([READ_ONLY_MESSAGE] if read_only else []), *([fault] if fault else [])]


def _can_keep_files(store: object) -> bool:
    """Tell whether a directory takes files; a store elsewhere is asked when it is needed."""
    return not isinstance(store, Path) or not store.exists() or os.access(store, os.W_OK | os.X_OK)
