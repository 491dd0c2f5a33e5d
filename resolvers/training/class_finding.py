"""What the risk controls find of a class's trainees now, before and after it is submitted (X3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry
from sqlalchemy import select

from loaders.key import parse_key
from models import Trainee, TrainingClass
from resolvers.kernel.context import Info
from resolvers.kernel.decision_reader import load_snapshot_policy
from resolvers.training.training_evaluation import evaluate_trainings
from resolvers.training.training_place import build_attending
from rules.claims.control import combine_outcomes
from rules.kernel.finding import DescribedFinding, Outcome, describe_finding
from rules.kernel.value import RowId

_CLASS = strawberry.argument(description="Of which class. 培训班")


@dataclass(frozen=True, slots=True, kw_only=True)
class TraineeFindings:
    """How a trainee stands with regard to each risk control, and which place they would have."""

    trainee: Trainee
    outcome: Outcome
    place: int | None
    findings: Sequence[DescribedFinding]


async def evaluate_class_findings(
    info: Info, class_id: Annotated[RowId, _CLASS]
) -> list[TraineeFindings]:
    """Tell what the controls find of each trainee now (S20, S21, X3). 学员核验结果."""
    read, viewer = info.context.loaders.snapshot, info.context.viewer
    key = parse_key(class_id, TrainingClass)
    row = await info.context.loaders.get_row_batch(TrainingClass).load(key.parts) if key else None
    if row is None:  # whatever is no class to be seen has no trainees
        return []
    own = Trainee.unit_id == row.unit_id, Trainee.class_id == row.id
    trainees = [
        t for (t,) in await read.load_rows(select(Trainee).where(*own).order_by(Trainee.id))
    ]
    cases = [build_attending(row, trainee.person_id) for trainee in trainees]
    today = info.context.service.today()
    found = await evaluate_trainings(read, cases, today, await load_snapshot_policy(read))
    return [
        TraineeFindings(
            trainee=trainee,
            outcome=combine_outcomes([finding.outcome for finding in each.findings]),
            place=each.place.number if each.place else None,
            findings=[
                describe_finding(finding.to_json(), viewer.language) for finding in each.findings
            ],
        )
        for trainee, each in zip(trainees, found, strict=True)
    ]
