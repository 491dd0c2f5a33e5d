"""Interns of a unit and their months, whole cohorts at a time (J14-J18, J24-J28)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from demonstration.data.applicant import CATEGORIES, applicant
from demonstration.data.desk import Desk, of_unit
from demonstration.data.ending import counted
from demonstration.data.number import at_nine
from demonstration.data.register import facts, person
from models import Intern, InternCategory, MonthlyReport, Person, Post, Status, Unit
from rules.internship.monthly_report import assess
from rules.kernel.month import add_months, months_between, term_end
from rules.kernel.workflow import Action


@dataclass(frozen=True, slots=True)
class Cohort:
    """When interns came, for how long, and when all of that was entered."""

    agreed_on: date
    starts_on: date
    months: int
    reported: tuple[date, ...]
    entered_on: date | None
    """The day on which all months were entered in arrears; None: each in the month after."""


FIRST = Cohort(
    date(2024, 6, 27),
    date(2024, 7, 1),
    9,
    months_between(date(2024, 7, 1), date(2024, 12, 1)),
    date(2026, 1, 19),
)
SECOND = Cohort(
    date(2026, 3, 26),
    date(2026, 4, 1),
    9,
    months_between(date(2026, 4, 1), date(2026, 9, 1)),
    None,
)
ONES = Decimal("0.01")


@dataclass
class Serials:
    """Numbers persons in the order in which they come."""

    last: int = field(default=0)

    def next(self) -> int:
        """Give the next number."""
        self.last += 1
        return self.last


def interns(
    desk: Desk, unit: Unit, posts: Sequence[Post], cohort: Cohort, count: int, serials: Serials
) -> list[Intern]:
    """Tell how persons became interns of a unit (J14-J18)."""
    entered = date(2026, 1, 13) if cohort.entered_on else cohort.agreed_on
    operator, officer = desk.operator(unit), desk.officer(unit.region)
    made = []
    for n in range(count):
        serial = serials.next()
        category = CATEGORIES[serial % 3]
        at = at_nine(entered, 7 * n + serial)
        who = applicant(serial, category, cohort.agreed_on)
        row = person(who, unit.region, desk.service.seal)
        desk.keep([row])
        desk.keep(list(facts(who, row)))
        intern = _intern(unit, row, posts[n % len(posts)], category, cohort, serial)
        desk.create(intern, operator, at)
        desk.move([intern], Action.SUBMIT, operator, at_nine(entered, 240 + serial))
        day = entered.replace(day=entered.day + 2)
        desk.move([intern], Action.APPROVE, officer, at_nine(day, serial))
        counted(desk, intern)
        made.append(intern)
    return made


def _intern(
    unit: Unit, who: Person, post: Post, category: InternCategory, cohort: Cohort, serial: int
) -> Intern:
    entered = date(2026, 1, 13) if cohort.entered_on else cohort.agreed_on
    return Intern(
        **of_unit(unit, at_nine(entered, serial), "intern", serial),
        status=Status.DRAFT,
        person_id=who.id,
        post_id=post.id,
        name=who.name,
        id_number_masked=who.id_number_masked,
        category=category,
        agreed_on=cohort.agreed_on,
        starts_on=cohort.starts_on,
        ends_on=term_end(cohort.starts_on, cohort.months),
    )


def waiting(
    desk: Desk, unit: Unit, post: Post, steps: Sequence[tuple[Action, str]], serials: Serials
) -> Intern:
    """Tell of an intern who has come no further than some steps (J18)."""
    serial = serials.next()
    category = CATEGORIES[serial % 3]
    cohort = Cohort(date(2026, 10, 12), date(2026, 10, 19), 6, (), None)
    who = applicant(serial, category, cohort.agreed_on)
    row = person(who, unit.region, desk.service.seal)
    desk.keep([row])
    desk.keep(list(facts(who, row)))
    intern = _intern(unit, row, post, category, cohort, serial)
    desk.create(intern, desk.operator(unit), intern.created_at)
    for n, (action, reason) in enumerate(steps):
        own = action in {Action.SUBMIT, Action.WITHDRAW}
        by = desk.operator(unit) if own else desk.officer(unit.region, 2)
        at = at_nine(date(2026, 10, 13 + n), serial)
        desk.move([intern], action, by, at, reason or None)
    counted(desk, intern)
    return intern


def reports(
    desk: Desk, unit: Unit, interns: Sequence[Intern], cohort: Cohort
) -> list[MonthlyReport]:
    """Tell all months of a cohort, saved, submitted and approved (J24-J28)."""
    made = []
    for n, month in enumerate(cohort.reported):
        day = cohort.entered_on or add_months(month, 1).replace(day=3)
        rows = save(desk, unit, interns, month, day, 20 * n)
        shift = day.replace(day=day.day + 4)
        minutes = 20 * n + int(unit.credit_code[12:17])
        operator, officer = desk.operator(unit), desk.officer(unit.region, 1 + n % 2)
        desk.move(rows, Action.SUBMIT, operator, at_nine(day, 200 + minutes))
        desk.move(rows, Action.APPROVE, officer, at_nine(shift, minutes))
        made += rows
    return made


def save(
    desk: Desk, unit: Unit, interns: Sequence[Intern], month: date, day: date, minutes: int = 0
) -> list[MonthlyReport]:
    """Tell how a unit saved a month of its interns (J25, J27)."""
    made = []
    for n, intern in enumerate(interns):
        at = at_nine(day, minutes + n)
        row = _report(desk, unit, intern, month, of_unit(unit, at, "report", intern.id, month))
        desk.create(row, desk.operator(unit), at)
        made.append(row)
    return made


def _report(
    desk: Desk, unit: Unit, intern: Intern, month: date, keys: dict[str, object]
) -> MonthlyReport:
    dice = Random(f"{intern.id}{month}")  # noqa: S311 - the same figures everywhere
    absent = dice.random() < 0.06
    days = dice.randint(6, 13) if absent else dice.randint(19, 23)
    wage = _wage(desk, intern, month)
    found = assess(intern.category, unit.region, month, days, wage, desk.policy(unit.region))
    return MonthlyReport(
        **keys,
        status=Status.DRAFT,
        intern_id=intern.id,
        person_id=intern.person_id,
        post_id=intern.post_id,
        month=month,
        days_attended=days,
        wage_paid=wage,
        insurance_paid=Decimal(dice.choice((0, 12, 25))).quantize(ONES),
        remarks="病假" if absent else None,
        payable_subsidy=found.payable,
        assessment=dict(found.explanation),
    )


def _wage(desk: Desk, intern: Intern, month: date) -> Decimal:
    """Give what an intern earns: the floor and some more; one in eight stays on the old wage."""
    habit = Random(str(intern.id))  # noqa: S311 - the same figures everywhere
    more, unchanged = Decimal(habit.randrange(0, 9) * 50), habit.random() < 0.125
    when = intern.starts_on.replace(day=1) if unchanged else month
    floor = desk.floor(intern.category, intern.region, when)
    lapse = Random(f"wage{intern.id}{month}").random() < 0.05  # noqa: S311
    return (floor - 100 if lapse else floor + more).quantize(ONES)
