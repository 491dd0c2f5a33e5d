"""What the records around a training class say of it, for possible actions (X4)."""

from typing import Any

from sqlalchemy import Select, Text, and_, cast, func, literal_column, not_, or_, select

from loaders.filter import Columns
from loaders.related_value import RelatedValue, is_one_of, parse_accounts
from models import (
    DISCARDED_STATUSES,
    Claim,
    ClaimLine,
    Completion,
    History,
    LineState,
    Trainee,
    TrainingClass,
)
from rules.claims.claim import parse_attended
from rules.kernel.history import COUNTER_FIELD
from rules.training.completion import parse_class_ties
from rules.training.completion_standing import parse_paid_lines
from rules.training.training_class import UNCLAIMED_STATUSES


def _find_ties(own: Columns) -> Select[Any]:
    """Find whether a class is being completed and is claimed for, and who is open, in one text."""
    other, trainee = Completion.__table__.alias("c"), Trainee.__table__.alias("t")
    line = ClaimLine.__table__.alias("l")
    standing = not_(is_one_of(other.c.status, DISCARDED_STATUSES))
    completing = select(func.count()).where(
        other.c.unit_id == own["unit_id"], other.c.class_id == own["id"], standing
    )
    of_class = trainee.c.unit_id == own["unit_id"], trainee.c.class_id == own["id"]
    open_ = select(func.count()).where(*of_class, trainee.c.scored_at.is_(None))
    of_trainee = and_(line.c.unit_id == trainee.c.unit_id, line.c.trainee_id == trainee.c.id)
    held = select(func.count()).select_from(trainee.join(line, of_trainee))
    return select(
        func.concat_ws(
            " ",
            completing.correlate_except(other).scalar_subquery(),
            held.where(*of_class, line.c.held).correlate_except(trainee, line).scalar_subquery(),
            open_.correlate_except(trainee).scalar_subquery(),
            select(func.count()).where(*of_class).correlate_except(trainee).scalar_subquery(),
            _find_claimed_numbers(own).scalar_subquery(),
        )
    )


def _find_claimed_numbers(own: Columns) -> Select[Any]:
    """Find the numbers of the enterprise's other classes that are claimed for the course (S20)."""
    claim, other = Claim.__table__.alias("m"), TrainingClass.__table__.alias("k")
    of_claim = and_(other.c.unit_id == claim.c.unit_id, other.c.id == claim.c.class_id)
    numbers = func.string_agg(other.c.number.distinct(), literal_column("', '"))
    return (
        select(func.coalesce(numbers, literal_column("''")))
        .select_from(claim.join(other, of_claim))
        .where(
            claim.c.unit_id == own["unit_id"],
            claim.c.course_code == own["course_code"],
            claim.c.class_id != own["id"],
            not_(is_one_of(claim.c.status, UNCLAIMED_STATUSES)),
        )
        .correlate_except(claim, other)
    )


def _find_paid_lines(own: Columns) -> Select[Any]:
    """Find how the lines stand that the bank has or had for a completion's trainees, in one text.

    Each with its trainee's score, where there is one.
    """
    trainee, line = Trainee.__table__.alias("t"), ClaimLine.__table__.alias("l")
    of_trainee = and_(line.c.unit_id == trainee.c.unit_id, line.c.trainee_id == trainee.c.id)
    told = func.concat(line.c.state, literal_column("':'"), cast(trainee.c.score, Text))
    return (
        select(func.string_agg(told, literal_column("' '")))
        .select_from(trainee.join(line, of_trainee))
        .where(
            trainee.c.unit_id == own["unit_id"],
            trainee.c.class_id == own["class_id"],
            is_one_of(line.c.state, (LineState.IN_BATCH, LineState.PAID)),
        )
    )


def _find_class(own: Columns) -> Select[Any]:
    attended = TrainingClass.__table__.alias("k")
    of_completion = attended.c.unit_id == own["unit_id"], attended.c.id == own["class_id"]
    day = cast(attended.c.opens_on, Text)
    told = func.concat_ws(" ", attended.c.place, day, attended.c.status)
    return select(told).where(*of_completion)


def _find_counter_accounts(own: Columns) -> Select[Any]:
    """Find who filed for a trainee's class at the counter, in one text (X17)."""
    entry = History.__table__.alias("h")
    about = or_(entry.c.record_id == own["class_id"], entry.c.record_id == own["id"])
    at_counter = entry.c.changes.has_key(literal_column(f"'{COUNTER_FIELD}'", Text()))
    accounts = func.string_agg(cast(entry.c.account_id, Text).distinct(), literal_column("' '"))
    return select(accounts).where(entry.c.unit_id == own["unit_id"], about, at_counter)


def _find_claimed(own: Columns) -> Select[Any]:
    line = ClaimLine.__table__.alias("l")
    of_trainee = line.c.unit_id == own["unit_id"], line.c.trainee_id == own["id"]
    return select(func.count() > 0).where(*of_trainee)


CLAIMED = RelatedValue(_find_claimed)
PAID_LINES = RelatedValue(_find_paid_lines, parse_paid_lines)
ATTENDED = RelatedValue(_find_class, parse_attended)
CLASS_TIES = RelatedValue(_find_ties, parse_class_ties)
COUNTER_ACCOUNTS = RelatedValue(_find_counter_accounts, parse_accounts)
