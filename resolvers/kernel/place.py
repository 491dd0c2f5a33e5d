"""Which mutations are heavy work, and wait for a place before anything is read for them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from gateways.heavy_work import HeavyWork
from resolvers.kernel.service import Service
from rules.kernel.viewer import Viewer

Heavy = TypeVar("Heavy", bound=Callable[..., object])
_WORK_BY_MUTATION: dict[Callable[..., object], HeavyWork] = {}


def wait_in_line(work: HeavyWork) -> Callable[[Heavy], Heavy]:
    """Let a mutation run only where one of the places of its kind is free."""

    def decorate(mutation: Heavy) -> Heavy:
        _WORK_BY_MUTATION[mutation] = work
        return mutation

    return decorate


def name_asker(viewer: Viewer, address: str) -> str:
    """Name whoever asks, as lines know them: by account, a stranger by address."""
    return str(viewer.account_id or address)


@asynccontextmanager
async def hold_place_of_mutation(
    service: Service, mutation: Callable[..., object], who: str
) -> AsyncIterator[None]:
    """Hold a place while a mutation runs, where it is heavy work; raise Crowded."""
    work = _WORK_BY_MUTATION.get(mutation)
    if work is None:
        yield
        return
    async with service.places[work].hold_place(who):
        yield
