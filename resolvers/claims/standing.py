"""What a claim's lines and their publicities say of it, for possible actions (X4, X15)."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    distinct,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from loaders.filter import Columns
from loaders.related_value import RelatedValue, is_one_of
from models import (
    BankAccount,
    Claim,
    ClaimedReport,
    ClaimKind,
    ClaimLine,
    Intern,
    LineState,
    MonthlyReport,
    Objection,
    Publicity,
    PublicityLine,
    PublicityOutcome,
    Status,
    Trainee,
    TraineeOutcome,
    TrainingClass,
    Unit,
)
from rules.claims.claim import (
    has_publicity,
    is_training,
    parse_attended,
    parse_line_counts,
    parse_payable_kinds,
    parse_publicity_counts,
)
from rules.claims.claim_line import FINANCE_STATES
from rules.kernel.action import Action
from rules.payment.ad_hoc_actions import PAYABLE_STATES
from rules.payment.payee import has_former_names, parse_named_accounts
from rules.payment.publicity import PUBLISHABLE_STATUSES


def _count_if(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(and_(*conditions))


def _find_lines(own: Columns) -> Select[Any]:
    """Count a claim's lines by how they stand, in one text."""
    line = ClaimLine.__table__.alias("l")
    is_open = is_one_of(line.c.state, [LineState.OPEN])
    payable = is_one_of(line.c.state, [LineState.PAYABLE])
    sent_back = line.c.reason.is_not(None) & is_one_of(own["status"], PUBLISHABLE_STATUSES)
    undecided = is_one_of(own["status"], (Status.DRAFT, Status.RETURNED, Status.SUBMITTED))
    counts = (
        _count_if(is_open, not_(sent_back)),
        _count_if(is_open, sent_back),
        _count_if(is_one_of(line.c.state, [LineState.IN_PUBLICITY])),
        _count_if(payable, line.c.account_proposed_by.is_not(None)),
        _count_if(or_(is_one_of(line.c.state, FINANCE_STATES), _is_supplement_out(line.c))),
        _count_if(undecided, is_open, line.c.supplements_id.is_(None), _is_barred(own, line.c)),
        _count_if(line.c.supplements_id.is_not(None)),
        _count_if(undecided, is_open, _is_unapproved(line.c)),
    )
    of_claim = line.c.unit_id == own["unit_id"], line.c.claim_id == own["id"]
    return select(func.concat_ws(" ", *counts)).select_from(line).where(*of_claim)


def _find_payable_kinds(own: Columns) -> Select[Any]:
    """Find who confirmed payable lines' accounts, which wait for a trainee, where they are paid.

    The account is named where the unit's is judged before a payment is made (X8, S29, X19).
    What is in a batch may turn out to be paid otherwise: it can be marked as disbursed (S19).
    """
    line = ClaimLine.__table__.alias("l")
    by = func.coalesce(cast(line.c.account_confirmed_by, Text), "")
    waits = func.left(cast(_is_uncompleted(line.c), Text), literal_column("1"))
    account = case((_is_paid_to_unit(line.c), cast(_choose_account(own, line.c), Text)), else_="")
    told = func.string_agg(
        distinct(func.concat(by, ":", waits, ":", account)), literal_column("' '")
    )
    return select(told).where(
        line.c.unit_id == own["unit_id"],
        line.c.claim_id == own["id"],
        is_one_of(line.c.state, PAYABLE_STATES[Action.MARK_DISBURSED]),
        line.c.account_proposed_by.is_(None),
    )


def _is_paid_to_unit(line: Columns) -> ColumnElement[bool]:
    """Tell whether a line is payable into an account of the unit's."""
    return and_(is_one_of(line["state"], [LineState.PAYABLE]), line["payee_name"].is_(None))


def _choose_account(own: Columns, line: Columns) -> ColumnElement[Any]:
    return func.coalesce(line["account_id"], own["bank_account_id"])


def _find_accounts(own: Columns) -> Select[Any]:
    """Find in whose names the accounts of payable lines stand, and the unit's names (J7)."""
    line, unit = ClaimLine.__table__.alias("l"), Unit.__table__.alias("u")
    account = BankAccount.__table__.alias("b")
    of_line = and_(
        account.c.unit_id == line.c.unit_id, account.c.id == _choose_account(own, line.c)
    )
    named = func.jsonb_build_array(account.c.account_name, account.c.holder)
    told = func.jsonb_build_array(
        unit.c.name,
        unit.c.former_names,
        unit.c.region,
        func.jsonb_object_agg(cast(account.c.id, Text), named),
    )
    return (
        select(cast(told, Text))
        .select_from(line.join(account, of_line).join(unit, unit.c.id == line.c.unit_id))
        .where(
            line.c.unit_id == own["unit_id"],
            line.c.claim_id == own["id"],
            _is_paid_to_unit(line.c),
        )
        .group_by(unit.c.id)
    )


def _is_supplement_out(line: Columns) -> ColumnElement[bool]:
    """Tell whether the bank has what was paid besides a line, or had it (X1, X20)."""
    more = ClaimLine.__table__.alias("p")
    of_line = more.c.unit_id == line["unit_id"], more.c.supplements_id == line["id"]
    out = is_one_of(more.c.state, FINANCE_STATES)
    return select(more.c.id).where(*of_line, out).correlate_except(more).exists()


def _is_unapproved(line: Columns) -> ColumnElement[bool]:
    intern = Intern.__table__.alias("i")
    of_line = intern.c.unit_id == line["unit_id"], intern.c.id == line["intern_id"]
    unapproved = not_(is_one_of(intern.c.status, [Status.APPROVED]))
    monthly = is_one_of(line["claim_kind"], [ClaimKind.LIVING_ALLOWANCE])
    return (
        select(intern.c.id).where(monthly, *of_line, unapproved).correlate_except(intern).exists()
    )


def _is_uncompleted(line: Columns) -> ColumnElement[bool]:
    trainee = Trainee.__table__.alias("t")
    of_line = trainee.c.unit_id == line["unit_id"], trainee.c.id == line["trainee_id"]
    open_ = is_one_of(trainee.c.outcome, [TraineeOutcome.OPEN])
    return select(trainee.c.id).where(*of_line, open_).correlate_except(trainee).exists()


def _find_class(own: Columns) -> Select[Any]:
    """Find where and when the class of a claim for training opened, in one text (X21)."""
    attended = TrainingClass.__table__.alias("k")
    of_claim = attended.c.unit_id == own["unit_id"], attended.c.id == own["class_id"]
    day = cast(attended.c.opens_on, Text)
    told = func.concat_ws(" ", attended.c.place, day, attended.c.status)
    return select(told).where(*of_claim)


def _is_barred(own: Columns, line: Columns) -> ColumnElement[bool]:
    """Tell whether a line of the unit bars a line's person from the same thing (X15).

    What the same thing is, `line_subject.LineSubject.is_same_thing` says.
    """
    other, claim = ClaimLine.__table__.alias("o"), Claim.__table__.alias("c")
    of_other = and_(claim.c.unit_id == other.c.unit_id, claim.c.id == other.c.claim_id)
    months = [_select_months(each, f"{n}") for n, each in enumerate((line, other.c))]
    shared = months[0].intersect(months[1])
    same = or_(
        and_(
            not_(is_one_of(line["claim_kind"], [ClaimKind.LIVING_ALLOWANCE])),
            other.c.employer_code.is_not_distinct_from(line["employer_code"]),
            claim.c.course_code.is_not_distinct_from(own["course_code"]),
        ),
        shared.exists(),
    )
    return (
        select(other.c.id)
        .select_from(other.join(claim, of_other))
        .where(
            other.c.unit_id == line["unit_id"],
            other.c.claim_kind == line["claim_kind"],
            other.c.person_id == line["person_id"],
            other.c.barred,
            same,
        )
        .correlate_except(other, claim)
        .exists()
    )


def _select_months(line: Columns, name: str) -> Select[Any]:
    """Read the months that a line stands on, or stood on before it was struck."""
    held = ClaimedReport.__table__.alias(f"h{name}")
    report = MonthlyReport.__table__.alias(f"m{name}")
    of_line = held.c.unit_id == line["unit_id"], held.c.line_id == line["id"]
    reported = and_(report.c.unit_id == held.c.unit_id, report.c.id == held.c.report_id)
    found = select(report.c.month).select_from(held.join(report, reported)).where(*of_line)
    return found.correlate_except(held, report)


def _find_publicity(own: Columns) -> Select[Any]:
    """Find when the first publicity ends that nobody objects to, and what is objected to others.

    Publisher by publisher: where that is decided they don't record the result (X2).
    """
    line = ClaimLine.__table__.alias("l")
    shown, notice = PublicityLine.__table__.alias("s"), Publicity.__table__.alias("n")
    of_line = and_(shown.c.unit_id == line.c.unit_id, shown.c.line_id == line.c.id)
    waits, upheld = (
        _is_objected(shown.c, status) for status in (Status.SUBMITTED, Status.APPROVED)
    )
    free = func.min(shown.c.last_day).filter(not_(waits), not_(upheld))
    counted = (
        func.coalesce(cast(free, Text), "-").label("last_day"),
        _count_if(waits, not_(upheld)).label("disputed"),
    )
    by_publisher = (
        select(notice.c.published_by, *counted)
        .select_from(line.join(shown, of_line).join(notice, notice.c.id == shown.c.publicity_id))
        .where(
            line.c.unit_id == own["unit_id"],
            line.c.claim_id == own["id"],
            is_one_of(line.c.state, [LineState.IN_PUBLICITY]),
            is_one_of(shown.c.outcome, [PublicityOutcome.PENDING]),
        )
        .group_by(notice.c.published_by)
        .correlate_except(line, shown, notice)
        .lateral("g")
    )
    told = func.concat_ws(" ", *by_publisher.c)
    return select(func.string_agg(told, literal_column("','")))


def _is_objected(shown: Columns, status: Status) -> ColumnElement[bool]:
    """Tell whether an objection to a published line, or to all of its list, stands so."""
    other = Objection.__table__.alias(f"o{status.lower()}")
    about = or_(other.c.publicity_line_id.is_(None), other.c.publicity_line_id == shown["id"])
    of_list = other.c.publicity_id == shown["publicity_id"]
    found = select(other.c.id).where(of_list, about, is_one_of(other.c.status, [status]))
    return found.correlate_except(other).exists()


ATTENDED = RelatedValue(_find_class, parse_attended, is_training)
PAYABLE_KINDS = RelatedValue(_find_payable_kinds, parse_payable_kinds)
ACCOUNTS = RelatedValue(_find_accounts, parse_named_accounts, has_former_names)
LINES = RelatedValue(_find_lines, parse_line_counts)
PUBLICITY = RelatedValue(_find_publicity, parse_publicity_counts, has_publicity)
