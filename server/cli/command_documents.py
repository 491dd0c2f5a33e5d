"""Commands for trusted documents: which operations clients may name instead of sending them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import orjson
import strawberry
import typer
from graphql import GraphQLError, GraphQLSchema, parse, validate

from schema.api.assembly import assemble_schema
from server.cli.command import AS_JSON, exit_on_expected_errors, print_answer
from server.http.limits import SIGNED_IN, measure_document
from server.settings.manifest import Manifest, ManifestFault, list_manifests, read_manifest
from server.settings.settings import SettingsError, load_settings

documents = typer.Typer(help="Documents that clients name. 已登记语句", no_args_is_help=True)
CLIENT_HELP = "What the program calls itself, where the manifest does not say."
VERSION_HELP = "Which version of it, where the manifest does not say."


@documents.command(name="add")
def add_manifest(
    path: Annotated[Path, typer.Argument(metavar="MANIFEST", help="As a client's tools wrote it.")],
    client: Annotated[str, typer.Option(help=CLIENT_HELP)] = "",
    version: Annotated[str, typer.Option(help=VERSION_HELP)] = "",
    as_json: AS_JSON = False,
) -> None:
    """Let clients name the documents of a manifest; refuse one that the schema can't answer.

    Formats: Apollo's persisted-query manifest, and objects of ids and texts (Relay, codegen).
    """
    with exit_on_expected_errors():
        directory = _find_directory()
        try:
            manifest = read_manifest(path, client, version)
        except ManifestFault as fault:
            raise SettingsError(str(fault)) from None
        faults = list(_find_faults(manifest))
        if faults:
            raise SettingsError("\n".join((f"{path.name} is not added:", *faults)))
        kept = directory / manifest.file_name.replace("/", "_")
        half = kept.with_suffix(".half")
        half.write_bytes(orjson.dumps(manifest.to_json(), option=orjson.OPT_INDENT_2))
        half.replace(kept)
        count = len(manifest.documents)
        told = {"client": manifest.client, "version": manifest.version, "documents": count}
        print_answer(as_json, told, (f"{count} documents of {kept.stem} may be named now.",))


@documents.command(name="list")
def list_documents(as_json: AS_JSON = False) -> None:
    """List the programs whose documents may be named, and how many each has."""
    with exit_on_expected_errors():
        known = list_manifests(_find_directory())
        told = [
            {"client": each.client, "version": each.version, "documents": len(each.documents)}
            for each in known
        ]
        lines = (f"{Path(each.file_name).stem}: {len(each.documents)} documents" for each in known)
        print_answer(as_json, told, lines if known else ("There are none yet.",))


def _find_directory() -> Path:
    directory = load_settings().trusted_documents
    if directory is None:
        raise SettingsError("TRUSTED_DOCUMENTS is not set: name a directory for manifests")
    return directory


def _find_faults(manifest: Manifest) -> Iterator[str]:
    """Find what the schema or the limits refuse of a manifest, a line for each document."""
    schema = assemble_schema(strawberry.Schema)._schema
    for id, text in manifest.documents.items():
        fault = _find_fault(schema, text)
        if fault is not None:
            yield f"  {id}: {fault}"


def _find_fault(schema: GraphQLSchema, text: str) -> str | None:
    try:
        document = parse(text, max_tokens=SIGNED_IN.tokens)
        measure_document(schema, document, SIGNED_IN)
    except GraphQLError as error:
        return error.message
    faults = validate(schema, document, max_errors=1)
    return faults[0].message if faults else None
