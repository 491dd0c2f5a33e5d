"""Rosters of trainees and of scores 学员花名册、成绩表 as clients see them (S23, S27)."""

from collections.abc import Sequence

import strawberry

import models
from resolvers.training.score_sheet import sign_score_sheet_url
from rules.kernel.viewer import Viewer
from schema.kernel.binding import column, derived
from schema.kernel.mutation import build_result_union
from schema.training.trainee import Trainee
from schema.training.training_class import TrainingClass


@strawberry.type(description="Where to fetch a class's sheet of scores, to be filled in. 成绩表")
class ScoreSheetPayload:
    """Where to fetch a class's sheet of scores."""

    training_class: TrainingClass = column("The class. 培训班")
    url: str = derived(
        sign_score_sheet_url,
        ("training_class",),
        "Where to fetch it, for some minutes: the template, with those in it who have not "
        "completed (S27). 下载链接",
        served=True,
    )


def _count_trainees(trainees: Sequence[models.Trainee], *, viewer: Viewer) -> int:
    return len(trainees)


@strawberry.type(description="Whom a roster entered into its class (S23). 添加的学员")
class TraineesAddedPayload:
    """Whom a roster entered into its class."""

    trainees: list[Trainee] = column("Whoever was not in it before. 学员")
    count: int = derived(_count_trainees, ("trainees",), "How many they are. 人数")


@strawberry.type(description="Whose scores a roster wrote (S27). 导入的成绩")
class ScoresImportedPayload:
    """Whose scores a roster wrote."""

    trainees: list[Trainee] = column("Whoever had another score before, or none. 学员")
    count: int = derived(_count_trainees, ("trainees",), "How many they are. 人数")


ScoreSheetResult = build_result_union(ScoreSheetPayload, "ScoreSheetResult")
TraineesAddedResult = build_result_union(TraineesAddedPayload, "TraineesAddedResult")
ScoresImportedResult = build_result_union(ScoresImportedPayload, "ScoresImportedResult")
