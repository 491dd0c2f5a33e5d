"""Persons entered by form, one by one, and judged as the rows of a roster are (S10, S13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, exists, func, select
from uuid_utils.compat import uuid7

from gateways.seal import BlindIndexes
from gateways.workbook import TEXT_KIND, SheetRow
from models import (
    Beneficiary,
    ClaimLine,
    DocumentKind,
    FileType,
    HireGroup,
    Roster,
    RosterKind,
    RosterRow,
    RosterState,
    Unit,
)
from resolvers.kernel import history
from resolvers.kernel.person_budget import budget_persons, compute_address_index
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_evaluation import evaluate_rows, store_rows
from rules.facts.fact_cell import OPEN_ENDED_WORD
from rules.hiring.hire_form import ENDS_ON_COLUMN, find_entry_faults
from rules.kernel.refusal import Fault, Reason, build_refusal, refuse_if
from rules.kernel.value import CardNumber, CreditCode, Day, IdNumber, RegionCode, RowId, Text
from rules.rosters import roster as rules
from rules.rosters.roster import RosterColumn, format_cell
from rules.rosters.roster_form import get_form
from rules.rosters.roster_row import RosterHeader

ENTERED_NAME = "逐人录入"
"""What stands in place of a file's name where persons were entered one by one."""


@dataclass(kw_only=True)
class RosterPersonDraft:
    """Who was hired or placed, on what terms; and to which persons entered before they are added.

    It asks what a roster's row of the kind asks, and is judged as one (S13).
    """

    kind: RosterKind
    place: RegionCode
    beneficiary: Beneficiary | None = None
    roster_id: RowId | None = None
    name: Text
    id_number: IdNumber
    group: HireGroup
    contract_starts_on: Day
    contract_ends_on: Day | None = None
    open_ended: bool = False
    employer_credit_code: CreditCode | None = None
    employer_name: Text | None = None
    payee_bank: Text | None = None
    payee_number: CardNumber | None = None


@limit_tries(LOOK_UP_LIMIT)
@budget_persons()
async def add_roster_person(tx: Transaction, input: RosterPersonDraft) -> RosterRow:
    """Enter one person by form, and have them judged at once as a roster's row is (S13). 单人录入.

    Without `rosterId` a new roster begins, with it one is continued; it claims nothing. Who is
    entered again takes the place of their own row, as long as no claim stands on that.
    """
    held = None
    if input.roster_id is not None:
        held = await tx.get_locked(Roster, input.roster_id, None, "rosterId")
    refuse_if(_find_faults(tx, input, held))
    roster = held or await _create_roster(tx, input)
    roster.attached_at = tx.now  # rows are judged as of the day on which they are handed in
    indexes = tx.service.seal.compute_indexes("id_number", input.id_number)
    await _drop_earlier_row(tx, roster, indexes)
    number = await _load_last_number(tx, roster) + 1
    columns = get_form(roster.kind).select_columns(roster.beneficiary)
    header = RosterHeader(columns, {column.key: n for n, column in enumerate(columns)})
    cells = [_format_value(column, input) for column in columns]
    await tx.set_lookup_number(indexes)
    line = SheetRow(number + 1, cells, TEXT_KIND * len(cells))
    found = await evaluate_rows(tx, roster, header, number, [line], tx.persons)
    await store_rows(tx, roster, "", found)
    await _count_rows(tx, roster, number)
    return await _get_row(tx, roster, number)


def _find_faults(tx: Transaction, input: RosterPersonDraft, held: Roster | None) -> Iterator[Fault]:
    refuse_if(rules.find_entering_faults(input.kind))
    yield from rules.find_beneficiary_faults(input.kind, input.beneficiary)
    given = {name for name, value in vars(input).items() if value is not None}
    yield from find_entry_faults(input.kind, input.beneficiary, given, input.open_ended)
    if held is None:
        return
    if held.unit_id != tx.unit_id:
        raise build_refusal(Reason.NOT_FOUND, "rosterId")
    alike = (input.kind, input.place, input.beneficiary) == (
        held.kind,
        held.place,
        held.beneficiary,
    )
    yield from rules.find_continuing_faults(
        entered=held.entered, alike=alike, cleared=held.cleared_at is not None
    )


def _format_value(column: RosterColumn, input: RosterPersonDraft) -> str:
    """Write a field as the cell of its column would say it, so that both are read alike."""
    if column is ENDS_ON_COLUMN and input.open_ended:
        return OPEN_ENDED_WORD
    return format_cell(column, getattr(input, column.key))


async def _create_roster(tx: Transaction, input: RosterPersonDraft) -> Roster:
    """Begin a roster without a file: what stands for that is empty."""
    unit = await tx.session.get_one(Unit, tx.unit_id)
    row = Roster(
        unit_id=unit.id,
        region=unit.region,
        kind=input.kind,
        state=RosterState.CHECKED,
        place=input.place,
        beneficiary=input.beneficiary,
        entered=True,
        address_index=compute_address_index(tx.service, tx.address),
        faults=[],
        document=DocumentKind.ROSTER,
        name=ENTERED_NAME,
        type=FileType.XLSX,
        size=0,
        sha256=sha256(b"").hexdigest(),
        object_key=f"entered/{uuid7()}",
        attached_at=tx.now,
        account_id=tx.viewer.account_id,
        account_name=tx.viewer.name,
    )
    tx.create(row, RosterState.CHECKED)
    row.root_id = row.id
    await tx.session.flush()
    return row


async def _drop_earlier_row(tx: Transaction, roster: Roster, indexes: BlindIndexes) -> None:
    """Make way for who is entered again, unless a claim stands on their row (S11)."""
    rows = await tx.all(
        select(RosterRow).where(
            RosterRow.unit_id == roster.unit_id,
            RosterRow.roster_id == roster.id,
            RosterRow.id_number_index.in_(indexes),
        )
    )
    for row in rows:
        stands = ClaimLine.unit_id == row.unit_id, ClaimLine.roster_row_id == row.id
        if await tx.session.scalar(select(exists().where(*stands))):
            raise build_refusal(Reason.PERSON_ENTERED, "idNumber")
        own = RosterRow.unit_id == row.unit_id, RosterRow.id == row.id
        await tx.session.execute(delete(RosterRow).where(*own))


async def _load_last_number(tx: Transaction, roster: Roster) -> int:
    own = RosterRow.unit_id == roster.unit_id, RosterRow.roster_id == roster.id
    return await tx.session.scalar(select(func.max(RosterRow.number)).where(*own)) or 0


async def _count_rows(tx: Transaction, roster: Roster, number: int) -> None:
    """Count the rows anew, and remember that one was entered (X9)."""
    before = roster.total
    own = RosterRow.unit_id == roster.unit_id, RosterRow.roster_id == roster.id
    passed, all_ = (
        await tx.session.execute(
            select(func.count().filter(RosterRow.passed), func.count()).where(*own)
        )
    ).one()
    roster.total = roster.checked = all_
    roster.passed, roster.failed, roster.checked_at = passed, all_ - passed, tx.now
    tx.touch(roster)
    told: dict[str, history.HistoryValue] = {"total": [str(before), str(all_)]}
    tx.session.add(history.build_audit_entry(tx, roster, "ENTER_PERSON", told))
    await tx.session.flush()


async def _get_row(tx: Transaction, roster: Roster, number: int) -> RosterRow:
    own = RosterRow.unit_id == roster.unit_id, RosterRow.roster_id == roster.id
    row = await tx.first(select(RosterRow).where(*own, RosterRow.number == number))
    if row is None:
        raise build_refusal(Reason.NOT_FOUND)
    return row
