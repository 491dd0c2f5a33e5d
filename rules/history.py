"""What a history entry tells of a change (X9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.viewer import Viewer


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's old and new value; a sealed one shows neither."""

    field: str
    before: str | None
    after: str | None


def changes_of(
    changes: Mapping[str, str | Sequence[str]], *, viewer: Viewer
) -> Sequence[FieldChange]:
    """List what a change did, field by field (X9)."""
    return [
        FieldChange(name, None, None)
        if isinstance(pair, str)
        else FieldChange(name, pair[0], pair[1])
        for name, pair in changes.items()
    ]
