"""Which documents have been used so often that the event loop may read them itself."""

import re
from hashlib import blake2b

from cachetools import LRUCache

CHARACTERS_PER_USE = 64
"""A document is read here once it was answered so often elsewhere as its length has such parts: so
what reading it costs is spread over its uses, and one that never comes again costs nothing."""
MAX_COUNTED = 4_000
MAX_ADMITTED = 300
MAX_ADMITTED_CHARACTERS = 200_000
"""Less than the caches of documents and plans hold: what is admitted is found there."""
MAX_CONDITIONS = 3
"""A document has a plan for each combination of its conditions, and each takes time to make."""

_INTROSPECTION = re.compile(r"\b__(?:schema|type)\b")
_CONDITION = re.compile(r"@(?:skip|include)\s*\(\s*if\s*:\s*(\$\w+)")


class DocumentUses:
    """Counts how often documents were found to be valid, and admits those that pay."""

    def __init__(self) -> None:
        self._uses: LRUCache[bytes, int] = LRUCache(MAX_COUNTED)
        self._admitted: LRUCache[str, int] = LRUCache(MAX_ADMITTED_CHARACTERS, lambda size: size)

    def is_admitted(self, text: str) -> bool:
        """Return whether a document is read on the event loop."""
        return self._admitted.get(text) is not None

    def count_use(self, text: str) -> None:
        """Count a use of a valid document; the last one that it needs admits it."""
        name = blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
        uses = self._uses.pop(name, 0) + 1
        if uses <= len(text) // CHARACTERS_PER_USE:
            self._uses[name] = uses
        elif len(text) <= MAX_ADMITTED_CHARACTERS and is_cheap_once_known(text):
            self._admitted[text] = len(text)
            while len(self._admitted) > MAX_ADMITTED:
                self._admitted.popitem()


def is_cheap_once_known(text: str) -> bool:
    """Return whether answering costs little once a document was read: not so for introspection."""
    few = len(set(_CONDITION.findall(text))) <= MAX_CONDITIONS
    return few and _INTROSPECTION.search(text) is None
