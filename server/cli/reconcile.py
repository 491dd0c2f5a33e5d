"""`jiuye reconcile`: hold all claims, lines, payments and batches against each other (X8)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute, aliased

from loaders.actor import ALL_REGIONS, Actor
from loaders.snapshot import Snapshot
from models import (
    BatchState,
    Claim,
    ClaimKind,
    ClaimLine,
    Clawback,
    DisbursementBatch,
    LineState,
    Payment,
    PaymentState,
    Status,
)
from rules.claims.claim_line import APPROVED_STATUSES
from rules.kernel.workflow import RESERVING_STATES
from rules.payment.reconciliation import Discrepancy, Ledger, UnreconciledRecord
from server.database.pools import build_engine, without_time_limit
from server.settings.settings import Settings

StepTeller = Callable[[str], None]
AUDITOR_ACTOR = Actor(see=ALL_REGIONS)
Keys = Select[*tuple[Any, ...]]
_LINE_STATE = LineState
_PAID_STATES = (_LINE_STATE.PAID, _LINE_STATE.CLAWED_BACK)
_APPROVED_STATES = (
    _LINE_STATE.IN_PUBLICITY,
    _LINE_STATE.PAYABLE,
    _LINE_STATE.IN_BATCH,
    *_PAID_STATES,
)
_UNPAID_STATES = (
    _LINE_STATE.OPEN,
    _LINE_STATE.IN_PUBLICITY,
    _LINE_STATE.PAYABLE,
    _LINE_STATE.IN_BATCH,
)


@dataclass
class Reconciliation:
    """Where the money is, and what does not agree."""

    ledgers: list[Ledger] = field(default_factory=list)
    found: list[UnreconciledRecord] = field(default_factory=list)

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        return {
            "holds": self.holds,
            "ledgers": [ledger.to_json() for ledger in self.ledgers],
            "differences": [each.to_json() for each in self.found],
        }

    @property
    def holds(self) -> bool:
        """Return whether all of it agrees."""
        return not self.found and not any(ledger.difference for ledger in self.ledgers)


def _build_zero() -> ColumnElement[Decimal]:
    return literal(Decimal(0))


def _sum_amount(
    amount: InstrumentedAttribute[Decimal], *when: SQLColumnExpression[bool]
) -> ColumnElement[Decimal]:
    return func.coalesce(
        func.sum(amount).filter(*when) if when else func.sum(amount), _build_zero()
    )


def _select_wrong_claims() -> Sequence[tuple[Discrepancy, Keys]]:
    """Find claims whose lines don't come to what the claim says."""
    on = and_(ClaimLine.unit_id == Claim.unit_id, ClaimLine.claim_id == Claim.id)
    each = select(Claim.unit_id, Claim.id).join(ClaimLine, on, isouter=True)
    grouped = each.group_by(Claim.unit_id, Claim.id)
    approved = grouped.where(Claim.status.in_(APPROVED_STATUSES)).having(
        Claim.approved_amount.is_distinct_from(_sum_amount(ClaimLine.amount, ClaimLine.approved))
    )
    held = _sum_amount(ClaimLine.amount, ClaimLine.state.in_(RESERVING_STATES))
    wrong = or_(
        and_(ClaimLine.state.in_(_APPROVED_STATES), Claim.status.not_in(APPROVED_STATUSES)),
        and_(
            ClaimLine.state.in_(_UNPAID_STATES), Claim.status.in_((Status.DISBURSED, Status.CLOSED))
        ),
        and_(ClaimLine.state.in_(_APPROVED_STATES), ~ClaimLine.approved),
    )
    return (
        (Discrepancy.APPROVED, approved),
        (Discrepancy.AMOUNT, grouped.having(Claim.amount != held)),
        (Discrepancy.STATUS, grouped.where(wrong)),
    )


def _select_wrong_payments() -> Keys:
    """Find lines whose payments don't agree with their state: one made, one under way, or none."""
    on = and_(Payment.unit_id == ClaimLine.unit_id, Payment.line_id == ClaimLine.id)
    same = Payment.amount == ClaimLine.amount
    paid = func.count().filter(Payment.state == PaymentState.PAID, same)
    open_ = func.count().filter(Payment.state == PaymentState.IN_BATCH, same)
    odd = func.count().filter(~same)
    due = case((ClaimLine.state.in_(_PAID_STATES), 1), else_=0)
    due_open = case((ClaimLine.state == _LINE_STATE.IN_BATCH, 1), else_=0)
    each = select(ClaimLine.unit_id, ClaimLine.id).join(Payment, on, isouter=True)
    return each.group_by(ClaimLine.unit_id, ClaimLine.id).having(
        or_(paid != due, open_ != due_open, odd > 0)
    )


def _select_wrong_clawbacks() -> Keys:
    """Find lines whose confirmed clawback does not agree with their state and amount."""
    on = and_(
        Clawback.unit_id == ClaimLine.unit_id,
        Clawback.line_id == ClaimLine.id,
        Clawback.status == Status.APPROVED,
    )
    due = case((ClaimLine.state == _LINE_STATE.CLAWED_BACK, 1), else_=0)
    each = select(ClaimLine.unit_id, ClaimLine.id).join(Clawback, on, isouter=True)
    return each.group_by(ClaimLine.unit_id, ClaimLine.id).having(
        or_(
            case((func.count(Clawback.id) > 0, 1), else_=0) != due,
            _sum_amount(Clawback.recovered) > _sum_amount(Clawback.amount),
            _sum_amount(Clawback.amount) > ClaimLine.amount,
        )
    )


def _select_wrong_batches() -> Keys:
    """Find batches whose figures are not those of their payments."""
    b, p = DisbursementBatch, Payment
    paid, failed = p.state == PaymentState.PAID, p.state == PaymentState.FAILED
    open_ = func.count(p.id).filter(p.state == PaymentState.IN_BATCH)
    gone = func.count(p.id).filter(p.state == PaymentState.CANCELLED)
    each = select(b.id).join(p, p.batch_id == b.id, isouter=True).group_by(b.id)
    return each.having(
        or_(
            b.payment_count != func.count(p.id),
            b.amount != _sum_amount(p.amount),
            b.paid_count != func.count(p.id).filter(paid),
            b.paid_amount != _sum_amount(p.amount, paid),
            b.failed_count != func.count(p.id).filter(failed),
            b.failed_amount != _sum_amount(p.amount, failed),
            and_(b.state.in_((BatchState.SETTLED, BatchState.CANCELLED)), open_ > 0),
            and_(b.state.in_((BatchState.OPEN, BatchState.EXPORTED)), open_ == 0),
            and_(b.state != BatchState.CANCELLED, gone == b.payment_count),
            # Before it was cancelled some of it may have been paid outside the system (S19).
            # One from which every line was sent back never had any (S19).
            and_(b.state == BatchState.CANCELLED, b.payment_count > 0, gone == 0),
        )
    )


def _tell_nobody(_: str) -> None:
    """Tell of no step: nobody waits and watches."""


async def reconcile_database(
    engine: AsyncEngine, begin: StepTeller = _tell_nobody
) -> Reconciliation:
    """Hold everything against each other, as it is at one moment; `begin` is told of each step."""
    snapshot = Snapshot(engine, AUDITOR_ACTOR)
    try:
        begin("Adding up what was approved")
        ledgers = await _load_ledgers(snapshot)
        return Reconciliation(ledgers, await _load_differences(snapshot, begin))
    finally:
        await snapshot.close()


async def _load_ledgers(snapshot: Snapshot) -> list[Ledger]:
    found: dict[tuple[str, ClaimKind], Ledger] = {}
    approved = Claim.status.in_(APPROVED_STATUSES)
    by_claim = select(Claim.region, Claim.kind, func.sum(Claim.approved_amount))
    for region, kind, amount in await snapshot.load_rows(
        by_claim.where(approved).group_by(Claim.region, Claim.kind)
    ):
        found[region, kind] = Ledger(region=region, kind=kind, approved=amount or Decimal(0))
    where = (ClaimLine.region, ClaimLine.claim_kind)
    live = (ClaimLine.approved, ClaimLine.claim_status.in_(APPROVED_STATUSES))
    by_line = select(*where, ClaimLine.state, func.sum(ClaimLine.amount)).where(*live)
    for region, kind, state, amount in await snapshot.load_rows(
        by_line.group_by(*where, ClaimLine.state)
    ):
        found.setdefault((region, kind), Ledger(region=region, kind=kind)).amounts[state] = amount
    back = aliased(Clawback)
    on = and_(back.unit_id == ClaimLine.unit_id, back.line_id == ClaimLine.id)
    clawed = select(*where, func.sum(back.amount)).join(back, on)
    for region, kind, amount in await snapshot.load_rows(
        clawed.where(back.status == Status.APPROVED).group_by(*where)
    ):
        found.setdefault((region, kind), Ledger(region=region, kind=kind)).clawed_back = amount
    return [found[key] for key in sorted(found)]


async def _load_differences(snapshot: Snapshot, begin: StepTeller) -> list[UnreconciledRecord]:
    asked = (
        *(("claim", difference, statement) for difference, statement in _select_wrong_claims()),
        ("claim_line", Discrepancy.PAYMENTS, _select_wrong_payments()),
        ("claim_line", Discrepancy.CLAWBACK, _select_wrong_clawbacks()),
        ("disbursement_batch", Discrepancy.BATCH, _select_wrong_batches()),
    )
    found = []
    for record, difference, statement in asked:
        begin(f"Looking for {record}: {difference}")
        for row in await snapshot.load_rows(statement):
            found.append(UnreconciledRecord(record, "/".join(map(str, row)), difference))
    return found


async def reconcile_installation(settings: Settings, begin: StepTeller) -> Reconciliation:
    """Reconcile an installation, however long its statements take."""
    engine = build_engine(settings.service_url, 1, without_time_limit(settings))
    try:
        return await reconcile_database(engine, begin)
    finally:
        await engine.dispose()
