"""What clients may change of claims and their lines."""

from typing import Any

import strawberry

from models import ClaimKind
from resolvers.claims import claim_review
from resolvers.claims.claim_kind import get_claim_kind
from resolvers.claims.claim_search import search_claims
from resolvers.claims.control import run_controls
from rules.kernel.function import Function
from schema.claims.claim import (
    ClaimLinePayload,
    ClaimLineResult,
    ClaimMutations,
    ClaimPayload,
    ClaimResult,
    FoundClaimsPayload,
    FoundClaimsResult,
)
from schema.kernel.mutation import mutation


def create_claim_mutation(kind: ClaimKind) -> Any:
    """Make the mutation that drafts a claim of a kind."""
    return mutation(get_claim_kind(kind).mutations.create, ClaimPayload, Function.FILE_CLAIMS)


def change_claim_mutation(kind: ClaimKind) -> Any:
    """Make the mutation that changes a claim of a kind before it is decided on."""
    return mutation(get_claim_kind(kind).mutations.change, ClaimPayload, Function.FILE_CLAIMS)


@strawberry.type
class ClaimsMutations:
    """What clients may change of claims and their lines."""

    create_living_allowance_claim: ClaimResult = create_claim_mutation(ClaimKind.LIVING_ALLOWANCE)
    change_living_allowance_claim: ClaimResult = change_claim_mutation(ClaimKind.LIVING_ALLOWANCE)
    create_mentoring_claim: ClaimResult = create_claim_mutation(ClaimKind.MENTORING)
    change_mentoring_claim: ClaimResult = change_claim_mutation(ClaimKind.MENTORING)
    create_hiring_claim: ClaimResult = create_claim_mutation(ClaimKind.HIRING)
    change_hiring_claim: ClaimResult = change_claim_mutation(ClaimKind.HIRING)
    create_service_claim: ClaimResult = create_claim_mutation(ClaimKind.SERVICE)
    change_service_claim: ClaimResult = change_claim_mutation(ClaimKind.SERVICE)
    create_training_claim: ClaimResult = create_claim_mutation(ClaimKind.TRAINING)
    change_training_claim: ClaimResult = change_claim_mutation(ClaimKind.TRAINING)
    run_controls: ClaimResult = mutation(run_controls, ClaimPayload, Function.REVIEW_CLAIMS)
    search_claims: FoundClaimsResult = mutation(
        search_claims, FoundClaimsPayload, Function.SEARCH_BY_ID_NUMBER
    )
    strike_claim_line: ClaimLineResult = mutation(
        claim_review.strike_claim_line, ClaimLinePayload, Function.REVIEW_CLAIMS
    )


MUTATIONS = (ClaimsMutations, ClaimMutations)
