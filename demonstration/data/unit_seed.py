"""The whole story of one unit, and of all of them."""

from collections.abc import Sequence
from datetime import date, timedelta

from demonstration.data.account import HOME_DISTRICT
from demonstration.data.claims import ClaimSeeder
from demonstration.data.cohort import (
    FIRST_COHORT,
    SECOND_COHORT,
    SerialCounter,
    seed_interns,
    seed_month,
    seed_reports,
    seed_waiting_intern,
)
from demonstration.data.ending import seed_ends, seed_pending_end
from demonstration.data.number import to_working_instant
from demonstration.data.place import SeedUnit, UnitStage
from demonstration.data.register import build_contribution
from demonstration.data.seed_builder import SeedBuilder
from demonstration.data.unit_records import seed_bank_accounts, seed_declaration, seed_posts
from models import Intern, MonthlyReport, Unit
from rules.kernel.action import Action

DECLARING_STAGES = frozenset(UnitStage) - {UnitStage.FRESH, UnitStage.NEWCOMER}
WAITING_STEPS: Sequence[Sequence[tuple[Action, str]]] = (
    (),
    ((Action.SUBMIT, ""),),
    ((Action.SUBMIT, ""), (Action.RETURN, "协议签订日期与附件不符，请核对。")),
    ((Action.SUBMIT, ""), (Action.REFUSE, "经核实本人已与其他单位签订劳动合同。")),
)


def seed_unit(
    desk: SeedBuilder, unit: Unit, place: SeedUnit, number: int, serials: SerialCounter
) -> None:
    """Seed what happened in a unit, up to where it stands."""
    if place.standing not in DECLARING_STAGES:
        return
    seed_declaration(desk, unit, place, number)
    if place.standing is not UnitStage.OPEN:
        return
    main = place.key == "unit"
    own_posts = seed_posts(desk, unit, place, number)
    account = seed_bank_accounts(desk, unit, number, 2 if main else 1)[0]
    first = seed_interns(desk, unit, own_posts, FIRST_COHORT, 6 if main else 2, serials)
    second = seed_interns(desk, unit, own_posts, SECOND_COHORT, 6 if main else 2, serials)
    for steps in WAITING_STEPS if main else WAITING_STEPS[number % 4 :][:1]:
        seed_waiting_intern(desk, unit, own_posts[-1], steps, serials)
    made = seed_reports(desk, unit, first, FIRST_COHORT) + seed_reports(
        desk, unit, second, SECOND_COHORT
    )
    _seed_latest_months(desk, unit, second, made, number)
    claims = ClaimSeeder(desk, unit, account, [*first, *second], made)
    if main:
        _seed_claims_in_every_state(claims, first, second)
    else:
        _seed_claims(claims, first, second, number)
    _seed_employment(desk, unit, first)
    seed_ends(desk, unit, first)
    if main:
        seed_pending_end(desk, unit, second[-1])


def _seed_latest_months(
    desk: SeedBuilder, unit: Unit, second: Sequence[Intern], made: list[MonthlyReport], number: int
) -> None:
    """Seed October 2026, saved by all and submitted by some, and a September returned.

    In the home district some are submitted, so that its officer has something to review.
    """
    october = seed_month(desk, unit, second, date(2026, 10, 1), date(2026, 10, 29), number)
    home = unit.region == HOME_DISTRICT
    ready = october[:3] if home else october if number % 2 == 0 else []
    desk.move_records(
        ready,
        Action.SUBMIT,
        desk.get_operator(unit),
        to_working_instant(date(2026, 10, 30), number),
    )
    september = [r for r in made if r.month == date(2026, 9, 1)][-1:]
    if number % 3 == 0:
        reason = "出勤天数与考勤表不一致，请更正。"
        officer = desk.get_officer(unit.region, 2)
        desk.move_records(
            september,
            Action.REVOKE,
            officer,
            to_working_instant(date(2026, 10, 20), number),
            reason,
        )
    made += october


def _seed_claims(
    claims: ClaimSeeder, first: Sequence[Intern], second: Sequence[Intern], number: int
) -> None:
    """Seed a unit's claims: one for the months of 2024, one for those of 2026 (J29-J33)."""
    told = claims.seed_draft(date(2025, 1, 1), date(2026, 2, 2), first, number)
    claims.seed_submission(told, date(2026, 2, 3), number)
    claims.seed_decision(told, Action.APPROVE, date(2026, 2, 6))
    day = date(2026, 9, 10) + timedelta(days=number % 5)
    told = claims.seed_draft(date(2026, 8, 1), day, second, number)
    if number % 5 == 0 or not told.lines:
        return
    claims.seed_submission(told, day + timedelta(days=1), number)
    outcome = CLAIM_OUTCOMES[number % len(CLAIM_OUTCOMES)]
    if outcome is not None:
        claims.seed_decision(told, outcome[0], day + timedelta(days=5), outcome[1])


CLAIM_OUTCOMES: Sequence[tuple[Action, str | None] | None] = (
    None,
    (Action.APPROVE, None),
    (Action.RETURN, "请补充银行账户开户证明。"),
    (Action.REFUSE, "见习人员在申领期间已办理就业登记，不予发放。"),
    (Action.WITHDRAW, None),
    (Action.APPROVE, None),
    None,
)


def _seed_claims_in_every_state(
    claims: ClaimSeeder, first: Sequence[Intern], second: Sequence[Intern]
) -> None:
    """Seed claims in each of their states, each for other interns, as no month is paid twice."""
    month, day = date(2025, 1, 1), date(2026, 2, 2)
    too_early = claims.seed_draft(date(2024, 9, 1), day, first)
    claims.seed_submission(too_early, day, 10)
    claims.seed_decision(too_early, Action.WITHDRAW, day + timedelta(days=1))
    approved = claims.seed_draft(month, day + timedelta(days=2), first[:4])
    claims.seed_submission(approved, day + timedelta(days=2), 10)
    claims.seed_strike(approved, day + timedelta(days=7), "该人员协议附件缺页，补齐后另行申报。")
    claims.seed_decision(approved, Action.APPROVE, day + timedelta(days=7))
    refused = claims.seed_draft(date(2024, 12, 1), day + timedelta(days=3), first[4:])
    claims.seed_submission(refused, day + timedelta(days=3), 10)
    reason = "申领月份与见习协议期限不符，不予通过。"
    claims.seed_decision(refused, Action.REFUSE, day + timedelta(days=8), reason)
    autumn = date(2026, 9, 10)
    returned = claims.seed_draft(date(2026, 7, 1), autumn, second[:2])
    claims.seed_submission(returned, autumn, 10)
    claims.seed_decision(
        returned, Action.RETURN, autumn + timedelta(days=4), "请改用单位基本存款账户。"
    )
    submitted = claims.seed_draft(date(2026, 8, 1), date(2026, 10, 12), second[2:4])
    claims.seed_submission(submitted, date(2026, 10, 12), 10)
    claims.seed_draft(date(2026, 9, 1), date(2026, 10, 26), second[4:])


def _seed_employment(desk: SeedBuilder, unit: Unit, first: Sequence[Intern]) -> None:
    """Mirror that the unit kept some after their internship and insures them (X13)."""
    persons = {intern.person_id for intern in first[::3]}
    from_then = [date(2025, month, 1) for month in range(5, 13)]
    kept = [row for row in desk.list_persons() if row.id in persons]
    desk.add_rows([build_contribution(row, m, unit.credit_code) for row in kept for m in from_then])
