"""The command that reconciles what was approved with what was paid."""

import asyncio
import sys
from contextlib import ExitStack

import typer

from rules.payment.reconciliation import format_report
from server.cli.command import AS_JSON, ensure_database, exit_on_expected_errors, print_answer
from server.cli.progress import StepLog
from server.cli.reconcile import reconcile_installation


def reconcile(as_json: AS_JSON = False) -> None:
    """Hold what was approved against what was paid; 1 where they differ (X8). 对账"""
    with exit_on_expected_errors(), ExitStack() as stack:
        steps = StepLog(sys.stderr)
        stack.callback(steps.end)
        found = asyncio.run(reconcile_installation(ensure_database(stack), steps.begin))
        steps.end()
        print_answer(as_json, found.to_json(), format_report(found.ledgers, found.found))
        raise typer.Exit(not found.holds)
