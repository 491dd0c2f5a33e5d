"""Which role of the database a mutation needs: by default the service's own (ADR 0059)."""

from collections.abc import Callable
from typing import TypeVar

from models import DatabaseRole

Mutation = TypeVar("Mutation", bound=Callable[..., object])
_ROLE_BY_MUTATION: dict[Callable[..., object], DatabaseRole] = {}


def run_as(role: DatabaseRole) -> Callable[[Mutation], Mutation]:
    """Run a mutation's transaction as a role of its own: it writes what no other role may."""

    def decorate(mutation: Mutation) -> Mutation:
        _ROLE_BY_MUTATION[mutation] = role
        return mutation

    return decorate


def get_role_of_mutation(mutation: Callable[..., object]) -> DatabaseRole:
    """Return as which role of the database a mutation runs."""
    return _ROLE_BY_MUTATION.get(mutation, DatabaseRole.SERVICE)
