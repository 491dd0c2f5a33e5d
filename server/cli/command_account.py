"""Commands for accounts that nobody opens for themselves."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from models import Role
from server.cli import account
from server.cli.account_report import PRIVATE_ROLES
from server.cli.command import AS_JSON, ensure_database, exit_on_expected_errors, print_answer

accounts = typer.Typer(help="Accounts that nobody opens for themselves. 账号", no_args_is_help=True)
GRANTS_HELP = "Functions to grant, divided by commas, or none; else all that the role may hold."
NUMBER_HELP = "A file with the holder's ID number: two accounts of a person are one pair of eyes."
STDIN_HELP = "Read the password from standard input instead of making one up."
ROLE_CHOICES = "|".join(role for role in Role if role not in PRIVATE_ROLES)
REGION_HELP = (
    "Six digits, of the role's level: 220104 a district, 220100 a city, 220000 a province."
)


def read_role(text: str) -> Role:
    """Read a role in capitals or as options are written: district-officer."""
    name = text.strip().upper().replace("-", "_")
    if name not in Role.__members__:
        raise typer.BadParameter(f"one of {ROLE_CHOICES}")
    return Role(name)


@accounts.command("create")
def create_account(
    name: str,
    *,
    role: Annotated[
        Role,
        typer.Option(
            parser=read_role, metavar=ROLE_CHOICES, help="What the account is to the programmes."
        ),
    ],
    holder: Annotated[str, typer.Option(help="Whose it is.")],
    region: Annotated[str | None, typer.Option(help=REGION_HELP)] = None,
    credit_code: Annotated[str | None, typer.Option(help="Of the unit it acts for.")] = None,
    grants: Annotated[str | None, typer.Option(help=GRANTS_HELP)] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=STDIN_HELP)] = False,
    holder_number_file: Annotated[Path | None, typer.Option(help=NUMBER_HELP)] = None,
    as_json: AS_JSON = False,
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
            holder_number=account.read_number_file(holder_number_file),
        )
        made = asyncio.run(
            account.create_account(ensure_database(stack), wanted, from_stdin=password_stdin)
        )
        head = f"{made.account}: {made.role}, {made.describe_place()}"
        lines = (head, *made.describe_grants(), *made.describe_password())
        print_answer(as_json, made.to_json(), lines)


@accounts.command("change")
def change_account(
    name: str,
    *,
    active: Annotated[bool | None, typer.Option("--open/--close", help="May it sign in?")] = None,
    password: Annotated[bool, typer.Option("--password", help="Make up another.")] = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help=STDIN_HELP)] = False,
    unbind: Annotated[
        bool, typer.Option("--without-factor", help="Remove its authenticator.")
    ] = False,
    holder_number_file: Annotated[Path | None, typer.Option(help=NUMBER_HELP)] = None,
    as_json: AS_JSON = False,
) -> None:
    """Open or close the account NAME, or give it another password; its sessions end."""
    with exit_on_expected_errors(), ExitStack() as stack:
        reset = password or password_stdin
        number = account.read_number_file(holder_number_file)
        if active is None and not reset and not unbind and number is None:
            raise account.AccountError(account.NOTHING_ASKED_MESSAGE)
        changing = account.change_account(
            ensure_database(stack),
            name,
            active=active,
            reset=reset,
            from_stdin=password_stdin,
            unbind=unbind,
            holder_number=number,
        )
        done = asyncio.run(changing)
        already = "" if done.changed else " already; nothing was changed"
        head = f"{done.account}: {done.describe_state()}{already}"
        print_answer(as_json, done.to_json(), (head, *done.describe_password()))


@accounts.command("list")
def list_accounts(
    role: Annotated[
        Role | None,
        typer.Option(parser=read_role, metavar=ROLE_CHOICES, help="Only of this role."),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Only there and below.")] = None,
    without_holder: Annotated[
        bool, typer.Option("--without-holder", help="Only open ones whose holder is not told.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """List the accounts of officials and agencies; units' own where --role names them."""
    with exit_on_expected_errors(), ExitStack() as stack:
        listing = account.list_accounts(
            ensure_database(stack),
            name=None,
            role=role,
            region=region,
            without_holder=without_holder,
        )
        found = asyncio.run(listing)
        lines = ["\t".join(each.list_words()) for each in found]
        value = [each.to_json() for each in found]
        print_answer(as_json, value, (*lines, f"{len(found)} accounts"))


@accounts.command("show")
def show_account(name: str, as_json: AS_JSON = False) -> None:
    """Show the account NAME, and what is granted to it."""
    with exit_on_expected_errors(), ExitStack() as stack:
        listing = account.list_accounts(ensure_database(stack), name=name, role=None, region=None)
        (found,) = asyncio.run(listing)
        head = "\t".join(found.list_words())
        print_answer(as_json, found.to_json(), (head, *found.describe_grants()))
