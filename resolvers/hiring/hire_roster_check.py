"""The risk controls that the rows of a roster of hires meet (S10, S13, X3)."""

from collections.abc import Sequence

from sqlalchemy import select

from models import ClaimKind, Roster, RosterKind, Unit
from resolvers.hiring.hire_evaluation import UnitHire, evaluate_hires
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.rosters.roster_check import RosterCheck, declare_check
from rules.hiring.hire_roster import build_hire, find_employer_code
from rules.kernel.finding import Finding
from rules.kernel.month import to_local_day
from rules.rosters.roster import CheckableRow


async def evaluate_hire_rows(
    read: DecisionReader, roster: Roster, rows: Sequence[CheckableRow]
) -> Sequence[Sequence[Finding]]:
    """Judge the rows of a roster as of the day on which it was handed in (S5, S32)."""
    ((code,),) = await read.load_rows(select(Unit.credit_code).where(Unit.id == roster.unit_id))
    policy = build_policy(await read.load_rows(APPROVED_PARAMETERS))
    kind = ClaimKind(roster.kind)
    hires = []
    for row in rows:
        employer = find_employer_code(row.values, code)
        hire = build_hire(kind, roster.place, row.values)
        hires.append(
            UnitHire(unit_id=roster.unit_id, person_id=row.person_id, employer=employer, hire=hire)
        )
    found = await evaluate_hires(read, hires, to_local_day(roster.attached_at), policy)
    return [each.findings for each in found]


declare_check(RosterCheck(evaluate_rows=evaluate_hire_rows), RosterKind.HIRING, RosterKind.SERVICE)
