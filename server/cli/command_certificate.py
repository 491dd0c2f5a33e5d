"""Commands for client certificates."""

import asyncio
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from server.cli import certificate
from server.cli.account import parse_functions
from server.cli.command import AS_JSON, ensure_database, exit_on_expected_errors, print_answer

certificates = typer.Typer(
    help="Client certificates, which the TLS proxy hands on. 客户端证书", no_args_is_help=True
)
FUNCTIONS_HELP = (
    "Signs a program in by itself, within these of what its account may, divided by commas. "
    "Without them it stands beside the holder's password."
)


@certificates.command("add")
def add_certificate(
    account: str,
    file: Annotated[Path, typer.Argument(help="The certificate, in PEM or DER; no key.")],
    *,
    name: Annotated[str, typer.Option(help="What it is called.")],
    functions: Annotated[str | None, typer.Option(help=FUNCTIONS_HELP)] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day, if sooner.")
    ] = None,
    as_json: AS_JSON = False,
) -> None:
    """Add the certificate in FILE to ACCOUNT."""
    with exit_on_expected_errors(), ExitStack() as stack:
        wanted = None if functions is None else parse_functions(functions)
        last = until.date() if until else None
        settings = ensure_database(stack)
        adding = certificate.add_certificate(settings, account, file, name, wanted, last)
        made = asyncio.run(adding)
        print_answer(as_json, made.to_json(), ("\t".join(made.list_words()),))


@certificates.command("list")
def list_certificates(
    account: Annotated[str | None, typer.Argument(help="Only of this account.")] = None,
    as_json: AS_JSON = False,
) -> None:
    """List certificates, those that have ended too."""
    with exit_on_expected_errors(), ExitStack() as stack:
        found = asyncio.run(certificate.list_certificates(ensure_database(stack), account))
        lines = ["\t".join(each.list_words()) for each in found]
        value = [each.to_json() for each in found]
        print_answer(as_json, value, (*lines, f"{len(found)} certificates"))


@certificates.command("end")
def end_certificate(account: str, certificate_id: str, as_json: AS_JSON = False) -> None:
    """End the certificate CERTIFICATE_ID of ACCOUNT; sessions that could be its end."""
    with exit_on_expected_errors(), ExitStack() as stack:
        ending = certificate.end_certificate(ensure_database(stack), account, certificate_id)
        done = asyncio.run(ending)
        print_answer(as_json, done.to_json(), (f"{done.id}: ended",))
