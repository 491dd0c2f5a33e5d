from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import NEWEST, OLDEST
from resolvers.internship import standing
from rules.internship.standing import find_declaring_fault
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import Day, Money, RegionCode
from rules.kernel.workflow import bar_participants, make_actions_rule, offer_within_reach
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.kernel.answer import build_answer
from schema.kernel.binding import column, deprecate_field, many, one, page
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.listing import BY_REVIEW, STATUS, RecordOrder, ReviewedOrder
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.internship.change_request import ChangeRequest
    from schema.units.unit import Unit


@record_type("A member of the staff dedicated to interns (J8). 专职人员")
class DeclarationStaff(Node):
    """A member of the staff dedicated to interns."""

    table = models.DeclarationStaff

    name: str = column("Their name. 姓名")
    duty: str = column("What they do for the interns. 职责")
    mobile_masked: str = column("Their mobile, masked (X11). 联系电话")
    attachments: list[Attachment] = attachments(models.DeclarationStaff)
    required_documents: list[RequiredDocument] = required_documents()


@record_type("A unit's declaration that it takes interns (J6-J9). 就业见习申报")
class Declaration(Reviewed):
    """A unit's declaration that it takes interns."""

    table = models.Declaration

    business_number: str | None = column(
        "Its number, given when it was submitted first; to be said on the telephone (X26). 受理编号"
    )
    region: RegionCode = column("The unit's region. 行政区划")
    planned_interns: int = column("How many interns it plans to take. 计划见习人数")
    monthly_wage: Money = column("What it will pay a month, in yuan. 月工资（元）")
    training_plan: str = column("How it will train them. 培养计划")
    accident_insurance: bool = column("Whether it insures them against accidents. 意外伤害保险")
    ended_on: Day | None = column("From when on it has ended (X19). 终止日期")
    end_kind: models.DeclarationEnd | None = column("Why it ended (X19). 终止原因")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Declaration.unit, "The unit that declares. 单位"
    )
    staff_connection: Connection[DeclarationStaff] = page(
        models.DeclarationStaff.declaration,
        "Its dedicated staff (J8). 专职人员",
        (OLDEST, NEWEST),
        order_type=RecordOrder,
    )
    staff: list[DeclarationStaff] = deprecate_field(
        many(models.DeclarationStaff.declaration, "Its dedicated staff (J8). 专职人员", OLDEST),
        "staffConnection",
    )
    attachments: list[Attachment] = attachments(models.Declaration)
    required_documents: list[RequiredDocument] = required_documents()
    change_request_connection: Connection[
        Annotated["ChangeRequest", strawberry.lazy("schema.internship.change_request")]
    ] = page(
        models.ChangeRequest.declaration,
        "Requests to change it, of which one at most is open. 变更申请",
        BY_REVIEW,
        (STATUS,),
        ReviewedOrder,
    )
    change_requests: list[
        Annotated["ChangeRequest", strawberry.lazy("schema.internship.change_request")]
    ] = deprecate_field(
        many(models.ChangeRequest.declaration, "Requests to change it, newest first. 变更申请"),
        "changeRequestConnection",
    )
    history: Connection[History] = history(models.Declaration)
    changes: list[FieldChangeType] = changes(models.Declaration)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.DECLARATION,
        offer_within_reach(
            bar_participants(
                RecordKind.DECLARATION,
                make_actions_rule(RecordKind.DECLARATION, find_declaring_fault),
            )
        ),
        (
            *("status", "submitted_by", standing.CHANGING, standing.WAITING_REDUCTIONS),
            *("barred_reviewers", "region"),
        ),
        "What the viewer may do next, and why not (X4). 可办操作",
    )


DeclarationPayload, DeclarationResult, DeclarationMutations = present_record_kind(
    RecordKind.DECLARATION, Declaration
)

DeclarationStaffPayload, DeclarationStaffResult = build_answer(
    "DeclarationStaff",
    "staff",
    DeclarationStaff,
    "The member of the staff as they are now. 专职人员",
    "The member of the staff. 专职人员",
)
