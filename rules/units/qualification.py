"""Units' qualifications 单位资质: from when to when they hold (S4, S12)."""

from collections.abc import Iterable
from datetime import date

from models import Qualification
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer


def find_validity_faults(valid_from: date, valid_to: date | None) -> Iterable[Fault]:
    """Refuse a qualification that ends before it begins; without a last day it holds on."""
    if valid_to is not None and valid_to < valid_from:
        yield fault(Reason.DATES_REVERSED, "validTo")


def find_qualification_fault(action: Action, overlapping: bool, *, viewer: Viewer) -> Fault | None:
    """Return why a qualification is not sent or approved: another approved one of its kind holds.

    Of each kind one holds on any day (S4).
    """
    holds = action in {Action.SUBMIT, Action.APPROVE}
    return fault(Reason.QUALIFICATION_OVERLAPS) if holds and overlapping else None


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.QUALIFICATION,
        table=Qualification,
        noun="qualification",
        chinese="单位资质",
        functions={
            Party.OWNER: Function.FILE_QUALIFICATIONS,
            Party.REVIEWER: Function.REVIEW_QUALIFICATIONS,
        },
        transitions={
            Action.SUBMIT: "Submit a qualification for review (S4, S12). 提交单位资质",
            Action.WITHDRAW: "Withdraw a qualification (X1). 撤回单位资质",
            Action.APPROVE: (
                "Approve a qualification: it holds on its days (S4, S12). 审核通过单位资质"
            ),
            Action.RETURN: "Return a qualification, with a reason (X1). 退回单位资质",
            Action.REFUSE: "Refuse a qualification for good (X1). 单位资质不通过",
            Action.REVOKE: "Revoke a qualification: it holds no more (X1). 撤销单位资质",
        },
        plural="qualifications",
    )
)
