"""Who was struck, refused or failed publicity stays out of later claims 不得再次申报 (X15)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, tuple_

from models import Claim, ClaimedReport, ClaimKind, ClaimLine, LineState, MonthlyReport
from resolvers.claims.claim_line import LinesByPosition
from resolvers.kernel.transaction import Transaction
from rules.claims.claim_line import APPROVED_STATUSES
from rules.claims.line_subject import EarlierLine, LineSubject, find_bar_fault
from rules.kernel.refusal import Fault, Reason, fault
from rules.policy.difference import GRANTING_STATES

EarlierLines = Mapping[UUID, Sequence[EarlierLine]]
"""By person, what was struck, refused or failed before, oldest first."""


async def load_earlier_lines(
    tx: Transaction, unit_id: UUID, kind: ClaimKind, persons: Collection[UUID]
) -> EarlierLines:
    """Read the unit's lines of some persons that bar them, or did before a readmission.

    Whoever decides on one of them knows those too that another place decided (X21).
    """
    if tx.viewer.unit_id != unit_id:
        await tx.set_subjects(*persons)
    rows = await tx.session.execute(
        select(ClaimLine, Claim.course_code)
        .join(ClaimLine.claim, isouter=True)
        .where(
            ClaimLine.unit_id == unit_id,
            ClaimLine.claim_kind == kind,
            ClaimLine.person_id.in_(list(persons)),
            or_(ClaimLine.barred, ClaimLine.readmission_reason.is_not(None)),
        )
        .order_by(ClaimLine.id)
    )
    lines = [(line, course_code) for line, course_code in rows]
    months = await load_claimed_months(tx, unit_id, [line.id for line, _ in lines])
    found: defaultdict[UUID, list[EarlierLine]] = defaultdict(list)
    for line, course_code in lines:
        subject = build_subject(line, course_code, months.get(line.id, frozenset()))
        found[line.person_id].append(EarlierLine(line.id, subject, line.barred))
    return found


async def load_claimed_months(
    tx: Transaction, unit_id: UUID, lines: Collection[UUID]
) -> Mapping[UUID, frozenset[date]]:
    """Read the months that lines stand on, or stood on before they were struck."""
    statement = (
        select(ClaimedReport.line_id, MonthlyReport.month)
        .join(ClaimedReport.report)
        .where(ClaimedReport.unit_id == unit_id, ClaimedReport.line_id.in_(list(lines)))
    )
    found: defaultdict[UUID, set[date]] = defaultdict(set)
    for line_id, month in await tx.session.execute(statement):
        found[line_id].add(month)
    return {line_id: frozenset(months) for line_id, months in found.items()}


async def load_report_months(
    tx: Transaction, unit_id: UUID, reports: Collection[UUID]
) -> Mapping[UUID, date]:
    """Read the months of reports."""
    own = MonthlyReport.unit_id == unit_id, MonthlyReport.id.in_(list(reports))
    rows = await tx.session.execute(select(MonthlyReport.id, MonthlyReport.month).where(*own))
    return {row.id: row.month for row in rows}


def build_subject(line: ClaimLine, course_code: str | None, months: frozenset[date]) -> LineSubject:
    """Tell the rules for what a line asks."""
    return LineSubject(
        kind=line.claim_kind,
        person_id=line.person_id,
        employer_code=line.employer_code,
        course_code=course_code,
        months=months,
    )


async def find_bar_faults(
    tx: Transaction, claim: Claim, placed: LinesByPosition
) -> Sequence[Fault]:
    """Say which of a claim's lines can't stand: their person was struck or failed before (X15).

    What pays the rest of an earlier line follows that one (X20).
    """
    asked = {n: line for n, line in placed.items() if line.supplements_id is None}
    persons = {line.person_id for line in asked.values()}
    earlier = await load_earlier_lines(tx, claim.unit_id, claim.kind, persons)
    if not earlier:
        return []
    months = await load_claimed_months(tx, claim.unit_id, [line.id for line in asked.values()])
    found = []
    for n, line in asked.items():
        subject = build_subject(line, claim.course_code, months.get(line.id, frozenset()))
        why = find_bar_fault(subject, earlier.get(line.person_id, ()))
        found += [why.at("lines", n)] if why else []
    return found


async def find_late_bars(
    tx: Transaction, claims: Mapping[UUID, Claim], lines: Sequence[ClaimLine]
) -> Mapping[UUID, Fault]:
    """Say which lines of some claims, by their ids, can't be paid for what came of others since.

    An objection is upheld, or an earlier claim refused, while the next one is under way (X15); or
    the line whose rest a supplement pays is struck, or its claim revoked (X20).
    """
    found = await find_lines_without_first(tx, lines)
    for claim_id, placed in (await _find_lines_of_barred(tx, lines)).items():
        for why in await find_bar_faults(tx, claims[claim_id], placed):
            _, n = why.path
            found[lines[int(n)].id] = fault(why.reason)
    return found


async def _find_lines_of_barred(
    tx: Transaction, lines: Sequence[ClaimLine]
) -> Mapping[UUID, LinesByPosition]:
    """Find by claim the lines of persons who are barred from something of the kind."""
    persons = {line.person_id for line in lines}
    await tx.set_subjects(*persons)
    barred = select(ClaimLine.unit_id, ClaimLine.claim_kind, ClaimLine.person_id).where(
        ClaimLine.unit_id.in_({line.unit_id for line in lines}),
        ClaimLine.person_id.in_(persons),
        ClaimLine.barred,
    )
    known = {tuple(row) for row in await tx.session.execute(barred)}
    found: defaultdict[UUID, dict[int, ClaimLine]] = defaultdict(dict)
    for n, line in enumerate(lines):
        if (line.unit_id, line.claim_kind, line.person_id) in known:
            found[line.claim_id][n] = line
    return found


async def find_lines_without_first(
    tx: Transaction, lines: Sequence[ClaimLine], states: Collection[LineState] = GRANTING_STATES
) -> dict[UUID, Fault]:
    """Say which supplements lack the approved line that they pay the rest of (X20).

    That line must stand in one of `states`; for a supplement to be paid, in one that grants.
    """
    more = {line.id: (line.unit_id, line.supplements_id) for line in lines if line.supplements_id}
    if not more:
        return {}
    standing = select(ClaimLine.unit_id, ClaimLine.id).where(
        tuple_(ClaimLine.unit_id, ClaimLine.id).in_(list(more.values())),
        ClaimLine.state.in_(states),
        ClaimLine.claim_status.in_(APPROVED_STATUSES),
    )
    firsts = {tuple(row) for row in await tx.session.execute(standing)}
    return {id_: fault(Reason.FIRST_LINE_GONE) for id_, key in more.items() if key not in firsts}
