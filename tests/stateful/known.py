"""Violations that are known and not yet mended: a pattern of each, and its rule's number.

Each has a sequence in `sequences/` that shows it. Once that no longer breaks anything its entry
goes; the sequence stays, and proves from then on that it is mended.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

KNOWN: Mapping[str, str] = {}


def is_known(key: str) -> bool:
    """Tell whether a violation is of a kind that is known."""
    return any(fnmatchcase(key, pattern) for pattern in KNOWN)
