from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import NEWEST, OLDEST
from resolvers.kernel.possible_actions import list_class_actions
from resolvers.training import standing
from rules.kernel.record_kind import RecordKind
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from rules.kernel.workflow import bar_participants
from rules.training.training_class import is_claimed
from schema.files.attachment import (
    Attachment,
    RequiredDocument,
    attachments,
    required_documents,
)
from schema.kernel.binding import (
    column,
    computed_from_children,
    deprecate_field,
    derived,
    many,
    one,
    page,
    root_connection,
)
from schema.kernel.connection import Connection
from schema.kernel.history import FieldChangeType, History, changes, history
from schema.kernel.listing import (
    BY_AGE,
    BY_NAME,
    CLAIM_ORDERS,
    CLASS_FILTERS,
    CLASS_ORDERS,
    NAME,
    REGION,
    STATUS,
    TRAINEE_OUTCOME,
    ClaimOrder,
    ClassOrder,
    NamedOrder,
    RecordOrder,
    filter_by_unit,
)
from schema.kernel.node import record_type
from schema.kernel.permission import READERS, RootQueries
from schema.kernel.record import PossibleAction, Reviewed, bind_possible_actions
from schema.kernel.record_kind import present_record_kind
from schema.training.course import Course

if TYPE_CHECKING:
    from schema.claims.claim import Claim
    from schema.rosters.roster import Roster
    from schema.training.completion import Completion
    from schema.training.trainee import Trainee
    from schema.units.unit import Unit


@record_type("A class of a unit's own staff for an online course (S22). 培训班")
class TrainingClass(Reviewed):
    """A class of a unit's own staff."""

    table = models.TrainingClass

    number: str = column("Its number, given when it was drafted (S22). 培训期号")
    name: str = column("What it is called. 培训班名称")
    region: RegionCode = column("The unit's region. 行政区划")
    deciding_region: RegionCode = column(
        "The region that decides, fixed at submission (X21). 受理地区", "place"
    )
    deciding_region_name: str = derived(
        get_region_name, ("place",), "The same in words. 受理地区名称"
    )
    place: RegionCode = deprecate_field(
        column("The region that decides, fixed at submission (X21). 受理地区"), "decidingRegion"
    )
    place_name: str = deprecate_field(
        derived(get_region_name, ("place",), "The same in words. 受理地区名称"),
        "decidingRegionName",
    )
    opens_on: Day = column("The planned first day. 开班日期")
    ends_on: Day = column("The planned last day. 结束日期")
    completed_on: Day | None = column("When its completion was approved (S27). 结业日期")
    course: Course = one(
        models.TrainingClass.course, "The course, in the edition it was opened on. 线上培训项目"
    )
    course_claimed: bool = computed_from_children(
        models.Claim.course_classes,
        is_claimed,
        ("status",),
        "Whether the unit has claimed for this course, by this class or another (S20, S33). "
        "项目是否已申报",
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.TrainingClass.unit, "The unit. 单位"
    )
    trainees: Connection[Annotated["Trainee", strawberry.lazy("schema.training.trainee")]] = page(
        models.Trainee.training_class,
        "Who attends it, in the order of their entry; a fault names a trainee by this place (S23, "
        "S27). 学员",
        (OLDEST, NEWEST, BY_NAME[-1]),
        (NAME, TRAINEE_OUTCOME),
        NamedOrder,
    )
    completions: list[Annotated["Completion", strawberry.lazy("schema.training.completion")]] = (
        many(
            models.Completion.training_class,
            "Its completions, newest first, of which one at most is open (S27). 班级结业申请",
        )
    )
    claims: Connection[Annotated["Claim", strawberry.lazy("schema.claims.claim")]] = page(
        models.Claim.training_class,
        "Claims for it (S25). 补贴申报",
        CLAIM_ORDERS,
        (STATUS,),
        ClaimOrder,
    )
    rosters: Connection[Annotated["Roster", strawberry.lazy("schema.rosters.roster")]] = page(
        models.Roster.training_class,
        "Its rosters of trainees, of scores (S23, S27). 花名册",
        BY_AGE,
        order_type=RecordOrder,
    )
    attachments: list[Attachment] = attachments(models.TrainingClass)
    required_documents: list[RequiredDocument] = required_documents()
    history: Connection[History] = history(models.TrainingClass)
    changes: list[FieldChangeType] = changes(models.TrainingClass)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        RecordKind.TRAINING_CLASS,
        bar_participants(RecordKind.TRAINING_CLASS, list_class_actions),
        ("status", "submitted_by", "ends_on", standing.CLASS_TIES, "barred_reviewers"),
        "What the viewer may do next, and why not (X4). 可办操作",
        served=True,
    )


@strawberry.type
class TrainingClassQuery(RootQueries):
    """What is read of training classes."""

    training_classes: Connection[TrainingClass] = root_connection(
        models.TrainingClass,
        "Training classes, found by their unit, course, number or days (S22, S25). 培训班列表",
        READERS,
        CLASS_ORDERS,
        (*CLASS_FILTERS, *filter_by_unit(models.TrainingClass.unit), REGION),
        ClassOrder,
    )


TrainingClassPayload, TrainingClassResult, TrainingClassMutations = present_record_kind(
    RecordKind.TRAINING_CLASS,
    TrainingClass,
    removed="Who was taken out of it, where `removeTrainee` answers. 已移出学员的标识",
)
