from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from loaders.filter import OLDEST
from resolvers.training.completable_class import load_expected_outcome
from resolvers.training.trainee import list_trainee_actions
from rules.kernel.history import mask_reason
from rules.kernel.value import Day, RegionCode, Score
from rules.training.completion import is_absent
from rules.training.trainee import get_first_day, get_last_day
from schema.kernel.answer import answer_records, build_answer
from schema.kernel.binding import column, derived, many, one, resolved_by
from schema.kernel.connection import Connection
from schema.kernel.history import History, history
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS
from schema.kernel.record import PossibleAction
from schema.training.course import Course

if TYPE_CHECKING:
    from schema.claims.claim import ClaimLine
    from schema.training.training_class import TrainingClass
    from schema.units.person import Person
    from schema.units.unit import Unit

_LAZY_CLASS = Annotated["TrainingClass", strawberry.lazy("schema.training.training_class")]


@record_type("A person who attends a class (S21, S23). 学员")
class Trainee(Node):
    """A person who attends a class."""

    table = models.Trainee

    name: str = column("Their name. 姓名")
    id_number_masked: str = column("Their ID number, masked (X11). 公民身份号码")
    region: RegionCode = column("The unit's region. 行政区划")
    version: int = column("Its version; a change must name it (X12). 版本")
    unit_name: str | None = column("Who entered them, as it was called then. 单位名称")
    place: int | None = column(
        "Which of the person's places they take (S21); none while the class does not count, or "
        "where they have not completed it (S33). 占用名额"
    )
    most: int | None = column("How many places there are in that period (S21). 名额总数")
    period_from: Day | None = column("When that programme period began (S31). 政策执行期起")
    starts_on: Day | None = derived(
        get_first_day, ("during",), "From when it takes the person's time (S21). 培训开始日期"
    )
    ends_on: Day | None = derived(
        get_last_day, ("during",), "Until when it takes the person's time (S21). 培训结束日期"
    )
    score: Score | None = column("Their score; none for who was absent (S27). 成绩")
    absent: bool = derived(
        is_absent,
        ("score", "scored_at"),
        "Whether they were absent when it was taken (S28). 是否缺考",
    )
    outcome: models.TraineeOutcome = column("Whether they have completed the class. 结业情况")
    expected_outcome: models.TraineeOutcome | None = resolved_by(load_expected_outcome, READERS)
    overridden_at: datetime | None = column(
        "When an officer let them through beyond their places (S21, X3). 放行时间"
    )
    override_reason: str | None = derived(
        mask_reason, ("override_reason",), "Why; the person is not told. 放行原因"
    )
    course: Course | None = one(models.Trainee.course, "For which course. 线上培训项目")
    training_class: _LAZY_CLASS | None = one(
        models.Trainee.training_class, "The class, for those who may see it. 培训班"
    )
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] | None = one(
        models.Trainee.unit, "Whose class it is, for those who may see it. 单位"
    )
    person: Annotated["Person", strawberry.lazy("schema.units.person")] | None = one(
        models.Trainee.person, "The person on file, for those who may see it. 人员"
    )
    claim_lines: list[Annotated["ClaimLine", strawberry.lazy("schema.claims.claim")]] = many(
        models.ClaimLine.trainee,
        "What was claimed for them, oldest first; one line at most counts (S25, S33). 补贴明细",
        OLDEST,
    )
    history: Connection[History] = history(models.Trainee)
    possible_actions: list[PossibleAction] = resolved_by(list_trainee_actions, READERS)


TraineePayload, TraineeResult = build_answer(
    "Trainee", "trainee", Trainee, "The trainee as they are now. 学员", "The trainee. 学员"
)

TraineesPayload, TraineesResult = answer_records(Trainee, "trainees", "学员", "trainees")
