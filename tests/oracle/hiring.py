"""Who is paid for by hiring and service claims, control by control (S4-S9, S12-S14, S31, S32)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.days import first_of, lasts_months, move_months
from tests.oracle.internship import Contract
from tests.oracle.money import round_to_fen
from tests.oracle.policy import Amount

PASS, FAIL, UNKNOWN = "PASS", "FAIL", "UNKNOWN"
UNEMPLOYED, MIGRANT = "REGISTERED_UNEMPLOYED", "MIGRANT_WORKER"
SMALL_AND_MEDIUM = {"MEDIUM", "SMALL", "MICRO"}


HIRING_AMOUNT, SERVICE_AMOUNT = Amount(first=Fraction(1000)), Amount(first=Fraction(400))


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Figures of section 4."""

    unemployed_months: int = 6
    contract_months: int = 12
    uninsured_months: int = 3
    lag_months: int = 2
    hiring: Amount = HIRING_AMOUNT
    service: Amount = SERVICE_AMOUNT
    period: tuple[date, date] = (date(2024, 1, 1), date(2025, 12, 31))


@dataclass(frozen=True, kw_only=True)
class Hire:
    """A person of a roster, and what is on file of them."""

    service: bool
    group: str
    employer: str
    contract: Contract
    """As the row states it, and as it is on file."""

    today: date
    latest_month: date | None
    """The latest month of contributions that was loaded."""

    insured: tuple[tuple[date, str, str], ...] = ()
    """Contributions: month, employer, and the region where they were posted."""

    unemployed: tuple[tuple[date, date | None], ...] = ()
    transfers: tuple[date, ...] = ()
    size: str = "SMALL"
    licensed: bool = True
    place: str = ""

    @property
    def months_here(self) -> set[date]:
        return {month for month, employer, _ in self.insured if employer == self.employer}


def list_current_run(one: Hire) -> list[date]:
    """List the months of the unbroken run that reaches the latest month loaded (S9), last first."""
    run: list[date] = []
    month = one.latest_month
    while month is not None and month in one.months_here:
        run.append(month)
        month = move_months(month, -1)
    return run


def find_hire_date(one: Hire) -> date:
    """Find the hire date: the contract's start, or an earlier first contribution's month (S32)."""
    run = list_current_run(one)
    if run and run[-1] < first_of(one.contract.start):
        return run[-1]
    return one.contract.start


def judge_insured_now(one: Hire, rates: Rates) -> str:
    """Look for a contribution in the latest month loaded, if it is recent (S5, S32)."""
    if one.latest_month is None or move_months(one.latest_month, rates.lag_months) < first_of(
        one.today
    ):
        return UNKNOWN
    return PASS if one.latest_month in one.months_here else FAIL


def judge_contract(one: Hire, rates: Rates) -> str:
    """Look at the contract's term (S6, S32)."""
    contract = one.contract
    if contract.open_ended:
        return PASS
    if contract.end is None:
        return FAIL
    long_enough = lasts_months(contract.start, contract.end, rates.contract_months)
    return PASS if long_enough else FAIL


def judge_unemployment(one: Hire, rates: Rates) -> str:
    """Look for a registration that stood at the hire, for half a year by then (S4, S7)."""
    hired = find_hire_date(one)
    old_enough = any(
        move_months(since, rates.unemployed_months) <= hired and (closed is None or hired <= closed)
        for since, closed in one.unemployed
    )
    return PASS if old_enough else FAIL


def judge_not_insured_before(one: Hire, rates: Rates) -> str:
    """Look at the months before the current run of contributions (S9)."""
    run = list_current_run(one)
    if not run:
        return UNKNOWN
    before = {move_months(run[-1], -n) for n in range(1, rates.uninsured_months + 1)}
    return FAIL if before & one.months_here else PASS


def judge_period(one: Hire, rates: Rates) -> str:
    """Look whether the hire date lies in the programme's period (S31)."""
    return PASS if rates.period[0] <= find_hire_date(one) <= rates.period[1] else FAIL


def judge_place(one: Hire) -> str:
    """Compare the place stated with where contributions were posted (S10, S13)."""
    if not list_current_run(one):
        return UNKNOWN
    posted = {
        region
        for month, employer, region in one.insured
        if employer == one.employer and month == one.latest_month
    }
    return PASS if one.place in posted else FAIL


def judge_hire(one: Hire, rates: Rates) -> dict[str, str]:
    """Run all controls of a person."""
    found = {
        "INSURED_NOW": judge_insured_now(one, rates),
        "CONTRACT_TERM": judge_contract(one, rates),
        "PROGRAMME_PERIOD": judge_period(one, rates),
        "INSURANCE_PLACE": judge_place(one),
    }
    if one.service:
        found["AGENCY_LICENCE"] = PASS if one.licensed else FAIL
    else:
        found["ENTERPRISE_SIZE"] = PASS if one.size in SMALL_AND_MEDIUM else FAIL
    if one.group == UNEMPLOYED:
        found["REGISTERED_UNEMPLOYED"] = judge_unemployment(one, rates)
    else:
        found["TRANSFER_EMPLOYMENT"] = PASS if one.transfers else FAIL
        if not one.service:
            found["NOT_INSURED_BEFORE"] = judge_not_insured_before(one, rates)
    return found


def compute_amount(one: Hire, rates: Rates) -> Fraction | None:
    """Compute what is paid for a person if every control passes, as of the hire (S4, S12, X21)."""
    if set(judge_hire(one, rates).values()) != {PASS}:
        return None
    amount = rates.service if one.service else rates.hiring
    return round_to_fen(amount.on(find_hire_date(one)))
