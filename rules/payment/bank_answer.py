"""What a bank answers of a batch, cell by cell: nothing that can't be read is guessed (X8)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer
from rules.kernel.wording import message
from rules.payment.disbursement import Answered, RowOutcome

PAID = frozenset({"成功", "已发放", "PAID", "SUCCESS"})
FAILED = frozenset({"失败", "退票", "FAILED"})

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("付款编号", "reference"),
    "outcome": ("结果", "outcome"),
    "amount": ("金额(元)", "金额", "amount"),
    "paid_on": ("付款日期", "paidOn"),
    "bank_reference": ("银行流水号", "bankReference"),
    "reason": ("失败原因", "reason"),
}
"""The columns of the bank's answer, and what their headings may be."""

LONGEST = 200
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?", re.ASCII)
_DAY = re.compile(r"([0-9]{4})[-/]?([0-9]{2})[-/]?([0-9]{2})", re.ASCII)


def read(cells: Mapping[str, str | None]) -> Answered:
    """Read a row of the bank's answer; what can't be read is among its faults."""
    texts = {name: (text or "").strip() for name, text in cells.items()}
    outcome = texts.get("outcome", "").upper()
    paid = True if outcome in PAID else False if outcome in FAILED else None
    amount, paid_on = _amount(texts.get("amount", "")), _day(texts.get("paid_on", ""))
    return Answered(
        reference=texts.get("reference", "")[:LONGEST],
        paid=paid,
        amount=amount if isinstance(amount, Decimal) else None,
        paid_on=paid_on if isinstance(paid_on, date) else None,
        bank_reference=texts.get("bank_reference", "")[:LONGEST] or None,
        reason=_printable(texts.get("reason", ""))[:LONGEST] or None,
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


def _amount(text: str) -> Decimal | Fault | None:
    plain = text.replace(",", "")
    if not plain:
        return None
    return Decimal(plain) if _AMOUNT.fullmatch(plain) else fault(Reason.NOT_AN_AMOUNT, "amount")


def _day(text: str) -> date | Fault | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else fault(Reason.NOT_A_DATE, "paidOn")
    except ValueError:
        return fault(Reason.NOT_A_DATE, "paidOn")


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong with a row, in the viewer's language."""

    reason: Reason
    place: str | None
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """What came of a row: the payment that it settled, or all that is wrong with it."""

    row: int
    reference: str | None
    outcome: RowOutcome
    faults: Sequence[RowFault]


def rows_of(outcomes: Sequence[Mapping[str, Any]], *, viewer: Viewer) -> Sequence[AnswerOutcome]:
    """Tell what came of each row, as it was kept when the answer came."""
    return [
        AnswerOutcome(
            row=kept["row"],
            reference=kept["reference"],
            outcome=RowOutcome(kept["outcome"]),
            faults=[_told(fault, viewer) for fault in kept["faults"]],
        )
        for kept in outcomes
    ]


def _told(kept: Mapping[str, Any], viewer: Viewer) -> RowFault:
    reason, path = Reason(kept["reason"]), kept["path"]
    words = message(Fault(reason, (), kept["figures"]), viewer.language)
    return RowFault(reason, path[0] if path else None, words.text, words.cure)
