"""Rows of a roster, judged a piece at a time: cells, persons, doubles, risk controls (S10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

import orjson
from sqlalchemy import select
from uuid_utils.compat import uuid7

from gateways.seal import BlindIndexes, Seal
from gateways.workbook import SheetRow
from loaders.driver_statement import compile_bulk_insert
from models import Roster, RosterRow, Unit, locate_sealed
from resolvers.kernel.decision_reader import TransactionReader
from resolvers.kernel.person_budget import PersonBudget
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_check import get_check
from resolvers.rosters.roster_person import PersonsByIndex
from resolvers.rosters.tie import PersonAtEmployer, find_tied_persons
from rules.kernel.finding import Finding
from rules.kernel.identity import mask_card_number, mask_id_number
from rules.kernel.text import is_same_name
from rules.rosters.roster import (
    EMPLOYER_KEY,
    ID_NUMBER_KEY,
    NAME_KEY,
    PAYEE_NUMBER_KEY,
    PERSONAL_KEYS,
    CheckableRow,
    StatedRow,
)
from rules.rosters.roster_row import (
    MAX_STORED_LENGTH,
    ReadRow,
    RosterHeader,
    build_cell_fault,
    build_duplicate_fault,
    build_passed_before_fault,
    get_bank_text,
    get_name_text,
    parse_row,
    select_impersonal_texts,
)

Found = TypeVar("Found")


@dataclass(slots=True, kw_only=True)
class RowEvaluation:
    """A row, the blind indexes of its number, whose it is, and what the controls found."""

    row: ReadRow
    indexes: BlindIndexes
    person_id: UUID | None = None
    findings: Sequence[Finding] = field(default_factory=tuple)

    @property
    def index(self) -> bytes | None:
        """Return the blind index under which its number is kept, if it has one."""
        return self.indexes[0] if self.indexes else None

    @property
    def passed(self) -> bool:
        """Return whether nothing at all stands in the way: UNKNOWN does (X3)."""
        return not self.row.faults and all(finding.passed for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _SeenNumber:
    """Where a number was seen before: in which roster and row, and whether it passed."""

    roster_id: UUID
    line: int
    passed: bool


async def evaluate_rows(
    tx: Transaction,
    roster: Roster,
    header: RosterHeader,
    first: int,
    lines: Sequence[SheetRow],
    budget: PersonBudget,
) -> Sequence[RowEvaluation]:
    """Judge some rows, of which the first has a number; statements don't grow with the rows."""
    rows = [_read_row(tx, header, n, line) for n, line in enumerate(lines, start=first)]
    await _assign_persons(tx, roster, header, rows, budget)
    await _add_doubles(tx, roster, header, rows)
    await _add_odd_cells(tx, roster, header, rows)
    evaluate = get_check(roster.kind).evaluate_rows
    sound = [each for each in rows if not each.row.faults and each.person_id is not None]
    if evaluate is not None and sound:
        ready = [
            CheckableRow(each.row.number, each.person_id, each.row.values)
            for each in sound
            if each.person_id is not None
        ]
        found = await evaluate(TransactionReader(tx), roster, ready)
        for each, findings in zip(sound, found, strict=True):
            each.findings = findings
    return rows


def _read_row(tx: Transaction, header: RosterHeader, number: int, line: SheetRow) -> RowEvaluation:
    row = parse_row(header, number, line.line, line.cells, line.kinds, tx.today)
    known = row.id_number
    found = tx.service.seal.compute_indexes("id_number", known) if known else ()
    return RowEvaluation(row=row, indexes=found)


def _list_indexes(rows: Sequence[RowEvaluation]) -> set[bytes]:
    """List by what the numbers of rows may be found."""
    return {index for each in rows for index in each.indexes}


def _name_by_present_index(
    rows: Sequence[RowEvaluation], found: Mapping[bytes, Found]
) -> dict[bytes, Found]:
    """Name by the present index what was found by any."""
    return {
        each.indexes[0]: found[index]
        for each in rows
        for index in reversed(each.indexes)
        if index in found
    }


async def _assign_persons(
    tx: Transaction,
    roster: Roster,
    header: RosterHeader,
    rows: Sequence[RowEvaluation],
    budget: PersonBudget,
) -> None:
    """Find persons by full number and name, among those whom the roster may name (J15, S27).

    Who has no tie to the employer is answered like nobody, and both are counted. Of other
    employers' people nobody is told of once too many were unknown.
    """
    whom = get_check(roster.kind).persons
    persons = await whom.find(TransactionReader(tx), roster, _list_indexes(rows))
    persons = _name_by_present_index(rows, persons)
    (own_code,) = await tx.session.scalars(
        select(Unit.credit_code).where(Unit.id == roster.unit_id)
    )
    found = [_choose_person(each, persons) for each in rows]
    employers = [_get_employer_code(each, own_code) for each in rows]
    tied = await _find_tied(tx, roster, [*zip(found, employers, strict=True)], own_code)
    for each, person_id, code in zip(rows, found, employers, strict=True):
        if each.index is None or not isinstance(each.row.values.get(NAME_KEY), str):
            continue
        spent = budget.find_fault() if whom.anybody and code != own_code else None
        if spent is not None:
            each.row.faults.append(build_cell_fault(header, each.row, ID_NUMBER_KEY, spent))
        elif person_id is not None and (not whom.anybody or (person_id, code) in tied):
            each.person_id = person_id
        else:
            budget.count_unknown()
            wrong = whom.unknown_fault if each.index not in persons else whom.misnamed_fault
            each.row.faults.append(build_cell_fault(header, each.row, *wrong))


def _choose_person(each: RowEvaluation, persons: PersonsByIndex) -> UUID | None:
    """Return who has the number and the name of a row."""
    name = each.row.values.get(NAME_KEY)
    known = persons.get(each.index) if each.index else None
    matches = known is not None and isinstance(name, str) and is_same_name(known[1], name)
    return known[0] if known is not None and matches else None


def _get_employer_code(each: RowEvaluation, own_code: str) -> str:
    """Return at which employer a row's person works: the row's, or the unit itself (S13)."""
    code = each.row.values.get(EMPLOYER_KEY)
    return code if isinstance(code, str) else own_code


async def _find_tied(
    tx: Transaction, roster: Roster, rows: Sequence[tuple[UUID | None, str]], own_code: str
) -> set[PersonAtEmployer]:
    asked = {(person, code) for person, code in rows if person is not None}
    if not get_check(roster.kind).persons.anybody:
        return asked
    return await find_tied_persons(TransactionReader(tx), roster.unit_id, asked, own_code)


async def _add_odd_cells(
    tx: Transaction, roster: Roster, header: RosterHeader, rows: Sequence[RowEvaluation]
) -> None:
    """Add what is odd about rows beyond each cell by itself, and whom it names."""
    find = get_check(roster.kind).find_odd_cells
    if find is None:
        return
    stated = [StatedRow(each.person_id, each.row.values) for each in rows]
    found = await find(TransactionReader(tx), roster, stated)
    for each, wrongs in zip(rows, found, strict=True):
        each.row.faults += [build_cell_fault(header, each.row, *wrong) for wrong in wrongs]


async def _add_doubles(
    tx: Transaction, roster: Roster, header: RosterHeader, rows: Sequence[RowEvaluation]
) -> None:
    """Name whoever has a row before in this file, or passed in those that it corrects."""
    found = await _load_seen_numbers(tx, roster, _list_indexes(rows))
    seen = _name_by_present_index(rows, found)
    for each in rows:
        if each.index is None:
            continue
        before = seen.get(each.index)
        if before is None:
            seen[each.index] = _SeenNumber(roster.id, each.row.line, passed=False)
        elif before.roster_id == roster.id:
            each.row.faults.append(build_duplicate_fault(header, each.row, before.line))
        else:
            each.row.faults.append(build_passed_before_fault(header, each.row, before.line))


async def _load_seen_numbers(
    tx: Transaction, roster: Roster, indexes: Iterable[bytes]
) -> dict[bytes, _SeenNumber]:
    found = await tx.session.execute(
        select(RosterRow.id_number_index, RosterRow.roster_id, RosterRow.line, RosterRow.passed)
        .where(
            RosterRow.unit_id == roster.unit_id,
            RosterRow.root_id == roster.root_id,
            RosterRow.id_number_index.in_(list(indexes)),
            (RosterRow.roster_id == roster.id) | RosterRow.passed,
        )
        .order_by(RosterRow.passed, RosterRow.number.desc())
    )
    # The last one told counts: whoever passed before, then the first row of this file.
    return {row[0]: _SeenNumber(row[1], row[2], row[3]) for row in found if row[0] is not None}


async def store_rows(
    tx: Transaction, roster: Roster, sheet: str, rows: Sequence[RowEvaluation]
) -> None:
    """Keep rows as they were judged, all of them with one statement."""
    seal = tx.service.seal
    kept = [_build_row_values(roster, sheet, each, seal) for each in rows]
    columns = [column.key for column in RosterRow.__table__.c]
    await tx.execute_direct(
        compile_bulk_insert(RosterRow), **{name: [row[name] for row in kept] for name in columns}
    )


def _build_row_values(
    roster: Roster, sheet: str, each: RowEvaluation, seal: Seal
) -> Mapping[str, object]:
    """Spell a row as its table keeps it: what says who it is sealed and masked (X11)."""
    row, number = each.row, each.row.texts.get(ID_NUMBER_KEY, "")[:MAX_STORED_LENGTH]
    card = row.texts.get(PAYEE_NUMBER_KEY, "")[:MAX_STORED_LENGTH]
    known, key = row.id_number, (roster.unit_id, uuid7())
    return {
        "unit_id": key[0],
        "id": key[1],
        "region": roster.region,
        "roster_id": roster.id,
        "root_id": roster.root_id,
        "number": row.number,
        "sheet": sheet,
        "line": row.line,
        "name": get_name_text(row),
        "id_number_sealed": seal.seal_text(
            locate_sealed(RosterRow.id_number_sealed, key), known or number
        ),
        "id_number_index": each.index,
        "id_number_masked": mask_id_number(known) if known else "*" * len(number),
        "person_id": each.person_id,
        "values": _to_json(select_impersonal_texts(row, PERSONAL_KEYS)),
        "payee_bank": get_bank_text(row),
        "payee_number_sealed": seal.seal_text(
            locate_sealed(RosterRow.payee_number_sealed, key), _get_card_number(row, card)
        )
        if card
        else None,
        "payee_number_masked": mask_card_number(_get_card_number(row, card)) if card else None,
        "passed": each.passed,
        "faults": _to_json([fault.to_json() for fault in row.faults]),
        "findings": _to_json([finding.to_json() for finding in each.findings]),
    }


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _get_card_number(row: ReadRow, text: str) -> str:
    """Return a card's number as it was read, or as it stands where it could not be."""
    read = row.values.get(PAYEE_NUMBER_KEY)
    return read if isinstance(read, str) else text
