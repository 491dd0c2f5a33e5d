"""What clients may draft claims of: a pair of doors for each kind."""

from typing import Any

import strawberry

from models import ClaimKind
from resolvers.claims.claim_kind import CLAIM_KINDS
from resolvers.claims.control import run_controls
from rules.kernel.function import Function
from schema.api import input, payload  # noqa: F401 - the inputs enter with their descriptions
from schema.kernel.mutation import mutation


def create_claim_mutation(kind: ClaimKind) -> Any:
    """Make the mutation that drafts a claim of a kind."""
    return mutation(CLAIM_KINDS[kind].create, payload.ClaimPayload, Function.FILE_CLAIMS)


def change_claim_mutation(kind: ClaimKind) -> Any:
    """Make the mutation that changes a claim of a kind before it is decided on."""
    return mutation(CLAIM_KINDS[kind].change, payload.ClaimPayload, Function.FILE_CLAIMS)


@strawberry.type
class ClaimMutations:
    """What clients may draft claims of."""

    create_living_allowance_claim: payload.ClaimResult = create_claim_mutation(
        ClaimKind.LIVING_ALLOWANCE
    )
    change_living_allowance_claim: payload.ClaimResult = change_claim_mutation(
        ClaimKind.LIVING_ALLOWANCE
    )
    create_mentoring_claim: payload.ClaimResult = create_claim_mutation(ClaimKind.MENTORING)
    change_mentoring_claim: payload.ClaimResult = change_claim_mutation(ClaimKind.MENTORING)
    create_hiring_claim: payload.ClaimResult = create_claim_mutation(ClaimKind.HIRING)
    change_hiring_claim: payload.ClaimResult = change_claim_mutation(ClaimKind.HIRING)
    create_service_claim: payload.ClaimResult = create_claim_mutation(ClaimKind.SERVICE)
    change_service_claim: payload.ClaimResult = change_claim_mutation(ClaimKind.SERVICE)
    create_training_claim: payload.ClaimResult = create_claim_mutation(ClaimKind.TRAINING)
    change_training_claim: payload.ClaimResult = change_claim_mutation(ClaimKind.TRAINING)
    run_controls: payload.ClaimResult = mutation(
        run_controls, payload.ClaimPayload, Function.REVIEW_CLAIMS
    )
