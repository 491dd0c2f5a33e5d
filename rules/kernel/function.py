"""What an account may do: functions, and which roles hold them (S1, rulebook section 5)."""

from collections.abc import Iterable, Mapping
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
    FILE_ROSTERS = "FILE_ROSTERS"
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
    SETTLE_DIFFERENCES = "SETTLE_DIFFERENCES"
    KEEP_ACCOUNT = "KEEP_ACCOUNT"
    MANAGE_OPERATORS = "MANAGE_OPERATORS"
    SETTLE_APPEALS = "SETTLE_APPEALS"
    FILE_QUALIFICATIONS = "FILE_QUALIFICATIONS"
    REVIEW_QUALIFICATIONS = "REVIEW_QUALIFICATIONS"
    SETTLE_OBJECTIONS = "SETTLE_OBJECTIONS"
    MAINTAIN_CALENDAR = "MAINTAIN_CALENDAR"
    PROPOSE_CLAWBACKS = "PROPOSE_CLAWBACKS"
    CONFIRM_RECEIPTS = "CONFIRM_RECEIPTS"
    COUNTER_FILING = "COUNTER_FILING"
    GRANT_FUNCTIONS = "GRANT_FUNCTIONS"
    SEARCH_FINDINGS = "SEARCH_FINDINGS"
    SETTLE_FINDINGS = "SETTLE_FINDINGS"
    UNMASK_PERSONAL_DATA = "UNMASK_PERSONAL_DATA"
    READ_STATISTICS = "READ_STATISTICS"
    EXPORT_LISTS = "EXPORT_LISTS"
    LOAD_FACTS = "LOAD_FACTS"
    MAINTAIN_COURSES = "MAINTAIN_COURSES"
    FILE_CLASSES = "FILE_CLASSES"
    REVIEW_CLASSES = "REVIEW_CLASSES"
    FILE_COMPLETIONS = "FILE_COMPLETIONS"
    REVIEW_COMPLETIONS = "REVIEW_COMPLETIONS"
    OVERRIDE_CONTROLS = "OVERRIDE_CONTROLS"
    SEARCH_BY_ID_NUMBER = "SEARCH_BY_ID_NUMBER"
    OPEN_ACCOUNTS = "OPEN_ACCOUNTS"
    SECURE_ACCOUNTS = "SECURE_ACCOUNTS"
    CONFIRM_ACCOUNT_CHANGES = "CONFIRM_ACCOUNT_CHANGES"


class Entrance(StrEnum):
    """From where an instance is reached, and where a function is offered (S30). 入口"""

    BOTH = "BOTH"
    INTRANET = "INTRANET"
    INTERNET = "INTERNET"


Functions = frozenset[Function]

ANYONE: Functions = frozenset()
"""What a field takes that anybody may use, signed in or not."""

_KEEPER_FUNCTIONS = {Function.KEEP_ACCOUNT}
_READER_FUNCTIONS = {Function.READ_RECORDS, *_KEEPER_FUNCTIONS}

_FUNCTIONS_BY_ROLE: Mapping[Role, Functions] = {
    Role.PERSON: frozenset(
        _READER_FUNCTIONS | {Function.COMPLETE_INFORMATION, Function.CONFIRM_RECEIPTS}
    ),
    Role.UNIT_OPERATOR: frozenset(
        _READER_FUNCTIONS
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
            Function.FILE_ROSTERS,
            Function.FILE_CHANGES,
            Function.FILE_QUALIFICATIONS,
            Function.FILE_CLASSES,
            Function.FILE_COMPLETIONS,
            Function.CONFIRM_RECEIPTS,
            Function.EXPORT_LISTS,
        }
    ),
    Role.DISTRICT_OFFICER: frozenset(
        _READER_FUNCTIONS
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
            Function.SETTLE_DIFFERENCES,
            Function.PROPOSE_CLAWBACKS,
            Function.SETTLE_APPEALS,
            Function.REVIEW_QUALIFICATIONS,
            Function.REVIEW_CLASSES,
            Function.REVIEW_COMPLETIONS,
            Function.OVERRIDE_CONTROLS,
            Function.SETTLE_OBJECTIONS,
            Function.COUNTER_FILING,
            Function.SEARCH_FINDINGS,
            Function.SETTLE_FINDINGS,
            Function.UNMASK_PERSONAL_DATA,
            Function.READ_STATISTICS,
            Function.SEARCH_BY_ID_NUMBER,
            Function.EXPORT_LISTS,
        }
    ),
    Role.AGENCY_OPERATOR: frozenset(
        _READER_FUNCTIONS
        | {
            Function.MAINTAIN_UNIT,
            Function.MAINTAIN_BANK_ACCOUNTS,
            Function.LOOK_UP_PERSONS,
            Function.FILE_CLAIMS,
            Function.ATTACH_FILES,
            Function.FILE_QUALIFICATIONS,
            Function.FILE_ROSTERS,
            Function.CONFIRM_RECEIPTS,
            Function.EXPORT_LISTS,
        }
    ),
    Role.FINANCE: frozenset(
        _READER_FUNCTIONS
        | {
            Function.DISBURSE_CLAIMS,
            Function.READ_STATISTICS,
            Function.SEARCH_BY_ID_NUMBER,
            Function.EXPORT_LISTS,
        }
    ),
    Role.DISTRICT_ADMINISTRATOR: frozenset(
        _READER_FUNCTIONS | {Function.GRANT_FUNCTIONS, Function.READ_STATISTICS}
    ),
    Role.CITY_ADMINISTRATOR: frozenset(
        _READER_FUNCTIONS | {Function.GRANT_FUNCTIONS, Function.READ_STATISTICS}
    ),
    Role.PROVINCE_ADMINISTRATOR: frozenset(
        _READER_FUNCTIONS
        | {
            Function.PROPOSE_PARAMETERS,
            Function.DECIDE_PARAMETERS,
            Function.EXPLAIN_PLANS,
            Function.MAINTAIN_CALENDAR,
            Function.MAINTAIN_COURSES,
            Function.GRANT_FUNCTIONS,
            Function.READ_STATISTICS,
        }
    ),
    Role.AUDITOR: frozenset(
        _READER_FUNCTIONS
        | {Function.SEARCH_FINDINGS, Function.READ_STATISTICS, Function.EXPORT_LISTS}
    ),
    Role.REPORTING: frozenset(
        _READER_FUNCTIONS | {Function.READ_STATISTICS, Function.EXPORT_LISTS}
    ),
    Role.DATA_SUPPLIER: frozenset(_READER_FUNCTIONS | {Function.LOAD_FACTS}),
    Role.SYSTEM_ADMINISTRATOR: frozenset(
        _READER_FUNCTIONS | {Function.OPEN_ACCOUNTS, Function.CONFIRM_ACCOUNT_CHANGES}
    ),
    Role.SECURITY_ADMINISTRATOR: frozenset(
        _READER_FUNCTIONS | {Function.SECURE_ACCOUNTS, Function.CONFIRM_ACCOUNT_CHANGES}
    ),
    Role.AUDIT_ADMINISTRATOR: frozenset(_READER_FUNCTIONS),
    Role.SYSTEM: frozenset(),
}

ROLE_FUNCTIONS: Mapping[Role, Functions] = {
    **_FUNCTIONS_BY_ROLE,
    Role.LEGAL_PERSON: _FUNCTIONS_BY_ROLE[Role.UNIT_OPERATOR] | {Function.MANAGE_OPERATORS},
}
"""All that a role may hold at all (rulebook, section 5)."""

FUNCTION_HOLDERS: Mapping[Function, tuple[Role, ...]] = {
    function: tuple(role for role in Role if function in ROLE_FUNCTIONS[role])
    for function in Function
}
"""Which roles may hold a function: a refusal names them."""

_ROLES_WITHOUT_GRANTS = (
    Role.PERSON,
    Role.LEGAL_PERSON,
    Role.UNIT_OPERATOR,
    Role.PROVINCE_ADMINISTRATOR,
    Role.SYSTEM_ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDIT_ADMINISTRATOR,
    Role.SYSTEM,
)
"""Who takes no grant: persons and units register themselves; above a province nobody could, and
the three administrators 三员 hold what their part is and nothing else (X28)."""

_BASE_FUNCTIONS: Mapping[Role, Functions] = {
    Role.AGENCY_OPERATOR: _FUNCTIONS_BY_ROLE[Role.AGENCY_OPERATOR]
    - {Function.LOOK_UP_PERSONS, Function.FILE_CLAIMS},
    Role.DISTRICT_ADMINISTRATOR: frozenset(_READER_FUNCTIONS),
    Role.CITY_ADMINISTRATOR: frozenset(_READER_FUNCTIONS),
}

ROLE_DEFAULT_FUNCTIONS: Mapping[Role, Functions] = {
    role: ROLE_FUNCTIONS[role]
    if role in _ROLES_WITHOUT_GRANTS
    else _BASE_FUNCTIONS.get(role, frozenset(_KEEPER_FUNCTIONS))
    for role in Role
}
"""What comes with a role; the rest of what it may hold takes a grant (S1, ADR 0035)."""

GRANTABLE_FUNCTIONS: Mapping[Role, Functions] = {
    role: ROLE_FUNCTIONS[role] - ROLE_DEFAULT_FUNCTIONS[role] for role in Role
}
"""What may be granted to an account of a role."""

COUNTER_FUNCTIONS: Functions = (
    ROLE_FUNCTIONS[Role.UNIT_OPERATOR] | ROLE_FUNCTIONS[Role.AGENCY_OPERATOR]
) - {Function.KEEP_ACCOUNT}
"""What an officer at the counter may do for an applicant: what the applicant may (X17)."""


VERIFIED_FUNCTIONS: Functions = frozenset(
    {
        Function.LOOK_UP_PERSONS,
        Function.FILE_INTERNS,
        Function.FILE_REPORTS,
        Function.FILE_CLAIMS,
        Function.FILE_ROSTERS,
        Function.FILE_CLASSES,
        Function.FILE_COMPLETIONS,
        Function.CONFIRM_RECEIPTS,
        Function.EXPORT_LISTS,
    }
)
"""What reaches persons or money: a unit may do it once it was verified, and not before (X18)."""


ENROLMENT_FUNCTIONS: Functions = frozenset({Function.KEEP_ACCOUNT})
"""What is left to an account that has no second factor, where its role takes one (J3), and to one
whose password somebody gave it (X28)."""


DECIDING_FUNCTIONS: Functions = frozenset(
    {
        *(function for function in Function if function.startswith("REVIEW_")),
        Function.PUBLISH_CLAIMS,
        Function.DISBURSE_CLAIMS,
        Function.PROPOSE_PARAMETERS,
        Function.DECIDE_PARAMETERS,
        Function.END_DECLARATIONS,
        Function.PROPOSE_CLAWBACKS,
        Function.CONFIRM_CLAWBACKS,
        Function.SETTLE_DIFFERENCES,
        Function.SETTLE_APPEALS,
        Function.SETTLE_OBJECTIONS,
        Function.SETTLE_FINDINGS,
        Function.OVERRIDE_CONTROLS,
        Function.COUNTER_FILING,
        Function.GRANT_FUNCTIONS,
    }
)
"""What takes two pairs of eyes: officials do it whose account says whose it is (X2)."""

HOLDER_ROLES: frozenset[Role] = frozenset(
    role for role, functions in ROLE_FUNCTIONS.items() if functions & DECIDING_FUNCTIONS
)
"""Roles whose accounts say whose they are."""


def granted_functions(role: Role | None, granted: Functions | None) -> Functions:
    """Return what an account may do: what comes with its role, and what of the rest was granted.

    Whoever was granted anything may read what it answers. None stands for all that the role may
    hold: nobody asked what was granted, as in rules and background work (S1).
    """
    if role is None:
        return ANYONE
    if granted is None:
        return ROLE_FUNCTIONS[role]
    found = ROLE_DEFAULT_FUNCTIONS[role] | (granted & GRANTABLE_FUNCTIONS[role])
    return found | {Function.READ_RECORDS} if granted & GRANTABLE_FUNCTIONS[role] else found


def limit_to_scopes(functions: Functions, scopes: Functions | None) -> Functions:
    """Return what is left of functions to a program with scopes, or all to whoever has none.

    It reads what its functions answer, and never keeps the account: what that opens outlives it.
    """
    if scopes is None:
        return functions
    return functions & (scopes | {Function.READ_RECORDS}) - {Function.KEEP_ACCOUNT}


def parse_functions(names: Iterable[str]) -> Functions:
    """Read functions by name; what this version does not know opens nothing."""
    return frozenset(Function(name) for name in names if name in Function.__members__)
