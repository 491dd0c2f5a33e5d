"""Retention on completion 见习期满留用率: a unit's year, and its mentoring lines (J37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from models import ClaimKind, EndReason
from rules.internship.mentoring import MentoringEvaluation
from rules.kernel.claim_title import CLAIM_TITLES
from rules.kernel.parameter import Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault

COMPLETED_REASONS = (None, EndReason.EMPLOYED, EndReason.TERM_COMPLETED)
"""A term that ran out without a reduction is completed too: else whom nobody filed would not
count, and the ratio would be whatever the unit likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRetention:
    """How many of a year's interns were retained, and how many would have to be (J34, J37)."""

    year: int
    ended: int
    retained: int
    least: Decimal
    used: Sequence[Parameter]

    @property
    def lacking(self) -> Fault | None:
        """Return why the year comes to nothing; None where enough were retained (J34)."""
        if self.ended == 0:
            return fault(Reason.NOBODY_ENDED, year=self.year)
        if self.retained < self.least * self.ended:
            shares = {"retained": self.retained, "ended": self.ended, "least": self.least}
            return fault(Reason.RETENTION_TOO_LOW, **shares)
        return None

    @property
    def formula(self) -> dict[str, list[str]]:
        """Return how the ratio comes about, in both languages (X5).

        Cut off, not rounded: 2 ÷ 3 must not read as what it falls short of.
        """
        share = f"{self.retained} ÷ {self.ended}"
        if self.ended:
            exact = self.retained / Decimal(self.ended)
            share += f" = {exact.quantize(Decimal('0.0001'), ROUND_DOWN)}"
        zh = f"{self.year}年留用率 = 留用人数 ÷ 期满人数 = {share}，须不低于{self.least}"
        en = f"retention in {self.year} = retained ÷ ended = {share}, at least {self.least}"
        return {"zh": [zh], "en": [en]}


def is_counted(reason: EndReason | None, year: int, region: str, policy: Policy) -> bool:
    """Return whether an internship that ended so counts among the year's ended ones (J37)."""
    rule = policy.get_text("mentoring.denominator", region, compute_calendar_year_end(year))
    return rule == "ALL_ENDED" or reason in COMPLETED_REASONS


def compute_retention(
    judged: Sequence[MentoringEvaluation], year: int, region: str, policy: Policy
) -> YearRetention:
    """Count a year's interns, and how many of them were retained (J34, J37, X21)."""
    own = policy.new_usage_recorder()
    own.get_text("mentoring.denominator", region, compute_calendar_year_end(year))
    least = own.get_decimal("mentoring.retention_ratio", region, compute_calendar_year_end(year))
    kept = sum(each.retained for each in judged)
    return YearRetention(year=year, ended=len(judged), retained=kept, least=least, used=own.used)


def compute_calendar_year_end(year: int) -> date:
    """Return the day on which a year's ratio is judged: its last (X21)."""
    return date(year, 12, 31)


def build_line_explanation(
    judged: MentoringEvaluation, year: YearRetention, region: str
) -> dict[str, Any]:
    """Return what a line stands on: the ratio, what was found, the parameters used (X5, X6)."""
    used = [*year.used, *(p for p in judged.used if p not in year.used)]
    named = CLAIM_TITLES[ClaimKind.MENTORING]
    zh = f"{named.zh} = {judged.rate}元 / 人 × 1人 = {judged.amount}元"
    en = f"{named.en} = {judged.rate} yuan / person × 1 = {judged.amount} yuan"
    return {
        "inputs": {"region": region, "year": year.year, "endedOn": f"{judged.ended.ended_on}"},
        "formula": {"zh": [*year.formula["zh"], zh], "en": [*year.formula["en"], en]},
        "amount": str(judged.amount),
        "findings": [finding.to_json() for finding in judged.findings],
        "confirmed": all(parameter.confirmed for parameter in used),
        "parameters": [parameter.to_citation() for parameter in used],
    }
