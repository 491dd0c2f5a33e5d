"""Commands for what happened."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from server.cli import verify
from server.cli.command import ensure_database, exit_on_expected_errors

history = typer.Typer(help="What happened, chained by hash (X9). 操作记录", no_args_is_help=True)
KEEP_HELP = "A file with the chains' ends: compared with, then written. Keep it off the database."


@history.command(name="verify")
def verify_history(
    keep: Annotated[Path | None, typer.Option(help=KEEP_HELP, dir_okay=False)] = None,
) -> None:
    """Follow the chain of every unit's history and say where it breaks; 1 where it does."""
    with exit_on_expected_errors(), ExitStack() as stack:
        found = asyncio.run(verify.verify_installation(ensure_database(stack), keep))
        for line in verify.format_report(found):
            typer.echo(line)
        raise typer.Exit(bool(found.broken))
