"""What else a person receives, and what must not come together 跨项目享受情况 (X14)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, select

from loaders.actor import set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import Claim, ClaimLine
from resolvers.claims.claim_line import LinesByPosition
from resolvers.kernel.transaction import Transaction
from rules.claims.combination import (
    Benefit,
    find_conflict_fault,
    find_conflicting_benefits,
    list_excluded_kinds,
)
from rules.kernel.month import to_local_day
from rules.kernel.refusal import Fault

Benefits = Mapping[UUID, Sequence[Benefit]]


def select_lines_of_persons(persons: Collection[UUID]) -> Select[ClaimLine]:
    """Read all lines of some persons, oldest first; a draft's is none yet (J16)."""
    named = ClaimLine.person_id.in_(list(persons))
    return select(ClaimLine).where(named, ClaimLine.claim_status != "DRAFT").order_by(ClaimLine.id)


def group_benefits_by_person(lines: Iterable[ClaimLine]) -> Benefits:
    """Return person by person what is claimed for them, and where."""
    found: defaultdict[UUID, list[Benefit]] = defaultdict(list)
    for line in lines:
        found[line.person_id].append(build_benefit(line))
    return found


def build_benefit(line: ClaimLine) -> Benefit:
    """See a line as what its person receives."""
    return Benefit(
        line_id=line.id,
        unit_id=line.unit_id,
        region=line.region,
        unit_name=line.unit_name,
        kind=line.claim_kind,
        month=line.claim_month,
        year=line.claim_year,
        status=line.claim_status,
        state=line.state,
        amount=line.amount,
        held=line.held,
    )


async def find_combination_faults(
    tx: Transaction, claim: Claim, placed: LinesByPosition, *, review: bool
) -> Sequence[Fault]:
    """Return which lines can't stand beside what else their person receives (X14, X21).

    The kinds are those of the claim's region, or of the place of insurance, on the day on which it
    was submitted. Whoever else is about to claim a kind for the same persons waits until this
    transaction has ended, and sees then what it left behind.
    """
    on = to_local_day(claim.submitted_at) if review and claim.submitted_at else tx.today
    kinds = list_excluded_kinds(await tx.load_policy(), claim.kind, claim.place or claim.region, on)
    if not kinds:
        return []
    persons = sorted({line.person_id for line in placed.values()})
    await AdvisoryLock.BENEFITS.lock_all(tx.session, persons)
    others = await _load_benefits(tx, persons)
    found = []
    for n, line in placed.items():
        known = [other for other in others.get(line.person_id, ()) if other.line_id != line.id]
        barred = find_conflict_fault(
            find_conflicting_benefits(claim.kind, claim.unit_id, kinds, known), review=review
        )
        if barred:
            found.append(barred.at("lines", n))
    return found


async def _load_benefits(tx: Transaction, persons: Sequence[UUID]) -> Benefits:
    """Read what persons receive anywhere; whatever is read later sees no more than before (X10)."""
    await tx.set_subjects(*persons)
    try:
        return group_benefits_by_person(await tx.all(select_lines_of_persons(persons)))
    finally:
        await set_rls_context(tx.session, tx.actor)
