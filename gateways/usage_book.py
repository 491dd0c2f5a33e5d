"""What a process knows of which programs used what of the schema, until it is written down."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from graphql import DocumentNode

MOST_COUNTED = 2_000
"""So many documents of programs are told apart between two writings; others are not counted."""
MOST_CHARACTERS = 400_000
"""Of their texts together: a document is some hundred times as large as its text."""
SHARE_OF_STRANGERS = 2
"""Those who are not signed in fill at most this part of the room, so that others are counted."""
MOST_WAITING = 200_000
"""So many figures wait while the database is away."""


class UsedDocument(NamedTuple):
    """A document that a version of a program sent on a day."""

    day: date
    client: str
    version: str
    text: str


class Usage(NamedTuple):
    """A coordinate of the schema that a version of a program used on a day."""

    day: date
    client: str
    version: str
    coordinate: str


class UsageBook:
    """Counts documents as they are sent, which costs little; their coordinates are found later."""

    def __init__(self) -> None:
        self.is_open = False
        """Whether somebody writes down what is counted; else nothing is."""
        self._sent: Counter[UsedDocument] = Counter()
        self._documents: dict[str, DocumentNode] = {}
        self._characters = 0
        self._waiting: Counter[Usage] = Counter()

    def count_document(
        self, used: UsedDocument, document: DocumentNode, *, is_stranger: bool
    ) -> None:
        """Count a document that was sent, where there is room."""
        part = SHARE_OF_STRANGERS if is_stranger else 1
        if self.is_open and (used in self._sent or self._make_room(used, document, part)):
            self._sent[used] += 1

    def _make_room(self, used: UsedDocument, document: DocumentNode, part: int) -> bool:
        if len(self._sent) >= MOST_COUNTED // part:
            return False
        if used.text not in self._documents:
            if self._characters + len(used.text) > MOST_CHARACTERS // part:
                return False
            self._documents[used.text] = document
            self._characters += len(used.text)
        return True

    def take_documents(self) -> list[tuple[UsedDocument, DocumentNode, int]]:
        """Take what was counted, and begin anew."""
        taken = [(used, self._documents[used.text], n) for used, n in self._sent.items()]
        self._sent, self._documents, self._characters = Counter(), {}, 0
        return taken

    def add_usage(self, used: Iterable[tuple[Usage, int]]) -> None:
        """Add what is to be written."""
        for usage, count in used:
            if usage in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[usage] += count

    def take_usage(self) -> Mapping[Usage, int]:
        """Take what is to be written; who can't write it adds it again."""
        taken, self._waiting = self._waiting, Counter()
        return taken
