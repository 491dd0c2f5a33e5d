"""The lines of a claim, whatever its kind, and what they hold (J30, J35, X15)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ColumnExpressionArgument, and_, select, update
from sqlalchemy.exc import IntegrityError

from models import (
    AmountDifference,
    Claim,
    ClaimedReport,
    ClaimLine,
    DifferenceState,
    LineState,
    MonthlyReport,
    copy_place,
)
from resolvers.kernel.constraint import fault_for_integrity_error
from resolvers.kernel.transaction import Transaction
from rules.claims.claim_line import STANDING_STATUSES
from rules.kernel.parameter import Parameter
from rules.kernel.refusal import Fault
from rules.kernel.text import fold_search_text
from rules.kernel.workflow import RESERVING_STATES

ReportAmount = tuple[UUID, Decimal]
"""A report that a line stands on, and what is claimed for it."""

LinesByPosition = Mapping[int, ClaimLine]
"""A claim's open lines, each by its place among all of the claim's lines."""


@dataclass(frozen=True, slots=True)
class Reevaluation:
    """A claim judged once more: what bars it, and how each line's amount comes about now."""

    faults: Sequence[Fault]
    explanations: Mapping[UUID, dict[str, Any]]
    used: Sequence[Parameter]


def match_standing_lines() -> ColumnElement[bool]:
    """Write which lines stand, for whoever sums them up (section 6, invariant 1)."""
    standing = ClaimLine.claim_status.in_(STANDING_STATUSES)
    return and_(standing, ClaimLine.state.in_(RESERVING_STATES))


def build_claim_columns(claim: Claim, unit_name: str) -> dict[str, Any]:
    """Return what every line tells its person of the claim that it is part of (J16)."""
    return {
        **copy_place(claim),
        "claim_id": claim.id,
        "claim_kind": claim.kind,
        "claim_status": claim.status,
        "claim_month": claim.month,
        "claim_year": claim.year,
        "unit_name": unit_name,
    }


def build_line(
    claim: Claim,
    unit_name: str,
    person: tuple[UUID, str],
    amount: Decimal,
    explanation: dict[str, Any],
    **particulars: object,
) -> ClaimLine:
    """Make a person's line, with the columns that lines of its kind have (J30, J35, S11, X5).

    The person is told by id and name.
    """
    person_id, name = person
    return ClaimLine(
        **build_claim_columns(claim, unit_name),
        person_id=person_id,
        person_key=fold_search_text(name),
        state=LineState.OPEN,
        amount=amount,
        explanation=explanation,
        **particulars,
    )


def link_reports(line: ClaimLine, reports: Sequence[ReportAmount]) -> list[ClaimedReport]:
    """Write which reports a written line stands on."""
    return [
        ClaimedReport(
            unit_id=line.unit_id,
            region=line.region,
            line_id=line.id,
            report_id=report_id,
            amount=amount,
            held=False,
        )
        for report_id, amount in reports
    ]


async def lock_lines_of_claim(tx: Transaction, claim: Claim) -> Sequence[ClaimLine]:
    """Hold a claim's lines."""
    statement = select(ClaimLine).where(
        ClaimLine.unit_id == claim.unit_id, ClaimLine.claim_id == claim.id
    )
    return await tx.all(statement.order_by(ClaimLine.id).with_for_update())


async def load_claimed_report_ids(
    tx: Transaction, lines: Iterable[ClaimLine]
) -> Mapping[UUID, set[UUID]]:
    """Return which reports each of a claim's lines stands on."""
    own = {line.id: line.unit_id for line in lines}
    statement = select(ClaimedReport).where(
        ClaimedReport.unit_id.in_(set(own.values())), ClaimedReport.line_id.in_(own)
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for claimed in await tx.all(statement):
        found[claimed.line_id].add(claimed.report_id)
    return found


async def load_reserved_amounts(
    tx: Transaction, unit_id: UUID, lines: Collection[UUID]
) -> Mapping[UUID, Mapping[UUID, Decimal]]:
    """Return what each line asks for the reports that it holds."""
    return await _load_amounts(tx, *_match_lines(unit_id, lines), ClaimedReport.held)


async def load_claimed_amounts(
    tx: Transaction, unit_id: UUID, lines: Collection[UUID]
) -> Mapping[UUID, Mapping[UUID, Decimal]]:
    """Return what each line asked for its reports, though it was struck and holds none any more."""
    return await _load_amounts(tx, *_match_lines(unit_id, lines))


async def _load_amounts(
    tx: Transaction, *which: ColumnExpressionArgument[bool]
) -> Mapping[UUID, Mapping[UUID, Decimal]]:
    found: defaultdict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for claimed in await tx.all(select(ClaimedReport).where(*which).order_by(ClaimedReport.id)):
        found[claimed.line_id][claimed.report_id] = claimed.amount
    return found


async def reserve_lines(tx: Transaction, unit_id: UUID, placed: LinesByPosition) -> Sequence[Fault]:
    """Reserve the persons and reports of lines: no other line may have them (J30, J35, X15).

    Give the lines whose person another one holds, of whichever unit; who refuses for it undoes
    the rest. The index of the database knows of lines that the viewer must not see: it tells that
    there is one, and waits for whoever is about to claim the same person (X14).
    """
    lines = [line.id for line in placed.values()]
    if await _find_reservation_fault(tx, unit_id, lines) is not None:
        found = {
            n: await _find_reservation_fault(tx, unit_id, [line.id]) for n, line in placed.items()
        }
        return [why.moved_to("lines", n) for n, why in found.items() if why]
    of_lines = _match_lines(unit_id, lines)
    await tx.session.execute(update(ClaimedReport).where(*of_lines).values(held=True))
    await tx.session.execute(
        update(MonthlyReport)
        .where(
            MonthlyReport.unit_id == unit_id,
            ClaimedReport.report_id == MonthlyReport.id,
            *of_lines,
        )
        .values(held_by=ClaimedReport.line_id)
        .execution_options(synchronize_session=False)
    )
    return []


async def _find_reservation_fault(
    tx: Transaction, unit_id: UUID, lines: Sequence[UUID]
) -> Fault | None:
    """Try to hold some lines' persons, and give what the database says against it."""
    try:
        # A violated constraint ends a transaction but for a savepoint, and the lines are asked for
        # one by one after it.
        async with tx.session.begin_nested():
            await _set_held(tx, unit_id, lines)
    except IntegrityError as error:
        fault = fault_for_integrity_error(error)
        if fault is None:
            raise
        return fault
    return None


async def _set_held(
    tx: Transaction, unit_id: UUID, lines: Sequence[UUID], *, held: bool = True
) -> None:
    named = ClaimLine.unit_id == unit_id, ClaimLine.id.in_(lines)
    statement = update(ClaimLine).where(*named).values(held=held)
    await tx.session.execute(statement.execution_options(synchronize_session=False))


def _match_lines(unit_id: UUID, lines: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    return ClaimedReport.unit_id == unit_id, ClaimedReport.line_id.in_(lines)


async def release_lines(tx: Transaction, unit_id: UUID, lines: Sequence[UUID]) -> None:
    """Free what lines held, and nothing that another line holds by now (X15).

    What they were to supplement lacks it again (X20).
    """
    held = (MonthlyReport.unit_id == unit_id, MonthlyReport.held_by.in_(lines))
    in_order = select(MonthlyReport.id).where(*held).order_by(MonthlyReport.id)
    # UPDATE locks rows as it meets them: they are held first, in the order that everybody keeps.
    await tx.session.execute(in_order.with_for_update())
    await _set_held(tx, unit_id, lines, held=False)
    of_lines = _match_lines(unit_id, lines)
    await tx.session.execute(update(ClaimedReport).where(*of_lines).values(held=False))
    await tx.session.execute(
        update(MonthlyReport)
        .where(*held)
        .values(held_by=None)
        .execution_options(synchronize_session=False)
    )
    await _reopen_differences(tx, unit_id, lines)


async def _reopen_differences(tx: Transaction, unit_id: UUID, supplements: Sequence[UUID]) -> None:
    of_unit = AmountDifference.unit_id == unit_id, AmountDifference.supplement_id.in_(supplements)
    freed = await tx.all(select(AmountDifference).where(*of_unit).with_for_update())
    known = AmountDifference.line_id.in_([row.line_id for row in freed])
    open_ = AmountDifference.state == DifferenceState.OPEN
    listed = select(AmountDifference.line_id).where(of_unit[0], known, open_)
    again = set((await tx.session.scalars(listed)).all()) if freed else set()
    for row in freed:
        state = DifferenceState.LAPSED if row.line_id in again else DifferenceState.OPEN
        tx.change(row, {"state": state, "supplement_id": None}, "REOPEN")
