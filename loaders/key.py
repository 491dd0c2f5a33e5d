"""Global ids: a type's name and its row's key, in one canonical spelling."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import NamedTuple
from uuid import UUID

from models import Base

_PARTS = 16


class Key(NamedTuple):
    """The key of a row, and the name of the type under which clients know it."""

    type_name: str
    parts: tuple[UUID, ...]

    def encode(self) -> str:
        """Write the global id."""
        raw = self.type_name.encode() + b":" + b"".join(part.bytes for part in self.parts)
        return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> Key | None:
    """Read a global id; anything but the exact spelling that we write is no id."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        name, _, tail = raw.partition(b":")
        parts = tuple(UUID(bytes=tail[i : i + _PARTS]) for i in range(0, len(tail), _PARTS))
        key = Key(name.decode("ascii"), parts)
    except (Error, ValueError):
        return None
    return key if key.parts and key.encode() == text else None


class Known(NamedTuple):
    """Which rows a type stands for: those of a table, and of a kind where the table has kinds."""

    table: type[Base]
    kind: str | None

    def holds(self, row: object) -> bool:
        """Tell whether a row is one of them."""
        return isinstance(row, self.table) and self.kind in (None, getattr(row, "kind", None))


KNOWN: dict[str, Known] = {}
"""Every type that has global ids, by name; the schema's types enter themselves."""


def key_of(text: str, table: type[Base]) -> Key | None:
    """Read the global id of a row of one table; None for whatever is no such id."""
    key = decode(text)
    known = KNOWN.get(key.type_name) if key else None
    if key is None or known is None or known.table is not table:
        return None
    return key if len(key.parts) == len(table.__mapper__.primary_key) else None
