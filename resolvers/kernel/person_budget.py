"""How many persons who are not on file may be asked for in a day, whatever the way in (J15, X11).

From a name and a birth date a number has fewer than a thousand candidates. So every way that tells
whether a number and a name are on file takes from one budget: look-ups, interns, trainees, rosters
and single entries of them, registrations and appeals. It is of the account, the unit and the
address together: what one of them has spent bars the next try by whichever way.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from gateways.heavy_work import HeavyWork
from resolvers.kernel.place import wait_in_line
from resolvers.kernel.rate_limit import Limit, give_back, take_from_all
from resolvers.kernel.service import Service
from rules.kernel.refusal import Fault, Reason, build_refusal, fault
from rules.kernel.viewer import Viewer

_DAY = timedelta(days=1)
_AT_ONCE = 1000
"""So many at most are set aside at once."""


@dataclass(slots=True)
class PersonBudget:
    """How many unknown persons may still be named, and how many were."""

    left: int = 0
    spent: int = 0

    def restart(self) -> None:
        """Begin again what lost a race: it is counted once."""
        self.left, self.spent = self.left + self.spent, 0

    def find_fault(self) -> Fault | None:
        """Say that nobody may be asked for any more today, known or unknown."""
        return fault(Reason.TOO_MANY_UNKNOWN, "idNumber") if self.left <= 0 else None

    def count_unknown(self) -> None:
        """Count somebody who is not on file."""
        if self.left > 0:
            self.left, self.spent = self.left - 1, self.spent + 1


NO_BUDGET = PersonBudget()
"""What a way in has that was not declared: it asks for nobody."""

Tried = TypeVar("Tried", bound=Callable[..., object])
_COUNT_BY_MUTATION: dict[Callable[..., object], Callable[[Any], int]] = {}


def budget_persons(count: Callable[[Any], int] = lambda input: 1) -> Callable[[Tried], Tried]:
    """Give a mutation its share of the budget: for so many persons as its input names.

    It is a look-up, and waits in line with all others.
    """

    def decorate(mutation: Tried) -> Tried:
        _COUNT_BY_MUTATION[mutation] = count
        return wait_in_line(HeavyWork.LOOK_UPS)(mutation)

    return decorate


@asynccontextmanager
async def open_budget_of_mutation(
    service: Service,
    viewer: Viewer,
    address: str,
    mutation: Callable[..., object],
    given: Mapping[str, object],
) -> AsyncIterator[PersonBudget]:
    """Set aside what a mutation may spend, before its transaction takes a connection."""
    count = _COUNT_BY_MUTATION.get(mutation)
    if count is None:
        yield NO_BUDGET
        return
    whose = name_keepers(service, viewer, compute_address_index(service, address))
    async with open_budget(service, whose, count(given["input"])) as budget:
        yield budget


@asynccontextmanager
async def open_budget(
    service: Service, whose: Sequence[tuple[Limit, str]], persons: int
) -> AsyncIterator[PersonBudget]:
    """Set aside what may be spent at most, and give back what was not."""
    granted = await take_from_all(service, whose, min(persons, _AT_ONCE))
    budget = PersonBudget(granted)
    try:
        yield budget
    finally:
        unspent = granted - budget.spent
        if unspent:
            await give_back(service, whose, unspent)


async def spend_at_door(service: Service, address: str) -> None:
    """Count what a stranger says of a person, whoever that is; refuse one too many.

    Known or not is counted alike: what is left over must not tell either.
    """
    whose = _name_address(service, compute_address_index(service, address))
    if whose and not await take_from_all(service, whose, 1):
        raise build_refusal(Reason.TOO_MANY_UNKNOWN, "input", "idNumber")


def compute_address_index(service: Service, address: str) -> bytes | None:
    """Return the keyed hash by which an address is counted; none where nothing tells it."""
    return service.seal.compute_mark("address", address) if address else None


def name_keepers(
    service: Service, viewer: Viewer, address: bytes | None
) -> Sequence[tuple[Limit, str]]:
    """Name by whom unknown persons are counted: account, unit and address."""
    most = service.unknown_persons_per_day
    whose = [
        (Limit("unknown-persons-of-account", most, _DAY), str(viewer.account_id)),
        (Limit("unknown-persons-of-unit", most, _DAY), str(viewer.unit_id)),
    ]
    known = [
        each for each, id_ in zip(whose, (viewer.account_id, viewer.unit_id), strict=True) if id_
    ]
    return [*known, *_name_address(service, address)]


def _name_address(service: Service, address: bytes | None) -> Sequence[tuple[Limit, str]]:
    if address is None:
        return []
    most = service.unknown_persons_per_address_per_day
    return [(Limit("unknown-persons-of-address", most, _DAY), address.hex())]
