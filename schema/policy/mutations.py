"""What clients may change of parameters, and of differences that they cause."""

import strawberry

from resolvers.policy import difference
from resolvers.policy.parameter import (
    approve_parameter,
    propose_parameter,
    refuse_parameter,
    withdraw_parameter,
)
from rules.kernel.function import Function
from schema.kernel.mutation import mutation
from schema.policy import difference as answers
from schema.policy.parameter import ParameterPayload, ParameterResult


@strawberry.type
class PolicyMutations:
    """What clients may change of parameters, and of differences that they cause."""

    supplement_differences: answers.SupplementsResult = mutation(
        difference.supplement_differences, answers.SupplementsPayload, Function.SETTLE_DIFFERENCES
    )
    claw_back_differences: answers.ClawbacksResult = mutation(
        difference.claw_back_differences, answers.ClawbacksPayload, Function.SETTLE_DIFFERENCES
    )

    propose_parameter: ParameterResult = mutation(
        propose_parameter, ParameterPayload, Function.PROPOSE_PARAMETERS
    )
    approve_parameter: ParameterResult = mutation(
        approve_parameter, ParameterPayload, Function.DECIDE_PARAMETERS
    )
    refuse_parameter: ParameterResult = mutation(
        refuse_parameter, ParameterPayload, Function.DECIDE_PARAMETERS
    )
    withdraw_parameter: ParameterResult = mutation(
        withdraw_parameter, ParameterPayload, Function.PROPOSE_PARAMETERS
    )


MUTATIONS = (PolicyMutations,)
