"""`jiuye schema`: what changed in the schema, and whom that concerns."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import strawberry
import typer
from graphql import GraphQLError, GraphQLSchema, build_schema

from schema.api.assembly import assemble_schema
from server.cli.client_setup import Client, print_client_setup
from server.cli.command import AS_JSON, exit_on_expected_errors, print_answer
from server.cli.schema_change import (
    Effect,
    ListedChange,
    find_users,
    list_changes,
    list_document_uses,
)
from server.settings.manifest import list_manifests
from server.settings.settings import SettingsError, load_settings

schemas = typer.Typer(help="The schema, for whoever writes clients. 架构", no_args_is_help=True)


@schemas.command(name="check")
def check_schema(
    path: Annotated[Path, typer.Argument(metavar="OLD", help="The schema that clients know.")],
    as_json: AS_JSON = False,
) -> None:
    """Tell what changed since OLD, and which trusted documents use it; 1 if clients break unwarned.

    Breaking is what makes documents or answers fail; dangerous what may surprise a client.
    """
    with exit_on_expected_errors():
        old = read_schema(path)
        new = build_schema(assemble_schema(strawberry.Schema).as_str())
        changes = list_changes(old, new)
        used = list_document_uses(old, _load_documents())
        told = [_tell_change(each, used) for each in changes]
        counts = {effect: sum(each.effect is effect for each in changes) for effect in Effect}
        unwarned = [e for e in changes if e.effect is Effect.BREAKING and not e.announced]
        lines = [_format_line(each) for each in told if each["effect"] != Effect.SAFE]
        summary = ", ".join(f"{count} {effect}" for effect, count in counts.items())
        lines.append(f"{summary}; {len(unwarned)} breaking without a deprecation before.")
        print_answer(as_json, told, lines)
    if unwarned:
        raise typer.Exit(1)


@schemas.command(name="client")
def print_client(
    client: Annotated[Client, typer.Option("--for", help="Whose set-up is printed.")],
) -> None:
    """Print what a client has to know of the schema: possible types, keys, scalars, pages.

    Put it into a file of the client, and print it anew with each release.
    """
    typer.echo(print_client_setup(client, assemble_schema(strawberry.Schema)._schema))


def read_schema(path: Path) -> GraphQLSchema:
    """Read a schema's text.

    Raises SettingsError where the file holds none.
    """
    try:
        return build_schema(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except (GraphQLError, TypeError, UnicodeDecodeError):
        raise SettingsError(f"{path.name} is no schema in GraphQL's language") from None


def _load_documents() -> Mapping[str, str]:
    """Load the texts of all manifests, each by its program's name and its own."""
    directory = load_settings().trusted_documents
    manifests = list_manifests(directory) if directory is not None else ()
    return {
        f"{Path(manifest.file_name).stem} {id}": text
        for manifest in manifests
        for id, text in manifest.documents.items()
    }


def _tell_change(change: ListedChange, used: Mapping[str, frozenset[str]]) -> dict[str, object]:
    return {
        "effect": change.effect,
        "kind": change.kind,
        "coordinate": change.coordinate,
        "description": change.description,
        "announced": change.announced,
        "usedBy": find_users(change, used) if change.effect is not Effect.SAFE else [],
    }


def _format_line(told: Mapping[str, object]) -> str:
    announced = " It was deprecated." if told["announced"] else ""
    users = told["usedBy"]
    by = f" Used by: {', '.join(users)}." if isinstance(users, list) and users else ""
    return f"{told['effect']}: {told['description']}{announced}{by}"
