"""Which mutations take a fresh proof of who asks, and how they refuse without (J3, ADR 0084)."""

from collections.abc import Callable
from typing import TypeVar

from rules.kernel.fresh_proof import PROVED_FUNCTIONS
from rules.kernel.function import Functions
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.viewer import Viewer

Mutation = TypeVar("Mutation", bound=Callable[..., object])
_PROVED_MUTATIONS: set[Callable[..., object]] = set()


def demand_fresh_proof(mutation: Mutation) -> Mutation:
    """Let a mutation take a fresh proof, whose functions don't say so."""
    _PROVED_MUTATIONS.add(mutation)
    return mutation


def is_proof_demanded(mutation: Callable[..., object], may: Functions) -> bool:
    """Return whether a mutation takes a fresh proof, by itself or by one of its functions."""
    return mutation in _PROVED_MUTATIONS or bool(may & PROVED_FUNCTIONS)


def require_fresh_proof(viewer: Viewer, mutation: Callable[..., object], may: Functions) -> None:
    """Refuse a mutation that takes a fresh proof to a viewer whose last one is too old (J3)."""
    if viewer.proof_lapsed and is_proof_demanded(mutation, may):
        raise build_refusal(Reason.PROVE_AGAIN)
