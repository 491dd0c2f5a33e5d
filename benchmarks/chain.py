"""The measured database's interns, monthly reports, claims and their lines."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import orjson

from benchmarks import scale
from benchmarks.register import Row, masked_id, person_name, region_of
from benchmarks.scale import later, made
from models import ClaimKind, InternCategory, LineState, Status
from rules.internship.monthly_report import ReportAssessment, assess_report
from rules.kernel.explanation import build_line_explanation
from rules.kernel.parameter import Policy

_CATEGORIES = tuple(InternCategory)
_WAGES = tuple(map(Decimal, ("3480.00", "3600.50", "3100.00", "3810.25")))
_CLAIM_STATES = (Status.SUBMITTED, Status.APPROVED, Status.DISBURSED, Status.RETURNED)
INTERNS = scale.UNITS * scale.INTERNS_EACH


def start_of(intern: int) -> date:
    """Tell in which month an internship begins."""
    return scale.START_MONTHS[intern // 7 % len(scale.START_MONTHS)]


def reports_of(intern: int) -> int:
    """Tell how many reports an intern has."""
    return scale.MONTHS[intern % len(scale.MONTHS)]


def interns() -> Iterator[Row]:
    """Give each unit its interns."""
    for n in range(INTERNS):
        unit = n // scale.INTERNS_EACH
        starts_on = start_of(n)
        yield {
            "unit_id": made("unit", unit),
            "id": made("intern", n),
            "region": region_of(unit),
            "person_id": made("person", n),
            "post_id": made("post", post_of(n)),
            "name": person_name(n),
            "id_number_masked": masked_id(n),
            "category": _CATEGORIES[n % len(_CATEGORIES)].value,
            "agreed_on": starts_on - timedelta(days=5),
            "starts_on": starts_on,
            "ends_on": later(starts_on, 12) - timedelta(days=1),
            "status": Status.APPROVED.value,
            "submitted_by": made("account", unit),
        }


def post_of(intern: int) -> int:
    """Tell at which post an intern works."""
    return intern // scale.INTERNS_EACH * scale.POSTS_EACH + intern % scale.POSTS_EACH


def report_number(intern: int, month: int) -> int:
    """Give a report's number: they come in month by month."""
    return month * INTERNS + intern


def is_draft(month: int) -> bool:
    """Tell whether a report still waits to be submitted: the last month's do."""
    return month == max(scale.MONTHS) - 1


class Figures:
    """What a month comes to, computed by the rules, once for equal months."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    @cache  # noqa: B019 - lives as long as the preparation
    def of(
        self, category: str, region: str, month: date, wage: Decimal
    ) -> tuple[ReportAssessment, str]:
        """Judge a month, and spell what is kept of it."""
        found = assess_report(category, region, month, 22, wage, self._policy)
        return found, orjson.dumps(dict(found.explanation)).decode()

    @cache  # noqa: B019
    def line_of(self, category: str, region: str, month: date) -> str:
        """Spell how a claim's line comes about."""
        policy = self._policy.new_usage_recorder()
        found = assess_report(category, region, month, 22, _WAGES[0], policy)
        paid = [(month, found.payable)] if found.payable is not None else []
        return orjson.dumps(dict(build_line_explanation(paid, policy.used))).decode()


def monthly_reports(figures: Figures) -> Iterator[Row]:
    """Give the reports, month by month and unit by unit, as they come in."""
    for month in range(max(scale.MONTHS)):
        for intern in range(INTERNS):
            if month < reports_of(intern):
                yield _report(intern, month, figures)


def _report(intern: int, month: int, figures: Figures) -> Row:
    unit = intern // scale.INTERNS_EACH
    first = later(start_of(intern), month)
    wage = _WAGES[(intern + month) % len(_WAGES)]
    category = _CATEGORIES[intern % len(_CATEGORIES)].value
    found, spelled = figures.of(category, region_of(unit), first, wage)
    draft = is_draft(month)
    return {
        "unit_id": made("unit", unit),
        "id": made("report", report_number(intern, month)),
        "region": region_of(unit),
        "intern_id": made("intern", intern),
        "person_id": made("person", intern),
        "post_id": made("post", post_of(intern)),
        "month": first,
        "days_attended": 22,
        "wage_paid": wage,
        "insurance_paid": Decimal("412.30"),
        "remarks": None,
        "payable_subsidy": found.payable,
        "assessment": spelled,
        "status": (Status.DRAFT if draft else Status.APPROVED).value,
        "submitted_by": None if draft else made("account", unit),
        "submitted_at": None if draft else _submitted_at(first, intern),
        "reviewed_at": None if draft else _submitted_at(first, intern) + REVIEW_TIME,
    }


REVIEW_TIME = timedelta(days=3)


def _submitted_at(month: date, number: int) -> datetime:
    """Say when something of a month was submitted: minute by minute after its end."""
    return datetime(month.year, month.month, 28, tzinfo=UTC) + timedelta(minutes=number % 20_000)


def claims() -> Iterator[Row]:
    """Give the claims, by turns from all units; one in ten is for mentoring."""
    for n in range(scale.UNITS * scale.CLAIMS_EACH):
        unit = scale.unit_of_claim(n)
        yield {
            "unit_id": made("unit", unit),
            "id": made("claim", n),
            "region": region_of(unit),
            "kind": _kind_of(n),
            "month": _month_of(n),
            "year": None if _month_of(n) else 2025,
            "bank_account_id": made("bank account", unit),
            "amount": Decimal("1272.00") * scale.LINES_EACH,
            "parameters": "[]",
            "status": _status_of(n),
            "submitted_by": made("account", unit),
            "submitted_at": _submitted_at(date(2025, 6, 1), n),
        }


def _kind_of(claim: int) -> str:
    living = claim // len(scale.DISTRICTS) % 10 != 9
    return (ClaimKind.LIVING_ALLOWANCE if living else ClaimKind.MENTORING).value


def _month_of(claim: int) -> date | None:
    return date(2025, 6, 1) if _kind_of(claim) == ClaimKind.LIVING_ALLOWANCE else None


def _status_of(claim: int) -> str:
    return _CLAIM_STATES[claim // len(scale.DISTRICTS) % len(_CLAIM_STATES)].value


def claim_lines(figures: Figures) -> Iterator[Row]:
    """Give each claim its lines, for interns of the same unit."""
    for n in range(scale.UNITS * scale.CLAIMS_EACH):
        unit = scale.unit_of_claim(n)
        begin = n // scale.UNITS * scale.LINES_EACH
        for k in range(scale.LINES_EACH):
            intern = unit * scale.INTERNS_EACH + (begin + k) % scale.INTERNS_EACH
            category = _CATEGORIES[intern % len(_CATEGORIES)].value
            yield {
                "unit_id": made("unit", unit),
                "id": made("line", n * scale.LINES_EACH + k),
                "region": region_of(unit),
                "claim_id": made("claim", n),
                "claim_kind": _kind_of(n),
                "claim_status": _status_of(n),
                "claim_month": _month_of(n),
                "unit_name": f"吉林省第{unit + 1}有限公司",
                "person_id": made("person", intern),
                "intern_id": made("intern", intern),
                "state": LineState.OPEN.value,
                "amount": Decimal("1272.00"),
                "explanation": figures.line_of(category, region_of(unit), date(2025, 6, 1)),
            }
