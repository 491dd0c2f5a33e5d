"""The risk controls that the rows of a roster of hires meet (S10, S13, X3)."""

from collections.abc import Sequence

from sqlalchemy import select

from models import ClaimKind, Roster, Unit
from resolvers.hiring.hire import Hired, judged
from resolvers.kernel.policy import APPROVED_PARAMETERS, policy_of
from resolvers.kernel.reading import Reading
from rules.hiring.hire_roster import employer_of, hire_of, region_of
from rules.kernel.finding import Finding
from rules.kernel.month import day_of
from rules.rosters.roster import Readied


async def check(
    read: Reading, roster: Roster, rows: Sequence[Readied]
) -> Sequence[Sequence[Finding]]:
    """Judge the rows of a roster as of the day on which it was handed in (S5, S32)."""
    ((code,),) = await read.all(select(Unit.credit_code).where(Unit.id == roster.unit_id))
    policy = policy_of(await read.all(APPROVED_PARAMETERS))
    kind = ClaimKind(roster.kind)
    hires = []
    for row in rows:
        employer = employer_of(row.values, code)
        hire = hire_of(kind, region_of(kind, roster.place, employer), row.values)
        hires.append(Hired(roster.unit_id, row.person_id, employer, hire))
    found = await judged(read, hires, day_of(roster.attached_at), policy)
    return [each.findings for each in found]
