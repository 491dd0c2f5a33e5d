"""What records have in common: who submitted and decided, when, why, and what may be done next."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import strawberry

import models
from loaders.key import format_work_item_id
from loaders.related_value import RelatedValue
from rules.kernel import workflow
from rules.kernel.action import Action
from rules.kernel.action_mutation import name_mutations_of
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason
from rules.kernel.value import RegionCode
from schema.kernel.binding import column, derived
from schema.kernel.history import FieldChangeType
from schema.kernel.node import Node


@strawberry.type(description="What the viewer may do to a record, or why not (X4). 可办操作")
class PossibleAction:
    """What the viewer may do."""

    action: Action = column("What may be done. 操作")
    allowed: bool = column("Whether it may be done now. 是否可办")
    reason: Reason | None = column("Why not. 原因代码")
    message: str | None = column("Why not, in words. 说明")
    mutation: str | None = column("The mutation that does it. 对应的接口操作")


def bind_possible_actions(
    record: str | RecordKind,
    rule: Callable[..., Sequence[workflow.PossibleAction]],
    reads: Sequence[str | RelatedValue],
    description: str,
    *,
    served: bool = False,
    policed: bool = False,
) -> Any:
    """Bind a field to what a rule lists of a record, each action with its mutation (X4)."""
    named = name_mutations_of(record, rule)
    return derived(named, reads, description, served=served, policed=policed)


@strawberry.interface(description="A record that is submitted and reviewed. 须审核的记录")
class Reviewed(Node):
    """A record that is submitted and reviewed; what stands behind the last three, it says."""

    status: models.Status = column("Where it stands (X1). 办理状态")
    version: int = column("Its version; a change must name it (X12). 版本")
    submitted_at: datetime | None = column("When it was submitted. 提交时间")
    reviewed_at: datetime | None = column("When it was decided on. 审核时间")
    reason: str | None = column("Why it was returned or refused. 退回或不通过原因")
    created_at: datetime = column("When it was made. 创建时间")
    updated_at: datetime = column("When it last changed. 更新时间")
    region: RegionCode = column("Whose officers decide on it (X21). 受理地区划")
    work_item_id: strawberry.ID = derived(
        format_work_item_id,
        ("unit_id", "id"),
        "The id of its row in `workQueue`, by which a client takes the row out. 待办事项标识",
    )
    changes: list[FieldChangeType] = column(
        "What changed since it was last decided on; what a change request is to change. 变更内容"
    )
    possible_actions: list[PossibleAction] = column("What the viewer may do next (X4). 可办操作")
