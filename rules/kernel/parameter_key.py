"""Which policy parameters there are, and what their values may say (section 4)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.claims.claim import ClaimKind
from models.files.attachment import AttachedTo
from models.files.stored_file import DocumentKind, FileType
from models.internship.intern import InternCategory
from models.units.qualification import QualificationKind
from rules.kernel.function import Entrance, Function
from rules.kernel.money import ROUNDINGS
from rules.kernel.month import read_date
from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.text import read_text


class Kind(StrEnum):
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
class Span:
    """Whole numbers from the first to the last, both included: 16-24."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Days:
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


Names = tuple[str, ...]
Value = Decimal | int | str | Span | Days | Period | CappedShare | Names


@dataclass(frozen=True, slots=True)
class KeySpec:
    """What a key's values look like, and for which categories they may differ."""

    kind: Kind
    unit: str
    categories: Names = ()
    choices: Names = ()
    most: Decimal = Decimal("9999999999.9999")


INTERNS = tuple(InternCategory)
CLAIMS = tuple(ClaimKind)
QUALIFICATIONS = tuple(QualificationKind)
CLASSES = (AttachedTo.TRAINING_CLASS, AttachedTo.COMPLETION)
RECORDS = (*AttachedTo, "APPEAL", "ROSTER")
PAIRS = tuple(f"{one}+{other}" for one in CLAIMS for other in CLAIMS)
ONE = Decimal(1)
RATIO = Decimal(10)
MONTHS = Decimal(120)
DENOMINATORS = ("EMPLOYED_OR_TERM_COMPLETED", "ALL_ENDED")

KEYS: Mapping[str, KeySpec] = {
    "minimum_wage": KeySpec(Kind.DECIMAL, "yuan / month"),
    "internship.wage_floor_ratio": KeySpec(Kind.DECIMAL, "ratio", INTERNS, most=RATIO),
    "internship.allowance_ratio": KeySpec(Kind.DECIMAL, "ratio", INTERNS, most=RATIO),
    "internship.min_months_for_claim": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "internship.min_days": KeySpec(Kind.INTEGER, "days", INTERNS, most=Decimal(31)),
    "internship.max_months": KeySpec(Kind.INTEGER, "months", INTERNS, most=MONTHS),
    "internship.graduate_window_years": KeySpec(Kind.INTEGER, "years", most=Decimal(100)),
    "internship.youth_age": KeySpec(Kind.SPAN, "years"),
    "mentoring.retention_ratio": KeySpec(Kind.DECIMAL, "ratio", most=ONE),
    "mentoring.contract_months": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "mentoring.amount": KeySpec(Kind.DECIMAL, "yuan / person", INTERNS),
    "mentoring.denominator": KeySpec(Kind.CHOICE, "rule", choices=DENOMINATORS),
    "hiring.unemployed_months": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "hiring.contract_months": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "hiring.uninsured_months_before": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "hiring.amount": KeySpec(Kind.DECIMAL, "yuan / person"),
    "service.amount": KeySpec(Kind.DECIMAL, "yuan / person"),
    "training.max_per_person": KeySpec(Kind.INTEGER, "trainings", most=Decimal(100)),
    "training.amount": KeySpec(Kind.CAPPED_SHARE, "yuan / person"),
    "training.payment_waits_for_completion": KeySpec(Kind.FLAG, "flag"),
    "training.pass_mark": KeySpec(Kind.DECIMAL, "marks", most=Decimal(1000)),
    "publicity.days": KeySpec(Kind.DAYS, "days", CLAIMS),
    "publicity.shown_days_after": KeySpec(Kind.INTEGER, "days", CLAIMS, most=Decimal(366)),
    "publicity.required": KeySpec(Kind.FLAG, "flag", CLAIMS),
    "post.review_required": KeySpec(Kind.FLAG, "flag"),
    "attachments.required": KeySpec(
        Kind.NAMES,
        "kinds",
        (
            "DECLARATION",
            "STAFF",
            "POST",
            "INTERN",
            "MONTHLY_REPORT",
            *CLAIMS,
            *QUALIFICATIONS,
            *CLASSES,
        ),
        tuple(DocumentKind),
    ),
    "attachments.types": KeySpec(Kind.NAMES, "types", RECORDS, tuple(FileType)),
    "attachments.max_size": KeySpec(Kind.INTEGER, "MiB", RECORDS, most=Decimal(100)),
    "attachments.max_count": KeySpec(Kind.INTEGER, "files", RECORDS, most=Decimal(100)),
    "combination.forbidden": KeySpec(Kind.NAMES, "pairs", choices=PAIRS),
    "audit.insured_months_before": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "audit.insured_months_after": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "statistics.smallest_count": KeySpec(Kind.INTEGER, "persons", most=Decimal(1000)),
    "enterprise.size": KeySpec(Kind.NAMES, "sizes"),
    "insurance.lag_months": KeySpec(Kind.INTEGER, "months", most=MONTHS),
    "programme.period": KeySpec(Kind.PERIOD, "days", CLAIMS),
    "declaration.claimable_days_after_end": KeySpec(Kind.INTEGER, "days", most=Decimal(3660)),
    "function.entrance": KeySpec(Kind.CHOICE, "entrance", tuple(Function), tuple(Entrance)),
    "hotline": KeySpec(Kind.TEXT, "telephone"),
    "agreement.version": KeySpec(Kind.TEXT, "version"),
    "money.rounding": KeySpec(Kind.CHOICE, "yuan", choices=tuple(ROUNDINGS)),
}
"""All keys of section 4, the hotline, and how long months stay claimable after an end."""


def read_value(key: str, text: object) -> Value | Unreadable:
    """Read a parameter's value as its key demands, or say that it does not fit (X6)."""
    spec = KEYS.get(key)
    if spec is None:
        return Unreadable(Reason.PARAMETER_KEY_UNKNOWN)
    found = GRAMMAR[spec.kind].fullmatch(text) if isinstance(text, str) else None
    value = READERS[spec.kind](*found.groups()) if found else None
    if value is None or not _fits(spec, value):
        return Unreadable(Reason.PARAMETER_VALUE_MALFORMED)
    return value


def example(key: str) -> str:
    """Give a value as a key's could be written (X6)."""
    spec = KEYS[key]
    return spec.choices[0] if spec.choices else EXAMPLES[spec.kind]


def has_category(key: str, category: str | None) -> bool:
    """Tell whether a key's values may differ for a category (X6)."""
    return key in KEYS and (category is None or category in KEYS[key].categories)


def _fits(spec: KeySpec, value: Value) -> bool:
    if spec.choices:
        return set(value if isinstance(value, tuple) else (value,)) <= set(spec.choices)
    if isinstance(value, Decimal | int):
        return value <= spec.most
    if isinstance(value, Span):
        return value.first <= value.last
    if isinstance(value, Period):
        return value.first <= value.last
    return not isinstance(value, CappedShare) or value.share <= ONE


def _period(first: str, last: str) -> Period | None:
    days = read_date(first), read_date(last)
    if isinstance(days[0], Unreadable) or isinstance(days[1], Unreadable):
        return None
    return Period(days[0], days[1])


def _names(text: str) -> Names:
    return () if text == "none" else tuple(text.split(","))


def _text(text: str) -> str | None:
    read = read_text(text, 200)
    return None if isinstance(read, Unreadable) else read


_NUMBER = r"((?:0|[1-9][0-9]{0,9})(?:\.[0-9]{1,4})?)"
_WHOLE = r"(0|[1-9][0-9]{0,5})"
_NAME = r"[A-Z_]+(?:\+[A-Z_]+)?"

GRAMMAR: Mapping[Kind, re.Pattern[str]] = {
    Kind.DECIMAL: re.compile(_NUMBER),
    Kind.INTEGER: re.compile(_WHOLE),
    Kind.FLAG: re.compile("(true|false)"),
    Kind.CHOICE: re.compile("([A-Z_0-9. ]+)"),
    Kind.SPAN: re.compile(f"{_WHOLE}-{_WHOLE}"),
    Kind.DAYS: re.compile(r"([1-9][0-9]{0,2}) (working|calendar)"),
    Kind.PERIOD: re.compile(r"([0-9-]{10})/([0-9-]{10})"),
    Kind.CAPPED_SHARE: re.compile(f"{_NUMBER} at most {_NUMBER}"),
    Kind.NAMES: re.compile(f"(none|{_NAME}(?:,{_NAME})*)"),
    Kind.TEXT: re.compile("(.+)"),
}

EXAMPLES: Mapping[Kind, str] = {
    Kind.DECIMAL: "0.5",
    Kind.INTEGER: "12",
    Kind.FLAG: "true",
    Kind.SPAN: "16-24",
    Kind.DAYS: "5 working",
    Kind.PERIOD: "2020-02-01/2020-12-31",
    Kind.CAPPED_SHARE: "0.95 at most 600",
    Kind.NAMES: "FIRST,SECOND",
    Kind.TEXT: "0431-12333",
}
"""How values are written; a choice is one of the key's own."""

READERS: Mapping[Kind, Callable[..., Value | None]] = {
    Kind.DECIMAL: Decimal,
    Kind.INTEGER: int,
    Kind.FLAG: lambda text: text == "true",
    Kind.CHOICE: str,
    Kind.SPAN: lambda first, last: Span(int(first), int(last)),
    Kind.DAYS: lambda number, sort: Days(int(number), sort == "working"),
    Kind.PERIOD: _period,
    Kind.CAPPED_SHARE: lambda share, most: CappedShare(Decimal(share), Decimal(most)),
    Kind.NAMES: _names,
    Kind.TEXT: _text,
}
