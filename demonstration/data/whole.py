"""The whole demonstration: everybody in it, and everything that happened."""

from collections.abc import Iterable, Sequence

from demonstration.data.account import (
    HOME_DISTRICT,
    SICHUAN_DISTRICT,
    administrators,
    agent,
    grants,
    legal_person,
    officers,
    operator,
    person_account,
    staff,
    supplier,
)
from demonstration.data.applicant import Applicant, incomplete, newcomers
from demonstration.data.cohort import Serials
from demonstration.data.desk import Desk
from demonstration.data.place import PLACES, TOUR_REGION
from demonstration.data.register import confirmed, facts, person, unit
from demonstration.data.touring import ON_FILE, TOURS, hired_of, interns_of, kept
from demonstration.data.unit_story import tell
from models import Account, Parameter, Person, Unit
from resolvers.kernel.service import Service

AGENCY = "unit-31"
"""A human-resource agency of Sichuan."""


def told(service: Service, figures: Iterable[Parameter], password_hash: str) -> Desk:
    """Tell the demonstration from an installation's first figures."""
    seal = service.seal
    people = [*administrators(password_hash), *officers(password_hash), *staff(password_hash)]
    units = [unit(place, seal) for place in PLACES]
    accounts = {a.username: a for a in people} | _operators(units, password_hash)
    more = list(confirmed(accounts["province"], accounts["province-2"]))
    desk = Desk(service, [*figures, *more], accounts)
    desk.keep(units)
    desk.keep(more)
    serials = Serials()
    for number, (row, place) in enumerate(zip(units, PLACES, strict=True), 1):
        tell(desk, row, place, number, serials)
    intern = next(desk.persons())
    own = [person_account("person", intern, password_hash), *_in_reserve(desk, password_hash)]
    own.append(legal_person("legal", units[0], password_hash))
    agency = next(u for u, place in zip(units, PLACES, strict=True) if place.key == AGENCY)
    own += [agent("agent", agency, password_hash), supplier(password_hash)]
    everybody = [*accounts.values(), *own]
    desk.keep(everybody)
    desk.keep(list(grants(everybody)))
    return desk


def _operators(units: Sequence[Unit], password_hash: str) -> dict[str, Account]:
    pairs = zip(PLACES, units, strict=True)
    return {place.key: operator(place.key, row, password_hash) for place, row in pairs}


def _in_reserve(desk: Desk, password_hash: str) -> list[Account]:
    """Put persons on file for the tour and for newcomers; one has yet to complete theirs (J16)."""
    for number in range(1, TOURS + 1):
        for n, who in enumerate(interns_of(number)):
            row = _on_file(desk, who, TOUR_REGION, complete=n > 0)
            desk.keep(list(kept(number, n, row)))
        hired = hired_of(number)
        for n in ON_FILE:
            _on_file(desk, hired[n], SICHUAN_DISTRICT)
    for who in newcomers():
        _on_file(desk, who, HOME_DISTRICT)
    late = _on_file(desk, incomplete(), HOME_DISTRICT, complete=False)
    return [person_account("person-2", late, password_hash)]


def _on_file(desk: Desk, who: Applicant, region: str, *, complete: bool = True) -> Person:
    row = person(who, region, desk.service.seal, complete=complete)
    desk.keep([row])
    desk.keep(list(facts(who, row)))
    return row
