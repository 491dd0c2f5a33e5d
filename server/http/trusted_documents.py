"""Documents that clients name instead of sending: trusted ones from manifests, and kept ones.

A request may name its document by `documentId`, or by Apollo's `extensions.persistedQuery`; which
texts may be sent at all is a setting (ADR 0086).
"""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from server.http.graphql_request import BadRequest
from server.http.strict_json import Json
from server.settings.manifest import hash_document, list_manifests, list_names

DocumentMode = Literal["open", "known", "known_for_named"]
MOST_KEPT = 500
MOST_KEPT_LENGTH = 16 * 1024
"""What is longer is sent each time."""


class Shelf(NamedTuple):
    """The manifests as they were read, and when their directory had last changed."""

    changed_at: int
    texts: Mapping[str, str]
    clients: frozenset[str]


class DocumentBook:
    """Finds the document that a request names, and refuses one that nobody knows."""

    def __init__(
        self, directory: Path | None = None, mode: DocumentMode = "open", *, keeps: bool = False
    ) -> None:
        self._directory, self._mode, self._keeps = directory, mode, keeps
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._shelf = self._read_shelf()

    def resolve(self, members: Mapping[str, Json], client: str | None) -> Mapping[str, Json]:
        """Return a request with the text of its document.

        Raises BadRequest for a document that is not known, and must be, or whose text is missing.
        """
        name, hashed = _read_name(members)
        query = members.get("query")
        text = query if isinstance(query, str) and query else None
        if name is None:
            if text is not None and self._must_be_known(client):
                self._require_known(text)
            return members
        if text is None:
            return {**members, "query": self._find_text(name, hashed=hashed)}
        if hashed and hash_document(text) != name:
            message = "The hash is not that of the document. 散列值与文档不符。"
            raise BadRequest(400, "PERSISTED_QUERY_HASH_MISMATCH", message)
        if self._must_be_known(client):
            self._require_known(text)
        elif hashed and self._keeps and len(text) <= MOST_KEPT_LENGTH:
            self._keep(name, text)
        return members

    def list_clients(self) -> frozenset[str]:
        """List the programs that have a manifest."""
        return self._reread_shelf().clients

    def is_trusted(self, text: str) -> bool:
        """Tell whether a manifest has a document of this text."""
        return hash_document(text) in self._reread_shelf().texts

    def _must_be_known(self, client: str | None) -> bool:
        if self._mode == "known_for_named":
            return client is not None and client in self._reread_shelf().clients
        return self._mode == "known"

    def _require_known(self, text: str) -> None:
        if not self.is_trusted(text):
            raise _build_unknown()

    def _find_text(self, name: str, *, hashed: bool) -> str:
        kept = self._kept.get(name)
        if kept is not None:
            self._kept.move_to_end(name)
            return kept
        known = self._shelf.texts.get(name) or self._reread_shelf().texts.get(name)
        if known is not None:
            return known
        if not hashed:
            raise _build_unknown()
        # Apollo's clients send the text next, whatever the status; some read none but of 200.
        if self._keeps and self._mode == "open":
            message = "PersistedQueryNotFound: send the text as well. 请连同语句重新提交。"
            raise BadRequest(200, "PERSISTED_QUERY_NOT_FOUND", message)
        message = "PersistedQueryNotSupported: send the text. 请直接提交语句。"
        raise BadRequest(200, "PERSISTED_QUERY_NOT_SUPPORTED", message)

    def _keep(self, name: str, text: str) -> None:
        self._kept[name] = text
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _reread_shelf(self) -> Shelf:
        """Read the manifests again where their directory has changed since."""
        if self._directory is not None and _read_change(self._directory) != self._shelf.changed_at:
            self._shelf = self._read_shelf()
        return self._shelf

    def _read_shelf(self) -> Shelf:
        if self._directory is None:
            return Shelf(0, {}, frozenset())
        changed_at = _read_change(self._directory)
        manifests = list_manifests(self._directory)
        clients = frozenset(manifest.client for manifest in manifests)
        return Shelf(changed_at, list_names(manifests), clients)


def _read_name(members: Mapping[str, Json]) -> tuple[str | None, bool]:
    """Read by what a request names its document, and whether that is Apollo's hash of it."""
    extensions = members.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if isinstance(persisted, dict):
        hashed = persisted.get("sha256Hash")
        if persisted.get("version") != 1 or not isinstance(hashed, str):
            message = "`persistedQuery` needs version 1 and `sha256Hash`. 持久化查询格式有误。"
            raise BadRequest(400, "BAD_REQUEST", message)
        return hashed.lower(), True
    name = members.get("documentId")
    if name is None or isinstance(name, str):
        return name or None, False
    raise BadRequest(400, "BAD_REQUEST", "`documentId` must be a string. `documentId`应为字符串。")


def _read_change(directory: Path) -> int:
    return directory.stat().st_mtime_ns


def _build_unknown() -> BadRequest:
    message = (
        "The document is not among the known ones: add its manifest. 该语句未登记，请先登记清单。"
    )
    return BadRequest(400, "DOCUMENT_UNKNOWN", message)
