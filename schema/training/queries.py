"""What clients may read of completions."""

import strawberry

import models
from resolvers.training.completable_class import (
    load_completable_classes,
    load_page_of_completable_classes,
)
from rules.kernel.function import Function
from schema.kernel.binding import (
    deprecate_field,
    resolved_by,
    resolved_connection,
    root_connection,
)
from schema.kernel.connection import Connection
from schema.kernel.listing import (
    BY_AGE,
    BY_REVIEW,
    REGION,
    STATUS,
    SUBMITTED_FROM,
    SUBMITTED_TO,
    RecordOrder,
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
    completable_classes: list[CompletableClass] = deprecate_field(
        resolved_by(load_completable_classes, frozenset({Function.FILE_COMPLETIONS})),
        "completableClassConnection",
    )
    completable_class_connection: Connection[CompletableClass] = resolved_connection(
        load_page_of_completable_classes,
        "The unit's classes that have ended and are to be completed (S27). 可办理结业的培训班",
        frozenset({Function.FILE_COMPLETIONS}),
        BY_AGE,
        order_type=RecordOrder,
    )
