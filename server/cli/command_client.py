"""Commands for programs that sign in by themselves."""

import asyncio
from contextlib import ExitStack
from datetime import datetime
from typing import Annotated

import typer

from server.cli import client
from server.cli.account import parse_functions
from server.cli.command import AS_JSON, ensure_database, exit_on_expected_errors, print_answer

clients = typer.Typer(help="Programs that sign in by themselves. 应用客户端", no_args_is_help=True)
FUNCTIONS_HELP = "What it may do of what its account may, divided by commas."


@clients.command("add")
def add_client(
    account: str,
    *,
    name: Annotated[str, typer.Option(help="What it is called.")],
    functions: Annotated[str, typer.Option(help=FUNCTIONS_HELP)],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day.")
    ] = None,
    as_json: AS_JSON = False,
) -> None:
    """Add a program that acts for ACCOUNT, and print its id and its secret, once."""
    with exit_on_expected_errors(), ExitStack() as stack:
        wanted, last = parse_functions(functions), until.date() if until else None
        settings = ensure_database(stack)
        made = asyncio.run(client.add_client(settings, account, name, wanted, last))
        lines = (f"{made.id}: {made.name}, for {made.account}", f"secret: {made.secret}")
        print_answer(as_json, made.to_json(), lines)


@clients.command("revoke")
def revoke_client(account: str, client_id: str, as_json: AS_JSON = False) -> None:
    """Revoke the program CLIENT_ID of ACCOUNT; its tokens end."""
    with exit_on_expected_errors(), ExitStack() as stack:
        done = asyncio.run(client.revoke_client(ensure_database(stack), account, client_id))
        print_answer(as_json, done.to_json(), (f"{done.id}: revoked",))


@clients.command("list")
def list_clients(
    account: Annotated[str | None, typer.Argument(help="Only of this account.")] = None,
    as_json: AS_JSON = False,
) -> None:
    """List programs, those that were revoked too; their secrets are kept nowhere."""
    with exit_on_expected_errors(), ExitStack() as stack:
        found = asyncio.run(client.list_clients(ensure_database(stack), account))
        lines = ["\t".join(each.list_words()) for each in found]
        print_answer(
            as_json, [each.to_json() for each in found], (*lines, f"{len(found)} programs")
        )
