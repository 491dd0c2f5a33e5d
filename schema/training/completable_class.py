import strawberry

from rules.kernel.value import Score
from schema.kernel.binding import column
from schema.kernel.explanation import Shortfall
from schema.training.training_class import TrainingClass


@strawberry.type(description="A class that has ended, to be completed (S27). 可办理结业的培训班")
class CompletableClass:
    """A class that has ended, to be completed."""

    training_class: TrainingClass = column("The class. 培训班")
    pass_mark: Score = column("The marks that pass in it (S27). 合格分数")
    completed: int = column("How many trainees have passed by their scores. 结业人数")
    not_completed: int = column("How many have not, or were absent. 未结业人数")
    open: int = column("How many have no result yet. 未登记成绩人数")
    shortfalls: list[Shortfall] = column("Why it can't be completed yet. 不能办理结业的原因")
