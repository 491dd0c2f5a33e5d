from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

import models
from resolvers.units import standing
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Day, RegionCode
from rules.kernel.workflow import bar_participants, make_actions_rule, offer_within_reach
from rules.units.qualification import find_qualification_fault
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.kernel.binding import column, deprecate_field, one
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.node import record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.units.unit import Unit


@record_type("What a unit is shown to be: its size, or its licence (S4, S12). 单位资质")
class Qualification(Reviewed):
    """What a unit is shown to be."""

    table = models.Qualification
    kind: ClassVar[str | None] = None

    qualification_kind: models.QualificationKind = column("Which kind it is. 资质类型", "kind")
    kind_of_qualification: models.QualificationKind = deprecate_field(
        column("Which kind it is. 资质类型", "kind", known_as="kind"), "qualificationKind"
    )
    region: RegionCode = column("The unit's region. 行政区划")
    size: models.EnterpriseSize | None = column(
        "How big the enterprise is, where that is its kind (S4). 企业规模"
    )
    licence_number: str | None = column(
        "The agency's licence, where that is its kind (S12). 人力资源服务许可证编号"
    )
    valid_from: Day = column("The first day on which it holds. 有效期起")
    valid_to: Day | None = column("The last one; none while it holds on. 有效期止")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Qualification.unit, "The unit. 单位"
    )
    attachments: list[Attachment] = attachments(models.Qualification)
    required_documents: list[RequiredDocument] = required_documents()
    history: Connection[History] = history(models.Qualification)
    changes: list[FieldChangeType] = changes(models.Qualification)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.QUALIFICATION,
        offer_within_reach(
            bar_participants(
                RecordKind.QUALIFICATION,
                make_actions_rule(RecordKind.QUALIFICATION, find_qualification_fault),
            )
        ),
        ("status", "submitted_by", standing.OVERLAPPING, "barred_reviewers", "region"),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


QualificationPayload, QualificationResult, QualificationMutations = present_record_kind(
    RecordKind.QUALIFICATION, Qualification
)
