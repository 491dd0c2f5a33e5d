"""What the authorities' systems send (X13)."""

import strawberry

from resolvers.fact_call import load_facts
from rules.function import Function
from schema import fact
from schema.mutation import mutation


@strawberry.type
class FactMutations:
    """What the authorities' systems send."""

    load_facts: fact.FactLoadResult = mutation(
        load_facts, fact.FactLoadPayload, Function.LOAD_FACTS
    )
