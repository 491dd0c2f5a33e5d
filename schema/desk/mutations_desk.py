"""What officers do at their desk: many records at once, with an outcome for each (ADR 0023)."""

from typing import Any

import strawberry

import models
from resolvers.kernel.review import review
from rules.kernel.workflow import Action, RecordKind, function_for
from schema.api import input  # noqa: F401 - the inputs enter with their descriptions
from schema.kernel import review as answers
from schema.kernel.listing import REVIEWED_BY
from schema.kernel.mutation import mutation

MOST_REPORTS = 1000
MOST_OTHERS = 100
"""Of reports all are judged in a few statements; of others each asks some of its own."""


def reviews(table: type[models.Reviewed], kind: RecordKind, most: int, what: str) -> Any:
    """Make the mutation by which an officer decides on many records of a kind."""
    description = (
        f"Decide on up to {most} {what}: those that may move are moved, each other one is told why "
        "not; named, or all that a filter finds (S16, X1, X2, X12)."
    )
    chinese = "批量审核, 逐条反馈."
    made = review(table, kind, most, f"{description} {chinese}", REVIEWED_BY)
    return mutation(made, answers.ReviewPayload, function_for(kind, Action.APPROVE))


@strawberry.type
class DeskMutations:
    """What officers do at their desk."""

    review_declarations: answers.ReviewResult = reviews(
        models.Declaration, RecordKind.DECLARATION, MOST_OTHERS, "declarations"
    )
    review_posts: answers.ReviewResult = reviews(models.Post, RecordKind.POST, MOST_OTHERS, "posts")
    review_interns: answers.ReviewResult = reviews(
        models.Intern, RecordKind.INTERN, MOST_OTHERS, "interns"
    )
    review_monthly_reports: answers.ReviewResult = reviews(
        models.MonthlyReport, RecordKind.MONTHLY_REPORT, MOST_REPORTS, "monthly reports"
    )
    review_claims: answers.ReviewResult = reviews(
        models.Claim, RecordKind.CLAIM, MOST_OTHERS, "claims"
    )
    review_reductions: answers.ReviewResult = reviews(
        models.Reduction, RecordKind.REDUCTION, MOST_OTHERS, "reductions"
    )
    review_clawbacks: answers.ReviewResult = reviews(
        models.Clawback, RecordKind.CLAWBACK, MOST_OTHERS, "clawbacks"
    )
    review_change_requests: answers.ReviewResult = reviews(
        models.ChangeRequest, RecordKind.CHANGE_REQUEST, MOST_OTHERS, "change requests"
    )
    review_qualifications: answers.ReviewResult = reviews(
        models.Qualification, RecordKind.QUALIFICATION, MOST_OTHERS, "qualifications"
    )
    review_training_classes: answers.ReviewResult = reviews(
        models.TrainingClass, RecordKind.TRAINING_CLASS, MOST_OTHERS, "training classes"
    )
