"""What the risk controls find of a class's trainees (S20, S21, X3)."""

import strawberry

from resolvers.training.class_finding import evaluate_class_findings
from rules.kernel.finding import Outcome
from schema.kernel.binding import column, resolved_by
from schema.kernel.explanation import Finding
from schema.kernel.permission import READERS, RootQueries
from schema.training.trainee import Trainee


@strawberry.type(description="What the risk controls find of a trainee now (X3). 学员核验结果")
class TraineeFindings:
    """What the risk controls find of a trainee now."""

    trainee: Trainee = column("The trainee. 学员")
    outcome: Outcome = column("FAIL if one fails, UNKNOWN if one is unknown. 核验结论")
    place: int | None = column(
        "Which of their places they have or would take; none if all are taken (S21). 可占用名额"
    )
    findings: list[Finding] = column("What is found, one by one. 核验结果")


@strawberry.type
class ClassFindingQuery(RootQueries):
    """What clients may read of a class's findings."""

    class_findings: list[TraineeFindings] = resolved_by(evaluate_class_findings, READERS)
