"""Publicity 公示: lines are shown to the public for some days before they are paid (S17, X7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import (
    Claim,
    ClaimKind,
    ClaimLine,
    LineState,
    Person,
    Publicity,
    PublicityLine,
    PublicityOutcome,
    Status,
    copy_place,
)
from resolvers.claims.claim_line_selection import SelectedLines, WhichLines, lock_selected_lines
from resolvers.claims.claim_line_transitions import move_lines
from resolvers.kernel.transaction import Transaction
from resolvers.payment.calendar_year import load_calendars
from rules.kernel.action import Action
from rules.kernel.identity import mask_name
from rules.kernel.month import to_local_day
from rules.kernel.parameter_key import DayCount
from rules.kernel.refusal import Fault, refuse_if
from rules.kernel.review import ReviewOutcome
from rules.kernel.value import Day, Text
from rules.kernel.workflow import LineAction
from rules.payment.calendar_year import find_window_faults, list_years
from rules.payment.publicity import find_publishing_fault
from rules.training.training_claim import select_public_inputs


@dataclass(kw_only=True)
class PublicityDraft:
    """Which lines of one kind are published, under which title, from when until when."""

    kind: ClaimKind
    title: Text
    first_day: Day
    last_day: Day
    which: WhichLines


async def publish_lines(tx: Transaction, input: PublicityDraft) -> Sequence[ReviewOutcome]:
    """Publish lines of approved claims, each told by itself what came of it (S17, X7). 公示.

    The first day is not in the past, and the last one as late as publicity.days asks.
    """
    picked = await lock_selected_lines(tx, input.which, LineState.OPEN, Action.PUBLISH)
    barred: dict[int, Fault] = {}
    for n, line in picked.current_lines.items():
        why = find_publishing_fault(picked.build_filed_line(line), input.kind, tx.viewer)
        barred |= {n: why} if why else {}
    lines = [line for n, line in picked.current_lines.items() if n not in barred]
    if lines:
        refuse_if(await _find_window_faults(tx, picked, lines, input))
        await _create_publicity(tx, input, lines)
        claims = picked.list_claims(lines)
        for claim in claims:
            claim.public_until = _get_public_until(claim, input.last_day)
        await move_lines(tx, claims, lines, LineAction.PUBLISH)
        await tx.session.flush()
    return picked.build_outcomes(barred)


def _get_public_until(claim: Claim, last_day: date) -> date:
    """Return until when a claim is public: others of its lines may be for longer (S18, X4)."""
    running = claim.public_until if claim.status is Status.IN_PUBLICITY else None
    return max(running or last_day, last_day)


async def _find_window_faults(
    tx: Transaction, picked: SelectedLines, lines: Sequence[ClaimLine], input: PublicityDraft
) -> Sequence[Fault]:
    """Judge the days by what the parameter asks of each region and day of submission (X7, X21)."""
    policy = await tx.load_policy()
    asked: dict[tuple[str, DayCount], None] = {}
    for claim in picked.list_claims(lines):
        on = to_local_day(claim.submitted_at) if claim.submitted_at else tx.today
        where = claim.place or claim.region
        asked[where, policy.get_days("publicity.days", where, on, claim.kind)] = None
    years = {year for _, days in asked for year in list_years(input.first_day, days)}
    known = await load_calendars(tx, {region for region, _ in asked}, years)
    first, last = input.first_day, input.last_day
    found = {
        (why.reason, why.path): why
        for region, days in sorted(asked, key=lambda each: each[1].number)
        for why in find_window_faults(first, last, tx.today, days, known[region])
    }
    return list(found.values())


async def _create_publicity(
    tx: Transaction, input: PublicityDraft, lines: Sequence[ClaimLine]
) -> Publicity:
    """Write down what is shown, as it is now and masked (X7, X11)."""
    window: dict[str, date] = {"first_day": input.first_day, "last_day": input.last_day}
    window["shown_until"] = await _get_shown_until(tx, input)
    row = Publicity(
        id=uuid7(),
        region=tx.region,
        claim_kind=input.kind,
        title=input.title,
        **window,
        published_by=tx.viewer.account_id,
        published_by_name=tx.viewer.name,
        published_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    persons = await _load_persons(tx, lines)
    tx.session.add_all(
        _build_publicity_line(row, n, line, persons[line.person_id], window)
        for n, line in enumerate(lines, 1)
    )
    return row


async def _get_shown_until(tx: Transaction, input: PublicityDraft) -> date:
    """Return until when the result stays public."""
    policy = await tx.load_policy()
    days = policy.get_integer("publicity.shown_days_after", tx.region, input.first_day, input.kind)
    return input.last_day + timedelta(days=days)


async def _load_persons(tx: Transaction, lines: Sequence[ClaimLine]) -> Mapping[UUID, Person]:
    """Read whom lines are for, wherever they are on file."""
    ids = {line.person_id for line in lines}
    await tx.set_subjects(*ids)
    return {row.id: row for row in await tx.all(select(Person).where(Person.id.in_(ids)))}


def _build_publicity_line(
    row: Publicity, number: int, line: ClaimLine, person: Person, window: Mapping[str, date]
) -> PublicityLine:
    return PublicityLine(
        **copy_place(line),
        id=uuid7(),
        publicity_id=row.id,
        **window,
        number=number,
        claim_id=line.claim_id,
        line_id=line.id,
        name_masked=mask_name(person.name),
        id_number_masked=person.id_number_masked,
        unit_name=line.unit_name,
        **select_public_inputs(line.explanation),
        amount=line.amount,
        outcome=PublicityOutcome.PENDING,
    )
