"""What clients may change of who attends a class (S21, S23)."""

import strawberry

from resolvers.training import trainee
from resolvers.training.control_override import override_control
from rules.kernel.function import Function
from schema.api import payload
from schema.kernel.mutation import mutation


@strawberry.type
class TraineeMutations:
    """What clients may change of who attends a class."""

    add_trainee: payload.TraineeResult = mutation(
        trainee.add_trainee, payload.TraineePayload, Function.FILE_CLASSES
    )
    remove_trainee: payload.TrainingClassResult = mutation(
        trainee.remove_trainee, payload.TrainingClassPayload, Function.FILE_CLASSES
    )
    override_control: payload.TraineeResult = mutation(
        override_control, payload.TraineePayload, Function.OVERRIDE_CONTROLS
    )
