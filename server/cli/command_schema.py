"""`jiuye schema`: what changed in the schema, who uses what of it, and whom a change concerns."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import orjson
import strawberry
import typer
from graphql import GraphQLError, GraphQLSchema, build_schema

from resolvers.kernel.schema_usage import ClientUsage, load_usage
from schema.api.assembly import assemble_schema
from server.cli.client_setup import Client, print_client_setup
from server.cli.command import (
    AS_JSON,
    ensure_database,
    exit_on_expected_errors,
    print_answer,
)
from server.cli.schema_change import (
    Effect,
    ListedChange,
    find_users,
    is_deprecated,
    list_changes,
    list_document_uses,
)
from server.database.pools import open_service
from server.settings.manifest import list_manifests
from server.settings.settings import Settings, SettingsError, load_settings

schemas = typer.Typer(help="The schema, for whoever writes clients. 架构", no_args_is_help=True)


@schemas.command(name="check")
def check_schema(
    path: Annotated[Path, typer.Argument(metavar="OLD", help="The schema that clients know.")],
    usage: Annotated[
        Path | None, typer.Option(help="What `jiuye schema usage --json` told, for who uses it.")
    ] = None,
    as_json: AS_JSON = False,
) -> None:
    """Tell what changed since OLD, and who uses it; end with 1 where clients break unwarned.

    Breaking is what makes documents or answers fail; dangerous what may surprise a client.
    """
    with exit_on_expected_errors():
        old = read_schema(path)
        new = build_schema(assemble_schema(strawberry.Schema).as_str())
        changes = list_changes(old, new)
        used = {**list_document_uses(old, _load_documents()), **_read_usage(usage)}
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


@schemas.command(name="usage")
def tell_usage(
    days: Annotated[int, typer.Option(min=1, help="Of how many days up to today.")] = 90,
    deprecated: Annotated[
        bool, typer.Option("--deprecated", help="Only what is deprecated, and so will go.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Tell which fields, arguments and values are used, by which programs, and when last.

    Each process writes what it counted every minute, as SCHEMA_USAGE_SECONDS says.
    """
    with exit_on_expected_errors(), ExitStack() as stack:
        settings = ensure_database(stack)
        schema = assemble_schema(strawberry.Schema)._schema
        known = [
            (each, is_deprecated(schema, each.coordinate))
            for each in asyncio.run(_load_usage(settings, days))
        ]
        chosen = [(each, gone) for each, gone in known if gone or not deprecated]
        told = [
            {
                "coordinate": each.coordinate,
                "client": each.client,
                "version": each.version,
                "count": each.times,
                "lastDay": each.last_day,
                "deprecated": gone,
            }
            for each, gone in chosen
        ]
        lines = [_format_usage(each, gone=gone) for each, gone in chosen]
        print_answer(as_json, told, lines or ("Nothing of it was used.",))


async def _load_usage(settings: Settings, days: int) -> Sequence[ClientUsage]:
    async with open_service(settings.model_copy(update={"compiled_reads": False})) as service:
        return await load_usage(service, service.today() - timedelta(days=days - 1))


def _format_usage(used: ClientUsage, *, gone: bool) -> str:
    program = " ".join(filter(None, (used.client, used.version))) or "(no name)"
    mark = " deprecated" if gone else ""
    return f"{used.coordinate}{mark}: {program}, {used.times} times, last on {used.last_day}"


def _read_usage(path: Path | None) -> Mapping[str, set[str]]:
    """Read what each program uses, as `usage --json` told it.

    Raises SettingsError for a file that holds something else.
    """
    used: dict[str, set[str]] = defaultdict(set)
    try:
        for each in orjson.loads(path.read_bytes()) if path is not None else ():
            program = " ".join(filter(None, (each["client"], each["version"])))
            used[program or "(no name)"].add(each["coordinate"])
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise SettingsError(f"{path} is not what `jiuye schema usage --json` tells") from None
    return used


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


def _tell_change(change: ListedChange, used: Mapping[str, Iterable[str]]) -> dict[str, object]:
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
