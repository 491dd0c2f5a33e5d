"""What an account may do: functions, and which roles hold them (S1, rulebook section 5)."""

from collections.abc import Mapping
from enum import StrEnum

from models import Role


class Function(StrEnum):
    """Something that an account may do; a field names those that it takes. 功能"""

    READ_RECORDS = "READ_RECORDS"
    COMPLETE_INFORMATION = "COMPLETE_INFORMATION"
    MAINTAIN_UNIT = "MAINTAIN_UNIT"
    MAINTAIN_BANK_ACCOUNTS = "MAINTAIN_BANK_ACCOUNTS"
    FILE_DECLARATIONS = "FILE_DECLARATIONS"
    FILE_POSTS = "FILE_POSTS"
    LOOK_UP_PERSONS = "LOOK_UP_PERSONS"
    FILE_INTERNS = "FILE_INTERNS"
    FILE_REPORTS = "FILE_REPORTS"
    FILE_CLAIMS = "FILE_CLAIMS"
    ATTACH_FILES = "ATTACH_FILES"
    REVIEW_DECLARATIONS = "REVIEW_DECLARATIONS"
    REVIEW_POSTS = "REVIEW_POSTS"
    REVIEW_INTERNS = "REVIEW_INTERNS"
    REVIEW_REPORTS = "REVIEW_REPORTS"
    REVIEW_CLAIMS = "REVIEW_CLAIMS"
    SEE_WORK_QUEUE = "SEE_WORK_QUEUE"
    PUBLISH_CLAIMS = "PUBLISH_CLAIMS"
    DISBURSE_CLAIMS = "DISBURSE_CLAIMS"
    PROPOSE_PARAMETERS = "PROPOSE_PARAMETERS"
    DECIDE_PARAMETERS = "DECIDE_PARAMETERS"
    EXPLAIN_PLANS = "EXPLAIN_PLANS"
    RETRY_BOARD_PUSHES = "RETRY_BOARD_PUSHES"
    FILE_CHANGES = "FILE_CHANGES"
    REVIEW_CHANGES = "REVIEW_CHANGES"
    END_DECLARATIONS = "END_DECLARATIONS"
    CONFIRM_CLAWBACKS = "CONFIRM_CLAWBACKS"
    KEEP_ACCOUNT = "KEEP_ACCOUNT"
    MANAGE_OPERATORS = "MANAGE_OPERATORS"
    SETTLE_APPEALS = "SETTLE_APPEALS"
    PROPOSE_CLAWBACKS = "PROPOSE_CLAWBACKS"
    CONFIRM_RECEIPTS = "CONFIRM_RECEIPTS"
    SEE_DIFFERENCES = "SEE_DIFFERENCES"


Functions = frozenset[Function]

ANYONE: Functions = frozenset()
"""What a field takes that anybody may use, signed in or not."""

_READER = {Function.READ_RECORDS, Function.KEEP_ACCOUNT}

_HELD: Mapping[Role, Functions] = {
    Role.PERSON: frozenset(_READER | {Function.COMPLETE_INFORMATION, Function.CONFIRM_RECEIPTS}),
    Role.UNIT_OPERATOR: frozenset(
        _READER
        | {
            Function.MAINTAIN_UNIT,
            Function.MAINTAIN_BANK_ACCOUNTS,
            Function.FILE_DECLARATIONS,
            Function.FILE_POSTS,
            Function.LOOK_UP_PERSONS,
            Function.FILE_INTERNS,
            Function.FILE_REPORTS,
            Function.FILE_CLAIMS,
            Function.ATTACH_FILES,
            Function.FILE_CHANGES,
            Function.CONFIRM_RECEIPTS,
        }
    ),
    Role.DISTRICT_OFFICER: frozenset(
        _READER
        | {
            Function.REVIEW_DECLARATIONS,
            Function.REVIEW_POSTS,
            Function.REVIEW_INTERNS,
            Function.REVIEW_REPORTS,
            Function.REVIEW_CLAIMS,
            Function.PUBLISH_CLAIMS,
            Function.SEE_WORK_QUEUE,
            Function.RETRY_BOARD_PUSHES,
            Function.REVIEW_CHANGES,
            Function.END_DECLARATIONS,
            Function.CONFIRM_CLAWBACKS,
            Function.PROPOSE_CLAWBACKS,
            Function.SEE_DIFFERENCES,
            Function.SETTLE_APPEALS,
        }
    ),
    Role.AGENCY_OPERATOR: frozenset(
        _READER
        | {
            Function.MAINTAIN_UNIT,
            Function.MAINTAIN_BANK_ACCOUNTS,
            Function.LOOK_UP_PERSONS,
            Function.FILE_CLAIMS,
            Function.ATTACH_FILES,
            Function.CONFIRM_RECEIPTS,
        }
    ),
    Role.FINANCE: frozenset(_READER | {Function.DISBURSE_CLAIMS, Function.SEE_DIFFERENCES}),
    Role.DISTRICT_ADMINISTRATOR: frozenset(_READER),
    Role.CITY_ADMINISTRATOR: frozenset(_READER),
    Role.PROVINCE_ADMINISTRATOR: frozenset(
        _READER
        | {
            Function.PROPOSE_PARAMETERS,
            Function.DECIDE_PARAMETERS,
            Function.EXPLAIN_PLANS,
            Function.SEE_DIFFERENCES,
        }
    ),
    Role.AUDITOR: frozenset(_READER),
    Role.REPORTING: frozenset(_READER),
    Role.SYSTEM: frozenset(),
}

FUNCTIONS: Mapping[Role, Functions] = {
    **_HELD,
    Role.LEGAL_PERSON: _HELD[Role.UNIT_OPERATOR] | {Function.MANAGE_OPERATORS},
}
"""The functions that come with a role; single grants and their dates follow with S1."""

HOLDERS: Mapping[Function, tuple[Role, ...]] = {
    function: tuple(role for role in Role if function in FUNCTIONS[role]) for function in Function
}
"""Which roles hold a function: a refusal names them."""
