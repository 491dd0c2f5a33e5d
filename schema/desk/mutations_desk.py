"""What officers do at their desk: many records at once, with an outcome for each (ADR 0023)."""

from typing import Any

import strawberry

import models
from resolvers.kernel.review import build_review_mutation
from rules.kernel.workflow import Action, RecordKind, get_function
from schema.api import input  # noqa: F401 - the inputs enter with their descriptions
from schema.kernel import review as answers
from schema.kernel.listing import REVIEW_FILTERS
from schema.kernel.mutation import mutation

MAX_REPORTS_PER_REVIEW = 1000
MAX_RECORDS_PER_REVIEW = 100
"""Of reports all are judged in a few statements; of others each asks some of its own."""


def review_mutation(table: type[models.Reviewed], kind: RecordKind, most: int, what: str) -> Any:
    """Make the mutation by which an officer decides on many records of a kind."""
    description = (
        f"Decide on up to {most} {what}: those that may move are moved, each other one is told why "
        "not; named, or all that a filter finds (S16, X1, X2, X12)."
    )
    chinese = "批量审核, 逐条反馈."
    made = build_review_mutation(table, kind, most, f"{description} {chinese}", REVIEW_FILTERS)
    return mutation(made, answers.ReviewPayload, get_function(kind, Action.APPROVE))


@strawberry.type
class DeskMutations:
    """What officers do at their desk."""

    review_declarations: answers.ReviewResult = review_mutation(
        models.Declaration, RecordKind.DECLARATION, MAX_RECORDS_PER_REVIEW, "declarations"
    )
    review_posts: answers.ReviewResult = review_mutation(
        models.Post, RecordKind.POST, MAX_RECORDS_PER_REVIEW, "posts"
    )
    review_interns: answers.ReviewResult = review_mutation(
        models.Intern, RecordKind.INTERN, MAX_RECORDS_PER_REVIEW, "interns"
    )
    review_monthly_reports: answers.ReviewResult = review_mutation(
        models.MonthlyReport, RecordKind.MONTHLY_REPORT, MAX_REPORTS_PER_REVIEW, "monthly reports"
    )
    review_claims: answers.ReviewResult = review_mutation(
        models.Claim, RecordKind.CLAIM, MAX_RECORDS_PER_REVIEW, "claims"
    )
    review_reductions: answers.ReviewResult = review_mutation(
        models.Reduction, RecordKind.REDUCTION, MAX_RECORDS_PER_REVIEW, "reductions"
    )
    review_clawbacks: answers.ReviewResult = review_mutation(
        models.Clawback, RecordKind.CLAWBACK, MAX_RECORDS_PER_REVIEW, "clawbacks"
    )
    review_change_requests: answers.ReviewResult = review_mutation(
        models.ChangeRequest, RecordKind.CHANGE_REQUEST, MAX_RECORDS_PER_REVIEW, "change requests"
    )
    review_qualifications: answers.ReviewResult = review_mutation(
        models.Qualification, RecordKind.QUALIFICATION, MAX_RECORDS_PER_REVIEW, "qualifications"
    )
    review_training_classes: answers.ReviewResult = review_mutation(
        models.TrainingClass, RecordKind.TRAINING_CLASS, MAX_RECORDS_PER_REVIEW, "training classes"
    )
