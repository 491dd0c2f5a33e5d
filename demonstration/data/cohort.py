"""Interns of a unit and their months, whole cohorts at a time (J14-J18, J24-J28)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from demonstration.data.applicant import CATEGORIES, build_applicant
from demonstration.data.ending import seed_internship_term
from demonstration.data.number import to_working_instant
from demonstration.data.register import build_facts, build_person
from demonstration.data.seed_builder import SeedBuilder, build_unit_columns
from models import Intern, InternCategory, MonthlyReport, Person, Post, Status, Unit
from rules.internship.monthly_report import assess_report
from rules.kernel.action import Action
from rules.kernel.month import add_months, compute_term_end, list_months


@dataclass(frozen=True, slots=True)
class Cohort:
    """When interns came, for how long, and when all of that was entered."""

    agreed_on: date
    starts_on: date
    months: int
    reported: tuple[date, ...]
    entered_on: date | None
    """The day on which all months were entered in arrears; None: each in the month after."""


FIRST_COHORT = Cohort(
    date(2024, 6, 27),
    date(2024, 7, 1),
    9,
    list_months(date(2024, 7, 1), date(2024, 12, 1)),
    date(2026, 1, 19),
)
SECOND_COHORT = Cohort(
    date(2026, 3, 26),
    date(2026, 4, 1),
    9,
    list_months(date(2026, 4, 1), date(2026, 9, 1)),
    None,
)
CENT = Decimal("0.01")


@dataclass
class SerialCounter:
    """Numbers persons in the order in which they come."""

    last: int = field(default=0)

    def next(self) -> int:
        """Return the next number."""
        self.last += 1
        return self.last


def seed_interns(
    desk: SeedBuilder,
    unit: Unit,
    posts: Sequence[Post],
    cohort: Cohort,
    count: int,
    serials: SerialCounter,
) -> list[Intern]:
    """Seed how persons became interns of a unit (J14-J18)."""
    entered = date(2026, 1, 13) if cohort.entered_on else cohort.agreed_on
    operator, officer = desk.get_operator(unit), desk.get_officer(unit.region)
    made = []
    for n in range(count):
        serial = serials.next()
        category = CATEGORIES[serial % 3]
        at = to_working_instant(entered, 7 * n + serial)
        who = build_applicant(serial, category, cohort.agreed_on)
        row = build_person(who, unit.region, desk.service.seal)
        desk.add_rows([row])
        desk.add_rows(list(build_facts(who, row)))
        intern = _build_intern(unit, row, posts[n % len(posts)], category, cohort, serial)
        desk.create_record(intern, operator, at)
        desk.move_records(
            [intern], Action.SUBMIT, operator, to_working_instant(entered, 240 + serial)
        )
        day = entered.replace(day=entered.day + 2)
        desk.move_records([intern], Action.APPROVE, officer, to_working_instant(day, serial))
        seed_internship_term(desk, intern)
        made.append(intern)
    return made


def _build_intern(
    unit: Unit, who: Person, post: Post, category: InternCategory, cohort: Cohort, serial: int
) -> Intern:
    entered = date(2026, 1, 13) if cohort.entered_on else cohort.agreed_on
    return Intern(
        **build_unit_columns(unit, to_working_instant(entered, serial), "intern", serial),
        status=Status.DRAFT,
        person_id=who.id,
        post_id=post.id,
        name=who.name,
        id_number_masked=who.id_number_masked,
        category=category,
        agreed_on=cohort.agreed_on,
        starts_on=cohort.starts_on,
        ends_on=compute_term_end(cohort.starts_on, cohort.months),
    )


def seed_waiting_intern(
    desk: SeedBuilder,
    unit: Unit,
    post: Post,
    steps: Sequence[tuple[Action, str]],
    serials: SerialCounter,
) -> Intern:
    """Seed an intern who has come no further than some steps (J18)."""
    serial = serials.next()
    category = CATEGORIES[serial % 3]
    cohort = Cohort(date(2026, 10, 12), date(2026, 10, 19), 6, (), None)
    who = build_applicant(serial, category, cohort.agreed_on)
    row = build_person(who, unit.region, desk.service.seal)
    desk.add_rows([row])
    desk.add_rows(list(build_facts(who, row)))
    intern = _build_intern(unit, row, post, category, cohort, serial)
    desk.create_record(intern, desk.get_operator(unit), intern.created_at)
    for n, (action, reason) in enumerate(steps):
        own = action in {Action.SUBMIT, Action.WITHDRAW}
        by = desk.get_operator(unit) if own else desk.get_officer(unit.region, 2)
        at = to_working_instant(date(2026, 10, 13 + n), serial)
        desk.move_records([intern], action, by, at, reason or None)
    seed_internship_term(desk, intern)
    return intern


def seed_reports(
    desk: SeedBuilder, unit: Unit, interns: Sequence[Intern], cohort: Cohort
) -> list[MonthlyReport]:
    """Seed all months of a cohort, saved, submitted and approved (J24-J28)."""
    made = []
    for n, month in enumerate(cohort.reported):
        day = cohort.entered_on or add_months(month, 1).replace(day=3)
        rows = seed_month(desk, unit, interns, month, day, 20 * n)
        shift = day.replace(day=day.day + 4)
        minutes = 20 * n + int(unit.credit_code[12:17])
        operator, officer = desk.get_operator(unit), desk.get_officer(unit.region, 1 + n % 2)
        desk.move_records(rows, Action.SUBMIT, operator, to_working_instant(day, 200 + minutes))
        desk.move_records(rows, Action.APPROVE, officer, to_working_instant(shift, minutes))
        made += rows
    return made


def seed_month(
    desk: SeedBuilder,
    unit: Unit,
    interns: Sequence[Intern],
    month: date,
    day: date,
    minutes: int = 0,
) -> list[MonthlyReport]:
    """Seed how a unit saved a month of its interns (J25, J27)."""
    made = []
    for n, intern in enumerate(interns):
        at = to_working_instant(day, minutes + n)
        row = _build_report(
            desk, unit, intern, month, build_unit_columns(unit, at, "report", intern.id, month)
        )
        desk.create_record(row, desk.get_operator(unit), at)
        made.append(row)
    return made


def _build_report(
    desk: SeedBuilder, unit: Unit, intern: Intern, month: date, keys: dict[str, object]
) -> MonthlyReport:
    dice = Random(f"{intern.id}{month}")  # noqa: S311 - the same figures everywhere
    absent = dice.random() < 0.06
    days = dice.randint(6, 13) if absent else dice.randint(19, 23)
    wage = _choose_wage(desk, intern, month)
    found = assess_report(
        intern.category, unit.region, month, days, wage, desk.build_policy(unit.region)
    )
    return MonthlyReport(
        **keys,
        status=Status.DRAFT,
        intern_id=intern.id,
        person_id=intern.person_id,
        post_id=intern.post_id,
        month=month,
        days_attended=days,
        wage_paid=wage,
        insurance_paid=Decimal(dice.choice((0, 12, 25))).quantize(CENT),
        remarks="病假" if absent else None,
        payable_subsidy=found.payable,
        assessment=dict(found.explanation),
    )


def _choose_wage(desk: SeedBuilder, intern: Intern, month: date) -> Decimal:
    """Return what an intern earns: the floor and some more; one in eight stays on the old wage."""
    habit = Random(str(intern.id))  # noqa: S311 - the same figures everywhere
    more, unchanged = Decimal(habit.randrange(0, 9) * 50), habit.random() < 0.125
    when = intern.starts_on.replace(day=1) if unchanged else month
    floor = desk.compute_wage_floor(intern.category, intern.region, when)
    lapse = Random(f"wage{intern.id}{month}").random() < 0.05  # noqa: S311
    return (floor - 100 if lapse else floor + more).quantize(CENT)
