"""The whole story of one unit, and of all of them."""

from collections.abc import Sequence
from datetime import date, timedelta

from demonstration.data.account import HOME_DISTRICT
from demonstration.data.claims import Claims
from demonstration.data.cohort import FIRST, SECOND, Serials, interns, reports, save, waiting
from demonstration.data.desk import Desk
from demonstration.data.ending import ended, leaving
from demonstration.data.number import at_nine
from demonstration.data.place import Place, Standing
from demonstration.data.register import contribution
from demonstration.data.story import bank_accounts, declaration, posts
from models import Intern, MonthlyReport, Unit
from rules.kernel.workflow import Action

DECLARING = frozenset(Standing) - {Standing.FRESH, Standing.NEWCOMER}
WAITING: Sequence[Sequence[tuple[Action, str]]] = (
    (),
    ((Action.SUBMIT, ""),),
    ((Action.SUBMIT, ""), (Action.RETURN, "协议签订日期与附件不符，请核对。")),
    ((Action.SUBMIT, ""), (Action.REFUSE, "经核实本人已与其他单位签订劳动合同。")),
)


def tell(desk: Desk, unit: Unit, place: Place, number: int, serials: Serials) -> None:
    """Tell what happened in a unit, up to where it stands."""
    if place.standing not in DECLARING:
        return
    declaration(desk, unit, place, number)
    if place.standing is not Standing.OPEN:
        return
    main = place.key == "unit"
    own_posts = posts(desk, unit, place, number)
    account = bank_accounts(desk, unit, number, 2 if main else 1)[0]
    first = interns(desk, unit, own_posts, FIRST, 6 if main else 2, serials)
    second = interns(desk, unit, own_posts, SECOND, 6 if main else 2, serials)
    for steps in WAITING if main else WAITING[number % 4 :][:1]:
        waiting(desk, unit, own_posts[-1], steps, serials)
    made = reports(desk, unit, first, FIRST) + reports(desk, unit, second, SECOND)
    _latest(desk, unit, second, made, number)
    claims = Claims(desk, unit, account, [*first, *second], made)
    if main:
        _every_kind(claims, first, second)
    else:
        _claim(claims, first, second, number)
    _employed(desk, unit, first)
    ended(desk, unit, first)
    if main:
        leaving(desk, unit, second[-1])


def _latest(
    desk: Desk, unit: Unit, second: Sequence[Intern], made: list[MonthlyReport], number: int
) -> None:
    """Tell of October 2026: saved by all, submitted by some; and of a September returned.

    In the home district some are submitted, so that its officer has something to review.
    """
    october = save(desk, unit, second, date(2026, 10, 1), date(2026, 10, 29), number)
    home = unit.region == HOME_DISTRICT
    ready = october[:3] if home else october if number % 2 == 0 else []
    desk.move(ready, Action.SUBMIT, desk.operator(unit), at_nine(date(2026, 10, 30), number))
    september = [r for r in made if r.month == date(2026, 9, 1)][-1:]
    if number % 3 == 0:
        reason = "出勤天数与考勤表不一致，请更正。"
        officer = desk.officer(unit.region, 2)
        desk.move(september, Action.REVOKE, officer, at_nine(date(2026, 10, 20), number), reason)
    made += october


def _claim(claims: Claims, first: Sequence[Intern], second: Sequence[Intern], number: int) -> None:
    """Tell a unit's claims: one for the months of 2024, one for those of 2026 (J29-J33)."""
    told = claims.draft(date(2025, 1, 1), date(2026, 2, 2), first, number)
    claims.submit(told, date(2026, 2, 3), number)
    claims.decide(told, Action.APPROVE, date(2026, 2, 6))
    day = date(2026, 9, 10) + timedelta(days=number % 5)
    told = claims.draft(date(2026, 8, 1), day, second, number)
    if number % 5 == 0 or not told.lines:
        return
    claims.submit(told, day + timedelta(days=1), number)
    outcome = OUTCOMES[number % len(OUTCOMES)]
    if outcome is not None:
        claims.decide(told, outcome[0], day + timedelta(days=5), outcome[1])


OUTCOMES: Sequence[tuple[Action, str | None] | None] = (
    None,
    (Action.APPROVE, None),
    (Action.RETURN, "请补充银行账户开户证明。"),
    (Action.REFUSE, "见习人员在申领期间已办理就业登记，不予发放。"),
    (Action.WITHDRAW, None),
    (Action.APPROVE, None),
    None,
)


def _every_kind(claims: Claims, first: Sequence[Intern], second: Sequence[Intern]) -> None:
    """Tell claims in each of their states, each for other interns, as no month is paid twice."""
    month, day = date(2025, 1, 1), date(2026, 2, 2)
    too_early = claims.draft(date(2024, 9, 1), day, first)
    claims.submit(too_early, day, 10)
    claims.decide(too_early, Action.WITHDRAW, day + timedelta(days=1))
    approved = claims.draft(month, day + timedelta(days=2), first[:4])
    claims.submit(approved, day + timedelta(days=2), 10)
    claims.strike(approved, day + timedelta(days=7), "该人员协议附件缺页，补齐后另行申报。")
    claims.decide(approved, Action.APPROVE, day + timedelta(days=7))
    refused = claims.draft(date(2024, 12, 1), day + timedelta(days=3), first[4:])
    claims.submit(refused, day + timedelta(days=3), 10)
    reason = "申领月份与见习协议期限不符，不予通过。"
    claims.decide(refused, Action.REFUSE, day + timedelta(days=8), reason)
    autumn = date(2026, 9, 10)
    returned = claims.draft(date(2026, 7, 1), autumn, second[:2])
    claims.submit(returned, autumn, 10)
    claims.decide(returned, Action.RETURN, autumn + timedelta(days=4), "请改用单位基本存款账户。")
    submitted = claims.draft(date(2026, 8, 1), date(2026, 10, 12), second[2:4])
    claims.submit(submitted, date(2026, 10, 12), 10)
    claims.draft(date(2026, 9, 1), date(2026, 10, 26), second[4:])


def _employed(desk: Desk, unit: Unit, first: Sequence[Intern]) -> None:
    """Mirror that the unit kept some after their internship and insures them (X13)."""
    persons = {intern.person_id for intern in first[::3]}
    from_then = [date(2025, month, 1) for month in range(5, 13)]
    kept = [row for row in desk.persons() if row.id in persons]
    desk.keep([contribution(row, m, unit.credit_code) for row in kept for m in from_then])
