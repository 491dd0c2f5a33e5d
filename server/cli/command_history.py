"""Commands for what happened."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from server.cli import verify
from server.cli.command import plain_words, reachable

history = typer.Typer(help="What happened, chained by hash (X9). 操作记录", no_args_is_help=True)
KEEP = "A file with the chains' ends: compared with, then written. Keep it off the database."


@history.command(name="verify")
def verify_history(
    keep: Annotated[Path | None, typer.Option(help=KEEP, dir_okay=False)] = None,
) -> None:
    """Follow the chain of every unit's history and say where it breaks; 1 where it does."""
    with plain_words(), ExitStack() as stack:
        found = asyncio.run(verify.verified(reachable(stack), keep))
        for line in verify.lines(found):
            typer.echo(line)
        raise typer.Exit(bool(found.broken))
