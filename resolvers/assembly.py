"""What areas declare, imported so that the kernel's tables are whole whoever asks them."""

from resolvers.accounts import recovery_bar
from resolvers.claims import claim_review
from resolvers.files import document
from resolvers.hiring import hire_claim, hire_roster_check
from resolvers.internship import (
    change_request,
    declaration,
    intern,
    living_allowance,
    mentoring,
    monthly_report,
    post,
    reduction,
)
from resolvers.payment import clawback
from resolvers.policy import difference
from resolvers.training import (
    class_roster,
    completion_review,
    score_sheet,
    training_claim,
    training_class,
)
from resolvers.units import qualification

RECORD_KINDS = (
    *(declaration, post, intern, monthly_report, reduction, change_request),
    *(claim_review, clawback, qualification, training_class, completion_review),
)
CLAIM_KINDS = (living_allowance, mentoring, hire_claim, training_claim, difference)
ROSTER_KINDS = (hire_roster_check, class_roster, score_sheet)
SUBMISSION_CHECKS = (document, recovery_bar)
