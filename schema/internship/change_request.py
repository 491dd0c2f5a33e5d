from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from resolvers.internship import standing
from resolvers.internship.change_request import load_request_documents
from rules.internship.standing import find_requested_fault
from rules.kernel.history import FieldChange, list_changes
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Day, RegionCode
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import bar_participants, make_actions_rule
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
)
from schema.kernel.binding import (
    column,
    deprecate_field,
    derived,
    one,
    polymorphic_one,
    resolved_by,
)
from schema.kernel.change_label import label_changes
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, history
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.internship.declaration import Declaration
    from schema.internship.intern import Intern
    from schema.internship.post import Post
    from schema.units.unit import Unit


def list_requested_changes(
    changes: Mapping[str, str | Sequence[str]], record: models.ChangeableKind, *, viewer: Viewer
) -> Sequence[FieldChange]:
    """List what a request is to change of a record of some kind (X16)."""
    table = models.ChangeRequest.relations()[record].property.entity.class_
    return label_changes(list_changes(changes, viewer=viewer), table, viewer)


@record_type("A request to change what is approved; till then it stands (X16). 变更申请")
class ChangeRequest(Reviewed):
    """A request to change what is approved."""

    table = models.ChangeRequest

    region: RegionCode = column("The unit's region. 行政区划")
    record: models.ChangeableKind = column("What kind of record is to change. 变更对象")
    motive: str = column("Why. 变更原因")
    takes_effect_on: Day | None = column("The first day at another post (J40). 生效日期")
    base_version: int = column("The record's version that it was made against. 原记录版本")
    changes: list[FieldChangeType] = derived(
        list_requested_changes,
        ("changes", "record"),
        "What is to change, field by field. 变更内容",
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.ChangeRequest.unit, "The unit that asks. 单位"
    )
    changed_record: Node | None = polymorphic_one(
        "record",
        models.ChangeRequest.relations(),
        "The record that is to change, for those who may see it. 变更的业务记录",
    )
    declaration: (
        Annotated["Declaration", strawberry.lazy("schema.internship.declaration")] | None
    ) = deprecate_field(
        one(models.ChangeRequest.declaration, "The declaration, if it is about one. 就业见习申报"),
        "changedRecord",
    )
    post: Annotated["Post", strawberry.lazy("schema.internship.post")] | None = deprecate_field(
        one(models.ChangeRequest.post, "The post, if it is about one. 岗位"), "changedRecord"
    )
    intern: Annotated["Intern", strawberry.lazy("schema.internship.intern")] | None = (
        deprecate_field(
            one(models.ChangeRequest.intern, "The intern, if it is about one. 见习人员"),
            "changedRecord",
        )
    )
    attachments: list[Attachment] = attachments(models.ChangeRequest)
    required_documents: list[RequiredDocument] = resolved_by(load_request_documents, READERS)
    history: Connection[History] = history(models.ChangeRequest)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.CHANGE_REQUEST,
        bar_participants(
            RecordKind.CHANGE_REQUEST,
            make_actions_rule(RecordKind.CHANGE_REQUEST, find_requested_fault),
        ),
        (
            *("status", "submitted_by", "record", standing.RECORD_STATUS),
            *(standing.RECORD_SUBMITTER, standing.REQUEST_TIES, standing.DECLARED),
            "barred_reviewers",
        ),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


ChangeRequestPayload, ChangeRequestResult, ChangeRequestMutations = present_record_kind(
    RecordKind.CHANGE_REQUEST, ChangeRequest
)
