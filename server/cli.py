"""The command line: `jiuye run` for development, `jiuye serve` for production."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from prometheus_client import start_http_server
from pydantic import SecretStr
from starlette.applications import Starlette

from gateways.store import StoreDown
from models import FactKind, Role
from server import (
    account,
    demo,
    facts,
    log,
    verify,
)
from server import (
    app as application,
)
from server.companion import Program, companions, kept_running
from server.facts import FactsNotLoaded
from server.migrate import migrate as upgrade
from server.pools import swept_once
from server.postgres import Cluster
from server.postgres_binaries import PostgresUnavailable
from server.postgres_roles import prepare
from server.progress import Progress
from server.rulebook import overview
from server.serving import NotServing, PortInUse, bind, run_on, serve
from server.settings import Settings, SettingsError, load
from server.tour import walk
from server.tour_graph import TourFailed
from server.worker import work

INTERRUPTED = 130
KEEP = "A file with the chains' ends: compared with, then written. Keep it off the database."
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

app = typer.Typer(
    name="jiuye",
    help="Public-employment subsidies as one GraphQL graph. 就业",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

facts_app = typer.Typer(help="External facts 外部数据: what other systems know.")
app.add_typer(facts_app, name="facts", no_args_is_help=True)
accounts = typer.Typer(help="Accounts that nobody opens for themselves. 账号", no_args_is_help=True)
app.add_typer(accounts, name="account")
STDIN = "Read the password from standard input instead of making one up."


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
    built: Starlette,
    listener: socket.socket,
    answered: Callable[[], None],
    beside: Sequence[Program] = (),
) -> None:
    """Serve, with programs beside it; Ctrl-C and SIGTERM are the ordinary end."""

    async def serve_all() -> None:
        async with kept_running(typer.echo) as start:

            def begin() -> None:
                answered()
                start(beside)

            await serve(built, listener, begin)

    try:
        run_on(serve_all())
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
        beside, where = companions(settings) if settings.worker else ([], "")
        told = "\n\n".join(filter(None, (where, introduce)))
        serve_until_stopped(built, listener, lambda: progress.say(f"\n{told}"), beside)


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


@app.command(name="worker")
def work_alone() -> None:
    """Do the background work: the job board, sweeping; migrate beforehand (production)."""
    with plain_words():
        settings = load()
        log.configure()
        if settings.database_url is None:
            raise SettingsError("DATABASE_URL is not set")
        if settings.worker_metrics_port is not None:
            start_http_server(settings.worker_metrics_port, settings.host)
        asyncio.run(work(settings, lambda: typer.echo("Working")))


def reachable(stack: ExitStack) -> Settings:
    """Return the settings with a database; the embedded one runs until the stack is left."""
    settings = load()
    if settings.database_url is None and settings.database_owner_url is None:
        cluster = embedded(settings)
        stack.callback(cluster.stop)
        cluster.start()
        settings = connected(settings, cluster)
    return settings


@app.command()
def migrate() -> None:
    """Bring the tables up to date, as DATABASE_OWNER_URL's role."""
    with plain_words(), ExitStack() as stack:
        settings = reachable(stack)
        progress = Progress(1, sys.stdout)
        with progress.step("Migrating the tables"):
            upgrade(settings.owner_url, progress.say)


@facts_app.command("load")
def load_facts(
    file: Annotated[Path, typer.Argument(help="A CSV file; docs/facts.md tells its columns.")],
    *,
    kind: Annotated[
        FactKind,
        typer.Option(parser=facts.read_kind, metavar=facts.KINDS, help="What it tells of."),
    ],
    source: Annotated[str, typer.Option(help="On whose word. 数据来源")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="As of when. 截止日期")],
    region: Annotated[str, typer.Option(help="Which region it covers. 行政区划")] = facts.NATION,
    errors: Annotated[Path | None, typer.Option(help="Where to list its faults.")] = None,
    keep_going: Annotated[bool, typer.Option(help="Pass over rows that have faults.")] = False,
) -> None:
    """Load a file of external facts: all of it, or nothing (X13). 导入外部数据"""
    with plain_words(), ExitStack() as stack:
        asked = facts.Asked(file, kind, source, as_of.date(), region, errors, keep_going)
        settings = reachable(stack)
        log.configure("WARNING")
        facts.load(settings, asked, typer.echo)


@app.command()
def sweep() -> None:
    """Delete uploads that nobody attached, and files that no record stands on; run it daily."""
    with plain_words(), ExitStack() as stack:
        settings = reachable(stack)
        log.configure("WARNING")
        swept = asyncio.run(swept_once(settings))
        typer.echo(f"Deleted {swept.uploads} uploads and {swept.objects} files.")


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


@accounts.command("create")
def create_account(
    name: str,
    role: Annotated[Role, typer.Option(help="What the account is to the programmes.")],
    holder: Annotated[str, typer.Option(help="Whose it is.")],
    region: Annotated[str | None, typer.Option(help="Six digits, such as 220104.")] = None,
    credit_code: Annotated[str | None, typer.Option(help="Of the unit it acts for.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=STDIN)] = False,
) -> None:
    """Open an account NAME for an officer, an administrator or somebody of a unit."""
    with plain_words(), ExitStack() as stack:
        wanted = account.Wanted(name, role, holder, region, credit_code)
        made = account.create(reachable(stack), wanted, from_stdin=password_stdin)
        typer.echo(asyncio.run(made))


@accounts.command("change")
def change_account(
    name: str,
    active: Annotated[bool | None, typer.Option("--open/--close", help="May it sign in?")] = None,
    password: Annotated[bool, typer.Option("--password", help="Make up another.")] = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=STDIN)] = False,
) -> None:
    """Open or close the account NAME, or give it another password; its sessions end."""
    with plain_words(), ExitStack() as stack:
        reset = password or password_stdin
        done = account.change(
            reachable(stack), name, active=active, reset=reset, from_stdin=password_stdin
        )
        typer.echo(asyncio.run(done))


if __name__ == "__main__":
    app()
