"""What areas declare, imported so that the kernel's tables are whole whoever asks them."""

from rules.claims import claim
from rules.hiring import hire_form
from rules.internship import (
    change_request,
    declaration,
    intern,
    monthly_report,
    post,
    reduction,
)
from rules.payment import clawback, publicity
from rules.training import completion, training_class, training_form
from rules.units import qualification

RECORD_KINDS = (
    *(declaration, post, intern, monthly_report, reduction, change_request),
    *(claim, clawback, publicity, qualification, training_class, completion),
)
ROSTER_FORMS = (hire_form, training_form)
