"""What clients may change of courses and of training classes (S20, S22, S24)."""

import strawberry

from resolvers.training import training_class, training_place
from resolvers.training.course import enter_course
from rules.kernel.function import Function
from rules.kernel.workflow import Action, RecordKind
from schema.api import payload
from schema.kernel.move import transition_mutation
from schema.kernel.mutation import mutation

_KIND = RecordKind.TRAINING_CLASS


@strawberry.type
class TrainingClassMutations:
    """What clients may change of courses and of training classes."""

    enter_course: payload.CourseResult = mutation(
        enter_course, payload.CoursePayload, Function.MAINTAIN_COURSES
    )
    create_training_class: payload.TrainingClassResult = mutation(
        training_class.create_training_class, payload.TrainingClassPayload, Function.FILE_CLASSES
    )
    change_training_class: payload.TrainingClassResult = mutation(
        training_class.change_training_class, payload.TrainingClassPayload, Function.FILE_CLASSES
    )
    submit_training_class: payload.TrainingClassResult = transition_mutation(
        _KIND,
        Action.SUBMIT,
        "Submit a class for review: its trainees take their places (S21, S24). 提交开班申报",
        training_class.on_submit,
    )
    withdraw_training_class: payload.TrainingClassResult = transition_mutation(
        _KIND,
        Action.WITHDRAW,
        "Withdraw a class: its trainees' places are free (S33). 撤回培训班",
        training_place.release_places,
    )
    approve_training_class: payload.TrainingClassResult = transition_mutation(
        _KIND,
        Action.APPROVE,
        "Approve a class, whose trainees are judged again (S21, S24). 审核通过培训班",
        training_place.reserve_places,
    )
    return_training_class: payload.TrainingClassResult = transition_mutation(
        _KIND,
        Action.RETURN,
        "Return a class, with a reason; its trainees keep their places (S24, S33). 退回培训班",
    )
    refuse_training_class: payload.TrainingClassResult = transition_mutation(
        _KIND,
        Action.REFUSE,
        "Refuse a class for good: its trainees' places are free (S24, S33). 培训班不通过",
        training_place.release_places,
    )
    revoke_training_class: payload.TrainingClassResult = transition_mutation(
        _KIND,
        Action.REVOKE,
        "Revoke a class's approval, unless it is claimed or completed (X1). 撤销培训班",
        training_class.validate_on_revoke,
    )
