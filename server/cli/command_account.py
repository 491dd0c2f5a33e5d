"""Commands for accounts that nobody opens for themselves."""

import asyncio
from contextlib import ExitStack
from typing import Annotated

import typer

from models import Role
from server.cli import account
from server.cli.command import ensure_database, exit_on_expected_errors

accounts = typer.Typer(help="Accounts that nobody opens for themselves. 账号", no_args_is_help=True)
GRANTS_HELP = "Functions to grant, divided by commas, or none; else all that the role may hold."
STDIN_HELP = "Read the password from standard input instead of making one up."


@accounts.command("create")
def create_account(
    name: str,
    *,
    role: Annotated[Role, typer.Option(help="What the account is to the programmes.")],
    holder: Annotated[str, typer.Option(help="Whose it is.")],
    region: Annotated[str | None, typer.Option(help="Six digits, such as 220104.")] = None,
    credit_code: Annotated[str | None, typer.Option(help="Of the unit it acts for.")] = None,
    grants: Annotated[str | None, typer.Option(help=GRANTS_HELP)] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=STDIN_HELP)] = False,
) -> None:
    """Open an account NAME for an officer, an administrator or somebody of a unit."""
    with exit_on_expected_errors(), ExitStack() as stack:
        functions = None if grants is None else account.parse_functions(grants)
        wanted = account.AccountRequest(
            account=name,
            role=role,
            name=holder,
            region=region,
            credit_code=credit_code,
            functions=functions,
        )
        made = account.create_account(ensure_database(stack), wanted, from_stdin=password_stdin)
        typer.echo(asyncio.run(made))


@accounts.command("change")
def change_account(
    name: str,
    active: Annotated[bool | None, typer.Option("--open/--close", help="May it sign in?")] = None,
    password: Annotated[bool, typer.Option("--password", help="Make up another.")] = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=STDIN_HELP)] = False,
) -> None:
    """Open or close the account NAME, or give it another password; its sessions end."""
    with exit_on_expected_errors(), ExitStack() as stack:
        reset = password or password_stdin
        done = account.change_account(
            ensure_database(stack), name, active=active, reset=reset, from_stdin=password_stdin
        )
        typer.echo(asyncio.run(done))
