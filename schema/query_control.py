"""What clients may read of risk controls."""

import strawberry

from resolvers.control import claim_verdicts, risk_controls
from rules.function import ANYONE
from schema.binding import resolved_by
from schema.control import LineVerdicts, RiskControl
from schema.node import READERS


@strawberry.type
class ControlQuery:
    """What clients may read of risk controls."""

    risk_controls: list[RiskControl] = resolved_by(risk_controls, ANYONE)
    claim_verdicts: list[LineVerdicts] = resolved_by(claim_verdicts, READERS)
