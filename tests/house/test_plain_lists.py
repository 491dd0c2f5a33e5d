"""Lists of records are connections, but for those that a rule keeps short and that say so."""

from collections.abc import Iterator

from strawberry.types.field import StrawberryField

from schema.kernel.binding import BINDING, Many
from tests.house.test_bindings import bound_fields

BOUNDED = {
    "ClaimLine.reports": "one for each month",
    "ClaimLine.supplemented_by": "one at a time",
    "ClaimLine.differences": "one at most is open",
    "ClaimLine.publicities": "once for each review",
    "ClaimLine.payments": "one at a time",
    "ClaimLine.clawbacks": "one at a time",
    "Intern.monthly_reports": "at most twelve",
    "Intern.reductions": "one at most is open",
    "Intern.post_assignments": "each move is approved",
    "TrainingClass.completions": "one at most is open",
    "Trainee.claim_lines": "one line at most counts",
}
"""What each description says of the rule that bounds the list."""
ATTACHMENTS = "attachments.max_count"


def list_plain_lists() -> Iterator[tuple[str, StrawberryField]]:
    for name, _, field in bound_fields():
        if isinstance(field.metadata.get(BINDING), Many):
            yield name, field


def test_a_plain_list_of_records_says_what_keeps_it_short_or_gives_way_to_a_connection() -> None:
    """Of a list that may be long, the description can only name the connection."""
    listed = dict(list_plain_lists())
    unbounded = {
        name
        for name, field in listed.items()
        if field.deprecation_reason is None
        and BOUNDED.get(name, ATTACHMENTS) not in (field.description or "")
    }
    assert unbounded == set()
    assert {name for name, field in listed.items() if field.deprecation_reason} >= {
        "Claim.lines",
        "Declaration.staff",
        "Publicity.objections",
    }
    assert BOUNDED.keys() <= listed.keys()
