"""What an officer is told of many records at once: an outcome for each (ADR 0023)."""

import strawberry

from resolvers.kernel.context import Info
from rules.kernel.review import ReviewOutcome
from schema.kernel.binding import column, resolved_by
from schema.kernel.mutation import build_result_union
from schema.kernel.permission import READERS
from schema.kernel.record import Reviewed
from schema.kernel.refusal import Fault, describe_fault


async def faults(outcome: strawberry.Parent[ReviewOutcome], info: Info) -> list[Fault]:
    """Why the record did not move, all at once; empty where it did. 未办理原因."""
    language = info.context.viewer.language
    return [describe_fault(fault, language) for fault in outcome.faults]


@strawberry.type(name="ReviewOutcome", description="What came of one record. 单条办理结果")
class ReviewOutcomeType:
    """What came of one record."""

    record: Reviewed | None = column("The record as it is now, where there is one. 业务记录")
    faults: list[Fault] = resolved_by(faults, READERS)


@strawberry.type(description="What came of each record, in the order of the input. 批量审核结果")
class ReviewPayload:
    """What came of each record."""

    outcomes: list[ReviewOutcomeType] = column("The outcomes. 逐条结果")


ReviewResult = build_result_union(ReviewPayload, "ReviewResult")
