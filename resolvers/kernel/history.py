"""What is remembered of every change to a record that has a history (X9).

Which records have one, their tables say: `has_history`. What a unit owns is remembered with the
unit, everything else with the office of its region.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from loaders.actor import NO_REGIONS, build_actor
from loaders.key import Key
from models import (
    Account,
    AccountAppeal,
    AuditFinding,
    BankAccount,
    Base,
    CalendarYear,
    Claim,
    ClaimLine,
    DisbursementBatch,
    FunctionGrant,
    History,
    Intern,
    MonthlyReport,
    Objection,
    OfficeHistory,
    Parameter,
    Post,
    Reviewed,
    Role,
    Roster,
    Trainee,
    TrainingClass,
    Unit,
    UnitOwned,
    is_at_home,
)
from resolvers.kernel import chain  # noqa: F401 - whoever writes history has it chained
from rules.kernel.claim_title import format_claim_title
from rules.kernel.history import COUNTER_FIELD
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.region import get_region_name
from rules.kernel.viewer import Viewer

HistoryValue = None | bool | int | str | list[str]

OfficeRecord = (
    Objection
    | AccountAppeal
    | Parameter
    | FunctionGrant
    | DisbursementBatch
    | AuditFinding
    | CalendarYear
)
"""What belongs to an office and has a history."""

Audited = UnitOwned | Unit | Account | OfficeRecord
"""What has a history: records of a unit, the unit itself, accounts, and records of an office."""

Entry = History | OfficeHistory

THE_PUBLIC = "公众 the public"
"""Who does what anybody may do without an account."""


class Step(Protocol):
    """Who acts, and when: a transaction, or whoever stands at the door."""

    @property
    def viewer(self) -> Viewer:
        """Return who acts."""

    @property
    def now(self) -> datetime:
        """Return when."""


class Act(NamedTuple):
    """A step that no transaction of a viewer's takes: somebody's at the door, or a command's."""

    viewer: Viewer
    now: datetime


def build_creation_entry(tx: Step, row: Audited, status: str | None) -> Entry:
    """Remember that a record was made."""
    return _build_entry(tx, row, "CREATE", to_status=status)


def build_change_entry(tx: Step, row: Audited, action: str, before: Mapping[str, object]) -> Entry:
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


def is_told(name: str) -> bool:
    """Return whether an entry tells a column anyhow: its state, reason, who and when."""
    return name in {"status", "state", "revoked", "reason", "revoked_because"} or name.endswith(
        ("_by", "_by_name", "_at")
    )


def build_audit_entry(
    tx: Step, row: Audited, action: str, changes: Mapping[str, HistoryValue]
) -> Entry:
    """Remember a change to what hangs on a record."""
    entry = _build_entry(tx, row, action)
    entry.changes |= dict(changes)
    return entry


def build_transition_entry(
    tx: Step, row: Audited, action: str, states: tuple[str, str], reason: str | None
) -> Entry:
    """Remember a transition, from which state to which."""
    entry = _build_entry(tx, row, action, to_status=states[1])
    entry.from_status, entry.reason = states[0], reason
    return entry


def bar_reviewer(tx: Step, row: object) -> None:
    """Let the viewer not decide on a record, now or after it was returned (X2)."""
    if isinstance(row, Reviewed):
        bar_accounts(row, [tx.viewer.account_id])


def bar_accounts(row: Reviewed, accounts: Iterable[UUID | None]) -> None:
    """Let some accounts not decide on a record (X2)."""
    known = row.barred_reviewers or []
    new = {each for each in accounts if each is not None} - {*known}
    if new:
        row.barred_reviewers = [*known, *sorted(new)]


def _build_entry(tx: Step, row: Audited, action: str, to_status: str | None = None) -> Entry:
    """Remember a step; whoever takes one at the counter does not decide on the record (X2, X17)."""
    if tx.viewer.at_counter:
        bar_reviewer(tx, row)
    unit_id = get_unit(row)
    if unit_id is None:
        return _build_office_entry(tx, row, action, to_status)
    if tx.viewer.account_id is None or tx.viewer.role is None:
        raise build_refusal(Reason.SESSION_ENDED)
    return History(
        unit_id=unit_id,
        **_find_place_of_step(tx, row, unit_id),
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


def get_unit(row: Audited) -> UUID | None:
    """Return whose history tells of a row: the unit's, or that of the office of its region."""
    match row:
        case AuditFinding():  # the unit never sees it (X14)
            return None
        case Unit():
            return row.id
        case Account() | UnitOwned():
            return row.unit_id
        case _:
            return None


def _build_office_entry(
    tx: Step, row: Audited, action: str, to_status: str | None
) -> OfficeHistory:
    viewer = tx.viewer
    return OfficeHistory(
        region=row.region,
        record=type(row).__name__,
        record_id=row.id,
        holder_id=_get_holder(row),
        title=_build_title(row),
        action=str(action),
        from_status=None,
        to_status=to_status,
        reason=None,
        at=tx.now,
        account_id=viewer.account_id,
        account_name=viewer.name if viewer.account_id else THE_PUBLIC,
        role=Role(viewer.role) if viewer.role else None,
        changes={},
    )


def _get_holder(row: Audited) -> UUID | None:
    """Return whose account an entry is about; they see it (S1)."""
    match row:
        case FunctionGrant():
            return row.account_id
        case Account():
            return row.id
        case _:
            return None


def _find_place_of_step(tx: Step, row: Audited, unit_id: UUID) -> dict[str, Any]:
    """Return where a step is remembered: with the record, or where an officer from elsewhere is.

    Deciders look into what they consult of another region's unit, and write nothing there (X21).
    """
    actor = build_actor(tx.viewer)
    low, high = actor.act
    if actor.unit == unit_id or actor.act == NO_REGIONS or low <= row.region <= high:
        return {"region": row.region, "at_home": is_at_home(row)}
    return {"region": tx.viewer.region, "at_home": None}


def _build_title(row: Audited) -> str | None:
    """Return what a record is called, so that a timeline can be read by itself."""
    match row:
        case MonthlyReport():
            return f"{row.month:%Y-%m}"
        case Claim() | ClaimLine():
            return _build_claim_title(row)
        case CalendarYear():
            return str(row.year)
        case _:
            name = _TITLES.get(type(row))
            return None if name is None else getattr(row, name)


_TITLES: Mapping[type[Base], str] = {
    **dict.fromkeys((Intern, Trainee, Post, Unit, Account, Roster), "name"),
    **dict.fromkeys((TrainingClass, DisbursementBatch), "number"),
    BankAccount: "number_masked",
    Parameter: "key",
    FunctionGrant: "function",
}
"""By which column a record is called."""


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
