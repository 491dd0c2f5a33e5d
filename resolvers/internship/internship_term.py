"""What internships take of their persons' time, counted over all units (J23)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.dialects.postgresql.ranges import MultiRange

from loaders.advisory_lock import AdvisoryLock
from models import Intern, InternshipTerm
from resolvers.kernel.transaction import Transaction
from rules.internship import internship as rules
from rules.kernel.refusal import refuse_if


async def reserve_terms(tx: Transaction, interns: Sequence[Intern]) -> None:
    """Count internships from their submission on, or refuse them (J23).

    Whoever submits for the same persons waits here; the constraints of the table are the last line.
    """
    await AdvisoryLock.INTERNSHIP_TERMS.lock_all(tx.session, [row.person_id for row in interns])
    for intern in interns:
        await _reserve_term(tx, intern)


async def _reserve_term(tx: Transaction, intern: Intern) -> None:
    others = await _load_other_terms(tx, intern)
    most = (await tx.load_policy()).get_integer(
        "internship.max_months", intern.region, intern.starts_on, intern.category
    )
    last = intern.ended_on or intern.ends_on
    refuse_if(rules.find_term_faults(intern.starts_on, last, others, most))
    slots = rules.choose_free_slots(rules.count_slots(intern.starts_on, last), others)
    values = {
        "term": _build_date_range(intern.starts_on, last),
        "slots": _build_multirange(slots),
        "most": most * rules.DAYS_PER_MONTH,
    }
    owner = {"unit_id": intern.unit_id, "region": intern.region, "person_id": intern.person_id}
    row = insert(InternshipTerm).values(**owner, intern_id=intern.id, **values)
    columns = [InternshipTerm.unit_id, InternshipTerm.intern_id]
    await tx.session.execute(row.on_conflict_do_update(index_elements=columns, set_=values))


async def shorten_terms(tx: Transaction, interns: Sequence[Intern]) -> None:
    """Release what internships that end earlier don't need (J23)."""
    known = {(intern.unit_id, intern.id): intern for intern in interns}
    for row in await tx.all(_select_terms(interns).with_for_update()):
        if not row.term.isempty:
            intern = known[row.unit_id, row.intern_id]
            last = intern.ended_on or intern.ends_on
            need = rules.count_slots(intern.starts_on, last)
            row.term = _build_date_range(intern.starts_on, last)
            row.slots = _build_multirange(rules.choose_kept_slots(need, _build_spans(row.slots)))
    await tx.session.flush()


async def release_terms(tx: Transaction, interns: Sequence[Intern]) -> None:
    """Release all of it: withdrawn, refused and voided internships don't count (J23, X1)."""
    for row in await tx.all(_select_terms(interns).with_for_update()):
        row.term, row.slots = Range(empty=True), MultiRange()
    await tx.session.flush()


async def _load_other_terms(tx: Transaction, intern: Intern) -> list[rules.OtherInternship]:
    """Read what the person's other internships take, in whatever unit."""
    await tx.set_subjects(intern.person_id)
    here = InternshipTerm.unit_id == intern.unit_id
    statement = select(InternshipTerm.term, InternshipTerm.slots, here).where(
        InternshipTerm.person_id == intern.person_id,
        InternshipTerm.intern_id != intern.id,
        func.isempty(InternshipTerm.term).is_(False),
    )
    rows = (await tx.session.execute(statement)).all()
    return [_build_other_internship(*row) for row in rows]


def _select_terms(interns: Sequence[Intern]) -> Select[InternshipTerm]:
    columns = InternshipTerm.unit_id, InternshipTerm.intern_id
    keys = [(intern.unit_id, intern.id) for intern in interns]
    return select(InternshipTerm).where(tuple_(*columns).in_(keys)).order_by(*columns)


def _build_date_range(first: date, last: date) -> Range[date]:
    return Range(first, last + timedelta(days=1))


def _build_multirange(slots: Iterable[rules.SlotRange]) -> MultiRange[int]:
    return MultiRange(Range(first, last) for first, last in slots)


def _build_spans(slots: Iterable[Range[int]]) -> list[rules.SlotRange]:
    return [(span.lower or 0, span.upper or 0) for span in slots]


def _build_other_internship(
    term: Range[date], slots: Iterable[Range[int]], here: bool
) -> rules.OtherInternship:
    if term.lower is None or term.upper is None:
        raise TypeError(term)
    return rules.OtherInternship(
        first=term.lower, last=term.upper - timedelta(days=1), slots=_build_spans(slots), here=here
    )
