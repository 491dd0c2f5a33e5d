"""What a bank answers of a batch, cell by cell: nothing that can't be read is guessed (X8)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import build_words, find_word, read_text
from rules.kernel.viewer import Viewer
from rules.kernel.wording import format_fault
from rules.payment.disbursement import AnswerRow, RowOutcome

OUTCOME_WORDS = build_words(
    dict.fromkeys(("成功", "交易成功", "支付成功", "付款成功", "发放成功"), True)
    | dict.fromkeys(("已发放", "已支付", "PAID", "SUCCESS"), True)
    | dict.fromkeys(("失败", "交易失败", "支付失败", "付款失败", "发放失败"), False)
    | dict.fromkeys(("退票", "已退票", "退汇", "FAILED"), False)
)
"""How banks and officials say what came of a payment; any other word is told and not guessed."""

COLUMN_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "reference": ("付款编号", "reference"),
    "outcome": ("结果", "outcome"),
    "amount": ("金额(元)", "金额", "amount"),
    "paid_on": ("付款日期", "paidOn"),
    "bank_reference": ("银行流水号", "bankReference"),
    "reason": ("失败原因", "reason"),
}
"""The columns of the bank's answer, and what their headings may be."""

MAX_TEXT_LENGTH = 200
_AMOUNT_PATTERN = re.compile(r"([0-9]{1,10}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,2})?", re.ASCII)
"""Digits alone, or in groups of three; commas anywhere else are no amount (X8)."""
_DAY_PATTERN = re.compile(r"([0-9]{4})[-/]?([0-9]{2})[-/]?([0-9]{2})", re.ASCII)


def parse_row(cells: Mapping[str, str | None]) -> AnswerRow:
    """Read a row of the bank's answer; what can't be read is among its faults."""
    texts = {name: read_text(text or "") for name, text in cells.items()}
    paid = find_word(texts.get("outcome", ""), OUTCOME_WORDS)
    amount, paid_on = _parse_amount(texts.get("amount", "")), _parse_day(texts.get("paid_on", ""))
    return AnswerRow(
        reference=texts.get("reference", "")[:MAX_TEXT_LENGTH],
        paid=paid,
        amount=amount if isinstance(amount, Decimal) else None,
        paid_on=paid_on if isinstance(paid_on, date) else None,
        bank_reference=texts.get("bank_reference", "")[:MAX_TEXT_LENGTH] or None,
        reason=_keep_printable(texts.get("reason", ""))[:MAX_TEXT_LENGTH] or None,
        faults=tuple(
            found
            for found in (
                None if paid is not None else fault(Reason.RESULT_UNREADABLE, "outcome"),
                amount if isinstance(amount, Fault) else None,
                paid_on if isinstance(paid_on, Fault) else None,
            )
            if found is not None
        ),
    )


def _parse_amount(text: str) -> Decimal | Fault | None:
    if not text:
        return None
    return (
        Decimal(text.replace(",", ""))
        if _AMOUNT_PATTERN.fullmatch(text)
        else fault(Reason.NOT_AN_AMOUNT, "amount")
    )


def _parse_day(text: str) -> date | Fault | None:
    if not text:
        return None
    found = _DAY_PATTERN.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else fault(Reason.NOT_A_DATE, "paidOn")
    except ValueError:
        return fault(Reason.NOT_A_DATE, "paidOn")


def _keep_printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFault:
    """One thing that is wrong with a row, in the viewer's language."""

    reason: Reason
    place: str | None
    message: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOutcome:
    """What came of a row: the payment that it settled, or all that is wrong with it."""

    row: int
    reference: str | None
    outcome: RowOutcome
    faults: Sequence[AnswerFault]


def describe_outcomes(
    outcomes: Sequence[Mapping[str, Any]], *, viewer: Viewer
) -> Sequence[AnswerOutcome]:
    """Return what came of each row, as it was kept when the answer came."""
    return [
        AnswerOutcome(
            row=kept["row"],
            reference=kept["reference"],
            outcome=RowOutcome(kept["outcome"]),
            faults=[_describe_fault(fault, viewer) for fault in kept["faults"]],
        )
        for kept in outcomes
    ]


def _describe_fault(kept: Mapping[str, Any], viewer: Viewer) -> AnswerFault:
    reason, path = Reason(kept["reason"]), kept["path"]
    words = format_fault(Fault(reason, (), kept["figures"]), viewer.language)
    return AnswerFault(
        reason=reason, place=path[0] if path else None, message=words.text, cure=words.cure
    )
