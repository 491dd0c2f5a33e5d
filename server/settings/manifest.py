"""Manifests of trusted documents, in the formats that client tools write (ADR 0086)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

APOLLO_FORMAT = "apollo-persisted-query-manifest"


class ManifestFault(ValueError):
    """Say which file is no manifest, and why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The documents of one program: each under its id, as the program sends it."""

    client: str
    version: str
    documents: Mapping[str, str]

    @property
    def file_name(self) -> str:
        """Where the manifest is kept."""
        return f"{self.client}@{self.version}.json" if self.version else f"{self.client}.json"

    def to_json(self) -> dict[str, object]:
        """Spell the manifest as it is kept: Apollo's format, with the program's name."""
        operations = [{"id": id, "body": body} for id, body in sorted(self.documents.items())]
        return {
            "format": APOLLO_FORMAT,
            "version": 1,
            "clientName": self.client,
            "clientVersion": self.version,
            "operations": operations,
        }


def hash_document(text: str) -> str:
    """Return a document's SHA-256, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def read_manifest(path: Path, client: str = "", version: str = "") -> Manifest:
    """Read a manifest of Apollo's format, or an object of ids and texts as Relay and codegen write.

    What the file says of its program counts before `client` and `version`.
    Raises ManifestFault for what is none.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestFault(f"{path.name}: {error.strerror}") from None
    except ValueError:
        raise ManifestFault(f"{path.name}: no JSON in UTF-8") from None
    if not isinstance(given, dict):
        raise ManifestFault(f"{path.name}: must be a JSON object")
    if given.get("format") == APOLLO_FORMAT:
        pairs: Mapping[str, object] = dict(_iterate_operations(path, given.get("operations")))
        client = str(given.get("clientName") or client)
        version = str(given.get("clientVersion") or version)
    else:
        pairs = given
    texts = {id: text for id, text in pairs.items() if isinstance(text, str) and text and id}
    if not pairs or len(texts) < len(pairs):
        raise ManifestFault(f"{path.name}: must name documents: an id and a text for each")
    return Manifest(client or path.stem, version, texts)


def _iterate_operations(path: Path, operations: object) -> Iterator[tuple[str, str]]:
    for each in operations if isinstance(operations, list) else ():
        match each:
            case {"id": str(id), "body": str(body)}:
                yield id, body
            case _:
                raise ManifestFault(f"{path.name}: each operation needs an `id` and a `body`")


def list_manifests(directory: Path) -> list[Manifest]:
    """Read all manifests of a directory."""
    return [read_manifest(path) for path in sorted(directory.glob("*.json"))]


def list_names(manifests: Iterable[Manifest]) -> dict[str, str]:
    """List the documents under all names that clients have for them: their ids and their hash."""
    named: dict[str, str] = {}
    for manifest in manifests:
        for id, text in manifest.documents.items():
            digest = hash_document(text)
            named |= {id: text, digest: text, f"sha256:{digest}": text}
    return named
