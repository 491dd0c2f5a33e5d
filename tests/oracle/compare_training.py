"""Trainings, publicity and figures: the rulebook against the rules (S20, S21, S25, X6, X7)."""

from datetime import date, timedelta
from fractions import Fraction

from gateways.holiday_calendar import list_known_years
from rules.hiring.hire import ValidityPeriod
from rules.internship.mentoring import ContributionRecord, FactCoverage
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.parameter_key import DayCount
from rules.payment.calendar_year import Calendar, find_window_faults
from rules.training.training import evaluate_training
from rules.training.training_case import (
    ClassAttendance,
    OtherTraining,
    Override,
    OwnTraining,
    TrainingRecords,
)
from rules.training.training_claim import compute_due
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.factories.rows import an_id
from tests.oracle.amounts import to_decimal, write_amount
from tests.oracle.compared import Compared
from tests.oracle.days import count_days, first_of
from tests.oracle.dice import Dice
from tests.oracle.money import to_fraction
from tests.oracle.policy import Amount, Entry, choose_entry
from tests.oracle.publicity import is_long_enough
from tests.oracle.training import Attendance, Attendee, Rates, compute_amount, find_faults

PERIOD = (date(2024, 3, 1), date(2025, 2, 28))
TODAY = date(2025, 3, 10)
CALENDAR = Calendar(
    {
        year: {date.fromisoformat(str(each["day"])): bool(each["working"]) for each in days}
        for year, days in list_known_years()
    }
)


def compare_fee(dice: Dice) -> Compared:
    """Compare what is paid for a trainee, as of the opening (S25, X21)."""
    opens, rates = dice.day(date(2024, 1, 1), date(2025, 6, 30)), Rates()
    if dice.often(0.5):
        since = dice.near(opens)
        shares = [Fraction(each) for each in dice.sample(("0.95", "0.8", "0.3333", "1"), 2)]
        most = [Fraction(each) for each in dice.sample(("600", "600.005", "1200", "333.33"), 2)]
        rates = Rates(
            share=Amount(first=shares[0], since=since, then=shares[1]),
            most=Amount(first=most[0], since=since, then=most[1]),
        )
    border = rates.most.on(opens) / rates.share.on(opens)
    fee = dice.amount(border) if dice.often(0.5) else Fraction(dice.randint(1, 200_000), 100)
    due = compute_due(to_decimal(fee), "510104", opens, _build_fee_policy(rates))
    expected = compute_amount(fee, opens, rates)
    return Compared((fee, opens, rates), expected, to_fraction(due.amount), expected > 0)


def _build_fee_policy(rates: Rates) -> Policy:
    def write(share: Fraction, most: Fraction) -> str:
        return f"{write_amount(share)} at most {write_amount(most)}"

    key, since = "training.amount", rates.share.since
    first, then = (
        write(rates.share.first, rates.most.first),
        write(rates.share.then, rates.most.then),
    )
    until = since - timedelta(days=1) if since else None
    figures = [a_parameter(key, first, region="510100", effective_to=until)]
    if since:
        figures.append(a_parameter(key, then, region="510100", effective_from=since))
    return build_seed_policy(figures)


def compare_trainee(dice: Dice) -> Compared:
    """Compare whom a class may take (S20, S21, S31)."""
    rates = Rates(places=dice.pick(3, 3, 3, 1, 2), period=PERIOD)
    case = _draw_attendee(dice, rates)
    expected = find_faults(case, rates)
    answered = _find_faults(case, rates)
    return Compared((case, rates), expected, answered, not expected)


def _draw_attendee(dice: Dice, rates: Rates) -> Attendee:
    opens = dice.day(*PERIOD) if dice.often(0.7) else dice.near(dice.pick(*PERIOD))
    ends = opens + timedelta(days=dice.pick(0, 1, 12, 30))
    return Attendee(
        opens=opens,
        ends=ends,
        others=tuple(
            _draw_attendance(dice, opens, ends) for _ in range(rates.places + dice.pick(-1, -1, 0))
        ),
        insured_here=dice.often(0.9),
        size=dice.pick("LARGE", "MEDIUM", "MICRO", *["SMALL"] * 6),
        course_claimed_before=dice.often(0.1),
        overridden=dice.often(0.2),
    )


def _draw_attendance(dice: Dice, opens: date, ends: date) -> Attendance:
    if dice.often(0.15):  # beside the class in question, or into it
        first = ends + timedelta(days=dice.pick(-1, 0, 1, 2))
        return Attendance(opens=first, ends=first + timedelta(days=5), given_back=dice.often(0.2))
    first = dice.day(date(2023, 9, 1), date(2025, 9, 1))
    if dice.often(0.3):
        first = dice.near(dice.pick(*PERIOD))
    return Attendance(opens=first, ends=first + timedelta(days=3), given_back=dice.often(0.2))


def _find_faults(case: Attendee, rates: Rates) -> set[str]:
    first, last = rates.period
    policy = build_seed_policy(
        [
            a_parameter(
                "programme.period", f"{first}/{last}", region="510100", category="TRAINING"
            ),
            a_parameter("training.max_per_person", str(rates.places), region="510100"),
        ]
    )
    attending = ClassAttendance(
        unit_id=an_id("unit"),
        class_id=an_id("class"),
        person_id=an_id("person"),
        region="510104",
        course_code="C1",
        opens_on=case.opens,
        ends_on=case.ends,
    )
    others = [
        OtherTraining(
            first=other.opens,
            last=other.ends,
            place=number,
            period_from=first if first <= other.opens <= last else date(2020, 2, 1),
        )
        for number, other in enumerate((o for o in case.others if not o.given_back), 1)
    ]
    opening = first_of(case.opens)
    override = Override(TODAY, "test") if case.overridden else None
    known = TrainingRecords(
        sizes=[ValidityPeriod(since=date(2020, 1, 1), until=None, word=case.size)],
        claimed=["another"] if case.course_claimed_before else [],
        contributions=[ContributionRecord(opening, "test", TODAY)] if case.insured_here else [],
        others=others,
        own=OwnTraining(period_from=first if override else None, override=override),
    )
    told = FactCoverage(contributions=max(opening, first_of(TODAY)))
    found = evaluate_training(attending, known, told, TODAY, policy)
    return {f.control.value for f in found.findings if not f.passed}


def compare_window(dice: Dice) -> Compared:
    """Compare how long a publicity must last (X7): working days, with make-up days."""
    number, working = dice.pick(1, 3, 5, 5, 7, 10), dice.often(0.8)
    first = dice.day(date(2024, 1, 1), date(2025, 11, 30))
    if dice.often(0.6):  # about the long holidays, with the days that make up for them
        first = dice.pick(
            *(date(2024, 2, 2), date(2024, 4, 3), date(2024, 4, 26), date(2024, 9, 12)),
            *(date(2024, 9, 27), date(2025, 1, 24), date(2025, 4, 25), date(2025, 9, 26)),
        ) + timedelta(days=dice.randint(0, 16))
    last = first + timedelta(days=number - 1)
    while count_days(first, last, working=working) < number:
        last += timedelta(days=1)
    last += timedelta(days=dice.pick(-2, -1, -1, 0, 0, 0, 1))
    faults = find_window_faults(first, last, first, DayCount(number, working), CALENDAR)
    expected = is_long_enough(first, last, number, working=working)
    return Compared((first, last, number, working), expected, not list(faults), expected)


CATEGORIES = ("GRADUATE", "UNEMPLOYED_YOUTH")
REGION_CHAINS = (
    ("220104", "220100", "220000", "000000"),
    ("220182", "220100", "220000", "000000"),
    ("222401", "222400", "220000", "000000"),
    ("510104", "510100", "510000", "000000"),
)


def compare_figure(dice: Dice) -> Compared:
    """Compare which figure counts in a region on a day (X6, X21)."""
    asked, other = dice.sample(REGION_CHAINS, 2)
    day = dice.day(date(2024, 1, 1), date(2025, 12, 31))
    entries: list[Entry] = []
    cuts = sorted({dice.near(day), dice.near(day)})
    for region in {*dice.sample(asked, dice.randint(1, 4)), *dice.sample(other, 1)}:
        since = date(2020, 1, 1)
        for cut in [*cuts, None]:
            until = cut - timedelta(days=1) if cut else None
            if dice.often(0.7):
                value = str(1000 + len(entries))
                category = dice.pick(None, None, *CATEGORIES)
                entries.append(
                    Entry(region=region, since=since, until=until, value=value, category=category)
                )
            since = cut or since
    chosen = choose_entry(entries, asked[0], day, CATEGORIES[0])
    policy = Policy(
        a_parameter(
            "mentoring.amount",
            e.value,
            region=e.region,
            category=e.category,
            effective_from=e.since,
            effective_to=e.until,
        )
        for e in entries
    )
    try:
        found = policy.get_decimal("mentoring.amount", asked[0], day, CATEGORIES[0])
        answered: str | None = str(found)
    except MissingParameter:
        answered = None
    expected = chosen.value if chosen else None
    return Compared((asked[0], day, entries), expected, answered, chosen is not None)
