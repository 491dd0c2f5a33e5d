"""Where a record stands, and where a claim's line stands."""

from enum import StrEnum


class Status(StrEnum):
    """Where a record stands between its owner and those who decide on it (X1)."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    IN_PUBLICITY = "IN_PUBLICITY"
    PUBLICITY_PASSED = "PUBLICITY_PASSED"
    PUBLICITY_FAILED = "PUBLICITY_FAILED"
    DISBURSED = "DISBURSED"
    CLOSED = "CLOSED"
    VOIDED = "VOIDED"
    ENDED = "ENDED"


DISCARDED_STATUSES = (Status.WITHDRAWN, Status.REFUSED, Status.VOIDED)
"""Records in these states don't count for J7, J23 and J24 (X1)."""


PUBLISHED_STATUSES = (
    Status.IN_PUBLICITY,
    Status.PUBLICITY_PASSED,
    Status.PUBLICITY_FAILED,
    Status.DISBURSED,
    Status.CLOSED,
)
"""States of claims that were shown to the public, or would have been (S17)."""

APPROVED_STATUSES = (Status.APPROVED, *PUBLISHED_STATUSES)
"""States of claims that were approved and not sent back since."""

OPEN_STATUSES = (Status.SUBMITTED, Status.RETURNED)
"""States in which somebody has something to do: the officer, or the unit that corrects it."""


class LineState(StrEnum):
    """Where a line of a claim stands (X15)."""

    OPEN = "OPEN"
    STRUCK = "STRUCK"
    IN_PUBLICITY = "IN_PUBLICITY"
    PUBLICITY_FAILED = "PUBLICITY_FAILED"
    PAYABLE = "PAYABLE"
    IN_BATCH = "IN_BATCH"
    PAID = "PAID"
    CLAWED_BACK = "CLAWED_BACK"
