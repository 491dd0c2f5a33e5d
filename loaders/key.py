"""Global ids: a type's name and its row's key, in one canonical spelling."""

import re
from typing import NamedTuple
from uuid import UUID

from models import Base, WorkItem
from rules.kernel.viewer import Viewer

_GLOBAL_ID_PATTERN = re.compile(r"([A-Za-z]+)-((?:[0-9a-f]{32}){1,2})", re.ASCII)
_UUID_HEX_LENGTH = 32
_NO_ACCOUNT = UUID(int=0)


def format_prefix(type_name: str) -> str:
    """Write how the ids of a type begin."""
    return f"{type_name}-"


class Key(NamedTuple):
    """The key of a row, and the name of the type under which clients know it."""

    type_name: str
    parts: tuple[UUID, ...]

    def format_global_id(self) -> str:
        """Write the global id."""
        return format_prefix(self.type_name) + "".join(part.hex for part in self.parts)


def parse_global_id(text: str) -> Key | None:
    """Read a global id; anything but the exact spelling that we write is no id."""
    found = _GLOBAL_ID_PATTERN.fullmatch(text)
    if found is None:
        return None
    name, tail = found.groups()
    return Key(
        name,
        tuple(UUID(tail[i : i + _UUID_HEX_LENGTH]) for i in range(0, len(tail), _UUID_HEX_LENGTH)),
    )


def format_work_item_id(owner_id: UUID, id: UUID, **_: object) -> str:
    """Write the global id of a record's row in the work queue, whether it stands there or not."""
    return Key(WorkItem.__name__, (owner_id, id)).format_global_id()


def format_viewer_id(*, viewer: Viewer) -> str:
    """Write the global id of who asks: of the account, and at the counter for whom it files.

    A stranger's is that of no account.
    """
    parts = (viewer.account_id or _NO_ACCOUNT, viewer.unit_id if viewer.at_counter else None)
    return Key(Viewer.__name__, tuple(part for part in parts if part)).format_global_id()


class NodeType(NamedTuple):
    """Which rows a type stands for: those of a table, and of a kind where the table has kinds."""

    table: type[Base]
    kind: str | None

    def is_type_of(self, row: object) -> bool:
        """Return whether a row is one of them."""
        return isinstance(row, self.table) and self.kind in (None, getattr(row, "kind", None))


NODE_TYPES: dict[str, NodeType] = {}
"""Every type that has global ids, by name; the schema's types enter themselves."""


def format_row_id(row: Base) -> str:
    """Write the global id of a row under the type that clients find it by, whatever its kind."""
    name = next(name for name, known in NODE_TYPES.items() if known.is_type_of(row))
    return Key(name, tuple(row.__mapper__.primary_key_from_instance(row))).format_global_id()


def parse_key(text: str, table: type[Base]) -> Key | None:
    """Read the global id of a row of one table; None for whatever is no such id."""
    key = parse_global_id(text)
    known = NODE_TYPES.get(key.type_name) if key else None
    if key is None or known is None or known.table is not table:
        return None
    return key if len(key.parts) == len(table.__mapper__.primary_key) else None
