"""Which mutations are heavy work, and wait for a place before anything is read for them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

from gateways.heavy_work import HeavyWork
from resolvers.kernel.database_role import get_role_of_mutation
from resolvers.kernel.service import Service
from rules.kernel.viewer import Viewer

Heavy = TypeVar("Heavy", bound=Callable[..., object])
_WORK_BY_MUTATION: dict[Callable[..., object], HeavyWork] = {}
_HASHING: set[Callable[..., object]] = set()


def wait_in_line(work: HeavyWork) -> Callable[[Heavy], Heavy]:
    """Let a mutation run only where one of the places of its kind is free."""

    def decorate(mutation: Heavy) -> Heavy:
        _WORK_BY_MUTATION[mutation] = work
        return mutation

    return decorate


def wait_to_hash(mutation: Heavy) -> Heavy:
    """Let a mutation that hashes or checks passwords run in its turn among those who do."""
    _HASHING.add(mutation)
    return mutation


def name_asker(viewer: Viewer, address: str) -> str:
    """Name whoever asks, as lines know them: by account, a stranger by address."""
    return str(viewer.account_id or address)


@asynccontextmanager
async def hold_connection_of_mutation(
    service: Service, mutation: Callable[..., object], viewer: Viewer, address: str
) -> AsyncIterator[None]:
    """Hold the right to a connection that writes, while a mutation runs; raise Crowded.

    Units take turns, however many of their accounts ask at once (ADR 0058): who waits in the pool
    itself waits by age, behind all that another unit sent.
    """
    who = str(viewer.unit_id or name_asker(viewer, address))
    async with service.get_write_line(get_role_of_mutation(mutation)).hold_place(who):
        yield


@asynccontextmanager
async def hold_place_of_mutation(
    service: Service, mutation: Callable[..., object], who: str
) -> AsyncIterator[None]:
    """Hold a place while a mutation runs, where it is heavy work; raise Crowded."""
    work = _WORK_BY_MUTATION.get(mutation)
    async with AsyncExitStack() as held:
        if mutation in _HASHING:
            await held.enter_async_context(service.passwords.hold_turn(who))
        if work is not None:
            await held.enter_async_context(service.places[work].hold_place(who))
        yield
