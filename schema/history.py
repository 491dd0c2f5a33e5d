"""History as clients see it (X9)."""

from datetime import datetime
from typing import Any

import strawberry

import models
from loaders.statement import Relation
from rules.history import changes_of
from schema.binding import column, derived, page
from schema.listing import BY_AGE, RecordOrder
from schema.node import Node, record


@strawberry.type(name="FieldChange", description="One field's old and new value. 字段变更")
class FieldChangeType:
    """One field's old and new value; a sealed one shows neither."""

    field: str = column("Which field. 字段")
    before: str | None = column("The old value. 原值")
    after: str | None = column("The new value. 新值")


@record("Who did what to a record, when and why (X9). 操作记录")
class History(Node):
    """Who did what to a record."""

    table = models.History

    action: str = column("What was done. 操作")
    from_status: str | None = column("The state before. 原状态")
    to_status: str | None = column("The state after. 新状态")
    reason: str | None = column("Why. 原因")
    at: datetime = column("When. 时间")
    account_name: str = column("Who. 经办人")
    role: models.Role = column("As what. 角色")
    changes: list[FieldChangeType] = derived(
        changes_of, ("changes",), "What changed, field by field. 变更内容"
    )


def history(relation: Relation) -> Any:
    """Bind a field to what happened to a record."""
    return page(
        relation,
        "What happened to the record, newest first (X9). 操作记录",
        orders=BY_AGE,
        order_type=RecordOrder,
    )
