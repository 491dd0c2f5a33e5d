"""The mentoring subsidy 带教补贴: who was retained, and what a year comes to (J34-J37)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from models import Destination, EndReason
from rules.kernel import input_check
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.money import round_amount
from rules.kernel.month import EARLIEST_DATE, add_days, compute_term_end, list_months, to_month
from rules.kernel.parameter import Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import get_chinese_term, get_english_term

RETENTION_CONTROLS = (Control.RETAINED_HERE, Control.LABOUR_CONTRACT, Control.SOCIAL_INSURANCE)
"""What makes somebody a retained person (J37); the reports are asked for besides (J34)."""

NEVER_TEXT = "—"
"""What stands for a day until which nothing was told, in either language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedInternship:
    """An internship that is over, as mentoring sees it; without a reason nobody filed its end."""

    intern_id: UUID
    category: str
    starts_on: date
    ended_on: date
    reason: EndReason | None
    destination: Destination | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRecord:
    """A labour contract with the unit, on whose word and as of when."""

    starts_on: date
    ends_on: date | None
    open_ended: bool
    source: str
    as_of: date

    def is_at_least(self, months: int) -> bool:
        """Return whether it is for so many months or more; a year runs to the day before (S32)."""
        stated = self.ends_on is not None and self.ends_on >= compute_term_end(
            self.starts_on, months
        )
        return self.open_ended or stated


@dataclass(frozen=True, slots=True)
class ContributionRecord:
    """A month that the unit paid for, on whose word, as of when, and where it was posted."""

    month: date
    source: str
    as_of: date
    place: str | None = None


@dataclass(frozen=True, slots=True)
class MentoringRecords:
    """What is on file of one person with regard to the unit alone (X14)."""

    contracts: Sequence[ContractRecord] = ()
    contributions: Sequence[ContributionRecord] = ()
    reported: Collection[date] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCoverage:
    """Until when we were told of what, and up to which month of contributions (X13)."""

    contracts: date | None = None
    contributions: date | None = None
    registrations: date | None = None
    transfers: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentoringEvaluation:
    """What was found about one person, and what a line would come to (J34, J35, X3)."""

    ended: EndedInternship
    findings: Sequence[Finding]
    amount: Decimal
    rate: Decimal
    used: Sequence[Parameter] = field(default=())

    @property
    def retained(self) -> bool:
        """Return whether the person counts as retained (J37)."""
        return all(f.passed for f in self.findings if f.control in RETENTION_CONTROLS)


def find_year_faults(year: int, today: date) -> Iterable[Fault]:
    """Refuse a year that has not begun, or that nobody can mean (J36)."""
    return input_check.find_range_faults(year, EARLIEST_DATE.year, today.year, "year")


def summarize_faults(lacking: Sequence[Fault]) -> Fault:
    """Return why nobody can be claimed for: what all lack, if that is one thing (J34)."""
    if len({why.reason for why in lacking}) == 1:
        return lacking[0]
    return fault(Reason.NOBODY_CLAIMABLE)


def evaluate_internship(
    ended: EndedInternship, known: MentoringRecords, told: FactCoverage, region: str, policy: Policy
) -> MentoringEvaluation:
    """Look into everything that a line stands on; none of it stops at the first (J34, X3).

    Region and date are the declaration's and the internship's end (X21).
    """
    own, on = policy.new_usage_recorder(), ended.ended_on
    months = own.get_integer("mentoring.contract_months", region, on)
    rate = own.get_decimal("mentoring.amount", region, on, ended.category)
    rounding = own.get_text("money.rounding", region, on)
    policy.add_used_parameters(own.used)
    findings = (
        _evaluate_destination(ended),
        _evaluate_contract(ended, known.contracts, told.contracts, months, own),
        _evaluate_insurance(ended, known.contributions, told.contributions),
        _evaluate_reports(ended, known.reported),
    )
    return MentoringEvaluation(
        ended=ended,
        findings=findings,
        amount=round_amount(rate, rounding),
        rate=rate,
        used=own.used,
    )


def _evaluate_destination(ended: EndedInternship) -> Finding:
    control = Control.RETAINED_HERE
    if ended.reason is None:
        said = Sentence(
            f"见习期已于{ended.ended_on}届满，未办理减员",
            f"the term ran out on {ended.ended_on}; no reduction was filed",
        )
        lacking = fault(Reason.END_NOT_FILED, ended=ended.ended_on)
        return Finding(control=control, outcome=Outcome.UNKNOWN, evidence=said, lacking=lacking)
    where = f" ({get_english_term(ended.destination)})" if ended.destination else ""
    place = f"（{get_chinese_term(ended.destination)}）" if ended.destination else ""
    said = Sentence(
        f"减员原因：{get_chinese_term(ended.reason)}{place}，{ended.ended_on}结束",
        f"ended on {ended.ended_on}: {get_english_term(ended.reason)}{where}",
    )
    if ended.reason is EndReason.EMPLOYED and ended.destination is Destination.RETAINED:
        return Finding(control=control, outcome=Outcome.PASS, evidence=said)
    return Finding(
        control=control, outcome=Outcome.FAIL, evidence=said, lacking=fault(Reason.NOT_RETAINED)
    )


def _evaluate_contract(
    ended: EndedInternship,
    contracts: Sequence[ContractRecord],
    told: date | None,
    months: int,
    own: Policy,
) -> Finding:
    """Look for a contract that is long enough, and that the internship led to.

    One that began before its last day, or is over by then, retained nobody.
    """
    control, figure = Control.LABOUR_CONTRACT, own.get_last_used("mentoring.contract_months")
    ours = [
        c
        for c in contracts
        if c.starts_on >= ended.ended_on and (c.ends_on is None or c.ends_on > ended.ended_on)
    ]
    if not ours:
        if told is None or told < ended.ended_on:
            lacking = fault(Reason.CONTRACT_UNKNOWN, day=told or NEVER_TEXT, ended=ended.ended_on)
            return Finding(
                control=control,
                outcome=Outcome.UNKNOWN,
                evidence=_NO_CONTRACT_TEXT,
                lacking=lacking,
                figure=figure,
                source=None,
                as_of=told,
            )
        lacking = fault(Reason.CONTRACT_MISSING, day=told)
        return Finding(
            control=control,
            outcome=Outcome.FAIL,
            evidence=_NO_CONTRACT_TEXT,
            lacking=lacking,
            figure=figure,
            source=None,
            as_of=told,
        )
    best = max(ours, key=lambda c: (c.is_at_least(months), c.ends_on or date.min))
    until = Sentence("无固定期限", "open-ended") if best.open_ended else _describe_end(best.ends_on)
    said = Sentence(
        f"与本单位的劳动合同自{best.starts_on}起，{until.zh}",
        f"labour contract with this unit from {best.starts_on}, {until.en}",
    )
    if best.is_at_least(months):
        return Finding(
            control=control,
            outcome=Outcome.PASS,
            evidence=said,
            lacking=None,
            figure=figure,
            source=best.source,
            as_of=best.as_of,
        )
    needed = compute_term_end(best.starts_on, months)
    lacking = fault(Reason.CONTRACT_TOO_SHORT, months=months, needed=needed)
    return Finding(
        control=control,
        outcome=Outcome.FAIL,
        evidence=said,
        lacking=lacking,
        figure=figure,
        source=best.source,
        as_of=best.as_of,
    )


_NO_CONTRACT_TEXT = Sentence(
    "未查到见习后与本单位的劳动合同", "no labour contract with this unit that the internship led to"
)


def _describe_end(day: date | None) -> Sentence:
    if day is None:
        return Sentence("未载明期限", "its term not stated")
    return Sentence(f"至{day}止", f"to {day}")


def _evaluate_insurance(
    ended: EndedInternship, paid: Sequence[ContributionRecord], told: date | None
) -> Finding:
    """Look for a contribution by the unit, from the month of the day after the end on."""
    control = Control.SOCIAL_INSURANCE
    since = to_month(add_days(ended.ended_on))
    later = sorted((c for c in paid if c.month >= since), key=lambda c: c.month)
    if later:
        span = f"{later[0].month:%Y-%m}" + (f" – {later[-1].month:%Y-%m}" if later[1:] else "")
        said = Sentence(
            f"本单位缴费{len(later)}个月（{span}）",
            f"{len(later)} months paid by this unit ({span})",
        )
        latest = later[-1]
        return Finding(
            control=control,
            outcome=Outcome.PASS,
            evidence=said,
            lacking=None,
            figure=None,
            source=latest.source,
            as_of=latest.as_of,
        )
    said = Sentence(
        f"自{since:%Y-%m}起未查到本单位缴费", f"nothing paid by this unit from {since:%Y-%m} on"
    )
    if told is None or told < since:
        until = f"{told:%Y-%m}" if told else NEVER_TEXT
        lacking = fault(Reason.INSURANCE_UNKNOWN, month=until, since=f"{since:%Y-%m}")
        return Finding(
            control=control,
            outcome=Outcome.UNKNOWN,
            evidence=said,
            lacking=lacking,
            figure=None,
            source=None,
            as_of=told,
        )
    lacking = fault(Reason.INSURANCE_MISSING, since=f"{since:%Y-%m}", month=f"{told:%Y-%m}")
    return Finding(
        control=control,
        outcome=Outcome.FAIL,
        evidence=said,
        lacking=lacking,
        figure=None,
        source=None,
        as_of=told,
    )


def _evaluate_reports(ended: EndedInternship, approved: Collection[date]) -> Finding:
    """Demand an approved report for each month in which the internship ran (J34)."""
    ran = list_months(ended.starts_on, ended.ended_on)
    missing = [month for month in ran if month not in approved]
    said = Sentence(
        f"{len(ran)}个见习月份中{len(ran) - len(missing)}个月的月报已审核通过",
        f"reports of {len(ran) - len(missing)} of {len(ran)} months are approved",
    )
    if not missing:
        return Finding(control=Control.MONTHLY_REPORTS, outcome=Outcome.PASS, evidence=said)
    months = ", ".join(f"{month:%Y-%m}" for month in missing)
    lacking = fault(Reason.REPORTS_NOT_APPROVED, months=months)
    return Finding(
        control=Control.MONTHLY_REPORTS, outcome=Outcome.FAIL, evidence=said, lacking=lacking
    )
