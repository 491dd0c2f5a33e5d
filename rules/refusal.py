"""How a rule says no: a stable reason and figures, never personal data."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

Path = tuple[str | int, ...]


class Reason(StrEnum):
    """Why something was refused; a client may rely on these names."""

    # input that cannot be read
    NOT_A_DATE = "NOT_A_DATE"
    NOT_A_MONTH = "NOT_A_MONTH"
    NOT_AN_AMOUNT = "NOT_AN_AMOUNT"
    NOT_A_REGION = "NOT_A_REGION"
    ID_NUMBER_MALFORMED = "ID_NUMBER_MALFORMED"
    ID_NUMBER_CHECKSUM = "ID_NUMBER_CHECKSUM"
    ID_NUMBER_15_DIGITS = "ID_NUMBER_15_DIGITS"
    ID_NUMBER_BIRTH_DATE = "ID_NUMBER_BIRTH_DATE"
    CREDIT_CODE_MALFORMED = "CREDIT_CODE_MALFORMED"
    CREDIT_CODE_CHECKSUM = "CREDIT_CODE_CHECKSUM"
    MOBILE_MALFORMED = "MOBILE_MALFORMED"
    CARD_NUMBER_MALFORMED = "CARD_NUMBER_MALFORMED"
    CARD_NUMBER_CHECKSUM = "CARD_NUMBER_CHECKSUM"
    ACCOUNT_NAME_MALFORMED = "ACCOUNT_NAME_MALFORMED"
    TEXT_EMPTY = "TEXT_EMPTY"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    TEXT_UNPRINTABLE = "TEXT_UNPRINTABLE"
    # input that contradicts a rule
    FIRST_OUT_OF_RANGE = "FIRST_OUT_OF_RANGE"
    CURSOR_UNKNOWN = "CURSOR_UNKNOWN"
    NUMBER_OUT_OF_RANGE = "NUMBER_OUT_OF_RANGE"
    AMOUNT_ABSURD = "AMOUNT_ABSURD"
    REASON_MISSING = "REASON_MISSING"
    LISTED_TWICE = "LISTED_TWICE"
    LIST_EMPTY = "LIST_EMPTY"
    LIST_TOO_LONG = "LIST_TOO_LONG"
    NOT_FOUND = "NOT_FOUND"
    # what holds for every record
    WRONG_STATUS = "WRONG_STATUS"
    FOUR_EYES = "FOUR_EYES"
    FORBIDDEN = "FORBIDDEN"
    STALE_VERSION = "STALE_VERSION"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    IDEMPOTENCY_KEY_MALFORMED = "IDEMPOTENCY_KEY_MALFORMED"
    TOO_MANY_TRIES = "TOO_MANY_TRIES"
    # sign-in
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    SESSION_ENDED = "SESSION_ENDED"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    TICKET_FOREIGN = "TICKET_FOREIGN"
    TICKET_UNKNOWN = "TICKET_UNKNOWN"
    TICKET_EXPIRED = "TICKET_EXPIRED"
    TICKET_USED = "TICKET_USED"
    TICKET_APPROVED = "TICKET_APPROVED"
    # accounts
    ACCOUNT_NAME_TAKEN = "ACCOUNT_NAME_TAKEN"
    AGREEMENT_OUTDATED = "AGREEMENT_OUTDATED"
    REGION_NOT_A_DISTRICT = "REGION_NOT_A_DISTRICT"
    UNIT_REGISTERED = "UNIT_REGISTERED"
    PERSON_NOT_CONFIRMED = "PERSON_NOT_CONFIRMED"
    PASSWORD_TOO_SHORT = "PASSWORD_TOO_SHORT"  # noqa: S105 - not a password
    PASSWORD_TOO_LONG = "PASSWORD_TOO_LONG"  # noqa: S105 - not a password
    PASSWORD_TOO_SIMPLE = "PASSWORD_TOO_SIMPLE"  # noqa: S105 - not a password
    PASSWORD_COMMON = "PASSWORD_COMMON"  # noqa: S105 - not a password
    PASSWORD_HOLDS_NAME = "PASSWORD_HOLDS_NAME"  # noqa: S105 - not a password
    PASSWORD_UNCHANGED = "PASSWORD_UNCHANGED"  # noqa: S105 - not a password
    PASSWORD_WRONG = "PASSWORD_WRONG"  # noqa: S105 - not a password
    NOT_AN_OPERATOR = "NOT_AN_OPERATOR"
    NOTHING_CHANGED = "NOTHING_CHANGED"
    APPEAL_UNKNOWN = "APPEAL_UNKNOWN"
    RESET_CODE_WRONG = "RESET_CODE_WRONG"
    RESET_CODE_EXPIRED = "RESET_CODE_EXPIRED"
    RESET_CODE_USED = "RESET_CODE_USED"
    # declarations, posts
    PROFILE_INCOMPLETE = "PROFILE_INCOMPLETE"
    DECLARATION_EXISTS = "DECLARATION_EXISTS"
    DECLARATION_NOT_APPROVED = "DECLARATION_NOT_APPROVED"
    STAFF_MISSING = "STAFF_MISSING"
    NAME_TAKEN = "NAME_TAKEN"
    POST_NOT_APPROVED = "POST_NOT_APPROVED"
    POST_NOT_ON_BOARD = "POST_NOT_ON_BOARD"
    BOARD_PUSH_OUTDATED = "BOARD_PUSH_OUTDATED"
    # persons, interns
    PERSON_NOT_ON_FILE = "PERSON_NOT_ON_FILE"
    INFORMATION_INCOMPLETE = "INFORMATION_INCOMPLETE"
    NAME_DIFFERS = "NAME_DIFFERS"
    NOT_A_GRADUATE = "NOT_A_GRADUATE"
    NOT_VOCATIONAL = "NOT_VOCATIONAL"
    AGE_OUTSIDE = "AGE_OUTSIDE"
    INSURED = "INSURED"
    NOT_REGISTERED_UNEMPLOYED = "NOT_REGISTERED_UNEMPLOYED"
    DATES_REVERSED = "DATES_REVERSED"
    AGREED_AFTER_START = "AGREED_AFTER_START"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    DATE_TOO_EARLY = "DATE_TOO_EARLY"
    TERM_TOO_LONG = "TERM_TOO_LONG"
    INTERN_ALREADY_HERE = "INTERN_ALREADY_HERE"
    INTERN_NOT_APPROVED = "INTERN_NOT_APPROVED"
    # the end of internships and declarations
    TERM_OVERLAPS = "TERM_OVERLAPS"
    TERM_USED_UP = "TERM_USED_UP"
    END_BEFORE_START = "END_BEFORE_START"
    END_AFTER_TERM = "END_AFTER_TERM"
    REDUCTION_EXISTS = "REDUCTION_EXISTS"
    REDUCTION_PENDING = "REDUCTION_PENDING"
    INTERN_ENDED = "INTERN_ENDED"
    END_CLAIMED = "END_CLAIMED"
    LINE_IN_BATCH = "LINE_IN_BATCH"
    DECLARATION_ENDED = "DECLARATION_ENDED"
    CLAIM_TOO_LATE = "CLAIM_TOO_LATE"
    LIQUIDATOR_TOO_EARLY = "LIQUIDATOR_TOO_EARLY"
    # change after approval
    CHANGE_BY_REQUEST = "CHANGE_BY_REQUEST"
    CHANGE_PENDING = "CHANGE_PENDING"
    CHANGE_NOTHING = "CHANGE_NOTHING"
    CHANGE_STALE = "CHANGE_STALE"
    CHANGE_DATE_MISSING = "CHANGE_DATE_MISSING"
    CHANGE_DATE_NEEDLESS = "CHANGE_DATE_NEEDLESS"
    CHANGE_DATE_OUTSIDE = "CHANGE_DATE_OUTSIDE"
    MONTHS_REPORTED = "MONTHS_REPORTED"
    # monthly reports, claims
    MONTH_IN_FUTURE = "MONTH_IN_FUTURE"
    MONTH_NOT_RUN = "MONTH_NOT_RUN"
    DAYS_OUTSIDE_MONTH = "DAYS_OUTSIDE_MONTH"
    REPORT_EXISTS = "REPORT_EXISTS"
    REPORT_HELD = "REPORT_HELD"
    WAGE_BELOW_FLOOR = "WAGE_BELOW_FLOOR"
    TOO_FEW_DAYS = "TOO_FEW_DAYS"
    TOO_FEW_MONTHS = "TOO_FEW_MONTHS"
    NOTHING_PAYABLE = "NOTHING_PAYABLE"
    NO_LINES = "NO_LINES"
    AMOUNT_CHANGED = "AMOUNT_CHANGED"
    REPORT_NOT_APPROVED = "REPORT_NOT_APPROVED"
    REPORT_CLAIMED = "REPORT_CLAIMED"
    MONTH_AFTER_CLAIM = "MONTH_AFTER_CLAIM"
    # mentoring
    NOT_RETAINED = "NOT_RETAINED"
    END_NOT_FILED = "END_NOT_FILED"
    CONTRACT_MISSING = "CONTRACT_MISSING"
    CONTRACT_UNKNOWN = "CONTRACT_UNKNOWN"
    CONTRACT_TOO_SHORT = "CONTRACT_TOO_SHORT"
    INSURANCE_MISSING = "INSURANCE_MISSING"
    INSURANCE_UNKNOWN = "INSURANCE_UNKNOWN"
    REPORTS_NOT_APPROVED = "REPORTS_NOT_APPROVED"
    RETENTION_TOO_LOW = "RETENTION_TOO_LOW"
    NOBODY_ENDED = "NOBODY_ENDED"
    NOBODY_CLAIMABLE = "NOBODY_CLAIMABLE"
    ALREADY_MENTORED = "ALREADY_MENTORED"
    # bank accounts
    ACCOUNT_IN_USE = "ACCOUNT_IN_USE"
    ACCOUNT_EXISTS = "ACCOUNT_EXISTS"
    ACCOUNT_NAME_DIFFERS = "ACCOUNT_NAME_DIFFERS"
    DEFAULT_NEEDED = "DEFAULT_NEEDED"
    # files
    FILE_NAME_UNSAFE = "FILE_NAME_UNSAFE"
    FILE_NAME_TOO_LONG = "FILE_NAME_TOO_LONG"
    FILE_NAME_PERSONAL = "FILE_NAME_PERSONAL"
    FILE_EMPTY = "FILE_EMPTY"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILE_INCOMPLETE = "FILE_INCOMPLETE"
    FILE_EXCEEDS_SIZE = "FILE_EXCEEDS_SIZE"
    FILE_TYPE_NOT_ALLOWED = "FILE_TYPE_NOT_ALLOWED"
    FILE_TYPE_DIFFERS = "FILE_TYPE_DIFFERS"
    FILE_STORE_DOWN = "FILE_STORE_DOWN"
    LINK_EXPIRED = "LINK_EXPIRED"
    UPLOAD_INCOMPLETE = "UPLOAD_INCOMPLETE"
    UPLOAD_TOO_SLOW = "UPLOAD_TOO_SLOW"
    UPLOAD_USED = "UPLOAD_USED"
    TOO_MANY_FILES = "TOO_MANY_FILES"
    DOCUMENTS_MISSING = "DOCUMENTS_MISSING"
    # parameters
    PARAMETER_MISSING = "PARAMETER_MISSING"
    PARAMETER_UNCONFIRMED = "PARAMETER_UNCONFIRMED"
    PARAMETER_KEY_UNKNOWN = "PARAMETER_KEY_UNKNOWN"
    PARAMETER_VALUE_MALFORMED = "PARAMETER_VALUE_MALFORMED"
    PARAMETER_DECIDED = "PARAMETER_DECIDED"
    CATEGORY_UNKNOWN = "CATEGORY_UNKNOWN"
    REGION_OUTSIDE = "REGION_OUTSIDE"
    # files of external facts
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_TWICE = "COLUMN_TWICE"
    CELLS_DIFFER = "CELLS_DIFFER"
    NOT_A_FLAG = "NOT_A_FLAG"
    NOT_A_SCHOOLING = "NOT_A_SCHOOLING"
    AFTER_AS_OF = "AFTER_AS_OF"
    PERSON_UNNAMED = "PERSON_UNNAMED"
    PERSON_NOWHERE = "PERSON_NOWHERE"
    FACT_CONTRADICTED = "FACT_CONTRADICTED"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, and where."""

    reason: Reason
    path: Path = ()
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What an input scalar hands on instead of raising: the value itself is not kept."""

    reason: Reason


def readable(value: object) -> bool:
    """Tell whether an input scalar could read what it was given."""
    return not isinstance(value, Unreadable)


class RuleError(Exception):
    """A rule said no: an expected outcome, not a fault of the program."""


class Refusal(RuleError):
    """One rule refuses what was asked."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class InvalidInput(RuleError):
    """An input has faults; all of them are told at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(fault.reason for fault in self.faults))


class StaleVersion(RuleError):
    """A change was made against a version that is no longer the record's (X12)."""

    def __init__(self, current: int, path: Path = ()) -> None:
        super().__init__(Reason.STALE_VERSION)
        self.current = current
        self.path = path


def refuse_if(faults: Iterable[Fault]) -> None:
    """Raise all faults at once, if there are any."""
    found = tuple(faults)
    if found:
        raise InvalidInput(found)


def refused(reason: Reason, *path: str | int, **figures: object) -> Refusal:
    """Build the refusal of one rule."""
    return Refusal(Fault(reason, path, {name: str(value) for name, value in figures.items()}))


def fault(reason: Reason, *path: str | int, **figures: object) -> Fault:
    """Build one fault."""
    return Fault(reason, path, {name: str(value) for name, value in figures.items()})


@contextmanager
def within(*path: str | int) -> Iterator[None]:
    """Tell the place of what is refused inside as it stands in what lies around it."""
    try:
        yield
    except Refusal as no:
        raise Refusal(_placed(no.fault, path)) from no
    except InvalidInput as no:
        raise InvalidInput(_placed(fault, path) for fault in no.faults) from no
    except StaleVersion as no:
        raise StaleVersion(no.current, (*path, *no.path)) from no


def _placed(fault: Fault, path: Path) -> Fault:
    return Fault(fault.reason, (*path, *fault.path), fault.figures)
