"""Scores of trainees 成绩 and the completion of their class 结业: who has passed (S27, S28)."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from models import Completion, LineState, Status, TraineeOutcome
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Path, Reason, Unreadable, fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction, describe_action, list_actions
from rules.training.training_class import find_revocation_faults

FULL_MARKS = Decimal(100)
"""Scores are of the hundred-mark system 百分制; which of them pass, a parameter says."""

_SCORE_PATTERN = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?")
_UNDER_REVIEW_STATUSES = (Status.SUBMITTED, Status.APPROVED)
_PAYMENT_STATES = {LineState.IN_BATCH, LineState.PAID}


@dataclass(frozen=True, slots=True)
class TraineeResult:
    """How a trainee did: a score, or none for who was absent 缺考 or is not assessed yet."""

    score: Decimal | None
    assessed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassState:
    """How a class stands, and its completion if there is one that counts."""

    status: Status
    opens_on: date
    ends_on: date
    completion: Status | None


class ClassTies(NamedTuple):
    """How many completions of a class count, how many lines hold it, who is open, and how many."""

    completions: int
    held: int
    open: int
    trainees: int
    claimed: str = ""
    """The numbers of the enterprise's other classes that are claimed for the course (S20)."""


def parse_class_ties(text: str) -> ClassTies:
    """Read them as they are told in one text."""
    completions, held, open_, trainees, claimed = text.split(" ", 4)
    return ClassTies(int(completions), int(held), int(open_), int(trainees), claimed)


@dataclass(frozen=True, slots=True)
class OutcomeTally:
    """How many trainees of a class have passed by their scores, have not, and are open."""

    completed: int
    not_completed: int
    open: int


def parse_score(text: object) -> Decimal | Unreadable:
    """Read a score written as text, from 0 to 100 with at most two decimals (S28)."""
    if not isinstance(text, str) or not _SCORE_PATTERN.fullmatch(text):
        return Unreadable(Reason.NOT_A_SCORE)
    score = Decimal(text).quantize(Decimal("0.01"))
    return score if score <= FULL_MARKS else Unreadable(Reason.SCORE_OUT_OF_RANGE)


def find_score_faults(score: Decimal | None, absent: bool, path: Path) -> Iterable[Fault]:
    """Refuse who has a score and was absent, and who is said to have neither (S28)."""
    if (score is None) is not absent:
        yield fault(Reason.SCORE_UNCLEAR, *path, "score")


def is_absent(score: Decimal | None, scored_at: datetime | None, *, viewer: Viewer) -> bool:
    """Return whether a trainee was assessed and has no score: they were absent 缺考 (S28)."""
    return score is None and scored_at is not None


def evaluate_outcome(result: TraineeResult, pass_mark: Decimal) -> TraineeOutcome:
    """Return what a trainee's score comes to; the pass mark itself passes (S27)."""
    if not result.assessed:
        return TraineeOutcome.OPEN
    passed = result.score is not None and result.score >= pass_mark
    return TraineeOutcome.COMPLETED if passed else TraineeOutcome.NOT_COMPLETED


def tally_outcomes(results: Iterable[TraineeResult], pass_mark: Decimal) -> OutcomeTally:
    """Count a class's trainees by what their scores come to (S27)."""
    found = Counter(evaluate_outcome(result, pass_mark) for result in results)
    return OutcomeTally(
        found[TraineeOutcome.COMPLETED],
        found[TraineeOutcome.NOT_COMPLETED],
        found[TraineeOutcome.OPEN],
    )


def find_scoring_faults(cls: ClassState, today: date, path: Path) -> Iterable[Fault]:
    """Refuse scores of a class that is not under way, or whose completion is decided on (S28)."""
    if cls.status is not Status.APPROVED:
        yield fault(Reason.CLASS_NOT_APPROVED, *path, status=cls.status)
    elif today < cls.opens_on:
        yield fault(Reason.CLASS_NOT_BEGUN, *path, opens=cls.opens_on)
    if cls.completion in _UNDER_REVIEW_STATUSES:
        yield fault(Reason.SCORES_STAND, *path, status=cls.completion)


def find_completing_faults(
    cls: ClassState, found: OutcomeTally, today: date, path: Path
) -> Iterable[Fault]:
    """Refuse to complete a class that has not ended, or in which somebody is open (S27)."""
    if cls.status is not Status.APPROVED:
        yield fault(Reason.CLASS_NOT_APPROVED, *path, status=cls.status)
    if today < cls.ends_on:
        yield fault(Reason.CLASS_NOT_ENDED, *path, ends=cls.ends_on)
    if found.open:
        yield fault(Reason.TRAINEES_OPEN, *path, trainees=found.open)


def list_class_actions(
    status: Status,
    submitted_by: UUID | None,
    ends_on: date,
    ties: ClassTies,
    today: date,
    *,
    viewer: Viewer,
) -> Sequence[PossibleAction]:
    """List what a viewer may do to a class today, its completion included (X4)."""

    def barred_now(action: Action) -> Fault | None:
        if action in {Action.SUBMIT, Action.APPROVE} and not ties.trainees:
            return fault(Reason.NOBODY_ATTENDS, "trainees")
        if action in {Action.SUBMIT, Action.APPROVE} and ties.claimed:
            return fault(Reason.COURSE_CLAIMED, number=ties.claimed)
        if action is not Action.REVOKE:
            return None
        held, completing = ties.held > 0, ties.completions > 0
        return next(iter(find_revocation_faults(held=held, completing=completing)), None)

    found = list_actions(RecordKind.TRAINING_CLASS, status, submitted_by, viewer, barred_now)
    barred = _find_completion_fault(status, ends_on, ties, today)
    return [
        describe_action(each.action, barred, viewer) if each.action is Action.COMPLETE else each
        for each in found
    ]


def _find_completion_fault(
    status: Status, ends_on: date, ties: ClassTies, today: date
) -> Fault | None:
    """Say why a class can't be completed: it is being already, or what the completion asks."""
    if ties.completions:
        return fault(Reason.COMPLETION_EXISTS)
    cls = ClassState(status=status, opens_on=ends_on, ends_on=ends_on, completion=None)
    faults = find_completing_faults(cls, OutcomeTally(0, 0, ties.open), today, ())
    return next(iter(faults), None)


def find_count_change_faults(
    found: OutcomeTally, completed: int, not_completed: int, path: Path
) -> Iterable[Fault]:
    """Refuse to approve other counts than were submitted: the pass mark has changed since (X20)."""
    if (found.completed, found.not_completed) != (completed, not_completed):
        counts = {"completed": found.completed, "not_completed": found.not_completed}
        yield fault(Reason.COUNTS_CHANGED, *path, **counts)


PASS_MARK_KEY = "training.pass_mark"  # noqa: S105 - not a password
CLAWBACK_KEY = "training.clawback_on_non_completion"
NON_COMPLETION_CAUSE = "未结业"


def is_clawed_back_on_non_completion(policy: Policy, place: str, opens_on: date) -> bool:
    """Tell whether who was paid for and has not completed is clawed back (S33, X21)."""
    return policy.get_flag(CLAWBACK_KEY, place, opens_on)


def find_approving_faults(states: Collection[LineState], path: Path) -> Iterable[Fault]:
    """Refuse to decide that somebody has not completed while the bank is about to pay (S33)."""
    if LineState.IN_BATCH in states:
        yield fault(Reason.LINE_IN_BATCH, *path)


def find_revoking_faults(states: Collection[LineState], path: Path) -> Iterable[Fault]:
    """Refuse to take back a completion on which payment stands (S29, X1)."""
    out = sum(state in _PAYMENT_STATES for state in states)
    if out:
        yield fault(Reason.COMPLETION_PAID_ON, *path, lines=out)


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.COMPLETION,
        table=Completion,
        noun="completion",
        chinese="班级结业申请",
        functions={
            Party.OWNER: Function.FILE_COMPLETIONS,
            Party.REVIEWER: Function.REVIEW_COMPLETIONS,
        },
        transitions={
            Action.SUBMIT: "Submit a class's completion for review (S27). 提交结业申请",
            Action.WITHDRAW: "Withdraw a completion (X1). 撤回结业申请",
            Action.APPROVE: "Approve a completion: outcomes are final (S27). 审核通过结业申请",
            Action.RETURN: "Return a completion, with a reason (X1). 退回结业申请",
            Action.REVOKE: (
                "Revoke a completion, unless payment stands on it: outcomes are open again (X1, "
                "S29). 撤销结业"
            ),
        },
        plural="completions",
        is_refusable=False,
    )
)
