"""How internships are counted, and how they ended (J19-J23)."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql.ranges import MultiRange

from demonstration.data.desk import Desk, of_unit
from demonstration.data.number import at_nine, identifier
from models import GONE, Destination, EndReason, Intern, InternshipTerm, Reduction, Status, Unit
from rules.internship.internship import DAYS_OF_A_MONTH, placed, slots_of
from rules.kernel.workflow import Action

WAYS: Sequence[dict[str, object]] = (
    {"end_reason": EndReason.EMPLOYED, "destination": Destination.RETAINED},
    {"end_reason": EndReason.EMPLOYED, "destination": Destination.EMPLOYED_ELSEWHERE},
    {"end_reason": EndReason.TERM_COMPLETED, "note": "期满后自主创业，已办理营业执照。"},
)
"""How the interns of 2024 ended, in turn."""

GAVE_UP: dict[str, object] = {
    "end_reason": EndReason.COULD_NOT_COMPLETE,
    "cause": "因家庭原因返回原籍。",
    "note": "回原籍后拟参加公益性岗位招聘。",
}


def counted(desk: Desk, intern: Intern) -> None:
    """Count an intern who was submitted, unless that was taken back (J23)."""
    if intern.status is Status.DRAFT or intern.status in GONE:
        return
    policy = desk.policy(intern.region)
    most = policy.integer("internship.max_months", intern.region, intern.starts_on)
    slots = placed(slots_of(intern.starts_on, intern.ends_on), [])
    row = InternshipTerm(
        unit_id=intern.unit_id,
        id=identifier(intern.created_at, "term", intern.id),
        region=intern.region,
        person_id=intern.person_id,
        intern_id=intern.id,
        term=Range(intern.starts_on, intern.ends_on + timedelta(days=1)),
        slots=MultiRange(Range(first, last) for first, last in slots),
        most=most * DAYS_OF_A_MONTH,
    )
    desk.keep([row])


def ended(desk: Desk, unit: Unit, interns: Sequence[Intern]) -> None:
    """Tell how internships that ran their term ended, each in its way (J20, J21, J23)."""
    officer = desk.officer(unit.region, 2)
    for n, intern in enumerate(interns):
        row = _reduction(desk, unit, intern, intern.ends_on, date(2026, 1, 27), WAYS[n % len(WAYS)])
        at = at_nine(date(2026, 1, 29), n)
        values = {name: getattr(row, name) for name in ("ended_on", "end_reason", "destination")}
        desk.change(intern, values, "END", officer, at)
        desk.move([row], Action.APPROVE, officer, at)


def leaving(desk: Desk, unit: Unit, intern: Intern) -> None:
    """Tell of an intern who gives up; their reduction waits for review (J22)."""
    _reduction(desk, unit, intern, date(2026, 10, 31), date(2026, 10, 28), GAVE_UP)


def _reduction(
    desk: Desk, unit: Unit, intern: Intern, on: date, entered: date, why: dict[str, object]
) -> Reduction:
    at = at_nine(entered, int(unit.credit_code[12:17]))
    row = Reduction(
        **of_unit(unit, at, "reduction", intern.id),
        status=Status.DRAFT,
        intern_id=intern.id,
        ended_on=on,
        **why,
    )
    operator = desk.operator(unit)
    desk.create(row, operator, at)
    desk.move([row], Action.SUBMIT, operator, at + timedelta(minutes=5))
    return row
