"""Clawbacks 追回: proposed by one officer, confirmed by another (X1, X2, J39)."""

from collections.abc import Sequence

from sqlalchemy import select, update

from models import ClaimLine, Clawback, MonthlyReport
from resolvers.transaction import Transaction
from rules.workflow import LineAction, line_target


async def confirmed(tx: Transaction, rows: Sequence[Clawback]) -> None:
    """Take paid lines to clawed back; their reports may be corrected from now on (X15, J38)."""
    for row in rows:
        of_unit = ClaimLine.unit_id == row.unit_id, ClaimLine.id == row.line_id
        (line,) = await tx.all(select(ClaimLine).where(*of_unit).with_for_update())
        state = line_target(LineAction.CLAW_BACK, line.state)
        tx.change(line, {"state": state, "reason": row.cause}, LineAction.CLAW_BACK)
        held = MonthlyReport.unit_id == row.unit_id, MonthlyReport.held_by == row.line_id
        await tx.session.execute(update(MonthlyReport).where(*held).values(clawed_back=True))
