"""The command that reconciles what was approved with what was paid."""

import asyncio
from contextlib import ExitStack

import typer

from rules.payment.reconciliation import format_report
from server.cli.command import ensure_database, exit_on_expected_errors
from server.cli.reconcile import reconcile_installation


def reconcile() -> None:
    """Hold what was approved against what was paid; 1 where they differ (X8). 对账"""
    with exit_on_expected_errors(), ExitStack() as stack:
        found = asyncio.run(reconcile_installation(ensure_database(stack)))
        for line in format_report(found.ledgers, found.found):
            typer.echo(line)
        raise typer.Exit(not found.holds)
