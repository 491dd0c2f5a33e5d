"""Requests to change what is approved 变更申请: when one is stale, and from when a post counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from models import ChangeRequest, DocumentKind
from rules.files.attachment import RequiredDocument
from rules.internship.early_end import ReportOutcome, ReportState, evaluate_report
from rules.internship.monthly_report import ReportableTerm
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.month import to_month
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, build_refusal, fault
from rules.kernel.viewer import Language

RecordValues = Mapping[str, object]
Post = TypeVar("Post")


def build_rename_proof(language: Language, *, attached: bool) -> RequiredDocument:
    """Name the document that another name of a unit takes, and say whether there is any (J7)."""
    chinese = language is Language.ZH
    return RequiredDocument(
        kind=DocumentKind.BUSINESS_LICENCE,
        name="变更后的营业执照或登记机关的更名证明"
        if chinese
        else "the new licence, or the registrar's confirmation",
        attached=attached,
    )


def require_current_base(base: RecordValues, now: RecordValues) -> None:
    """Refuse to decide on values that are no longer those the request was made against (X16)."""
    if base != now:
        raise build_refusal(Reason.CHANGE_STALE)


def require_changes(base: RecordValues, wanted: RecordValues) -> Mapping[str, Sequence[object]]:
    """List what would change, each with its old value and its new one (X16)."""
    found = {name: [base[name], value] for name, value in wanted.items() if base[name] != value}
    if not found:
        raise build_refusal(Reason.CHANGE_NOTHING)
    return found


def find_effective_date_faults(
    moves: bool, on: date | None, starts_on: date, ends_on: date, since: Sequence[date]
) -> Iterable[Fault]:
    """Judge the first day at another post: in the term, after the last time it changed (J40)."""
    first = max([starts_on, *since])
    if moves and on is None:
        yield fault(Reason.CHANGE_DATE_MISSING, "takesEffectOn")
    if not moves and on is not None:
        yield fault(Reason.CHANGE_DATE_NEEDLESS, "takesEffectOn")
    if moves and on is not None and not first <= on <= ends_on:
        yield fault(Reason.CHANGE_DATE_OUTSIDE, "takesEffectOn", first=first, last=ends_on)


def find_reported_month_faults(
    reports: Iterable[ReportState], term: ReportableTerm, today: date
) -> Iterable[Fault]:
    """Refuse a term that months already reported don't fit into (X16, J24)."""
    months = sorted({r.month for r in reports if not _is_fitting(r, term, today)})
    if months:
        yield fault(Reason.MONTHS_REPORTED, months=", ".join(f"{m:%Y-%m}" for m in months))


def _is_fitting(report: ReportState, term: ReportableTerm, today: date) -> bool:
    early = report.month < to_month(term.starts_on)
    return not early and evaluate_report(report, term, today) is ReportOutcome.STANDS


def find_post_in_month(
    assigned: Iterable[tuple[date, Post]], month: date, starts_on: date, otherwise: Post
) -> Post:
    """Return at which post an intern worked in a month: where they were on its first day (J40).

    The month in which an internship begins goes by that day; one who never moved has no
    assignments, and is `otherwise`'s.
    """
    first_day = max(to_month(month), starts_on)
    in_order = sorted(assigned, key=lambda pair: pair[0])
    held = [post for since, post in in_order if since <= first_day]
    return held[-1] if held else in_order[0][1] if in_order else otherwise


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.CHANGE_REQUEST,
        table=ChangeRequest,
        noun="change request",
        chinese="变更申请",
        functions={
            Party.OWNER: Function.FILE_CHANGES,
            Party.REVIEWER: Function.REVIEW_CHANGES,
        },
        transitions={
            Action.SUBMIT: "Submit a change request (X16). 提交变更申请",
            Action.WITHDRAW: "Withdraw a change request (X1). 撤回变更申请",
            Action.APPROVE: (
                "Approve a change: all its values count from now on (X16). 审核通过变更申请"
            ),
            Action.RETURN: "Return a change request, with a reason (X1). 退回变更申请",
            Action.REFUSE: "Refuse a change for good (X1). 变更申请不通过",
        },
        plural="change requests",
        is_revocable=False,
    )
)
