"""The command that reconciles what was approved with what was paid."""

import asyncio
from contextlib import ExitStack

import typer

from rules.payment.reconcile import lines
from server.cli.command import plain_words, reachable
from server.cli.reconcile import reconciled


def reconcile() -> None:
    """Hold what was approved against what was paid; 1 where they differ (X8). 对账"""
    with plain_words(), ExitStack() as stack:
        found = asyncio.run(reconciled(reachable(stack)))
        for line in lines(found.ledgers, found.found):
            typer.echo(line)
        raise typer.Exit(not found.holds)
