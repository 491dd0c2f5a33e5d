"""Rosters are given up once their time is over: files and cells go, verdicts stay (X11).

Those that correct each other go together, for who passed in one is looked up for the next. Nothing
goes that a claim which can still be changed was made from.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from models import ClaimLine, Roster, RosterRow, Status, locate_sealed
from resolvers.kernel import history
from resolvers.kernel.background import JobContext, open_system_transaction
from resolvers.kernel.clearing import group_regions_by_cutoff
from resolvers.kernel.transaction import Transaction
from rules.kernel.identity import mask_name
from rules.rosters.roster import KEPT_DAYS_KEY, OPEN_STATES

PIECE = 1000
"""So many rows are cleared in a transaction."""

_CHANGEABLE_STATUSES = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


async def clear_next_rows(work: JobContext) -> int:
    """Clear a thousand rows of a roster whose time is over, or begin with the next one.

    Its file belongs to nobody from then on, and the sweep of files deletes it. Killed anywhere, it
    is taken up again where it was.
    """
    async with open_system_transaction(work.service) as tx:
        begun = select(Roster).where(Roster.clearing_to.is_not(None)).limit(1)
        roster = await tx.first(begun.with_for_update(skip_locked=True))
        if roster is not None:
            return await _clear_piece(tx, roster) + 1
        due = await _match_due(tx)
        first = await tx.first(select(Roster).where(Roster.root_id == Roster.id, due).limit(1))
        return 0 if first is None else await _begin_clearing(tx, first, due)


async def _match_due(tx: Transaction) -> ColumnElement[bool]:
    """Match rosters whose time is over with all that belongs to them, by their regions' figure."""
    old = select(Roster.region).where(Roster.cleared_at.is_(None)).distinct()
    regions = await tx.session.scalars(old)
    other = aliased(Roster)
    ways = []
    for before, here in (await group_regions_by_cutoff(tx, regions, KEPT_DAYS_KEY)).items():
        stays = select(other.id).where(
            other.unit_id == Roster.unit_id,
            other.root_id == Roster.root_id,
            or_(other.state.in_(OPEN_STATES), other.updated_at >= before),
        )
        ways.append(and_(Roster.region.in_(here), Roster.updated_at < before, ~stays.exists()))
    return and_(
        Roster.cleared_at.is_(None),
        Roster.state.not_in(OPEN_STATES),
        or_(false(), *ways),
        ~_match_claimed(),
    )


def _match_claimed() -> ColumnElement[bool]:
    """Match rosters on whose rows, or whose corrections', a claim stands that may still change."""
    return (
        select(ClaimLine.id)
        .join(
            RosterRow,
            and_(RosterRow.unit_id == ClaimLine.unit_id, RosterRow.id == ClaimLine.roster_row_id),
        )
        .where(
            ClaimLine.unit_id == Roster.unit_id,
            ClaimLine.claim_status.in_(_CHANGEABLE_STATUSES),
            RosterRow.root_id == Roster.root_id,
        )
        .exists()
    )


async def _begin_clearing(tx: Transaction, first: Roster, due: ColumnElement[bool]) -> int:
    """Give up a roster and those that correct it, unless one has joined them meanwhile."""
    family = Roster.unit_id == first.unit_id, Roster.root_id == first.id
    held = await tx.all(select(Roster).where(*family).order_by(Roster.id).with_for_update())
    still = await tx.session.scalar(select(func.count()).where(*family, due))
    if still != len(held):
        return 0  # it was changed meanwhile: the next pass looks again
    for roster in held:
        _begin(tx, roster)
    return len(held)


def _begin(tx: Transaction, roster: Roster) -> None:
    told: dict[str, history.HistoryValue] = {"size": [str(roster.size), "0"]}
    roster.cleared_at, roster.clearing_to = tx.now, 0
    roster.object_key, roster.size = f"cleared/{roster.id}", 0
    tx.touch(roster)
    tx.session.add(history.build_audit_entry(tx, roster, "CLEAR_ROSTER", told))


async def _clear_piece(tx: Transaction, roster: Roster) -> int:
    rows = await _load_piece(tx, roster)
    for row in rows:
        row.name, row.values = mask_name(row.name), {}
        row.id_number_sealed = tx.service.seal.seal_text(
            locate_sealed(RosterRow.id_number_sealed, (row.unit_id, row.id)), ""
        )
        row.id_number_index = row.payee_bank = None
        row.payee_number_sealed = row.payee_number_masked = None
    roster.clearing_to = rows[-1].number if rows else None
    return len(rows)


async def _load_piece(tx: Transaction, roster: Roster) -> Sequence[RosterRow]:
    return await tx.all(
        select(RosterRow)
        .where(
            RosterRow.unit_id == roster.unit_id,
            RosterRow.roster_id == roster.id,
            RosterRow.number > roster.clearing_to,
        )
        .order_by(RosterRow.number)
        .limit(PIECE)
    )
