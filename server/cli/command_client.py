"""Commands for programs that sign in by themselves."""

import asyncio
from contextlib import ExitStack
from dataclasses import asdict
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
        told = asdict(made) | {"valid_to": last.isoformat() if last else None}
        print_answer(as_json, told, lines)


@clients.command("revoke")
def revoke_client(account: str, client_id: str, as_json: AS_JSON = False) -> None:
    """Revoke the program CLIENT_ID of ACCOUNT; its tokens end."""
    with exit_on_expected_errors(), ExitStack() as stack:
        done = asyncio.run(client.revoke_client(ensure_database(stack), account, client_id))
        until = done.valid_to.isoformat() if done.valid_to else None
        print_answer(as_json, asdict(done) | {"valid_to": until}, (f"{done.id}: revoked",))
