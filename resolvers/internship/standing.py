"""What the records around one of an internship say of it, for possible actions (X4)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Date,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from loaders.filter import Columns
from loaders.related_value import RelatedValue, is_one_of
from models import (
    DISCARDED_STATUSES,
    Attachment,
    ChangeableKind,
    ChangeRequest,
    Claim,
    ClaimKind,
    ClaimLine,
    Declaration,
    History,
    Intern,
    MonthlyReport,
    Post,
    Reduction,
    Status,
)
from rules.internship.standing import (
    has_ended,
    parse_day,
    parse_declaration,
    parse_request_ties,
    parse_ties,
)
from rules.kernel.action import Action
from rules.kernel.workflow import RESERVING_STATES

_PENDING = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


def _find_declaration(own: Columns) -> Select[Any]:
    """Find where a unit's declaration is in force, and until when it was where it is no more."""
    other = Declaration.__table__.alias("d")
    found = func.concat_ws(" ", other.c.region, cast(other.c.ended_on, Text))
    standing = is_one_of(other.c.status, (Status.APPROVED, Status.ENDED))
    of_unit = select(found).where(other.c.unit_id == own["unit_id"], standing)
    return of_unit.order_by(other.c.ended_on.desc().nulls_first()).limit(1)


def _find_interns_declaration(own: Columns) -> Select[Any]:
    """Find under which of its unit's declarations an intern works, as `choose_declaration` does."""
    intern = Intern.__table__.alias("i")
    of_intern = intern.c.unit_id == own["unit_id"], intern.c.id == own["intern_id"]
    return _find_first_declaration(own, select(intern.c.id).where(*of_intern), intern)


def _find_claims_declaration(own: Columns) -> Select[Any]:
    """Find under which of its unit's declarations those of a claim worked whose ended first."""
    intern, line = Intern.__table__.alias("i"), ClaimLine.__table__.alias("l")
    of_line = (line.c.unit_id == intern.c.unit_id) & (line.c.intern_id == intern.c.id)
    of_claim = line.c.unit_id == own["unit_id"], line.c.claim_id == own["id"]
    live = is_one_of(line.c.state, RESERVING_STATES)
    interns = select(intern.c.id).select_from(line.join(intern, of_line)).where(*of_claim, live)
    return _find_first_declaration(own, interns, intern, line)


def _find_first_declaration(
    own: Columns, interns: Select[Any], intern: FromClause, *more: FromClause
) -> Select[Any]:
    other = Declaration.__table__.alias("d")
    begun = interns.where(intern.c.starts_on <= other.c.ended_on).correlate_except(intern, *more)
    under = or_(
        is_one_of(other.c.status, [Status.APPROVED]),
        and_(is_one_of(other.c.status, [Status.ENDED]), begun.exists()),
    )
    found = func.concat_ws(" ", other.c.region, cast(other.c.ended_on, Text))
    of_unit = select(found).where(other.c.unit_id == own["unit_id"], under)
    return of_unit.order_by(other.c.ended_on.asc().nulls_last()).limit(1)


def _find_first_start(own: Columns) -> Select[Any]:
    """Find when an internship could begin that began before, as `compute_first_start` does."""
    other, ended = Declaration.__table__.alias("d"), Declaration.__table__.alias("e")
    of_unit = ended.c.unit_id == own["unit_id"], is_one_of(ended.c.status, [Status.ENDED])
    last = select(func.max(ended.c.ended_on)).where(*of_unit).correlate_except(ended)
    ends = last.scalar_subquery()
    entry = History.__table__.alias("h")
    approved = select(func.min(entry.c.at)).where(
        entry.c.unit_id == own["unit_id"],
        entry.c.record_id == other.c.id,
        is_one_of(entry.c.action, [Action.APPROVE]),
    )
    at = func.coalesce(approved.correlate_except(entry).scalar_subquery(), other.c.reviewed_at)
    approved_at = func.timezone(literal_column("'Asia/Shanghai'"), at)
    first = func.greatest(cast(approved_at, Date), ends + literal_column("1"))
    return select(cast(first, Text)).where(
        other.c.unit_id == own["unit_id"],
        is_one_of(other.c.status, [Status.APPROVED]),
        ends.is_not(None),
        own["starts_on"] < first,
    )


def _find_changing(own: Columns) -> Select[Any]:
    other = ChangeRequest.__table__.alias("r")
    of_record = other.c.unit_id == own["unit_id"], other.c.record_id == own["id"]
    return select(func.count() > 0).where(*of_record, is_one_of(other.c.status, _PENDING))


def _find_waiting_reductions(own: Columns) -> Select[Any]:
    other = Reduction.__table__.alias("r")
    waiting = other.c.unit_id == own["unit_id"], is_one_of(other.c.status, [Status.SUBMITTED])
    return select(func.count()).select_from(other).where(*waiting)


def _find_post(own: Columns) -> Select[Any]:
    other = Post.__table__.alias("p")
    of_intern = other.c.unit_id == own["unit_id"], other.c.id == own["post_id"]
    kept = is_one_of(other.c.status, [Status.APPROVED, Status.CLOSED])  # who is there goes on (J10)
    return select(kept).where(*of_intern)


def _find_reduced(own: Columns) -> Select[Any]:
    other = Reduction.__table__.alias("r")
    of_intern = other.c.unit_id == own["unit_id"], other.c.intern_id == own["id"]
    gone = is_one_of(other.c.status, DISCARDED_STATUSES)
    return select(func.count() > 0).where(*of_intern, not_(gone))


def _find_held(own: Columns) -> Select[Any]:
    other = MonthlyReport.__table__.alias("m")
    of_intern = other.c.unit_id == own["unit_id"], other.c.intern_id == own["id"]
    return select(func.count() > 0).where(*of_intern, other.c.held_by.is_not(None))


def _find_ties(own: Columns) -> Select[Any]:
    """Find whether an intern is to be reduced, to be changed, and claimed for: a letter each."""
    return _join_letters(own, _find_reduced, _find_changing, _find_held)


def _join_letters(own: Columns, *asked: Callable[[Columns], Select[Any]]) -> Select[Any]:
    """Write several yes or no as one text."""
    parts = [
        func.left(cast(RelatedValue(find).build(own), Text), literal_column("1")) for find in asked
    ]
    return select(func.concat(*parts))


def _find_interns_status(own: Columns) -> Select[Any]:
    other = Intern.__table__.alias("i")
    of_reduction = other.c.unit_id == own["unit_id"], other.c.id == own["intern_id"]
    return select(cast(other.c.status, Text)).where(*of_reduction)


def _find_interns_end(own: Columns) -> Select[Any]:
    other = Intern.__table__.alias("i")
    of_reduction = other.c.unit_id == own["unit_id"], other.c.id == own["intern_id"]
    return select(other.c.ended_on.is_not(None)).where(*of_reduction)


def _find_claimed_end(own: Columns) -> Select[Any]:
    line, claim = ClaimLine.__table__.alias("l"), Claim.__table__.alias("c")
    of_claim = (line.c.unit_id == claim.c.unit_id) & (line.c.claim_id == claim.c.id)
    return (
        select(func.count() > 0)
        .select_from(line.join(claim, of_claim))
        .where(
            line.c.unit_id == own["unit_id"],
            line.c.intern_id == own["intern_id"],
            is_one_of(line.c.state, RESERVING_STATES),
            is_one_of(claim.c.kind, [ClaimKind.MENTORING]),
            not_(is_one_of(claim.c.status, (Status.DRAFT, *DISCARDED_STATUSES))),
        )
    )


def _find_record(own: Columns, name: str) -> Select[Any]:
    """Find a column of the record that a request is to change; its kind says which table it is."""
    parts = []
    for n, table in enumerate((Declaration, Post, Intern)):
        other = table.__table__.alias(f"x{n}")
        of_request = other.c.unit_id == own["unit_id"], other.c.id == own["record_id"]
        found = select(other.c[name]).where(*of_request).correlate_except(other)
        parts.append(found.scalar_subquery())
    return select(func.coalesce(*parts))


def _find_records_status(own: Columns) -> Select[Any]:
    return _find_record(own, "status")


def _find_records_submitter(own: Columns) -> Select[Any]:
    return _find_record(own, "submitted_by")


def _find_records_end(own: Columns) -> Select[Any]:
    other = Intern.__table__.alias("i")
    of_request = other.c.unit_id == own["unit_id"], other.c.id == own["record_id"]
    return select(func.count() > 0).where(*of_request, other.c.ended_on.is_not(None))


def _find_unproven_name(own: Columns) -> Select[Any]:
    """Find whether a request is for another name of the unit, and no document proves it (J7)."""
    other = Attachment.__table__.alias("f")
    of_request = other.c.unit_id == own["unit_id"], other.c.record_id == own["id"]
    renames = is_one_of(own["record"], [ChangeableKind.UNIT]), own["changes"].has_key("name")
    return select(and_(*renames, func.count() == 0)).select_from(other).where(*of_request)


def _find_request_ties(own: Columns) -> Select[Any]:
    """Find whether a request's intern has ended, and whether it lacks proof: a letter each."""
    return _join_letters(own, _find_records_end, _find_unproven_name)


def _find_changing_unit(own: Columns) -> Select[Any]:
    other = ChangeRequest.__table__.alias("r")
    of_unit = other.c.unit_id == own["id"], other.c.record_id == own["id"]
    return select(func.count() > 0).where(*of_unit, is_one_of(other.c.status, _PENDING))


DECLARED = RelatedValue(_find_declaration, parse_declaration, has_ended)
DECLARED_OF_INTERN = RelatedValue(_find_interns_declaration, parse_declaration, has_ended)
DECLARED_OF_LINES = RelatedValue(_find_claims_declaration, parse_declaration, has_ended)
FIRST_START = RelatedValue(_find_first_start, parse_day)
CHANGING = RelatedValue(_find_changing)
UNIT_CHANGING = RelatedValue(_find_changing_unit)
WAITING_REDUCTIONS = RelatedValue(_find_waiting_reductions)
POST_APPROVED = RelatedValue(_find_post)
REDUCED = RelatedValue(_find_reduced)
TIES = RelatedValue(_find_ties, parse_ties)
INTERN_STATUS = RelatedValue(_find_interns_status)
INTERN_ENDED = RelatedValue(_find_interns_end)
END_CLAIMED = RelatedValue(_find_claimed_end)
RECORD_STATUS = RelatedValue(_find_records_status)
RECORD_SUBMITTER = RelatedValue(_find_records_submitter)
REQUEST_TIES = RelatedValue(_find_request_ties, parse_request_ties)
