"""What clients may change of facts."""

import strawberry

from resolvers.facts.fact_call import load_facts
from rules.kernel.function import Function
from schema.facts import fact
from schema.kernel.mutation import mutation


@strawberry.type
class FactsMutations:
    """What clients may change of facts."""

    load_facts: fact.FactLoadResult = mutation(
        load_facts, fact.FactLoadPayload, Function.LOAD_FACTS
    )


MUTATIONS = (FactsMutations,)
