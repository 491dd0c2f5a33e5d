"""What clients may read of completions."""

import strawberry

import models
from resolvers.training.completable_class import load_completable_classes
from rules.kernel.function import Function
from schema.kernel.binding import resolved_by, root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import (
    BY_REVIEW,
    REGION,
    STATUS,
    SUBMITTED_FROM,
    SUBMITTED_TO,
    ReviewedOrder,
)
from schema.kernel.permission import READERS, RootQueries
from schema.training.completable_class import CompletableClass
from schema.training.completion import Completion


@strawberry.type
class TrainingQueries(RootQueries):
    """What clients may read of the completion of classes."""

    completions: Connection[Completion] = root_connection(
        models.Completion,
        "Completions of classes (S27). 班级结业申请列表",
        READERS,
        BY_REVIEW,
        (STATUS, REGION, SUBMITTED_FROM, SUBMITTED_TO),
        ReviewedOrder,
    )
    completable_classes: list[CompletableClass] = resolved_by(
        load_completable_classes, frozenset({Function.FILE_COMPLETIONS})
    )
