"""The whole demonstration: everybody in it, and everything that happened."""

from collections.abc import Iterable, Sequence

from demonstration.data.account import (
    HOME_DISTRICT,
    SICHUAN_DISTRICT,
    build_administrators,
    build_agent,
    build_grants,
    build_legal_person,
    build_officers,
    build_operator,
    build_person_account,
    build_staff,
    build_supplier,
)
from demonstration.data.applicant import Applicant, build_incomplete_person, build_newcomers
from demonstration.data.cohort import SerialCounter
from demonstration.data.place import SEED_UNITS, TOUR_REGION
from demonstration.data.register import (
    build_confirmed_parameters,
    build_facts,
    build_person,
    build_unit,
)
from demonstration.data.seed_builder import SeedBuilder
from demonstration.data.tour_reserve import (
    MAX_TOURS,
    ON_FILE_PLACES,
    build_employment_facts,
    build_hired_persons,
    build_tour_interns,
)
from demonstration.data.unit_seed import seed_unit
from models import Account, Parameter, Person, Unit
from resolvers.kernel.service import Service

AGENCY_KEY = "unit-31"
"""A human-resource agency of Sichuan."""


def seed_demonstration(
    service: Service, figures: Iterable[Parameter], password_hash: str
) -> SeedBuilder:
    """Return the demonstration from an installation's first figures."""
    seal = service.seal
    people = [
        *build_administrators(password_hash),
        *build_officers(password_hash),
        *build_staff(password_hash),
    ]
    units = [build_unit(place, seal) for place in SEED_UNITS]
    accounts = {a.username: a for a in people} | _build_operators(units, password_hash)
    more = list(build_confirmed_parameters(accounts["province"], accounts["province-2"]))
    desk = SeedBuilder(service, [*figures, *more], accounts)
    desk.add_rows(units)
    desk.add_rows(more)
    serials = SerialCounter()
    for number, (row, place) in enumerate(zip(units, SEED_UNITS, strict=True), 1):
        seed_unit(desk, row, place, number, serials)
    intern = next(desk.list_persons())
    own = [
        build_person_account("person", intern, password_hash),
        *_seed_reserve(desk, password_hash),
    ]
    own.append(build_legal_person("legal", units[0], password_hash))
    agency = next(u for u, place in zip(units, SEED_UNITS, strict=True) if place.key == AGENCY_KEY)
    own += [build_agent("agent", agency, password_hash), build_supplier(password_hash)]
    everybody = [*accounts.values(), *own]
    desk.add_rows(everybody)
    desk.add_rows(list(build_grants(everybody)))
    return desk


def _build_operators(units: Sequence[Unit], password_hash: str) -> dict[str, Account]:
    pairs = zip(SEED_UNITS, units, strict=True)
    return {place.key: build_operator(place.key, row, password_hash) for place, row in pairs}


def _seed_reserve(desk: SeedBuilder, password_hash: str) -> list[Account]:
    """Seed persons for the tour and for newcomers; one has yet to complete theirs (J16)."""
    for number in range(1, MAX_TOURS + 1):
        for n, who in enumerate(build_tour_interns(number)):
            row = _seed_person(desk, who, TOUR_REGION, complete=n > 0)
            desk.add_rows(list(build_employment_facts(number, n, row)))
        hired = build_hired_persons(number)
        for n in ON_FILE_PLACES:
            _seed_person(desk, hired[n], SICHUAN_DISTRICT)
    for who in build_newcomers():
        _seed_person(desk, who, HOME_DISTRICT)
    late = _seed_person(desk, build_incomplete_person(), HOME_DISTRICT, complete=False)
    return [build_person_account("person-2", late, password_hash)]


def _seed_person(
    desk: SeedBuilder, who: Applicant, region: str, *, complete: bool = True
) -> Person:
    row = build_person(who, region, desk.service.seal, complete=complete)
    desk.add_rows([row])
    desk.add_rows(list(build_facts(who, row)))
    return row
