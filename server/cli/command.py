"""What every command shares: a database that answers, and faults in plain words."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import orjson
import typer
from pydantic import SecretStr

from demonstration.tour.client import TourFailed
from gateways.checkpoint_store import CheckpointsUnreadable
from gateways.object_store import StoreUnavailable
from migrations.takeover import PreRelease
from resolvers.files.file_sweep import StrangeFilesError
from server.cli import account
from server.cli.facts import FactsNotLoaded
from server.database.database_check import (
    DatabaseUnavailable,
    require_database,
    require_databases,
)
from server.database.postgres import Cluster
from server.database.postgres_binaries import PostgresUnavailable
from server.database.postgres_roles import prepare_database
from server.runtime.command_exit import exit_with_message
from server.runtime.serving import CannotListen, NotServing
from server.settings.settings import Settings, SettingsError, load_settings

EXPECTED_ERRORS = (
    DatabaseUnavailable,
    FactsNotLoaded,
    CheckpointsUnreadable,
    account.AccountError,
    NotServing,
    CannotListen,
    PostgresUnavailable,
    PreRelease,
    SettingsError,
    StoreUnavailable,
    StrangeFilesError,
    TourFailed,
)


AS_JSON = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


def print_answer(as_json: bool, value: object, lines: Iterable[str]) -> None:
    """Answer on standard output: a machine with one JSON document, people with lines."""
    if as_json:
        document = orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2)
        typer.echo(document.decode())
        return
    for line in lines:
        typer.echo(line)


@contextmanager
def exit_on_expected_errors() -> Iterator[None]:
    """Print expected faults in one message, and end quietly where the user stops it."""
    with exit_with_message(*EXPECTED_ERRORS):
        yield


def build_embedded_cluster(settings: Settings) -> Cluster:
    """Return the embedded database of these settings, not yet started."""
    return Cluster(settings.jiuye_home / "postgres")


def with_embedded_urls(settings: Settings, cluster: Cluster) -> Settings:
    """Return the settings with the embedded database's URLs, made if they are missing."""
    urls = asyncio.run(prepare_database(cluster))
    return settings.model_copy(
        update={
            "database_url": SecretStr(urls.service),
            "database_owner_url": SecretStr(urls.owner),
            "database_sign_in_url": SecretStr(urls.sign_in),
            "database_administration_url": SecretStr(urls.administration),
        }
    )


def find_database(stack: ExitStack) -> Settings:
    """Return the settings with a database's URLs; the embedded one runs until the stack is left."""
    settings = load_settings()
    if settings.database_url is not None:
        return settings
    cluster = build_embedded_cluster(settings)
    stack.callback(cluster.stop)
    cluster.start()
    return with_embedded_urls(settings, cluster)


def ensure_database(stack: ExitStack) -> Settings:
    """Return the settings with a database that answers and has tables.

    Raises DatabaseUnavailable where there is none.
    """
    given = load_settings().database_url is not None
    settings = find_database(stack)
    variable = "DATABASE_URL" if given else f"The database in {settings.jiuye_home}"
    asyncio.run(require_databases(settings, variable))
    return settings


def require_owner(settings: Settings) -> None:
    """See that the tables' owner can connect, before anything is migrated."""
    asyncio.run(require_database(settings.owner_url, "DATABASE_OWNER_URL", tables=False))
