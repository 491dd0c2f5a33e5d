"""What clients may read of the completion of classes (S27)."""

import strawberry

import models
from resolvers.completable_class import completable_classes
from rules.function import Function
from schema.binding import resolved_by, top
from schema.completable_class import CompletableClass
from schema.completion import Completion
from schema.connection import Connection
from schema.listing import BY_AGE, REGION, STATUS, SUBMITTED_FROM, SUBMITTED_TO, RecordOrder
from schema.node import READERS


@strawberry.type
class CompletionQuery:
    """What clients may read of the completion of classes."""

    completions: Connection[Completion] = top(
        models.Completion,
        "Completions of classes (S27). 班级结业申请列表",
        READERS,
        BY_AGE,
        (STATUS, REGION, SUBMITTED_FROM, SUBMITTED_TO),
        RecordOrder,
    )
    completable_classes: list[CompletableClass] = resolved_by(
        completable_classes, frozenset({Function.FILE_COMPLETIONS})
    )
