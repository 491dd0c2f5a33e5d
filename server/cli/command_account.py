"""Commands for accounts that nobody opens for themselves."""

import asyncio
from contextlib import ExitStack
from typing import Annotated

import typer

from models import Role
from server.cli import account
from server.cli.command import plain_words, reachable

accounts = typer.Typer(help="Accounts that nobody opens for themselves. 账号", no_args_is_help=True)
GRANTS = "Functions to grant, divided by commas, or none; else all that the role may hold."
STDIN = "Read the password from standard input instead of making one up."


@accounts.command("create")
def create_account(
    name: str,
    *,
    role: Annotated[Role, typer.Option(help="What the account is to the programmes.")],
    holder: Annotated[str, typer.Option(help="Whose it is.")],
    region: Annotated[str | None, typer.Option(help="Six digits, such as 220104.")] = None,
    credit_code: Annotated[str | None, typer.Option(help="Of the unit it acts for.")] = None,
    grants: Annotated[str | None, typer.Option(help=GRANTS)] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=STDIN)] = False,
) -> None:
    """Open an account NAME for an officer, an administrator or somebody of a unit."""
    with plain_words(), ExitStack() as stack:
        functions = None if grants is None else account.functions_of(grants)
        wanted = account.Wanted(name, role, holder, region, credit_code, functions)
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
