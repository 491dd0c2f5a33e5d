"""What a month of an internship comes to: floor, shortfalls, payable subsidy (J27, X5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models import MonthlyReport
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.money import round_amount
from rules.kernel.month import compute_month_end, is_running_in, to_month
from rules.kernel.parameter import Json, Policy
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Path, Reason, fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAssessment:
    """What one month's report comes to, and why. 应发补贴核算"""

    payable: Decimal | None
    why: tuple[Reason, ...]
    floor: Decimal
    min_days: int
    confirmed: bool
    explanation: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class _AllowanceParameters:
    minimum_wage: Decimal
    floor_ratio: Decimal
    allowance_ratio: Decimal
    min_days: int
    rounding: str

    @property
    def floor(self) -> Decimal:
        return round_amount(self.minimum_wage * self.floor_ratio, self.rounding)

    @property
    def allowance(self) -> Decimal:
        return round_amount(self.minimum_wage * self.allowance_ratio, self.rounding)


def assess_report(
    category: str,
    region: str,
    month: date,
    days_attended: int,
    wage_paid: Decimal,
    policy: Policy,
) -> ReportAssessment:
    """Judge one month: paid whole, or empty with all the reasons (J27).

    Raises MissingParameter where the region has no figure for the month.
    """
    own = policy.new_usage_recorder()
    figures = _build_parameters(own, category, region, to_month(month))
    policy.add_used_parameters(own.used)
    why = _find_shortfalls(figures, days_attended, wage_paid)
    explanation: dict[str, Json] = {
        "inputs": _build_inputs(category, region, month, days_attended, wage_paid),
        "formula": _build_formula(figures, why, days_attended, wage_paid),
        "floor": str(figures.floor),
        "minDays": figures.min_days,
        "payable": None if why else str(figures.allowance),
        "why": [reason.value for reason in why],
        "confirmed": own.confirmed,
        "parameters": [parameter.to_citation() for parameter in own.used],
    }
    payable = None if why else figures.allowance
    return ReportAssessment(
        payable=payable,
        why=why,
        floor=figures.floor,
        min_days=figures.min_days,
        confirmed=own.confirmed,
        explanation=explanation,
    )


def _build_parameters(
    policy: Policy, category: str, region: str, month: date
) -> _AllowanceParameters:
    return _AllowanceParameters(
        minimum_wage=policy.get_decimal("minimum_wage", region, month),
        floor_ratio=policy.get_decimal("internship.wage_floor_ratio", region, month, category),
        allowance_ratio=policy.get_decimal("internship.allowance_ratio", region, month, category),
        min_days=policy.get_integer("internship.min_days", region, month, category),
        rounding=policy.get_text("money.rounding", region, month),
    )


def _find_shortfalls(figures: _AllowanceParameters, days: int, wage: Decimal) -> tuple[Reason, ...]:
    found = {
        Reason.WAGE_BELOW_FLOOR: wage < figures.floor,
        Reason.TOO_FEW_DAYS: days < figures.min_days,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _build_inputs(
    category: str, region: str, month: date, days: int, wage: Decimal
) -> dict[str, Json]:
    return {
        "category": str(category),
        "region": region,
        "month": f"{month:%Y-%m}",
        "daysAttended": days,
        "wagePaid": f"{wage:.2f}",
    }


def _build_formula(
    figures: _AllowanceParameters, why: tuple[Reason, ...], days: int, wage: Decimal
) -> dict[str, Json]:
    lines = [_describe_floor(figures)]
    if Reason.WAGE_BELOW_FLOOR in why:
        lines.append(_describe_wage(figures, wage))
    if Reason.TOO_FEW_DAYS in why:
        lines.append(_describe_days(figures, days))
    lines.append(_describe_empty() if why else _describe_payable(figures))
    return {"zh": [chinese for chinese, _ in lines], "en": [english for _, english in lines]}


def _describe_floor(figures: _AllowanceParameters) -> tuple[str, str]:
    sum_ = f"{figures.minimum_wage} × {figures.floor_ratio} = {figures.floor}"
    return (
        f"最低实发工资 = 最低工资 × 系数 = {sum_}元",
        f"wage floor = minimum wage × ratio = {sum_} yuan",
    )


def _describe_payable(figures: _AllowanceParameters) -> tuple[str, str]:
    sum_ = f"{figures.minimum_wage} × {figures.allowance_ratio} = {figures.allowance}"
    return (
        f"应发补贴金额 = 最低工资 × 补贴比例 = {sum_}元",
        f"payable subsidy = minimum wage × allowance ratio = {sum_} yuan",
    )


def _describe_wage(figures: _AllowanceParameters, wage: Decimal) -> tuple[str, str]:
    return (
        f"实发工资{wage:.2f}元低于最低实发工资{figures.floor}元",
        f"the wage paid, {wage:.2f} yuan, is below the floor of {figures.floor} yuan",
    )


def _describe_days(figures: _AllowanceParameters, days: int) -> tuple[str, str]:
    return (
        f"出勤{days}天，少于{figures.min_days}天",
        f"{days} days attended are fewer than {figures.min_days}",
    )


def _describe_empty() -> tuple[str, str]:
    return "应发补贴金额为空", "the payable subsidy is empty"


@dataclass(frozen=True, slots=True)
class ReportableTerm:
    """When an internship runs, as far as it is known by now."""

    approved: bool
    starts_on: date
    ends_on: date


def find_month_faults(month: date, today: date) -> Iterable[Fault]:
    """Refuse a month that has not begun (J24)."""
    if month > to_month(today):
        yield fault(Reason.MONTH_IN_FUTURE, "month")


def find_term_faults(term: ReportableTerm, month: date, path: Path) -> Iterable[Fault]:
    """Judge whether an intern has anything to report of a month (J24)."""
    if not term.approved:
        yield fault(Reason.INTERN_NOT_APPROVED, *path, "internId")
    if not is_running_in(term.starts_on, term.ends_on, month):
        dates = {"starts": term.starts_on, "ends": term.ends_on}
        yield fault(Reason.MONTH_NOT_RUN, *path, "internId", month=f"{month:%Y-%m}", **dates)


def find_report_faults(
    term: ReportableTerm,
    month: date,
    days: int,
    wage: Decimal,
    insurance: Decimal,
    path: Path,
    *,
    today: date,
) -> Iterable[Fault]:
    """Judge one intern's row of a month, and tell all that is wrong with it (J24, J25)."""
    yield from find_term_faults(term, month, path)
    most = count_possible_days(term, month, today)
    if not 0 <= days <= most:
        yield fault(Reason.DAYS_OUTSIDE_MONTH, *path, "daysAttended", most=most)
    yield from input_check.find_amount_faults(wage, *path, "wagePaid")
    yield from input_check.find_amount_faults(insurance, *path, "insurancePaid")


def count_possible_days(term: ReportableTerm, month: date, today: date) -> int:
    """Count the days on which the internship ran in a month, in the current one until today (J25).

    Outside its term they are the month's; a month that has not begun has a fault of its own.
    """
    last = compute_month_end(month)
    if not is_running_in(term.starts_on, term.ends_on, month):
        return last.day
    until = min(term.ends_on, today if month == to_month(today) else last)
    return max(0, (until - max(term.starts_on, month)).days + 1)


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.MONTHLY_REPORT,
        table=MonthlyReport,
        noun="reports",
        chinese="月报",
        functions={
            Party.OWNER: Function.FILE_REPORTS,
            Party.REVIEWER: Function.REVIEW_REPORTS,
        },
        transitions={
            Action.SUBMIT: "Submit reports for review (J28). 提交月报",
            Action.WITHDRAW: "Withdraw reports (X1). 撤回月报",
            Action.APPROVE: "Approve reports (J28). 审核通过月报",
            Action.RETURN: "Return reports, with a reason (J28). 退回月报",
            Action.REVOKE: "Revoke approvals, with a reason (J38). 撤销月报",
        },
        plural="monthly reports",
        reviewed_at_once=1000,  # all are judged in a few statements
        moved_together=True,
        is_refusable=False,
    )
)
