from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from resolvers.training import standing
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.value import RegionCode
from rules.kernel.workflow import bar_participants, make_actions_rule
from rules.training.completion_standing import find_completion_fault
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.kernel.binding import column, one
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.node import record_type
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind

if TYPE_CHECKING:
    from schema.training.training_class import TrainingClass
    from schema.units.unit import Unit


@record_type("That a class has been completed, for an officer to review (S27). 班级结业申请")
class Completion(Reviewed):
    """That a class has been completed."""

    table = models.Completion

    region: RegionCode = column("The unit's region. 行政区划")
    completed: int = column("How many trainees have passed by their scores (S27). 结业人数")
    not_completed: int = column("How many have not, or were absent. 未结业人数")
    training_class: Annotated[
        "TrainingClass", strawberry.lazy("schema.training.training_class")
    ] = one(models.Completion.training_class, "The class. 培训班")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.Completion.unit, "The enterprise. 单位"
    )
    attachments: list[Attachment] = attachments(models.Completion)
    required_documents: list[RequiredDocument] = required_documents()
    history: Connection[History] = history(models.Completion)
    changes: list[FieldChangeType] = changes(models.Completion)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.COMPLETION,
        bar_participants(
            RecordKind.COMPLETION,
            # scores are its content
            make_actions_rule(RecordKind.COMPLETION, find_completion_fault, but=(Action.CHANGE,)),
        ),
        (
            *("status", "submitted_by", standing.PAID_LINES, standing.ATTENDED),
            "barred_reviewers",
        ),
        "What the viewer may do next, and why not (X4). 可办操作",
        policed=True,
    )


CompletionPayload, CompletionResult, CompletionMutations = present_record_kind(
    RecordKind.COMPLETION, Completion
)
