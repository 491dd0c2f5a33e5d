"""What clients may read of risk controls (X3)."""

import strawberry

from resolvers.claims.control import list_risk_controls, load_claim_verdicts
from rules.kernel.function import ANYONE
from schema.claims.control import LineVerdicts, RiskControl
from schema.kernel.binding import resolved_by
from schema.kernel.permission import READERS, RootQueries


@strawberry.type
class ClaimsQueries(RootQueries):
    """What clients may read of risk controls."""

    risk_controls: list[RiskControl] = resolved_by(list_risk_controls, ANYONE)
    claim_verdicts: list[LineVerdicts] = resolved_by(load_claim_verdicts, READERS)
