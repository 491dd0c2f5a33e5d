"""Whose officers decide on a claim: fixed at its submission, with all that hangs on it (X21)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Update,
    and_,
    delete,
    literal,
    null,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value

from models import (
    AmountDifference,
    AttachedTo,
    Attachment,
    Claim,
    ClaimLine,
    ConsultedRecord,
    RosterRow,
    Status,
    Unit,
)
from resolvers.claims.claim_line import lock_lines_of_claim
from resolvers.kernel.transaction import Transaction
from rules.claims.claim import PLACED_KINDS, choose_deciding_region


async def fix_deciding_region(tx: Transaction, claim: Claim) -> None:
    """Send a claim for hires to the officers of its place, as it is submitted (S10, S13, X21).

    They see and decide it from now on, wherever the unit is or moves; its lines, files and
    differences go along. What officers of another place did with it before stays theirs.
    """
    if claim.kind not in PLACED_KINDS:
        return
    left, region = claim.region, choose_deciding_region(claim.kind, claim.place, claim.region)
    if claim.at_home or region != left:
        await _move_claim(tx, claim, region)
    unit = await tx.session.get_one(Unit, claim.unit_id)
    if left not in {region, unit.region}:
        await _close_consulted_records(tx, claim, left)
    if region != unit.region:
        await _open_consulted_records(tx, _match_claim(claim), region)


async def open_account(tx: Transaction, claim: Claim, account_id: UUID) -> None:
    """Let the deciders of a claim see an account that was named for one of its lines (X8)."""
    if not claim.at_home:
        own = {"region": claim.region, "unit_id": claim.unit_id, "record_id": account_id}
        await tx.session.execute(insert(ConsultedRecord).values(own).on_conflict_do_nothing())


async def _move_claim(tx: Transaction, claim: Claim, region: str) -> None:
    """Take a claim to a region; the foreign key takes its lines there, once they are let go."""
    lines = await lock_lines_of_claim(tx, claim)
    named = [line.id for line in lines]
    own = ClaimLine.unit_id == claim.unit_id, ClaimLine.claim_id == claim.id
    await _execute(tx, update(ClaimLine).where(*own).values(at_home=null()))
    claim.region, claim.at_home = region, None
    await tx.session.flush()
    for line in lines:
        set_committed_value(line, "region", region)
        set_committed_value(line, "at_home", None)
    placed = {"region": region, "at_home": null()}
    of_lines = AmountDifference.unit_id == claim.unit_id, AmountDifference.line_id.in_(named)
    await _execute(tx, update(AmountDifference).where(*of_lines).values(placed))
    files = (
        Attachment.unit_id == claim.unit_id,
        Attachment.record == AttachedTo.CLAIM,
        Attachment.record_id == claim.id,
    )
    await _execute(tx, update(Attachment).where(*files).values(placed))


async def _execute(tx: Transaction, statement: Update | Delete) -> None:
    await tx.session.execute(statement.execution_options(synchronize_session=False))


def _match_claim(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return Claim.unit_id == claim.unit_id, Claim.id == claim.id


async def _open_consulted_records(
    tx: Transaction, of_claims: Sequence[ColumnElement[bool]], region: str
) -> None:
    """Let a region's deciders read what some claims stand on, and nothing more of the unit."""
    in_claim = ClaimLine.unit_id == Claim.unit_id, ClaimLine.claim_id == Claim.id
    of_row = RosterRow.unit_id == ClaimLine.unit_id, RosterRow.id == ClaimLine.roster_row_id
    lines = select(Claim.unit_id).select_from(Claim).join(ClaimLine, and_(*in_claim))
    records = union(
        *(
            select(Claim.unit_id, column.label("record_id")).where(*of_claims, column.is_not(None))
            for column in (Claim.id, Claim.unit_id, Claim.bank_account_id)
        ),
        lines.add_columns(ClaimLine.person_id).where(*of_claims),
        lines.join(RosterRow, and_(*of_row)).add_columns(RosterRow.roster_id).where(*of_claims),
        *(
            lines.add_columns(column).where(*of_claims, column.is_not(None))
            for column in (ClaimLine.account_id, ClaimLine.proposed_account_id)
        ),
    ).subquery()
    found = select(literal(region), records.c.record_id, records.c.unit_id)
    added = insert(ConsultedRecord).from_select(("region", "record_id", "unit_id"), found)
    await tx.session.execute(added.on_conflict_do_nothing())


async def _close_consulted_records(tx: Transaction, claim: Claim, region: str) -> None:
    """Close a unit's records to a region that a claim left, but for what others stand on there."""
    own = ConsultedRecord.unit_id == claim.unit_id, ConsultedRecord.region == region
    await _execute(tx, delete(ConsultedRecord).where(*own))
    others = (
        Claim.unit_id == claim.unit_id,
        Claim.id != claim.id,
        Claim.region == region,
        Claim.at_home.is_(None),
        Claim.status != Status.DRAFT,
    )
    await _open_consulted_records(tx, others, region)
