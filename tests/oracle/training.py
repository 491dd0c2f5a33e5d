"""Whom a class may take, and what is paid for them (S20, S21, S25, S31, S33)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.hiring import SMALL_AND_MEDIUM
from tests.oracle.money import round_to_fen
from tests.oracle.policy import Amount

SHARE_OF_FEE, MOST_OF_FEE = Amount(first=Fraction("0.95")), Amount(first=Fraction(600))


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Figures of section 4."""

    share: Amount = SHARE_OF_FEE
    most: Amount = MOST_OF_FEE
    places: int = 3
    period: tuple[date, date] = (date(2024, 1, 1), date(2025, 12, 31))


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """A class that a person attends or attended."""

    opens: date
    ends: date
    given_back: bool = False
    """Withdrawn, refused or not completed, and not paid for (S33)."""


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Somebody who is to attend a class."""

    opens: date
    ends: date
    others: tuple[Attendance, ...] = ()
    insured_here: bool = True
    size: str = "SMALL"
    course_claimed_before: bool = False
    overridden: bool = False
    fee: Fraction = Fraction(500)


def compute_amount(fee: Fraction, opens: date, rates: Rates) -> Fraction:
    """Compute what is paid for a trainee: a share of the fee, at most so much (S25).

    Both are as of the class's opening (X21).
    """
    return round_to_fen(min(fee * rates.share.on(opens), rates.most.on(opens)))


def find_faults(one: Attendee, rates: Rates) -> set[str]:
    """Judge whether somebody can be subsidised in a class (S20, S21, S31)."""
    faults = set()
    first, last = rates.period
    if not first <= one.opens <= last:
        faults.add("PROGRAMME_PERIOD")
    if one.size not in SMALL_AND_MEDIUM:
        faults.add("ENTERPRISE_SIZE")
    if not one.insured_here:
        faults.add("INSURED_STAFF")
    if one.course_claimed_before:
        faults.add("COURSE_ONCE")
    standing = [other for other in one.others if not other.given_back]
    if any(other.opens <= one.ends and one.opens <= other.ends for other in standing):
        faults.add("ONE_AT_A_TIME")
    taken = [other for other in standing if first <= other.opens <= last]
    if len(taken) >= rates.places and not one.overridden:
        faults.add("TRAINING_PLACES")
    return faults
