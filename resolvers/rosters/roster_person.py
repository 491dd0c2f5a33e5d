"""Whom the rows of a roster may name, and how they are found by the numbers given (J15, J16)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from models import Person, Roster
from resolvers.kernel.reading import Reading
from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import ID_NUMBER, Odd

Known = Mapping[bytes, tuple[UUID, str]]
"""Persons and their names, by the blind index of their numbers."""


class Find(Protocol):
    """Finds persons by the blind indexes of their numbers, in one statement."""

    async def __call__(self, read: Reading, roster: Roster, indexes: Collection[bytes]) -> Known:
        """Give those whom the roster may name."""


@dataclass(frozen=True, slots=True)
class Persons:
    """Whom rows may name; what is said of a number of nobody's, and of another one's name."""

    find: Find
    unknown: Odd
    otherwise: Odd


async def _on_file(read: Reading, roster: Roster, indexes: Collection[bytes]) -> Known:
    found = await read.all(
        select(Person.id_number_index, Person.id, Person.name).where(
            Person.id_number_index.in_(indexes), Person.completed_at.is_not(None)
        )
    )
    return {index: (id, name) for index, id, name in found}


_NOBODY = ID_NUMBER, fault(Reason.PERSON_NOT_ON_FILE)
ON_FILE = Persons(_on_file, _NOBODY, _NOBODY)
"""Persons on file; whoever is unknown and whoever is named otherwise is one answer (J16)."""
