"""Which work opens a table's rows of one's region for reading (X10, rulebook section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Reading(StrEnum):
    """What functions open of a region; a transaction states for each up to which code. 查阅范围

    `APPROVED` are claims that were approved, `PUBLISHED` those of them that were published, and for
    both what they name: persons, accounts, classes, files.
    """

    INTERNSHIPS = "INTERNSHIPS"
    TRAINING = "TRAINING"
    QUALIFICATIONS = "QUALIFICATIONS"
    CLAIMS = "CLAIMS"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    OBJECTIONS = "OBJECTIONS"
    PAYMENTS = "PAYMENTS"
    PERSONS = "PERSONS"
    ACCOUNTS = "ACCOUNTS"
    OVERSIGHT = "OVERSIGHT"
    PROPOSALS = "PROPOSALS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBy:
    """A way in which a reading opens rows of a table: all of one's region, unless more is said.

    Without a reading it is everybody's who sees the region at all.
    `among` are the values of a column of the rows that it opens alone. `through` names another
    table: a row is open to whoever reads a row of that table that names it, in whichever region it
    lies; `pairs` are that table's columns with those of the own one.
    """

    reading: Reading | None = None
    column: str | None = None
    among: Sequence[str] = ()
    through: str | None = None
    pairs: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Return whether it opens all rows of a region."""
        return self.column is None and self.through is None
