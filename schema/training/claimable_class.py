"""Which classes can be claimed, as clients see them (S25)."""

import strawberry

from resolvers.training.claimable_class import load_claimable_classes
from rules.kernel.value import Money
from schema.kernel.binding import column, resolved_connection
from schema.kernel.connection import Connection
from schema.kernel.explanation import Finding, Shortfall
from schema.kernel.listing import (
    BY_AGE,
    CLASS_NUMBER,
    COURSE_CODE,
    NAME,
    OPENS_FROM,
    OPENS_TO,
    REGION,
    RecordOrder,
)
from schema.kernel.permission import READERS, RootQueries
from schema.training.course import Course
from schema.training.trainee import Trainee
from schema.training.training_class import TrainingClass


@strawberry.type(description="A trainee, and whether they can be claimed for (S25). 可申报学员")
class ClaimableTrainee:
    """A trainee, and whether they can be claimed for."""

    trainee: Trainee = column("The trainee. 学员")
    amount: Money | None = column("What a line would ask, in yuan; empty if it can't. 金额（元）")
    findings: list[Finding] = column("What was looked into, one by one (X3). 核验结果")
    shortfalls: list[Shortfall] = column("All that stands in the way of a line. 不能申报的原因")


@strawberry.type(description="A class, and what a claim for it would come to (S25). 可申报培训班")
class ClaimableClass:
    """A class, and what a claim for it would come to."""

    training_class: TrainingClass = column("The class. 培训班")
    course: Course = column("The course as the class was opened on it. 培训项目")
    count: int = column("For how many trainees it can be claimed now. 可申报人数")
    amount: Money = column("What they come to, in yuan. 金额（元）")
    shortfalls: list[Shortfall] = column("Why it can't be claimed now. 不能申报的原因")
    trainees: list[ClaimableTrainee] = column(
        "Trainee by trainee; none of a class that can't be claimed at all. 学员明细"
    )


@strawberry.type
class ClaimableQuery(RootQueries):
    """What clients may read of classes before they claim."""

    claimable_classes: Connection[ClaimableClass] = resolved_connection(
        load_claimable_classes,
        "Classes that can be claimed, or will be once they are approved and opened (S25). "
        "可申报培训班列表",
        READERS,
        BY_AGE,
        (NAME, CLASS_NUMBER, COURSE_CODE, OPENS_FROM, OPENS_TO, REGION),
        RecordOrder,
    )
