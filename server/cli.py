"""The command line: `jiuye run` for development, `jiuye serve` for production."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from pydantic import SecretStr
from starlette.applications import Starlette

from server import app as application
from server import demo, log, verify
from server.migrate import migrate as upgrade
from server.postgres import Cluster
from server.postgres_binaries import PostgresUnavailable
from server.postgres_roles import prepare
from server.progress import Progress
from server.rulebook import overview
from server.serving import NotServing, PortInUse, bind, serve
from server.settings import Settings, SettingsError, load
from server.tour import walk
from server.tour_graph import TourFailed

INTERRUPTED = 130
KEEP = "A file with the chains' ends: compared with, then written. Keep it off the database."
EXPECTED = (NotServing, PortInUse, PostgresUnavailable, SettingsError, TourFailed)

app = typer.Typer(
    name="jiuye",
    help="Public-employment subsidies as one GraphQL graph. 就业",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


history = typer.Typer(help="What happened, chained by hash (X9). 操作记录", no_args_is_help=True)
app.add_typer(history, name="history")


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


def serve_until_stopped(
    built: Starlette, listener: socket.socket, answered: Callable[[], None]
) -> None:
    """Serve; Ctrl-C and SIGTERM are the ordinary end."""
    try:
        asyncio.run(serve(built, listener, answered))
    except KeyboardInterrupt:
        typer.echo("\nStopped.")


@app.command()
def run() -> None:
    """Start everything for development: database, tables, demonstration, service."""
    with plain_words(), ExitStack() as stack:
        settings = load()
        log.configure("WARNING")
        listener = stack.enter_context(bind(settings.host, settings.port))
        progress = Progress(4, sys.stdout)
        if settings.development_keys is not None:
            progress.say(f"Keys for development only: {settings.development_keys}")
        with progress.step("Starting PostgreSQL"):
            if settings.database_url is None:
                cluster = embedded(settings)
                stack.callback(cluster.stop)
                cluster.start()
                settings = connected(settings, cluster)
            else:
                progress.say("  DATABASE_URL is set: using that database")
        with progress.step("Migrating the tables"):
            upgrade(settings.owner_url, progress.say, service_role=settings.service_role)
        with progress.step("Loading the demonstration"):
            if settings.demo:
                asyncio.run(demo.load(settings))
        introduce = demo.introduction(settings)
        with progress.step("Starting the service"):
            built = application.create_app(settings)
        serve_until_stopped(built, listener, lambda: progress.say(f"\n{introduce}"))


@app.command(name="serve")
def serve_alone() -> None:
    """Serve with the database that DATABASE_URL names; migrate beforehand (production)."""
    with plain_words():
        settings = load()
        log.configure()
        where = f"http://{settings.host}:{settings.port}"
        if settings.database_url is None:
            raise SettingsError("DATABASE_URL is not set")
        with bind(settings.host, settings.port) as listener:
            built = application.create_app(settings)
            serve_until_stopped(built, listener, lambda: typer.echo(f"Serving on {where}"))


@app.command()
def migrate() -> None:
    """Bring the tables up to date, as DATABASE_OWNER_URL's role."""
    with plain_words(), ExitStack() as stack:
        settings = load()
        if settings.database_url is None and settings.database_owner_url is None:
            cluster = embedded(settings)
            stack.callback(cluster.stop)
            cluster.start()
            settings = connected(settings, cluster)
        progress = Progress(1, sys.stdout)
        with progress.step("Migrating the tables"):
            upgrade(settings.owner_url, progress.say)


@app.command()
def tour() -> None:
    """Walk a subsidy's whole life over HTTP, telling each step; start a service if none runs."""
    with plain_words():
        walk(load(), typer.echo)


@history.command(name="verify")
def verify_history(
    keep: Annotated[Path | None, typer.Option(help=KEEP, dir_okay=False)] = None,
) -> None:
    """Follow the chain of every unit's history and say where it breaks; 1 where it does."""
    with plain_words(), ExitStack() as stack:
        settings = load()
        if settings.database_url is None:
            cluster = embedded(settings)
            stack.callback(cluster.stop)
            cluster.start()
            settings = connected(settings, cluster)
        found = asyncio.run(verify.verified(settings, keep))
        for line in verify.lines(found):
            typer.echo(line)
        raise typer.Exit(bool(found.broken))


@app.command()
def rules() -> None:
    """Print the rulebook: which rules the code claims, which tests name them, which are open."""
    for line in overview():
        typer.echo(line)


@app.command()
def postgres() -> None:
    """Start the embedded database alone and stay, for development; say its URLs."""
    with plain_words(), ExitStack() as stack:
        settings = load()
        cluster = embedded(settings)
        stack.callback(cluster.stop)
        progress = Progress(1, sys.stdout)
        with progress.step("Starting PostgreSQL"):
            started = cluster.start()
            settings = connected(settings, cluster)
        typer.echo(f"DATABASE_URL={settings.service_url}")
        typer.echo(f"DATABASE_OWNER_URL={settings.owner_url}")
        if started:
            signal.pause()
        typer.echo("Another process runs it already; it ends with that one.")


if __name__ == "__main__":
    app()
