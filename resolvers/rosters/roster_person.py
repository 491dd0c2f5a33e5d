"""Whom the rows of a roster may name, and how they are found by the numbers given (S10, S23)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from models import Person, Roster
from resolvers.kernel.decision_reader import DecisionReader
from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import ID_NUMBER_KEY, ColumnFault

PersonsByIndex = Mapping[bytes, tuple[UUID, str]]
"""Persons and their names, by the blind index of their numbers."""


class PersonFinder(Protocol):
    """Finds persons by the blind indexes of their numbers, in one statement."""

    async def __call__(
        self, read: DecisionReader, roster: Roster, indexes: Collection[bytes]
    ) -> PersonsByIndex:
        """Return those whom the roster may name."""


@dataclass(frozen=True, slots=True)
class NameablePersons:
    """Whom rows may name; what is said of a number of nobody's, and of another one's name."""

    find: PersonFinder
    unknown_fault: ColumnFault
    misnamed_fault: ColumnFault
    anybody: bool = True
    """Whether anybody on file may be named, who must then be tied to the employer (X11)."""


async def _find_persons_on_file(
    read: DecisionReader, roster: Roster, indexes: Collection[bytes]
) -> PersonsByIndex:
    found = await read.load_rows(
        select(Person.id_number_index, Person.id, Person.name).where(
            Person.id_number_index.in_(indexes)
        )
    )
    return {index: (id, name) for index, id, name in found}


_NOBODY_FAULT = ID_NUMBER_KEY, fault(Reason.PERSON_NOT_ON_FILE)
PERSONS_ON_FILE = NameablePersons(_find_persons_on_file, _NOBODY_FAULT, _NOBODY_FAULT)
"""Persons on file, by any official fact or of their own accord (S10, S23).

Whoever is unknown, is named otherwise or has no tie to the employer is one answer (J15).
"""
