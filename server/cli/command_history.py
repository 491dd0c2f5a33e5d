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
KEEP_HELP = "A file with the chains' ends: compared with, then written. Keep it off the database."


@history.command(name="verify")
def verify_history(
    keep: Annotated[Path | None, typer.Option(help=KEEP_HELP, dir_okay=False)] = None,
    as_json: AS_JSON = False,
) -> None:
    """Follow the chain of every unit and office and say where it breaks; 1 where it does."""
    with exit_on_expected_errors(), ExitStack() as stack:
        steps = StepLog(sys.stderr)

        def count(entries: int) -> None:
            steps.count(entries, "entries")

        found = asyncio.run(verify.verify_installation(ensure_database(stack), keep, count))
        print_answer(as_json, found.to_json(), verify.format_report(found))
        raise typer.Exit(bool(found.broken))
