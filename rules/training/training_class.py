"""Training classes 培训班: their days and numbers, and when they may go on (S22, S24, S33)."""

from collections.abc import Iterable, Sequence
from datetime import date

from models import Status, TrainingClass
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer

UNCLAIMED_STATUSES = frozenset({Status.DRAFT, Status.WITHDRAWN, Status.REFUSED})
"""A claim in these states takes no course from its enterprise (S33)."""


def find_day_faults(
    opens_on: date, ends_on: date, today: date, planned: date | None = None
) -> Iterable[Fault]:
    """Refuse to plan an opening that has passed, or an end before it (S22).

    The day that was planned before may stay: a class that is returned late is still corrected.
    """
    if opens_on < today and opens_on != planned:
        yield fault(Reason.OPENING_IN_PAST, "opensOn", today=today)
    if ends_on < opens_on:
        yield fault(Reason.DATES_REVERSED, "endsOn")


def format_series(region: str, opens_on: date) -> str:
    """Name the series of a class's number: a region's planned opening day (S22)."""
    return f"{region}-{opens_on:%Y%m%d}"


def format_class_number(region: str, opens_on: date, place: int) -> str:
    """Write a class's number 培训期号 from its place in the series, counted from 1 (S22)."""
    return f"{format_series(region, opens_on)}-{place:03d}"


def is_renumbered(status: Status, planned: date, opens_on: date) -> bool:
    """Return whether a class gets another number: a draft whose opening is moved (S22).

    What was submitted is known by its number to others, and keeps it.
    """
    return status is Status.DRAFT and opens_on != planned


def find_submission_faults(
    opens_on: date, today: date, *path: str | int, offered: bool, sent_before: bool
) -> Iterable[Fault]:
    """Refuse to submit a class that is late, or whose course is offered no more (S24).

    One that was sent in time before, and only comes back corrected, is not late.
    """
    if not offered:
        yield fault(Reason.COURSE_WITHDRAWN, *path)
    if opens_on < today and not sent_before:
        yield fault(Reason.OPENING_IN_PAST, *path, today=today)


def find_revocation_faults(*path: str | int, held: bool, completing: bool) -> Iterable[Fault]:
    """Refuse to revoke a class whose trainees a claim holds, or whose completion stands (S33)."""
    if held:
        yield fault(Reason.CLASS_CLAIMED, *path)
    if completing:
        yield fault(Reason.CLASS_COMPLETING, *path)


def is_claimed(claims: Iterable[Sequence[Status]], *, viewer: Viewer) -> bool:
    """Return whether a course is claimed, by the states of the claims for it (S20, S33)."""
    return any(status not in UNCLAIMED_STATUSES for (status,) in claims)


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.TRAINING_CLASS,
        table=TrainingClass,
        noun="class",
        chinese="培训班",
        functions={
            Party.OWNER: Function.FILE_CLASSES,
            Party.REVIEWER: Function.REVIEW_CLASSES,
        },
        transitions={
            Action.SUBMIT: (
                "Submit a class for review: its trainees take their places (S21, S24). 提交开班申报"
            ),
            Action.WITHDRAW: "Withdraw a class: its trainees' places are free (S33). 撤回培训班",
            Action.APPROVE: (
                "Approve a class, whose trainees are judged again (S21, S24). 审核通过培训班"
            ),
            Action.RETURN: (
                "Return a class, with a reason; its trainees keep their places (S24, S33). "
                "退回培训班"
            ),
            Action.REFUSE: (
                "Refuse a class for good: its trainees' places are free (S24, S33). 培训班不通过"
            ),
            Action.REVOKE: (
                "Revoke a class's approval, unless it is claimed or completed (X1). 撤销培训班"
            ),
        },
        plural="training classes",
    )
)
