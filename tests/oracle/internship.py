"""Interns, their months, and what a unit gets for them: J17, J23, J27, J29, J30, J34 to J37."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.oracle.days import (
    LONGEST_MONTH,
    ONE_DAY,
    SHORTEST_MONTH,
    count_years,
    first_of,
    lasts_months,
    measure,
    move_months,
)
from tests.oracle.money import find_minimum_wage, round_to_fen
from tests.oracle.policy import Amount

YOUTH = "UNEMPLOYED_YOUTH"
HIGHER = {"JUNIOR_COLLEGE", "BACHELOR", "MASTER", "DOCTOR"}
VOCATIONAL = {"SECONDARY_VOCATIONAL", "TECHNICAL_SCHOOL"}
MENTORING_AMOUNT = Amount(first=Fraction(2000))


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Figures of section 4."""

    floor_youth: Fraction = Fraction("1.2")
    floor_others: Fraction = Fraction("1.6")
    allowance_youth: Fraction = Fraction("0.6")
    allowance_others: Fraction = Fraction(1)
    min_days: int = 15
    min_months: int = 3
    max_months: int = 12
    graduate_years: int = 2
    youth_from: int = 16
    youth_to: int = 24
    retention: Fraction = Fraction("0.5")
    contract_months: int = 12
    mentoring: Amount = MENTORING_AMOUNT


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What is known of a person on the day on which the agreement was signed (J17)."""

    category: str
    agreed_on: date
    born: date
    education: str
    graduated_on: date | None
    insured_months: tuple[date, ...] = ()
    unemployed: tuple[tuple[date, date | None], ...] = ()
    """Registrations: their first day, and the day on which each was closed."""


def is_of_category(one: Candidate, rates: Rates) -> bool | None:
    """Judge a category by the day of the agreement (J17); None where the rulebook is silent."""
    day = one.agreed_on
    if one.category == YOUTH:
        years = count_years(one.born, day)
        if years is None:
            return None
        of_age = rates.youth_from <= years <= rates.youth_to
        registered = any(
            since <= day and (closed is None or day <= closed) for since, closed in one.unemployed
        )
        return of_age and registered and first_of(day) not in one.insured_months
    if one.graduated_on is None or one.graduated_on > day:
        return False
    if one.category == "SECONDARY_VOCATIONAL":
        return one.education in VOCATIONAL
    in_time = day <= move_months(one.graduated_on, 12 * rates.graduate_years)
    insured = any(month <= day for month in one.insured_months)
    return one.education in HIGHER and in_time and not insured


@dataclass(frozen=True)
class Spell:
    """An internship's days, the last included, in a unit."""

    unit: str
    start: date
    end: date


PERHAPS_TOO_LONG = "PERHAPS_TOO_LONG"
"""Days that are left over are too many or not, whatever a month of them is; that is not said."""


def find_spell_faults(new: Spell, others: list[Spell], rates: Rates) -> set[str]:
    """Judge a further internship (J23)."""
    faults = set()
    if any(other.unit == new.unit for other in others):
        faults.add("SAME_UNIT")
    if any(other.start <= new.end and new.start <= other.end for other in others):
        faults.add("AT_ONCE")
    months = days = 0
    for spell in [new, *others]:
        whole, rest = measure(spell.start, spell.end)
        months, days = months + whole, days + rest
    surely = months + days // LONGEST_MONTH, days % LONGEST_MONTH
    perhaps = months + days // SHORTEST_MONTH, days % SHORTEST_MONTH
    limit = (rates.max_months, 0)
    if (surely > limit) != (perhaps > limit):
        return faults | {PERHAPS_TOO_LONG}
    return faults | {"TOO_LONG"} if surely > limit else faults


@dataclass(frozen=True, kw_only=True)
class Report:
    """A month of an intern, as reported."""

    month: date
    days: int
    wage: Fraction
    approved: bool = True
    held: bool = False
    """Whether a claim's line has it already (J30, X15)."""


def compute_payable(
    minimum: Fraction, category: str, report: Report, rates: Rates
) -> Fraction | None:
    """Compute what is payable for a month; nothing below the floor or with too few days (J27)."""
    youth = category == YOUTH
    floor = round_to_fen(minimum * (rates.floor_youth if youth else rates.floor_others))
    if report.wage < floor or report.days < rates.min_days:
        return None
    return round_to_fen(minimum * (rates.allowance_youth if youth else rates.allowance_others))


def list_claimable(
    region: str, category: str, reports: list[Report], until: date, rates: Rates
) -> dict[date, Fraction]:
    """List the months for which a claim up to a month pays, and what (J29, J30)."""
    attended = [r for r in reports if r.approved and r.days >= rates.min_days]
    if len(attended) < rates.min_months:
        return {}
    found = {}
    for report in attended:
        minimum = find_minimum_wage(region, report.month)
        if minimum is None or report.held or report.month > until:
            continue
        amount = compute_payable(minimum, category, report, rates)
        if amount is not None:
            found[report.month] = amount
    return found


def take_back(
    reports: list[Report], claimed: dict[date, Fraction], ended_on: date, paid: bool, rates: Rates
) -> Fraction:
    """Compute what an early end takes from a line that claimed some months (J39, J29).

    Months after the end are void, and of the end month only its days until then count. With fewer
    than three months attended nothing is left. A paid line loses what is not due, an unpaid one is
    struck whole if anything of it changes.
    """
    last, left = first_of(ended_on), {r.month: r.days for r in reports if r.approved}
    changed = {
        month for month in left if month > last or (month == last and left[month] > ended_on.day)
    }
    left = {m: min(d, ended_on.day) if m == last else d for m, d in left.items() if m <= last}
    attended = {month for month, days in left.items() if days >= rates.min_days}
    if len(attended) < rates.min_months:
        return sum(claimed.values(), Fraction(0))
    if not paid:
        return sum(claimed.values(), Fraction(0)) if changed & claimed.keys() else Fraction(0)
    lost = changed - attended
    return sum((amount for month, amount in claimed.items() if month in lost), Fraction(0))


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A labour contract; without an end it is open, or its term was not stated."""

    employer: str
    start: date
    end: date | None = None
    open_ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Leaver:
    """An intern of a unit in the year in which the internship ends (J37)."""

    planned_end: date
    ended_on: date | None = None
    reason: str | None = None
    """Without one no reduction was filed: the term ran out, or will."""

    destination: str | None = None
    contracts: tuple[Contract, ...] = ()
    insured: tuple[tuple[date, str], ...] = ()
    reports_approved: bool = True
    counted_before: bool = False

    @property
    def last_day(self) -> date:
        return self.ended_on or self.planned_end


def has_ended(one: Leaver, year: int, today: date) -> bool:
    """Ask whether an internship counts as ended in a year (J37)."""
    if one.reason is None:
        return one.planned_end.year == year and one.planned_end < today
    return one.reason in {"EMPLOYED", "TERM_COMPLETED"} and one.last_day.year == year


def has_lasting_contract(one: Leaver, unit: str, rates: Rates) -> bool:
    """Ask for a contract of a year with the unit, from the internship's last day on (J34)."""
    return any(
        contract.employer == unit
        and contract.start >= one.last_day
        and (
            contract.open_ended
            or (
                contract.end is not None
                and lasts_months(contract.start, contract.end, rates.contract_months)
            )
        )
        for contract in one.contracts
    )


def is_insured(one: Leaver, unit: str) -> bool | None:
    """Ask whether the unit paid insurance for somebody it kept (J34).

    None where only the internship's last month was paid and the internship filled it: whether
    that was for the job is not said.
    """
    months = {month for month, employer in one.insured if employer == unit}
    if any(month >= first_of(one.last_day + ONE_DAY) for month in months):
        return True
    return None if first_of(one.last_day) in months else False


def is_retained(one: Leaver, unit: str, rates: Rates) -> bool | None:
    """Ask whether somebody was kept: so told (J20), with contract and insurance (J34, J37)."""
    if (one.reason, one.destination) != ("EMPLOYED", "RETAINED"):
        return False
    if not has_lasting_contract(one, unit, rates):
        return False
    return is_insured(one, unit)


@dataclass
class Year:
    """What comes of a unit's year."""

    ended: int = 0
    retained: int = 0
    paid: list[int] = field(default_factory=list)
    amount: Fraction = Fraction(0)


def judge_year(
    leavers: list[Leaver], unit: str, year: int, today: date, rates: Rates
) -> Year | None:
    """Judge a unit's year: half of those who ended were kept, and each of them pays (J34-J37).

    What each pays is as of the internship's end (X21).
    """
    ended = [n for n, one in enumerate(leavers) if has_ended(one, year, today)]
    verdicts = {n: is_retained(leavers[n], unit, rates) for n in ended}
    if None in verdicts.values():
        return None
    kept = [n for n in ended if verdicts[n]]
    found = Year(len(ended), len(kept))
    if ended and Fraction(len(kept), len(ended)) >= rates.retention:
        free = (n for n in kept if not leavers[n].counted_before and leavers[n].reports_approved)
        found.paid = list(free)
    amounts = (round_to_fen(rates.mentoring.on(leavers[n].last_day)) for n in found.paid)
    found.amount = sum(amounts, Fraction(0))
    return found
