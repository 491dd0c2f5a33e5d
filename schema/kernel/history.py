"""History as clients see it (X9)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import Parent

import models
from loaders.statement import Relation
from resolvers.kernel.context import Info
from rules.kernel.claim_title import describe_title
from rules.kernel.function import ANYONE
from rules.kernel.history import (
    FieldChange,
    Subject,
    is_at_counter,
    list_changes_since_decision,
    mask_reason,
    mask_step_name,
    parse_subject,
)
from rules.kernel.step_name import describe_state, describe_step
from rules.kernel.value import RegionCode, RowId
from rules.kernel.viewer import Viewer
from schema.kernel.binding import (
    column,
    computed_from_children,
    derived,
    identity,
    one,
    page,
    polymorphic_one,
    resolved_by,
)
from schema.kernel.change_label import label_changes, list_changes_of_step
from schema.kernel.listing import (
    BY_AGE,
    FIRST_STEP,
    HAPPENED_FROM,
    HAPPENED_TO,
    LAST_STEP,
    SUBJECT,
    RecordOrder,
)
from schema.kernel.node import Node, node, record_type

if TYPE_CHECKING:
    from schema.units.unit import Unit

RELATION_BY_SUBJECT = models.History.relations() | {Subject.UNIT.value: models.History.unit}
"""What an entry may lead to."""


async def load_record_before(change: Parent[FieldChange], info: Info) -> Any:
    """Find the record that the old value names, for those who may see it. 原关联记录."""
    return await _find_named_record(change.before, info)


async def load_record_after(change: Parent[FieldChange], info: Info) -> Any:
    """Find the record that the new value names, for those who may see it. 新关联记录."""
    return await _find_named_record(change.after, info)


async def _find_named_record(value: str | None, info: Info) -> Any:
    return None if value is None else await node(info, RowId(value))


@strawberry.type(name="FieldChange", description="One field's old and new value. 字段变更")
class FieldChangeType:
    """One field's old and new value; a sealed one shows neither."""

    field: str = column("Which field. 字段")
    field_name: str = column("What it is called, in the client's language. 字段名称")
    before: str | None = column("The old value. 原值")
    after: str | None = column("The new value. 新值")
    before_label: str | None = column(
        "The old value in words, in the client's language; empty where it names a record. 原值名称"
    )
    after_label: str | None = column(
        "The new value in words, in the client's language; empty where it names a record. 新值名称"
    )
    before_record: Node | None = resolved_by(load_record_before, ANYONE)
    after_record: Node | None = resolved_by(load_record_after, ANYONE)


@strawberry.interface(description="A step that was taken with a record (X9). 操作步骤")
class HistoryEntry:
    """A step that was taken with a record; what stands behind the account, each history says."""

    id: strawberry.ID = identity()
    subject: Subject = derived(
        parse_subject, ("record",), "What kind of record it is about. 事项类别", known_as="kind"
    )
    title: str | None = derived(
        describe_title,
        ("title",),
        "What the record is called: a name, a month, a claim's unit and kind, a unit. 事项名称",
    )
    action: str = column("What was done. 操作")
    action_name: str = derived(
        describe_step,
        ("action", "record"),
        "What was done, in the client's language. 操作名称",
    )
    from_status: str | None = column("The state before. 原状态")
    from_status_name: str | None = derived(
        describe_state,
        ("from_status",),
        "The state before, in the client's language. 原状态名称",
    )
    to_status: str | None = column("The state after. 新状态")
    to_status_name: str | None = derived(
        describe_state,
        ("to_status",),
        "The state after, in the client's language. 新状态名称",
    )
    reason: str | None = derived(
        mask_reason, ("reason",), "Why; a person is not told what unit and office wrote. 原因"
    )
    at: datetime = column("When. 时间")
    account_name: str = column("Who. 经办人")
    changes: list[FieldChangeType] = derived(
        list_changes_of_step, ("changes", "record"), "What changed, field by field. 变更内容"
    )


@record_type("Who did what to a record, when and why (X9). 操作记录")
class History(Node, HistoryEntry):
    """Who did what to a record."""

    table = models.History

    role: models.Role = column("As what. 角色")
    at_counter: bool = derived(
        is_at_counter, ("changes",), "Whether an officer did it at the counter (X17). 是否柜台代办"
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] | None = one(
        models.History.unit, "Whose record it is, for those who may see it. 单位"
    )
    record: Node | None = polymorphic_one(
        "record",
        RELATION_BY_SUBJECT,
        "The record, where it still is and for those who may see it. 业务记录",
    )


@record_type("Who did what to a record of an office, when and why (X9). 机构操作记录")
class OfficeHistory(Node, HistoryEntry):
    """Who did what to a record that no unit owns."""

    table = models.OfficeHistory

    region: RegionCode = column("Whose office it is. 行政区划")
    account_name: str = derived(
        mask_step_name,
        ("account_name", "account_id", "holder_id", "region"),
        "Who; masked for who does not see the region. 经办人",
    )
    role: models.Role | None = column("As what; nobody's where anybody may do it. 角色")
    record: Node | None = polymorphic_one(
        "record",
        models.OfficeHistory.relations(),
        "The record, for those who may see it. 业务记录",
    )


def history(table: type[models.Base]) -> Any:
    """Bind a field to what happened to a table's record."""
    return page(
        models.History.relation_to(table),
        "What happened to the record, newest first (X9). 操作记录",
        orders=BY_AGE,
        order_type=RecordOrder,
    )


HAPPENED = "What happened to the record, newest first (X9). 操作记录"


def office_history(table: type[models.Base], description: str = HAPPENED) -> Any:
    """Bind a field to what happened to a record that no unit owns."""
    return page(
        models.OfficeHistory.relation_to(table),
        description,
        orders=BY_AGE,
        order_type=RecordOrder,
    )


def changes(table: type[models.Base]) -> Any:
    """Bind a field to what changed of a table's record since it was decided on."""

    def list_since(
        entries: Iterable[tuple[str, Mapping[str, str | Sequence[str]]]], *, viewer: Viewer
    ) -> Sequence[FieldChange]:
        return label_changes(list_changes_since_decision(entries, viewer=viewer), table, viewer)

    return computed_from_children(
        models.History.relation_to(table),
        list_since,
        ("action", "changes"),
        "What changed since it was last decided on, field by field (X9). 审核后修改内容",
    )


def timeline(relation: Relation, description: str) -> Any:
    """Bind a field to everything that happened to a unit or a person (item 11)."""
    return page(
        relation,
        description,
        orders=(LAST_STEP, FIRST_STEP),
        filters=(SUBJECT, HAPPENED_FROM, HAPPENED_TO),
        order_type=RecordOrder,
    )
