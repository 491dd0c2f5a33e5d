"""Claims for hires and placements, made from the rosters' passed rows (S4, S11-S14)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from loaders.key import Key, parse_key
from models import (
    Beneficiary,
    Claim,
    ClaimKind,
    ClaimLine,
    Roster,
    RosterRow,
    RosterState,
    Unit,
    locate_sealed,
)
from resolvers.claims.claim import ClaimProposal, ProposedLine, require_known_ids
from resolvers.claims.claim_kind import (
    ChosenLines,
    ClaimKindDefinition,
    declare_claim_kind,
    make_claim_mutations,
)
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.hiring.hire_evaluation import UnitHire, evaluate_hires
from resolvers.kernel.decision_reader import DecisionReader, TransactionReader
from resolvers.kernel.partial_change import Kept, change_in_part
from resolvers.kernel.transaction import Transaction
from resolvers.payment.payee import load_payees_now
from rules.claims.control import describe_reasons
from rules.hiring.hire import Hire
from rules.hiring.hire_evaluation import HireEvaluation, build_line_explanation
from rules.hiring.hire_roster import RowValues, build_hire, find_employer_code
from rules.kernel import input_check
from rules.kernel.finding import Finding
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Path, Reason, build_refusal, fault, refuse_if
from rules.kernel.value import RowId
from rules.rosters.roster_form import get_form

MAX_ROSTERS_PER_CLAIM = 100
MAX_LINES_PER_CLAIM = 2000
"""So many persons one claim takes at most; the next claim takes those that are left."""

_BATCH_SIZE = 500


@dataclass(kw_only=True)
class RosterClaimDraft:
    """From which rosters' passed rows is claimed, and into which account.

    All who can be, those of some rows alone, or all but those of some rows (S11). Where each person
    is paid themselves no account is named: theirs stand in the rosters (S14).
    """

    roster_ids: list[RowId]
    bank_account_id: RowId | None = None
    row_ids: list[RowId] | None = None
    left_out_row_ids: list[RowId] | None = None


@change_in_part("bank_account_id", "row_ids")
class RosterClaimChange(RosterClaimDraft):
    """What a claim is to ask from now on."""

    id: RowId
    version: int


@dataclass(frozen=True, slots=True)
class _PassedRow:
    """A roster's row that passed: who, what it states, and as what it would be claimed."""

    row: Row[Any]
    values: RowValues
    hired: UnitHire


_CHOSEN = ChosenLines("row_ids", RosterRow, "roster_row_id", "roster_ids", "left_out_row_ids")


async def _keep_rosters(tx: Transaction, lines: Sequence[ClaimLine]) -> Kept:
    """Say of which rosters a claim's lines are."""
    ids = [line.roster_row_id for line in lines]
    rows = select(RosterRow.roster_id).where(RosterRow.unit_id == tx.unit_id, RosterRow.id.in_(ids))
    found = sorted(set((await tx.session.scalars(rows)).all()))
    keys = [Key(Roster.__name__, (tx.unit_id, id_)) for id_ in found]
    return {"roster_ids": lambda: [key.format_global_id() for key in keys]}


def build_proposer(
    kind: ClaimKind,
) -> Callable[[Transaction, RosterClaimDraft], Awaitable[ClaimProposal]]:
    """Make the rule that proposes a claim of a kind from rosters (S11, S13)."""

    async def propose(tx: Transaction, input: RosterClaimDraft) -> ClaimProposal:
        rosters = await _load_rosters(tx, kind, input.roster_ids)
        first = rosters[0]
        passed = await _load_passed_rows(tx, kind, rosters)
        rows = _leave_rows_out(tx, passed, input.left_out_row_ids or [])
        if input.row_ids is not None:
            named = _select_named_rows(tx, rows, input.row_ids)
            chosen = await _require_claimable_rows(tx, named)
        else:
            chosen = await _select_claimable_rows(tx, rows)
        told = {"place": first.place, "beneficiary": first.beneficiary}
        paid_themselves = first.beneficiary is Beneficiary.PERSON
        return ClaimProposal(
            told,
            [
                _build_proposed_line(
                    tx.service.seal,
                    *each,
                    paid_themselves,
                    place=("rowIds", n) if input.row_ids is not None else (),
                )
                for n, each in enumerate(chosen)
            ],
            paid_themselves=paid_themselves,
        )

    return propose


def _select_named_rows(
    tx: Transaction, passed: Sequence[_PassedRow], named: Sequence[RowId]
) -> Sequence[_PassedRow]:
    """Find the rows that a claim names, each once and free to be claimed, or refuse (S11)."""
    known = {each.row.id: each for each in passed}
    at = "rowIds"
    ids = require_known_ids(RosterRow, named, known, tx.unit_id, at, MAX_LINES_PER_CLAIM)
    return [known[id_] for id_ in ids]


def _leave_rows_out(
    tx: Transaction, passed: Sequence[_PassedRow], named: Sequence[RowId]
) -> Sequence[_PassedRow]:
    """Leave out the rows that a claim names (S11)."""
    if not named:
        return passed
    known = {each.row.id for each in passed}
    at = "leftOutRowIds"
    gone = set(require_known_ids(RosterRow, named, known, tx.unit_id, at, MAX_LINES_PER_CLAIM))
    return [each for each in passed if each.row.id not in gone]


async def _require_claimable_rows(
    tx: Transaction, named: Sequence[_PassedRow]
) -> Sequence[tuple[_PassedRow, HireEvaluation]]:
    """Judge named rows again as facts stand now; what bars one is told at its place (X3)."""
    policy, hires = await tx.load_policy(), [each.hired for each in named]
    found = await evaluate_hires(TransactionReader(tx), hires, tx.today, policy)
    refuse_if(why.at("rowIds", n) for n, each in enumerate(found) for why in each.lacking)
    return list(zip(named, found, strict=True))


async def _load_rosters(tx: Transaction, kind: ClaimKind, ids: Sequence[RowId]) -> Sequence[Roster]:
    """Find the rosters of a claim: of its kind, checked, and alike; all faults at once (S10)."""
    refuse_if(input_check.find_list_faults(list(ids), MAX_ROSTERS_PER_CLAIM, ("rosterIds",)))
    keys = [parse_key(text, Roster) for text in ids]
    own = [key.parts[1] if key and key.parts[0] == tx.unit_id else None for key in keys]
    # Held, for a person who is entered again replaces their row, and the claim names it.
    statement = select(Roster).where(Roster.unit_id == tx.unit_id, Roster.id.in_(own))
    held = statement.order_by(Roster.id).with_for_update(read=True)
    known = {row.id: row for row in await tx.all(held)}
    missing = (n for n, id_ in enumerate(own) if id_ not in known)
    refuse_if(fault(Reason.NOT_FOUND, "rosterIds", n) for n in missing)
    found = [known[id_] for id_ in own if id_ is not None]
    refuse_if(_find_roster_faults(kind, found))
    return found


def _find_roster_faults(kind: ClaimKind, rosters: Sequence[Roster]) -> Iterator[Fault]:
    first = rosters[0]
    for n, row in enumerate(rosters):
        if row.state is not RosterState.CHECKED:
            yield fault(Reason.ROSTER_NOT_CHECKED, "rosterIds", n)
        elif row.cleared_at is not None:
            yield fault(Reason.ROSTER_CLEARED, "rosterIds", n)
        alike = (row.place, row.beneficiary) == (first.place, first.beneficiary)
        if row.kind.value != kind.value or not alike:
            yield fault(Reason.ROSTERS_DIFFER, "rosterIds", n)


async def _load_passed_rows(
    tx: Transaction, kind: ClaimKind, rosters: Sequence[Roster]
) -> Sequence[_PassedRow]:
    """List the passed rows that no line holds yet; of a person at an employer the newest (S11)."""
    unit = await tx.session.get_one(Unit, tx.unit_id)
    form, place = get_form(rosters[0].kind), rosters[0].place
    rows = await tx.session.execute(
        select(
            RosterRow.unit_id,
            RosterRow.id,
            RosterRow.person_id,
            RosterRow.name,
            RosterRow.values,
            RosterRow.payee_bank,
            RosterRow.payee_number_sealed,
            RosterRow.payee_number_masked,
        )
        .where(
            RosterRow.unit_id == unit.id,
            RosterRow.roster_id.in_([roster.id for roster in rosters]),
            RosterRow.passed,
            RosterRow.person_id.is_not(None),
        )
        .order_by(RosterRow.roster_id, RosterRow.number)
    )
    held, newest = await _load_held_persons(tx, kind), {}
    for row in rows:
        values = form.parse_stored_values(row.values, tx.today)
        employer = find_employer_code(values, unit.credit_code)
        if (row.person_id, employer) not in held:
            hire = build_hire(kind, place, values)
            hired = UnitHire(unit_id=unit.id, person_id=row.person_id, employer=employer, hire=hire)
            newest[hired.key] = _PassedRow(row, {"employer_name": unit.name} | values, hired)
    return list(newest.values())


async def _load_held_persons(tx: Transaction, kind: ClaimKind) -> set[tuple[UUID, str | None]]:
    """Return whom lines of the unit hold, at which employer; those of other units it can't see."""
    statement = select(ClaimLine.person_id, ClaimLine.employer_code).where(
        ClaimLine.unit_id == tx.unit_id, ClaimLine.claim_kind == kind, ClaimLine.held
    )
    return {(person, code) for person, code in (await tx.session.execute(statement)).all()}


async def _select_claimable_rows(
    tx: Transaction, passed: Sequence[_PassedRow]
) -> Sequence[tuple[_PassedRow, HireEvaluation]]:
    """Judge the rows again as facts stand now, and take those that pass; or say why none (X3)."""
    policy, chosen, lacking = await tx.load_policy(), [], set()
    for n in range(0, len(passed), _BATCH_SIZE):
        some = passed[n : n + _BATCH_SIZE]
        found = await evaluate_hires(
            TransactionReader(tx), [each.hired for each in some], tx.today, policy
        )
        chosen += [pair for pair in zip(some, found, strict=True) if not pair[1].lacking]
        lacking |= {why.reason for each in found for why in each.lacking}
        if len(chosen) >= MAX_LINES_PER_CLAIM:
            break
    if not chosen and not lacking:
        raise build_refusal(Reason.ROWS_CLAIMED)
    if not chosen:
        said = describe_reasons(lacking)
        told = {"reasons_zh": said.zh, "reasons_en": said.en}
        raise build_refusal(Reason.NOTHING_PASSED, **told)
    return chosen[:MAX_LINES_PER_CLAIM]


def _move_card(seal: Seal, row: Row[Any], line_id: UUID) -> bytes | None:
    """Seal for a line the card number that is sealed for a roster's row."""
    if row.payee_number_sealed is None:
        return None
    return seal.move_sealed(
        locate_sealed(RosterRow.payee_number_sealed, (row.unit_id, row.id)),
        row.payee_number_sealed,
        locate_sealed(ClaimLine.payee_number_sealed, (row.unit_id, line_id)),
    )


def _build_proposed_line(
    seal: Seal, passed: _PassedRow, found: HireEvaluation, paid_themselves: bool, place: Path
) -> ProposedLine:
    row, hired, id_ = passed.row, passed.hired, uuid7()
    if found.amount is None:
        raise TypeError("what is claimable comes to an amount")
    payee = {
        "payee_name": row.name,
        "payee_bank": row.payee_bank,
        "payee_number_sealed": _move_card(seal, row, id_),
        "payee_number_masked": row.payee_number_masked,
    }
    own = {
        "id": id_,
        "roster_row_id": row.id,
        "employer_code": hired.employer,
        "employer_name": passed.values.get("employer_name"),
        "hire_group": hired.hire.group,
        "hired_on": found.hired_on,
        "contract_starts_on": hired.hire.starts_on,
        "contract_ends_on": hired.hire.ends_on,
        **(payee if paid_themselves else {}),
    }
    return ProposedLine(
        person_id=row.person_id,
        person_name=row.name,
        amount=found.amount,
        explanation=build_line_explanation(found, hired.employer),
        particulars=own,
        place=place,
    )


async def reevaluate(
    tx: Transaction, row: Claim, placed: LinesByPosition, *, review: bool
) -> Reevaluation:
    """Judge a claim's hires again, as facts and parameters stand now (S13, S16, X3).

    All that bars a line is told of it; at review as at application.
    """
    lines, policy = list(placed.values()), await tx.load_policy()
    found = await _evaluate_lines(TransactionReader(tx), tx.today, policy, lines)
    faults = [
        why.at("lines", n)
        for n, each in placed.items()
        for why in _find_line_faults(each, found[each.id])
    ]
    faults += await _find_payee_faults(tx, row, placed)
    for each in placed.values():
        each.hired_on = found[each.id].hired_on
    explained = {each.id: _build_explanation(each, found[each.id]) for each in placed.values()}
    used = [parameter for each in found.values() for parameter in each.used]
    return Reevaluation(faults, explained, used)


async def evaluate_controls(
    read: DecisionReader,
    today: date,
    policy: Policy,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
) -> Mapping[UUID, Sequence[Finding]]:
    """Judge lines of any claims for hires again, and tell what was found of each (X3)."""
    found = await _evaluate_lines(read, today, policy, lines)
    return {id_: each.findings for id_, each in found.items()}


async def _evaluate_lines(
    read: DecisionReader, today: date, policy: Policy, lines: Sequence[ClaimLine]
) -> Mapping[UUID, HireEvaluation]:
    found = await evaluate_hires(read, [_build_unit_hire(each) for each in lines], today, policy)
    return {each.id: judged for each, judged in zip(lines, found, strict=True)}


async def _find_payee_faults(
    tx: Transaction, claim: Claim, placed: LinesByPosition
) -> Sequence[Fault]:
    """Name the lines whose person is to be paid into an account that is not in their name (S14)."""
    if claim.beneficiary is not Beneficiary.PERSON:
        return []
    payees = await load_payees_now(tx, {claim.id: claim}, list(placed.values()))
    found = [(n, payees[each.id]) for n, each in placed.items()]
    return [payee.at("lines", n) for n, payee in found if isinstance(payee, Fault)]


def _build_unit_hire(row: ClaimLine) -> UnitHire:
    """Read a line's hire; the region is the one that decided as it was made, and stays it (X21)."""
    if row.employer_code is None or row.hire_group is None or row.contract_starts_on is None:
        raise TypeError("a line for a hire says where and when")
    region: str = row.explanation["inputs"]["region"]
    hire = Hire(
        kind=row.claim_kind,
        group=row.hire_group,
        region=region,
        starts_on=row.contract_starts_on,
        ends_on=row.contract_ends_on,
    )
    return UnitHire(
        unit_id=row.unit_id, person_id=row.person_id, employer=row.employer_code, hire=hire
    )


def _find_line_faults(row: ClaimLine, found: HireEvaluation) -> Sequence[Fault]:
    if not found.lacking and found.amount != row.amount:
        return [fault(Reason.AMOUNT_CHANGED)]
    return found.lacking


def _build_explanation(row: ClaimLine, found: HireEvaluation) -> dict[str, Any]:
    return build_line_explanation(found, row.employer_code or "")


declare_claim_kind(
    ClaimKind.HIRING,
    ClaimKindDefinition(
        mutations=make_claim_mutations(
            ClaimKind.HIRING,
            (RosterClaimDraft, RosterClaimChange),
            build_proposer(ClaimKind.HIRING),
            "Draft a hiring claim from the passed rows of rosters that no line holds yet (S4, "
            "S11). 新增一次性吸纳就业补贴申报.",
            "Change a hiring claim that is a draft or was returned; its lines are made anew. "
            "修改一次性吸纳就业补贴申报.",
            chosen=_CHOSEN,
            keep=_keep_rosters,
        ),
        reevaluate=reevaluate,
        evaluate_controls=evaluate_controls,
    ),
)


declare_claim_kind(
    ClaimKind.SERVICE,
    ClaimKindDefinition(
        mutations=make_claim_mutations(
            ClaimKind.SERVICE,
            (RosterClaimDraft, RosterClaimChange),
            build_proposer(ClaimKind.SERVICE),
            "Draft an agency's claim from the passed rows of rosters that no line holds yet "
            "(S12-S14). 新增就业创业服务补助申报.",
            "Change an agency's claim that is a draft or was returned; its lines are made anew. "
            "修改就业创业服务补助申报.",
            chosen=_CHOSEN,
            keep=_keep_rosters,
        ),
        reevaluate=reevaluate,
        evaluate_controls=evaluate_controls,
    ),
)
