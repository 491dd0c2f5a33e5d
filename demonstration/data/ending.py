"""How internships are counted, and how they ended (J19-J23)."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql.ranges import MultiRange

from demonstration.data.number import build_identifier, to_working_instant
from demonstration.data.seed_builder import SeedBuilder, build_unit_columns
from models import (
    DISCARDED_STATUSES,
    Destination,
    EndReason,
    Intern,
    InternshipTerm,
    Reduction,
    Status,
    Unit,
)
from rules.internship.internship import DAYS_PER_MONTH, choose_free_slots, count_slots
from rules.kernel.action import Action

END_VALUES: Sequence[dict[str, object]] = (
    {"end_reason": EndReason.EMPLOYED, "destination": Destination.RETAINED},
    {"end_reason": EndReason.EMPLOYED, "destination": Destination.EMPLOYED_ELSEWHERE},
    {"end_reason": EndReason.TERM_COMPLETED, "note": "期满后自主创业，已办理营业执照。"},
)
"""How the interns of 2024 ended, in turn."""

GIVEN_UP_VALUES: dict[str, object] = {
    "end_reason": EndReason.COULD_NOT_COMPLETE,
    "cause": "因家庭原因返回原籍。",
    "note": "回原籍后拟参加公益性岗位招聘。",
}


def seed_internship_term(desk: SeedBuilder, intern: Intern) -> None:
    """Count an intern who was submitted, unless that was taken back (J23)."""
    if intern.status is Status.DRAFT or intern.status in DISCARDED_STATUSES:
        return
    policy = desk.build_policy(intern.region)
    most = policy.get_integer("internship.max_months", intern.region, intern.starts_on)
    slots = choose_free_slots(count_slots(intern.starts_on, intern.ends_on), [])
    row = InternshipTerm(
        unit_id=intern.unit_id,
        id=build_identifier(intern.created_at, "term", intern.id),
        region=intern.region,
        person_id=intern.person_id,
        intern_id=intern.id,
        term=Range(intern.starts_on, intern.ends_on + timedelta(days=1)),
        slots=MultiRange(Range(first, last) for first, last in slots),
        most=most * DAYS_PER_MONTH,
    )
    desk.add_rows([row])


def seed_ends(desk: SeedBuilder, unit: Unit, interns: Sequence[Intern]) -> None:
    """Seed how internships that ran their term ended, each in its way (J20, J21, J23)."""
    officer = desk.get_officer(unit.region, 2)
    for n, intern in enumerate(interns):
        row = _seed_reduction(
            desk, unit, intern, intern.ends_on, date(2026, 1, 27), END_VALUES[n % len(END_VALUES)]
        )
        at = to_working_instant(date(2026, 1, 29), n)
        values = {name: getattr(row, name) for name in ("ended_on", "end_reason", "destination")}
        desk.change_record(intern, values, "END", officer, at)
        desk.move_records([row], Action.APPROVE, officer, at)


def seed_pending_end(desk: SeedBuilder, unit: Unit, intern: Intern) -> None:
    """Seed an intern who gives up; their reduction waits for review (J22)."""
    _seed_reduction(desk, unit, intern, date(2026, 10, 31), date(2026, 10, 28), GIVEN_UP_VALUES)


def _seed_reduction(
    desk: SeedBuilder, unit: Unit, intern: Intern, on: date, entered: date, why: dict[str, object]
) -> Reduction:
    at = to_working_instant(entered, int(unit.credit_code[12:17]))
    row = Reduction(
        **build_unit_columns(unit, at, "reduction", intern.id),
        status=Status.DRAFT,
        intern_id=intern.id,
        ended_on=on,
        **why,
    )
    operator = desk.get_operator(unit)
    desk.create_record(row, operator, at)
    desk.move_records([row], Action.SUBMIT, operator, at + timedelta(minutes=5))
    return row
