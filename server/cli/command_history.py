"""Commands for what happened."""

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from server.cli import verify
from server.cli.command import AS_JSON, ensure_database, exit_on_expected_errors, print_answer
from server.cli.progress import StepLog

history = typer.Typer(help="What happened, chained by hash (X9). 操作记录", no_args_is_help=True)
COPY_HELP = "A copy of a checkpoint that somebody else kept: it must be the one of its number."
KEEP_HELP = "A file with the chains' ends: compared with, then written. Keep it off the database."


@history.command(name="verify")
def verify_history(
    keep: Annotated[Path | None, typer.Option(help=KEEP_HELP, dir_okay=False)] = None,
    copy: Annotated[Path | None, typer.Option(help=COPY_HELP, dir_okay=False, exists=True)] = None,
    as_json: AS_JSON = False,
) -> None:
    """Follow every chain, compare with the last checkpoint, say where it breaks; 1 if it does."""
    with exit_on_expected_errors(), ExitStack() as stack:
        steps = StepLog(sys.stderr)

        def count(entries: int) -> None:
            steps.count(entries, "entries")

        found = asyncio.run(verify.verify_installation(ensure_database(stack), keep, count, copy))
        print_answer(as_json, found.to_json(), verify.format_report(found))
        raise typer.Exit(not found.holds)
