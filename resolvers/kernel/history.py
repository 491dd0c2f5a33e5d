"""What is remembered of every change to a unit's record (X9)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from loaders.key import Key
from models import (
    Account,
    BankAccount,
    Claim,
    ClaimLine,
    History,
    Intern,
    MonthlyReport,
    Post,
    Reviewed,
    Role,
    Roster,
    Trainee,
    TrainingClass,
    Unit,
    UnitOwned,
)
from resolvers.kernel import chain  # noqa: F401 - whoever writes history has it chained
from rules.kernel.claim_title import format_claim_title
from rules.kernel.history import COUNTER_FIELD
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.region import get_region_name

if TYPE_CHECKING:
    from resolvers.kernel.transaction import Transaction

HistoryValue = None | bool | int | str | list[str]

Audited = UnitOwned | Unit | Account
"""What has a history: records of a unit, the unit itself, and a unit's accounts."""


def build_creation_entry(tx: "Transaction", row: Audited, status: str | None) -> History:
    """Remember that a record was made."""
    return _build_entry(tx, row, "CREATE", to_status=status)


def build_change_entry(
    tx: "Transaction", row: Audited, action: str, before: Mapping[str, object]
) -> History:
    """Remember a change, field by field; sealed values are named, never kept."""
    changes: dict[str, HistoryValue] = {
        name: _build_change_pair(
            name, _to_global_id(row, name, old), _to_global_id(row, name, getattr(row, name))
        )
        for name, old in before.items()
        if old != getattr(row, name)
    }
    entry = _build_entry(tx, row, action)
    entry.changes |= changes
    return entry


def build_audit_entry(
    tx: "Transaction", row: Audited, action: str, changes: Mapping[str, HistoryValue]
) -> History:
    """Remember a change to what hangs on a record."""
    entry = _build_entry(tx, row, action)
    entry.changes |= dict(changes)
    return entry


def build_transition_entry(
    tx: "Transaction", row: UnitOwned, action: str, states: tuple[str, str], reason: str | None
) -> History:
    """Remember a transition, from which state to which."""
    entry = _build_entry(tx, row, action, to_status=states[1])
    entry.from_status, entry.reason = states[0], reason
    return entry


def bar_reviewer(tx: "Transaction", row: object) -> None:
    """Let the viewer not decide on a record, now or after it was returned (X2)."""
    if isinstance(row, Reviewed):
        bar_accounts(row, [tx.viewer.account_id])


def bar_accounts(row: Reviewed, accounts: Iterable[UUID | None]) -> None:
    """Let some accounts not decide on a record (X2)."""
    known = row.barred_reviewers or []
    new = {each for each in accounts if each is not None} - {*known}
    if new:
        row.barred_reviewers = [*known, *sorted(new)]


def _build_entry(
    tx: "Transaction", row: Audited, action: str, to_status: str | None = None
) -> History:
    """Remember a step; whoever takes one at the counter does not decide on the record (X2, X17)."""
    if tx.viewer.at_counter:
        bar_reviewer(tx, row)
    if tx.viewer.account_id is None or tx.viewer.role is None:
        raise build_refusal(Reason.SESSION_ENDED)
    return History(
        unit_id=row.id if isinstance(row, Unit) else row.unit_id,
        region=row.region,
        record=type(row).__name__,
        record_id=row.id,
        person_id=getattr(row, "person_id", None),
        title=_build_title(row),
        action=str(action),
        to_status=to_status,
        at=tx.now,
        account_id=tx.viewer.account_id,
        account_name=tx.viewer.name,
        role=Role(tx.viewer.role),
        changes={COUNTER_FIELD: ["", tx.viewer.desk]} if tx.viewer.desk else {},
    )


def _build_title(row: Audited) -> str | None:
    """Return what a record is called, so that a timeline can be read by itself."""
    match row:
        case Intern() | Trainee() | Post() | Unit() | Account() | Roster():
            return row.name
        case MonthlyReport():
            return f"{row.month:%Y-%m}"
        case Claim() | ClaimLine():
            return _build_claim_title(row)
        case TrainingClass():
            return row.number
        case BankAccount():
            return row.number_masked
        case _:
            return None


def _build_claim_title(row: Claim | ClaimLine) -> str:
    """Return what a claim or line is called after its unit's name, which `chain` puts before it."""
    if isinstance(row, ClaimLine):
        return format_claim_title(row.claim_kind, row.claim_month, row.claim_year)
    number = row.course_code or (get_region_name(row.place) if row.place else "")
    return format_claim_title(row.kind, row.month, row.year, number)


def _to_global_id(row: Audited, field: str, value: object) -> object:
    """Name a row that a field points at by its global id, which clients can look up."""
    if not isinstance(value, UUID):
        return value
    relation = row.__mapper__.relationships.get(field.removesuffix("_id"))
    if relation is None:
        return value
    table = relation.mapper.class_
    owner = (row.unit_id,) if isinstance(row, UnitOwned) and issubclass(table, UnitOwned) else ()
    return Key(table.__name__, (*owner, value)).format_global_id()


def _build_change_pair(name: str, old: object, new: object) -> HistoryValue:
    sealed = isinstance(old, bytes) or isinstance(new, bytes) or name.endswith("_hash")
    return "sealed" if sealed else [format_value(old), format_value(new)]


def format_value(value: object) -> str:
    """Spell a value as history does."""
    match value:
        case None:
            return ""
        case StrEnum() | str() | int() | Decimal() | UUID():
            return str(value)
        case date() | datetime():
            return value.isoformat()
        case _:
            return type(value).__name__
