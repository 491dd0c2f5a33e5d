"""What clients may do with rosters of trainees and of scores (S23, S27)."""

import strawberry

from resolvers.training import score_import, score_sheet, trainee_roster
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


@strawberry.type
class ClassRosterMutations:
    """Rosters of trainees 学员花名册 and of scores 成绩表."""

    add_trainees_from_roster: TraineesAddedResult = mutation(
        trainee_roster.add_trainees_from_roster, TraineesAddedPayload, Function.FILE_CLASSES
    )
    request_score_sheet: ScoreSheetResult = mutation(
        score_sheet.request_score_sheet, ScoreSheetPayload, Function.FILE_COMPLETIONS
    )
    import_scores: ScoresImportedResult = mutation(
        score_import.import_scores, ScoresImportedPayload, Function.FILE_COMPLETIONS
    )
