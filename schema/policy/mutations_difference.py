"""What officers do about differences that back-dated parameters make (X20)."""

import strawberry

from resolvers.policy import difference
from rules.kernel.function import Function
from schema.kernel.mutation import mutation
from schema.policy import difference as answers


@strawberry.type
class DifferenceMutations:
    """What officers do about differences."""

    supplement_differences: answers.SupplementsResult = mutation(
        difference.supplement_differences, answers.SupplementsPayload, Function.SETTLE_DIFFERENCES
    )
    claw_back_differences: answers.ClawbacksResult = mutation(
        difference.claw_back_differences, answers.ClawbacksPayload, Function.SETTLE_DIFFERENCES
    )
