"""Reductions 减员申请: when an internship may end, and why (J19-J23)."""

from collections.abc import Iterable
from datetime import date

from models import Reduction
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault


def find_end_date_faults(starts_on: date, ends_on: date, ended_on: date) -> Iterable[Fault]:
    """Judge the last day: within the term that was planned (J19)."""
    if ended_on < starts_on:
        yield fault(Reason.END_BEFORE_START, "endedOn", starts=starts_on)
    if ended_on > ends_on:
        yield fault(Reason.END_AFTER_TERM, "endedOn", ends=ends_on)


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.REDUCTION,
        table=Reduction,
        noun="reduction",
        chinese="减员申请",
        functions={
            Party.OWNER: Function.FILE_INTERNS,
            Party.REVIEWER: Function.REVIEW_INTERNS,
        },
        transitions={
            Action.SUBMIT: "Submit a reduction for review (J23). 提交减员申请",
            Action.WITHDRAW: "Withdraw a reduction (X1). 撤回减员申请",
            Action.APPROVE: (
                "Approve a reduction: the internship has ended (J23, J39). 审核通过减员申请"
            ),
            Action.RETURN: "Return a reduction, with a reason (X1). 退回减员申请",
            Action.REFUSE: "Refuse a reduction for good (X1). 减员申请不通过",
            Action.REVOKE: "Revoke a reduction: the internship goes on (X1). 撤销减员申请",
        },
        plural="reductions",
    )
)
