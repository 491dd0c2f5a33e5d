"""Which policy parameters there are, and what their values may say (section 4)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.accounts.account import AccountChange
from models.claims.claim import ClaimKind
from models.files.stored_file import DocumentKind, FileType
from models.internship.intern import InternCategory
from models.kernel.attached_to import AttachedTo
from models.units.qualification import EnterpriseSize, QualificationKind
from rules.kernel.function import Entrance, Function
from rules.kernel.money import ROUNDING_MODES
from rules.kernel.month import parse_date
from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.text import parse_text


class ParameterKind(StrEnum):
    """How a parameter's value is written."""

    DECIMAL = "DECIMAL"
    INTEGER = "INTEGER"
    FLAG = "FLAG"
    CHOICE = "CHOICE"
    SPAN = "SPAN"
    DAYS = "DAYS"
    PERIOD = "PERIOD"
    CAPPED_SHARE = "CAPPED_SHARE"
    NAMES = "NAMES"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class IntegerRange:
    """Whole numbers from the first to the last, both included: 16-24."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """A number of working or of calendar days: 5 working."""

    number: int
    working: bool


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included: 2020-02-01/2020-12-31."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CappedShare:
    """A share of a cost, up to an amount in yuan: 0.95 at most 600."""

    share: Decimal
    most: Decimal


NameList = tuple[str, ...]
ParameterValue = Decimal | int | str | IntegerRange | DayCount | Period | CappedShare | NameList


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpec:
    """What a key's values look like, and for which categories they may differ."""

    kind: ParameterKind
    unit: str
    categories: NameList = ()
    choices: NameList = ()
    most: Decimal = Decimal("9999999999.9999")


INTERN_CATEGORIES = tuple(InternCategory)
CLAIM_KINDS = tuple(ClaimKind)
QUALIFICATION_KINDS = tuple(QualificationKind)
CLASS_HOSTS = (AttachedTo.TRAINING_CLASS, AttachedTo.COMPLETION)
ATTACHMENT_CATEGORIES = (*AttachedTo, "APPEAL", "ROSTER")
CLAIM_KIND_PAIRS = tuple(f"{one}+{other}" for one in CLAIM_KINDS for other in CLAIM_KINDS)
MAX_SHARE = Decimal(1)
MAX_RATIO = Decimal(10)
MAX_MONTHS = Decimal(120)
RETENTION_DENOMINATORS = ("EMPLOYED_OR_TERM_COMPLETED", "ALL_ENDED")

PARAMETER_KEYS: Mapping[str, KeySpec] = {
    "minimum_wage": KeySpec(kind=ParameterKind.DECIMAL, unit="yuan / month"),
    "internship.wage_floor_ratio": KeySpec(
        kind=ParameterKind.DECIMAL, unit="ratio", categories=INTERN_CATEGORIES, most=MAX_RATIO
    ),
    "internship.allowance_ratio": KeySpec(
        kind=ParameterKind.DECIMAL, unit="ratio", categories=INTERN_CATEGORIES, most=MAX_RATIO
    ),
    "internship.min_months_for_claim": KeySpec(
        kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS
    ),
    "internship.min_days": KeySpec(
        kind=ParameterKind.INTEGER, unit="days", categories=INTERN_CATEGORIES, most=Decimal(31)
    ),
    "internship.max_months": KeySpec(
        kind=ParameterKind.INTEGER, unit="months", categories=INTERN_CATEGORIES, most=MAX_MONTHS
    ),
    "internship.graduate_window_years": KeySpec(
        kind=ParameterKind.INTEGER, unit="years", most=Decimal(100)
    ),
    "internship.youth_age": KeySpec(kind=ParameterKind.SPAN, unit="years"),
    "mentoring.retention_ratio": KeySpec(kind=ParameterKind.DECIMAL, unit="ratio", most=MAX_SHARE),
    "mentoring.contract_months": KeySpec(
        kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS
    ),
    "mentoring.amount": KeySpec(
        kind=ParameterKind.DECIMAL, unit="yuan / person", categories=INTERN_CATEGORIES
    ),
    "mentoring.denominator": KeySpec(
        kind=ParameterKind.CHOICE, unit="rule", choices=RETENTION_DENOMINATORS
    ),
    "hiring.unemployed_months": KeySpec(kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS),
    "hiring.contract_months": KeySpec(kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS),
    "hiring.uninsured_months_before": KeySpec(
        kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS
    ),
    "hiring.amount": KeySpec(kind=ParameterKind.DECIMAL, unit="yuan / person"),
    "service.amount": KeySpec(kind=ParameterKind.DECIMAL, unit="yuan / person"),
    "training.max_per_person": KeySpec(
        kind=ParameterKind.INTEGER, unit="trainings", most=Decimal(100)
    ),
    "training.amount": KeySpec(kind=ParameterKind.CAPPED_SHARE, unit="yuan / person"),
    "training.payment_waits_for_completion": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "training.clawback_on_non_completion": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "payment.one_transfer_per_account": KeySpec(
        kind=ParameterKind.FLAG, unit="flag", categories=CLAIM_KINDS
    ),
    "payment.importer_differs": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "training.pass_mark": KeySpec(kind=ParameterKind.DECIMAL, unit="marks", most=Decimal(1000)),
    "publicity.days": KeySpec(kind=ParameterKind.DAYS, unit="days", categories=CLAIM_KINDS),
    "publicity.shown_days_after": KeySpec(
        kind=ParameterKind.INTEGER, unit="days", categories=CLAIM_KINDS, most=Decimal(366)
    ),
    "publicity.settler_differs": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "publicity.required": KeySpec(kind=ParameterKind.FLAG, unit="flag", categories=CLAIM_KINDS),
    "post.review_required": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "attachments.required": KeySpec(
        kind=ParameterKind.NAMES,
        unit="kinds",
        categories=(
            "DECLARATION",
            "STAFF",
            "POST",
            "INTERN",
            "MONTHLY_REPORT",
            *CLAIM_KINDS,
            *QUALIFICATION_KINDS,
            *CLASS_HOSTS,
            AttachedTo.CHANGE_REQUEST,
        ),
        choices=tuple(DocumentKind),
    ),
    "attachments.types": KeySpec(
        kind=ParameterKind.NAMES,
        unit="types",
        categories=ATTACHMENT_CATEGORIES,
        choices=tuple(FileType),
    ),
    "attachments.max_size": KeySpec(
        kind=ParameterKind.INTEGER, unit="MiB", categories=ATTACHMENT_CATEGORIES, most=Decimal(100)
    ),
    "attachments.max_count": KeySpec(
        kind=ParameterKind.INTEGER,
        unit="files",
        categories=ATTACHMENT_CATEGORIES,
        most=Decimal(100),
    ),
    "storage.max_kept": KeySpec(kind=ParameterKind.INTEGER, unit="MiB", most=Decimal(999_999)),
    "storage.max_per_day": KeySpec(kind=ParameterKind.INTEGER, unit="MiB", most=Decimal(999_999)),
    "roster.kept_days": KeySpec(kind=ParameterKind.INTEGER, unit="days", most=Decimal(36_600)),
    "appeal.kept_days": KeySpec(kind=ParameterKind.INTEGER, unit="days", most=Decimal(36_600)),
    "objection.kept_days": KeySpec(kind=ParameterKind.INTEGER, unit="days", most=Decimal(36_600)),
    "storage.unverified_max_kept": KeySpec(
        kind=ParameterKind.INTEGER, unit="MiB", most=Decimal(999_999)
    ),
    "storage.unverified_max_per_day": KeySpec(
        kind=ParameterKind.INTEGER, unit="MiB", most=Decimal(999_999)
    ),
    "unit.register_verifies": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "counter.official_mobile_months": KeySpec(
        kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS
    ),
    "counter.official_mobile_days": KeySpec(
        kind=ParameterKind.INTEGER, unit="days", most=Decimal(366)
    ),
    "combination.forbidden": KeySpec(
        kind=ParameterKind.NAMES, unit="pairs", choices=CLAIM_KIND_PAIRS
    ),
    "audit.insured_months_before": KeySpec(
        kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS
    ),
    "audit.insured_months_after": KeySpec(
        kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS
    ),
    "statistics.smallest_count": KeySpec(
        kind=ParameterKind.INTEGER, unit="persons", most=Decimal(1000)
    ),
    "enterprise.size": KeySpec(
        kind=ParameterKind.NAMES, unit="sizes", choices=tuple(EnterpriseSize)
    ),
    "insurance.lag_months": KeySpec(kind=ParameterKind.INTEGER, unit="months", most=MAX_MONTHS),
    "programme.period": KeySpec(kind=ParameterKind.PERIOD, unit="days", categories=CLAIM_KINDS),
    "declaration.claimable_days_after_end": KeySpec(
        kind=ParameterKind.INTEGER, unit="days", most=Decimal(3660)
    ),
    "function.entrance": KeySpec(
        kind=ParameterKind.CHOICE,
        unit="entrance",
        categories=tuple(Function),
        choices=tuple(Entrance),
    ),
    "unit.old_name_days": KeySpec(kind=ParameterKind.INTEGER, unit="days", most=Decimal(3660)),
    "administration.by_two": KeySpec(
        kind=ParameterKind.FLAG, unit="flag", categories=tuple(AccountChange)
    ),
    "administration.max_pending": KeySpec(
        kind=ParameterKind.INTEGER, unit="proposals", most=Decimal(1000)
    ),
    "recovery.waiting_days": KeySpec(kind=ParameterKind.INTEGER, unit="days", most=Decimal(60)),
    "recovery.barred_days": KeySpec(kind=ParameterKind.INTEGER, unit="days", most=Decimal(3660)),
    "account.holder_demanded": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "counter.confirmation_by_two": KeySpec(kind=ParameterKind.FLAG, unit="flag"),
    "hotline": KeySpec(kind=ParameterKind.TEXT, unit="telephone"),
    "agreement.version": KeySpec(kind=ParameterKind.TEXT, unit="version"),
    "money.rounding": KeySpec(
        kind=ParameterKind.CHOICE, unit="yuan", choices=tuple(ROUNDING_MODES)
    ),
}
"""All keys of section 4, the hotline, and how long months stay claimable after an end."""


def parse_value(key: str, text: object) -> ParameterValue | Unreadable:
    """Read a parameter's value as its key demands, or say that it does not fit (X6)."""
    spec = PARAMETER_KEYS.get(key)
    if spec is None:
        return Unreadable(Reason.PARAMETER_KEY_UNKNOWN)
    value = read_value(key, text)
    if value is None or not _is_allowed(spec, value):
        return Unreadable(Reason.PARAMETER_VALUE_MALFORMED)
    return value


def read_value(key: str, text: object) -> ParameterValue | None:
    """Read a value that is written as its key's are, whatever it says; None where it is not."""
    kind = PARAMETER_KEYS[key].kind
    found = VALUE_PATTERNS[kind].fullmatch(text) if isinstance(text, str) else None
    return VALUE_PARSERS[kind](*found.groups()) if found else None


def build_example(key: str) -> str:
    """Return a value as a key's could be written (X6)."""
    spec = PARAMETER_KEYS[key]
    if spec.kind is ParameterKind.DECIMAL and spec.unit.startswith("yuan"):
        return "2000.00"
    return spec.choices[0] if spec.choices else VALUE_EXAMPLES[spec.kind]


def has_category(key: str, category: str | None) -> bool:
    """Return whether a key's values may differ for a category (X6)."""
    return key in PARAMETER_KEYS and (
        category is None or category in PARAMETER_KEYS[key].categories
    )


def _is_allowed(spec: KeySpec, value: ParameterValue) -> bool:
    if spec.choices:
        return set(value if isinstance(value, tuple) else (value,)) <= set(spec.choices)
    if isinstance(value, Decimal | int):
        return value <= spec.most
    if isinstance(value, IntegerRange):
        return value.first <= value.last
    if isinstance(value, Period):
        return value.first <= value.last
    return not isinstance(value, CappedShare) or value.share <= MAX_SHARE


def _parse_period(first: str, last: str) -> Period | None:
    days = parse_date(first), parse_date(last)
    if isinstance(days[0], Unreadable) or isinstance(days[1], Unreadable):
        return None
    return Period(days[0], days[1])


def _parse_names(text: str) -> NameList:
    return () if text == "none" else tuple(text.split(","))


def _parse_text(text: str) -> str | None:
    read = parse_text(text, 200)
    return None if isinstance(read, Unreadable) else read


_NUMBER_PATTERN = r"((?:0|[1-9][0-9]{0,9})(?:\.[0-9]{1,4})?)"
_INTEGER_PATTERN = r"(0|[1-9][0-9]{0,5})"
_NAME_PATTERN = r"[A-Z_]+(?:\+[A-Z_]+)?"

VALUE_PATTERNS: Mapping[ParameterKind, re.Pattern[str]] = {
    ParameterKind.DECIMAL: re.compile(_NUMBER_PATTERN),
    ParameterKind.INTEGER: re.compile(_INTEGER_PATTERN),
    ParameterKind.FLAG: re.compile("(true|false)"),
    ParameterKind.CHOICE: re.compile("([A-Z_0-9. ]+)"),
    ParameterKind.SPAN: re.compile(f"{_INTEGER_PATTERN}-{_INTEGER_PATTERN}"),
    ParameterKind.DAYS: re.compile(r"([1-9][0-9]{0,2}) (working|calendar)"),
    ParameterKind.PERIOD: re.compile(r"([0-9-]{10})/([0-9-]{10})"),
    ParameterKind.CAPPED_SHARE: re.compile(f"{_NUMBER_PATTERN} at most {_NUMBER_PATTERN}"),
    ParameterKind.NAMES: re.compile(f"(none|{_NAME_PATTERN}(?:,{_NAME_PATTERN})*)"),
    ParameterKind.TEXT: re.compile("(.+)"),
}

VALUE_EXAMPLES: Mapping[ParameterKind, str] = {
    ParameterKind.DECIMAL: "0.5",
    ParameterKind.INTEGER: "12",
    ParameterKind.FLAG: "true",
    ParameterKind.SPAN: "16-24",
    ParameterKind.DAYS: "5 working",
    ParameterKind.PERIOD: "2020-02-01/2020-12-31",
    ParameterKind.CAPPED_SHARE: "0.95 at most 600",
    ParameterKind.NAMES: "FIRST,SECOND",
    ParameterKind.TEXT: "0431-12333",
}
"""How values are written; a choice is one of the key's own."""

VALUE_PARSERS: Mapping[ParameterKind, Callable[..., ParameterValue | None]] = {
    ParameterKind.DECIMAL: Decimal,
    ParameterKind.INTEGER: int,
    ParameterKind.FLAG: lambda text: text == "true",
    ParameterKind.CHOICE: str,
    ParameterKind.SPAN: lambda first, last: IntegerRange(int(first), int(last)),
    ParameterKind.DAYS: lambda number, sort: DayCount(int(number), sort == "working"),
    ParameterKind.PERIOD: _parse_period,
    ParameterKind.CAPPED_SHARE: lambda share, most: CappedShare(Decimal(share), Decimal(most)),
    ParameterKind.NAMES: _parse_names,
    ParameterKind.TEXT: _parse_text,
}
