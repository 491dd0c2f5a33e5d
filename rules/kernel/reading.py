"""Which kinds of records a function opens for reading, within one's region (X10, section 5)."""

from collections.abc import Mapping
from functools import lru_cache

from models import Reading, Role
from rules.kernel.function import Function, Functions

Readings = frozenset[Reading]

ALL_READINGS: Readings = frozenset(Reading)

_INTERNSHIP_WORK: Readings = frozenset({Reading.INTERNSHIPS, Reading.PERSONS})
_TRAINING_WORK: Readings = frozenset({Reading.TRAINING, Reading.PERSONS})
_CLAIM_WORK: Readings = frozenset(
    {
        *_INTERNSHIP_WORK,
        *_TRAINING_WORK,
        Reading.QUALIFICATIONS,
        Reading.CLAIMS,
        Reading.OBJECTIONS,
        Reading.PAYMENTS,
    }
)
_OVERSIGHT_WORK: Readings = _CLAIM_WORK | {Reading.OVERSIGHT}

READINGS_BY_FUNCTION: Mapping[Function, Readings] = {
    Function.REVIEW_DECLARATIONS: _INTERNSHIP_WORK,
    Function.REVIEW_POSTS: _INTERNSHIP_WORK,
    Function.RETRY_BOARD_PUSHES: _INTERNSHIP_WORK,
    # What is decided on interns, reports and classes strikes lines, and claims back (J39, S33).
    Function.REVIEW_INTERNS: _CLAIM_WORK,
    Function.REVIEW_REPORTS: _CLAIM_WORK,
    Function.REVIEW_CHANGES: _CLAIM_WORK,
    Function.END_DECLARATIONS: _CLAIM_WORK,
    Function.REVIEW_CLASSES: _CLAIM_WORK,
    Function.REVIEW_COMPLETIONS: _CLAIM_WORK,
    Function.REVIEW_QUALIFICATIONS: frozenset({Reading.QUALIFICATIONS}),
    Function.REVIEW_CLAIMS: _CLAIM_WORK,
    Function.OVERRIDE_CONTROLS: _CLAIM_WORK,
    Function.PROPOSE_CLAWBACKS: _CLAIM_WORK,
    Function.CONFIRM_CLAWBACKS: _CLAIM_WORK,
    Function.SETTLE_DIFFERENCES: _CLAIM_WORK,
    Function.COUNTER_FILING: _CLAIM_WORK,
    Function.PUBLISH_CLAIMS: frozenset({Reading.APPROVED, Reading.PUBLISHED, Reading.OBJECTIONS}),
    Function.SETTLE_OBJECTIONS: frozenset({Reading.PUBLISHED, Reading.OBJECTIONS}),
    Function.DISBURSE_CLAIMS: frozenset({Reading.APPROVED, Reading.PUBLISHED, Reading.PAYMENTS}),
    Function.SETTLE_APPEALS: frozenset({Reading.ACCOUNTS}),
    Function.OPEN_ACCOUNTS: frozenset({Reading.ACCOUNTS}),
    Function.SECURE_ACCOUNTS: frozenset({Reading.ACCOUNTS}),
    Function.SEARCH_FINDINGS: _OVERSIGHT_WORK,
    Function.SETTLE_FINDINGS: _OVERSIGHT_WORK,
    Function.PROPOSE_PARAMETERS: frozenset({Reading.PROPOSALS}),
    Function.DECIDE_PARAMETERS: frozenset({Reading.PROPOSALS}),
}
"""What else a function takes opens nothing by itself: figures, files and numbers of what is seen
anyhow, and what is everybody's, such as units, courses and what is published."""

_READINGS_BY_ROLE: Mapping[Role, Readings] = {
    Role.DISTRICT_ADMINISTRATOR: ALL_READINGS - {Reading.PROPOSALS},
    Role.CITY_ADMINISTRATOR: ALL_READINGS - {Reading.PROPOSALS},
    Role.PROVINCE_ADMINISTRATOR: ALL_READINGS - {Reading.PROPOSALS},
    Role.AUDITOR: ALL_READINGS,
    Role.AUDIT_ADMINISTRATOR: frozenset({Reading.ACCOUNTS}),
    Role.SYSTEM: ALL_READINGS,
}
"""Who sees the whole region tree or all of a region, whatever is granted (section 5)."""


@lru_cache(maxsize=1024)
def list_readings(role: Role | None, functions: Functions) -> Readings:
    """List what somebody with a role and functions reads of their region (X10)."""
    own = _READINGS_BY_ROLE.get(role, frozenset()) if role else frozenset()
    return own.union(*(READINGS_BY_FUNCTION.get(each, frozenset()) for each in functions))
