"""What clients may draft claims of: a pair of doors for each kind."""

from typing import Any

import strawberry

from models import ClaimKind
from resolvers.claims.claim_kind import KINDS
from resolvers.claims.control import run_controls
from rules.kernel.function import Function
from schema.api import input, payload  # noqa: F401 - the inputs enter with their descriptions
from schema.kernel.mutation import mutation


def creates(kind: ClaimKind) -> Any:
    """Make the mutation that drafts a claim of a kind."""
    return mutation(KINDS[kind].create, payload.ClaimPayload, Function.FILE_CLAIMS)


def changes(kind: ClaimKind) -> Any:
    """Make the mutation that changes a claim of a kind before it is decided on."""
    return mutation(KINDS[kind].change, payload.ClaimPayload, Function.FILE_CLAIMS)


@strawberry.type
class ClaimMutations:
    """What clients may draft claims of."""

    create_living_allowance_claim: payload.ClaimResult = creates(ClaimKind.LIVING_ALLOWANCE)
    change_living_allowance_claim: payload.ClaimResult = changes(ClaimKind.LIVING_ALLOWANCE)
    create_mentoring_claim: payload.ClaimResult = creates(ClaimKind.MENTORING)
    change_mentoring_claim: payload.ClaimResult = changes(ClaimKind.MENTORING)
    create_hiring_claim: payload.ClaimResult = creates(ClaimKind.HIRING)
    change_hiring_claim: payload.ClaimResult = changes(ClaimKind.HIRING)
    create_service_claim: payload.ClaimResult = creates(ClaimKind.SERVICE)
    change_service_claim: payload.ClaimResult = changes(ClaimKind.SERVICE)
    create_training_claim: payload.ClaimResult = creates(ClaimKind.TRAINING)
    change_training_claim: payload.ClaimResult = changes(ClaimKind.TRAINING)
    run_controls: payload.ClaimResult = mutation(
        run_controls, payload.ClaimPayload, Function.REVIEW_CLAIMS
    )
