"""What the authorities' systems send (X13)."""

import strawberry

from resolvers.facts.fact_call import load_facts
from rules.kernel.function import Function
from schema.facts import fact
from schema.kernel.mutation import mutation


@strawberry.type
class FactMutations:
    """What the authorities' systems send."""

    load_facts: fact.FactLoadResult = mutation(
        load_facts, fact.FactLoadPayload, Function.LOAD_FACTS
    )
