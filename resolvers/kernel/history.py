"""What is remembered of every change to a unit's record (X9)."""

from collections.abc import Mapping
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
    History,
    Intern,
    MonthlyReport,
    Post,
    Role,
    Roster,
    Trainee,
    TrainingClass,
    Unit,
    UnitOwned,
)
from resolvers.kernel import chain  # noqa: F401 - whoever writes history has it chained
from rules.kernel.history import COUNTER
from rules.kernel.refusal import Reason, refused

if TYPE_CHECKING:
    from resolvers.kernel.transaction import Transaction

Plain = None | bool | int | str | list[str]

Remembered = UnitOwned | Unit | Account
"""What has a history: records of a unit, the unit itself, and a unit's accounts."""


def created(tx: "Transaction", row: Remembered, status: str | None) -> History:
    """Remember that a record was made."""
    return _entry(tx, row, "CREATE", to_status=status)


def changed(
    tx: "Transaction", row: Remembered, action: str, before: Mapping[str, object]
) -> History:
    """Remember a change, field by field; sealed values are named, never kept."""
    changes: dict[str, Plain] = {
        name: _pair(name, _named(row, name, old), _named(row, name, getattr(row, name)))
        for name, old in before.items()
        if old != getattr(row, name)
    }
    entry = _entry(tx, row, action)
    entry.changes |= changes
    return entry


def noted(tx: "Transaction", row: Remembered, action: str, changes: Mapping[str, Plain]) -> History:
    """Remember a change to what hangs on a record."""
    entry = _entry(tx, row, action)
    entry.changes |= dict(changes)
    return entry


def moved(
    tx: "Transaction", row: UnitOwned, action: str, states: tuple[str, str], reason: str | None
) -> History:
    """Remember a transition, from which state to which."""
    entry = _entry(tx, row, action, to_status=states[1])
    entry.from_status, entry.reason = states[0], reason
    return entry


def _entry(
    tx: "Transaction", row: Remembered, action: str, to_status: str | None = None
) -> History:
    if tx.viewer.account_id is None or tx.viewer.role is None:
        raise refused(Reason.SESSION_ENDED)
    return History(
        unit_id=row.id if isinstance(row, Unit) else row.unit_id,
        region=row.region,
        record=type(row).__name__,
        record_id=row.id,
        person_id=getattr(row, "person_id", None),
        title=_title(row),
        action=str(action),
        to_status=to_status,
        at=tx.now,
        account_id=tx.viewer.account_id,
        account_name=tx.viewer.name,
        role=Role(tx.viewer.role),
        changes={COUNTER: ["", tx.viewer.desk]} if tx.viewer.desk else {},
    )


def _title(row: Remembered) -> str | None:
    """Say what a record is called, so that a timeline can be read by itself."""
    match row:
        case Intern() | Trainee() | Post() | Unit() | Account() | Roster():
            return row.name
        case MonthlyReport() | Claim() if row.month is not None:
            return f"{row.month:%Y-%m}"
        case Claim():
            return (row.course_code or row.place) if row.year is None else str(row.year)
        case TrainingClass():
            return row.number
        case BankAccount():
            return row.number_masked
        case _:
            return None


def _named(row: Remembered, field: str, value: object) -> object:
    """Name a row that a field points at by its global id, which clients can look up."""
    if not isinstance(value, UUID):
        return value
    relation = row.__mapper__.relationships.get(field.removesuffix("_id"))
    if relation is None:
        return value
    table = relation.mapper.class_
    owner = (row.unit_id,) if isinstance(row, UnitOwned) and issubclass(table, UnitOwned) else ()
    return Key(table.__name__, (*owner, value)).encode()


def _pair(name: str, old: object, new: object) -> Plain:
    sealed = isinstance(old, bytes) or isinstance(new, bytes) or name.endswith("_hash")
    return "sealed" if sealed else [said(old), said(new)]


def said(value: object) -> str:
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
