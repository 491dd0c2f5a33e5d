"""What every command shares: a database that answers, and faults in plain words."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pydantic import SecretStr

from demonstration.tour.graph import TourFailed
from gateways.store import StoreDown
from server.cli import account
from server.cli.facts import FactsNotLoaded
from server.database.postgres import Cluster
from server.database.postgres_binaries import PostgresUnavailable
from server.database.postgres_roles import prepare
from server.runtime.ending import told_plainly
from server.runtime.serving import NotServing, PortInUse
from server.settings.settings import Settings, SettingsError, load

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
    """Tell expected faults in one message, and end quietly where the user stops it."""
    with told_plainly(*EXPECTED):
        yield


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
