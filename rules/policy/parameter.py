"""What a proposed policy parameter may say, and who is told who proposed it (X6, X10)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from models import ParameterStatus
from rules.kernel.history import mask_account_name
from rules.kernel.parameter_key import (
    PARAMETER_KEYS,
    CappedShare,
    DayCount,
    IntegerRange,
    ParameterValue,
    Period,
    build_example,
    read_value,
)
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.viewer import Viewer

Bounds = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Figures:
    """What figures of a unit may be: with how many decimal places, and from what to what."""

    places: int
    least: Decimal
    most: Decimal


_COUNT = Figures(0, Decimal(1), Decimal(1000))
_YUAN = Figures(2, Decimal("0.01"), Decimal(100_000))

FIGURES_BY_UNIT: Mapping[str, Figures] = {
    "yuan / month": _YUAN,
    "yuan / person": _YUAN,
    "ratio": Figures(4, Decimal(0), Decimal(10)),
    "marks": Figures(2, Decimal(0), Decimal(1000)),
    "months": Figures(0, Decimal(0), Decimal(120)),
    "days": Figures(0, Decimal(0), Decimal(3660)),
    "years": Figures(0, Decimal(0), Decimal(100)),
    "trainings": Figures(0, Decimal(1), Decimal(100)),
    "persons": Figures(0, Decimal(0), Decimal(1000)),
    "MiB": _COUNT,
    "proposals": _COUNT,
    "files": _COUNT,
}
"""A key's unit says which figures make sense: money has cents, months and days are whole."""

BOUNDS_BY_KEY: Mapping[str, Bounds] = {
    "minimum_wage": (Decimal(100), Decimal(100_000)),
    "internship.min_days": (Decimal(1), Decimal(31)),
    "internship.min_months_for_claim": (Decimal(1), Decimal(12)),
    "internship.max_months": (Decimal(1), Decimal(120)),
    "internship.youth_age": (Decimal(14), Decimal(100)),
    "mentoring.contract_months": (Decimal(1), Decimal(120)),
    "hiring.contract_months": (Decimal(1), Decimal(120)),
    "mentoring.retention_ratio": (Decimal(0), Decimal(1)),
    "publicity.days": (Decimal(1), Decimal(366)),
    "publicity.shown_days_after": (Decimal(0), Decimal(366)),
    "attachments.max_size": (Decimal(1), Decimal(100)),
    "attachments.max_count": (Decimal(1), Decimal(100)),
    "storage.max_kept": (Decimal(10), Decimal(999_999)),
    "storage.max_per_day": (Decimal(10), Decimal(999_999)),
    "storage.unverified_max_kept": (Decimal(1), Decimal(999_999)),
    "storage.unverified_max_per_day": (Decimal(1), Decimal(999_999)),
    "roster.kept_days": (Decimal(1), Decimal(36_600)),
    "appeal.kept_days": (Decimal(1), Decimal(36_600)),
    "objection.kept_days": (Decimal(1), Decimal(36_600)),
}
"""Where a key's own bounds are narrower than its unit's."""

MAX_SHARE = Decimal(1)
FIRST_YEAR, LAST_YEAR = 2000, 2100
PHONE_PATTERN = re.compile(r"[0-9+(][0-9()+\- ]{2,24}(?:[、,/; ]+(?:转)?[0-9()+\- ]{1,24})*")


def find_value_fault(key: str, text: str) -> Fault | None:
    """Return why a value is not proposed for a key: how it is written, or what it says (X6).

    What is on file already is read by `parse_value`; this is stricter, and asked of proposals.
    """
    value = read_value(key, text)
    if value is None or not _is_choice(key, value):
        return fault(Reason.PARAMETER_VALUE_MALFORMED, example=build_example(key))
    return _find_figure_fault(key, value)


def _is_choice(key: str, value: ParameterValue) -> bool:
    """Return whether texts are the key's own, each once, and a telephone number is one."""
    choices = PARAMETER_KEYS[key].choices
    match value:
        case tuple():
            return set(value) <= set(choices) and len(set(value)) == len(value)
        case str() if key == "hotline":
            return PHONE_PATTERN.fullmatch(value) is not None
        case str():
            return not choices or value in choices
        case _:
            return True


def _find_figure_fault(key: str, value: ParameterValue) -> Fault | None:
    """Return the first of a value's figures that makes no sense, or that its ends are reversed."""
    reversed_ = (isinstance(value, IntegerRange) and value.first > value.last) or (
        isinstance(value, Period) and value.first > value.last
    )
    if reversed_:
        return fault(Reason.PARAMETER_VALUE_MALFORMED, example=build_example(key))
    if isinstance(value, Period):
        return _find_period_fault(value.first, value.last)
    if isinstance(value, CappedShare) and not 0 < value.share <= MAX_SHARE:
        return _build_bounds_fault(Decimal(0), MAX_SHARE)
    faults = (_find_bounds_fault(key, figure) for figure in _list_figures(value))
    return next(filter(None, faults), None)


def _list_figures(value: ParameterValue) -> Sequence[Decimal | int]:
    match value:
        case bool():
            return ()
        case Decimal() | int():
            return (value,)
        case DayCount():
            return (value.number,)
        case IntegerRange():
            return (value.first, value.last)
        case CappedShare():
            return (value.most,)
        case _:
            return ()


def _find_bounds_fault(key: str, value: Decimal | int) -> Fault | None:
    figures = FIGURES_BY_UNIT[PARAMETER_KEYS[key].unit]
    least, most = BOUNDS_BY_KEY.get(key, (figures.least, figures.most))
    exponent = Decimal(value).as_tuple().exponent
    if isinstance(exponent, int) and -exponent > figures.places:
        return fault(Reason.PARAMETER_TOO_PRECISE, places=figures.places)
    return None if least <= value <= most else _build_bounds_fault(least, most)


def _find_period_fault(first: date, last: date) -> Fault | None:
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        return _build_bounds_fault(Decimal(FIRST_YEAR), Decimal(LAST_YEAR))
    return None


def _build_bounds_fault(least: Decimal, most: Decimal) -> Fault:
    return fault(Reason.PARAMETER_OUT_OF_RANGE, least=least, most=most)


def name_proposer(
    name: str | None, account_id: UUID | None, region: str, *, viewer: Viewer
) -> str | None:
    """Return who proposed a parameter; nobody where it came with the system (X6)."""
    return None if name is None else mask_account_name(name, account_id, region, viewer=viewer)


def name_approver(
    name: str | None,
    account_id: UUID | None,
    region: str,
    status: ParameterStatus,
    *,
    viewer: Viewer,
) -> str | None:
    """Return who approved a parameter, if it was approved and by somebody (X6)."""
    if status is not ParameterStatus.APPROVED:
        return None
    return name_proposer(name, account_id, region, viewer=viewer)
