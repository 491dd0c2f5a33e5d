"""Posts 岗位 (J10, J11)."""

from collections.abc import Iterable
from decimal import Decimal

from models import Post, Status
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault

MAX_HEADCOUNT = 10_000


def find_figure_faults(headcount: int, monthly_wage: Decimal) -> Iterable[Fault]:
    """Judge a post's figures (J10)."""
    yield from input_check.find_range_faults(headcount, 1, MAX_HEADCOUNT, "headcount")
    yield from input_check.find_amount_faults(monthly_wage, "monthlyWage")


def find_place_fault(status: Status, *, is_there: bool) -> Fault | None:
    """Return why nobody does an internship at a post; None where they may (J10, J15).

    A closed one takes nobody new; who `is_there` already goes on.
    """
    if status is Status.APPROVED or (status is Status.CLOSED and is_there):
        return None
    closed = status is Status.CLOSED
    return fault(Reason.POST_CLOSED if closed else Reason.POST_NOT_APPROVED)


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.POST,
        table=Post,
        noun="post",
        chinese="岗位",
        functions={
            Party.OWNER: Function.FILE_POSTS,
            Party.REVIEWER: Function.REVIEW_POSTS,
        },
        transitions={
            Action.SUBMIT: "Submit a post, where posts are reviewed (J10, X1). 提交岗位",
            Action.WITHDRAW: "Withdraw a post (X1). 撤回岗位",
            Action.APPROVE: "Approve a post, where posts are reviewed (X1). 通过岗位",
            Action.RETURN: "Return a post, with a reason (X1). 退回岗位",
            Action.REFUSE: "Refuse a post for good (X1). 岗位不通过",
            Action.REVOKE: "Revoke a post's approval (X1). 撤销岗位",
            Action.CLOSE: (
                "Close a filled post: the board shows it no more, its interns stay (J10). 关闭岗位"
            ),
            Action.REOFFER: "Take interns at a closed post again (J10). 重新开放岗位",
        },
        plural="posts",
        is_changed_by_request=True,
    )
)
