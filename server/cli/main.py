"""The command line: `jiuye run` for development, `jiuye serve` for production."""

import asyncio
import os
import signal
import sys
from contextlib import ExitStack
from io import TextIOWrapper
from typing import Annotated

import typer
from prometheus_client import start_http_server

from demonstration import demo
from demonstration.tour.walk import run_tour
from server.cli.command import (
    AS_JSON,
    build_embedded_cluster,
    ensure_database,
    exit_on_expected_errors,
    find_database,
    print_answer,
    require_owner,
    with_embedded_urls,
)
from server.cli.command_account import accounts
from server.cli.command_certificate import certificates
from server.cli.command_client import clients
from server.cli.command_documents import documents
from server.cli.command_facts import facts
from server.cli.command_history import history
from server.cli.command_keys import keys
from server.cli.command_reconcile import reconcile
from server.cli.command_schema import schemas
from server.cli.progress import Progress
from server.cli.version import read_version
from server.database.data_key import require_matching_keys
from server.database.database_check import require_roles
from server.database.migrate import LockPatience
from server.database.migrate import migrate as upgrade
from server.http import app as application
from server.runtime.serving import bind_listener, describe_address
from server.runtime.supervisor import (
    list_child_processes,
    list_found_variables,
    plan_offload,
    serve_until_stopped,
)
from server.runtime.sweep import sweep_everything
from server.runtime.worker import run_jobs
from server.settings.settings import SettingsError, load_settings
from server.telemetry import log

ADOPTED_HINT = "Another process runs it already; it ends with that one."


class CommandLine(typer.Typer):
    """The commands, on terminals of any encoding: what one can't show becomes a question mark."""

    def __call__(self, *arguments: object, **options: object) -> object:
        """Run the command that is asked for."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().__call__(*arguments, **options)


app = CommandLine(
    name="jiuye",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Public-employment subsidies as one GraphQL graph. 就业",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def print_version(asked: bool) -> None:
    """Say which version this is, and end."""
    if asked:
        typer.echo(f"jiuye {read_version()}")
        raise typer.Exit


@app.callback()
def begin(
    version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Public-employment subsidies as one GraphQL graph. 就业"""


app.add_typer(facts, name="facts")
app.add_typer(accounts, name="account")
app.add_typer(clients, name="client")
app.add_typer(certificates, name="certificate")
app.add_typer(history, name="history")
app.add_typer(keys, name="keys")
app.add_typer(documents, name="documents")
app.add_typer(schemas, name="schema")
app.command(name="reconcile")(reconcile)


@app.command()
def run() -> None:
    """Start everything for development: database, tables, demonstration, service."""
    with exit_on_expected_errors(), ExitStack() as stack:
        settings = load_settings()
        log.configure_logging("WARNING")
        listener = stack.enter_context(bind_listener(settings.host, settings.port))
        progress = Progress(4, sys.stdout)
        if settings.development_keys is not None:
            progress.write_line(f"Keys for development only: {settings.development_keys}")
        with progress.run_step("Starting PostgreSQL"):
            if settings.database_url is None:
                cluster = build_embedded_cluster(settings)
                stack.callback(cluster.stop)
                if not cluster.start():
                    progress.write_line(f"  {ADOPTED_HINT}")
                settings = with_embedded_urls(settings, cluster)
            else:
                progress.write_line("  DATABASE_URL is set: using that database")
                require_owner(settings)
        with progress.run_step("Migrating the tables"):
            upgrade(
                settings.owner_url,
                progress.write_line,
                service_role=settings.service_role,
                beside=settings.roles_beside,
                patience=LockPatience(
                    settings.migration_lock_seconds, settings.migration_lock_tries
                ),
            )
        asyncio.run(require_roles(settings))
        asyncio.run(require_matching_keys(settings))
        with progress.run_step("Loading the demonstration"):
            found = asyncio.run(demo.load_demonstration(settings))
            progress.write_line(f"  {found.value}")
        address = describe_address(listener, settings.host)
        introduce = demo.build_introduction(settings, address, found)
        path, offload = stack.enter_context(
            plan_offload(settings, "WARNING", list_found_variables(settings))
        )
        with progress.run_step("Starting the service"):
            built = application.create_app(settings, offload_path=path)
        beside, where = list_child_processes(settings) if settings.worker else ([], "")
        told = "\n\n".join(filter(None, (where, introduce)))
        serve_until_stopped(
            built,
            listener,
            lambda: progress.write_line(f"\n{told}"),
            [*offload, *beside],
            say=typer.echo,
        )


@app.command(name="serve")
def serve_alone() -> None:
    """Serve with the database that DATABASE_URL names; migrate beforehand (production)."""
    os.execv(sys.executable, [sys.executable, "-m", "server.runtime.production"])  # noqa: S606


@app.command(name="worker")
def work_alone() -> None:
    """Do the background work: the job board, sweeping; migrate beforehand (production)."""
    with exit_on_expected_errors():
        settings = load_settings()
        log.configure_logging()
        asyncio.run(require_roles(settings))
        if settings.worker_metrics_port is not None:
            serve_worker_metrics(settings.host, settings.worker_metrics_port)
        asyncio.run(run_jobs(settings, lambda: typer.echo("Working")))


def serve_worker_metrics(host: str, port: int) -> None:
    """Show the worker's figures; raise SettingsError where they can't be shown there."""
    try:
        start_http_server(port, host)
    except OSError as error:
        raise SettingsError(
            f"WORKER_METRICS_PORT={port} on HOST={host}: {error.strerror}"
        ) from None


@app.command()
def migrate(as_json: AS_JSON = False) -> None:
    """Bring the tables up to date, as DATABASE_OWNER_URL's role."""
    with exit_on_expected_errors(), ExitStack() as stack:
        settings = find_database(stack)
        require_owner(settings)
        progress = Progress(1, sys.stderr if as_json else sys.stdout)
        with progress.run_step("Migrating the tables"):
            applied = upgrade(
                settings.owner_url,
                progress.write_line,
                service_role=settings.service_role,
                beside=settings.roles_beside,
                patience=LockPatience(
                    settings.migration_lock_seconds, settings.migration_lock_tries
                ),
            )
        print_answer(as_json, {"applied": applied}, () if applied else ("Up to date already.",))


@app.command()
def sweep(
    strange_files: Annotated[
        bool, typer.Option(help="Take over files that are marked as another database's.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Delete what is older than it is kept, by the settings, and unused files; run it daily."""
    with exit_on_expected_errors(), ExitStack() as stack:
        settings = ensure_database(stack)
        log.configure_logging("WARNING")

        def tell(name: str, gone: int) -> None:
            typer.echo(f"{name}: {gone}", err=True)

        swept = asyncio.run(sweep_everything(settings, tell, strange_files=strange_files))
        words = ", ".join(f"{count} {name}" for name, count in swept.items() if count)
        kept = "Claims, payments and the history stay, for archive law asks for them."
        print_answer(as_json, swept, (f"Deleted {words or 'nothing'}.".replace("_", " "), kept))


@app.command()
def tour() -> None:
    """Walk a unit's whole year over HTTP, telling each step; start a service if none runs."""
    with exit_on_expected_errors():
        run_tour(load_settings(), typer.echo)


@app.command()
def postgres() -> None:
    """Start the embedded database alone and stay, for development; say its URLs."""
    with exit_on_expected_errors(), ExitStack() as stack:
        settings = load_settings()
        cluster = build_embedded_cluster(settings)
        stack.callback(cluster.stop)
        progress = Progress(1, sys.stderr)
        with progress.run_step("Starting PostgreSQL"):
            started = cluster.start()
            settings = with_embedded_urls(settings, cluster)
        typer.echo(f"DATABASE_URL={settings.service_url}")
        typer.echo(f"DATABASE_OWNER_URL={settings.owner_url}")
        for role, url in settings.urls_beside.items():
            typer.echo(f"DATABASE_{role}_URL={url}")
        if started:
            signal.pause()
        typer.echo(ADOPTED_HINT)


if __name__ == "__main__":
    app()
