"""What may be paid, and what becomes of a batch as the bank answers (X2, X8, S19)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from models import BatchState, LineState, PaymentState
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.viewer import Viewer
from rules.kernel.wording import format_fault
from rules.kernel.workflow import PossibleAction, describe_action

_BATCH_ACTIONS: Mapping[Action, tuple[BatchState, ...]] = {
    Action.EXPORT: (BatchState.OPEN, BatchState.EXPORTED),
    Action.IMPORT_RESULTS: (BatchState.EXPORTED, BatchState.SETTLED),
    Action.CANCEL: (BatchState.OPEN, BatchState.EXPORTED),
}
"""What may be done to a batch in which state. What the bank was given may be cancelled as long as
there is no result of it; answers are refused from then on. Answers of a settled batch may come
again."""


IMPORTER_DIFFERS = "payment.importer_differs"
"""The parameter that takes another pair of eyes for the bank's answer than for the file (X2)."""


def find_batch_fault(
    action: Action,
    state: BatchState,
    answered: int = 0,
    exported_by: Collection[UUID] = (),
    viewer: Viewer | None = None,
) -> Fault | None:
    """Return why a batch, so many of its payments answered, can't go a way; or None (X8).

    `exported_by` are those who may not import its results, for they had its file written (X2).
    """
    if action is Action.IMPORT_RESULTS and viewer and viewer.is_one_of(*exported_by):
        return fault(Reason.FOUR_EYES)
    if action is Action.CANCEL and state is BatchState.EXPORTED and answered:
        return fault(Reason.BATCH_ANSWERED, count=answered)
    if state in _BATCH_ACTIONS[action]:
        return None
    possible = ", ".join(a for a, states in _BATCH_ACTIONS.items() if state in states)
    return fault(Reason.WRONG_STATUS, status=state, possible=possible or NO_ACTIONS_TEXT)


def list_possible_actions(
    state: BatchState,
    paid_count: int,
    failed_count: int,
    *,
    viewer: Viewer,
    exported_by: Collection[UUID] = (),
) -> Sequence[PossibleAction]:
    """List what finance may do to a batch (X4)."""
    if Function.DISBURSE_CLAIMS not in viewer.functions:
        return []
    answered = paid_count + failed_count
    return [
        describe_action(
            action,
            find_batch_fault(action, state, answered, exported_by, viewer),
            viewer,
            Function.DISBURSE_CLAIMS,
        )
        for action in _BATCH_ACTIONS
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayableLine:
    """A line that somebody wants to pay, who had to do with its claim, and for what it waits."""

    state: LineState
    submitted_by: UUID | None
    approved_by: UUID | None
    reviewed_by: UUID | None
    waits: Fault | None = None
    publicity_by: UUID | None = None
    barred_reviewers: Sequence[UUID] = ()
    account_confirmed_by: UUID | None = None


def find_paying_fault(
    line: PayableLine, states: Sequence[LineState], viewer: Viewer
) -> Fault | None:
    """Return why a viewer may not pay a line: how it stands, or that they handled its claim (X2).

    It may wait for what comes first (S29).
    """
    if line.state not in states:
        return fault(Reason.LINE_NOT_PAYABLE, state=line.state)
    handled_by = {line.submitted_by, line.approved_by, line.reviewed_by, line.publicity_by}
    barred = {*line.barred_reviewers, line.account_confirmed_by}
    if viewer.is_one_of(*handled_by, *barred):
        return fault(Reason.FOUR_EYES)
    return line.waits


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutLine:
    """A payable line that could not go into a batch, and why, in the viewer's language."""

    line_id: str
    reason: Reason
    message: str
    cure: str


def describe_left_out_lines(
    kept: Sequence[Mapping[str, Any]], *, viewer: Viewer
) -> Sequence[LeftOutLine]:
    """Return which lines a batch was made without, as it was kept when it was made (X4)."""
    return [_describe_left_out_line(each, viewer) for each in kept]


def _describe_left_out_line(kept: Mapping[str, Any], viewer: Viewer) -> LeftOutLine:
    reason = Reason(kept["reason"])
    words = format_fault(Fault(reason, (), kept["figures"]), viewer.language)
    return LeftOutLine(line_id=kept["line"], reason=reason, message=words.text, cure=words.cure)


class RowOutcome(StrEnum):
    """What came of a row of the bank's answer. 处理结果"""

    PAID = "PAID"
    FAILED = "FAILED"
    KNOWN = "KNOWN"
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """A row of the bank's answer, as far as it could be read; `faults` are what could not."""

    reference: str
    paid: bool | None
    amount: Decimal | None
    paid_on: date | None
    bank_reference: str | None
    reason: str | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPayment:
    """How the payment of a reference stands, and in which batch it is."""

    batch_id: UUID | None
    state: PaymentState
    amount: Decimal
    paid_on: date | None
    reason: str | None
    bank_reference: str | None = None


@dataclass(frozen=True, slots=True)
class AnsweredBatch:
    """Which batch is answered, and on which day it was made."""

    id: UUID
    made_on: date


@dataclass(frozen=True, slots=True)
class AnswerEvaluation:
    """What comes of a row: applied, known already, or all that is wrong with it."""

    outcome: RowOutcome
    faults: tuple[Fault, ...] = ()


def evaluate_answer(
    rows: Sequence[AnswerRow],
    standing: Mapping[str, KnownPayment],
    batch: AnsweredBatch,
    today: date,
) -> Sequence[AnswerEvaluation]:
    """Judge the bank's answer row by row, each with all its faults (X8).

    A row that says what is on file already changes nothing, so that a file may come twice. Of rows
    with the same reference none counts: nobody knows which is meant. What is paid under another
    serial number may have been debited twice. Nothing is paid before its batch was made.
    """
    often = Counter(row.reference for row in rows)
    return [
        _evaluate_row(row, standing.get(row.reference), batch, today, often[row.reference] > 1)
        for row in rows
    ]


def _evaluate_row(
    row: AnswerRow, found: KnownPayment | None, batch: AnsweredBatch, today: date, twice: bool
) -> AnswerEvaluation:
    faults = [*row.faults, *_find_incomplete_faults(row, today)]
    if twice:
        faults.append(fault(Reason.PAYMENT_TWICE, "reference"))
    if found is None:
        faults.append(fault(Reason.PAYMENT_UNKNOWN, "reference"))
        return AnswerEvaluation(RowOutcome.FAULT, tuple(faults))
    if found.batch_id != batch.id:
        faults.append(fault(Reason.PAYMENT_ELSEWHERE, "reference"))
    if row.amount is not None and row.amount != found.amount:
        figures = {"amount": row.amount, "expected": found.amount}
        faults.append(fault(Reason.PAYMENT_AMOUNT_DIFFERS, "amount", **figures))
    if row.paid_on is not None and row.paid_on < batch.made_on:
        faults.append(fault(Reason.PAID_BEFORE_BATCH, "paidOn", made=batch.made_on))
    if faults:
        return AnswerEvaluation(RowOutcome.FAULT, tuple(faults))
    if found.state is PaymentState.IN_BATCH:
        return AnswerEvaluation(RowOutcome.PAID if row.paid else RowOutcome.FAILED)
    if _is_same_result(row, found):
        return AnswerEvaluation(RowOutcome.KNOWN)
    if _is_same_result(row, found, any_reference=True):
        second = fault(Reason.PAYMENT_DEBITED_TWICE, "bankReference", known=found.bank_reference)
        return AnswerEvaluation(RowOutcome.FAULT, (second,))
    settled = fault(Reason.PAYMENT_SETTLED, "reference", state=found.state)
    return AnswerEvaluation(RowOutcome.FAULT, (settled,))


def _find_incomplete_faults(row: AnswerRow, today: date) -> Iterable[Fault]:
    unread = {each.path for each in row.faults}
    if row.paid and row.paid_on is None and ("paidOn",) not in unread:
        yield fault(Reason.NOT_A_DATE, "paidOn")
    if row.paid_on is not None and row.paid_on > today:
        yield fault(Reason.DATE_IN_FUTURE, "paidOn")
    if row.amount is None and ("amount",) not in unread:
        yield fault(Reason.NOT_AN_AMOUNT, "amount")
    if row.paid is False and not row.reason:
        yield fault(Reason.REASON_MISSING, "reason")


def _is_same_result(row: AnswerRow, found: KnownPayment, *, any_reference: bool = False) -> bool:
    if found.state is PaymentState.PAID:
        same = any_reference or row.bank_reference in {None, found.bank_reference}
        return row.paid is True and row.paid_on == found.paid_on and same
    return found.state is PaymentState.FAILED and row.paid is False and row.reason == found.reason


def choose_batch_state(payments: int, answered: int, state: BatchState) -> BatchState:
    """Return where a batch stands once the bank answered so many of its payments (X8)."""
    return BatchState.SETTLED if answered == payments else state
