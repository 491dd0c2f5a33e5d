"""Drafting claims 补贴申报 of any kind: lines are written, or made anew (J32, J33, X15)."""

from collections.abc import Awaitable, Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import delete, select, union_all

from loaders.key import parse_key
from models import (
    AmountDifference,
    BankAccount,
    Base,
    Claim,
    ClaimedReport,
    ClaimKind,
    ClaimLine,
    DifferenceState,
    Intern,
    LineState,
    Payment,
    Status,
    Unit,
)
from resolvers.claims import claim_line, line_bar
from resolvers.kernel.transaction import Transaction
from rules.claims.line_subject import LineSubject, find_bar_fault, find_followed_line
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.explanation import list_cited_parameters
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Path, Reason, Refusal, build_refusal, fault, refuse_if
from rules.kernel.value import RowId
from rules.kernel.workflow import RESERVING_STATES, LineAction, find_action_fault

MAX_INTERNS_PER_CLAIM = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedLine:
    """A line as its kind's rule proposes it: for whom, how much, why, and on which reports.

    `particulars` are the columns that lines of the kind have: the intern, or the hire.
    """

    person_id: UUID
    person_name: str
    amount: Decimal
    explanation: dict[str, Any]
    particulars: Mapping[str, object]
    reports: Sequence[claim_line.ReportAmount] = ()
    place: Path = ()
    """Where the input names whom it is for; nowhere, if all are taken who can be."""


@dataclass(frozen=True, slots=True)
class ClaimProposal:
    """What a draft comes to: what the claim says of itself, and its lines."""

    particulars: Mapping[str, object]
    lines: Sequence[ProposedLine]
    paid_themselves: bool = False
    """Whether each person is paid into their own account, and the unit into none (S14)."""


@dataclass(frozen=True, slots=True)
class ClaimDraftRequest:
    """What a draft of a kind asks: into which account, and what its kind's rule makes of it."""

    kind: ClaimKind
    account_id: RowId | None
    propose: Callable[[], Awaitable[ClaimProposal]]


class ClaimDraftInput(Protocol):
    """What drafts of every kind ask."""

    @property
    def bank_account_id(self) -> RowId | None:
        """Name the account into which is to be paid, if it is the unit that is paid."""


class ClaimChangeInput(ClaimDraftInput, Protocol):
    """What changes of every kind ask."""

    @property
    def id(self) -> RowId:
        """Name the claim."""

    @property
    def version(self) -> int:
        """Return the version that was read."""


Known = TypeVar("Known")


async def draft_claim(tx: Transaction, asked: ClaimDraftRequest) -> Claim:
    """Draft a claim on the lines that its kind's rule chooses."""
    account = await _find_account(tx, asked)
    proposal = await _propose_unbarred(tx, asked)
    _require_account(account, paid_themselves=proposal.paid_themselves)
    unit = await tx.session.get_one(Unit, tx.unit_id)
    row = Claim(
        unit_id=unit.id,
        region=unit.region,
        kind=asked.kind,
        status=Status.DRAFT,
        bank_account_id=account.id if account else None,
        amount=_sum_lines(proposal.lines),
        parameters=[],
        **proposal.particulars,
    )
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    await _write_lines(tx, row, proposal.lines)
    return row


async def redraft_claim(
    tx: Transaction,
    id: RowId,
    version: int,
    kind: ClaimKind,
    ask: Callable[[Claim, claim_line.LinesByPosition], Awaitable[ClaimDraftRequest]],
) -> Claim:
    """Change a claim that is a draft or was returned; its lines are made anew (J30).

    Struck and failed ones stay: they tell why their persons don't come back (X15). So do those that
    payments or differences tell of, as struck ones: their persons may be among the new lines. `ask`
    is told the claim and its lines that count, for what a change leaves out stays.
    """
    row = await tx.get_locked(Claim, id, version)
    if row.kind is not kind:
        raise build_refusal(Reason.NOT_FOUND, "id")
    wrong = find_action_fault(
        RecordKind.CLAIM, Action.CHANGE, row.status, row.submitted_by, tx.viewer
    )
    if wrong:
        raise Refusal(wrong)
    lines = await claim_line.lock_lines_of_claim(tx, row)
    if any(line.supplements_id for line in lines):
        raise build_refusal(Reason.SUPPLEMENT_FIXED)
    placed = {n: line for n, line in enumerate(lines) if line.state in RESERVING_STATES}
    asked, live = await ask(row, placed), [*placed.values()]
    account = await _find_account(tx, asked)
    ids = [line.id for line in live]
    await claim_line.release_lines(tx, row.unit_id, ids)
    await _lapse_differences(tx, row.unit_id, ids)
    told_of = await _load_lines_told_of(tx, row.unit_id, ids)
    for line in live:
        if line.id in told_of:
            struck = {"state": LineState.STRUCK, "reason": REPLACED}
            tx.change(line, struck, LineAction.STRIKE)
    await tx.session.flush()
    old = [line.id for line in live if line.id not in told_of]
    for table, column in ((ClaimedReport, ClaimedReport.line_id), (ClaimLine, ClaimLine.id)):
        await tx.session.execute(delete(table).where(table.unit_id == row.unit_id, column.in_(old)))
    proposal = await _propose_unbarred(tx, asked)
    _require_account(account, paid_themselves=proposal.paid_themselves)
    paid_to = account.id if account else None
    own = {"bank_account_id": paid_to, "amount": _sum_lines(proposal.lines)}
    tx.change(row, {**proposal.particulars, **own})
    lines = await _write_lines(tx, row, proposal.lines)
    if row.status is Status.RETURNED:  # what was submitted once stays held (X15)
        refuse_if(await claim_line.reserve_lines(tx, row.unit_id, dict(enumerate(lines))))
    return row


REPLACED = "申报已修改，由新的明细代替"
"""Why a line that payments or differences tell of is struck as its claim is changed."""


async def _load_lines_told_of(
    tx: Transaction, unit_id: UUID, ids: Collection[UUID]
) -> Collection[UUID]:
    """Find which lines other records tell of: cancelled payments, differences, later lines."""
    columns = (
        *(Payment.line_id, AmountDifference.line_id, AmountDifference.supplement_id),
        *(ClaimLine.supplements_id, ClaimLine.follows_id),
    )
    each = (
        select(column.label("line_id")).where(column.class_.unit_id == unit_id, column.in_(ids))
        for column in columns
    )
    return set(await tx.session.scalars(union_all(*each)))


async def _find_account(tx: Transaction, asked: ClaimDraftRequest) -> BankAccount | None:
    if asked.account_id is None:
        return None
    return await tx.get(BankAccount, asked.account_id, "bankAccountId")


def _require_account(account: BankAccount | None, *, paid_themselves: bool) -> None:
    """Refuse a claim that names no account where the unit is paid, or one where it is not (S14)."""
    if account is None and not paid_themselves:
        raise build_refusal(Reason.ACCOUNT_NEEDED, "bankAccountId")
    if account is not None and paid_themselves:
        raise build_refusal(Reason.ACCOUNT_NOT_ASKED, "bankAccountId")


async def _lapse_differences(tx: Transaction, unit_id: UUID, lines: Sequence[UUID]) -> None:
    """Let differences lapse that were listed for lines which are made anew; they stay (X20)."""
    of_lines = (
        AmountDifference.unit_id == unit_id,
        AmountDifference.line_id.in_(lines),
        AmountDifference.state == DifferenceState.OPEN,
    )
    for row in await tx.all(select(AmountDifference).where(*of_lines).with_for_update()):
        tx.change(row, {"state": DifferenceState.LAPSED}, "EXAMINE")
    await tx.session.flush()


async def _propose_unbarred(tx: Transaction, asked: ClaimDraftRequest) -> ClaimProposal:
    """Propose lines without whoever was struck or failed before for the same thing (X15).

    Where such a person is named, that is a fault; where nobody else is left, it is refused.
    """
    proposal = await asked.propose()
    persons = {each.person_id for each in proposal.lines}
    earlier = await line_bar.load_earlier_lines(tx, tx.unit_id, asked.kind, persons)
    if not earlier:
        return proposal
    reports = [id_ for each in proposal.lines for id_, _ in each.reports]
    months = await line_bar.load_report_months(tx, tx.unit_id, reports)
    subjects = [_build_subject(asked.kind, proposal, each, months) for each in proposal.lines]
    known = [earlier.get(subject.person_id, ()) for subject in subjects]
    bars = [find_bar_fault(*each) for each in zip(subjects, known, strict=True)]
    of_lines = list(zip(proposal.lines, bars, subjects, known, strict=True))
    refuse_if(why.at(*each.place) for each, why, _, _ in of_lines if why and each.place)
    if all(bars):
        raise build_refusal(Reason.LINE_BARRED)
    kept = [
        replace(
            each,
            particulars={
                **each.particulars,
                "follows_id": find_followed_line(subject, before),
            },
        )
        for each, why, subject, before in of_lines
        if why is None
    ]
    return replace(proposal, lines=kept)


def _build_subject(
    kind: ClaimKind, proposal: ClaimProposal, each: ProposedLine, months: Mapping[UUID, date]
) -> LineSubject:
    employer, course = (
        each.particulars.get("employer_code"),
        proposal.particulars.get("course_code"),
    )
    return LineSubject(
        kind=kind,
        person_id=each.person_id,
        employer_code=employer if isinstance(employer, str) else None,
        course_code=course if isinstance(course, str) else None,
        months=frozenset(months[id_] for id_, _ in each.reports),
    )


def select_named_interns(
    known: Mapping[UUID, Known], named: Sequence[RowId], unit_id: UUID
) -> Sequence[Known]:
    """Find what is known of the interns that a claim names, each only once, or refuse (J30)."""
    ids = require_known_ids(Intern, named, known, unit_id, "internIds", MAX_INTERNS_PER_CLAIM)
    return [known[id_] for id_ in ids]


def require_known_ids(
    table: type[Base],
    named: Sequence[RowId],
    known: Container[UUID | None],
    unit_id: UUID,
    at: str,
    most: int,
) -> Sequence[UUID]:
    """Read the ids of a unit's rows that a claim names, each only once and known, or refuse."""
    refuse_if(input_check.find_list_faults(list(named), most, (at,)))
    keys = [parse_key(text, table) for text in named]
    ids = [key.parts[1] if key and key.parts[0] == unit_id else None for key in keys]
    refuse_if(fault(Reason.NOT_FOUND, at, n) for n, id_ in enumerate(ids) if id_ not in known)
    return [id_ for id_ in ids if id_ is not None]


def locate_intern_faults(lacking: Sequence[Fault | None]) -> Iterable[Fault]:
    """Yield what stands in the way of each intern named, at their place in the input."""
    for n, why in enumerate(lacking):
        if why is not None:
            yield why.at("internIds", n)


async def _write_lines(
    tx: Transaction, claim: Claim, chosen: Sequence[ProposedLine]
) -> Sequence[ClaimLine]:
    unit = await tx.session.get_one(Unit, claim.unit_id)
    lines = [
        claim_line.build_line(
            claim,
            unit.name,
            (each.person_id, each.person_name),
            each.amount,
            each.explanation,
            **each.particulars,
        )
        for each in chosen
    ]
    tx.session.add_all(lines)
    await tx.session.flush()
    for line, each in zip(lines, chosen, strict=True):
        tx.session.add_all(claim_line.link_reports(line, each.reports))
    claim.parameters = list_cited_parameters(line.explanation for line in lines)
    await tx.session.flush()
    return lines


def _sum_lines(chosen: Sequence[ProposedLine]) -> Decimal:
    return sum((each.amount for each in chosen), Decimal(0))
