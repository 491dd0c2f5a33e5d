"""Interns' categories, terms, months, allowances and mentoring: the rulebook against the rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from models import Destination, Education, EndReason, InternCategory, LineState, Status
from resolvers.internship.allowance import evaluate_candidates
from rules.internship import early_end, internship, mentoring_retention, monthly_report
from rules.internship.early_end import LineRemedy
from rules.internship.intern import PersonRecords, find_category_faults
from rules.internship.mentoring import (
    ContractRecord,
    ContributionRecord,
    EndedInternship,
    FactCoverage,
    MentoringEvaluation,
    MentoringRecords,
    evaluate_internship,
)
from rules.kernel.parameter import Policy
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.factories.rows import a_person, a_post, a_report, a_unit, an_id, an_intern
from tests.oracle.amounts import draw_amount, list_amounts, to_decimal
from tests.oracle.compared import Compared, Silence
from tests.oracle.days import find_last_day, first_of, list_months_between, move_months
from tests.oracle.dice import Dice
from tests.oracle.internship import (
    HIGHER,
    PERHAPS_TOO_LONG,
    VOCATIONAL,
    YOUTH,
    Candidate,
    Contract,
    Leaver,
    Rates,
    Report,
    Spell,
    compute_payable,
    find_spell_faults,
    is_of_category,
    judge_year,
    list_claimable,
    take_back,
)
from tests.oracle.money import (
    BAISHAN,
    CHANGCHUN,
    FUSONG,
    HUNCHUN,
    JILIN_CITY,
    LIAOYUAN,
    OTHERS,
    QIANGUO,
    SIPING,
    SONGYUAN,
    TONGHUA,
    YANJI,
    find_minimum_wage,
    round_to_fen,
    to_fraction,
)

CATEGORIES = ("GRADUATE", "SECONDARY_VOCATIONAL", YOUTH)
DISTRICTS = (
    *(CHANGCHUN, JILIN_CITY, SONGYUAN, YANJI, HUNCHUN, SIPING, LIAOYUAN),
    *(TONGHUA, BAISHAN, QIANGUO, FUSONG, OTHERS),
)
LAW = Rates()
SEED_POLICY = build_seed_policy()
HERE, ELSEWHERE = "91220101MA0000001X", "91220101MA0000002R"
TODAY = date(2025, 6, 30)
ALL_EDUCATIONS = tuple(Education)
FIRST_MONTH, LAST_MONTH = date(2022, 1, 1), date(2025, 12, 1)
CHANGE_OF_WAGES = date(2024, 9, 1)


def draw_district(dice: Dice) -> str:
    return dice.pick_from(dice.pick_from(DISTRICTS))


# J17 ---------------------------------------------------------------------------------------------


def compare_category(dice: Dice) -> Compared:
    """Compare who is of a category on the day of the agreement (J17)."""
    case = draw_candidate(dice)
    expected = is_of_category(case, LAW)
    known = PersonRecords(
        birth_date=case.born,
        education=Education(case.education),
        graduated_on=case.graduated_on,
        insured_months=case.insured_months,
        unemployed=case.unemployed,
    )
    category = InternCategory(case.category)
    faults = find_category_faults(category, known, case.agreed_on, "220104", SEED_POLICY)
    answered = not list(faults)
    told = Silence.OPEN if expected is None else expected
    return Compared(case, told, answered, bool(expected))


def draw_candidate(dice: Dice) -> Candidate:
    agreed_on = dice.day(date(2023, 1, 1), date(2025, 12, 31))
    category = dice.pick(*CATEGORIES)
    fitting = {"GRADUATE": HIGHER, "SECONDARY_VOCATIONAL": VOCATIONAL}.get(category, ALL_EDUCATIONS)
    years = dice.pick(0, 1, 2, 2, 2) if category == "GRADUATE" else dice.pick(0, 1, 5)
    left = dice.near(move_months(agreed_on, -12 * years))
    age = dice.pick(16, 16, 17, 24, 25, 25)
    insured = [
        move_months(first_of(agreed_on), -dice.pick(-1, 0, 0, 1, 2, 24))
        for _ in range(dice.pick(0, 0, 0, 0, 1, 2))
    ]
    return Candidate(
        category=category,
        agreed_on=agreed_on,
        born=dice.near(move_months(agreed_on, -12 * age)),
        education=dice.pick_from(sorted(fitting) if dice.often() else ALL_EDUCATIONS),
        graduated_on=left if dice.often(0.95) else None,
        insured_months=tuple(insured),
        unemployed=tuple(_draw_registration(dice, agreed_on) for _ in range(dice.pick(0, 1, 1, 2))),
    )


def _draw_registration(dice: Dice, on: date) -> tuple[date, date | None]:
    since = dice.near(on) if dice.often(0.3) else on - timedelta(days=dice.randint(1, 400))
    if dice.often(0.5):
        return since, None
    return since, max(since, dice.near(on))


# J23 ---------------------------------------------------------------------------------------------

SPELL_REASONS = {
    "INTERN_ALREADY_HERE": "SAME_UNIT",
    "TERM_OVERLAPS": "AT_ONCE",
    "TERM_USED_UP": "TOO_LONG",
}


def compare_spells(dice: Dice) -> Compared:
    """Compare who may be an intern again (J23): a unit once, one at a time, 12 months in all."""
    new, others = draw_spells(dice)
    expected = find_spell_faults(new, others, LAW)
    taken = [
        internship.OtherInternship(
            first=spell.start,
            last=spell.end,
            slots=[(0, internship.count_slots(spell.start, spell.end))],
            here=spell.unit == new.unit,
        )
        for spell in others
    ]
    faults = internship.find_term_faults(new.start, new.end, taken, LAW.max_months)
    answered = {SPELL_REASONS[fault.reason] for fault in faults}
    if "SAME_UNIT" in expected:  # a second time in the same unit is told alone
        expected = {"SAME_UNIT"}
    if PERHAPS_TOO_LONG in expected:
        return Compared((new, others), Silence.OPEN, answered, granted=False)
    return Compared((new, others), expected, answered, not expected)


def draw_spells(dice: Dice) -> tuple[Spell, list[Spell]]:
    lengths = dice.pick((12,), (6, 6), (6, 6), (3, 9), (3, 4, 5), (11, 1), (5, 6))
    spells, start = [], dice.day(date(2023, 1, 1), date(2024, 12, 31))
    for n, months in enumerate(lengths):
        end = move_months(start, months) - timedelta(days=1)
        if dice.often(0.3):
            end = max(start, dice.near(end))
        spells.append(Spell(dice.pick(f"unit {n}", f"unit {n}", f"unit {n}", "unit"), start, end))
        gap = dice.pick(0, 1, 1, 1, 2, 40)
        start = end + timedelta(days=gap)
    new = spells.pop(dice.randrange(len(spells)))
    return new, spells


# J27 ---------------------------------------------------------------------------------------------


def compare_report(dice: Dice) -> Compared:
    """Compare what is payable for a month (J27), by region, month, category, wage and days."""
    region, category = draw_district(dice), dice.pick(*CATEGORIES)
    month = dice.month(FIRST_MONTH, LAST_MONTH)
    if dice.often(0.4):
        month = move_months(CHANGE_OF_WAGES, dice.pick(-1, 0, 0, 1, 1))
    rates, minimum, policy = LAW, find_minimum_wage(region, month), SEED_POLICY
    if dice.often(0.4):
        rates, own, policy = draw_other_rates(dice, region, month)
        minimum = minimum if own is None else own
    assert minimum is not None
    youth = category == YOUTH
    floor = round_to_fen(minimum * (rates.floor_youth if youth else rates.floor_others))
    days = dice.pick(0, 1, 31, 22, *(rates.min_days + n for n in (-1, 0, 0, 1)))
    report = Report(month=month, days=days, wage=dice.amount(floor))
    expected = compute_payable(minimum, category, report, rates)
    found = monthly_report.assess_report(
        category, region, month, report.days, to_decimal(report.wage), policy
    )
    answered = None if found.payable is None else to_fraction(found.payable)
    case = (region, category, report, rates, minimum)
    return Compared(case, expected, answered, expected is not None)


def draw_other_rates(dice: Dice, region: str, month: date) -> tuple[Rates, Fraction | None, Policy]:
    """Let a district have figures of its own, whose products end between two fen (X6)."""
    floors = dice.pick("1.2", "1.2345", "0.9999"), dice.pick("1.6", "1.5001", "1.6667")
    shares = dice.pick("0.6", "0.6001", "0.6003"), dice.pick("1.0", "0.9999", "0.3335", "1.0003")
    days = dice.pick(1, 10, 15, 20)
    minimum = dice.pick(None, "1850", "1790.5", "1999.99", "2110")
    rates = replace(
        LAW,
        floor_youth=Fraction(floors[0]),
        floor_others=Fraction(floors[1]),
        allowance_youth=Fraction(shares[0]),
        allowance_others=Fraction(shares[1]),
        min_days=days,
    )
    figures = [a_parameter("internship.min_days", str(days), region=region)]
    for key, (youth, others) in (
        ("internship.wage_floor_ratio", floors),
        ("internship.allowance_ratio", shares),
    ):
        figures += [
            a_parameter(key, youth if c == YOUTH else others, region=region, category=c)
            for c in CATEGORIES
        ]
    if minimum:
        own = a_parameter("minimum_wage", minimum, region=region, effective_from=month)
        figures.append(replace(own, approved_at=datetime(2025, 1, 1, tzinfo=UTC)))
    return rates, Fraction(minimum) if minimum else None, build_seed_policy(figures)


# J29, J30 ----------------------------------------------------------------------------------------


def compare_allowance(dice: Dice) -> Compared:
    """Compare which months a claim pays for, and what: three attended over all (J29, J30)."""
    region, category = draw_district(dice), dice.pick(*CATEGORIES)
    start = dice.month(date(2023, 1, 1), date(2025, 3, 1))
    reports = [draw_report(dice, region, category, move_months(start, n)) for n in range(7)]
    reports = [each for each in reports if dice.often(0.8)][: dice.pick(2, 3, 3, 4, 4, 7)]
    until = move_months(start, dice.pick(0, 1, 2, 2, 3, 4, 7))
    expected = list_claimable(region, category, reports, until, LAW)
    answered = _list_claimable(region, category, reports, until, start)
    case = (region, category, f"until {until:%Y-%m}", reports)
    return Compared(case, expected, answered, bool(expected))


def draw_report(dice: Dice, region: str, category: str, month: date) -> Report:
    minimum = find_minimum_wage(region, month)
    assert minimum is not None
    floor = minimum * (LAW.floor_youth if category == YOUTH else LAW.floor_others)
    return Report(
        month=month,
        days=dice.pick(22, 22, 22, 15, 15, 14),
        wage=dice.amount(floor),
        approved=dice.often(0.85),
        held=dice.often(0.15),
    )


def _list_claimable(
    region: str, category: str, reports: list[Report], until: date, start: date
) -> dict[date, Fraction]:
    """Ask the service whom a claim up to a month would pay for what."""
    post, line = a_post(a_unit(1, region)), an_id("line")
    intern = an_intern(
        post,
        a_person(1),
        category=InternCategory(category),
        starts_on=start,
        ends_on=move_months(start, 12) - timedelta(days=1),
    )
    rows = [
        a_report(
            intern,
            each.month,
            days_attended=each.days,
            wage_paid=to_decimal(each.wage),
            status=Status.APPROVED,
            held_by=line if each.held else None,
        )
        for each in reports
        if each.approved
    ]
    (found,) = evaluate_candidates([intern], rows, until, build_seed_policy())
    months = {m.month: to_fraction(m.payable) for m in found.claimable.months if m.payable}
    assert to_fraction(found.claimable.amount) == sum(months.values())
    return months


# J39 ---------------------------------------------------------------------------------------------


def compare_early_end(dice: Dice) -> Compared:
    """Compare what an early end takes from a line, paid or not (J39)."""
    start = dice.month(date(2023, 1, 1), date(2025, 3, 1))
    months = [move_months(start, n) for n in range(dice.pick(3, 3, 4, 6))]
    reports = [
        Report(month=month, days=dice.pick(22, 22, 28, 15, 15, 16, 14), wage=Fraction(9000))
        for month in months
    ]
    claimed = {
        each.month: Fraction(1000 + 7 * n)
        for n, each in enumerate(reports)
        if each.days >= LAW.min_days and dice.often(0.8)
    }
    ends = dice.pick_from(months)
    day = dice.pick(1, 14, 15, 15, 16, 21, 22, 27, 28, 31)
    ended_on = min(ends + timedelta(days=day - 1), move_months(ends, 1) - timedelta(days=1))
    paid = dice.often(0.6)
    expected = take_back(reports, claimed, ended_on, paid, LAW)
    answered = _take_back(reports, claimed, ended_on, start, paid=paid)
    case = (reports, claimed, ended_on, paid)
    return Compared(case, expected, answered, expected < sum(claimed.values()))


def _take_back(
    reports: list[Report],
    claimed: dict[date, Fraction],
    ended_on: date,
    start: date,
    *,
    paid: bool,
) -> Fraction:
    """Ask the service; a line that is struck loses all of it."""
    states = [
        early_end.ReportState(
            id=an_id("report", each.month),
            month=each.month,
            status=Status.APPROVED,
            days_attended=each.days,
            least_days=LAW.min_days,
        )
        for each in reports
    ]
    amounts = {an_id("report", month): to_decimal(amount) for month, amount in claimed.items()}
    state = LineState.PAID if paid else LineState.PAYABLE
    line = early_end.ReservingLine(an_id("line"), state, amounts)
    term = monthly_report.ReportableTerm(True, start, ended_on)
    hit = early_end.find_affected_lines([line], states, term, TODAY, LAW.min_months)
    if not hit:
        return Fraction(0)
    assert hit[0].remedy is (LineRemedy.CLAW_BACK if paid else LineRemedy.STRIKE)
    return to_fraction(hit[0].amount) if paid else sum(claimed.values(), Fraction(0))


# J34, J35, J37 -----------------------------------------------------------------------------------


def compare_mentoring(dice: Dice) -> Compared:
    """Compare a unit's year of mentoring: the ratio, and who is paid for (J34, J35, J37)."""
    rates, policy = LAW, SEED_POLICY
    if dice.often(0.3):
        rates, policy = _draw_other_retention(dice)
    leavers = [draw_leaver(dice, rates) for _ in range(dice.pick(1, 2, 2, 3, 4, 6))]
    expected = judge_year(leavers, HERE, 2024, TODAY, rates)
    answered = _judge_year(leavers, policy)
    if expected is None:
        return Compared(leavers, Silence.OPEN, answered, granted=False)
    told = (expected.ended, expected.retained, expected.paid, expected.amount)
    return Compared((rates, leavers), told, answered, bool(expected.paid))


def _draw_other_retention(dice: Dice) -> tuple[Rates, Policy]:
    ratio, months = dice.pick("0.5", "0.6667", "0.3333", "1", "0.6"), dice.pick(6, 12, 24)
    amount = draw_amount(dice, dice.day(date(2024, 1, 1), date(2024, 12, 31)))
    rates = replace(LAW, retention=Fraction(ratio), contract_months=months, mentoring=amount)
    figures = (
        a_parameter("mentoring.retention_ratio", ratio, region="220104"),
        a_parameter("mentoring.contract_months", str(months), region="220104"),
        *list_amounts("mentoring.amount", amount, "220104"),
    )
    return rates, build_seed_policy(figures)


def draw_leaver(dice: Dice, rates: Rates) -> Leaver:
    planned = dice.day(date(2024, 1, 1), date(2024, 12, 31))
    if dice.often(0.2):
        planned = dice.near(dice.pick(date(2024, 1, 1), date(2024, 12, 31)))
    reason = dice.pick(*["EMPLOYED"] * 8, "TERM_COMPLETED", "COULD_NOT_COMPLETE", None)
    ended_on = None
    if reason is not None:
        ended_on = planned if dice.often(0.5) else planned - timedelta(days=dice.randint(1, 60))
    last = ended_on or planned
    destination = dice.pick(*[d.value for d in Destination], *["RETAINED"] * 8)
    return Leaver(
        planned_end=planned,
        ended_on=ended_on,
        reason=reason,
        destination=destination if reason == "EMPLOYED" else None,
        contracts=tuple(
            _draw_contract(dice, last, rates) for _ in range(dice.pick(0, *[1] * 7, 2, 2))
        ),
        insured=_draw_contributions(dice, last),
        reports_approved=dice.often(0.9),
        counted_before=dice.often(0.1),
    )


def _draw_contract(dice: Dice, last: date, rates: Rates) -> Contract:
    start = dice.near(last) if dice.often(0.4) else last + timedelta(days=1)
    employer = HERE if dice.often(0.95) else ELSEWHERE
    kind = dice.pick(*["border"] * 4, *["long"] * 4, "open", "unstated")
    if kind in {"open", "unstated"}:
        return Contract(employer=employer, start=start, open_ended=kind == "open")
    full = find_last_day(start, rates.contract_months)
    end = dice.near(full) if kind == "border" else full + timedelta(days=200)
    return Contract(employer=employer, start=start, end=max(start, end))


def _draw_contributions(dice: Dice, last: date) -> tuple[tuple[date, str], ...]:
    employer = HERE if dice.often(0.95) else ELSEWHERE
    first = move_months(first_of(last), dice.pick(-1, 0, 1, 1, 1, 1, 2))
    return tuple((move_months(first, n), employer) for n in range(dice.pick(0, 1, 2, 3, 3, 4, 4)))


def _judge_year(leavers: list[Leaver], policy: Policy) -> tuple[int, int, list[int], Fraction]:
    """Ask the service of a year; which interns end in it is a statement's, compared by a story."""
    counted = {
        n: one
        for n, one in enumerate(leavers)
        if one.last_day.year == 2024
        and (one.ended_on is not None or one.planned_end < TODAY)
        and mentoring_retention.is_counted(
            EndReason(one.reason) if one.reason else None, 2024, "220104", policy
        )
    }
    judged = {n: _evaluate(n, one, policy) for n, one in counted.items()}
    year = mentoring_retention.compute_retention(list(judged.values()), 2024, "220104", policy)
    free = [
        n
        for n, found in judged.items()
        if all(f.passed for f in found.findings) and not leavers[n].counted_before
    ]
    paid = [] if year.lacking else free
    amount = sum((to_fraction(judged[n].amount) for n in paid), Fraction(0))
    return year.ended, year.retained, paid, amount


def _evaluate(number: int, one: Leaver, policy: Policy) -> MentoringEvaluation:
    start, told = move_months(first_of(one.last_day), -5), TODAY
    ended = EndedInternship(
        intern_id=an_id("intern", number),
        category="GRADUATE",
        starts_on=start,
        ended_on=one.last_day,
        reason=EndReason(one.reason) if one.reason else None,
        destination=Destination(one.destination) if one.destination else None,
    )
    months = list_months_between(start, one.last_day)
    known = MentoringRecords(
        [
            ContractRecord(
                starts_on=each.start,
                ends_on=each.end,
                open_ended=each.open_ended,
                source="test",
                as_of=told,
            )
            for each in one.contracts
            if each.employer == HERE
        ],
        [ContributionRecord(m, "test", told) for m, employer in one.insured if employer == HERE],
        months if one.reports_approved else months[:-1],
    )
    coverage = FactCoverage(contracts=told, contributions=first_of(told))
    return evaluate_internship(ended, known, coverage, "220104", policy)
