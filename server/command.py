"""What every command shares: a database that answers, and faults in plain words."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import typer
from pydantic import SecretStr

from gateways.store import StoreDown
from server import account
from server.facts import FactsNotLoaded
from server.postgres import Cluster
from server.postgres_binaries import PostgresUnavailable
from server.postgres_roles import prepare
from server.serving import NotServing, PortInUse
from server.settings import Settings, SettingsError, load
from server.tour_graph import TourFailed

INTERRUPTED = 130
EXPECTED = (
    FactsNotLoaded,
    account.AccountError,
    NotServing,
    PortInUse,
    PostgresUnavailable,
    SettingsError,
    StoreDown,
    TourFailed,
)


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn expected faults into one message, and a stop by the user into a quiet end."""

    def terminated(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except EXPECTED as fault:
        typer.echo(f"\n{fault}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("\nStopped.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def embedded(settings: Settings) -> Cluster:
    """Return the embedded database of these settings, not yet started."""
    return Cluster(settings.jiuye_home / "postgres")


def connected(settings: Settings, cluster: Cluster) -> Settings:
    """Return the settings with the embedded database's URLs, made if they are missing."""
    urls = asyncio.run(prepare(cluster))
    return settings.model_copy(
        update={
            "database_url": SecretStr(urls.service),
            "database_owner_url": SecretStr(urls.owner),
        }
    )


def reachable(stack: ExitStack) -> Settings:
    """Return the settings with a database; the embedded one runs until the stack is left."""
    settings = load()
    if settings.database_url is None and settings.database_owner_url is None:
        cluster = embedded(settings)
        stack.callback(cluster.stop)
        cluster.start()
        settings = connected(settings, cluster)
    return settings
