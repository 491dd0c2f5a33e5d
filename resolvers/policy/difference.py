"""Settling differences 差额处理: supplementary lines 补发 and proposed clawbacks (X2, X20)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from models import (
    AmountDifference,
    Claim,
    ClaimLine,
    Clawback,
    DifferenceState,
    LineState,
    Status,
    Unit,
    copy_place,
    locate_sealed,
)
from resolvers.claims.claim_kind import declare_supplements
from resolvers.claims.claim_line import LinesByPosition, Reevaluation, build_claim_columns
from resolvers.claims.claim_line_transitions import lock_lines
from resolvers.kernel import history
from resolvers.kernel.business_number import assign_numbers
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import Decisions, ReasonedDecisions
from resolvers.payment.clawback import create_clawback
from resolvers.policy.recomputation import compute_dues, sum_granted_amounts
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.explanation import list_cited_parameters
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Reason, fault, refuse_if
from rules.policy.difference import (
    GRANTING_STATES,
    Settlement,
    build_explanation,
    find_difference_fault,
)

MAX_DIFFERENCES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _DifferenceCase:
    """A difference, its first line and that line's claim, all of them held."""

    difference: AmountDifference
    line: ClaimLine
    claim: Claim


async def supplement_differences(tx: Transaction, input: Decisions) -> Sequence[Claim]:
    """Have what was paid too little paid besides, for another to review (X2, X20). 补发差额."""
    cases = await _lock_cases(tx, input, Settlement.SUPPLEMENT)
    by_claim: defaultdict[UUID, list[_DifferenceCase]] = defaultdict(list)
    for case in cases:
        by_claim[case.claim.id].append(case)
    made = [await _create_supplement(tx, own) for own in by_claim.values()]
    await tx.session.flush()
    return made


async def claw_back_differences(tx: Transaction, input: ReasonedDecisions) -> Sequence[Clawback]:
    """Propose to claw back what was paid too much, for another to confirm (X2, X20). 追回差额."""
    cases = await _lock_cases(tx, input, Settlement.CLAW_BACK)
    await _require_no_pending_clawback(tx, cases)
    made = []
    for case in cases:
        amount = case.difference.granted - case.difference.due
        told = case.difference.explanation | {"amount": str(amount)}
        row = await create_clawback(tx, case.line, amount, input.reason, told)
        settled = {"state": DifferenceState.SETTLED, "clawback_id": row.id}
        tx.change(case.difference, settled, "CLAW_BACK")
        made.append(row)
    await tx.session.flush()
    return made


async def reevaluate(tx: Transaction, placed: LinesByPosition) -> Reevaluation:
    """Judge supplementary lines again: the first line still lacks just what they ask (X20)."""
    lines = list(placed.values())
    named = [(line.unit_id, line.supplements_id) for line in lines]
    statement = select(ClaimLine).where(tuple_(ClaimLine.unit_id, ClaimLine.id).in_(named))
    firsts: dict[UUID | None, ClaimLine] = {line.id: line for line in await tx.all(statement)}
    standing = [line for line in firsts.values() if line.state in GRANTING_STATES]
    now = await compute_dues(tx, standing, await tx.load_policy())
    others = await sum_granted_amounts(tx, standing, [line.id for line in lines])
    faults, explanations = [], {}
    for n, line in placed.items():
        first = firsts.get(line.supplements_id)
        due = now.get(first.id) if first else None
        if first is None or due is None or due.amount - others[first.id] != line.amount:
            faults.append(fault(Reason.AMOUNT_CHANGED, "lines", n))
        else:
            explanations[line.id] = _add_inputs(first, build_explanation(due, others[first.id]))
    used = [parameter for due in now.values() for parameter in due.used]
    return Reevaluation(faults, {} if faults else explanations, used)


declare_supplements(reevaluate)


async def _lock_cases(
    tx: Transaction, input: Decisions | ReasonedDecisions, how: Settlement
) -> Sequence[_DifferenceCase]:
    """Hold claims, lines and differences, and refuse what can't be settled so any more."""
    named = [(record.id, record.version) for record in input.records]
    refuse_if(
        input_check.find_list_faults(
            [id_ for id_, _ in named], MAX_DIFFERENCES_AT_ONCE, ("records",)
        )
    )
    rows = await tx.require_many_locked(AmountDifference, named, ("records",))
    cases = await _lock_lines_of_differences(tx, rows)
    refuse_if(
        barred.at("records", n)
        for n, case in enumerate(cases)
        if (barred := _find_case_fault(case, how))
    )
    refuse_if(await _find_changed_faults(tx, cases))
    return cases


def _find_case_fault(case: _DifferenceCase, how: Settlement) -> Fault | None:
    row = case.difference
    return find_difference_fault(row.state, row.granted, row.due, case.line.state, how)


async def _lock_lines_of_differences(
    tx: Transaction, rows: Sequence[AmountDifference]
) -> Sequence[_DifferenceCase]:
    claims, held = await lock_lines(tx, [(row.unit_id, row.line_id) for row in rows])
    lines = {line.id: line for line in held}
    found = ((row, lines[row.line_id]) for row in rows)
    return [_DifferenceCase(row, line, claims[line.unit_id, line.claim_id]) for row, line in found]


async def _find_changed_faults(
    tx: Transaction, cases: Sequence[_DifferenceCase]
) -> Sequence[Fault]:
    """Refuse what has changed since it was listed: it is examined again first (X20)."""
    policy, found = await tx.load_policy(), []
    for kind in {case.claim.kind for case in cases}:
        own = [case.line for case in cases if case.claim.kind is kind]
        now, until_now = await compute_dues(tx, own, policy), await sum_granted_amounts(tx, own)
        found += [
            fault(Reason.DIFFERENCE_CHANGED, "records", n)
            for n, case in enumerate(cases)
            if case.line.id in now
            and (case.difference.due, case.difference.granted)
            != (now[case.line.id].amount, until_now[case.line.id])
        ]
    return found


async def _create_supplement(tx: Transaction, cases: Sequence[_DifferenceCase]) -> Claim:
    """Make the claim that supplements another, with a line for each of its differences."""
    first = cases[0].claim
    unit = await tx.session.get_one(Unit, first.unit_id)
    row = Claim(
        **copy_place(first),
        kind=first.kind,
        month=first.month,
        year=first.year,
        place=first.place,
        beneficiary=first.beneficiary,
        class_id=first.class_id,
        course_code=first.course_code,
        bank_account_id=first.bank_account_id,
        amount=sum(case.difference.due - case.difference.granted for case in cases),
        parameters=list_cited_parameters(case.difference.explanation for case in cases),
        status=Status.SUBMITTED,
        submitted_by=tx.viewer.account_id,
        submitted_at=tx.now,
    )
    history.bar_reviewer(tx, row)  # the unit may submit it again, and is its submitter then
    tx.create(row, Status.SUBMITTED)
    await tx.session.flush()
    lines = [_build_supplementary_line(tx.service.seal, row, unit.name, case) for case in cases]
    tx.session.add_all(lines)
    await tx.session.flush()
    for case, line in zip(cases, lines, strict=True):
        settled = {"state": DifferenceState.SETTLED, "supplement_id": line.id}
        tx.change(case.difference, settled, "SUPPLEMENT")
    await assign_numbers(tx, [row], RecordKind.CLAIM, Action.SUBMIT)
    return row


def _move_card(seal: Seal, first: ClaimLine, line_id: UUID) -> bytes | None:
    """Seal for a line the card number that is sealed for the first one."""
    if first.payee_number_sealed is None:
        return None
    column = ClaimLine.payee_number_sealed
    return seal.move_sealed(
        locate_sealed(column, (first.unit_id, first.id)),
        first.payee_number_sealed,
        locate_sealed(column, (first.unit_id, line_id)),
    )


def _add_inputs(first: ClaimLine, explanation: Mapping[str, Any]) -> dict[str, Any]:
    """Tell by what the first line was judged: its controls run on a supplement as well (X3)."""
    known = {name: told for name, told in first.explanation.items() if name == "inputs"}
    return {**explanation, **known}


def _build_supplementary_line(
    seal: Seal, claim: Claim, unit_name: str, case: _DifferenceCase
) -> ClaimLine:
    first, id_ = case.line, uuid7()
    return ClaimLine(
        id=id_,
        **build_claim_columns(claim, unit_name),
        person_id=first.person_id,
        person_key=first.person_key,
        intern_id=first.intern_id,
        trainee_id=first.trainee_id,
        state=LineState.OPEN,
        amount=case.difference.due - case.difference.granted,
        explanation=_add_inputs(first, case.difference.explanation),
        supplements_id=first.id,
        employer_code=first.employer_code,
        employer_name=first.employer_name,
        hire_group=first.hire_group,
        hired_on=first.hired_on,
        contract_starts_on=first.contract_starts_on,
        contract_ends_on=first.contract_ends_on,
        payee_name=first.payee_name,
        payee_bank=first.payee_bank,
        payee_number_sealed=_move_card(seal, first, id_),
        payee_number_masked=first.payee_number_masked,
        account_id=first.account_id,
        account_confirmed_by=first.account_confirmed_by,
    )


async def _require_no_pending_clawback(tx: Transaction, cases: Sequence[_DifferenceCase]) -> None:
    """Refuse where a proposal stands already: one at a time (X1)."""
    keys = [(case.line.unit_id, case.line.id) for case in cases]
    pending = select(Clawback.line_id).where(
        tuple_(Clawback.unit_id, Clawback.line_id).in_(keys),
        Clawback.status == Status.SUBMITTED,
    )
    standing = set((await tx.session.scalars(pending)).all())
    refuse_if(
        fault(Reason.CLAWBACK_EXISTS, "records", n)
        for n, case in enumerate(cases)
        if case.line.id in standing
    )
