"""What else a person receives, and what must not come together 跨项目享受情况 (X14)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from loaders.actor import state
from models import Claim, ClaimLine
from resolvers.claims.claim_line import Placed
from resolvers.kernel.transaction import Transaction
from rules.claims.combination import Benefit, conflicts, excluded, objection
from rules.kernel.month import day_of
from rules.kernel.refusal import Fault

Benefits = Mapping[UUID, Sequence[Benefit]]


def lines_about(persons: Collection[UUID]) -> Select[ClaimLine]:
    """Read all lines of some persons, oldest first; a draft's is none yet (J16)."""
    named = ClaimLine.person_id.in_(list(persons))
    return select(ClaimLine).where(named, ClaimLine.claim_status != "DRAFT").order_by(ClaimLine.id)


def benefits_of(lines: Iterable[ClaimLine]) -> Benefits:
    """Tell person by person what is claimed for them, and where."""
    found: defaultdict[UUID, list[Benefit]] = defaultdict(list)
    for line in lines:
        found[line.person_id].append(benefit_of(line))
    return found


def benefit_of(line: ClaimLine) -> Benefit:
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


async def forbidden(
    tx: Transaction, claim: Claim, placed: Placed, *, review: bool
) -> Sequence[Fault]:
    """Say which lines can't stand beside what else their person receives (X14, X21).

    The kinds are those of the claim's region, or of the place of insurance, on the day on which it
    was submitted. Whoever else is about to claim a kind for the same persons waits until this
    transaction has ended, and sees then what it left behind.
    """
    on = day_of(claim.submitted_at) if review and claim.submitted_at else tx.today
    kinds = excluded(await tx.policy(), claim.kind, claim.place or claim.region, on)
    if not kinds:
        return []
    persons = sorted({line.person_id for line in placed.values()})
    await _alone_with(tx, persons)
    others = await _received(tx, persons)
    found = []
    for n, line in placed.items():
        known = [other for other in others.get(line.person_id, ()) if other.line_id != line.id]
        barred = objection(conflicts(claim.kind, claim.unit_id, kinds, known), review=review)
        if barred:
            found.append(Fault(barred.reason, ("lines", n), barred.figures))
    return found


async def _received(tx: Transaction, persons: Sequence[UUID]) -> Benefits:
    """Read what persons receive anywhere; whatever is read later sees no more than before (X10)."""
    await tx.about(*persons)
    try:
        return benefits_of(await tx.all(lines_about(persons)))
    finally:
        await state(tx.session, tx.actor)


async def _alone_with(tx: Transaction, persons: Sequence[UUID]) -> None:
    """Wait for whoever judges one of the persons too; all in one order, so that nobody blocks."""
    names = sorted(int.from_bytes(person.bytes[8:], signed=True) for person in persons)
    keys = func.unnest(bindparam("persons", names, type_=ARRAY(BigInteger))).column_valued("person")
    await tx.session.execute(select(func.pg_advisory_xact_lock(keys)))
