"""What clients may change of courses, trainees and scores."""

import strawberry

from resolvers.training import score, score_import, score_sheet, trainee, trainee_roster
from resolvers.training.control_override import override_control
from resolvers.training.course import enter_course
from rules.kernel.function import Function
from schema.kernel.mutation import mutation
from schema.training.class_roster import (
    ScoreSheetPayload,
    ScoreSheetResult,
    ScoresImportedPayload,
    ScoresImportedResult,
    TraineesAddedPayload,
    TraineesAddedResult,
)
from schema.training.completion import CompletionMutations
from schema.training.course import CoursePayload, CourseResult
from schema.training.trainee import TraineePayload, TraineeResult, TraineesPayload, TraineesResult
from schema.training.training_class import (
    TrainingClassMutations,
    TrainingClassPayload,
    TrainingClassResult,
)


@strawberry.type
class TrainingMutations:
    """What clients may change of courses, trainees and scores."""

    add_trainees_from_roster: TraineesAddedResult = mutation(
        trainee_roster.add_trainees_from_roster, TraineesAddedPayload, Function.FILE_CLASSES
    )
    request_score_sheet: ScoreSheetResult = mutation(
        score_sheet.request_score_sheet, ScoreSheetPayload, Function.FILE_COMPLETIONS
    )
    import_scores: ScoresImportedResult = mutation(
        score_import.import_scores, ScoresImportedPayload, Function.FILE_COMPLETIONS
    )

    score_trainee: TraineeResult = mutation(
        score.score_trainee, TraineePayload, Function.FILE_COMPLETIONS
    )
    score_trainees: TraineesResult = mutation(
        score.score_trainees, TraineesPayload, Function.FILE_COMPLETIONS
    )

    add_trainee: TraineeResult = mutation(
        trainee.add_trainee, TraineePayload, Function.FILE_CLASSES
    )
    remove_trainee: TrainingClassResult = mutation(
        trainee.remove_trainee, TrainingClassPayload, Function.FILE_CLASSES, removes="id"
    )
    override_control: TraineeResult = mutation(
        override_control, TraineePayload, Function.OVERRIDE_CONTROLS
    )

    enter_course: CourseResult = mutation(enter_course, CoursePayload, Function.MAINTAIN_COURSES)


MUTATIONS = (TrainingMutations, TrainingClassMutations, CompletionMutations)
