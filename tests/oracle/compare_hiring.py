"""Hires and placements: the rulebook against the rules, control by control (S4-S9, S12-S14)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from models import ClaimKind, HireGroup
from rules.hiring.hire import Hire as FiledHire
from rules.hiring.hire import HireRecords, ValidityPeriod
from rules.hiring.hire_evaluation import evaluate_hire
from rules.internship.mentoring import ContractRecord, ContributionRecord, FactCoverage
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.oracle.amounts import draw_amount, list_amounts
from tests.oracle.compared import Compared
from tests.oracle.days import find_last_day, first_of, move_months
from tests.oracle.dice import Dice
from tests.oracle.hiring import (
    MIGRANT,
    PASS,
    UNEMPLOYED,
    Hire,
    Rates,
    compute_amount,
    find_hire_date,
    judge_hire,
)
from tests.oracle.internship import Contract
from tests.oracle.money import to_fraction

HERE, ELSEWHERE = "91510104MA0000001P", "91510104MA0000002L"
PLACE, OTHER_PLACE = "510104", "510105"
SIZES = ("LARGE", "MEDIUM", "SMALL", "MICRO")
CONTROLS_OF_A_RUN = (
    *("NOT_INSURED_BEFORE", "PROGRAMME_PERIOD"),
    *("REGISTERED_UNEMPLOYED", "INSURANCE_PLACE"),
)
"""What stands on the current run of contributions; where there is none, the hire fails anyway."""


def select_compared(outcomes: Mapping[str, str]) -> list[str]:
    """Select the controls of which the rulebook says what they find."""
    run = outcomes["INSURED_NOW"] == PASS
    return [name for name in outcomes if run or name not in CONTROLS_OF_A_RUN]


def compare_hiring(dice: Dice) -> Compared:
    return _compare(dice, service=False)


def compare_service(dice: Dice) -> Compared:
    return _compare(dice, service=True)


def _compare(dice: Dice, *, service: bool) -> Compared:
    rates = _draw_rates(dice)
    case = draw_hire(dice, rates, service=service)
    outcomes, answered_outcomes, hired, amount = _ask(case, rates)
    run, asked = outcomes["INSURED_NOW"] == PASS, select_compared(outcomes)
    due = compute_amount(case, rates)
    expected: list[object] = [
        [name for name in asked if outcomes[name] == PASS],
        outcomes["INSURED_NOW"],
        find_hire_date(case) if run else None,
    ]
    answered: list[object] = [
        [name for name in asked if answered_outcomes.get(name) == PASS],
        answered_outcomes["INSURED_NOW"],
        hired if run else None,
    ]
    if set(outcomes) != set(answered_outcomes):
        expected.append(sorted(outcomes))
        answered.append(sorted(answered_outcomes))
    return Compared((case, rates), (due, *expected), (amount, *answered), due is not None)


def _draw_rates(dice: Dice) -> Rates:
    if dice.often(0.6):
        return Rates()
    return Rates(
        unemployed_months=dice.pick(1, 3, 6, 12),
        contract_months=dice.pick(6, 12, 24),
        uninsured_months=dice.pick(1, 2, 3, 6),
        lag_months=dice.pick(0, 1, 2, 3),
        hiring=draw_amount(dice, dice.day(date(2024, 1, 1), date(2025, 6, 30))),
        service=draw_amount(dice, dice.day(date(2024, 1, 1), date(2025, 6, 30))),
        period=dice.pick(
            (date(2024, 1, 1), date(2024, 12, 31)), (date(2024, 7, 1), date(2025, 6, 30))
        ),
    )


def draw_hire(
    dice: Dice, rates: Rates, *, service: bool, days: tuple[date, date] | None = None
) -> Hire:
    """Draw a hire that meets all but perhaps one or two of the controls, each near its border.

    The days are today and the latest month loaded, if they are not to be drawn.
    """
    today, latest = days or _draw_days(dice, rates)
    start = max(dice.day(latest - timedelta(days=300), latest), date(2023, 10, 1))
    if dice.often(0.3):
        start = min(dice.near(dice.pick(*rates.period)), today)
    run_from = move_months(first_of(start), dice.pick(0, 0, 0, 0, 1, -1, -2, -12))
    one = Hire(
        service=service,
        group=dice.pick(UNEMPLOYED, MIGRANT),
        employer=HERE,
        contract=_draw_contract(dice, start, rates),
        today=today,
        latest_month=latest if days or dice.often(0.97) else None,
        insured=_draw_contributions(dice, run_from, latest, rates),
        transfers=(date(2023, 2, 1),) if dice.often(0.9) else (),
        size=dice.pick(*SIZES, *SIZES[1:], *SIZES[1:]),
        licensed=dice.often(0.95),
        place=PLACE if dice.often(0.95) else OTHER_PLACE,
    )
    hired = find_hire_date(one)
    return replace(one, unemployed=_draw_registrations(dice, hired, rates))


def _draw_days(dice: Dice, rates: Rates) -> tuple[date, date]:
    today = dice.day(date(2024, 6, 1), date(2025, 8, 31))
    lag = dice.pick(0, 1, 2, rates.lag_months, rates.lag_months, rates.lag_months + 1)
    return today, move_months(first_of(today), -lag)


def _draw_contract(dice: Dice, start: date, rates: Rates) -> Contract:
    full = find_last_day(start, rates.contract_months)
    kind = dice.pick("border", "border", "long", "long", "open", "unstated")
    if kind == "unstated":
        return Contract(employer=HERE, start=start, open_ended=False)
    if kind == "open":
        return Contract(employer=HERE, start=start, open_ended=True)
    end = dice.near(full) if kind == "border" else full + timedelta(days=300)
    return Contract(employer=HERE, start=start, end=max(start, end))


def _draw_contributions(
    dice: Dice, first: date, latest: date, rates: Rates
) -> tuple[tuple[date, str, str], ...]:
    place = PLACE if dice.often(0.95) else OTHER_PLACE
    employer = HERE if dice.often(0.95) else ELSEWHERE
    until = latest if dice.often(0.9) else move_months(latest, -1)
    found, month = [], first
    while month <= until:
        found.append((month, employer, place))
        month = move_months(month, 1)
    if dice.often(0.3):  # employed here before, some months apart
        earlier = move_months(
            first, -dice.pick(2, rates.uninsured_months, 1 + rates.uninsured_months)
        )
        found.append((earlier, dice.pick(HERE, HERE, ELSEWHERE), PLACE))
    return tuple({month: each for each in found for month in [each[:2]]}.values())


def _draw_registrations(
    dice: Dice, hired: date, rates: Rates
) -> tuple[tuple[date, date | None], ...]:
    border = move_months(hired, -rates.unemployed_months)
    since = dice.near(border) if dice.often(0.6) else border - timedelta(days=100)
    closed = dice.pick(None, None, hired, hired, hired + timedelta(days=1), dice.near(hired))
    if closed is not None and closed < since:
        closed = None
    return ((since, closed),) if dice.often(0.9) else ()


def _ask(case: Hire, rates: Rates) -> tuple[dict[str, str], dict[str, str], date, Fraction | None]:
    """Ask both: what each control finds, when the hire was, and what is due."""
    kind = ClaimKind.SERVICE if case.service else ClaimKind.HIRING
    first, last = rates.period
    figures = {
        "hiring.unemployed_months": str(rates.unemployed_months),
        "hiring.contract_months": str(rates.contract_months),
        "hiring.uninsured_months_before": str(rates.uninsured_months),
        "insurance.lag_months": str(rates.lag_months),
        "programme.period": f"{first}/{last}",
    }
    policy = build_seed_policy(
        [
            *list_amounts("hiring.amount", rates.hiring, "510100"),
            *list_amounts("service.amount", rates.service, "510100"),
            *(
                a_parameter(
                    key,
                    value,
                    region="510100",
                    category=kind if key == "programme.period" else None,
                )
                for key, value in figures.items()
            ),
        ]
    )
    terms = case.contract
    hire = FiledHire(
        kind=kind,
        group=HireGroup(case.group),
        region=case.place,
        starts_on=terms.start,
        ends_on=terms.end,
    )
    told = case.today
    known = HireRecords(
        contributions=[
            ContributionRecord(month, "test", told, place)
            for month, employer, place in case.insured
            if employer == case.employer
        ],
        contracts=[
            ContractRecord(
                starts_on=terms.start,
                ends_on=terms.end,
                open_ended=terms.open_ended,
                source="test",
                as_of=told,
            )
        ],
        registrations=[
            ValidityPeriod(since=since, until=closed, source="test", as_of=told)
            for since, closed in case.unemployed
        ],
        transfers=[
            ValidityPeriod(since=since, until=None, source="test", as_of=told)
            for since in case.transfers
        ],
        sizes=[ValidityPeriod(since=date(2020, 1, 1), until=None, word=case.size)],
        licences=[ValidityPeriod(since=date(2020, 1, 1), until=None, word="1")]
        if case.licensed
        else [],
    )
    coverage = FactCoverage(
        contracts=told, contributions=case.latest_month, registrations=told, transfers=told
    )
    found = evaluate_hire(hire, known, coverage, case.today, policy)
    outcomes = {f.control.value: f.outcome.value for f in found.findings}
    passed = not found.lacking and found.amount is not None
    amount = to_fraction(found.amount) if passed and found.amount is not None else None
    return judge_hire(case, rates), outcomes, found.hired_on, amount
