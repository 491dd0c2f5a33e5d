"""Interns 见习人员: their term, and the conditions of their category (J15, J17, J23)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models import Education, Intern, InternCategory
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.identity import compute_age
from rules.kernel.month import add_months, compute_term_end, to_month
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault

COLLEGE_EDUCATIONS = (
    Education.JUNIOR_COLLEGE,
    Education.BACHELOR,
    Education.MASTER,
    Education.DOCTOR,
)
VOCATIONAL_EDUCATIONS = (Education.SECONDARY_VOCATIONAL, Education.TECHNICAL_SCHOOL)


@dataclass(frozen=True, slots=True)
class ProposedTerm:
    """When an agreement was signed, and from when to when the internship is to run."""

    agreed_on: date
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecords:
    """What is on file of a person, as far as a category asks for it (J17, X13)."""

    birth_date: date
    education: Education | None
    graduated_on: date | None
    insured_months: Sequence[date] = ()
    unemployed: Sequence[tuple[date, date | None]] = ()


MAX_MONTHS_AGREED_BEFORE = 12
"""So many months before an internship begins its agreement may have been signed."""


def find_term_faults(
    proposed: ProposedTerm, region: str, today: date, policy: Policy
) -> Iterable[Fault]:
    """Judge an internship's dates (J15, J23)."""
    if proposed.agreed_on > today:
        yield fault(Reason.DATE_IN_FUTURE, "agreedOn")
    if proposed.agreed_on < add_months(proposed.starts_on, -MAX_MONTHS_AGREED_BEFORE):
        yield fault(Reason.DATE_TOO_EARLY, "agreedOn", months=MAX_MONTHS_AGREED_BEFORE)
    if proposed.agreed_on > proposed.starts_on:
        yield fault(Reason.AGREED_AFTER_START, "agreedOn")
    if proposed.ends_on < proposed.starts_on:
        yield fault(Reason.DATES_REVERSED, "endsOn")
    months = policy.get_integer("internship.max_months", region, proposed.starts_on)
    if proposed.ends_on > compute_term_end(proposed.starts_on, months):
        yield fault(Reason.TERM_TOO_LONG, "endsOn", months=months)


def find_category_faults(
    category: InternCategory, known: PersonRecords, agreed_on: date, region: str, policy: Policy
) -> Iterable[Fault]:
    """Judge a category's conditions on the day of the agreement (J17)."""
    match category:
        case InternCategory.GRADUATE:
            yield from _find_graduate_faults(known, agreed_on, region, policy)
        case InternCategory.SECONDARY_VOCATIONAL:
            yield from _find_vocational_faults(known, agreed_on)
        case InternCategory.UNEMPLOYED_YOUTH:
            yield from _find_youth_faults(known, agreed_on, region, policy)


def _find_graduate_faults(
    known: PersonRecords, on: date, region: str, policy: Policy
) -> Iterable[Fault]:
    years = policy.get_integer("internship.graduate_window_years", region, on)
    left = known.graduated_on
    fresh = left is not None and left <= on <= add_months(left, 12 * years)
    if known.education not in COLLEGE_EDUCATIONS or not fresh:
        yield fault(Reason.NOT_A_GRADUATE, "category", years=years)
    earlier = [month for month in known.insured_months if month <= to_month(on)]
    if earlier:
        yield fault(Reason.INSURED, "category", month=f"{max(earlier):%Y-%m}")


def _find_vocational_faults(known: PersonRecords, on: date) -> Iterable[Fault]:
    left = known.graduated_on
    if known.education not in VOCATIONAL_EDUCATIONS or left is None or left > on:
        yield fault(Reason.NOT_VOCATIONAL, "category")


def _find_youth_faults(
    known: PersonRecords, on: date, region: str, policy: Policy
) -> Iterable[Fault]:
    span = policy.get_span("internship.youth_age", region, on)
    age = compute_age(known.birth_date, on)
    if not span.first <= age <= span.last:
        yield fault(Reason.AGE_OUTSIDE, "category", age=age, range=f"{span.first}-{span.last}")
    if not any(since <= on and (until is None or on <= until) for since, until in known.unemployed):
        yield fault(Reason.NOT_REGISTERED_UNEMPLOYED, "category")
    if to_month(on) in known.insured_months:
        yield fault(Reason.INSURED, "category", month=f"{on:%Y-%m}")


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.INTERN,
        table=Intern,
        noun="intern",
        chinese="见习人员",
        functions={
            Party.OWNER: Function.FILE_INTERNS,
            Party.REVIEWER: Function.REVIEW_INTERNS,
        },
        transitions={
            Action.SUBMIT: "Submit an intern for review (J18). 提交见习人员",
            Action.WITHDRAW: "Withdraw an intern (X1). 撤回见习人员",
            Action.APPROVE: "Approve an intern (J18). 审核通过见习人员",
            Action.RETURN: "Return an intern, with a reason (J18). 退回见习人员",
            Action.REFUSE: "Refuse an intern for good (J18). 见习人员不通过",
            Action.REVOKE: "Revoke an intern's approval (X1). 撤销见习人员",
        },
        plural="interns",
        is_changed_by_request=True,
    )
)
