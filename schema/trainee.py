import models
from resolvers.completable_class import expected_outcome
from rules.completion import absent
from rules.value import Score
from schema.binding import column, derived, resolved_by
from schema.node import READERS, Node, record


@record("A person who attends a class (S21, S23). 学员")
class Trainee(Node):
    """A person who attends a class."""

    table = models.Trainee

    name: str = column("Their name. 姓名")
    id_number_masked: str = column("Their ID number, masked (X11). 公民身份号码")
    version: int = column("Its version; a change must name it (X12). 版本")
    score: Score | None = column("Their score; none for who was absent (S27). 成绩")
    absent: bool = derived(
        absent, ("score", "scored_at"), "Whether they were absent when it was taken (S28). 是否缺考"
    )
    outcome: models.TraineeOutcome = column("Whether they have completed the class. 结业情况")
    expected_outcome: models.TraineeOutcome | None = resolved_by(expected_outcome, READERS)
